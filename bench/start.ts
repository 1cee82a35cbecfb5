/** How long the program takes to start, and to make the recorded day, next to a process that does nothing. */
import { middle, node, type Cost } from "./measure.ts";
import { print, times, verdict } from "./table.ts";

const PROGRAM = "bin/btc-report.js";
const REPLAY = [PROGRAM, "daily", "--replay", "fixtures/2026-01-30"];

/** What is run, and how many times an empty process it may take. */
const RUNS: readonly (readonly [string, readonly string[], number])[] = [
  ["node -e 0", ["-e", "0"], 1],
  ["--version", [PROGRAM, "--version"], 1.6],
  ["--help", [PROGRAM, "--help"], 1.6],
  ["replay to JSON", [...REPLAY, "--json"], 4],
  ["replay to HTML", [...REPLAY, "--format", "html"], 12],
];
const MOST_MB = 120;

export async function start(times_: number): Promise<void> {
  const costs: Cost[][] = RUNS.map(() => []);
  // In turn, so that whatever else the machine does meets all alike. The first round fills the file cache.
  for (let round = 0; round <= times_; round += 1) {
    for (const [i, [, words]] of RUNS.entries()) {
      const cost = await node(words);
      if (round > 0) costs[i]?.push(cost);
    }
  }
  const middles = costs.map(middle);
  const empty = middles[0]?.wallMs ?? Number.NaN;
  print(`Start, median of ${times_}`, [
    ["run", "wall ms", "CPU ms", "peak MB", "ratio", "target", ""],
    ...RUNS.map(([name, , most], i) => {
      const { wallMs, cpuMs, peakMB } = middles[i] ?? { wallMs: 0, cpuMs: 0, peakMB: 0 };
      const ratio = wallMs / empty;
      const memory = name === "replay to JSON" ? `, ${MOST_MB} MB` : "";
      const reached = ratio <= most && (memory === "" || peakMB <= MOST_MB);
      return [
        name,
        wallMs,
        cpuMs,
        peakMB,
        times(ratio),
        i === 0 ? "" : `${times(most)}${memory}`,
        i === 0 ? "" : verdict(reached),
      ];
    }),
  ]);
}
