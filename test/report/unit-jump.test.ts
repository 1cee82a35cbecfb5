/** Figures that are a thousand times too large on one side only: what of the same venue gives them away. */
import { describe, expect, it } from "vitest";
import type { Datasets, Market, Traded } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { series, type Series } from "../../src/core/series.ts";
import { DAY, HOUR, instant, shift } from "../../src/core/time.ts";
import { btc, ofBtc, ofUsd, usd, usdPerBtc, type Quantity } from "../../src/core/units.ts";
import type { Input } from "../../src/report/input.ts";
import { vetted } from "../../src/report/vet.ts";

/** 2026-01-30T06:00Z; the last month was over 29 days and 6 hours before. */
const asOf = instant(1_769_752_800_000);
const NEW_YEAR = shift(asOf, -29 * DAY - 6 * HOUR);
const perpetual: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };
const inverse: Market = { symbol: "BTCUSD", kind: "perpetual", margin: "inverse", quote: "USD" };

const good = <D extends keyof Datasets>(dataset: D, value: Datasets[D], source = "alpha"): Reading => ({
  source,
  dataset,
  evidence: [],
  ok: true,
  value,
});
const held = (size: Quantity, market = perpetual) => ({ market, value: { at: asOf, size, price: usdPerBtc(80_000) } });
const open = (...of: readonly ReturnType<typeof held>[]): Reading => good("openInterest", { of, lacking: [] });
const traded = (bars: Series<Traded>, market = perpetual): Datasets["volume"]["of"][number] => ({
  market,
  value: bars,
});
const volume = (...of: Datasets["volume"]["of"]): Reading => good("volume", { of, lacking: [] });
/** A bar from `from` to `until`, in days from the new year. */
const bar = (from: number, until: number, inBtc: number | null, inUsd: number | null) => ({
  at: shift(NEW_YEAR, from * DAY),
  value: {
    until: shift(NEW_YEAR, until * DAY),
    btc: inBtc === null ? null : btc(inBtc),
    usd: inUsd === null ? null : usd(inUsd),
    typical: usdPerBtc(90_000),
  },
});

/** What becomes of them at a venue of its own. */
function judged(...readings: readonly Reading[]) {
  const input: Input = {
    readings,
    sources: [
      { id: "alpha", venue: "alpha", name: "Alpha" },
      { id: "beta", venue: "beta", name: "Beta" },
    ],
    asked: [],
    now: asOf,
    asOf,
    mode: "live",
    recording: null,
    anchor: { is: "ytd" },
    levels: [],
    sections: new Set(["volume"]),
  };
  const { checks, input: after } = vetted(input);
  const out = after.readings.flatMap((one) => (one.ok ? [] : [`${one.dataset} ${JSON.stringify(one.gap)}`]));
  return { checks, out };
}

describe("volume against what is open", () => {
  // 1,000 BTC of 80,000 USD are open: 80 million.
  it("passes where a day of the last month turned half of it over", () => {
    // 31 days of 40 million.
    const { checks, out } = judged(open(held(ofBtc(1_000))), volume(traded(series([bar(-31, 0, null, 31 * 40e6)]))));
    expect([checks, out]).toEqual([[], []]);
  });

  it.each([
    ["dollars", null, 31 * 40e9],
    // 500,000 BTC at the price of now, 80,000, are 40 billion.
    ["coins", 31 * 500_000, null],
    ["coins beside good dollars", 31 * 500_000, 31 * 40e6],
  ])("is kept out where it is a thousand times as much in %s", (_, inBtc, inUsd) => {
    const { checks, out } = judged(open(held(ofBtc(1_000))), volume(traded(series([bar(-31, 0, inBtc, inUsd)]))));
    expect(checks).toMatchObject([
      { rule: "Q-11", severity: "error", section: "volume", source: "alpha", value: 500, bound: 50 },
    ]);
    expect(out).toEqual([expect.stringMatching(/^volume .*"rule":"Q-11".*\$40,000,000,000 traded on a usual day/)]);
  });

  it("is a warning where it is so small that what is open may be too large", () => {
    const { checks, out } = judged(open(held(ofBtc(1e6))), volume(traded(series([bar(-31, 0, null, 31 * 40e6)]))));
    expect(checks).toMatchObject([
      { rule: "Q-11", severity: "warning", section: "volume", value: 0.0005, bound: 0.05 },
    ]);
    expect(out).toEqual([]);
  });

  it("is that of bars that are over, and of the last month", () => {
    const far = bar(-62, -31, null, 31 * 40e9);
    const forming = bar(29, 30, null, 40e9);
    const days = [bar(-1, 0, null, 60e6), bar(0, 1, null, 20e6)];
    const { checks, out } = judged(open(held(ofBtc(1_000))), volume(traded(series([far, ...days, forming]))));
    expect([checks, out]).toEqual([[], []]);
    const { checks: late } = judged(open(held(ofBtc(1_000))), volume(traded(series([bar(0, 1, null, 40e9)]))));
    expect(late).toMatchObject([{ rule: "Q-11", value: 500 }]);
  });

  it("is that of the venue: a contract counts for what it is of all, and only with what is open in it", () => {
    // 60 times what is open in one of two, which is a tenth of all: 6 times and a half.
    const both = open(held(ofBtc(900)), held(ofUsd(8e6), inverse));
    const parts = [
      traded(series([bar(0, 1, null, 36e6)])),
      traded(series([bar(0, 1, null, 480e6)]), inverse),
      traded(series([bar(0, 1, null, 9e12)]), { ...perpetual, symbol: "BTCUSDC" }),
    ];
    expect(judged(both, volume(...parts)).checks).toEqual([]);
    const only = open(held(ofUsd(8e6), inverse));
    expect(judged(only, volume(...parts)).checks).toMatchObject([{ rule: "Q-11", value: 60 }]);
  });

  it("has nothing to be measured by at a venue whose open interest is not known", () => {
    const other = good("openInterest", { of: [held(ofBtc(1_000))], lacking: [] }, "beta");
    expect(judged(other, volume(traded(series([bar(-31, 0, null, 31 * 40e9)])))).checks).toEqual([]);
  });
});

describe("liquidations where nothing is said of the trading of 24 hours", () => {
  const liquidated = (amount: number, days = 1) => ({
    feed: "partial" as const,
    of: [
      {
        market: perpetual,
        value: series(
          Array.from({ length: days }, (_, i) => ({
            at: shift(asOf, (i - days) * DAY),
            value: { until: shift(asOf, (i - days + 1) * DAY), longs: usd(amount), shorts: usd(0), both: usd(amount) },
          })),
        ),
      },
    ],
    lacking: [],
  });
  const spot = good("price", { at: asOf, price: usdPerBtc(80_000), quote: "USD" }, "beta");

  it.each(["liquidations", "liquidationDays"] as const)("%s are measured by what is open", (dataset) => {
    // 1,000 BTC of 80,000 USD are open: 20 % are 16 million, 4 % are 3.2 million.
    const judgedOf = (amount: number) => judged(spot, open(held(ofBtc(1_000))), good(dataset, liquidated(amount)));
    expect(judgedOf(3e6)).toEqual({ checks: [], out: [] });
    expect(judgedOf(4e6)).toMatchObject({ checks: [{ rule: "Q-08", severity: "warning", value: 0.05 }], out: [] });
    const jumped = judgedOf(4e9);
    expect(jumped.checks).toMatchObject([{ rule: "Q-08", severity: "error", value: 50 }]);
    expect(jumped.out).toEqual([expect.stringMatching(new RegExp(`^${dataset} .*"rule":"Q-08"`))]);
  });

  it("of many days are measured by the last one", () => {
    expect(judged(spot, open(held(ofBtc(1_000))), good("liquidationDays", liquidated(3e6, 30))).checks).toEqual([]);
  });
});
