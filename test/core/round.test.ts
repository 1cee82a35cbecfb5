import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixed, isAbout, isMoreThan, isNearly, roundTo, scaled, shared, significant } from "../../src/core/round.ts";

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

describe("shared", () => {
  // 93,600 ± 50 to 123,500 ± 50: from 123,450 / 93,650 to 123,550 / 93,550.
  it("says 32 of the open interest since October", () => {
    expect(shared(31.82, 32.07, 1)).toBe("32");
  });
  it.each([
    [31.91, 31.94, 1, "31.9"],
    [31.4, 33.2, 1, "30"],
    [96, 104, 1, "100"],
    [31, 37, 1, null],
    [3, 4, 1, null],
    [-0.3, 0.2, 1, "0"],
    [-0.6, 0.2, 1, null],
    [-31.82, -32.07, 1, "-32"],
    [0, 0, 1, "0.0"],
    [-32, 32, 1, null],
  ])("of %d and %d to %i decimals is %s", (low, high, decimals, text) => {
    expect(shared(low, high, decimals)).toBe(text);
  });
});

// The table of phrases for 31.944: what may be said of it.
describe("phrases", () => {
  it.each([
    [31.9, 1, true],
    [32, 0, true],
    [31, 0, false],
    [30, -1, true],
  ])("about %d, printed with %i decimals: %s", (printed, decimals, said) => {
    expect(isAbout(31.944, printed, decimals)).toBe(said);
    expect(isAbout(-31.944, printed, decimals)).toBe(said);
  });
  it.each([
    [31, 0, true],
    [30, -1, true],
    [30, 0, false],
    [32, 0, false],
    [31.9, 1, true],
    [20, -1, false],
  ])("more than %d, printed with %i decimals: %s", (printed, decimals, said) => {
    expect(isMoreThan(31.944, printed, decimals)).toBe(said);
    expect(isMoreThan(-31.944, printed, decimals)).toBe(said);
  });
  it.each([
    [32, 0, true],
    [33, 0, false],
    [31, 0, false],
    [31.9, 1, false],
  ])("nearly %d, printed with %i decimals: %s", (printed, decimals, said) => {
    expect(isNearly(31.944, printed, decimals)).toBe(said);
    expect(isNearly(-31.944, printed, decimals)).toBe(said);
  });
  it("takes the ends as the table does", () => {
    expect(isAbout(31.5, 32, 0)).toBe(true);
    expect(isAbout(32.5, 32, 0)).toBe(false);
    expect(isMoreThan(31, 31, 0)).toBe(false);
    expect(isMoreThan(32, 31, 0)).toBe(true);
    expect(isNearly(31.5, 32, 0)).toBe(true);
    expect(isNearly(32, 32, 0)).toBe(false);
  });
});
