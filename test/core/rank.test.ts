import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completeDays, type Complete } from "../../src/core/extremes.ts";
import { deviation, median, percentile, quantile, rank, robust, robustZ, streak, z } from "../../src/core/rank.ts";
import { addDays, type Day } from "../../src/core/time.ts";
import { day } from "./moments.ts";

const A = [
  1.0, 1.05, 1.2, 2.1, 2.45, 2.05, 1.8, 1.75, 1.6, 1.9, 1.7, 1.55, 1.85, 1.65, 1.5, 2.2, 1.8, 1.15, 1.09,
] as const;
const previous = A.slice(0, -1);
const newest = 1.09;

describe("vector A", () => {
  it("is the third lowest of 19", () => {
    expect(rank(A, newest)).toEqual({ rank: 17, of: 19 });
  });
  it("stands at the percentile 11.1", () => {
    expect(Number(percentile(previous, newest)) * 100).toBeCloseTo(11.1, 1);
  });
  it("has z -1.485 and robust z -2.142", () => {
    expect(z(previous, newest)).toBeCloseTo(-1.485, 3);
    expect(robustZ(previous, newest)).toBeCloseTo(-2.142, 3);
  });
});

describe("rank and percentile", () => {
  it("give ties the best rank", () => {
    expect([3, 2, 1].map((x) => rank([3, 2, 2, 1], x).rank)).toEqual([1, 2, 4]);
  });
  it("count equal values half", () => {
    expect(percentile([1, 2, 2, 3], 2)).toBe(0.5);
    expect(percentile([1, 2, 3, 4], 5)).toBe(1);
    expect(percentile([], 1)).toBeNull();
  });
  it("do not change with the scale", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }),
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 1000 }),
        (values, x, scale) => {
          const scaled = values.map((value) => value * scale);
          expect(rank(scaled, x * scale)).toEqual(rank(values, x));
          expect(percentile(scaled, x * scale)).toBe(percentile(values, x));
        },
      ),
    );
  });
});

describe("quantile", () => {
  // numpy.quantile of 1 … 10.
  it.each([
    [0, 1],
    [0.1, 1.9],
    [0.5, 5.5],
    [0.9, 9.1],
    [1, 10],
  ])("%d of 1 to 10 is %d", (q, wanted) => {
    expect(quantile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], q)).toBeCloseTo(wanted, 12);
  });
  it("of nothing is null, and so are the others", () => {
    expect([
      quantile([], 0.5),
      quantile([], 0),
      median([]),
      robust([]),
      robustZ([], 1),
      z([], 1),
      deviation([1]),
    ]).toEqual(Array.from({ length: 7 }, () => null));
  });
  it("gives the median and the deviation around it", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(robust([1, 2, 4, 10])).toEqual({ middle: 3, spread: 1.5 });
  });
});

describe("scores", () => {
  it("need values that vary", () => {
    expect(z([2, 2, 2], 3)).toBeNull();
    expect(robustZ([2, 2, 2, 9], 3)).toBeNull();
  });
  it("use the sample deviation", () => {
    expect(deviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(z([1, 3], 4)).toBeCloseTo(2 / Math.SQRT2, 12);
  });
});

describe("streak", () => {
  const days = (values: readonly (number | undefined)[]): Complete<Day> =>
    completeDays(
      values.flatMap((value, i) =>
        value === undefined ? [] : [{ period: addDays(day("2026-01-01"), i), value, complete: true }],
      ),
    );
  const fear = (value: number): boolean => value <= 25;
  const rising = (value: number, before: number | null): boolean => before !== null && value > before;

  it("is one day of extreme fear on 30 January 2026", () => {
    expect(streak(days([20, 29, 29, 26, 16]), fear)).toBe(1);
  });
  it("counts backwards from the newest", () => {
    expect(streak(days([20, 30, 20, 21, 25]), fear)).toBe(3);
    expect(streak(days([20, 26]), fear)).toBe(0);
    expect(streak(days([20, 20]), fear)).toBe(2);
    expect(streak(days([]), fear)).toBe(0);
  });
  it("ends at a missing period", () => {
    expect(streak(days([20, 20, undefined, 20, 20]), fear)).toBe(2);
  });
  it("ends a rise at a tie, and where the value before is missing", () => {
    expect(streak(days([1, 2, 3, 4]), rising)).toBe(3);
    expect(streak(days([1, 3, 3, 4]), rising)).toBe(1);
    expect(streak(days([1, 2, undefined, 3, 4]), rising)).toBe(1);
  });
  it("takes other values than numbers", () => {
    const labels = ["Fear", "Extreme Fear", "Extreme Fear"].map((value, i) => ({
      period: addDays(day("2026-01-01"), i),
      value,
      complete: true,
    }));
    expect(streak(completeDays(labels), (label) => label === "Extreme Fear")).toBe(2);
  });
});
