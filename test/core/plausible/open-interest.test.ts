import { describe, expect, it } from "vitest";
import { decreaseInStock, impliedPriceFits, stepBetween, turnover } from "../../../src/core/plausible/open-interest.ts";
import { btc, usd, usdPerBtc } from "../../../src/core/units.ts";
import { at } from "../moments.ts";

describe("Q-07 decreaseInStock", () => {
  it("refuses 744,000 BTC closed in 30 days where 656,880 BTC were open", () => {
    const [found] = decreaseInStock(btc(744_000), btc(656_880));
    expect(found).toMatchObject({ rule: "Q-07", severity: "error", bound: 1 });
    expect(found?.value).toBeCloseTo(1.13, 2);
    expect(found?.message).toBe(
      "a net decrease of 744,000 BTC is 113.3 % of the 656,880 BTC open at the start; more than 100 % is not credible",
    );
  });
  it("refuses 276,869 BTC of 135,340 BTC", () => {
    const [found] = decreaseInStock(btc(276_869), btc(135_340));
    expect(found?.severity).toBe("error");
    expect(found?.value).toBeCloseTo(2.05, 2);
  });
  it("takes all that there was, and any increase", () => {
    expect(decreaseInStock(btc(100), btc(100))).toEqual([]);
    expect(decreaseInStock(btc(-500), btc(100))).toEqual([]);
    expect(decreaseInStock(btc(1), btc(0))).toMatchObject([{ severity: "error", value: null }]);
  });
});

describe("Q-10 impliedPriceFits", () => {
  const held = (dollars: number, coins: number) => ({ usd: usd(dollars), btc: btc(coins) });

  it("takes 58.64 billion dollars over 656,880 BTC at 89,166: 0.12 % above", () => {
    expect(impliedPriceFits(held(58.64e9, 656_880), usdPerBtc(89_166))).toEqual([]);
    expect(impliedPriceFits(held(58.64e9, 656_880), usdPerBtc(89_270.49))).toEqual([]);
  });
  it("takes what venues publish in both units", () => {
    expect(impliedPriceFits(held(2_433_776_053.94, 26_602.3959), usdPerBtc(91_487.1))).toEqual([]);
    expect(impliedPriceFits(held(12_494_186_585.4, 100_243.058), usdPerBtc(124_638.92))).toEqual([]);
    expect(impliedPriceFits(held(123_456_700, 1_490.12), usdPerBtc(82_850))).toEqual([]);
  });
  it("refuses contracts of 0.01 BTC, and of 100 dollars, counted as coins", () => {
    const [hundredth] = impliedPriceFits(held(2_433_776_053.94, 2_660_239.59), usdPerBtc(91_487.1));
    expect(hundredth).toMatchObject({ rule: "Q-10", severity: "error", bound: 0.1 });
    expect(hundredth?.value).toBeCloseTo(0.99, 6);
    expect(hundredth?.message).toBe(
      "$2,433,780,000 over 2,660,240 BTC implies a price of $914.871, 99 % below $91,487.1; more than 10 % is not credible",
    );
    expect(impliedPriceFits(held(123_456_700, 1_234_567), usdPerBtc(82_850))[0]?.severity).toBe("error");
  });
  it("warns above 2.5 % either way", () => {
    const graded = (implied: number) =>
      impliedPriceFits(held(implied, 1), usdPerBtc(100_000)).map(({ severity }) => severity);
    expect(graded(102_490)).toEqual([]);
    expect(graded(97_510)).toEqual([]);
    expect(graded(102_510)).toEqual(["warning"]);
    expect(graded(97_490)).toEqual(["warning"]);
    expect(graded(109_900)).toEqual(["warning"]);
    expect(graded(110_100)).toEqual(["error"]);
    expect(impliedPriceFits(held(102_600, 1), usdPerBtc(100_000))[0]?.message).toContain("2.6 % above $100,000");
  });
  it("says nothing of an empty position", () => {
    expect(impliedPriceFits(held(0, 0), usdPerBtc(100_000))).toEqual([]);
  });
});

describe("Q-11 turnover", () => {
  it("takes 378 billion dollars in 31 days on 123,500 BTC at 84,000: 1.175 times a day", () => {
    expect(378e9 / 31 / (123_500 * 84_000)).toBeCloseTo(1.175, 3);
    expect(turnover(usd(378e9 / 31), usd(123_500 * 84_000))).toEqual([]);
  });
  it("warns outside 0.05 to 12 and refuses above 50", () => {
    const graded = (times: number) =>
      turnover(usd(times * 100), usd(100)).map(({ rule, severity, bound }) => {
        expect(rule).toBe("Q-11");
        return [severity, bound];
      });
    expect(graded(0.05)).toEqual([]);
    expect(graded(0.049)).toEqual([["warning", 0.05]]);
    expect(graded(12)).toEqual([]);
    expect(graded(12.1)).toEqual([["warning", 12]]);
    expect(graded(50)).toEqual([["warning", 12]]);
    expect(graded(50.1)).toEqual([["error", 50]]);
  });
  it("tells the amounts", () => {
    expect(turnover(usd(1e9), usd(50e9))[0]?.message).toBe(
      "the $1,000,000,000 traded in 24 h are 0.02 times the open interest of $50,000,000,000; less than 0.05 is unusual",
    );
  });
});

describe("Q-12 stepBetween", () => {
  const over = (from: string, to: string, before: number, after: number) =>
    stepBetween({ at: at(from), value: btc(before) }, { at: at(to), value: btc(after) });
  const inADay = (before: number, after: number) => over("2025-10-10", "2025-10-11", before, after);
  const graded = (...verdicts: ReturnType<typeof inADay>) => verdicts.map(({ severity }) => severity);

  it("warns of the fall of 10 October 2025 on the largest contract", () => {
    const [found] = inADay(96_723.305, 72_439.474);
    expect(found).toMatchObject({ rule: "Q-12", severity: "warning", bound: 0.17 });
    expect(found?.value).toBeCloseTo(0.2891, 4);
    expect(found?.message).toBe(
      "open interest went from 96,723.3 to 72,439.5 BTC in the day to 2025-10-11T00:00:00Z, a logarithmic step of 0.289103; more than 0.17 is unusual",
    );
  });
  it("only warns of the largest step that there was, 19 May 2021", () => {
    expect(inADay(42_048.9, 24_736.251)).toMatchObject([{ severity: "warning" }]);
  });
  it("grades rises and falls alike", () => {
    // ln 1.18 = 0.1655, ln 1.19 = 0.1740, ln 1.82 = 0.5988, ln 1.83 = 0.6043
    expect(graded(...inADay(100, 118))).toEqual([]);
    expect(graded(...inADay(100, 119))).toEqual(["warning"]);
    expect(graded(...inADay(119, 100))).toEqual(["warning"]);
    expect(graded(...inADay(100, 182))).toEqual(["warning"]);
    expect(graded(...inADay(100, 183))).toEqual(["error"]);
  });
  it("takes n times as much over n days, and over hours what it takes in a day", () => {
    // 0.6 x 3 = 1.8: e ^ 1.8 = 6.0496. 0.17 x 3 = 0.51: e ^ 0.51 = 1.6653.
    const three = (after: number) => over("2026-01-01", "2026-01-04", 100, after);
    expect(graded(...three(166))).toEqual([]);
    expect(graded(...three(167))).toEqual(["warning"]);
    expect(graded(...three(604))).toEqual(["warning"]);
    expect(graded(...three(606))).toEqual(["error"]);
    expect(three(606)[0]?.message).toContain("in the 3 days to 2026-01-04T00:00:00Z");
    expect(graded(...over("2026-01-01T00:00Z", "2026-01-01T01:00Z", 100, 182))).toEqual(["warning"]);
    expect(graded(...over("2026-01-01T00:00Z", "2026-01-01T01:00Z", 100, 183))).toEqual(["error"]);
  });
  it("refuses a thousand times as much however long it took: e ^ 6 is 403.4", () => {
    expect(graded(...over("2025-08-01", "2026-01-01", 1, 403))).toEqual(["warning"]);
    expect(graded(...over("2025-08-01", "2026-01-01", 1, 404))).toEqual(["error"]);
  });
  it("leaves empty samples alone", () => {
    expect(inADay(0.9, 0.1)).toHaveLength(1);
    expect(inADay(0, 100)).toEqual([]);
    expect(inADay(100, 0)).toEqual([]);
  });
});
