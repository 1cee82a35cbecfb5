/** The end of a run: at its deadline whatever hangs, and not before everything is written. The built program. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Unavailable } from "../src/core/gap.ts";
import { decodeTape, replay } from "../src/io/tape.ts";
import { build, started } from "./support/built.ts";
import { DAY_OF_THE_ARTICLE } from "./support/command.ts";
import { relayServer } from "./support/relay-server.ts";
import { diskForTests } from "./support/tapes.ts";

const scratch = mkdtempSync(join(tmpdir(), "btc-report-end-"));
beforeAll(build, 120_000);
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});
const envIn = (home: string): Record<string, string> => ({
  SOURCE_DATE_EPOCH: String(Date.UTC(2026, 0, 30, 6) / 1000),
  BTC_REPORT_CACHE_DIR: join(home, "cache"),
  BTC_REPORT_DATA_DIR: join(home, "data"),
  BTC_REPORT_CONFIG_DIR: join(home, "config"),
});

describe("DNS that never answers", () => {
  it("does not keep the program beyond its deadline, is asked once for a name, and is named", async () => {
    const home = mkdtempSync(join(scratch, "home-"));
    const pipe = join(home, "pipe");
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    const told = join(home, "told");
    const run = started(["daily", "--timeout", "2"], {
      ...envIn(home),
      NODE_OPTIONS: `--import=${pathToFileURL("test/support/silent-dns.mjs").href}`,
      SILENT_PIPE: pipe,
      SILENT_TOLD: told,
    });
    onTestFinished(() => {
      run.kill("SIGKILL");
    });
    // That it ends at all is the point: whoever waits for the pipe waits for ever.
    const { code, out, err } = await run.ended;
    expect([code, out]).toEqual([69, ""]);
    const names = readFileSync(told, "utf8").trimEnd().split("\n");
    expect(names).toContain("fapi.binance.com");
    expect(new Set(names).size).toBe(names.length);
    expect(err).toMatch(
      /^btc-report: deribit open interest, volume, funding: unreachable, the time of the run was over before DNS had told the address of www\.deribit\.com\./m,
    );
  });
});

describe("a question that is under way when another one of its dataset has failed", () => {
  it("is waited for, and in the recording with its answer", async () => {
    const home = mkdtempSync(join(scratch, "home-"));
    const tapes = replay(diskForTests, DAY_OF_THE_ARTICLE);
    // Of the two that Binance's funding is made of, one is refused at once and the other answered when nothing else has
    // been asked for a while: a run that does not wait for it is over by then.
    let quiet: NodeJS.Timeout | undefined;
    let answerLast: () => void = () => {};
    const server = await relayServer(({ url, ...request }) => {
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        answerLast();
      }, 1_000);
      if (url.includes("/fapi/v1/premiumIndex"))
        return Promise.reject(new Unavailable({ why: "unrecorded", detail: "" }));
      if (!url.includes("/fapi/v1/fundingInfo")) return tapes({ url, ...request });
      return new Promise((resolve) => {
        answerLast = () => {
          resolve(tapes({ url, ...request }));
        };
      });
    });
    const bundle = join(home, "bundle");
    const words = ["funding", "--venues", "binance", "--relay", server.url, "--timeout", "300", "--record", bundle];
    const run = started(words, envIn(home));
    onTestFinished(() => {
      run.kill("SIGKILL");
    });
    const { code, err } = await run.ended;
    expect(code).toBe(0);
    expect(err).toMatch(/^btc-report: binance open interest, funding: refused 404, /);
    const folder = join(bundle, "fapi.binance.com");
    const name = readdirSync(folder).find((one) => one.startsWith("fapi_v1_fundingInfo")) ?? "";
    expect(decodeTape(readFileSync(join(folder, name)))?.answer).toMatchObject({ status: 200 });
  });
});
