/** A live run against upstreams that take 100 ms an answer: the first one, and later ones with its cache. */
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { DAY, HOUR, shift, type Instant } from "../src/core/time.ts";
import type { Http, HttpAnswer } from "../src/ports.ts";
import { sources } from "../src/sources/registry.ts";
import { inFolder, middle, node, type Cost } from "./measure.ts";
import { ANSWER_MS, countsOf, Runs, type Asking, type Counts } from "./requests.ts";
import { print, times, verdict } from "./table.ts";
import { withUpstreams, type Upstreams } from "./upstreams.ts";

/** What is asked of a run. Nothing may be asked twice, and no closed period again, of any. */
interface Target {
  /** Wall time by the critical path, of a first run. */
  readonly ratio?: number;
  /** Answers in the longest chain. */
  readonly chain: number;
  /** Requests beside the archive and the hosts whose pace is waited for. */
  readonly requests?: number;
}

/** A later run finds new hours or days in every history: what it may ask is not counted, only that nothing is old. */
const RUNS: readonly (readonly [string, Instant, Target])[] = [
  ["cold", shift(articleDay.now, -DAY), { ratio: 1.3, chain: 6, requests: 200 }],
  ["warm, the same hour", shift(articleDay.now, -DAY), { chain: 4, requests: 60 }],
  ["warm, an hour later", shift(articleDay.now, HOUR - DAY), { chain: 4 }],
  ["warm, the next day", articleDay.now, { chain: 4 }],
];

export async function live(rounds: number): Promise<void> {
  const asked = await askings();
  const costs = await withUpstreams((upstreams) => measured(upstreams, rounds));
  print(`Live, ${ANSWER_MS} ms an answer, median of ${rounds}`, [
    [
      "run",
      "wall ms",
      "critical path ms",
      "ratio",
      "CPU ms",
      "peak MB",
      "chain",
      "requests",
      "paced",
      "archive",
      "twice",
      "closed again",
      "target",
      "",
    ],
    ...RUNS.map(([name, , target], i) => {
      const cost = costs[i];
      const asking = asked[i];
      if (cost === undefined || asking === undefined) throw new Error(`${name} was not measured`);
      const { wallMs, cpuMs, peakMB, requests, paced, archive } = cost;
      const ratio = wallMs / asking.ms;
      return [
        name,
        wallMs,
        asking.ms,
        times(ratio),
        cpuMs,
        peakMB,
        String(asking.chain),
        String(requests),
        String(paced),
        String(archive),
        String(asking.twice),
        String(asking.closedAgain),
        wordsOf(target),
        verdictOf(target, { ...asking, ratio, requests }),
      ];
    }),
  ]);
}

const wordsOf = ({ ratio, chain, requests }: Target): string =>
  [
    ...(ratio === undefined ? [] : [times(ratio)]),
    `chain ${chain}`,
    ...(requests === undefined ? [] : [`${requests} requests`]),
  ].join(", ");

interface Found extends Pick<Asking, "chain" | "twice" | "closedAgain"> {
  readonly ratio: number;
  readonly requests: number;
}

/** "reached", or which parts of the target are missed. */
export function verdictOf({ ratio = Infinity, chain, requests = Infinity }: Target, found: Found): string {
  const parts: readonly (readonly [string, boolean])[] = [
    ["ratio", found.ratio <= ratio],
    ["chain", found.chain <= chain],
    ["requests", found.requests <= requests],
    ["asked twice", found.twice === 0],
    ["closed again", found.closedAgain === 0],
  ];
  const missed = parts.filter(([, reached]) => !reached).map(([name]) => name);
  return missed.length === 0 ? verdict(true) : `${verdict(false)}: ${missed.join(", ")}`;
}

/** The same runs in made-up time. Answers are worked out once. */
async function askings(): Promise<readonly Asking[]> {
  // Loaded now: while it is read from disk, made-up time would pass.
  await import("adm-zip");
  const runs = new Runs(sources);
  const found: Asking[] = [];
  for (const [, now] of RUNS) found.push(await runs.ask(remembered(served(modelOf({ ...articleDay, now })).http), now));
  return found;
}

function remembered(http: Http): Http {
  const answers = new Map<string, Promise<HttpAnswer>>();
  return (request) => {
    const key = `${request.url} ${request.body ?? ""}`;
    const answer = answers.get(key) ?? http(request);
    answers.set(key, answer);
    return answer;
  };
}

type Measured = ReturnType<typeof middle> & Counts;

async function measured(upstreams: Upstreams, rounds: number): Promise<readonly Measured[]> {
  const costs: Cost[][] = RUNS.map(() => []);
  const counts: Counts[] = [];
  // The first round lets the server work out its answers.
  for (let round = 0; round <= rounds; round += 1) {
    await inFolder(async (folder) => {
      for (const [i, [, now]] of RUNS.entries()) {
        await upstreams.set({ delay: round === 0 ? 0 : ANSWER_MS, now: new Date(now).toISOString(), lists: "full" });
        const cost = await daily(upstreams.url, folder, now);
        counts[i] = countsOf((await upstreams.log()).map(({ host }) => host));
        if (round > 0) costs[i]?.push(cost);
      }
    });
  }
  return costs.map((of, i) => ({ ...middle(of), ...(counts[i] ?? countsOf([])) }));
}

/** The program, with its cache in `folder`. */
export const daily = (url: string, folder: string, now: Instant, words: readonly string[] = []): Promise<Cost> =>
  node(["bin/btc-report.js", "daily", "--json", "--quiet", "--relay", url, "--timeout", "120", ...words], {
    BTC_REPORT_CACHE_DIR: `${folder}/cache`,
    BTC_REPORT_DATA_DIR: `${folder}/data`,
    BTC_REPORT_CONFIG_DIR: `${folder}/config`,
    SOURCE_DATE_EPOCH: String(Math.floor(now / 1_000)),
  });
