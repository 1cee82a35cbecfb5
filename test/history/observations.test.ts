import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dataset, Datasets, Market } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { series } from "../../src/core/series.ts";
import { instant, parseInstant, type Instant } from "../../src/core/time.ts";
import { btc, ofBtc, ofContracts, ofUsd, ratio, usd, usdPerBtc, type Quantity } from "../../src/core/units.ts";
import { observationsOf, rowsAgain, valueOf } from "../../src/history/observations.ts";
import type { Kept } from "../../src/history/rows.ts";

const NOW = parseInstant("2026-11-20T12:00:00Z") as Instant;

const reading = <D extends Dataset>(dataset: D, value: Datasets[D], source = "venue"): Reading => ({
  source,
  dataset,
  evidence: [],
  ok: true,
  value,
});

const past = fc.integer({ min: 0, max: 5_000_000 }).map((minutes) => instant(NOW - (minutes + 1) * 60_000));
const amount = fc.double({ min: 0, max: 1e12, noNaN: true }).map((n) => n + 0);
const price = fc.double({ min: 0.01, max: 1e7, noNaN: true }).map(usdPerBtc);
const quantity: fc.Arbitrary<Quantity> = fc.oneof(
  amount.map(ofBtc),
  amount.map(ofUsd),
  fc
    .tuple(amount, fc.constantFrom(ofBtc(0.01), ofUsd(100), ofBtc(0.0001), ofBtc(1e-7)))
    .map(([n, each]) => ofContracts(n, each)),
);
const markets = fc
  .uniqueArray(
    fc.record({
      symbol: fc.string({ minLength: 1, maxLength: 12 }),
      kind: fc.constantFrom("perpetual" as const, "dated" as const),
      margin: fc.constantFrom("linear" as const, "inverse" as const),
      quote: fc.constantFrom("USD" as const, "USDT" as const, "USDC" as const),
      expires: fc.option(fc.integer({ min: 1, max: 2e12 }).map(instant)),
    }),
    { selector: ({ symbol }) => symbol, minLength: 1, maxLength: 4 },
  )
  .map((all): Market[] => all.map(({ expires, ...market }) => (expires === null ? market : { ...market, expires })));

const seriesOf = <T>(value: fc.Arbitrary<T>) =>
  fc
    .uniqueArray(fc.tuple(past, value), { selector: ([at]) => at, minLength: 1, maxLength: 8 })
    .map((all) => series(all.map(([at, told]) => ({ at, value: told }))));
const marketsOf = <T>(value: fc.Arbitrary<T>) =>
  markets.chain((all) =>
    fc.tuple(...all.map((market) => value.map((told) => ({ market, value: told })))).map((of) => ({ of, lacking: [] })),
  );
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value);

const candle = fc.record({
  open: price,
  high: price,
  low: price,
  close: price,
  btc: orNull(amount.map(btc)),
  usd: orNull(amount.map(usd)),
});
const bars = <T extends object>(value: fc.Arbitrary<T>) =>
  seriesOf(value).map((all) =>
    series(all.map(({ at, value: told }) => ({ at, value: { until: instant(at + 60_000), ...told } }))),
  );
const pastInterest = fc
  .record({ size: quantity, price: fc.option(price, { nil: undefined }) })
  .map(({ size, price: at }) => ({ size, ...(at === undefined ? {} : { price: at }) }));

const liquidations = fc
  .record({
    feed: fc.constantFrom("complete" as const, "throttled" as const, "partial" as const),
    all: marketsOf(
      bars(fc.record({ longs: orNull(amount.map(usd)), shorts: orNull(amount.map(usd)), both: amount.map(usd) })),
    ),
  })
  .map(({ feed, all }) => ({ feed, ...all }));
const barsOfMain = fc.tuple(markets, bars(candle)).map(([[market], value]) => ({ market: market as Market, value }));
const heldOfMain = fc
  .tuple(markets, seriesOf(pastInterest))
  .map(([[market], value]) => ({ market: market as Market, value }));

const any: { readonly [D in Kept]: fc.Arbitrary<Datasets[D]> } = {
  fearGreed: seriesOf(fc.record({ value: fc.integer({ min: 0, max: 100 }), label: fc.string({ maxLength: 20 }) })),
  price: fc.record({ at: past, price, quote: fc.constantFrom("USD" as const, "USDT" as const) }),
  candles: bars(candle),
  openInterest: marketsOf(
    fc
      .record({ at: past, size: quantity, price, index: fc.option(price), traded24h: fc.option(quantity) })
      .map(({ index, traded24h, ...rest }) => ({
        ...rest,
        ...(index === null ? {} : { index }),
        ...(traded24h === null ? {} : { traded24h }),
      })),
  ),
  openInterestHistory: marketsOf(seriesOf(pastInterest)),
  volume: marketsOf(
    bars(
      fc.oneof(
        fc.record({ btc: amount.map(btc), usd: amount.map(usd), typical: fc.constant(null) }),
        fc.record({ btc: amount.map(btc), usd: fc.constant(null), typical: price }),
        fc.record({ btc: fc.constant(null), usd: amount.map(usd), typical: price }),
      ),
    ),
  ),
  funding: marketsOf(
    fc.record({
      at: past,
      rate: fc.double({ min: -1, max: 1, noNaN: true }).map((n) => ratio(n + 0)),
      everyHours: fc.constantFrom(1, 4, 8, 0.5),
      kind: fc.constantFrom("predicted" as const, "settled" as const, "trailing" as const),
    }),
  ),
  longShort: marketsOf(
    fc.record({
      at: past,
      ratio: amount,
      counts: fc.constantFrom(
        "accounts" as const,
        "top accounts" as const,
        "positions" as const,
        "top positions" as const,
      ),
    }),
  ),
  taker: marketsOf(
    fc
      .record({ from: past, buy: quantity, sell: quantity })
      .map((one) => ({ ...one, until: instant(one.from + 60_000) })),
  ),
  liquidations,
  liquidationDays: liquidations,
  hourlyCandles: barsOfMain,
  dailyCandles: barsOfMain,
  fineCandles: barsOfMain,
  hourlyOpenInterest: heldOfMain,
  fineOpenInterest: heldOfMain,
  traderClasses: seriesOf(
    fc.record({ leveragedNet: amount.map(btc), assetManagersNet: amount.map((n) => btc(0 - n)) }),
  ),
  supply: fc.record({ at: past, btc: amount.map(btc) }),
};

describe("a dataset and what is kept of it", () => {
  it.each(Object.keys(any) as Kept[])("%s comes back as it was", (dataset) => {
    fc.assert(
      fc.property(any[dataset] as fc.Arbitrary<Datasets[Kept]>, (value) => {
        const kept = observationsOf([reading(dataset, value)], NOW);
        expect(sorted(valueOf(dataset, rowsAgain(kept)))).toEqual(sorted(value));
      }),
      { numRuns: 50 },
    );
  });

  it("keeps nothing of what failed and of what vendors report", () => {
    const failed: Reading = {
      source: "venue",
      dataset: "price",
      evidence: [],
      ok: false,
      gap: { why: "unreachable", detail: "" },
    };
    expect(
      observationsOf([failed, reading("reportedOpenInterest", [{ venue: "v", at: NOW, usd: usd(1) }])], NOW),
    ).toEqual([]);
  });

  it("keeps no bar that is still forming", () => {
    const day = {
      open: usdPerBtc(1),
      high: usdPerBtc(1),
      low: usdPerBtc(1),
      close: usdPerBtc(1),
      btc: null,
      usd: null,
    };
    const value = series([
      { at: instant(NOW - 120_000), value: { until: NOW, ...day } },
      { at: instant(NOW - 60_000), value: { until: instant(NOW + 1), ...day } },
    ]);
    const kept = observationsOf([reading("candles", value)], NOW);
    expect(new Set(kept.flatMap(({ observations }) => observations.map(({ at }) => at)))).toEqual(
      new Set([NOW - 120_000]),
    );
  });

  it("names the unit of the venue", () => {
    const market: Market = { symbol: "X", kind: "perpetual", margin: "linear", quote: "USDT" };
    const value = {
      of: [{ market, value: { at: NOW, size: ofContracts(7, ofBtc(0.01)), price: usdPerBtc(90_000) } }],
      lacking: [],
    };
    expect(
      observationsOf([reading("openInterest", value)], NOW).map(({ of, observations }) => [
        of.field,
        of.unit,
        observations[0]?.value,
      ]),
    ).toEqual([
      ["size", "contracts of 0.01 BTC", 7],
      ["price", "USD/BTC", 90_000],
    ]);
  });

  it("leaves out a row that lacks a part", () => {
    const rows = rowsAgain(
      observationsOf(
        [
          reading(
            "fearGreed",
            series([
              { at: instant(1_000), value: { value: 5, label: "a" } },
              { at: instant(2_000), value: { value: 6, label: "b" } },
            ]),
          ),
        ],
        NOW,
      ).map((one) => (one.of.field === "label" ? { ...one, observations: one.observations.slice(1) } : one)),
    );
    expect(valueOf("fearGreed", rows)).toEqual([{ at: 2_000, value: { value: 6, label: "b" } }]);
  });
});

/** The order of markets is no part of a dataset. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("of" in value) || !Array.isArray(value.of)) return value;
  const of = (value.of as { market: Market }[]).toSorted((a, b) => (a.market.symbol < b.market.symbol ? -1 : 1));
  return { ...value, of };
}
