import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rangeOf, skewOf, type ModelRange } from "../../src/core/model-range.ts";
import { usd } from "../../src/core/units.ts";

const OI = usd(58.64e9);
const range = (...members: readonly number[]): ModelRange => rangeOf(members.map(usd), OI);

describe("rangeOf", () => {
  it("is the geometric mean between the least and the most", () => {
    expect(range(1e9, 4e9)).toMatchObject({ low: 1e9, high: 4e9, members: [1e9, 4e9] });
    expect(range(1e9, 4e9).usd).toBeCloseTo(2e9, 0);
  });
  it("counts a member of nothing as a millionth of the open interest", () => {
    expect(range(0, 58.64e9).usd / 58.64e9).toBeCloseTo(1e-3, 9);
  });
  it("is nothing where all have nothing, and never outside of its members", () => {
    expect(range(0, 0)).toMatchObject({ usd: 0, low: 0, high: 0, digits: 2 });
    expect(range(1, 2).usd).toBe(2);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 6e10, noNaN: true }), { minLength: 1 }), (members) => {
        const found = range(...members);
        expect(found.usd).toBeGreaterThanOrEqual(found.low);
        expect(found.usd).toBeLessThanOrEqual(found.high);
      }),
    );
  });
  it("has one digit where the most is over three times the least", () => {
    expect(range(1e9, 3e9).digits).toBe(2);
    expect(range(1e9, 3.01e9).digits).toBe(1);
    expect(range(0, 1e9).digits).toBe(1);
  });
});

describe("skewOf", () => {
  it("has the imbalance and the ratio of the article's figures: 0.688 and 5.417", () => {
    const skew = skewOf(range(6.5e9), range(1.2e9));
    expect(skew.imbalance).toBeCloseTo(0.688, 3);
    expect(skew.ratio).toBeCloseTo(5.417, 3);
    expect(skew.heavier).toBe("shorts");
  });
  it("names a side only where every member has more of it", () => {
    expect(skewOf(range(1e9, 2e9), range(4e9, 3e9)).heavier).toBe("longs");
    expect(skewOf(range(1e9, 3e9), range(9e9, 2.9e9)).heavier).toBeNull();
    expect(skewOf(range(1e9, 3e9), range(9e9, 3e9)).heavier).toBeNull();
    expect(skewOf(range(2e9, 2e9), range(1e9)).heavier).toBeNull();
  });
  it("names none below an imbalance of 0.3", () => {
    expect(skewOf(range(1.3e9), range(0.7e9)).heavier).toBe("shorts");
    expect(skewOf(range(1.29e9), range(0.71e9)).heavier).toBeNull();
    expect(skewOf(range(0.71e9), range(1.29e9)).heavier).toBeNull();
  });
  it("has nothing to say of nothing", () => {
    expect(skewOf(range(0, 0), range(0, 0))).toEqual({ imbalance: null, ratio: null, heavier: null });
    expect(skewOf(range(1e9), range(0))).toEqual({ imbalance: 1, ratio: null, heavier: "shorts" });
    expect(skewOf(range(0), range(1e9))).toEqual({ imbalance: -1, ratio: 0, heavier: "longs" });
  });
});
