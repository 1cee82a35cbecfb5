/** A vendor's own liquidation map: beside the modelled one, with its price or without, and never lost without a word. */
import { describe, expect, it } from "vitest";
import type { Datasets, Market } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { mapSeries } from "../../src/core/series.ts";
import { ofBtc, usdPerBtc } from "../../src/core/units.ts";
import { markdown } from "../../src/render/markdown.ts";
import { compose } from "../../src/report/compose.ts";
import { document } from "../../src/report/document.ts";
import { Report } from "../../src/report/report.ts";
import { bars, END, held } from "../core/map-bars.ts";

const MAIN: Market = { symbol: "BTC-MAIN", kind: "perpetual", margin: "linear", quote: "USDT" };
const good = <D extends keyof Datasets>(source: string, dataset: D, value: Datasets[D]): Reading => ({
  source,
  dataset,
  evidence: [],
  ok: true,
  value,
});
/** So many days of hours at a price of 100. */
const modelled = (days: number): readonly Reading[] => [
  good("one", "hourlyCandles", { market: MAIN, value: bars(days) }),
  good("one", "hourlyOpenInterest", {
    market: MAIN,
    value: mapSeries(held(days), ({ btc }) => ({ size: ofBtc(btc) })),
  }),
];
const LEVELS = [
  [95, 1],
  [99, 2],
  [101, 4],
  [104, 8],
  [110, 16],
] as const;
const vendor = (price: number | null): Reading =>
  good("vendor", "reportedMap", {
    at: END,
    price: price === null ? null : usdPerBtc(price),
    levels: LEVELS.map(([at, level]) => ({ price: usdPerBtc(at), level })),
    exchanges: ["One"],
    range: "7d",
  });
const reportOf = (...readings: readonly Reading[]): Report =>
  compose({
    readings,
    sources: [
      { id: "one", venue: "one", name: "One" },
      { id: "vendor", venue: null, name: "Vendor" },
    ],
    asked: [],
    now: END,
    asOf: END,
    mode: "live",
    recording: null,
    anchor: { is: "ytd" },
    levels: [],
    sections: new Set(["liquidations"]),
  });
const toldTo = (report: Report) =>
  report.liquidationMap?.reported?.levels.map(({ price, side, level }) => [Math.round(price), side, level]);
const text = (report: Report): string => markdown(document(report)).replaceAll(/\s+/g, " ");

describe("a vendor's map beside the modelled one", () => {
  it("has the sides of the price that it was made at", () => {
    const report = reportOf(...modelled(60), vendor(102));
    expect(report.liquidationMap?.reported?.price).toBe(102);
    // From 102: up, 104 and 110; down, 101 and 99, and 95 where the way goes there.
    expect(toldTo(report)).toEqual([
      [105, "shorts", 8],
      [95, "longs", 7],
      [110, "shorts", 24],
      [90, "longs", 7],
    ]);
    expect(text(report)).toContain("no unit stated, not comparable with the above");
  });
  it("has those of our price where it tells none, and says so", () => {
    const report = reportOf(...modelled(60), vendor(null));
    expect(Report.parse(report).liquidationMap).toMatchObject({ price: 100, reported: { price: null } });
    // From 100: 101 lies above now, and no longer below.
    expect(toldTo(report)).toEqual([
      [105, "shorts", 12],
      [95, "longs", 3],
      [110, "shorts", 28],
      [90, "longs", 3],
    ]);
    expect(text(report)).toContain("no unit stated, no price either, so from ours, not comparable with the above");
  });
});

it.each([
  ["no hours", []],
  ["hours of ten days", modelled(10)],
])("a vendor's map that stands alone for %s is a gap", (_, readings) => {
  const report = reportOf(...readings, vendor(102));
  expect(report.liquidationMap).toBeNull();
  expect(
    report.gaps
      .filter(({ source, dataset }) => source === "vendor" && dataset === "liquidationMap")
      .map(({ why, detail }) => [why, detail]),
  ).toEqual([["unpublished", "its map is shown beside a modelled one, and none could be made"]]);
});
