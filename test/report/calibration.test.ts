/** The calibration of the map and the records of a vendor's days, from readings to every format. */
import { describe, expect, it } from "vitest";
import type { Gap } from "../../src/core/gap.ts";
import type { Datasets, Liquidated, Market } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { mapSeries, series, type Series } from "../../src/core/series.ts";
import { DAY, shift } from "../../src/core/time.ts";
import { ofBtc, usd } from "../../src/core/units.ts";
import { html } from "../../src/render/html.ts";
import { json } from "../../src/render/json.ts";
import { markdown } from "../../src/render/markdown.ts";
import { terminal } from "../../src/render/terminal.ts";
import { compose } from "../../src/report/compose.ts";
import { document } from "../../src/report/document.ts";
import { explainer } from "../../src/report/explain.ts";
import type { Input } from "../../src/report/input.ts";
import { Report } from "../../src/report/report.ts";
import { bars, candle, END, held } from "../core/map-bars.ts";
import { at } from "../core/moments.ts";

const MAIN: Market = { symbol: "BTC-MAIN", kind: "perpetual", margin: "linear", quote: "USDT" };
const good = <D extends keyof Datasets>(source: string, dataset: D, value: Datasets[D]): Reading => ({
  source,
  dataset,
  evidence: [{ url: `https://${source}.test/${dataset}`, at: END }],
  ok: true,
  value,
});
/** A price of 100 but for one hour that falls to 90, one that rises to 110, and one of the running day. */
const hours = series(
  bars(60).map((bar) =>
    bar.at === at("2026-01-10T12:00Z")
      ? candle(bar.at, [90, 100, 100])
      : bar.at === at("2026-01-12T12:00Z") || bar.at === at("2026-01-30T03:00Z")
        ? candle(bar.at, [100, 110, 100])
        : bar,
  ),
);
const own: readonly Reading[] = [
  good("one", "hourlyCandles", { market: MAIN, value: hours }),
  good("one", "hourlyOpenInterest", {
    market: MAIN,
    value: mapSeries(held(60), ({ btc }) => ({ size: ofBtc(btc) })),
  }),
  good("one", "liquidations", {
    feed: "partial",
    of: [{ market: MAIN, value: series([{ at: shift(END, -DAY), value: liquidated(END, 1, 1) }]) }],
    lacking: [],
  }),
];
function liquidated(until: typeof END, longs: number, shorts: number): Liquidated {
  return { until, longs: usd(longs), shorts: usd(shorts), both: usd(longs + shorts) };
}
/** Days to 29 January, the newest last. */
const days = (count: number, longs: number, shorts: number): Series<Liquidated> =>
  series(
    Array.from({ length: count }, (_, i) => {
      const start = shift(at("2026-01-30T00:00Z"), (i - count) * DAY);
      // The last one is the largest by far.
      const more = i === count - 1 ? 300 : 0;
      return { at: start, value: liquidated(shift(start, DAY), longs + more, shorts) };
    }),
  );
const vendors = (value: Datasets["reportedLiquidations"]): Reading => good("vendor", "reportedLiquidations", value);
const failing = (gap: Gap): Reading => ({
  source: "vendor",
  dataset: "reportedLiquidations",
  evidence: [],
  ok: false,
  gap,
});

const reportOf = (...more: readonly Reading[]): Report => {
  const input: Input = {
    readings: [...own, ...more],
    sources: [
      { id: "one", venue: "one", name: "One" },
      { id: "two", venue: "two", name: "Two" },
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
  };
  return compose(input);
};
const gapsOf = (report: Report) =>
  report.gaps
    .filter(({ dataset }) => dataset === "liquidationMap")
    .map(({ source, why, detail }) => [source, why, detail]);

// Base profile, shares × price at liquidation × 1000 coins; see the test of the calibration itself.
const LONGS =
  1000 * (0.075 * 90.4523 + 0.02 * 93.8023 + 0.025 * 95.4774 + 0.01 * 96.4824 + 0.015 * 98.4925 + 0.01 * 99.4975);
const SHORTS =
  1000 * (0.075 * 109.4527 + 0.02 * 106.136 + 0.025 * 104.4776 + 0.01 * 103.4826 + 0.015 * 101.4925 + 0.01 * 100.4975);

describe("with a vendor's days of the modelled contract", () => {
  // 30 × 55.66 + 300 of 14,484 are 13.6 %; 30 × 67.12 of 16,506 are 12.2 %.
  const report = reportOf(
    vendors([
      { venue: "one", market: MAIN, value: days(60, 55.66, 67.12) },
      { venue: "two", market: MAIN, value: days(60, 1e6, 1e6) },
    ]),
  );
  const found = report.liquidationMap?.calibration;

  it("the map says which part of what it swept was reported, by side", () => {
    expect(found).toMatchObject({ from: "2025-12-31", to: "2026-01-29", source: "vendor", venues: [{ id: "one" }] });
    expect(found?.longs).toBeCloseTo((30 * 55.66 + 300) / LONGS, 4);
    expect(found?.shorts).toBeCloseTo((30 * 67.12) / SHORTS, 4);
    expect(found?.longs).toBeCloseTo(0.136, 3);
    expect(found?.shorts).toBeCloseTo(0.122, 3);
    expect(found?.venues[0]?.reportedLongsUsd).toBeCloseTo(1969.8, 9);
    expect(found?.venues[0]?.sweptShortsUsd).toBeCloseTo(SHORTS, 0);
    expect(gapsOf(report)).toEqual([]);
  });
  it("the levels are those of the map without it", () => {
    expect(report.liquidationMap?.levels).toEqual(reportOf().liquidationMap?.levels);
  });
  it("every format shows it with its note", () => {
    const page = document(report);
    const plain = (text: string): string => text.replaceAll(/\s+/g, " ");
    for (const text of [terminal(page, { columns: 100, color: 0 }), markdown(page), html(page)]) {
      expect(plain(text)).toContain(
        "Calibration: of what the model liquidated from 31 Dec 2025 to 29 Jan 2026 on One, Vendor has 13.6 % of the longs and 12.2 % of the shorts. A lower bound: some exchanges tell at most one liquidation a second. The map is never multiplied by it.",
      );
    }
    expect(Report.parse(JSON.parse(json(report))).liquidationMap?.calibration).toEqual(found);
  });
  it("explain has formula, inputs and addresses", () => {
    const one = explainer(report, () => [])("liquidationMap.calibration.longs");
    expect(one).toMatchObject({ class: "model", unit: "ratio" });
    expect(one?.formula).toContain("sum of reportedLongsUsd / sum of sweptLongsUsd");
    expect(one?.inputs.flatMap(({ figures }) => figures.map(({ id }) => id))).toEqual([
      "liquidationMap.calibration.venues.one.reportedLongsUsd",
      "liquidationMap.calibration.venues.one.sweptLongsUsd",
    ]);
    expect(one?.evidence.map(({ url }) => url)).toEqual([
      "https://vendor.test/reportedLiquidations",
      "https://one.test/hourlyCandles",
      "https://one.test/hourlyOpenInterest",
    ]);
    const told = explainer(report, () => [])("liquidationMap.calibration.venues.one.reportedLongsUsd");
    expect(told).toMatchObject({ class: "reported", unit: "USD" });
    expect(told?.evidence.map(({ url }) => url)).toEqual(["https://vendor.test/reportedLiquidations"]);
    const swept = explainer(report, () => [])("liquidationMap.calibration.venues.one.sweptLongsUsd");
    expect(swept?.class).toBe("model");
    expect(swept?.evidence.map(({ url }) => url)).not.toContain("https://vendor.test/reportedLiquidations");
  });
  it("each exchange's days have a record of their own, which is never mixed with another feed", () => {
    expect(report.liquidations).toMatchObject({
      largestSince: null,
      reportedLargestSince: [
        { id: "one", symbol: "BTC-MAIN", day: "2026-01-29", since: null, from: "2025-12-01", source: "vendor" },
      ],
    });
    // Of the other one all days read alike.
    // 55.66 + 300 + 67.12.
    expect(report.liquidations?.reportedLargestSince?.[0]?.usd).toBeCloseTo(422.78, 9);
    expect(markdown(document(report))).toContain(
      "One: $423 of BTC-MAIN on 29 Jan 2026, its largest day since its history begins, 1 Dec 2025 (its feed as Vendor has it, alone, in UTC days)",
    );
  });
});

describe("without it there is none, and the gap says why", () => {
  const NONE = "no calibration: none of the modelled exchanges publishes 30 days of liquidations by side";

  it("that a key would give it", () => {
    const report = reportOf(failing({ why: "unconfigured", detail: "VENDOR_API_KEY is not set" }));
    expect(report.liquidationMap?.calibration).toBeNull();
    expect(report.liquidations?.reportedLargestSince).toBeNull();
    expect(gapsOf(report)).toEqual([
      ["all", "unpublished", `${NONE}; Vendor tells them with a key, but VENDOR_API_KEY is not set`],
    ]);
    expect(report.status).toBe("complete");
    expect(markdown(document(report))).not.toContain("Calibration");
  });
  it("that the vendor has not answered, or was not asked", () => {
    const cut = reportOf(failing({ why: "unreachable", detail: "cut" }));
    expect(gapsOf(cut)).toEqual([["all", "unpublished", `${NONE}, and Vendor has not told them`]]);
    expect(gapsOf(reportOf())).toEqual([["all", "unpublished", NONE]]);
  });
  it("that another contract of the exchange was told, or too few days", () => {
    const inverse = { ...MAIN, symbol: "BTC-USD", margin: "inverse" as const, quote: "USD" as const };
    const other = reportOf(vendors([{ venue: "one", market: inverse, value: days(60, 1, 1) }]));
    const missing = "it has no part in the calibration: its liquidations by side are not told";
    expect(gapsOf(other)).toEqual([["one", "unpublished", missing]]);
    const few = reportOf(vendors([{ venue: "one", market: MAIN, value: days(29, 1, 1) }]));
    const short = "it has no part in the calibration: 29 of the thirty days of its liquidations are told";
    expect(gapsOf(few)).toEqual([["one", "unpublished", short]]);
    for (const report of [other, few]) expect(report.liquidationMap?.calibration).toBeNull();
  });
});
