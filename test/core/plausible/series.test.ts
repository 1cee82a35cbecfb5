import { describe, expect, it } from "vitest";
import { extremeIsSample, frozen, gaps, uncovered } from "../../../src/core/plausible/series.ts";
import { series } from "../../../src/core/series.ts";
import { DAY, MINUTE, instant, shift } from "../../../src/core/time.ts";
import { at, daily } from "../moments.ts";

/** Hourly-like grid of n instants and a series that lacks those at the given places. */
const grid = (n: number) => Array.from({ length: n }, (_, i) => instant(i * DAY));
const without = (n: number, ...places: number[]) =>
  series(grid(n).flatMap((at, i) => (places.includes(i) ? [] : [{ at, value: 1 }])));

describe("Q-04 gaps", () => {
  it("says nothing of a whole window, nor of an empty one", () => {
    expect(gaps(without(100), grid(100))).toEqual([]);
    expect(gaps(series([]), [])).toEqual([]);
  });
  it("lists the four days that the Fear & Greed index lacks from 2018-02-01 to 2024-11-26", () => {
    const start = at("2018-02-01");
    const window = Array.from({ length: 2_491 }, (_, i) => shift(start, i * DAY));
    const lacking = new Set([at("2018-04-14"), at("2018-04-15"), at("2018-04-16"), at("2024-10-26")]);
    const published = series(window.filter((day) => !lacking.has(day)).map((day) => ({ at: day, value: 50 })));
    expect(window.at(-1)).toBe(at("2024-11-26"));
    expect(published).toHaveLength(2_487);
    expect(gaps(published, window)).toEqual([
      {
        rule: "Q-04",
        severity: "note",
        message:
          "4 of 2,491 samples are missing (0.1606 %): 2018-04-14T00:00:00Z to 2018-04-16T00:00:00Z, 2024-10-26T00:00:00Z",
        value: 4 / 2_491,
        bound: 0.02,
      },
    ]);
  });
  it("warns above 2 % and refuses above 10 %", () => {
    const graded = (missing: number) =>
      gaps(without(100, ...Array.from({ length: missing }, (_, i) => i)), grid(100)).map(({ severity, bound }) => [
        severity,
        bound,
      ]);
    expect(graded(2)).toEqual([["note", 0.02]]);
    expect(graded(3)).toEqual([["warning", 0.02]]);
    expect(graded(10)).toEqual([["warning", 0.02]]);
    expect(graded(11)).toEqual([["error", 0.1]]);
  });
  it("names five gaps and counts the rest", () => {
    const message = (...places: number[]) => gaps(without(100, ...places), grid(100))[0]?.message;
    expect(message(0, 2, 4, 6, 8)).toMatch(/, 1970-01-09T00:00:00Z$/);
    expect(message(0, 2, 4, 6, 8, 10, 11, 13)).toMatch(/, 1970-01-09T00:00:00Z and 2 more$/);
  });
});

describe("Q-04 uncovered", () => {
  it("warns where bars leave out more than 2 % of the time", () => {
    expect(uncovered("an outage", 0.02)).toEqual([]);
    expect(uncovered("three days", 3 / 31)).toEqual([
      {
        rule: "Q-04",
        severity: "warning",
        message: "three days; more than 2 % is unusual",
        value: 3 / 31,
        bound: 0.02,
      },
    ]);
  });
});

describe("Q-04 extremeIsSample", () => {
  it("refuses an extreme where there is no sample", () => {
    const s = daily("2026-01-01", [3, undefined, 1]);
    expect(extremeIsSample(at("2026-01-03"), s)).toEqual([]);
    expect(extremeIsSample(at("2026-01-02"), s)).toMatchObject([
      {
        rule: "Q-04",
        severity: "error",
        message: "the extreme of 2026-01-02T00:00:00Z lies where the series has no sample",
      },
    ]);
  });
});

describe("Q-05 frozen", () => {
  const five = (values: readonly number[]) =>
    series(values.map((value, i) => ({ at: instant(i * 5 * MINUTE), value })));
  const same = (n: number, value: number) => Array.from({ length: n }, () => value);

  it("warns of twelve identical samples, not of eleven", () => {
    expect(frozen(five([1, ...same(11, 90_000), 2]))).toEqual([]);
    expect(frozen(five([1, ...same(12, 90_000), 2]))).toEqual([
      {
        rule: "Q-05",
        severity: "warning",
        message: "12 samples in a row are 90,000, 1970-01-01T00:05:00Z to 1970-01-01T01:00:00Z; 12 or more are unusual",
        value: 12,
        bound: 12,
      },
    ]);
  });
  it("wants them in a row, and leaves zeros to Q-01", () => {
    expect(frozen(five([...same(11, 5), 6, ...same(11, 5)]))).toEqual([]);
    expect(frozen(five(same(50, 0)))).toEqual([]);
    expect(frozen(five([]))).toEqual([]);
  });
  it("tells each standstill", () => {
    expect(frozen(five([...same(12, 5), 6, ...same(20, 7)])).map(({ value }) => value)).toEqual([12, 20]);
  });
});
