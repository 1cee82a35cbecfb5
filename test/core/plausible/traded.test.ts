import { describe, expect, it } from "vitest";
import type { Market, Of, Traded } from "../../../src/core/market.ts";
import { meanPriceFits, oddMonths } from "../../../src/core/plausible/traded.ts";
import { series, type Series } from "../../../src/core/series.ts";
import { DAY, HOUR, shift, startOfMonth } from "../../../src/core/time.ts";
import { btc, usd, usdPerBtc } from "../../../src/core/units.ts";
import { at, month } from "../moments.ts";

const perpetual: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };
const dated: Market = { symbol: "BTCUSDT_260327", kind: "dated", margin: "linear", quote: "USDT" };

describe("the mean price of a bar (Q-14)", () => {
  const range = { low: usdPerBtc(80_000), high: usdPerBtc(100_000) };
  const found = (inUsd: number | null, inBtc: number | null, { market = perpetual, typical = 0 } = {}) =>
    meanPriceFits(
      market,
      {
        at: at("2025-12-10"),
        value: {
          until: at("2025-12-11"),
          usd: inUsd === null ? null : usd(inUsd),
          btc: inBtc === null ? null : btc(inBtc),
          typical: typical === 0 ? null : usdPerBtc(typical),
        },
      },
      range,
    );

  it("of a perpetual is at most a tenth below the low or above the high of its days", () => {
    // 80,000 / 1.1 is 72,727, 100,000 · 1.1 is 110,000.
    for (const mean of [72_728, 80_000, 100_000, 109_999]) expect(found(mean * 5, 5)).toEqual([]);
    for (const mean of [72_727, 110_001]) {
      expect(found(mean * 5, 5)).toMatchObject([{ rule: "Q-14", severity: "error", value: mean }]);
    }
    expect(found(90_000_000, 1)[0]?.message).toBe(
      "$90,000,000 for 1 BTC on 2025-12-10 lie outside of $80,000 to $100,000, the prices of the time, by more than 10 %",
    );
  });
  it("of a dated contract may be away by its basis", () => {
    expect(found(149_000, 1, { market: dated })).toEqual([]);
    expect(found(151_000, 1, { market: dated })).toMatchObject([{ rule: "Q-14", severity: "error" }]);
  });
  it("is none where one of the amounts is nothing, and no matter where both are", () => {
    expect(found(0, 1)).toMatchObject([{ rule: "Q-14", severity: "error", value: 0 }]);
    expect(found(90_000, 0)).toMatchObject([{ rule: "Q-14", severity: "error", value: null }]);
    expect(found(0, 0)).toEqual([]);
  });
  it("is no matter where so little was traded that its amounts are rounded", () => {
    // 0.00111 BTC, told as 0.001, and 0.0004 BTC, told as 0.
    expect(found(100, 0.001)).toEqual([]);
    expect(found(40, 0)).toEqual([]);
    expect(found(100, 0.1)).toMatchObject([{ rule: "Q-14" }]);
    expect(found(10_000, 0.001)).toMatchObject([{ rule: "Q-14" }]);
  });
  it("is the price that makes an amount from the other, where the venue tells one", () => {
    expect(found(null, 1, { typical: 90_000 })).toEqual([]);
    expect(found(null, 1, { typical: 90_000_000 })).toMatchObject([{ rule: "Q-14", value: 90_000_000 }]);
    expect(found(0, null)).toEqual([]);
  });
});

describe("months among those around them (Q-11)", () => {
  /** From the first to before the last month, bars of so many hours, 10 BTC a day times what `times` says. */
  const bars = (from: string, until: string, times: (day: string) => number = () => 1, hours = 24): Series<Traded> => {
    const [start, end] = [startOfMonth(month(from)), startOfMonth(month(until))];
    const count = (end - start) / (hours * HOUR);
    return series(
      Array.from({ length: count }, (_, i) => shift(start, i * hours * HOUR)).map((begin) => ({
        at: begin,
        value: {
          until: shift(begin, hours * HOUR),
          btc: btc(((10 * hours) / 24) * times(new Date(begin).toISOString())),
          usd: null,
          typical: usdPerBtc(90_000),
        },
      })),
    );
  };
  const of = (value: Series<Traded>, market = perpetual): Of<Series<Traded>> => ({ market, value });
  const told = (...contracts: readonly Of<Series<Traded>>[]) =>
    oddMonths(contracts).map((odd) => odd.map((one) => `${one.month} ${one.verdict.severity} ${one.verdict.value}`));
  const on =
    (start: string, many: number) =>
    (time: string): number =>
      time.startsWith(start) ? many : 1;

  it("are warned of for more than ten usual days, and are wrong for more than a hundred", () => {
    const day = (many: number) => told(of(bars("2025-06", "2025-09", on("2025-08-05", many))));
    expect(day(10)).toEqual([[]]);
    expect(day(11)).toEqual([["2025-08 warning 11"]]);
    expect(day(100)).toEqual([["2025-08 warning 100"]]);
    expect(day(101)).toEqual([["2025-08 error 101"]]);
  });
  it("let an hour be a hundred usual ones, but not make twenty days of its own", () => {
    // 480 times an hour is a day of 480 / 24 + 23 / 24 = 20.96 days, 450 times one of 19.71.
    const hour = (many: number) => told(of(bars("2025-06", "2025-09", on("2025-08-05T13", many), 1)));
    expect(hour(39)).toEqual([[]]);
    expect(hour(450)[0]).toEqual([expect.stringMatching(/^2025-08 warning 19\.708/)]);
    expect(hour(480)[0]).toEqual([expect.stringMatching(/^2025-08 error 20\.958/)]);
  });
  it("are all wrong that are of another unit, old ones, some in between, and a bar of a month", () => {
    const old = bars("2025-01", "2025-09", (time) => (time < "2025-03" ? 1_000 : 1));
    expect(told(of(old))).toEqual([["2025-02 error 1000", "2025-01 error 1000"]]);
    const some = bars("2025-01", "2025-09", (time) => (time > "2025-03" && time < "2025-05" ? 1_000 : 1));
    expect(told(of(some))).toEqual([["2025-04 error 1000", "2025-03 error 1000"]]);
    const long = [
      ...["2025-01", "2025-02", "2025-03", "2025-04"].flatMap((name, i) => {
        const days = bars(name, `2025-0${i + 2}`, on("2025-02", 1_000));
        const sum = days.reduce((total, { value }) => total + (value.btc ?? 0), 0);
        return days.slice(0, 1).map(({ at: start, value }) => ({
          at: start,
          value: { ...value, until: shift(start, days.length * DAY), btc: btc(sum) },
        }));
      }),
      ...bars("2025-05", "2025-09"),
    ];
    expect(told(of(series(long)))).toEqual([["2025-02 error 1000"]]);
  });
  it("are wrong a thousand times too small, but not where a contract has just been listed", () => {
    const small = (until: string) => told(of(bars("2025-01", "2025-09", (time) => (time < until ? 0.001 : 1))));
    expect(small("2025-03")).toEqual([[]]);
    expect(small("2025-04")).toEqual([["2025-03 error 0.001", "2025-02 error 0.001", "2025-01 error 0.001"]]);
    const between = bars("2025-01", "2025-09", on("2025-05", 0.001));
    expect(told(of(between))).toEqual([["2025-05 error 0.001"]]);
  });
  it("tell nothing of a contract that hardly anybody trades: one order is more than all its days", () => {
    // A day of 101 · 10 BTC beside a main perpetual of 2,000 a day, and beside one of 1,000.
    const large = (size: number) => of(bars("2025-06", "2025-09", () => size));
    const lesser = of(bars("2025-06", "2025-09", on("2025-08-05", 101)), { ...perpetual, symbol: "BTCUSDC" });
    expect(told(large(200), lesser)).toEqual([[], ["2025-08 warning 101"]]);
    expect(told(large(90), lesser)).toEqual([[], ["2025-08 error 101"]]);
    // A dated one begins small; in another unit it would outweigh the perpetuals.
    const young = of(
      bars("2025-06", "2025-09", (time) => (time < "2025-08-20" ? 0.001 : 1)),
      dated,
    );
    expect(told(large(1), young)).toEqual([[], []]);
    const months = (many: number) => of(bars("2025-06", "2025-09", on("2025-06-05", many)), dated);
    expect(told(large(1), months(20))).toEqual([[], []]);
    expect(told(large(1), months(21))).toEqual([[], ["2025-06 error 21"]]);
    expect(told(large(22), months(21))).toEqual([[], []]);
  });
  it("judge the days of a month that has just begun by the one before", () => {
    const running = series([
      ...bars("2025-06", "2025-09"),
      ...bars("2025-09", "2025-10", on("2025-09-02", 1_000)).slice(0, 5),
    ]);
    expect(told(of(running))).toEqual([["2025-09 error 1000"]]);
  });
  it("are none of a contract without bars or without a price for them", () => {
    const unpriced = bars("2025-06", "2025-07").map(({ at: start, value }) => ({
      at: start,
      value: { ...value, btc: null, usd: usd(1), typical: null },
    }));
    expect(told(of(series([])), of(series(unpriced)))).toEqual([[], []]);
  });
});
