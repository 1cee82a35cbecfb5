/** CME's weekly report beside the exchanges, and what is said where the newest one is too old to be shown. */
import { expect, it } from "vitest";
import type { Datasets, Market } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { series } from "../../src/core/series.ts";
import { DAY, instant, shift } from "../../src/core/time.ts";
import { ofBtc, usdPerBtc } from "../../src/core/units.ts";
import { compose } from "../../src/report/compose.ts";

/** 2026-01-30T00:00:00Z. */
const asOf = instant(1_769_731_200_000);
const perpetual: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };
const future: Market = { symbol: "BTC", kind: "dated", margin: "linear", quote: "USD" };
const price = usdPerBtc(80_000);

const good = <D extends keyof Datasets>(source: string, dataset: D, value: Datasets[D]): Reading => ({
  source,
  dataset,
  evidence: [],
  ok: true,
  value,
});

/** A report whose newest sample is so many days old. */
const reported = (days: number) =>
  compose({
    readings: [
      good("spot", "price", { at: asOf, price, quote: "USD" }),
      good("alpha", "openInterest", {
        of: [{ market: perpetual, value: { at: asOf, size: ofBtc(1_000), price } }],
        lacking: [],
      }),
      good("cme", "openInterestHistory", {
        of: [
          {
            market: future,
            value: series([{ at: shift(asOf, -days * DAY), value: { size: ofBtc(100_000), price } }]),
          },
        ],
        lacking: [],
      }),
    ],
    sources: [
      { id: "spot", venue: null, name: "Spot" },
      { id: "alpha", venue: "alpha", name: "Alpha" },
      { id: "cme", venue: "cme", name: "CME" },
    ],
    asked: [],
    now: asOf,
    asOf,
    mode: "live",
    recording: null,
    anchor: { is: "days", extreme: "low", days: 30 },
    levels: [],
    sections: new Set(["open-interest"]),
  });
const late = (report: ReturnType<typeof reported>) => report.gaps.filter(({ why }) => why === "stale");

it("stands beside the exchanges for 21 days", () => {
  const report = reported(21);
  expect(report.openInterest?.withCme).toMatchObject({ btc: 101_000, cmeAsOf: "2026-01-08" });
  expect(late(report)).toEqual([]);
});

it("is missing, and named with its day, where it is older", () => {
  const report = reported(22);
  expect(report.openInterest?.withCme).toBeNull();
  expect(late(report)).toMatchObject([
    {
      source: "cme",
      dataset: "openInterest",
      detail: "its newest report is of 2026-01-07; one older than 21 days is not shown",
    },
  ]);
});
