/** A stdout that takes nothing, or only a part: one line, and the exit code that says so. The built program. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instant, shift } from "../src/core/time.ts";
import { openStore } from "../src/history/store.ts";
import { build } from "./support/built.ts";
import { DAY_OF_THE_ARTICLE } from "./support/command.ts";

const home = mkdtempSync(join(tmpdir(), "btc-report-stdout-"));
const REPLAY = ["--replay", DAY_OF_THE_ARTICLE];
const REPORT = join(home, "report.json");
const BIN = resolve("bin/btc-report.js");

/** More than one piece of an export. */
const VALUES = 5_000;
beforeAll(async () => {
  build();
  const store = await openStore(join(home, "history.db"));
  const from = instant(Date.UTC(2026, 0, 1));
  store.append(
    [
      {
        of: {
          source: "binance",
          dataset: "openInterestHistory",
          market: { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" },
          field: "size",
          detail: "",
          unit: "BTC",
          class: "observed",
        },
        observations: Array.from({ length: VALUES }, (_, i) => {
          const at = shift(from, i * 300_000);
          return { at, until: at, value: i };
        }),
      },
    ],
    from,
  );
  store.close();
  expect(to(REPORT, ["fear-greed", ...REPLAY, "--json"])).toEqual({ code: 0, err: "" });
}, 120_000);
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** What `btc-report WORDS > FILE` ends with; `limit` is the shell's, of the size of a file. */
function to(
  file: string,
  words: readonly string[],
  limit = "",
): { readonly code: number | null; readonly err: string } {
  const { status, stderr } = spawnSync(
    "sh",
    ["-c", `${limit} exec "$@" > "$OUT"`, "sh", process.execPath, BIN, ...words],
    {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        OUT: file,
        BTC_REPORT_CACHE_DIR: join(home, "cache"),
        BTC_REPORT_DATA_DIR: home,
        BTC_REPORT_CONFIG_DIR: join(home, "config"),
      },
    },
  );
  return { code: status, err: stderr };
}

const FULL = "btc-report: cannot write the output: no space left on the disk\n";

describe.skipIf(!existsSync("/dev/full"))("a full disk", () => {
  it.each([
    [["daily", ...REPLAY]],
    [["daily", ...REPLAY, "--json"]],
    [["sources", ...REPLAY]],
    [["explain", "fearGreed.value", "--report", REPORT]],
    [["diff", REPORT, REPORT]],
    [["schema"]],
    [["history", "list"]],
    [["history", "export"]],
    [["completion", "bash"]],
    [["--help"]],
  ])("ends %j with one line and 74", (words) => {
    expect(to("/dev/full", words)).toEqual({ code: 74, err: FULL });
  });

  it("has a stack trace with -v alone", () => {
    const { code, err } = to("/dev/full", ["fear-greed", ...REPLAY, "-v"]);
    expect(code).toBe(74);
    expect(err).toContain(FULL);
    expect(err).toMatch(/^btc-report: +at /m);
  });

  it("under stderr alone is nobody's loss: the report is there", () => {
    const { status, stdout } = spawnSync(
      "sh",
      ["-c", 'exec "$@" 2> /dev/full', "sh", process.execPath, BIN, "fear-greed", ...REPLAY, "-v"],
      { encoding: "utf8", env: { PATH: process.env["PATH"], BTC_REPORT_DATA_DIR: home } },
    );
    expect(status).toBe(0);
    expect(stdout).toContain("Fear & Greed");
  });
});

describe("a file", () => {
  it("with room for a part of it alone is no success", () => {
    const file = join(home, "cut.json");
    // Eight blocks, of 512 or 1,024 bytes.
    const { code, err } = to(file, ["schema"], "ulimit -f 8;");
    expect({ code, err }).toEqual({
      code: 74,
      err: "btc-report: cannot write the output: larger than the file system allows\n",
    });
    expect(() => JSON.parse(readFileSync(file, "utf8"))).toThrow();
  });

  it("has all of it, and what stood there before when it is appended to", () => {
    const file = join(home, "whole.csv");
    expect(to(file, ["history", "export"])).toEqual({ code: 0, err: "" });
    const whole = readFileSync(file, "utf8");
    expect(whole.trimEnd().split("\n")).toHaveLength(1 + VALUES);
    const script = 'echo first > "$1"; exec "$2" "$3" history export >> "$1"';
    const { status } = spawnSync("sh", ["-c", script, "sh", file, process.execPath, BIN], {
      env: { PATH: process.env["PATH"], BTC_REPORT_DATA_DIR: home },
    });
    expect(status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(`first\n${whole}`);
  });
});
