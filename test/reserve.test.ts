/** When a source in reserve takes the place of another one of its venue. */
import { describe, expect, it } from "vitest";
import { collect } from "../src/collect.ts";
import { Unavailable, type Gap } from "../src/core/gap.ts";
import type { Market, Markets, Traded } from "../src/core/market.ts";
import { series, type Series } from "../src/core/series.ts";
import { DAY, floorTo, HOUR, instant, iso, shift } from "../src/core/time.ts";
import { run } from "../src/run.ts";
import { alternativeMe } from "../src/sources/alternative-me.ts";
import { binance } from "../src/sources/binance.ts";
import { coinmarketcap } from "../src/sources/coinmarketcap.ts";
import type { Source } from "../src/sources/source.ts";
import { worldOf } from "./support/world.ts";

const NOW = instant(1_769_752_800_000);
const REFUSED: Gap = { why: "refused", status: 418, detail: "banned" };

type Volume = Markets<Series<Traded>>;
const perpetual = (symbol: string): Market => ({ symbol, kind: "perpetual", margin: "linear", quote: "USDT" });
const telling = (symbols: readonly string[], lacking: Volume["lacking"] = []): (() => Promise<Volume>) => {
  const of = symbols.map((symbol) => ({ market: perpetual(symbol), value: series<Traded>([]) }));
  return () => Promise.resolve({ of, lacking });
};
const failing = (): Promise<Volume> => Promise.reject(new Unavailable(REFUSED));
const lacks = (what: string): Volume["lacking"] => [{ what, gap: REFUSED }];

/** Which of the two tells the venue's volume, and the gaps of those that do not. `done` hears how many each has told. */
async function told(
  first: () => Promise<Volume>,
  reserve: () => Promise<Volume>,
  done: (id: string, readings: number) => void = () => {},
) {
  const source = (id: string, volume: () => Promise<Volume>, more: Partial<Source>): Source => ({
    ...binance,
    id,
    venue: "binance",
    ...more,
    datasets: { volume },
  });
  const { readings } = await collect([source("live", first, {}), source("archive", reserve, { reserve: ["volume"] })], {
    web: () => Promise.reject(new Error("nothing is asked")),
    now: NOW,
    since: NOW,
    wanted: new Set(["volume"]),
    secret: () => undefined,
    replaying: false,
    done: ({ id }, all) => {
      done(id, all.length);
    },
  });
  return readings.map((reading) => `${reading.source}: ${reading.ok ? "told" : reading.gap.detail}`);
}

describe("a source in reserve", () => {
  it("is not asked where the first answer is whole", async () => {
    const asked: string[] = [];
    const reserve = (): Promise<Volume> => {
      asked.push("reserve");
      return failing();
    };
    const done = new Map<string, number>();
    expect(await told(telling(["BTCUSDT", "BTCUSDC"]), reserve, (id, all) => done.set(id, all))).toEqual([
      "live: told",
    ]);
    expect(asked).toEqual([]);
    expect([...done]).toEqual([
      ["live", 1],
      ["archive", 0],
    ]);
  });

  it("stands in for an answer that failed", async () => {
    expect(await told(failing, telling(["BTCUSDT", "BTCUSD_PERP"]))).toEqual(["live: banned", "archive: told"]);
  });

  it("stands in where it has what is missing beside all that was told", async () => {
    const partly = telling(["BTCUSD_PERP"], lacks("USD-M"));
    expect(await told(partly, telling(["BTCUSDT", "BTCUSD_PERP"]))).toEqual(["live: USD-M: banned", "archive: told"]);
  });

  it.each<[string, readonly string[], string]>([
    ["has not got what is missing", ["BTCUSDT", "BTCUSD_PERP"], "BTCUSDC"],
    ["has not got what was told", ["BTCUSDC", "BTCUSD_PERP"], "BTCUSDT"],
  ])("does not where it %s: the venue would look whole", async (_, had, missing) => {
    expect(await told(telling(had, lacks(missing)), telling(["BTCUSDT", "BTCUSD_PERP"]))).toEqual(["live: told"]);
  });

  it("is named beside a part where it fails, too", async () => {
    expect(await told(telling(["BTCUSD_PERP"], lacks("USD-M")), failing)).toEqual(["live: told", "archive: banned"]);
  });
});

describe("a source in reserve, where a rule keeps out what the first one told", () => {
  const now = shift(NOW, HOUR);
  const today = floorTo(now, DAY);

  /** A report of the index; of the first source the days that many days ago, newest first, of the one in reserve all. */
  async function reportOf(daysAgo: readonly number[]) {
    const asked: string[] = [];
    const rows = (days: readonly number[]): readonly object[] =>
      days.map((ago) => ({
        value: 16,
        value_classification: "Extreme Fear",
        timestamp: shift(today, -ago * DAY) / 1000,
      }));
    const world = worldOf({
      now,
      web: ({ url }) => {
        const { host } = new URL(url);
        asked.push(host);
        const text = JSON.stringify(
          host === "api.alternative.me"
            ? { data: rows(daysAgo), metadata: { error: null } }
            : { data: rows(Array.from({ length: 400 }, (_, i) => i)), status: { error_code: 0 } },
        );
        return Promise.resolve({ status: 200, at: now, ms: 1, text });
      },
    });
    const { fearGreed, gaps, checks, sources } = await run(
      [alternativeMe, coinmarketcap],
      {
        sections: new Set(["fear-greed"]),
        anchor: { is: "days", extreme: "low", days: 180 },
        levels: [],
        replaying: false,
        recording: () => null,
      },
      world,
    );
    return {
      asked,
      source: fearGreed?.source,
      date: fearGreed?.date,
      gaps: gaps.map(({ source, dataset, why }) => `${source} ${dataset} ${why}`),
      checks: checks.map(({ source, rule, severity }) => `${source ?? ""} ${rule} ${severity}`),
      requests: sources.map(({ id, requests }) => `${id} ${requests}`),
    };
  }
  const days = (from: number): readonly number[] => Array.from({ length: 400 }, (_, i) => from + i);

  it("is not asked where none does", async () => {
    expect(await reportOf(days(0))).toMatchObject({
      asked: ["api.alternative.me"],
      source: "alternative-me",
      gaps: [],
    });
  });

  it.each([
    // More than four times 36 hours.
    ["is a week old", days(7), "stale", "Q-03"],
    // Today's value may be yesterday's.
    ["goes on to tomorrow", days(-1), "implausible", "Q-02"],
    ["has two days of the future", [-9, -8, ...days(0)], "implausible", "Q-02"],
  ])("stands in where it %s", async (_, told, why, rule) => {
    const report = await reportOf(told);
    expect(report).toMatchObject({ source: "coinmarketcap", date: iso(today).slice(0, 10) });
    expect(report.asked).toEqual(["api.alternative.me", "pro-api.coinmarketcap.com"]);
    expect(report.gaps).toEqual([`alternative-me fearGreed ${why}`]);
    expect(report.checks).toEqual([`alternative-me ${rule} error`]);
    expect(report.requests).toEqual(["alternative-me 1", "coinmarketcap 1"]);
  });

  it("is not needed for a single day of the future: that day is out, and flagged", async () => {
    const report = await reportOf([-400, ...days(0)]);
    expect(report).toMatchObject({ asked: ["api.alternative.me"], source: "alternative-me", gaps: [] });
    expect(report.date).toBe(iso(today).slice(0, 10));
    expect(report.checks).toEqual(["alternative-me Q-02 error"]);
  });
});
