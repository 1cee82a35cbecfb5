import { expect, it } from "vitest";
import { addDays } from "../../src/core/time.ts";
import { dayTicks, monthTicks } from "../../src/report/pages/time-axis.ts";
import { day } from "../core/moments.ts";

const days = (first: string, n: number): readonly string[] =>
  Array.from({ length: n }, (_, i) => addDays(day(first), i));
const words = (ticks: ReturnType<typeof dayTicks>): readonly string[] => ticks.map(({ at, text }) => `${at} ${text}`);

it("names months where there are two, the year with the first and where one begins", () => {
  // 1 November is 31 days after 1 October, 1 December 61, 1 January 92; all four words are too many for a phone.
  expect(words(dayTicks(days("2025-10-01", 121)))).toEqual(["31 Nov 2025", "92 Jan 2026"]);
  expect(words(monthTicks(["2025-11", "2025-12", "2026-01", "2026-02"]))).toEqual([
    "0 Nov 2025",
    "1 Dec",
    "2 Jan 2026",
    "3 Feb",
  ]);
});

it("names days where there are no two months, counted back from the last", () => {
  // A week is 63 pixels of 260, but "30 Jan" ends at the edge and "23 Jan" would touch it.
  expect(words(dayTicks(days("2026-01-01", 30)))).toEqual(["1 2 Jan", "15 16 Jan", "29 30 Jan"]);
  expect(words(dayTicks(days("2026-01-02", 3)))).toEqual(["0 2 Jan", "1 3 Jan", "2 4 Jan"]);
});

it("never puts more words than fit, however long the time", () => {
  for (const n of [2, 31, 90, 365, 1_000, 4_000]) {
    const ticks = dayTicks(days("2015-03-15", n));
    expect(ticks.length, String(n)).toBeGreaterThan(0);
    expect(ticks.length, String(n)).toBeLessThanOrEqual(8);
  }
});
