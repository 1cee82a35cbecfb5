import { describe, expect, it } from "vitest";
import { daysOfAll, dayVolumes } from "../../src/core/day-volumes.ts";
import type { Market, Of, Traded } from "../../src/core/market.ts";
import { series, type Point, type Series } from "../../src/core/series.ts";
import { HOUR, shift, type Instant } from "../../src/core/time.ts";
import { btc, usd } from "../../src/core/units.ts";
import { at } from "./moments.ts";

const perpetual: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };
const dated: Market = { symbol: "BTCUSDT_260327", kind: "dated", margin: "linear", quote: "USDT" };

const bar = (from: string | Instant, hours: number, dollars: number): Point<Traded> => {
  const start = typeof from === "string" ? at(from) : from;
  return { at: start, value: { until: shift(start, hours * HOUR), btc: btc(1), usd: usd(dollars), typical: null } };
};
const own = (market: Market, ...bars: readonly Point<Traded>[]): Of<Series<Traded>> => ({
  market,
  value: series(bars),
});
const days = (...contracts: readonly Of<Series<Traded>>[]) =>
  Object.fromEntries(
    [...dayVolumes(contracts, at("2026-01-01"), at("2026-01-04T05:00Z"))].map(([day, dollars]) => [
      new Date(day).toISOString().slice(0, 10),
      dollars,
    ]),
  );
const before = bar("2025-12-31", 24, 9);

describe("the days of a venue", () => {
  it("are whole ones, summed over bars and contracts", () => {
    const halves = [bar("2026-01-02", 12, 2), bar("2026-01-02T12:00Z", 12, 3)];
    const main = own(perpetual, before, bar("2026-01-01", 24, 1), ...halves, bar("2026-01-03", 24, 4));
    expect(days(main)).toEqual({ "2026-01-01": 1, "2026-01-02": 5, "2026-01-03": 4 });
    expect(days(main, main)).toEqual({ "2026-01-01": 2, "2026-01-02": 10, "2026-01-03": 8 });
  });
  it("lack one that a perpetual lacks a part of, as one that is running does", () => {
    const half = bar("2026-01-02", 12, 2);
    const running = bar("2026-01-04", 5, 7);
    const main = own(perpetual, before, bar("2026-01-01", 24, 1), half, bar("2026-01-03", 24, 4), running);
    expect(days(main)).toEqual({ "2026-01-01": 1, "2026-01-03": 4 });
  });
  it("lack those of a bar that is longer: a month tells no day", () => {
    expect(days(own(perpetual, bar("2026-01-01", 31 * 24, 31)))).toEqual({});
    const two = own(perpetual, before, bar("2026-01-01", 24, 1), bar("2026-01-02", 48, 8));
    expect(days(two)).toEqual({ "2026-01-01": 1 });
    // Whichever contract it is of.
    const main = own(perpetual, before, bar("2026-01-01", 24, 1), bar("2026-01-02", 24, 2));
    expect(days(main, own(dated, bar("2026-01-02", 48, 8)))).toEqual({ "2026-01-01": 1 });
  });
  it("begin with the first bar of a contract that was listed then", () => {
    const listed = own(perpetual, bar("2026-01-02T06:00Z", 18, 5), bar("2026-01-03", 24, 6));
    const main = own(perpetual, before, ...["01", "02", "03"].map((day) => bar(`2026-01-${day}`, 24, 1)));
    expect(days(main, listed)).toEqual({ "2026-01-01": 1, "2026-01-02": 6, "2026-01-03": 7 });
  });
  it("begin when a contract is due, whatever its first bar is", () => {
    const late = { ...own(perpetual, bar("2026-01-03", 24, 6)), due: at("2026-01-02T20:00Z") };
    const main = own(perpetual, before, ...["01", "02", "03"].map((day) => bar(`2026-01-${day}`, 24, 1)));
    expect(days(main, late)).toEqual({ "2026-01-01": 1, "2026-01-03": 7 });
  });
  it("may lack trades of a dated contract", () => {
    const main = own(perpetual, before, ...["01", "02", "03"].map((day) => bar(`2026-01-${day}`, 24, 1)));
    expect(days(main, own(dated, bar("2026-01-02T08:00Z", 4, 5)))).toEqual({
      "2026-01-01": 1,
      "2026-01-02": 6,
      "2026-01-03": 1,
    });
  });
  it("are none of no contract", () => {
    expect(days()).toEqual({});
  });
});

it("the days of several venues are those that all have, oldest first", () => {
  const [one, two, three] = [at("2026-01-01"), at("2026-01-02"), at("2026-01-03")];
  const a = new Map([one, two, three].map((day, i) => [day, usd(i + 1)]));
  const b = new Map([one, three].map((day) => [day, usd(10)]));
  expect(daysOfAll([a, b])).toEqual([11, 13]);
  expect(daysOfAll([a])).toEqual([1, 2, 3]);
  expect(daysOfAll([])).toEqual([]);
});
