import { describe, expect, it } from "vitest";
import { mapSeries } from "../../src/core/series.ts";
import { usdPerBtc, type UsdPerBtc } from "../../src/core/units.ts";
import { drawdown, parkinson, realizedVol } from "../../src/core/volatility.ts";
import { at, daily } from "./moments.ts";

const closes = (start: string, values: readonly (number | undefined)[]) =>
  daily(
    start,
    values.map((value) => (value === undefined ? undefined : usdPerBtc(value))),
  );
const bar = ([high, low]: readonly [number, number]): { high: UsdPerBtc; low: UsdPerBtc } => ({
  high: usdPerBtc(high),
  low: usdPerBtc(low),
});
const percent = (ratio: number | null | undefined): number => Number(ratio) * 100;

// Binance BTCUSDT perpetual, 31 December 2025 to 30 January 2026: high, low, close.
const JANUARY: readonly (readonly [number, number, number])[] = [
  [89_192.8, 87_189.2, 87_608.2],
  [88_881.4, 87_508.4, 88_800],
  [90_945.1, 88_324.4, 89_951.4],
  [90_716.9, 89_261.2, 90_595.8],
  [91_779.7, 90_595.7, 91_497.1],
  [94_760.3, 91_476.5, 93_822.4],
  [94_415.4, 91_209, 93_708],
  [93_708.1, 90_634.1, 91_328],
  [91_666, 89_242, 91_059.8],
  [91_999, 89_632.8, 90_603.6],
  [90_800, 90_351.6, 90_469.6],
  [91_252.5, 90_175.3, 90_964.4],
  [92_488, 90_066, 91_252.6],
  [96_863.7, 91_011, 95_375.2],
  [97_932.1, 94_413.4, 96_907.9],
  [97_155, 95_080, 95_567.3],
  [95_825, 94_234.5, 95_503.7],
  [95_621.9, 94_977.5, 95_107.9],
  [95_490, 93_550.3, 93_614],
  [93_614.1, 91_800, 92_589.6],
  [92_845, 87_787.2, 88_390.6],
  [90_599.5, 87_205.5, 89_411.4],
  [90_327.7, 88_465.6, 89_518.5],
  [91_195, 88_530, 89_558.7],
  [89_893.9, 89_116.9, 89_180.7],
  [89_281.6, 86_021.7, 86_628.9],
  [88_834.1, 86_463.2, 88_300.6],
  [89_499, 87_265.4, 89_197.8],
  [90_592.7, 88_786, 89_261.7],
  [89_316.8, 83_338.3, 84_604.7],
  [84_697.2, 81_000, 84_211.4],
];

describe("realizedVol", () => {
  const vector = [90_000, 89_200, 86_500, 87_300, 84_500, 82_850];

  it("is 43.236 % of the vector, around zero", () => {
    expect(percent(realizedVol(closes("2026-01-01", vector), 5)?.value)).toBeCloseTo(43.236, 3);
  });
  it("is 46.9 % over 7 days and 36.9 % over 30 on 30 January 2026", () => {
    const series = closes(
      "2025-12-31",
      JANUARY.map(([, , close]) => close),
    );
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

describe("parkinson", () => {
  const vector = [
    [90_400, 88_600],
    [89_900, 86_000],
    [88_000, 85_900],
    [88_200, 84_000],
    [85_600, 81_100],
  ] as const;

  it("is 46.611 % of the vector", () => {
    expect(percent(parkinson(vector.map(bar), 5))).toBeCloseTo(46.611, 3);
  });
  it("is 36.3 % over 30 days on 30 January 2026", () => {
    const bars = JANUARY.map(([high, low]) => bar([high, low]));
    expect(percent(parkinson(bars, 30))).toBeCloseTo(36.3, 1);
  });
  it("takes the last n bars and needs so many", () => {
    expect(parkinson([bar([2, 1]), ...vector.map(bar)], 5)).toBe(parkinson(vector.map(bar), 5));
    expect(parkinson([bar([2, 1])], 1)).toBeCloseTo(Math.sqrt((365 / 4) * Math.LN2), 12);
    expect(parkinson(vector.map(bar), 6)).toBeNull();
    expect(parkinson(vector.map(bar), 0)).toBeNull();
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
