/** A live run against upstreams that take 100 ms an answer: the first one, and later ones with its cache. */
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { DAY, HOUR, shift, type Instant } from "../src/core/time.ts";
import type { Http, HttpAnswer } from "../src/ports.ts";
import { sources } from "../src/sources/registry.ts";
import { inFolder, median, node, type Cost } from "./measure.ts";
import { ANSWER_MS, ARCHIVE, Runs, type Asking } from "./requests.ts";
import { print, times, verdict } from "./table.ts";
import { withUpstreams, type Upstreams } from "./upstreams.ts";

/** Run, clock, and how many requests and answers in a chain it may have. */
const RUNS: readonly (readonly [string, Instant, number, number])[] = [
  ["cold", shift(articleDay.now, -DAY), 200, 6],
  ["warm, the same hour", shift(articleDay.now, -DAY), 60, 4],
  ["warm, an hour later", shift(articleDay.now, HOUR - DAY), 60, 4],
  ["warm, the next day", articleDay.now, 60, 4],
];
const MOST = 1.3;

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
      "archive",
      "twice",
      "closed again",
      "",
    ],
    ...RUNS.map(([name, , mostRequests, longest], i) => {
      const { wall, cpu, peak, requests, archive } = costs[i] ?? { wall: 0, cpu: 0, peak: 0, requests: 0, archive: 0 };
      const asking = asked[i];
      const ratio = wall / (asking?.ms ?? 0);
      const reached = ratio <= MOST && requests <= mostRequests && (asking?.chain ?? 0) <= longest;
      return [
        name,
        wall,
        asking?.ms ?? 0,
        times(ratio),
        cpu,
        peak,
        String(asking?.chain ?? 0),
        String(requests),
        String(archive),
        String(asking?.twice ?? 0),
        String(asking?.closedAgain ?? 0),
        `${times(MOST)}, chain ${longest}, ${mostRequests} requests: ${verdict(reached)}`,
      ];
    }),
  ]);
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

interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly peak: number;
  readonly requests: number;
  readonly archive: number;
}

async function measured(upstreams: Upstreams, rounds: number): Promise<readonly Measured[]> {
  const costs: Cost[][] = RUNS.map(() => []);
  const counts = RUNS.map(() => ({ requests: 0, archive: 0 }));
  // The first round lets the server work out its answers.
  for (let round = 0; round <= rounds; round += 1) {
    await inFolder(async (folder) => {
      for (const [i, [, now]] of RUNS.entries()) {
        await upstreams.set({ delay: round === 0 ? 0 : ANSWER_MS, now: new Date(now).toISOString() });
        const cost = await daily(upstreams.url, folder, now);
        const log = await upstreams.log();
        const archive = log.filter(({ host }) => host === ARCHIVE).length;
        counts[i] = { requests: log.length - archive, archive };
        if (round > 0) costs[i]?.push(cost);
      }
    });
  }
  return costs.map((of, i) => ({
    wall: median(of.map(({ wallMs }) => wallMs)),
    cpu: median(of.map(({ cpuMs }) => cpuMs)),
    peak: median(of.map(({ peakMB }) => peakMB)),
    ...(counts[i] ?? { requests: 0, archive: 0 }),
  }));
}

/** The program, with its cache in `folder`. */
export const daily = (url: string, folder: string, now: Instant, words: readonly string[] = []): Promise<Cost> =>
  node(["bin/btc-report.js", "daily", "--json", "--quiet", "--relay", url, "--timeout", "120", ...words], {
    BTC_REPORT_CACHE_DIR: `${folder}/cache`,
    BTC_REPORT_DATA_DIR: `${folder}/data`,
    BTC_REPORT_CONFIG_DIR: `${folder}/config`,
    SOURCE_DATE_EPOCH: String(Math.floor(now / 1_000)),
  });
