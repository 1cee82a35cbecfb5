import { describe, expect, it } from "vitest";
import type { Candle } from "../../../src/core/market.ts";
import { barFits, offMedian, pricesWithin, takersInVolume } from "../../../src/core/plausible/prices.ts";
import { btc, usd, usdPerBtc } from "../../../src/core/units.ts";
import { at } from "../moments.ts";

describe("Q-10 pricesWithin", () => {
  it("takes one that is at most so many times the other, either way", () => {
    const found = (one: number, other: number) => pricesWithin(usdPerBtc(one), usdPerBtc(other), 1.5);
    expect(found(120_000, 80_000)).toEqual([]);
    expect(found(80_000, 120_000)).toEqual([]);
    expect(found(120_001, 80_000)).toMatchObject([{ rule: "Q-10", severity: "error", bound: 1.5 }]);
    expect(found(80, 80_000)).toEqual([
      {
        rule: "Q-10",
        severity: "error",
        message: "$80 beside $80,000: one is 1,000 times the other; more than 1.5 is not credible",
        value: 1_000,
        bound: 1.5,
      },
    ]);
  });
});

describe("Q-13 offMedian", () => {
  const graded = (what: "close" | "low" | "high", price: number) =>
    offMedian(what, usdPerBtc(price), [84_000, 84_000, price].map(usdPerBtc)).map(({ severity }) => severity);

  it("takes the closes of three venues on 30 January 2026", () => {
    const closes = [84_211.4, 84_222.5, 84_212.7].map(usdPerBtc);
    for (const close of closes) expect(offMedian("close", close, closes)).toEqual([]);
  });
  it("warns of closes above 0.25 % and refuses them above 2 %", () => {
    expect(graded("close", 84_200)).toEqual([]);
    expect(graded("close", 84_220)).toEqual(["warning"]);
    expect(graded("close", 83_780)).toEqual(["warning"]);
    expect(graded("close", 85_670)).toEqual(["warning"]);
    expect(graded("close", 85_690)).toEqual(["error"]);
  });
  it("warns of lows and highs above 1 % and refuses none: they differ in a fall", () => {
    for (const what of ["low", "high"] as const) {
      expect(graded(what, 84_830)).toEqual([]);
      expect(graded(what, 84_850)).toEqual(["warning"]);
      expect(graded(what, 83_150)).toEqual(["warning"]);
      expect(graded(what, 95_000)).toEqual(["warning"]);
    }
  });
  it("says which way", () => {
    const all = [80_000, 80_000, 80_800, 79_200].map(usdPerBtc);
    expect(offMedian("close", usdPerBtc(80_800), all)).toMatchObject([
      {
        rule: "Q-13",
        message: "the close of $80,800 is 1 % above $80,000, the median of 4 sources; more than 0.25 % is unusual",
        bound: 0.0025,
      },
    ]);
    expect(offMedian("close", usdPerBtc(79_200), all)[0]?.message).toContain("is 1 % below $80,000");
  });
  it("needs three", () => {
    expect(offMedian("close", usdPerBtc(90_000), [80_000, 90_000].map(usdPerBtc))).toEqual([]);
    expect(offMedian("close", usdPerBtc(90_000), [])).toEqual([]);
  });
});

describe("Q-14 barFits", () => {
  const bar = (open: number, high: number, low: number, close: number, coins?: number, dollars?: number): Candle => ({
    until: at("2026-06-28"),
    open: usdPerBtc(open),
    high: usdPerBtc(high),
    low: usdPerBtc(low),
    close: usdPerBtc(close),
    btc: coins === undefined ? null : btc(coins),
    usd: dollars === undefined ? null : usd(dollars),
  });

  it("takes a bar, also one without a move", () => {
    expect(barFits(bar(97, 98, 95, 96, 10, 965))).toEqual([]);
    expect(barFits(bar(97, 97, 97, 97, 3, 291))).toEqual([]);
    expect(barFits(bar(97, 98, 95, 96, 0, 0))).toEqual([]);
  });
  it("refuses a low that is not the lowest", () => {
    expect(barFits(bar(97, 98, 96.5, 96))).toEqual([
      { rule: "Q-14", severity: "error", message: "the low of $96.5 is above $96", value: 96.5, bound: 96 },
    ]);
    expect(barFits(bar(96, 98, 96.5, 97))).toHaveLength(1);
  });
  it("refuses a high that is not the highest", () => {
    expect(barFits(bar(97, 96.5, 95, 96))).toEqual([
      { rule: "Q-14", severity: "error", message: "the high of $96.5 is below $97", value: 96.5, bound: 97 },
    ]);
    expect(barFits(bar(96, 96.5, 95, 97))).toHaveLength(1);
  });
  it("refuses the quote volume of 27 June 2026 in a published archive, which makes $2,742 a coin", () => {
    const [found, ...more] = barFits(bar(60_097.27, 60_941.17, 59_855.16, 60_029, 9_587.22916, 26_292_155.08));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ severity: "error", bound: 59_855.16 });
    expect(found?.message).toBe("the mean price of $2,742.41 is below the low of $59,855.2");
    expect(found?.value).toBeCloseTo(2_742.414, 3);
  });
  it("refuses coins counted a hundredfold too few", () => {
    expect(barFits(bar(97, 98, 95, 96, 0.1, 965))[0]?.message).toBe(
      "the mean price of $9,650 is above the high of $98",
    );
  });
  it("leaves room for the rounding of amounts", () => {
    expect(barFits(bar(97, 97, 97, 97, 1, 97.00005))).toEqual([]);
    expect(barFits(bar(97, 97, 97, 97, 1, 96.99995))).toEqual([]);
    expect(barFits(bar(97, 97, 97, 97, 1, 97.001))).toHaveLength(1);
    expect(barFits(bar(97, 97, 97, 97, 1, 96.999))).toHaveLength(1);
  });
  it("asks for no mean price where an amount is not told", () => {
    expect(barFits(bar(97, 98, 95, 96, 10))).toEqual([]);
    expect(barFits(bar(97, 98, 95, 96, undefined, 1))).toEqual([]);
  });
});

describe("Q-14 takersInVolume", () => {
  it("takes 5,400 of 10,000 and all of it, and refuses more", () => {
    expect(takersInVolume(btc(5_400), btc(10_000))).toEqual([]);
    expect(takersInVolume(btc(10_000), btc(10_000))).toEqual([]);
    expect(takersInVolume(usd(10_001), usd(10_000))).toEqual([
      {
        rule: "Q-14",
        severity: "error",
        message: "takers bought 10,001 of 10,000 traded, which is more than all",
        value: 10_001,
        bound: 10_000,
      },
    ]);
  });
});
