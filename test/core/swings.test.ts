import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candle } from "../../src/core/market.ts";
import { filterSeries, mapSeries, series, type Series } from "../../src/core/series.ts";
import { fractals, zigzag, type Swing } from "../../src/core/swings.ts";
import { DAY } from "../../src/core/time.ts";
import { ratio, usdPerBtc } from "../../src/core/units.ts";
import { barsOf, VECTOR_P } from "./daily-bars.ts";
import { at } from "./moments.ts";

const P = barsOf(VECTOR_P);
const of = (swings: readonly Swing[], is: Swing["is"]) =>
  swings.filter((swing) => swing.is === is).map(({ index, price }) => [index, price]);
/** The first n bars. */
const first = (bars: Series<Candle>, n: number): Series<Candle> =>
  filterSeries(bars, (point) => bars.indexOf(point) < n);
/** The same bars upside down. */
const mirrored = (bars: Series<Candle>): Series<Candle> =>
  mapSeries(bars, (bar) => ({
    ...bar,
    open: usdPerBtc(1000 - bar.open),
    high: usdPerBtc(1000 - bar.low),
    low: usdPerBtc(1000 - bar.high),
    close: usdPerBtc(1000 - bar.close),
  }));
const flat = (lows: readonly number[]): Series<Candle> =>
  barsOf(lows.map((low) => `${low + 1} ${low + 2} ${low} ${low + 1} 1`).join("\n"));

const walks = fc
  .array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map((steps) => {
    let close = 300;
    return barsOf(
      steps
        .map(([step, up, down]) => {
          const open = close;
          close = Math.max(100, close + step);
          return `${open} ${Math.max(open, close) + up} ${Math.min(open, close) - down} ${close} 1`;
        })
        .join("\n"),
    );
  });

describe("fractals", () => {
  it("finds the swings of vector P", () => {
    const found = fractals(P, 2);
    expect(of(found, "low")).toEqual([
      [3, 84.0],
      [10, 84.4],
      [18, 87.0],
      [26, 82.1],
      [30, 85.9],
    ]);
    expect(of(found, "high")).toEqual([
      [6, 94.0],
      [14, 93.6],
      [20, 91.0],
    ]);
  });
  it("knows a swing at the close of the k-th bar after it, and says so", () => {
    expect(fractals(first(P, 5), 2).some(({ index }) => index === 3)).toBe(false);
    const swing = fractals(first(P, 6), 2).find(({ index }) => index === 3);
    expect(swing).toEqual({ is: "low", index: 3, at: at("2026-01-04"), price: 84, confirmed: 5 });
  });
  it("takes the first of equal lows and of equal highs", () => {
    const lows = fractals(flat([5, 4, 3, 3, 4, 5]), 2);
    expect(of(lows, "low")).toEqual([[2, 3]]);
    expect(of(fractals(flat([3, 4, 5, 5, 4, 3]), 2), "high")).toEqual([[2, 7]]);
  });
  it("gives low and high of a bar that is both", () => {
    const outside = barsOf("5 6 4 5 1\n5 9 1 5 1\n5 6 4 5 1");
    expect(fractals(outside, 1).map(({ is, price }) => [is, price])).toEqual([
      ["low", 1],
      ["high", 9],
    ]);
  });
  it("never changes what it said", () => {
    fc.assert(
      fc.property(walks, fc.nat(60), fc.integer({ min: 1, max: 4 }), (bars, n, k) => {
        const known = fractals(bars, k).filter(({ confirmed }) => confirmed < n);
        expect(fractals(first(bars, n), k)).toEqual(known);
      }),
    );
  });
  it("sees highs as it sees lows", () => {
    fc.assert(
      fc.property(walks, (bars) => {
        const turned = fractals(mirrored(bars), 2);
        expect(of(turned, "high")).toEqual(of(fractals(bars, 2), "low").map(([i = 0, price = 0]) => [i, 1000 - price]));
      }),
    );
  });
});

describe("zigzag", () => {
  const five = ratio(0.05);
  const shown = (swings: readonly Swing[]) =>
    swings.map(({ is, index, price, confirmed }) => [is, index, price, confirmed]);

  it("finds the turns of vector P", () => {
    expect(shown(zigzag(P, five))).toEqual([
      ["high", 0, 98, 1],
      ["low", 3, 84.0, 4],
      ["high", 6, 94.0, 8],
      ["low", 10, 84.4, 12],
      ["high", 14, 93.6, 16],
      ["low", 26, 82.1, 27],
    ]);
  });
  it("has none before the first turn, and none without bars", () => {
    expect(zigzag(first(P, 1), five)).toEqual([]);
    expect(zigzag(series<Candle>([]), five)).toEqual([]);
  });
  it("starts with a low where the price rises first", () => {
    const found = zigzag(barsOf("100 101 99 100 1\n100 103 100 103 1\n103 106 103 106 1"), five);
    expect(shown(found)).toEqual([["low", 0, 99, 2]]);
  });
  it("extends a leg in a bar that would also turn it", () => {
    const bars = barsOf("100 100 99 100 1\n100 110 100 110 1\n110 120 105 106 1\n106 107 105 106 1");
    expect(shown(zigzag(first(bars, 3), five))).toEqual([["low", 0, 99, 1]]);
    expect(shown(zigzag(bars, five)).at(-1)).toEqual(["high", 2, 120, 3]);
  });
  it("confirms the high where both ways are open and one bar turns both", () => {
    expect(shown(zigzag(barsOf("95 100 90 95 1\n95 99 91 95 1"), five))).toEqual([["high", 0, 100, 1]]);
  });
  it("turns by exactly the share asked for", () => {
    // 5 % below 100 are 95, 5 % above 100 are 105.
    expect(shown(zigzag(barsOf("99 100 98 99 1\n97 98 95 96 1"), five))).toEqual([["high", 0, 100, 1]]);
    expect(shown(zigzag(barsOf("101 102 100 101 1\n103 105 102 104 1"), five))).toEqual([["low", 0, 100, 1]]);
  });
  it("takes the first of equal extremes", () => {
    const down = "99 100 98 99 1\n99 100 98 99 1\n94 95 90 91 1\n91 94 90 93 1\n93 95 92 94 1";
    expect(shown(zigzag(barsOf(down), five))).toEqual([
      ["high", 0, 100, 2],
      ["low", 2, 90, 4],
    ]);
    const up = "101 102 100 101 1\n101 102 100 101 1\n105 107 103 106 1\n106 107 104 105 1\n105 105 101 102 1";
    expect(shown(zigzag(barsOf(up), five))).toEqual([
      ["low", 0, 100, 2],
      ["high", 2, 107, 4],
    ]);
  });
  it("alternates, turns by the share asked for, and never changes what it said", () => {
    fc.assert(
      fc.property(walks, fc.nat(60), (bars, n) => {
        const swings = zigzag(bars, five);
        swings.forEach((swing, i) => {
          const next = swings[i + 1];
          if (next === undefined) return;
          expect(next.is).not.toBe(swing.is);
          expect(next.index).toBeGreaterThan(swing.index);
          const [low, high] = swing.is === "low" ? [swing.price, next.price] : [next.price, swing.price];
          expect(high / low).toBeGreaterThanOrEqual(1.05);
        });
        const known = swings.filter(({ confirmed }) => confirmed < n);
        expect(zigzag(first(bars, n), five)).toEqual(known);
      }),
    );
  });
  it("names bars by the day they start", () => {
    for (const swing of zigzag(P, five)) expect(swing.at - at("2026-01-01")).toBe(swing.index * DAY);
  });
});
