/** Changes of the index: where there is no value to begin with, the report says so. */
import { expect, it } from "vitest";
import type { FearGreed } from "../../src/core/market.ts";
import { series } from "../../src/core/series.ts";
import { DAY, instant, shift } from "../../src/core/time.ts";
import type { Input } from "../../src/report/input.ts";
import { fearGreedSection } from "../../src/report/sections/fear-greed.ts";
import { list } from "../../src/report/words.ts";

/** 2026-01-30T00:00:00Z. */
const today = instant(1_769_731_200_000);
const asOf = shift(today, 6 * 3_600_000);

/** So many days up to today, without those of which `isOut` holds; 0 is today. */
function sectionOf(count: number, isOut: (daysAgo: number) => boolean = () => false) {
  const days = Array.from({ length: count }, (_, i) => count - 1 - i).filter((daysAgo) => !isOut(daysAgo));
  const value: FearGreed = { value: 16, label: "Extreme Fear" };
  const input: Input = {
    readings: [
      {
        source: "index",
        dataset: "fearGreed",
        evidence: [],
        ok: true,
        value: series(days.map((daysAgo) => ({ at: shift(today, -daysAgo * DAY), value }))),
      },
    ],
    sources: [{ id: "index", venue: null, name: "Index" }],
    asked: [],
    now: asOf,
    asOf,
    mode: "live",
    recording: null,
    anchor: { is: "days", extreme: "low", days: 180 },
    levels: [],
    sections: new Set(["fear-greed"]),
  };
  return fearGreedSection(input);
}
const told = ({ found }: ReturnType<typeof sectionOf>): readonly string[] =>
  found.map(({ source, dataset, gap }) => `${source} ${dataset} ${gap.why}: ${gap.detail}`);
const gap = (windows: string): string =>
  `index fearGreed unpublished: no change over ${windows}: no value is told of the day then, nor of the day before it`;

it.each<[string, number, (daysAgo: number) => boolean, string]>([
  ["one row", 1, () => false, "1d, 7d, 30d and 365d"],
  ["ten days missing before today", 400, (ago) => ago >= 1 && ago <= 10, "1d and 7d"],
  ["a history of a year", 365, () => false, "365d"],
])("%s: one gap names every change that is not there", (_, count, isOut, windows) => {
  const section = sectionOf(count, isOut);
  const changes = Object.entries(section.section?.changes ?? {});
  expect(list(changes.flatMap(([window, one]) => (one === null ? [window] : [])))).toBe(windows);
  expect(told(section)).toEqual([gap(windows)]);
});

it("names none where all are there, one day missing or not", () => {
  expect(told(sectionOf(366))).toEqual([]);
  // The day before stands in for the one of a week ago.
  expect(told(sectionOf(367, (ago) => ago === 7))).toEqual([]);
});
