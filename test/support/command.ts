/** The whole program in process: words in, what it printed and its exit code out. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main, type Process } from "../../src/cli.ts";

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Terminal {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly isTTY?: boolean;
  /** In place of the line, for words with blanks in them; the first is the program's name. */
  readonly words?: readonly string[];
}

/** Runs `btc-report WORDS` with folders of its own, so that no run sees another's cache. */
export async function command(words: string, terminal: Terminal = {}): Promise<Ended> {
  const home = await mkdtemp(join(tmpdir(), "btc-report-test-"));
  let out = "";
  let err = "";
  const process: Process = {
    argv: ["node", ...(terminal.words ?? ["btc-report", ...words.split(" ").filter((word) => word !== "")])],
    env: {
      BTC_REPORT_CACHE_DIR: join(home, "cache"),
      BTC_REPORT_DATA_DIR: join(home, "data"),
      BTC_REPORT_CONFIG_DIR: join(home, "config"),
      ...terminal.env,
    },
    stdout: {
      write: (text) => (out += text),
      on: () => undefined,
      ...(terminal.isTTY === undefined ? {} : { isTTY: terminal.isTTY }),
      ...(terminal.columns === undefined ? {} : { columns: terminal.columns }),
    },
    stderr: { write: (text) => (err += text), on: () => undefined },
  };
  await main(process);
  return { code: Number(process.exitCode ?? 0), out, err };
}

export const DAY_OF_THE_ARTICLE = "fixtures/2026-01-30";
