import { describe, expect, it } from "vitest";
import { mapSeries } from "../../src/core/series.ts";
import { usdPerBtc } from "../../src/core/units.ts";
import { drawdown, realizedVol } from "../../src/core/volatility.ts";
import { at, daily } from "./moments.ts";

const closes = (start: string, values: readonly (number | undefined)[]) =>
  daily(
    start,
    values.map((value) => (value === undefined ? undefined : usdPerBtc(value))),
  );
const percent = (ratio: number | null | undefined): number => Number(ratio) * 100;

// Binance BTCUSDT perpetual, 31 December 2025 to 30 January 2026.
const JANUARY = [
  87_608.2, 88_800, 89_951.4, 90_595.8, 91_497.1, 93_822.4, 93_708, 91_328, 91_059.8, 90_603.6, 90_469.6, 90_964.4,
  91_252.6, 95_375.2, 96_907.9, 95_567.3, 95_503.7, 95_107.9, 93_614, 92_589.6, 88_390.6, 89_411.4, 89_518.5, 89_558.7,
  89_180.7, 86_628.9, 88_300.6, 89_197.8, 89_261.7, 84_604.7, 84_211.4,
];

describe("realizedVol", () => {
  const vector = [90_000, 89_200, 86_500, 87_300, 84_500, 82_850];

  it("is 43.236 % of the vector, around zero", () => {
    expect(percent(realizedVol(closes("2026-01-01", vector), 5)?.value)).toBeCloseTo(43.236, 3);
  });
  it("is 46.9 % over 7 days and 36.9 % over 30 on 30 January 2026", () => {
    const series = closes("2025-12-31", JANUARY);
    expect(percent(realizedVol(series, 7)?.value)).toBeCloseTo(46.9, 1);
    expect(percent(realizedVol(series, 30)?.value)).toBeCloseTo(36.9, 1);
    expect(realizedVol(series, 30)?.dropped).toBe(0);
    expect(realizedVol(series, 31)).toBeNull();
  });
  it("drops a return over a missing day and says so", () => {
    const holed = closes("2026-01-01", [50_000, 90_000, undefined, 89_200, 86_500, 87_300]);
    // Two daily returns after the hole, one over it, one before.
    const expected = Math.sqrt((365 / 2) * (Math.log(86_500 / 89_200) ** 2 + Math.log(87_300 / 86_500) ** 2));
    expect(realizedVol(holed, 2)).toEqual({ value: expected, dropped: 0 });
    expect(realizedVol(holed, 3)?.dropped).toBe(1);
    expect(realizedVol(holed, 4)).toBeNull();
  });
  it("takes one return", () => {
    const one = Math.sqrt(365) * Math.log(82_850 / 84_500) * -1;
    expect(realizedVol(closes("2026-01-01", vector), 1)?.value).toBeCloseTo(one, 12);
  });
  it("needs returns", () => {
    expect(realizedVol(closes("2026-01-01", []), 1)).toBeNull();
    expect(realizedVol(closes("2026-01-01", vector), 0)).toBeNull();
  });
  it("does not change with the unit of price", () => {
    const cents = mapSeries(closes("2026-01-01", vector), (price) => usdPerBtc(price * 100));
    expect(percent(realizedVol(cents, 5)?.value)).toBeCloseTo(43.236, 3);
  });
});

describe("drawdown", () => {
  it("is -32.43 % from the close of 6 October to that of 30 January", () => {
    const found = drawdown(closes("2025-10-06", [124_628.5, 121_000, 84_211.4]));
    expect(percent(found?.ratio)).toBeCloseTo(-32.43, 2);
    expect(found?.high).toEqual({ at: at("2025-10-06"), value: 124_628.5 });
  });
  it("is 0 at a new high and takes the earliest of equal highs", () => {
    expect(drawdown(closes("2026-01-01", [1, 2, 3]))).toEqual({ ratio: 0, high: { at: at("2026-01-03"), value: 3 } });
    expect(drawdown(closes("2026-01-01", [3, 2, 3]))?.high.at).toBe(at("2026-01-01"));
  });
  it("is null without a price", () => {
    expect(drawdown(closes("2026-01-01", []))).toBeNull();
  });
});
