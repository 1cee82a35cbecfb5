/** Programs run as processes of their own, with what each of them took. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Cost {
  readonly wallMs: number;
  /** User and system time of all threads. */
  readonly cpuMs: number;
  readonly peakMB: number;
  readonly code: number | null;
  readonly stdout: string;
}

const USAGE = new URL("usage.js", import.meta.url).href;

/** A folder that is gone afterwards. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "btc-report-bench-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `node ...words`, to its end. */
export const node = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Cost> =>
  inFolder(async (folder) => {
    const left = join(folder, "usage.json");
    const started = performance.now();
    const child = spawn(process.execPath, ["--import", USAGE, ...words], {
      env: { ...process.env, ...env, BENCH_USAGE: left },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const parts: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => parts.push(part));
    const code = await new Promise<number | null>((ended, failed) => {
      child.once("error", failed);
      child.once("close", ended);
    });
    const wallMs = performance.now() - started;
    const used = JSON.parse(await readFile(left, "utf8")) as NodeJS.ResourceUsage;
    return {
      wallMs,
      cpuMs: (used.userCPUTime + used.systemCPUTime) / 1_000,
      peakMB: used.maxRSS / 1_024,
      code,
      stdout: Buffer.concat(parts).toString(),
    };
  });

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The middle of several runs, each figure by itself. */
export const middle = (costs: readonly Cost[]): Pick<Cost, "wallMs" | "cpuMs" | "peakMB"> => ({
  wallMs: median(costs.map(({ wallMs }) => wallMs)),
  cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
  peakMB: median(costs.map(({ peakMB }) => peakMB)),
});
