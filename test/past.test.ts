/**
 * A past day. The guard by hand; the program against a market that goes on after the instant asked about: once standing
 * still, once a thousand times as large, and the report must not notice. Where histories allow, it has the figures of a
 * run that was made at that instant.
 */
import { describe, expect, it } from "vitest";
import { contracts } from "../fixtures/build/contracts.ts";
import { later } from "../fixtures/build/later.ts";
import { articleDay, modelOf, type Figures } from "../fixtures/build/market.ts";
import type { Model } from "../fixtures/build/model.ts";
import { served } from "../fixtures/build/serve.ts";
import { parseAnchor } from "../src/core/anchor.ts";
import type { Dataset, Datasets, Market } from "../src/core/market.ts";
import type { Reading } from "../src/core/reading.ts";
import { series } from "../src/core/series.ts";
import { DAY, HOUR, parseInstant, shift, type Instant } from "../src/core/time.ts";
import { btc, ofBtc, ratio, usd, usdPerBtc } from "../src/core/units.ts";
import { once } from "../src/io/polite.ts";
import { opened } from "../src/io/unzip.ts";
import { heldAt } from "../src/past.ts";
import { json } from "../src/render/json.ts";
import { leaves } from "../src/report/figures.ts";
import { sections } from "../src/report/input.ts";
import { Report } from "../src/report/report.ts";
import { run } from "../src/run.ts";
import { sources } from "../src/sources/registry.ts";
import { worldOf } from "./support/world.ts";

const at = (text: string): Instant => {
  const found = parseInstant(text);
  if (found === null) throw new Error(text);
  return found;
};

describe("the guard", () => {
  const asOf = at("2026-01-30T06:00Z");
  const [before, after] = [shift(asOf, -HOUR), shift(asOf, HOUR)];
  const MARKET: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };
  const DATED: Market = { ...MARKET, symbol: "BTCUSDT_260327", kind: "dated" };
  const price = usdPerBtc(80_000);
  const of = <T>(value: T) => ({ of: [{ market: MARKET, value }], lacking: [] });
  const candle = { open: price, high: price, low: price, close: price, btc: null, usd: null };
  const trade = { btc: btc(1), usd: usd(80_000), typical: null };

  const cut = <D extends Dataset>(dataset: D, value: Datasets[D], source = "binance"): Reading => {
    const reading: Reading = { source, dataset, evidence: [], ok: true, value };
    const [made] = heldAt([reading], sources, asOf);
    if (made === undefined) throw new Error(dataset);
    return made;
  };
  const left = (reading: Reading): unknown => (reading.ok ? reading.value : reading.gap.why);

  it("keeps samples that held by then", () => {
    const sample = { size: ofBtc(1) };
    const all = series([before, asOf, after].map((when) => ({ at: when, value: sample })));
    expect(left(cut("openInterestHistory", of(all)))).toMatchObject({
      of: [{ value: [{ at: before }, { at: asOf }] }],
    });
    expect(left(cut("hourlyOpenInterest", { market: MARKET, value: all }))).toMatchObject({
      value: [{ at: before }, { at: asOf }],
    });
    const none = series([{ at: after, value: sample }]);
    expect(left(cut("openInterestHistory", of(none)))).toBe("unpublished");
    expect(left(cut("hourlyOpenInterest", { market: MARKET, value: none }))).toBe("unpublished");
  });

  it("names a contract of which nothing is left, a dated one as such", () => {
    const sample = (when: Instant) => series([{ at: when, value: { size: ofBtc(1) } }]);
    const reading = cut("openInterestHistory", {
      of: [
        { market: MARKET, value: sample(before) },
        { market: DATED, value: sample(after) },
      ],
      lacking: [],
    });
    expect(left(reading)).toMatchObject({
      of: [{ market: { symbol: "BTCUSDT" } }],
      lacking: [{ what: "BTCUSDT_260327", minor: true, gap: { why: "unpublished" } }],
    });
  });

  it("drops bars that were forming", () => {
    const bars = <T>(value: T) =>
      series(
        [shift(asOf, -2 * HOUR), before, shift(asOf, -HOUR / 2)].map((when) => ({
          at: when,
          value: { until: shift(when, HOUR), ...value },
        })),
      );
    const closed = [{ at: shift(asOf, -2 * HOUR) }, { at: before }];
    expect(left(cut("candles", bars(candle)))).toMatchObject(closed);
    expect(left(cut("candles", bars(candle)))).toHaveLength(2);
    expect(left(cut("hourlyCandles", { market: MARKET, value: bars(candle) }))).toMatchObject({ value: closed });
    const liquidated = { longs: usd(1), shorts: usd(1), both: usd(2) };
    expect(left(cut("liquidations", { feed: "complete", ...of(bars(liquidated)) }))).toMatchObject({
      feed: "complete",
      of: [{ value: closed }],
    });
  });

  it("counts trading in whole days", () => {
    const midnight = at("2026-01-30T00:00Z");
    const hours = series(
      [shift(midnight, -HOUR), midnight].map((when) => ({
        at: when,
        value: { until: shift(when, HOUR), ...trade },
      })),
    );
    expect(left(cut("volume", of(hours)))).toMatchObject({ of: [{ value: [{ at: shift(midnight, -HOUR) }] }] });
    const month = series([{ at: at("2026-01-01T00:00Z"), value: { until: at("2026-02-01T00:00Z"), ...trade } }]);
    expect(left(cut("volume", of(month)))).toBe("unpublished");
  });

  it("refuses values of later", () => {
    for (const [when, kept] of [
      [asOf, true],
      [after, false],
    ] as const) {
      const made: readonly Reading[] = [
        cut("price", { at: when, price, quote: "USDT" }),
        cut("openInterest", of({ at: when, size: ofBtc(1), price })),
        cut("funding", of({ at: when, rate: ratio(0.0001), everyHours: 8, kind: "settled" as const })),
        cut("longShort", of({ at: when, ratio: 1, counts: "accounts" as const })),
        cut("taker", of({ from: before, until: when, buy: ofBtc(1), sell: ofBtc(1) })),
        cut("reportedOpenInterest", [{ venue: "okx", at: when, usd: usd(1) }]),
        cut("reportedMap", { at: when, price, levels: [], exchanges: [], range: "7d" }),
        cut("supply", { at: when, btc: btc(19_980_000) }),
      ];
      expect(made.map(({ dataset, ok }) => [dataset, ok])).toEqual(made.map(({ dataset }) => [dataset, kept]));
    }
  });

  it("knows no Fear & Greed of a day that begins only then", () => {
    const midnight = at("2026-01-31T00:00Z");
    const days = series(
      [shift(midnight, -DAY), midnight].map((when) => ({ at: when, value: { value: 16, label: "Extreme Fear" } })),
    );
    const reading: Reading = { source: "alternative-me", dataset: "fearGreed", evidence: [], ok: true, value: days };
    expect(heldAt([reading], sources, midnight)).toMatchObject([{ value: [{ at: shift(midnight, -DAY) }] }]);
    expect(heldAt([reading], sources, shift(midnight, 1))).toMatchObject([{ value: [{}, { at: midnight }] }]);
  });

  it("knows the CFTC's report of a Tuesday from Friday 20:30Z on", () => {
    // Tuesday 2026-01-20 and 2026-01-27; their closes stand at the midnights after them.
    const closes = [at("2026-01-21T00:00Z"), at("2026-01-28T00:00Z")];
    const samples = series(closes.map((when) => ({ at: when, value: { size: ofBtc(1) } })));
    const reading: Reading = {
      source: "cme",
      dataset: "openInterestHistory",
      evidence: [],
      ok: true,
      value: of(samples),
    };
    const told = (when: string): unknown => heldAt([reading], sources, at(when))[0];
    expect(told("2026-01-30T20:29:59Z")).toMatchObject({ value: { of: [{ value: [{ at: closes[0] }] }] } });
    expect(told("2026-01-30T20:30:00Z")).toMatchObject({ value: { of: [{ value: [{}, { at: closes[1] }] }] } });
    expect(told("2026-01-23T20:29:59Z")).toMatchObject({ ok: false, gap: { why: "unpublished" } });
  });

  it("leaves gaps as they are", () => {
    const gap: Reading = {
      source: "okx",
      dataset: "price",
      evidence: [],
      ok: false,
      gap: { why: "refused", status: 403, detail: "no" },
    };
    expect(heldAt([gap], sources, asOf)).toEqual([gap]);
  });
});

async function reportOf(model: Model, when: Instant | null): Promise<Report> {
  const { http, unknown } = served(model);
  const report = await run(
    sources,
    {
      sections: new Set(sections),
      anchor: parseAnchor("low:2025-10") ?? { is: "ytd" },
      levels: [],
      replaying: false,
      at: when,
      recording: () => null,
    },
    worldOf({ now: model.now, web: opened(once(http)) }),
  );
  expect(unknown()).toEqual([]);
  expect(() => Report.parse(report)).not.toThrow();
  expect(report.gaps.filter(({ why }) => why !== "unpublished" && why !== "unconfigured")).toEqual([]);
  return report;
}

/** The first lines of the JSON that are not the same; none where every byte is. */
function differing(a: Report, b: Report): readonly string[] {
  const [ours, theirs] = [json(a).split("\n"), json(b).split("\n")];
  return ours.length === theirs.length
    ? ours.flatMap((line, i) => (line === theirs[i] ? [] : [`${line} | ${theirs[i] ?? ""}`])).slice(0, 20)
    : [`${ours.length} lines, then ${theirs.length}`];
}

/** Beyond what Binance, OKX and most of their contracts keep; and within it. */
const [LONG_AFTER, SOON_AFTER] = [45 * DAY, 10 * DAY];

describe("the article's day, weeks later", async () => {
  const then = modelOf(articleDay);
  const now = shift(then.now, LONG_AFTER);
  const report = await reportOf(later(then, now, 1), then.now);

  const grown = await reportOf(later(then, now, 1_000), then.now);

  it("has no figure of later", () => {
    expect(differing(grown, report)).toEqual([]);
  });

  it("says when it is of and when it was made", () => {
    expect(report).toMatchObject({
      mode: "history",
      asOf: "2026-01-30T06:00:00Z",
      generatedAt: "2026-03-16T06:00:00Z",
      recording: null,
      status: "complete",
    });
  });

  it("prints the article's figures", () => {
    expect(report.price).toMatchObject({ usd: 82_880.1, basis: "close", asOf: "2026-01-30T06:00:00Z" });
    expect(report.price?.sinceHigh).toMatchObject({ days: 16, highDate: "2026-01-14" });
    expect(report.price?.sinceHigh?.ratio).toBeCloseTo(-0.1451, 3);
    expect(report.fearGreed).toMatchObject({ value: 16, date: "2026-01-30", lowestSince: { date: "2025-12-19" } });
    const binance = report.openInterest?.venues.find(({ id }) => id === "binance");
    const scope = binance?.scopes.find(({ id }) => id === "BTCUSDT+BTCUSD_PERP");
    expect(binance?.asOf).toBe("2026-01-30T00:00:00Z");
    // 123,500 BTC by the news, of 06:00Z; the last close that had come out is of midnight.
    expect(scope?.btc).toBeGreaterThan(123_450);
    expect(scope?.btc).toBeLessThan(123_550);
    expect(scope?.changes.anchor).toMatchObject({ fromDate: "2025-10-10" });
    expect(Math.round(scope?.changes.anchor?.fromBtc ?? 0)).toBe(93_836);
    expect(scope?.changes.anchor?.btc).toBeCloseTo(0.316, 3);
    expect(report.volume?.latest).toBe("2025-12");
    expect(report.volume?.toDate).toMatchObject({ month: "2026-01", days: 29 });
  });

  it("has the CFTC's report that was out, not the one of the same evening", () => {
    expect(report.openInterest?.withCme?.cmeAsOf).toBe("2026-01-20");
    expect(report.positioning?.cme?.reportDate).toBe("2026-01-20");
  });

  it("does not ask what tells only the present, and says so", () => {
    const told = report.gaps.map(({ source, dataset, detail }) => `${source} ${dataset}: ${detail}`);
    expect(told).toContain("deribit openInterest: it tells only the present");
    expect(told).toContain("bitget liquidations: it tells only the present");
    expect(told).toContain("binance longShort: it keeps 30 days only");
    expect(told).toContain("coingecko reportedOpenInterest: it tells only the present");
    expect(report.sources.map(({ id }) => id)).not.toContain("coingecko");
  });
});

/** The article's contracts with other sizes, at a midnight: what `--at 2026-01-14` asks for. */
const midnight: Figures = {
  now: at("2026-01-15T00:00Z"),
  spotNow: 96_412.37,
  spotRange: [93_000, 97_000],
  contracts: contracts.map((contract, i) => ({
    ...contract,
    btc: contract.btc * (0.4 + (((i + 1) * 55_433) % 1000) / 600),
    bps: contract.bps * 1.3 + ((i * 7) % 5) - 2,
  })),
};

/** Figures that may differ from those of a run made then, and why. */
const MAY_DIFFER: readonly (readonly [RegExp, string])[] = [
  [/^funding\./, "settled rates in place of running ones"],
  [/^openInterest\.(btc|usd|withCme\..*|concentration\..*)$/, "venues without a history are missing"],
  [/^openInterest\.venues\.[^.]+\.share$/, "as the totals"],
  [/^openInterest\.marketCap\./, "as the totals"],
  [/^openInterest\.(changes|anchor)\./, "as the venues' changes"],
  [
    /^openInterest\.venues\.(bybit|gate|htx|kraken|okx|binance|kucoin|dydx)\.(btc|usd)$/,
    "without contracts that have no history, at its prices",
  ],
  [/^openInterest\.venues\.[^.]+\..*changes\./, "over the contracts of the history, at its prices"],
  [/^openInterest\.venues\.htx\./, "its sample is of 16:00Z"],
  [/^openInterest\.venues\.[^.]+\.contracts\./, "histories without a price are valued at the spot close: below"],
  [/^openInterest\.venues\.binance\.scopes\.all\./, "as the venue's"],
  [
    /^volume\.months\.2025-07\.(usd|perDayUsd|venues\.(hyperliquid\.usd|.*\.share))$/,
    "its hours are bars of 4 h by now",
  ],
  [/^liquidations\.(longsUsd|shortsUsd)$/, "feeds that tell only the newest are missing"],
  [/^liquidationMap\.coverage$/, "a share of the open interest that is known"],
];

describe("a midnight, ten days later", async () => {
  const then = modelOf(midnight);
  const now = shift(then.now, SOON_AFTER);
  const live = await reportOf(then, null);
  const report = await reportOf(later(then, now, 1), then.now);
  const parts = ({ price, fearGreed, openInterest, volume, funding, positioning, ...rest }: Report) => {
    const { liquidations, liquidationMap, structure } = rest;
    const all = {
      price,
      fearGreed,
      openInterest,
      volume,
      funding,
      positioning,
      liquidations,
      liquidationMap,
      structure,
    };
    return new Map(
      leaves(all).flatMap(({ path, value }) => (typeof value === "number" ? [[path.join("."), value] as const] : [])),
    );
  };
  const [made, past] = [parts(live), parts(report)];

  const grown = await reportOf(later(then, now, 1_000), then.now);

  it("has no figure of later", () => {
    expect(differing(grown, report)).toEqual([]);
  });

  it("has the figures of a run made then, or none", () => {
    const off = [...past].filter(([id, value]) => {
      const wanted = made.get(id);
      const same =
        wanted !== undefined && Math.abs(value - wanted) <= 1e-6 * Math.max(Math.abs(value), Math.abs(wanted));
      return !same && !MAY_DIFFER.some(([ids]) => ids.test(id));
    });
    expect(off.map(([id, value]) => `${id}: ${value}, then ${String(made.get(id))}`)).toEqual([]);
    // What is the same is most of it: price, Fear & Greed, 25 months of 14 venues, structure.
    const same = [...past].filter(([id, value]) => made.get(id) === value);
    expect(same.length).toBeGreaterThan(0.7 * made.size);
  });

  it("counts every contract of a history as it was held", () => {
    const venues = report.openInterest?.venues ?? [];
    expect(venues.map(({ id }) => id).toSorted()).toEqual(
      ["binance", "bitfinex", "bybit", "cme", "dydx", "gate", "htx", "kraken", "kucoin", "okx"].toSorted(),
    );
    for (const venue of venues.filter(({ id }) => id !== "htx")) {
      const lines = live.openInterest?.venues.find(({ id }) => id === venue.id)?.contracts ?? [];
      expect(venue.contracts.length).toBeGreaterThan(0);
      for (const contract of venue.contracts) {
        const line = lines.find(({ symbol }) => symbol === contract.symbol);
        const unit = contract.margin === "linear" ? "btc" : "usd";
        const what = `${venue.id} ${contract.symbol}`;
        expect(line, what).toBeDefined();
        expect(Math.abs(contract[unit] / (line?.[unit] ?? 0) - 1), what).toBeLessThan(1e-5);
        // Valued at the spot close where the history has no price: away from the mark by the basis.
        const price = contract.usd / contract.btc;
        expect(Math.abs(price / ((line?.usd ?? 0) / (line?.btc ?? 0)) - 1), what).toBeLessThan(0.02);
      }
    }
    const binance = venues.find(({ id }) => id === "binance")?.contracts.map(({ symbol }) => symbol);
    const then = live.openInterest?.venues.find(({ id }) => id === "binance")?.contracts.map(({ symbol }) => symbol);
    expect(binance?.toSorted()).toEqual(then?.toSorted());
  });

  it("has settled funding, of each contract that the exchange settled then", () => {
    const lines = report.funding?.venues ?? [];
    expect(new Set(lines.map(({ id }) => id))).toEqual(
      new Set([
        "binance",
        "okx",
        "bybit",
        "bitget",
        "gate",
        "deribit",
        "kraken",
        "htx",
        "hyperliquid",
        "kucoin",
        "crypto-com",
        "bitfinex",
        "mexc",
        "dydx",
      ]),
    );
    for (const line of lines) {
      const contract = then.contracts(line.id).find(({ symbol }) => symbol === line.symbol);
      if (contract === undefined) throw new Error(line.symbol);
      expect(line.everyHours, line.symbol).toBe(then.everyHours(contract));
      // What is settled at an instant is the rate of the period before it.
      const when = line.kind === "settled" ? shift(at(line.asOf), -1) : at(line.asOf);
      expect(line.rate, `${line.id} ${line.symbol}`).toBeCloseTo(then.funding(contract, when), 7);
    }
  });

  it("has the Fear & Greed of the day, not of the one that begins", () => {
    expect(report.fearGreed?.date).toBe("2026-01-14");
    expect(report.fearGreed?.value).toBe(then.fearGreed(at("2026-01-14T00:00Z")));
  });
});
