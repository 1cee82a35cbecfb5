import { describe, expect, it } from "vitest";
import { completeDays, type Complete } from "../../src/core/extremes.ts";
import { deviation, median, quantile, robust, streak } from "../../src/core/rank.ts";
import { addDays, type Day } from "../../src/core/time.ts";
import { day } from "./moments.ts";

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
    expect([quantile([], 0.5), quantile([], 0), median([]), robust([]), deviation([1])]).toEqual(
      Array.from({ length: 5 }, () => null),
    );
  });
  it("gives the median and the deviation around it", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(robust([1, 2, 4, 10])).toEqual({ middle: 3, spread: 1.5 });
  });
});

it("the deviation is that of a sample", () => {
  expect(deviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
  expect(deviation([1, 3])).toBe(Math.SQRT2);
});

describe("streak", () => {
  const days = (values: readonly (number | undefined)[]): Complete<Day> =>
    completeDays(
      values.flatMap((value, i) =>
        value === undefined ? [] : [{ period: addDays(day("2026-01-01"), i), value, complete: true }],
      ),
    );
  const fear = (value: number): boolean => value <= 25;

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
  it("takes other values than numbers", () => {
    const labels = ["Fear", "Extreme Fear", "Extreme Fear"].map((value, i) => ({
      period: addDays(day("2026-01-01"), i),
      value,
      complete: true,
    }));
    expect(streak(completeDays(labels), (label) => label === "Extreme Fear")).toBe(2);
  });
});
