/** The built program in a process of its own. */
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const BIN = resolve("bin/btc-report.js");

/** Builds `dist` unless it is newer than the sources. */
export function build(): void {
  const newest = Math.max(
    ...readdirSync("src", { recursive: true, encoding: "utf8" }).map((name) => statSync(join("src", name)).mtimeMs),
  );
  const built = statSync("dist/cli.js", { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built > newest) return;
  const { status, stdout } = spawnSync(
    process.execPath,
    ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"],
    {
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`the program does not build: ${stdout}`);
}

export interface Exited {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}
export interface Running {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Exited>;
}

/** What makes the modes of files bind root, too. */
const BOUND = process.getuid?.() === 0 ? ["setpriv", "--bounding-set", "-dac_override"] : [];

/** Starts `btc-report WORDS` with only this environment; where it is `bound`, no user may write what modes forbid. */
export function started(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  node: readonly string[] = [],
  { bound = false }: { readonly bound?: boolean } = {},
): Running {
  const [file, ...before] = [...(bound ? BOUND : []), process.execPath];
  const child = spawn(file, [...before, ...node, BIN, ...words], { env: { PATH: process.env["PATH"], ...env } });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (out += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => (err += part));
  return {
    kill: (signal) => {
      child.kill(signal);
    },
    ended: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal, out, err }));
    }),
  };
}
