/** Which 24 hours an exchange's liquidations are of, by made-up bars of an hour with one USD on each side. */
import { describe, expect, it } from "vitest";
import type { Liquidations, Market } from "../../src/core/market.ts";
import { series } from "../../src/core/series.ts";
import { HOUR, instant, MINUTE, shift, type Instant } from "../../src/core/time.ts";
import { usd } from "../../src/core/units.ts";
import { compose } from "../../src/report/compose.ts";
import type { Report } from "../../src/report/report.ts";

/** 2026-01-30T06:30:00Z. */
const asOf = instant(1_769_754_600_000);
const market: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };

/** So many whole hours, the last of which ends at `end`. */
const hoursTo = (end: Instant, count: number): Liquidations => ({
  feed: "complete",
  of: [
    {
      market,
      value: series(
        Array.from({ length: count }, (_, back) => {
          const until = shift(end, -back * HOUR);
          return { at: shift(until, -HOUR), value: { until, longs: usd(1), shorts: usd(1), both: usd(2) } };
        }),
      ),
    },
  ],
  lacking: [],
});

function told(value: Liquidations): NonNullable<Report["liquidations"]>["venues"][number] | undefined {
  const { liquidations } = compose({
    readings: [{ source: "alpha", dataset: "liquidations", evidence: [], ok: true, value }],
    sources: [{ id: "alpha", venue: "alpha", name: "Alpha" }],
    asked: [],
    now: asOf,
    asOf,
    mode: "live",
    recording: null,
    anchor: { is: "days", extreme: "low", days: 30 },
    levels: [],
    sections: new Set(["liquidations"]),
  });
  return liquidations?.venues[0];
}

describe("the 24 hours of an exchange's liquidations", () => {
  it("end with the last whole hour of a feed of whole hours", () => {
    expect(told(hoursTo(shift(asOf, -30 * MINUTE), 24))).toMatchObject({
      until: "2026-01-30T06:00:00Z",
      hours: 24,
      longsUsd: 24,
      shortsUsd: 24,
    });
  });

  it("end now where hours are counted back from now, also where the last one has no order", () => {
    expect(told(hoursTo(asOf, 24))).toMatchObject({ until: "2026-01-30T06:30:00Z", hours: 24, longsUsd: 24 });
    expect(told(hoursTo(shift(asOf, -HOUR), 23))).toMatchObject({
      until: "2026-01-30T06:30:00Z",
      hours: 24,
      longsUsd: 23,
    });
  });

  it("are those that an earlier run was told, where they ended hours ago", () => {
    expect(told(hoursTo(shift(asOf, -5 * HOUR), 24))).toMatchObject({
      until: "2026-01-30T01:30:00Z",
      hours: 24,
      longsUsd: 24,
    });
  });
});
