/** The program beside what people use instead: a script with ccxt, and a plain one, on the same upstreams. */
import { existsSync } from "node:fs";
import { articleDay } from "../fixtures/build/market.ts";
import { daily } from "./live.ts";
import { inFolder, middle, node, type Cost } from "./measure.ts";
import { ANSWER_MS, ARCHIVE } from "./requests.ts";
import { print } from "./table.ts";
import { withUpstreams } from "./upstreams.ts";

const CCXT = "bench/peers/node_modules/ccxt";

export async function peers(rounds: number): Promise<void> {
  if (!existsSync(CCXT)) {
    process.stderr.write(`peers: ccxt is not there; npm install --prefix bench/peers brings it\n`);
    return;
  }
  const rows = await withUpstreams(async ({ url, set, log }) => {
    const kinds: readonly (readonly [string, (folder: string) => Promise<Cost>])[] = [
      ["btc-report, cold", (folder) => daily(url, folder, articleDay.now)],
      ["btc-report, warm", (folder) => daily(url, folder, articleDay.now)],
      ["script with ccxt", () => withCcxt(url, {})],
      ["script with ccxt, markets given", () => withCcxt(url, { MARKETS: "given" })],
      ["plain script, one after the other", () => node(["bench/peers/plain.mjs"], { RELAY: url })],
    ];
    const costs: Cost[][] = kinds.map(() => []);
    const requests: string[] = kinds.map(() => "");
    for (let round = 0; round <= rounds; round += 1) {
      const now = new Date(articleDay.now).toISOString();
      await set({ delay: round === 0 ? 0 : ANSWER_MS, now, archive: "small", lists: "full" });
      await inFolder(async (folder) => {
        for (const [i, [, run]] of kinds.entries()) {
          const cost = await run(folder);
          const asked = await log();
          const archive = asked.filter(({ host }) => host === ARCHIVE).length;
          requests[i] = archive === 0 ? String(asked.length) : `${asked.length - archive} + ${archive}`;
          if (round > 0) costs[i]?.push(cost);
        }
      });
    }
    return kinds.map(([name], i) => {
      const of = costs[i] ?? [];
      const { wallMs, cpuMs, peakMB } = middle(of);
      return [name, wallMs, cpuMs, peakMB, requests[i] ?? "", figuresOf(of[0]?.stdout ?? "")];
    });
  });
  print(`Against what people use, ${ANSWER_MS} ms an answer, median of ${rounds}`, [
    ["run", "wall ms", "CPU ms", "peak MB", "requests", "figures"],
    ...rows,
  ]);
}

const withCcxt = (url: string, env: Readonly<Record<string, string>>): Promise<Cost> =>
  node(["bench/peers/with-ccxt.mjs"], { RELAY: url, NOW: String(articleDay.now), ...env });

/** What a run has to show: figures of our report, or what the scripts say of themselves. */
function figuresOf(stdout: string): string {
  const told = JSON.parse(stdout) as {
    readonly figures?: Readonly<Record<string, unknown>>;
    readonly now?: number;
    readonly history?: number;
    readonly candles?: number;
    readonly failed?: readonly string[];
    readonly markets?: number;
  };
  if (told.figures !== undefined) return String(Object.keys(told.figures).length);
  const { now = 0, history = 0, candles = 0, failed = [], markets } = told;
  const known = markets === undefined ? "" : `; ${markets} markets`;
  return `${now} now, ${history} days, ${candles} months; ${failed.length} failed${known}`;
}
