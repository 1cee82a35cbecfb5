import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixed, roundTo, scaled, significant } from "../../src/core/round.ts";

describe("fixed", () => {
  it.each([
    [1.005, 2, "1.01"],
    [2.675, 2, "2.68"],
    [0.045, 2, "0.05"],
    [1.115, 2, "1.12"],
    [-1.005, 2, "-1.01"],
    [-0.5, 0, "-1"],
    [0.5, 0, "1"],
    [1.5, 0, "2"],
    [2.5, 0, "3"],
    [0.4999999, 0, "0"],
    [31.944, 1, "31.9"],
    [31.944, 0, "32"],
    [-14.5, 1, "-14.5"],
    [99.95, 1, "100.0"],
    [9.999, 2, "10.00"],
    [0, 1, "0.0"],
    [-0, 1, "0.0"],
    [-0.04, 1, "0.0"],
    [-0.05, 1, "-0.1"],
    [0.07, 3, "0.070"],
    [1e-7, 2, "0.00"],
    [5e-7, 6, "0.000001"],
    [1e-300, 2, "0.00"],
    [1e21, 1, "1000000000000000000000.0"],
    [123_456, -3, "123000"],
    [123_500, -3, "124000"],
    [-449, -2, "-400"],
    [4, -1, "0"],
    [5, -1, "10"],
    [-4, -1, "0"],
  ])("%d to %i decimals is %s", (n, decimals, text) => {
    expect(fixed(n, decimals)).toBe(text);
  });
  it.each([Number.NaN, Infinity, -Infinity])("refuses %d", (n) => {
    expect(() => fixed(n, 1)).toThrow(new RangeError(`not a finite number: ${n}`));
  });
  it("moves no number by more than half a unit, and rounds what is rounded to itself", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 0, max: 4 }), (n, decimals) => {
        const text = fixed(n, decimals);
        expect(text).toMatch(decimals === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${decimals}}$`));
        expect(text).not.toMatch(/^-[0.]+$/);
        expect(Math.abs(Number(text) - n)).toBeLessThanOrEqual(0.5 * 10 ** -decimals * (1 + 1e-6));
        expect(fixed(Number(text), decimals)).toBe(text);
      }),
    );
  });
  it("mirrors at 0", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 1e9, noNaN: true }), (n) => {
        expect(fixed(-n, 0)).toBe(`-${fixed(n, 0)}`);
      }),
    );
  });
});

describe("roundTo, significant, scaled", () => {
  it("are numbers", () => {
    expect(roundTo(1.005, 2)).toBe(1.01);
    expect(Object.is(roundTo(-0.04, 1), 0)).toBe(true);
  });
  it.each([
    [1_090_400_000_000, 3, 1_090_000_000_000],
    [378_500, 3, 379_000],
    [375.905, 4, 375.9],
    [12.1265, 4, 12.13],
    [12.126, 4, 12.13],
    [0.00705742, 2, 0.0071],
    [9.996, 3, 10],
    [-1_234, 2, -1_200],
    [0, 3, 0],
  ])("%d to %i digits is %d", (n, digits, rounded) => {
    expect(significant(n, digits)).toBe(rounded);
  });
  it("moves the point without a binary error", () => {
    expect(0.145 * 100).not.toBe(14.5);
    expect(scaled(0.145, 2)).toBe(14.5);
    expect(scaled(-0.145, 2)).toBe(-14.5);
    expect(scaled(0, 2)).toBe(0);
    expect(scaled(82_850, -3)).toBe(82.85);
  });
});
