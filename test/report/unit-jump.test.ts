/** Figures that are a thousand times too large on one side only: what of the same venue gives them away. */
import { describe, expect, it } from "vitest";
import type { Datasets, Market, Traded } from "../../src/core/market.ts";
import { isOf, type Reading } from "../../src/core/reading.ts";
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
function vettedAt(...readings: readonly Reading[]) {
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
  return vetted(input);
}

function judged(...readings: readonly Reading[]) {
  const { checks, input: after } = vettedAt(...readings);
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

describe("one contract in another unit", () => {
  const dated: Market = { ...perpetual, symbol: "BTCUSDT_260327", kind: "dated", expires: shift(asOf, 56 * DAY) };
  const second: Market = { ...perpetual, symbol: "BTCUSDC", quote: "USDC" };
  const day = (size: Quantity, market = perpetual) => ({
    market,
    value: series([{ at: shift(asOf, -6 * HOUR), value: { size, price: usdPerBtc(80_000) } }]),
  });
  const history = (...of: readonly ReturnType<typeof day>[]): Reading =>
    good("openInterestHistory", { of, lacking: [] });
  const turned = (size: Quantity, inBtc: number, market = perpetual) => {
    const one = held(size, market);
    return { ...one, value: { ...one.value, traded24h: ofBtc(inBtc) } };
  };
  /** What is left of the open interest and its history, and the rules that what is lacking failed. */
  function told(...readings: readonly Reading[]) {
    const { input: after } = vettedAt(...readings);
    return after.readings.map((one) => {
      if (!one.ok) return [one.gap.why];
      if (!isOf(one, "openInterest") && !isOf(one, "openInterestHistory")) return ["another"];
      return [
        one.value.of.map(({ market }) => market.symbol),
        one.value.lacking.map(({ what, gap }) => [what, gap.why === "implausible" ? gap.rule : gap.why]),
      ];
    });
  }

  it.each([
    ["a dated one a thousand times too large", dated, 20, 20_000],
    ["a dated one a thousand times too small", dated, 20, 0.02],
    ["another perpetual a thousand times too small", second, 120, 0.12],
  ])("%s is out alone, now and then", (_, market, before, now) => {
    expect(
      told(open(held(ofBtc(1_000)), held(ofBtc(now), market)), history(day(ofBtc(1_000)), day(ofBtc(before), market))),
    ).toEqual([
      [["BTCUSDT"], [[market.symbol, "Q-12"]]],
      [["BTCUSDT"], [[market.symbol, "Q-12"]]],
    ]);
  });

  it.each([
    ["too large", 1_000_000],
    ["too small", 1],
  ])("takes the venue along where it is the main one: %s", (_, now) => {
    expect(
      told(open(held(ofBtc(now)), held(ofBtc(20), dated)), history(day(ofBtc(1_000)), day(ofBtc(20), dated))),
    ).toEqual([["implausible"], ["implausible"]]);
  });

  it("is none that was just listed or is about to be delivered, and is small", () => {
    // A hundred times as much, of 4 BTC beside 1,000: less than half a hundredth.
    const listed = [
      open(held(ofBtc(1_000)), held(ofBtc(4), dated)),
      history(day(ofBtc(1_000)), day(ofBtc(0.04), dated)),
    ];
    expect(told(...listed)[0]).toEqual([["BTCUSDT", dated.symbol], []]);
    const last: Market = { ...dated, expires: shift(asOf, 2 * HOUR) };
    const ending = [open(held(ofBtc(1_000)), held(ofBtc(1), last)), history(day(ofBtc(1_000)), day(ofBtc(200), last))];
    expect(told(...ending)[0]).toEqual([["BTCUSDT", last.symbol], []]);
  });

  it.each([
    // 2,000,000 BTC at 1.75 times a day are 0.00175 of it where the unit is a thousandth.
    ["without a past, by what is traded", turned(ofBtc(2_000_000), 3_500)],
    ["by the bitcoins that exist, whatever is traded", turned(ofBtc(2_200_000), 1_000_000)],
    ["by what is traded, where it is too small", turned(ofBtc(1), 1_750)],
  ])("%s, is the venue where it has no other", (_, one) => {
    expect(told(open(one))).toEqual([["implausible"]]);
  });

  it("without a past, a smaller perpetual that looks larger is out alone", () => {
    // 600 BTC of 48,000, traded once and three quarters a day, a thousand times too large.
    const both = open(turned(ofBtc(47_000), 82_000), turned(ofBtc(600_000), 1_100, second));
    expect(told(both)).toEqual([[["BTCUSDT"], [["BTCUSDC", "Q-11"]]]]);
  });

  it("without a past, a dated contract is no more than half as large again as all perpetuals, where these are known", () => {
    const large = held(ofBtc(1_501), dated);
    expect(told(open(held(ofBtc(1_000)), large))).toEqual([[["BTCUSDT"], [[dated.symbol, "Q-01"]]]]);
    expect(told(open(held(ofBtc(1_000)), held(ofBtc(1_500), dated)))).toEqual([[["BTCUSDT", dated.symbol], []]]);
    const gaps = [
      { why: "malformed", at: "row", detail: "no price" },
      { why: "unpublished", detail: "suspended" },
    ] as const;
    for (const gap of gaps) {
      const lacking = [{ what: "BTCUSDC", gap }];
      const partly = good("openInterest", { of: [held(ofBtc(1_000)), large], lacking });
      expect(told(partly)[0]?.[0]).toEqual(["BTCUSDT", dated.symbol]);
    }
  });

  it("is none where little is traded: in a dated one, a small perpetual, or where a 0 stands for what is not known", () => {
    const all = [turned(ofBtc(1_000), 0), turned(ofBtc(100), 0.01, second), turned(ofBtc(900), 0.1, dated)];
    expect(told(open(...all))).toEqual([[["BTCUSDT", "BTCUSDC", dated.symbol], []]]);
  });
});
