import { describe, expect, it } from "vitest";
import { concentration, shares } from "../../src/core/concentration.ts";

describe("shares", () => {
  it("are parts of the whole", () => {
    expect(shares([3, 1])).toEqual([0.75, 0.25]);
    expect(shares([0, 0])).toBeNull();
    expect(shares([])).toBeNull();
  });
});

describe("concentration", () => {
  it("has bounds for 378, 169 and 156 of 1,090", () => {
    const [binance, okx, bybit] = [378, 169, 156].map((usd) => (usd / 1090) * 100);
    expect([binance, okx, bybit].map((share) => Number(share?.toFixed(2)))).toEqual([34.68, 15.5, 14.31]);
    const found = concentration([378, 169, 156], 1090);
    expect(Number(found?.covered) * 100).toBeCloseTo(64.5, 2);
    expect(found?.low).toBeCloseTo(1_647.8, 1);
    expect(found?.high).toBeCloseTo(2_104.9, 1);
  });
  it("among the three alone would be 3,961.5: a complete set has one value", () => {
    const found = concentration([378, 169, 156], 378 + 169 + 156);
    expect(found?.low).toBeCloseTo(3_961.5, 1);
    expect(found?.high).toBeCloseTo(Number(found?.low), 9);
    expect(found?.covered).toBe(1);
  });
  it("does not change with the unit", () => {
    expect(concentration([0.5, 0.5], 1)).toEqual(concentration([500, 500], 1000));
    expect(shares([0.25, 0.25])).toEqual([0.5, 0.5]);
  });
  it("is not told where it would mislead", () => {
    expect(concentration([378, 169], null)).toBeNull();
    expect(concentration([378], 378)).toBeNull();
    expect(concentration([378, 0], 1090)).toBeNull();
    expect(concentration([600, 600], 1000)).toBeNull();
  });
  it("allows the parts to exceed the total by rounding", () => {
    expect(concentration([500.4, 500.4], 1000)).toMatchObject({ low: 5000, high: 5000, covered: 1 });
    expect(concentration([500.6, 500.6], 1000)).toBeNull();
  });
});
