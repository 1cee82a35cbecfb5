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
  /** What comes in. */
  readonly stdin?: string;
  /** Where stderr is a terminal: how wide, and what is told of all that it has shown so far. */
  readonly stderr?: { readonly columns: number; readonly heard?: (shown: string) => void };
}

/** Runs `btc-report WORDS`, split at spaces where they are one text, with folders of its own, so that no run sees another's cache. */
export async function command(words: string | readonly string[], terminal: Terminal = {}): Promise<Ended> {
  const home = await mkdtemp(join(tmpdir(), "btc-report-test-"));
  let out = "";
  let err = "";
  const process: Process = {
    argv: [
      "node",
      "btc-report",
      ...(typeof words === "string" ? words.split(" ").filter((word) => word !== "") : words),
    ],
    env: {
      BTC_REPORT_CACHE_DIR: join(home, "cache"),
      BTC_REPORT_DATA_DIR: join(home, "data"),
      BTC_REPORT_CONFIG_DIR: join(home, "config"),
      ...terminal.env,
    },
    // In two parts, cut within a letter where there is one of more than one byte.
    stdin: (async function* () {
      const bytes = Buffer.from(terminal.stdin ?? "");
      yield bytes.subarray(0, bytes.length / 2);
      yield bytes.subarray(bytes.length / 2);
    })(),
    stdout: {
      write: (text, done) => {
        out += text;
        done?.();
      },
      on: () => undefined,
      ...(terminal.isTTY === undefined ? {} : { isTTY: terminal.isTTY }),
      ...(terminal.columns === undefined ? {} : { columns: terminal.columns }),
    },
    stderr: {
      write: (text, done) => {
        err += text;
        terminal.stderr?.heard?.(err);
        done?.();
      },
      on: () => undefined,
      ...(terminal.stderr === undefined ? {} : { isTTY: true, columns: terminal.stderr.columns }),
    },
  };
  await main(process);
  return { code: Number(process.exitCode ?? 0), out, err };
}

export const DAY_OF_THE_ARTICLE = "fixtures/2026-01-30";
