/**
 * A thousand runs of the program in one process, each with faults by chance: `npm run soak`. Nothing may grow: memory
 * after garbage collection, open files and sockets, timers, files in the cache and beside the output.
 * BTC_REPORT_SOAK is the number of runs.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, expect, it } from "vitest";
import { once } from "../../src/io/polite.ts";
import { replay } from "../../src/io/tape.ts";
import { command, DAY_OF_THE_ARTICLE } from "../support/command.ts";
import { relayServer } from "../support/relay-server.ts";
import { diskForTests } from "../support/tapes.ts";

const RUNS = Number(process.env["BTC_REPORT_SOAK"] ?? 1_000);
/** What is loaded and filled once is loaded and filled by then. */
const WARM = Math.ceil(RUNS / 4);

setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");

/** A chance that is the same each time. */
let state = 20_260_130;
const chance = (): number => {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
};
const one = <T>(of: readonly T[]): T | undefined => of[Math.floor(chance() * of.length)];

const home = await mkdtemp(join(tmpdir(), "btc-report-soak-"));
/** By host, for the run under way. */
let faults = new Map<string, number | "cut" | null>();
const server = await relayServer(once(replay(diskForTests, DAY_OF_THE_ARTICLE)), (host) => {
  if (!faults.has(host))
    faults.set(host, chance() < 0.4 ? (one([400, 403, 404, 418, 429, 451, 500, 503, "cut"]) ?? null) : null);
  return faults.get(host) ?? null;
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true, force: true });
});

interface Measured {
  readonly heap: number;
  readonly handles: number;
  readonly descriptors: number;
  readonly files: number;
}
async function measured(): Promise<Measured> {
  // Sockets that a server keeps alive for its five seconds are no leak.
  await new Promise((done) => setTimeout(done, 7_000));
  if (typeof collect === "function") for (let i = 0; i < 3; i += 1) collect();
  const files = await readdir(home, { recursive: true });
  return {
    heap: process.memoryUsage().heapUsed,
    handles: process.getActiveResourcesInfo().length,
    descriptors: (await readdir("/proc/self/fd").catch(() => [])).length,
    files: files.length,
  };
}

it(`${RUNS} runs leave nothing behind`, async () => {
  const env = {
    SOURCE_DATE_EPOCH: String(Date.parse("2026-01-30T06:00:00Z") / 1000),
    BTC_REPORT_CACHE_DIR: join(home, "cache"),
    BTC_REPORT_DATA_DIR: join(home, "data"),
    BTC_REPORT_CONFIG_DIR: join(home, "config"),
  };
  const codes = new Map<number, number>();
  const samples: Measured[] = [];
  const questions = new Set<string>();
  const folders = new Set<string>();
  for (let n = 1; n <= RUNS; n += 1) {
    faults = new Map();
    await rm(join(home, "cache", "blocked.json"), { force: true });
    const sections =
      n % 50 === 0 ? "daily" : one(["price", "fear-greed", "price", "fear-greed", "funding", "open-interest"]);
    const format = one(["terminal", "markdown", "json", "html"]);
    const output = chance() < 0.5 ? ` -o ${join(home, "out", "report")}` : "";
    // Nothing is waited for: what is not there within the second is a gap.
    const { code, err } = await command(`${sections} -f ${format} --relay ${server.url} --timeout 1${output}`, { env });
    for (const question of server.asked) {
      questions.add(question);
      folders.add(question.split("/")[0] ?? "");
    }
    (server.asked as string[]).length = 0;
    codes.set(code, (codes.get(code) ?? 0) + 1);
    expect([0, 3, 69], err).toContain(code);
    if (n === WARM || (n > WARM && n % Math.ceil(RUNS / 10) === 0)) {
      const sample = await measured();
      samples.push(sample);
      console.log(
        `${n} runs: heap ${(sample.heap / 1e6).toFixed(1)} MB, ${sample.handles} handles, ${sample.descriptors} descriptors, ${sample.files} files`,
      );
    }
  }
  console.log(`exit codes: ${[...codes].map(([code, times]) => `${code} x ${times}`).join(", ")}`);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error("nothing measured");
  expect(last.heap).toBeLessThan(first.heap + 16e6);
  expect(last.handles).toBeLessThanOrEqual(first.handles + 4);
  expect(last.descriptors).toBeLessThanOrEqual(first.descriptors + 4);
  // A tape for each question at most, the last report, the output and the folders; nothing half written.
  expect(last.files).toBeLessThanOrEqual(questions.size + folders.size + 10);
  const odd = (await readdir(home, { recursive: true })).filter(
    (name) =>
      !/\.tape$|last-report\.json$|blocked\.json$|out\/report$|^(?:cache|data|config|out)(?:\/[^/]+)?$/.test(name),
  );
  expect(odd).toEqual([]);
}, 3_600_000);
