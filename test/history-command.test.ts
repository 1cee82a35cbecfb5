import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Market } from "../src/core/market.ts";
import { parseInstant, shift, type Instant } from "../src/core/time.ts";
import type { Identity, Observed } from "../src/history/observations.ts";
import { openStore } from "../src/history/store.ts";
import { command, type Ended } from "./support/command.ts";

const at = (text: string): Instant => parseInstant(text) as Instant;
const DAY = 86_400_000;
const market: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };
const identity: Identity = {
  source: "binance",
  dataset: "openInterestHistory",
  market,
  field: "size",
  detail: "",
  unit: "BTC",
  class: "observed",
};
const daily = (from: Instant, days: readonly number[], of: Identity): Observed => ({
  of,
  observations: days.map((day) => ({ at: shift(from, day * DAY), until: shift(from, day * DAY), value: day + 0.5 })),
});

/** A data folder with 12 days of open interest (days 3 and 7 to 9 are missing), a revision, and a label in words. */
async function stored(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "btc-report-history-"));
  const store = await openStore(join(folder, "history.db"));
  const from = at("2026-01-01T00:00:00Z");
  const days = [0, 1, 2, 4, 5, 6, 10, 11];
  store.append(
    [daily(from, days, identity), daily(from, days, { ...identity, field: "price", unit: "USD/BTC" })],
    at("2026-02-01T00:00:00Z"),
  );
  store.append(
    [daily(from, [0], { ...identity, unit: "BTC" })].map((one) => ({
      ...one,
      observations: [{ at: from, until: from, value: 9 }],
    })),
    at("2026-02-02T00:00:00Z"),
  );
  const weekly: Identity = {
    ...identity,
    source: "cme",
    dataset: "traderClasses",
    market: null,
    field: "leveragedNet",
  };
  store.append([daily(from, [5, 12, 19, 33], weekly)], at("2026-02-02T00:00:00Z"));
  const label: Identity = {
    ...identity,
    source: "alternative-me",
    dataset: "fearGreed",
    market: null,
    field: "label",
    unit: "text",
  };
  store.append(
    [{ of: label, observations: [{ at: from, until: from, value: 'Fear, "extreme"' }] }],
    at("2026-02-02T00:00:00Z"),
  );
  store.close();
  return folder;
}

const inFolder = (folder: string, words: string): Promise<Ended> =>
  command(words, { env: { BTC_REPORT_DATA_DIR: folder } });

describe("history list", () => {
  it("names first, last, points and days missing, by the cadence of each", async () => {
    const { code, out, err } = await inFolder(await stored(), "history list");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe(
      [
        "source          dataset              market   first             last              points  revised  days missing",
        "alternative-me  fearGreed                     2026-01-01 00:00  2026-01-01 00:00       1        0             0",
        "binance         openInterestHistory  BTCUSDT  2026-01-01 00:00  2026-01-12 00:00       8        1             4",
        "cme             traderClasses                 2026-01-06 00:00  2026-02-03 00:00       4        0             7",
        "",
      ].join("\n"),
    );
  });

  it("breaks its rows between columns on a terminal that is too narrow, and only there", async () => {
    const env = { BTC_REPORT_DATA_DIR: await stored() };
    const { out } = await command("history list", { env, isTTY: true, columns: 80 });
    const lines = out.trimEnd().split("\n");
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(lines.slice(0, 4)).toEqual([
      "source          dataset              market   first             last",
      "    points  revised  days missing",
      "alternative-me  fearGreed                     2026-01-01 00:00  2026-01-01 00:00",
      "         1        0             0",
    ]);
    const { out: wide } = await command("history list", { env, isTTY: true, columns: 200 });
    expect(wide).toBe((await command("history list", { env })).out);
  });

  it("as JSON", async () => {
    const { out } = await inFolder(await stored(), "history list --json");
    expect(JSON.parse(out)[1]).toEqual({
      source: "binance",
      dataset: "openInterestHistory",
      market: "BTCUSDT",
      points: 8,
      revised: 1,
      missingDays: 4,
      first: "2026-01-01T00:00:00Z",
      last: "2026-01-12T00:00:00Z",
    });
  });

  it("says where nothing is stored yet, and makes no file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "btc-report-history-"));
    const { code, out, err } = await inFolder(folder, "history list");
    expect([code, out]).toEqual([0, ""]);
    expect(err).toMatch(/^btc-report: nothing is stored yet/);
    expect((await inFolder(folder, "history list --json")).out).toBe("[]\n");
    expect(await readdir(folder)).toEqual([]);
  });

  it("a damaged file is input that cannot be used", async () => {
    const folder = await mkdtemp(join(tmpdir(), "btc-report-history-"));
    await writeFile(join(folder, "history.db"), "no database ".repeat(400));
    const { code, out, err } = await inFolder(folder, "history list");
    expect([code, out]).toEqual([65, ""]);
    expect(err).toMatch(/damaged.*Move it away/);
  });
});

describe("history export", () => {
  it("gives every value ever seen as CSV", async () => {
    const { code, out } = await inFolder(
      await stored(),
      "history export --dataset openInterestHistory --to 2026-01-02",
    );
    expect(code).toBe(0);
    const row = "binance,openInterestHistory,BTCUSDT,perpetual,linear,USDT,";
    expect(out.split("\n")).toEqual([
      "source,dataset,market,kind,margin,quote,expires,field,detail,unit,class,at,until,seen,value",
      `${row},size,,BTC,observed,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,0.5`,
      `${row},size,,BTC,observed,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,2026-02-02T00:00:00Z,9`,
      `${row},size,,BTC,observed,2026-01-02T00:00:00Z,2026-01-02T00:00:00Z,2026-02-01T00:00:00Z,1.5`,
      // The second day's end is the third day's first instant.
      `${row},size,,BTC,observed,2026-01-03T00:00:00Z,2026-01-03T00:00:00Z,2026-02-01T00:00:00Z,2.5`,
      `${row},price,,USD/BTC,observed,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,0.5`,
      `${row},price,,USD/BTC,observed,2026-01-02T00:00:00Z,2026-01-02T00:00:00Z,2026-02-01T00:00:00Z,1.5`,
      `${row},price,,USD/BTC,observed,2026-01-03T00:00:00Z,2026-01-03T00:00:00Z,2026-02-01T00:00:00Z,2.5`,
      "",
    ]);
  });

  it("quotes what CSV must quote", async () => {
    const { out } = await inFolder(await stored(), "history export --source alternative-me");
    expect(out).toContain(
      ',text,observed,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,2026-02-02T00:00:00Z,"Fear, ""extreme"""',
    );
  });

  it("gives lines of JSON, from a day on", async () => {
    const { out } = await inFolder(await stored(), "history export --format ndjson --source cme --from 2026-01-20");
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        source: "cme",
        dataset: "traderClasses",
        market: null,
        kind: null,
        margin: null,
        quote: null,
        expires: null,
        field: "leveragedNet",
        detail: null,
        unit: "BTC",
        class: "observed",
        at: "2026-01-20T00:00:00Z",
        until: "2026-01-20T00:00:00Z",
        seen: "2026-02-02T00:00:00Z",
        value: 19.5,
      },
      expect.objectContaining({ at: "2026-02-03T00:00:00Z", value: 33.5 }),
    ]);
  });

  it("pages through more than fits one reading", async () => {
    const folder = await mkdtemp(join(tmpdir(), "btc-report-history-"));
    const store = await openStore(join(folder, "history.db"));
    const values = Array.from({ length: 12_345 }, (_, i) => i);
    store.append([daily(at("1990-01-01T00:00:00Z"), values, identity)], at("2026-02-01T00:00:00Z"));
    store.close();
    const { out } = await inFolder(folder, "history export");
    const told = out.trim().split("\n").slice(1);
    expect(told.map((line) => Number(line.split(",").at(-1)))).toEqual(values.map((n) => n + 0.5));
  });

  it.each([
    ["--format xml", "csv, ndjson"],
    ["--dataset oi", "expected one of"],
    ["--from yesterday", "expected a day"],
    ["--source okxx", 'found "okxx"; did you mean "okx"?'],
    ["--from 2026-01-03 --to 2026-01-02", "--from: expected a time before the end, 2026-01-03T00:00:00Z"],
  ])("refuses %s", async (words, said) => {
    const { code, out, err } = await inFolder(await stored(), `history export ${words}`);
    expect([code, out]).toEqual([64, ""]);
    expect(err).toContain(said);
  });

  it("gives a source that only the store knows, and a day from itself to itself", async () => {
    const folder = await stored();
    const store = await openStore(join(folder, "history.db"));
    const gone: Identity = { ...identity, source: "an-exchange-that-was" };
    store.append([daily(at("2026-01-01T00:00:00Z"), [0, 1, 2], gone)], at("2026-02-01T00:00:00Z"));
    store.close();
    const words = "history export --source an-exchange-that-was";
    expect((await inFolder(folder, words)).out.trim().split("\n")).toHaveLength(4);
    const { out } = await inFolder(folder, `${words} --from 2026-01-02 --to 2026-01-02`);
    // Its start, and its end, which is the close of the day.
    expect(out.trim().split("\n")).toHaveLength(3);
  });

  it("names a word that is no command, and the nearest that is", async () => {
    expect(await command("history lst --json")).toMatchObject({ code: 64, out: "" });
    expect((await command("history lst")).err).toBe(
      'btc-report: unknown command "history lst", did you mean "list"?; see btc-report history --help\n',
    );
  });

  it("without a word for what: says which there are", async () => {
    const { code, err } = await inFolder(await stored(), "history");
    expect(code).toBe(64);
    expect(err).toMatch(/list.*export/);
    expect(err.trim().split("\n")).toHaveLength(1);
  });
});
