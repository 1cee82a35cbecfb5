import { describe, expect, it } from "vitest";
import { monthOverMonth, runRate, type VenueMonths } from "../../src/core/month-change.ts";
import type { MonthVolume } from "../../src/core/months.ts";
import { series, type Point } from "../../src/core/series.ts";
import { DAY, endOfMonth, instant, startOfMonth } from "../../src/core/time.ts";
import { btc, usd } from "../../src/core/units.ts";
import { month } from "./moments.ts";

const volume = (text: string, dollars: number, complete = true, days = 31): Point<MonthVolume> => ({
  at: startOfMonth(month(text)),
  value: {
    usd: usd(dollars),
    btc: btc(1),
    derived: false,
    from: startOfMonth(month(text)),
    until: complete ? endOfMonth(month(text)) : instant(startOfMonth(month(text)) + days * DAY),
    complete,
    days,
    hole: null,
  },
});
const venue = (id: string, ...points: readonly Point<MonthVolume>[]): VenueMonths => ({ id, months: series(points) });

describe("monthOverMonth", () => {
  it("compares totals and daily averages of venues that are complete in both months", () => {
    const found = monthOverMonth(
      [
        venue("a", volume("2026-01", 310), volume("2026-02", 308)),
        venue("b", volume("2026-01", 310), volume("2026-02", 252)),
        venue("partial", volume("2026-01", 900, false), volume("2026-02", 1)),
        venue("running", volume("2026-01", 1), volume("2026-02", 900, false)),
        venue("new", volume("2026-02", 900)),
        venue("gone", volume("2026-01", 900)),
      ],
      month("2026-02"),
    );
    // 560 of 620 in 28 days instead of 31: 20 a day as before.
    expect(found).toMatchObject({ from: 620, to: 560, venues: ["a", "b"] });
    expect(found?.ratio).toBeCloseTo(560 / 620 - 1, 12);
    expect(found?.perDay).toBeCloseTo(0, 12);
  });
  it("compares Binance BTCUSDT of January 2026 with December", () => {
    const found = monthOverMonth(
      [venue("binance", volume("2025-12", 383.969e9), volume("2026-01", 375.905e9))],
      month("2026-01"),
    );
    expect(found?.ratio).toBeCloseTo(375.905 / 383.969 - 1, 12);
    expect(found?.perDay).toBeCloseTo(12.126 / 12.3861 - 1, 4);
  });
  it("is null where nothing can be compared", () => {
    expect(monthOverMonth([], month("2026-02"))).toBeNull();
    expect(monthOverMonth([venue("a", volume("2026-02", 1))], month("2026-02"))).toBeNull();
    expect(monthOverMonth([venue("a", volume("2026-01", 0), volume("2026-02", 1))], month("2026-02"))).toBeNull();
  });
});

describe("runRate", () => {
  const days = (...values: readonly number[]) => values.map(usd);
  const ninety = days(...Array.from({ length: 90 }, (_, i) => i + 1));

  it("was 365.94 after 30 days of January 2026, 2.7 % below what the month came to", () => {
    const found = runRate(volume("2026-01", 354.13, false, 30), []);
    expect(Math.abs(Number(found?.usd) - 365.94)).toBeLessThan(0.01);
    expect((Number(found?.usd) / 375.91 - 1) * 100).toBeCloseTo(-2.7, 1);
  });
  it("ranges from slow to busy days: the outer tenths of 1 to 90 are 9.9 and 81.1", () => {
    const found = runRate(volume("2026-01", 1000, false, 21), ninety);
    expect(found?.range?.low).toBeCloseTo(1000 + 10 * 9.9, 9);
    expect(found?.range?.high).toBeCloseTo(1000 + 10 * 81.1, 9);
    expect(found?.usd).toBeCloseTo((1000 * 31) / 21, 9);
  });
  it("looks at the last 90 days alone", () => {
    const found = runRate(volume("2026-01", 1000, false, 21), [...days(1e9, 1e9, 1e9), ...ninety]);
    expect(found?.range?.high).toBeCloseTo(1811, 9);
  });
  it("has no range from a few days", () => {
    expect(runRate(volume("2026-01", 1000, false, 21), ninety.slice(0, 29))?.range).toBeNull();
    expect(runRate(volume("2026-01", 1000, false, 21), ninety.slice(0, 30))?.range).not.toBeNull();
    expect(runRate(volume("2026-01", 1000, false, 21), [])?.range).toBeNull();
  });
  it("runs from the first half day", () => {
    expect(runRate(volume("2026-01", 1, false, 0.5), [])?.usd).toBe(62);
  });
  it("is null before anything is known", () => {
    expect(runRate(volume("2026-01", 0, false, 0), ninety)).toBeNull();
  });
});
