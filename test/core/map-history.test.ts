import { describe, expect, it } from "vitest";
import { amountsOf, historyOf, refined, type History } from "../../src/core/map-history.ts";
import type { Candle } from "../../src/core/market.ts";
import type { Amount } from "../../src/core/panel.ts";
import { filterSeries, joinSeries, mapSeries, series, type Series } from "../../src/core/series.ts";
import { HOUR, shift } from "../../src/core/time.ts";
import { btc, ofBtc, ofContracts, ofUsd, usd, usdPerBtc } from "../../src/core/units.ts";
import { bars, before, candle, END, held } from "./map-bars.ts";

const of = (candles: Series<Candle>, openInterest: Series<Amount>): History | null =>
  historyOf(candles, openInterest, "btc");
/** Leaves out what lies strictly between so many hours before the end. */
const without = <T>(s: Series<T>, from: number, to: number): Series<T> =>
  filterSeries(s, ({ at }) => at <= END - from * HOUR || at >= END - to * HOUR);

describe("historyOf", () => {
  it("joins bars with the open interest at their end", () => {
    const history = of(
      bars(22),
      held(22, (daysAgo) => 1000 - daysAgo),
    );
    expect(history?.bars).toHaveLength(22 * 24);
    expect(history?.bars.at(-1)).toEqual({
      until: END,
      days: 1 / 24,
      low: 100,
      high: 100,
      entry: 100,
      traded: 1,
      held: 1000,
    });
    expect(history?.bars[0]?.held).toBeCloseTo(1000 - 22 + 1 / 24, 9);
    expect(history).toMatchObject({ seed: 1, held: 1000, holes: [] });
  });
  it("takes the volume-weighted price, the typical one where that is none", () => {
    const open = bars(22);
    const priced = (coins: number | null, dollars: number | null): number | undefined => {
      const last = candle(shift(END, -HOUR), [90, 120, 102]);
      const value = {
        ...last.value,
        btc: coins === null ? null : btc(coins),
        usd: dollars === null ? null : usd(dollars),
      };
      return of(joinSeries(open, series([{ ...last, value }])), held(22))?.bars.at(-1)?.entry;
    };
    expect(priced(2, 220)).toBe(110);
    expect(priced(null, 220)).toBe(104);
    expect(priced(2, null)).toBe(104);
    expect(priced(0, 0)).toBe(104);
    // Contracts of a hundredth of a coin taken for coins.
    expect(priced(200, 220)).toBe(104);
    expect(priced(2, 242)).toBe(104);
  });
  it("needs three weeks of open interest and of bars", () => {
    expect(of(bars(30), held(21))).not.toBeNull();
    expect(of(bars(30), held(20.9))).toBeNull();
    expect(of(bars(21 + 1 / 24), held(30))).not.toBeNull();
    expect(of(bars(21), held(30))).toBeNull();
    expect(of(series<Candle>([]), held(30))).toBeNull();
    expect(of(bars(30), series<Amount>([]))).toBeNull();
  });
  it("goes back 90 days, for the seed 90 more", () => {
    const history = of(bars(200), held(200));
    expect(history?.bars.filter((bar) => bar.held !== null)).toHaveLength(90 * 24 + 1);
    expect(history?.bars).toHaveLength(180 * 24);
  });

  describe("the seed", () => {
    it("is spread by volume over at least thirty days of bars before", () => {
      const history = of(bars(60), held(30));
      expect(history?.seed).toBe(30 * 24);
      expect(history?.bars.findIndex((bar) => bar.held !== null)).toBe(30 * 24 - 1);
      expect(history?.bars[0]).toMatchObject({ traded: 10, held: null });
    });
    it("is one cohort where they are fewer", () => {
      const history = of(bars(60 - 1 / 24), held(30));
      expect(history).toMatchObject({ seed: 1, held: 1000 });
      expect(history?.bars).toHaveLength(30 * 24 + 1);
      expect(history?.bars[0]).toMatchObject({ traded: 1, held: 1000 });
    });
    it("is one cohort where the volume is not known", () => {
      const mute = mapSeries(bars(60), (bar) => ({ ...bar, btc: null }));
      expect(of(mute, held(30))?.seed).toBe(1);
      const partly = mapSeries(bars(60), (bar, at) => (at < before(50) ? { ...bar, btc: null } : bar));
      expect(of(partly, held(30))).toMatchObject({ seed: 30 * 24, bars: { 0: { traded: 0 } } });
    });
    it("counts dollars for contracts of dollars", () => {
      const history = historyOf(bars(60), held(30), "usd");
      expect(history).toMatchObject({ seed: 30 * 24, held: 100_000, bars: { 0: { traded: 1000 } } });
    });
  });

  describe("holes", () => {
    it("draws the open interest straight across, and flags more than six hours", () => {
      const rising = held(22, (daysAgo) => (daysAgo < 4 ? 1100 : 1000));
      expect(of(bars(22), without(rising, 100, 94))?.holes).toEqual([]);
      const history = of(bars(22), without(rising, 100, 92));
      expect(history?.holes).toEqual([
        { of: "open interest", from: shift(END, -100 * HOUR), until: shift(END, -92 * HOUR) },
      ]);
      // 98 hours ago: a quarter of the way from 1000 to 1100.
      expect(history?.bars.at(-1 - 98)?.held).toBeCloseTo(1025, 9);
      expect(history?.bars.at(-1 - 92)?.held).toBe(1100);
    });
    it("takes a zero for a missing sample", () => {
      const zeros = mapSeries(held(22), (amount, at) =>
        at === shift(END, -50 * HOUR) ? { btc: btc(0), usd: usd(0) } : amount,
      );
      expect(of(bars(22), zeros)?.bars.at(-1 - 50)?.held).toBe(1000);
    });
    it("keeps the last open interest for a while", () => {
      const late = without(
        held(30, (daysAgo) => 1000 - daysAgo),
        10,
        -1,
      );
      expect(of(bars(30), late)?.held).toBeCloseTo(1000 - 10 / 24, 9);
      expect(of(bars(30), late)?.holes).toEqual([{ of: "open interest", from: shift(END, -10 * HOUR), until: END }]);
      expect(of(bars(30), without(held(30), 48, -1))).not.toBeNull();
      expect(of(bars(30), without(held(30), 49, -1))).toBeNull();
    });
    it("starts again after more than two days without open interest", () => {
      const broken = without(held(80), 600, 551);
      expect(of(bars(80), without(held(80), 600, 552))?.seed).toBe(1);
      expect(of(bars(80), without(held(80), 600, 552))?.holes).toHaveLength(1);
      const history = of(bars(80), broken);
      expect(history?.bars.filter((bar) => bar.held !== null)).toHaveLength(552);
      expect(history?.seed).toBe(80 * 24 - 551);
      expect(history?.holes).toEqual([]);
      expect(of(bars(80), without(held(80), 400, 351))).toBeNull();
    });
    it("starts again after more than two days without a price", () => {
      const history = of(without(bars(80), 600, 552), held(80));
      expect(history?.bars.filter((bar) => bar.held !== null)).toHaveLength(80 * 24 - 47);
      expect(history?.holes).toEqual([{ of: "price", from: shift(END, -599 * HOUR), until: shift(END, -552 * HOUR) }]);
      expect(history?.bars.at(-552)?.days).toBeCloseTo(2, 9);
      const broken = of(without(bars(80), 600, 550), held(80));
      expect(broken?.bars).toHaveLength(550);
      expect(broken).toMatchObject({ seed: 1, holes: [], bars: { 0: { days: 1 / 24 } } });
    });
  });
});

describe("amountsOf", () => {
  const priced = bars(1, (i) => 100 + i);
  const at = (hoursAgo: number) => shift(END, -hoursAgo * HOUR);

  it("takes the price of the sample, else the close of the bar that ends with it", () => {
    const samples = series([
      { at: at(2), value: { size: ofContracts(500, ofBtc(0.01)), price: usdPerBtc(90) } },
      { at: at(1), value: { size: ofContracts(500, ofBtc(0.01)) } },
      { at: at(0), value: { size: ofUsd(1230) } },
    ]);
    expect(amountsOf(samples, priced).map(({ value }) => value)).toEqual([
      { btc: 5, usd: 450 },
      { btc: 5, usd: 610 },
      { btc: 10, usd: 1230 },
    ]);
  });
  it("leaves out what has no price within six hours", () => {
    const samples = series([-6, -5, 24, 25].map((hours) => ({ at: at(hours), value: { size: ofBtc(1) } })));
    expect(amountsOf(samples, priced).map((point) => point.at)).toEqual([at(-5)]);
  });
});

describe("five-minute bars in place of hours", () => {
  const fiveMinutes = (hourFromEnd: number, [low, high]: readonly [number, number] = [100, 100], count = 12) =>
    Array.from({ length: count }, (_, i) =>
      candle(shift(END, -hourFromEnd * HOUR + i * (HOUR / 12)), [low, high, 100], 1, 1 / 12),
    );
  const days = (count: number) => series(Array.from({ length: count * 24 }, (_, i) => fiveMinutes(i + 1)).flat());

  it("take the place of the hours as far back as they reach", () => {
    const { candles, whole, left } = refined(bars(30), days(5));
    expect({ whole, left }).toEqual({ whole: true, left: 0 });
    expect(candles).toHaveLength((30 - 5) * 24 + 5 * 24 * 12);
    const history = of(candles, held(30));
    expect(history?.bars.at(-1)?.days).toBeCloseTo(1 / 288, 12);
    expect(history?.bars.reduce((sum, bar) => sum + bar.days, 0)).toBeCloseTo(30, 9);
    expect(history?.holes).toEqual([]);
  });
  it("take it for thirty days at most, and for less than four do not make a map fine", () => {
    expect(refined(bars(40), days(31)).candles).toHaveLength(10 * 24 + 30 * 24 * 12);
    expect(refined(bars(40), days(31))).toMatchObject({ whole: true, left: 0 });
    expect(refined(bars(30), days(4)).whole).toBe(true);
    expect(refined(bars(30), days(3))).toMatchObject({ whole: false, left: 0 });
    expect(refined(bars(30), series<Candle>([]))).toEqual({ candles: bars(30), whole: false, left: 0 });
  });
  it("leave an hour of long ago as it is, which does not make the last days coarse", () => {
    const hour = shift(END, -20 * 24 * HOUR);
    const some = filterSeries(days(25), ({ at }) => at !== shift(hour, HOUR / 4));
    const { candles, whole, left } = refined(bars(30), some);
    expect({ whole, left }).toEqual({ whole: true, left: 1 });
    expect(candles).toHaveLength((30 - 25) * 24 + (25 * 24 - 1) * 12 + 1);
    expect(of(candles, held(30))?.holes).toEqual([]);
  });
  it("have the open interest that lies between two hours", () => {
    // 1000 coins at the end, 988 an hour before: one more in each five minutes.
    const history = of(
      refined(bars(30), days(4)).candles,
      held(30, (daysAgo) => 1000 - 12 * 24 * daysAgo),
    );
    const last = history?.bars.slice(-13).map((bar) => bar.held ?? 0) ?? [];
    for (const [i, coins] of last.entries()) expect(coins).toBeCloseTo(988 + i, 6);
  });
  it.each([
    ["one is missing", fiveMinutes(2, [100, 100], 11)],
    ["one stands elsewhere", fiveMinutes(2).map((bar, i) => (i === 5 ? { ...bar, at: shift(bar.at, 1) } : bar))],
    ["one is higher than its hour", fiveMinutes(2, [100, 101])],
    ["one is lower than its hour", fiveMinutes(2, [99, 100])],
  ])("leave an hour as it is where %s", (_, odd) => {
    const hour = shift(END, -2 * HOUR);
    const others = filterSeries(days(4), ({ at }) => at < hour || at >= shift(hour, HOUR));
    const { candles, whole, left } = refined(bars(30), series([...others, ...odd]));
    expect({ whole, left }).toEqual({ whole: false, left: 1 });
    expect(candles.filter(({ at }) => at >= hour && at < shift(hour, HOUR))).toEqual([bars(30).at(-2)]);
  });
});
