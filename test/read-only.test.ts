/** A data folder or a history that may be read and not written: the report comes, with a note. The built program. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { replay } from "../src/io/tape.ts";
import { Report } from "../src/report/report.ts";
import { build, started, type Exited } from "./support/built.ts";
import { DAY_OF_THE_ARTICLE } from "./support/command.ts";
import { relayServer, type RelayServer } from "./support/relay-server.ts";
import { diskForTests } from "./support/tapes.ts";

const scratch = mkdtempSync(join(tmpdir(), "btc-report-read-only-"));
let server: RelayServer;
beforeAll(async () => {
  build();
  server = await relayServer(replay(diskForTests, DAY_OF_THE_ARTICLE));
}, 120_000);
afterAll(async () => {
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
});

let data: string;
let history: string;
beforeEach(() => {
  data = join(mkdtempSync(join(scratch, "home-")), "data");
  history = join(data, "history.db");
});

const FIRST = "2026-01-30T06:00:00Z";
const SECOND = "2026-01-30T07:30:00Z";
/** The cache is another one each time. */
const run = (at: string, ...words: readonly string[]): Promise<Exited> =>
  started(
    ["daily", "--json", ...words],
    {
      SOURCE_DATE_EPOCH: String(Date.parse(at) / 1000),
      BTC_REPORT_CACHE_DIR: mkdtempSync(join(scratch, "cache-")),
      BTC_REPORT_DATA_DIR: data,
      BTC_REPORT_CONFIG_DIR: join(scratch, "config"),
    },
    [],
    { bound: true },
  ).ended;
const live = (at: string, sections = "fear-greed"): Promise<Exited> =>
  run(at, "--sections", sections, "--relay", server.url);
const indexIn = ({ out }: Exited): unknown => Report.parse(JSON.parse(out)).fearGreed?.value;
const notes = ({ err }: Exited): readonly string[] => err.split("\n").filter((line) => line.includes("the history is"));

describe("a data folder that cannot be written", () => {
  it("leaves the report as it is, and says once what to do", async () => {
    mkdirSync(data);
    chmodSync(data, 0o555);
    const ended = await live(FIRST);
    expect([ended.code, indexIn(ended)]).toEqual([0, 16]);
    expect(notes(ended)).toEqual([expect.stringMatching(/^btc-report: the history is not used: .*history\.db/)]);
    expect(readdirSync(data)).toEqual([]);
  });

  it("and cannot be made is no reason for none either", async () => {
    const above = join(data, "..");
    chmodSync(above, 0o555);
    const ended = await live(FIRST);
    expect([ended.code, indexIn(ended)]).toEqual([0, 16]);
    expect(notes(ended)).toEqual([
      expect.stringMatching(/^btc-report: the history is not used: .*data cannot be made .*Set BTC_REPORT_DATA_DIR/),
    ]);
    expect(readdirSync(above)).toEqual([]);
  });
});

describe("a history that cannot be written", () => {
  it.each([
    ["with its folder", 0o444, 0o555],
    ["in a folder that can", 0o444, 0o755],
  ])("%s: is read, and nothing is added to it", async (_, ofFile, ofFolder) => {
    expect(indexIn(await live(FIRST))).toBe(16);
    chmodSync(history, ofFile);
    chmodSync(data, ofFolder);
    const before = readFileSync(history);

    const offline = await run(SECOND, "--sections", "fear-greed", "--offline");
    expect([offline.code, indexIn(offline)]).toEqual([0, 16]);
    expect(Report.parse(JSON.parse(offline.out)).figures["fearGreed.value"]?.evidence).toEqual([
      expect.stringMatching(/^history:/),
    ]);

    // Prices would be new.
    const again = await live(SECOND, "fear-greed,price");
    expect([again.code, indexIn(again)]).toEqual([0, 16]);
    expect(notes(again)).toEqual([expect.stringMatching(/^btc-report: the history is not added to: .*history\.db/)]);
    expect(readFileSync(history).equals(before)).toBe(true);

    // Once it may be written again it is.
    chmodSync(data, 0o755);
    chmodSync(history, 0o644);
    const later = await live(SECOND, "fear-greed,price");
    expect([later.code, notes(later)]).toEqual([0, []]);
    expect(readFileSync(history).equals(before)).toBe(false);
  });
});
