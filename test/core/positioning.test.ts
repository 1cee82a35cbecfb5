import { describe, expect, it } from "vitest";
import { oiToMarketCap, ratioFits, takerFlow } from "../../src/core/positioning.ts";
import { btc, usd, usdPerBtc } from "../../src/core/units.ts";

describe("ratioFits", () => {
  it("catches the misplaced point of a published sample", () => {
    expect(0.6622 / 0.3378).toBeCloseTo(1.96, 3);
    expect(ratioFits(0.196, 0.6622, 0.3378)).toBe(false);
    expect(ratioFits(1.96, 0.6622, 0.3378)).toBe(true);
  });
  it("allows rounded shares", () => {
    expect(0.6617 / 0.3382).toBeCloseTo(1.9565, 4);
    expect(ratioFits(1.9559, 0.6617, 0.3382)).toBe(true);
  });
  it("allows 1 %, either way", () => {
    expect([0.989, 0.991, 1.009, 1.011].map((published) => ratioFits(published, 0.5, 0.5))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
  it("fits nothing without shorts", () => {
    expect(ratioFits(1, 1, 0)).toBe(false);
    expect(ratioFits(1, 0, 0)).toBe(false);
    expect(ratioFits(0, 0, 1)).toBe(false);
  });
});

describe("takerFlow", () => {
  it("is 0.08 and 1.1739 of 5,400 bought of 10,000", () => {
    const found = takerFlow(btc(5_400), btc(10_000 - 5_400));
    expect(found?.imbalance).toBeCloseTo(0.08, 12);
    expect(found?.ratio).toBeCloseTo(1.1739, 4);
  });
  it("takes less than one coin", () => {
    expect(takerFlow(btc(0.75), btc(0.25))).toEqual({ imbalance: 0.5, ratio: 3 });
  });
  it("is null where nothing was sold or traded", () => {
    expect(takerFlow(usd(5), usd(0))).toBeNull();
    expect(takerFlow(usd(0), usd(0))).toBeNull();
  });
});

describe("oiToMarketCap", () => {
  it("is 3.2915 % of $58.64 B at 89,166 and 19.98 M coins", () => {
    expect(Number(oiToMarketCap(usd(58.64e9), usdPerBtc(89_166), btc(19.98e6))) * 100).toBeCloseTo(3.2915, 4);
  });
  it("needs a supply", () => {
    expect(oiToMarketCap(usd(1), usdPerBtc(1), btc(0))).toBeNull();
  });
});
