import { describe, expect, it } from "vitest";
import {
  coverageSuffices,
  percentFits,
  rankedIsWhole,
  sameMembers,
  scopeIsNamed,
  sourcesAgree,
} from "../../../src/core/plausible/claims.ts";
import { ratio } from "../../../src/core/units.ts";
import { day, month } from "../moments.ts";

describe("Q-19 rankedIsWhole", () => {
  it("refuses January 2026 as of the 31st", () => {
    expect(rankedIsWhole({ period: month("2026-01"), complete: false })).toMatchObject([
      { rule: "Q-19", severity: "error", message: "2026-01 is not over or not wholly covered, so it has no rank" },
    ]);
    expect(rankedIsWhole({ period: day("2026-01-31"), complete: false })).toHaveLength(1);
  });
  it("takes a whole period", () => {
    expect(rankedIsWhole({ period: month("2025-12"), complete: true })).toEqual([]);
  });
});

describe("Q-20 sameMembers", () => {
  it("refuses the sum of three venues against that of two: no fall of 12.1 %", () => {
    expect(sameMembers(["binance", "okx", "bybit"], ["binance", "bybit"])).toEqual([
      {
        rule: "Q-20",
        severity: "error",
        message: "the two ends have other members: only before okx; only after none",
        value: 1,
        bound: 0,
      },
    ]);
  });
  it("refuses one contract against two", () => {
    expect(sameMembers(["BTCUSDT"], ["BTCUSDT", "BTCUSD_PERP", "BTCUSDC"])).toMatchObject([
      { message: "the two ends have other members: only before none; only after BTCUSD_PERP, BTCUSDC", value: 2 },
    ]);
  });
  it("counts both sides", () => {
    expect(sameMembers(["a", "b"], ["b", "c"])[0]?.value).toBe(2);
  });
  it("takes the same members in any order", () => {
    expect(sameMembers(["a", "b"], ["b", "a"])).toEqual([]);
    expect(sameMembers([], [])).toEqual([]);
  });
});

describe("Q-20 coverageSuffices", () => {
  it("takes 84.2 %: 160 of 190", () => {
    expect(coverageSuffices(ratio(160 / 190))).toEqual([]);
    expect(coverageSuffices(ratio(0.8))).toEqual([]);
  });
  it("warns below 80 % and refuses below 50 %", () => {
    expect(coverageSuffices(ratio(0.79))).toMatchObject([{ rule: "Q-20", severity: "warning", bound: 0.8 }]);
    expect(coverageSuffices(ratio(0.5))).toMatchObject([{ severity: "warning" }]);
    expect(coverageSuffices(ratio(0.49))).toMatchObject([
      {
        severity: "error",
        message: "the comparison covers 49 % of what was known at its start; less than 50 % is too little",
        value: 0.49,
        bound: 0.5,
      },
    ]);
  });
});

describe("Q-22 sourcesAgree", () => {
  it("warns of 93,600, 104,600 and 72,400 BTC and prints each with its scope", () => {
    const [found, ...more] = sourcesAgree("the October low in BTC", [
      { source: "the article", scope: "not told", value: 93_600 },
      { source: "CoinGlass", scope: "all contracts", value: 104_600 },
      { source: "Coinalyze", scope: "BTCUSDT alone", value: 72_400 },
    ]);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ rule: "Q-22", severity: "warning", bound: 0.05 });
    expect(found?.value).toBeCloseTo(0.4448, 4);
    expect(found?.message).toBe(
      "the October low in BTC differs by 44.48 % between sources: 93,600 (the article, not told), 104,600 (CoinGlass, all contracts), 72,400 (Coinalyze, BTCUSDT alone); more than 5 % is unusual",
    );
  });
  it("takes 93,836 for 93,600, and a figure that stands alone", () => {
    const told = (value: number) => ({ source: "a", scope: "b", value });
    expect(sourcesAgree("", [told(93_600), told(93_836)])).toEqual([]);
    expect(sourcesAgree("", [told(100), told(104.9)])).toEqual([]);
    expect(sourcesAgree("", [told(105.1), told(100)])).toHaveLength(1);
    expect(sourcesAgree("", [told(1)])).toEqual([]);
    expect(sourcesAgree("", [])).toEqual([]);
  });
});

describe("Q-23 percentFits", () => {
  const [from, to] = [{ value: 93_600 }, { value: 123_500 }];

  it("warns of 31 % printed for 31.94 %", () => {
    const [found] = percentFits(31, 0, from, to);
    expect(found).toMatchObject({ rule: "Q-23", severity: "warning", bound: 0.5 });
    expect(found?.value).toBeCloseTo(0.9444, 4);
    expect(found?.message).toBe("31 % is printed where 93,600 to 123,500 makes 31.9444 %");
  });
  it("takes 32, 31.9 and 31.94 %, and 30 % in tens", () => {
    expect(percentFits(32, 0, from, to)).toEqual([]);
    expect(percentFits(31.9, 1, from, to)).toEqual([]);
    expect(percentFits(31.94, 2, from, to)).toEqual([]);
    expect(percentFits(30, -1, from, to)).toEqual([]);
  });
  it("minds the decimals", () => {
    expect(percentFits(31.8, 1, from, to)).toHaveLength(1);
    expect(percentFits(32.0, 1, from, to)).toHaveLength(1);
    expect(percentFits(31.9, 2, from, to)).toHaveLength(1);
  });
  it("takes half a unit on either side", () => {
    expect(percentFits(31, 0, { value: 100 }, { value: 131.5 })).toEqual([]);
    expect(percentFits(32, 0, { value: 100 }, { value: 131.5 })).toEqual([]);
    expect(percentFits(31, 0, { value: 100 }, { value: 131.51 })).toHaveLength(1);
    expect(percentFits(-32, 0, { value: 100 }, { value: 68.5 })).toEqual([]);
    expect(percentFits(32, 0, { value: 100 }, { value: 68 })).toHaveLength(1);
  });
  it("takes what rounded inputs may stand for: 31.82 to 32.07 % within 50 BTC", () => {
    const rounded = (printed: number) =>
      percentFits(printed, 2, { value: 93_600, within: 50 }, { value: 123_500, within: 50 });
    expect(rounded(31.82)).toEqual([]);
    expect(rounded(32.07)).toEqual([]);
    expect(rounded(31.8)).toHaveLength(1);
    expect(rounded(32.09)).toHaveLength(1);
    expect(percentFits(31, 0, { value: 93_600, within: 50 }, { value: 123_500, within: 50 })).toHaveLength(1);
    // $8.165B to $8.603B, printed as 8.17 and 8.60, is 5.37 %; the printed ones alone make 5.26 %.
    expect(percentFits(5.4, 1, { value: 8.17 }, { value: 8.6 })).toHaveLength(1);
    expect(percentFits(5.4, 1, { value: 8.17, within: 0.005 }, { value: 8.6, within: 0.005 })).toEqual([]);
  });
});

describe("Q-24 scopeIsNamed", () => {
  it.each([
    "BTC perpetuals: $780M liquidated in 24 h",
    "Liquidations of all coins over all futures were $1.68B",
    "Bitcoin futures volume of January was $1.09T over 12 venues",
    "Volume of the BTCUSDT perp was $375.9B",
    "Open interest is up 31.9 %",
  ])("takes: %s", (sentence) => {
    expect(scopeIsNamed(sentence)).toEqual([]);
  });
  it("refuses each scope that is missing", () => {
    expect(scopeIsNamed("Perpetual liquidations were $780M")).toEqual([
      {
        rule: "Q-24",
        severity: "error",
        message: '"Perpetual liquidations were $780M" does not say whether it is of BTC or all coins',
        value: null,
        bound: null,
      },
    ]);
    expect(scopeIsNamed("BTC volume was $1.09T")[0]?.message).toContain("of perpetuals or all futures");
    expect(scopeIsNamed("24h liquidations hit $800 billion")).toHaveLength(2);
  });
});
