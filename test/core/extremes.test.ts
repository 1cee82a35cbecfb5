import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  completeDays,
  completeMonths,
  highestSince,
  lowestSince,
  yearToDate,
  type Complete,
} from "../../src/core/extremes.ts";
import { roundTo } from "../../src/core/round.ts";
import { addDays, addMonths, type Day, type Month } from "../../src/core/time.ts";
import { day, month } from "./moments.ts";

const raw = (n: number): number => n;
const places =
  (decimals: number) =>
  (n: number): number =>
    roundTo(n, decimals);

function months(start: string, values: readonly number[]): Complete<Month> {
  return completeMonths(values.map((value, i) => ({ period: addMonths(month(start), i), value, complete: true })));
}
function days(start: string, values: readonly (number | undefined)[]): Complete<Day> {
  return completeDays(
    values.flatMap((value, i) =>
      value === undefined ? [] : [{ period: addDays(day(start), i), value, complete: true }],
    ),
  );
}

const A = [
  1.0, 1.05, 1.2, 2.1, 2.45, 2.05, 1.8, 1.75, 1.6, 1.9, 1.7, 1.55, 1.85, 1.65, 1.5, 2.2, 1.8, 1.15, 1.09,
] as const;

describe("lowestSince, monthly", () => {
  it("vector A: since September 2024", () => {
    const found = lowestSince(months("2024-08", A), raw);
    expect(found).toMatchObject({ is: "since", period: "2024-09", equal: false, missing: 0, first: "2024-08" });
    expect(found.is === "since" ? found.rawGap : 0).toBeCloseTo(0.04, 12);
  });
  it("vector A from January 2025 on: the whole available history", () => {
    expect(lowestSince(months("2025-01", A.slice(5)), raw)).toEqual({
      is: "history",
      first: "2025-01",
      periods: 14,
      missing: 0,
    });
  });

  // Binance BTCUSDT, $B: month, total, per day.
  const B = [
    ["2023-11", 321.936, 10.7312],
    ["2024-06", 366.43, 12.2143],
    ["2025-09", 363.796, 12.1265],
    ["2025-12", 383.969, 12.3861],
    ["2026-01", 375.905, 12.126],
  ] as const;
  const monthsOf = (column: 1 | 2): Complete<Month> =>
    completeMonths(B.map((row) => ({ period: month(row[0]), value: row[column], complete: true })));

  it("vector B by total: since September 2025", () => {
    expect(lowestSince(monthsOf(1), places(3))).toMatchObject({ is: "since", period: "2025-09", equal: false });
  });
  it("vector B per day with four decimals: since November 2023", () => {
    // 26 months apart, of which 3 in between are given: 22 are missing.
    expect(lowestSince(monthsOf(2), places(4))).toMatchObject({
      is: "since",
      period: "2023-11",
      equal: false,
      missing: 22,
    });
  });
  it("vector B per day with two decimals: since September 2025, equal", () => {
    const found = lowestSince(monthsOf(2), places(2));
    expect(found).toMatchObject({ is: "since", period: "2025-09", equal: true, missing: 2 });
    expect(found.is === "since" ? found.rawGap : 0).toBeCloseTo(-0.0005, 9);
  });
});

describe("edges", () => {
  it("says nothing of fewer than three periods", () => {
    expect(lowestSince(months("2026-01", [2, 1]), raw)).toEqual({ is: "short" });
    expect(lowestSince(months("2026-01", []), raw)).toEqual({ is: "short" });
  });
  it("calls equal values unchanged, as printed", () => {
    const unchanged = { is: "unchanged", first: "2026-01", periods: 3 };
    expect(lowestSince(months("2026-01", [1, 1, 1]), raw)).toEqual(unchanged);
    expect(highestSince(months("2026-01", [1.01, 0.99, 1]), places(0))).toEqual(unchanged);
  });
  it("wants three months, or seven days, between", () => {
    expect(lowestSince(months("2026-01", [1, 5, 5, 2]), raw)).toMatchObject({ is: "since", period: "2026-01" });
    expect(lowestSince(months("2026-01", [0, 1, 5, 2]), raw)).toEqual({ is: "trivial", first: "2026-01" });
    expect(lowestSince(days("2026-01-01", [1, 5, 5, 5, 5, 5, 5, 2]), raw)).toMatchObject({ period: "2026-01-01" });
    expect(lowestSince(days("2026-01-01", [1, 5, 5, 5, 5, 5, 2]), raw).is).toBe("trivial");
  });
  it("measures that distance on the calendar, not by what is there", () => {
    const sparse = days("2026-01-01", [1, undefined, undefined, undefined, undefined, undefined, 5, 2]);
    expect(lowestSince(sparse, raw)).toMatchObject({ is: "since", period: "2026-01-01", missing: 5 });
  });
  it("counts what is missing in the whole history", () => {
    expect(lowestSince(days("2026-01-01", [9, undefined, 8, 7]), raw)).toEqual({
      is: "history",
      first: "2026-01-01",
      periods: 3,
      missing: 1,
    });
  });
  it("ranks no partial period", () => {
    const rows = [5, 4, 6, 1].map((value, i) => ({ period: addMonths(month("2025-11"), i), value, complete: i < 3 }));
    const found = completeMonths(rows);
    expect(found.periods.map(({ period }) => period)).toEqual(["2025-11", "2025-12", "2026-01"]);
    expect(highestSince(found, raw)).toMatchObject({ is: "history", periods: 3 });
  });
  it("takes rows in any order, the last one for a period", () => {
    const rows = [
      { period: day("2026-01-03"), value: 3, complete: true },
      { period: day("2026-01-01"), value: 9, complete: true },
      { period: day("2026-01-01"), value: 1, complete: true },
    ];
    expect(completeDays(rows).periods).toEqual([
      { period: "2026-01-01", index: 0, value: 1 },
      { period: "2026-01-03", index: 2, value: 3 },
    ]);
  });
});

const walk = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 3, maxLength: 40 });

describe("properties", () => {
  it("highest is lowest upside down", () => {
    fc.assert(
      fc.property(walk, (values) => {
        const up = highestSince(days("2026-01-01", values), raw);
        const down = lowestSince(
          days(
            "2026-01-01",
            values.map((value) => -value),
          ),
          raw,
        );
        expect("rawGap" in up ? { ...up, rawGap: 0 } : up).toEqual("rawGap" in down ? { ...down, rawGap: 0 } : down);
      }),
    );
  });
  it("does not change with the scale", () => {
    fc.assert(
      fc.property(walk, fc.integer({ min: 1, max: 1000 }), (values, scale) => {
        const one = lowestSince(days("2026-01-01", values), raw);
        const other = lowestSince(
          days(
            "2026-01-01",
            values.map((value) => value * scale),
          ),
          raw,
        );
        expect("rawGap" in other ? { ...other, rawGap: 0 } : other).toEqual(
          "rawGap" in one ? { ...one, rawGap: 0 } : one,
        );
      }),
    );
  });
  it("is true: nothing in between is as low", () => {
    fc.assert(
      fc.property(walk, (values) => {
        const found = lowestSince(days("2026-01-01", values), raw);
        const newest = values.at(-1) ?? 0;
        const before = values.slice(0, -1);
        if (found.is === "history") expect(Math.min(...before)).toBeGreaterThan(newest);
        if (found.is === "since") {
          const place = days("2026-01-01", values).periods.findIndex(({ period }) => period === found.period);
          expect(values[place]).toBeLessThanOrEqual(newest);
          expect(Math.min(...before.slice(place + 1))).toBeGreaterThan(newest);
        }
      }),
    );
  });
});

// Fear & Greed, 1 December 2025 to 30 January 2026.
const DECEMBER = [
  24, 23, 28, 26, 28, 23, 20, 20, 22, 26, 29, 29, 23, 21, 16, 11, 16, 17, 16, 20, 20, 25, 24, 24, 23, 20, 23, 24, 24,
  23, 21,
] as const;
const JANUARY = [
  20, 28, 29, 25, 26, 44, 42, 28, 27, 25, 29, 27, 26, 48, 61, 49, 50, 49, 44, 32, 24, 20, 24, 25, 25, 20, 29, 29, 26,
  16,
] as const;

describe("Fear & Greed on 30 January 2026", () => {
  const published = () => days("2025-12-01", [...DECEMBER, ...JANUARY]);

  it("is the lowest since 19 December, equal", () => {
    expect(lowestSince(published(), raw)).toMatchObject({
      is: "since",
      period: "2025-12-19",
      equal: true,
      rawGap: 0,
      missing: 0,
    });
  });
  it("is the low of the year, of 30 values", () => {
    expect(yearToDate(published())).toEqual({
      low: 16,
      lowDay: "2026-01-30",
      high: 61,
      highDay: "2026-01-15",
      isLow: true,
      isHigh: false,
      equalsLow: null,
      equalsHigh: null,
      days: 30,
    });
  });
});

describe("yearToDate", () => {
  it("only equals a low that was there before, the first day that had it", () => {
    expect(yearToDate(days("2026-01-01", [20, 25, 20, 30, 20]))).toMatchObject({
      low: 20,
      lowDay: "2026-01-01",
      isLow: false,
      equalsLow: "2026-01-01",
      high: 30,
      highDay: "2026-01-04",
      isHigh: false,
      equalsHigh: null,
    });
  });
  it("knows a high and an equal high", () => {
    expect(yearToDate(days("2026-01-01", [20, 25, 30]))).toMatchObject({
      isHigh: true,
      equalsHigh: null,
      highDay: "2026-01-03",
    });
    expect(yearToDate(days("2026-01-01", [20, 30, 25, 30]))).toMatchObject({ isHigh: false, equalsHigh: "2026-01-02" });
  });
  it("makes no record of the year's first value", () => {
    expect(yearToDate(days("2025-12-30", [9, 9, 5]))).toMatchObject({
      days: 1,
      low: 5,
      isLow: false,
      isHigh: false,
      equalsLow: null,
    });
  });
  it("makes one of the second", () => {
    expect(yearToDate(days("2026-01-01", [9, 5]))).toMatchObject({ isLow: true, isHigh: false });
    expect(yearToDate(days("2026-01-01", [5, 9]))).toMatchObject({ isLow: false, isHigh: true });
  });
  it("is null without a day", () => {
    expect(yearToDate(days("2026-01-01", []))).toBeNull();
  });
});
