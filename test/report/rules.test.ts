/**
 * Every rule of the registry by something poisoned that goes the whole way: a reading through the report that is made of
 * it, or a section through the checks of figures. An error takes the figure out and leaves a gap that names the rule; a
 * warning leaves it in and flags it. Numbers are worked out by hand beside each case.
 */
import { describe, expect, it } from "vitest";
import type { Candle, Datasets, FearGreed, Market } from "../../src/core/market.ts";
import { rules, type Rule } from "../../src/core/plausible/verdict.ts";
import { isOf, type Reading } from "../../src/core/reading.ts";
import { series, type Series } from "../../src/core/series.ts";
import { DAY, floorTo, HOUR, instant, MINUTE, shift, type Instant } from "../../src/core/time.ts";
import { btc, ofBtc, ofUsd, ratio, usd, usdPerBtc, type Quantity } from "../../src/core/units.ts";
import { compose } from "../../src/report/compose.ts";
import type { Found, Input, SectionName } from "../../src/report/input.ts";
import type {
  CheckLine,
  LiquidationMapSection,
  LiquidationsSection,
  PriceSection,
  Report,
  VolumeMonth,
  VolumeSection,
} from "../../src/report/report.ts";
import { checked } from "../../src/report/sections/checks.ts";
import { vetted } from "../../src/report/vet.ts";

/** 2026-01-30T06:00:00Z. */
const asOf = instant(1_769_752_800_000);
const today = floorTo(asOf, DAY);
const perpetual: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };

const good = <D extends keyof Datasets>(source: string, dataset: D, value: Datasets[D]): Reading => ({
  source,
  dataset,
  evidence: [],
  ok: true,
  value,
});
const spot = (source: string, price: number, at: Instant = asOf): Reading =>
  good(source, "price", { at, price: usdPerBtc(price), quote: "USD" });
const held = (venue: string, size: Quantity, options: { price?: number; traded?: Quantity } = {}): Reading =>
  good(venue, "openInterest", {
    of: [
      {
        market: perpetual,
        value: {
          at: asOf,
          size,
          price: usdPerBtc(options.price ?? 83_000),
          ...(options.traded === undefined ? {} : { traded24h: options.traded }),
        },
      },
    ],
    lacking: [],
  });
/** One close a day, the last one of today 00:00Z; null leaves its day out. */
const closes = (venue: string, sizes: readonly (number | null)[]): Reading =>
  good(venue, "openInterestHistory", {
    of: [
      {
        market: perpetual,
        value: series(
          sizes.flatMap((size, i) =>
            size === null
              ? []
              : [
                  {
                    at: shift(today, (i + 1 - sizes.length) * DAY),
                    value: { size: ofBtc(size), price: usdPerBtc(83_000) },
                  },
                ],
          ),
        ),
      },
    ],
    lacking: [],
  });
const bar = (at: Instant, length: number, prices: Partial<Record<"open" | "high" | "low" | "close", number>> = {}) => ({
  at,
  value: {
    until: shift(at, length),
    open: usdPerBtc(prices.open ?? 83_000),
    high: usdPerBtc(prices.high ?? 84_000),
    low: usdPerBtc(prices.low ?? 82_000),
    close: usdPerBtc(prices.close ?? 83_000),
    btc: null,
    usd: null,
  } satisfies Candle,
});
const index = (...values: readonly [number, string][]): Series<FearGreed> =>
  series(
    values.map(([value, label], i) => ({ at: shift(today, (i + 1 - values.length) * DAY), value: { value, label } })),
  );

const input = (readings: readonly Reading[], ...sections: SectionName[]): Input => ({
  readings,
  sources: [
    ...["spot-a", "spot-b", "spot-c", "vendor"].map((id) => ({ id, venue: null, name: id })),
    {
      id: "alternative-me",
      venue: null,
      name: "alternative.me",
      attribution: { text: "Source: alternative.me", url: "" },
    },
    { id: "gossip", venue: null, name: "Gossip", attribution: { text: "Volume and mood by Gossip", url: "" } },
    ...["alpha", "beta", "bybit"].map((id) => ({ id, venue: id, name: id })),
  ],
  asked: [],
  now: asOf,
  asOf,
  mode: "live",
  recording: null,
  anchor: { is: "days", extreme: "low", days: 30 },
  levels: [],
  sections: new Set(sections),
});

interface Outcome {
  readonly checks: readonly CheckLine[];
  /** Each as "rule" or, for what is too old, "stale". */
  readonly gaps: readonly string[];
  /** What the poison was put in: null, undefined or empty where it is kept out. */
  readonly figure: unknown;
}
interface Case {
  readonly poison: string;
  readonly severity: CheckLine["severity"];
  readonly value: number | null;
  readonly bound: number | null;
  /** Words of the line. */
  readonly says: string;
  readonly isOut: boolean;
  /** The rule that its gap names, where another one has kept it out before. */
  readonly gap?: Rule;
  readonly outcome: () => Outcome;
}

function reported(readings: readonly Reading[], section: SectionName, figure: (report: Report) => unknown): Outcome {
  const report = compose(input(readings, section));
  const ruleOf = (text: string): string => /Q-\d\d/.exec(text)?.[0] ?? "";
  return {
    checks: report.checks,
    gaps: report.gaps.map(({ why, detail }) => (why === "stale" ? why : ruleOf(detail))),
    figure: figure(report),
  };
}

type Parts = Parameters<typeof checked>[1];
const empty = {
  price: null,
  fearGreed: null,
  openInterest: null,
  volume: null,
  liquidations: null,
  liquidationMap: null,
} as const;
function shown(
  parts: Partial<Parts>,
  figure: (parts: Parts) => unknown,
  options: { input?: Input; model?: Parameters<typeof checked>[2] } = {},
): Outcome {
  const result = checked<Parts>(options.input ?? input([]), { ...empty, ...parts }, options.model ?? null);
  const ruleOf = ({ gap }: Found): string => (gap.why === "implausible" ? gap.rule : gap.why);
  return { checks: result.checks, gaps: result.found.map(ruleOf), figure: figure(result.parts) };
}

/** Open interest 58.64 B and 35.16 B traded in a day. */
const market = [spot("spot-a", 83_000), held("alpha", ofUsd(58.64e9), { traded: ofUsd(35.16e9) })];
/** Of a vendor the rows of exchanges by name. */
const claimed = (source: string, amount: number, ...names: readonly string[]): Reading =>
  good(source, "liquidations", {
    feed: "partial",
    of: (names.length === 0 ? [perpetual.symbol] : names).map((symbol) => {
      const both = usd(amount / Math.max(1, names.length));
      return {
        market: { ...perpetual, symbol },
        value: series([{ at: shift(asOf, -DAY), value: { until: asOf, longs: both, shorts: usd(0), both } }]),
      };
    }),
    lacking: [],
  });
const article = (): Outcome =>
  reported([...market, claimed("vendor", 800e9, "alpha")], "liquidations", (report) => report.liquidations);

const thirty = Array.from({ length: 31 }, (_, i) => 100 + i);
const alphaReadings = [spot("spot-a", 83_000), held("alpha", ofBtc(131)), closes("alpha", thirty)];
const alphaInput = input(alphaReadings, "open-interest");
const alpha = compose(alphaInput).openInterest;
if (alpha === null) throw new Error("no open interest to poison");
const monthOf30 = alpha.changes["30d"];
if (monthOf30 === null) throw new Error("no change to poison");

const whole = (month: string, venues: readonly string[], complete = true): VolumeMonth => ({
  month,
  complete,
  days: 31,
  usd: 100e9 * venues.length,
  btc: 1e6 * venues.length,
  perDayUsd: 3e9 * venues.length,
  venues: venues.map((id) => ({
    id,
    usd: 100e9,
    btc: 1e6,
    share: 1 / venues.length,
    derived: false,
    record: { byTotal: { direction: "lowest", since: null, equal: false }, byDay: null, historyFrom: "2025-10" },
  })),
});
const volume = (months: VolumeMonth[], growth = 0): VolumeSection => ({
  unit: "USD, each trade once",
  months,
  latest: "2025-12",
  monthOverMonth: { ratio: growth, perDay: growth, venues: ["alpha", "beta"] },
  record: {
    byTotal: { direction: "lowest", since: "2025-10", equal: true },
    byDay: null,
    historyFrom: "2025-10",
    venues: ["alpha", "beta"],
  },
  toDate: null,
});
const both = ["alpha", "beta"];

const price: PriceSection = {
  usd: 82_880,
  basis: "last",
  quote: "USD",
  source: "spot-a",
  asOf: "2026-01-30T06:00:00Z",
  changes: { "1d": { ratio: -0.0091, from: 83_640, fromAt: "2026-01-29T00:00:00Z" }, "7d": null, "30d": null },
  sinceHigh: null,
  drawdown: null,
  realizedVol30d: null,
};

const level = (target: number, amount: number): LiquidationMapSection["levels"][number] => ({
  price: target,
  distance: target / 83_000 - 1,
  side: "shorts",
  usd: amount,
  low: amount,
  high: amount,
  shareOfOi: 0.1,
  digits: 1,
  coarse: false,
});
const map = (levels: LiquidationMapSection["levels"]): LiquidationMapSection => ({
  label: "MODEL, not observed.",
  price: 83_000,
  levels,
  skew: null,
  coverage: 1,
  seedShare: 0.1,
  calibration: null,
  reported: null,
  openInterestUsd: 1e9,
  venues: ["alpha"],
});
const sides = (longs: number, shorts: number) => ({
  holes: [],
  sides: [{ id: "alpha", openInterest: btc(100), longs: [btc(100), btc(longs)], shorts: [btc(100), btc(shorts)] }],
});

const liquidated = (largestSince: LiquidationsSection["largestSince"]): LiquidationsSection => ({
  windowHours: 24,
  longsUsd: 1e6,
  shortsUsd: 1e6,
  lowerBound: true,
  venues: [{ id: "bybit", feed: "complete", longsUsd: 1e6, shortsUsd: 1e6, hours: 24, until: "2026-01-30T06:00:00Z" }],
  reported: [],
  largestSince,
  reportedLargestSince: null,
});

const cases: Readonly<Record<Rule, readonly Case[]>> = {
  "Q-01": [
    {
      poison: "an open interest of 0, the only one of a venue",
      severity: "error",
      value: 0,
      bound: 0,
      says: "the open interest of BTCUSDT is 0; it must be above 0",
      isOut: true,
      outcome: () =>
        reported([spot("spot-a", 83_000), held("alpha", ofBtc(0))], "open-interest", (report) => report.openInterest),
    },
  ],
  "Q-02": [
    {
      poison: "a price of five minutes ahead",
      severity: "error",
      value: 300,
      bound: 60,
      says: "300 s after 2026-01-30T06:00:00Z",
      isOut: true,
      outcome: () => reported([spot("spot-a", 83_000, shift(asOf, 5 * MINUTE))], "price", (report) => report.price),
    },
  ],
  "Q-03": [
    {
      poison: "a price of nine minutes ago",
      severity: "error",
      value: 9,
      bound: 8,
      says: "9 min old",
      isOut: true,
      outcome: () => reported([spot("spot-a", 83_000, shift(asOf, -9 * MINUTE))], "price", (report) => report.price),
    },
    {
      poison: "a price of three minutes ago",
      severity: "warning",
      value: 3,
      bound: 2,
      says: "3 min old",
      isOut: false,
      outcome: () => reported([spot("spot-a", 83_000, shift(asOf, -3 * MINUTE))], "price", (report) => report.price),
    },
    {
      // 30 January less 150 hours is more than 4 x 36.
      poison: "a Fear & Greed of a week ago",
      severity: "error",
      value: 10_440,
      bound: 8_640,
      says: "10,440 min old",
      isOut: true,
      outcome: () =>
        reported(
          [good("alternative-me", "fearGreed", series([{ at: shift(today, -7 * DAY), value: NEUTRAL }]))],
          "fear-greed",
          (report) => report.fearGreed,
        ),
    },
  ],
  "Q-04": [
    {
      poison: "ten hours of the map without open interest",
      severity: "note",
      value: 10,
      bound: 6,
      says: "Alpha BTCUSDT: in the map open interest is drawn straight across a hole of 10 hours, 2026-01-20T00:00:00Z to 2026-01-20T10:00:00Z",
      isOut: false,
      outcome: () => {
        const hole = {
          of: "open interest",
          from: instant(Date.UTC(2026, 0, 20)),
          until: instant(Date.UTC(2026, 0, 20, 10)),
        } as const;
        const holes = [{ source: "alpha", of: "Alpha BTCUSDT", holes: [hole] }];
        return shown({ liquidationMap: map([level(84_000, 1e8)]) }, (parts) => parts.liquidationMap, {
          model: { ...sides(100, 100), holes },
        });
      },
    },
    {
      // The 30 closes of 1 to 30 January 00:00Z without four.
      poison: "a history that lacks four of the anchor's thirty closes",
      severity: "error",
      value: 4 / 30,
      bound: 0.1,
      says: "BTCUSDT: 4 of 30 samples are missing (13.33 %): 2026-01-10T00:00:00Z to 2026-01-13T00:00:00Z",
      isOut: true,
      outcome: () => {
        const holed = thirty.map((size, i) => (i >= 10 && i < 14 ? null : size));
        return reported(
          [spot("spot-a", 83_000), held("alpha", ofBtc(131)), closes("alpha", holed)],
          "open-interest",
          (report) => report.openInterest?.changes.anchor ?? report.openInterest?.venues[0]?.changes.anchor,
        );
      },
    },
    {
      poison: "one that lacks one of them",
      severity: "warning",
      value: 1 / 30,
      bound: 0.02,
      says: "1 of 30 samples are missing (3.333 %): 2026-01-10T00:00:00Z",
      isOut: false,
      outcome: () => {
        const holed = thirty.map((size, i) => (i === 10 ? null : size));
        return reported(
          [spot("spot-a", 83_000), held("alpha", ofBtc(131)), closes("alpha", holed)],
          "open-interest",
          (report) => report.openInterest?.changes.anchor,
        );
      },
    },
    {
      // 1 to 30 January 00:00Z without six: a high between them would go unseen.
      poison: "a 30-day high with six closes missing",
      severity: "error",
      value: 0.2,
      bound: 0.1,
      says: "the 30-day high: 6 of 30 samples are missing (20 %): 2026-01-20T00:00:00Z to 2026-01-25T00:00:00Z",
      isOut: true,
      outcome: () =>
        ofDays(
          daysBut(60, (i) => i >= 49 && i < 55),
          (report) => report.price?.sinceHigh,
        ),
    },
    {
      // 31 December to 30 January 00:00Z.
      poison: "a 30-day volatility with six closes missing, and older returns in their place",
      severity: "error",
      value: 6 / 31,
      bound: 0.1,
      says: "the 30-day volatility: 6 of 31 samples are missing",
      isOut: true,
      outcome: () =>
        ofDays(
          daysBut(60, (i) => i >= 49 && i < 55),
          (report) => report.price?.realizedVol30d,
        ),
    },
    {
      poison: "a 30-day volatility without the two returns over one missing close",
      severity: "warning",
      value: 1 / 31,
      bound: 0.02,
      says: "the 30-day volatility: 1 of 31 samples are missing (3.226 %): 2026-01-20T00:00:00Z",
      isOut: false,
      outcome: () =>
        ofDays(
          daysBut(60, (i) => i === 49),
          (report) => report.price?.realizedVol30d,
        ),
    },
    {
      // 60 closes, twelve of them missing.
      poison: "a drawdown from the highest of closes of which a fifth is missing",
      severity: "error",
      value: 0.2,
      bound: 0.1,
      says: "the drawdown: 12 of 60 samples are missing (20 %)",
      isOut: true,
      outcome: () =>
        ofDays(
          daysBut(60, (i) => i >= 9 && i < 21),
          (report) => report.price?.drawdown,
        ),
    },
    {
      poison: "one close that would be the highest of thirty days",
      severity: "error",
      value: 29 / 30,
      bound: 0.1,
      says: "the 30-day high: 29 of 30 samples are missing",
      isOut: true,
      outcome: () =>
        ofDays(
          daysBut(1, () => false),
          (report) => report.price?.sinceHigh ?? report.takeaways.find(({ id }) => id.startsWith("price")),
        ),
    },
    {
      poison: "an anchor on a day without a sample",
      severity: "error",
      value: null,
      bound: null,
      says: "the extreme of 2025-12-01T00:00:00Z lies where the series has no sample",
      isOut: true,
      outcome: () => {
        const moved = { ...monthOf30, fromAt: "2025-12-01T00:00:00Z", fromDate: "2025-11-30" };
        const openInterest = { ...alpha, changes: { ...alpha.changes, anchor: moved } };
        return shown({ openInterest }, (parts) => parts.openInterest?.changes.anchor, { input: alphaInput });
      },
    },
    {
      // 1 to 30 January without five days: 16.67 %.
      poison: "a lowest value of the year with five days missing",
      severity: "error",
      value: 5 / 30,
      bound: 0.1,
      says: "5 of 30 samples are missing (16.67 %)",
      isOut: true,
      outcome: () => {
        const days = Array.from({ length: 60 }, (_, i) => [60 - i, "Neutral"] as [number, string]);
        const told = series(index(...days).filter((_, i) => i < 45 || i > 49));
        return reported([good("alternative-me", "fearGreed", told)], "fear-greed", (report) => report.fearGreed?.ytd);
      },
    },
  ],
  "Q-05": [
    {
      poison: "three hours and twenty minutes of the same open interest every five minutes",
      severity: "warning",
      value: 40,
      bound: 12,
      says: "40 samples in a row are 100",
      isOut: false,
      outcome: () => {
        const value = series(
          Array.from({ length: 40 }, (_, i) => ({
            at: shift(asOf, (i - 39) * 5 * MINUTE),
            value: { size: ofBtc(100) },
          })),
        );
        const readings = [spot("spot-a", 83_000), good("alpha", "fineOpenInterest", { market: perpetual, value })];
        const found = vetted(input(readings));
        return { checks: found.checks, gaps: [], figure: found.input.readings.find(({ ok }) => ok) };
      },
    },
    {
      poison: "an hour of five-minute bars that close alike",
      severity: "warning",
      value: 12,
      bound: 12,
      says: "12 samples in a row are 83,000",
      isOut: false,
      outcome: () => {
        const starts = Array.from({ length: 12 }, (_, i) => shift(asOf, (i - 12) * 5 * MINUTE));
        const value = series(starts.map((at) => bar(at, 5 * MINUTE)));
        const readings = [spot("spot-a", 83_000), good("alpha", "fineCandles", { market: perpetual, value })];
        const found = vetted(input(readings));
        return { checks: found.checks, gaps: [], figure: found.input.readings.find(({ ok }) => ok) };
      },
    },
  ],
  "Q-06": [
    {
      // 800 / 35.16.
      poison: "the article's $800 billion liquidated in a day",
      severity: "error",
      value: 22.753,
      bound: 1,
      says: "are 2,275 % of the $35,160,000,000 traded",
      isOut: true,
      outcome: article,
    },
  ],
  "Q-07": [
    {
      // 744,000 / 656,880.
      poison: "744,000 BTC closed of 656,880",
      severity: "error",
      value: 1.132_63,
      bound: 1,
      says: "30d: a net decrease of 744,000 BTC is 113.3 %",
      isOut: true,
      outcome: () => {
        const moved = { ...monthOf30, fromBtc: 656_880, toBtc: 656_880 - 744_000 };
        const openInterest = { ...alpha, changes: { ...alpha.changes, "30d": moved } };
        return shown({ openInterest }, (parts) => parts.openInterest?.changes["30d"], { input: alphaInput });
      },
    },
    {
      // 276,869 / 135,340.
      poison: "276,869 BTC closed at a venue that had 135,340",
      severity: "error",
      value: 2.045_73,
      bound: 1,
      says: "alpha, 30d: a net decrease of 276,869 BTC is 204.6 %",
      isOut: true,
      outcome: () => {
        const moved = { ...monthOf30, fromBtc: 135_340, toBtc: 135_340 - 276_869 };
        const venues = alpha.venues.map((line) => ({ ...line, changes: { ...line.changes, "30d": moved } }));
        return shown({ openInterest: { ...alpha, venues } }, (parts) => parts.openInterest?.venues[0]?.changes["30d"], {
          input: alphaInput,
        });
      },
    },
  ],
  "Q-08": [
    {
      // 800 / 58.64.
      poison: "the same, of the open interest",
      severity: "error",
      value: 13.643,
      bound: 0.2,
      says: "are 1,364 % of the $58,640,000,000 open at the start",
      isOut: true,
      gap: "Q-06",
      outcome: article,
    },
    {
      // Vendor: 13 of 58.64 + 5 is 20.43 %. Beta's own feed: 1.5 of 5 is 30 %, and 15 % of its 10 traded.
      poison: "a fifth of the open interest, which the raw feed of an exchange confirms",
      severity: "warning",
      value: 0.204_27,
      bound: 0.2,
      says: "the raw feed of one venue confirms it with 30 % of its own",
      isOut: false,
      outcome: () =>
        reported(
          [
            spot("spot-a", 83_000),
            held("alpha", ofUsd(58.64e9), { traded: ofUsd(200e9) }),
            held("beta", ofUsd(5e9), { traded: ofUsd(30e9) }),
            claimed("beta", 1.5e9),
            claimed("vendor", 13e9, "alpha", "beta"),
          ],
          "liquidations",
          (report) => report.liquidations?.reported[0],
        ),
    },
  ],
  "Q-09": [
    {
      // 800 B / 1,000 is 2.28 % of the volume and 1.36 % of the open interest.
      poison: "the same: divided by a thousand it fits, and stays out",
      severity: "note",
      value: 800e6,
      bound: null,
      says: "÷ 1,000 = $800,000,000 would fit: 2.275 % of the volume, 1.364 % of the open interest",
      isOut: true,
      outcome: article,
    },
  ],
  "Q-10": [
    {
      poison: "a contract priced in thousands",
      severity: "error",
      value: 0.999,
      bound: 0.1,
      says: "implies a price of $83, 99.9 % below $83,000",
      isOut: true,
      outcome: () =>
        reported(
          [spot("spot-a", 83_000), spot("spot-b", 83_000), held("alpha", ofBtc(100), { price: 83 })],
          "open-interest",
          (report) => report.openInterest,
        ),
    },
    {
      // 808,000 over 80,000, where 1.5 is more than a year ahead has cost.
      poison: "a dated contract whose mark is ten times its index",
      severity: "error",
      value: 10.1,
      bound: 1.5,
      says: "$808,000 beside $80,000: one is 10.1 times the other",
      isOut: true,
      outcome: () => datedAt(808_000, 80_000),
    },
    {
      // Mark and index agree: the reference is the median of 80,000 and 80,000.
      poison: "a dated contract whose mark and index are both in another unit",
      severity: "error",
      value: 0.999,
      bound: 0.1,
      says: "implies a price of $80, 99.9 % below $80,000",
      isOut: true,
      outcome: () => datedAt(81, 80),
    },
    {
      poison: "a dated contract without an index in another unit",
      severity: "error",
      value: 80_000 / 81,
      bound: 1.5,
      says: "$81 beside $80,000",
      isOut: true,
      outcome: () => datedAt(81),
    },
    {
      // 80,000 for 83,000 is 3.61 % below.
      poison: "a contract 3.6 % off",
      severity: "warning",
      value: 0.036_145,
      bound: 0.025,
      says: "3.614 % below $83,000",
      isOut: false,
      outcome: () =>
        reported(
          [spot("spot-a", 83_000), spot("spot-b", 83_000), held("alpha", ofBtc(100), { price: 80_000 })],
          "open-interest",
          (report) => report.openInterest,
        ),
    },
  ],
  "Q-11": [
    {
      poison: "a hundred times the open interest traded in a day",
      severity: "error",
      value: 100,
      bound: 50,
      says: "are 100 times the open interest",
      isOut: true,
      outcome: () =>
        reported(
          [spot("spot-a", 83_000), held("alpha", ofBtc(100), { traded: ofBtc(10_000) })],
          "open-interest",
          (report) => report.openInterest,
        ),
    },
  ],
  "Q-12": [
    {
      poison: "methods 2.1: a single sample of 85 among those of 100, every five minutes; the fall after it is real",
      severity: "warning",
      value: null,
      bound: null,
      says: "85 at 2026-01-30T04:40:00Z stands alone",
      isOut: true,
      outcome: () => {
        const samples =
          "100.2 100.3 100.1 100.2 100.3 100.3 100.2 100.4 85.0 100.3 100.2 100.1 99.8 96 91 88 87.5 87.6 87.4 87.9 88.2 88.5 88.4 88.9 89.1";
        const value = series(
          samples.split(" ").map((size, i) => ({
            at: shift(asOf, (i - 24) * 5 * MINUTE),
            value: { size: ofBtc(Number(size)) },
          })),
        );
        const found = vetted(
          input([spot("spot-a", 83_000), good("alpha", "fineOpenInterest", { market: perpetual, value })]),
        );
        const left = found.input.readings.flatMap((reading) =>
          isOf(reading, "fineOpenInterest") ? reading.value.value : [],
        );
        return {
          checks: found.checks,
          gaps: [],
          figure: left.length === 24 ? left.find(({ at }) => at === shift(asOf, -16 * 5 * MINUTE)) : left,
        };
      },
    },
    {
      // ln 1,000.
      poison: "a thousand times yesterday's open interest",
      severity: "error",
      value: 6.907_76,
      bound: 0.6,
      says: "a logarithmic step of 6.90776",
      isOut: true,
      outcome: () =>
        reported(
          [spot("spot-a", 83_000), held("alpha", ofBtc(100_000)), closes("alpha", [100])],
          "open-interest",
          (report) => report.openInterest?.venues.find((line) => line.btc > 100),
        ),
    },
    {
      // 1 until 20 January 00:00Z, 1,000 from the 21st on: ln 1,000.
      poison: "a history that was counted in thousands until nine days ago",
      severity: "error",
      value: 6.907_76,
      bound: 0.6,
      says: "from 1 to 1,000 BTC in the day to 2026-01-21T00:00:00Z",
      isOut: true,
      outcome: () =>
        heldSince(
          Array.from({ length: 31 }, (_, i) => (i < 21 ? 1 : 1_000)),
          (report) => report.openInterest?.changes["30d"] ?? report.openInterest?.changes.anchor,
        ),
    },
    {
      // ln 2. The anchor's thirty closes are those of 1 to 30 January 00:00Z: five of them are out.
      poison: "half of it until 25 days ago, which would be the low that all is measured from",
      severity: "error",
      value: Math.LN2,
      bound: 0.6,
      says: "from 500 to 1,000 BTC in the day to 2026-01-06T00:00:00Z",
      isOut: true,
      outcome: () =>
        heldSince(
          Array.from({ length: 31 }, (_, i) => (i < 6 ? 500 : 1_000)),
          (report) => report.openInterest?.changes["30d"] ?? report.openInterest?.changes.anchor,
        ),
    },
    {
      poison: "two days of a thousandth, which would be that low",
      severity: "error",
      value: 6.907_76,
      bound: 0.6,
      says: "from 1 to 1,000 BTC in the day to 2026-01-13T00:00:00Z",
      isOut: true,
      outcome: () =>
        heldSince(
          Array.from({ length: 31 }, (_, i) => (i === 11 || i === 12 ? 1 : 1_000)),
          (report) => report.openInterest?.venues.find(({ changes }) => (changes.anchor?.fromBtc ?? 0) < 1_000),
        ),
    },
    {
      // ln (1,300 / 1,000) and ln (1,300 / 1,050): the larger one is told.
      poison: "two unusual days",
      severity: "warning",
      value: 0.262_364,
      bound: 0.17,
      says: "from 1,000 to 1,300 BTC in the day to 2026-01-11T00:00:00Z",
      isOut: false,
      outcome: () =>
        heldSince(
          Array.from({ length: 31 }, (_, i) => (i < 11 ? 1_000 : i < 20 ? 1_300 : 1_050)),
          (report) => report.openInterest?.changes["30d"],
        ),
    },
    {
      // ln (120 / 100).
      poison: "a fifth more than yesterday",
      severity: "warning",
      value: 0.182_32,
      bound: 0.17,
      says: "a logarithmic step of 0.182322",
      isOut: false,
      outcome: () =>
        reported(
          [spot("spot-a", 83_000), held("alpha", ofBtc(120)), closes("alpha", [100])],
          "open-interest",
          (report) => report.openInterest,
        ),
    },
  ],
  "Q-13": [
    {
      // 84,600 over 82,900.
      poison: "a price 2 % above the median of three",
      severity: "error",
      value: 0.020_507,
      bound: 0.02,
      says: "2.051 % above $82,900, the median of 3 sources",
      isOut: true,
      outcome: () =>
        reported([spot("spot-a", 84_600), spot("spot-b", 82_890), spot("spot-c", 82_900)], "price", (report) =>
          report.price?.source === "spot-a" ? report.price : null,
        ),
    },
    {
      // 81,000 for 82,000: 1.22 %.
      poison: "a day's low 1.2 % below that of two others",
      severity: "warning",
      value: 0.012_195,
      bound: 0.01,
      says: "2026-01-28: the low of $81,000 is 1.22 % below $82,000",
      isOut: false,
      outcome: () => {
        const day = (source: string, low: number): Reading =>
          good(source, "candles", series([bar(shift(today, -2 * DAY), DAY, { low })]));
        return reported(
          [spot("spot-a", 83_000), day("spot-a", 81_000), day("spot-b", 82_000), day("spot-c", 82_000)],
          "price",
          (report) => report.price?.changes["1d"],
        );
      },
    },
    {
      // 86,000 for 84,000: 2.38 %.
      poison: "a day's high of hourly bars 2.4 % above that of two others",
      severity: "warning",
      value: 0.023_81,
      bound: 0.01,
      says: "2026-01-29: the high of $86,000 is 2.381 % above $84,000",
      isOut: false,
      outcome: () => {
        const hours = (venue: string, high: number): Reading => {
          const starts = Array.from({ length: 24 }, (_, i) => shift(today, (i - 24) * HOUR));
          const value = series(starts.map((at, i) => bar(at, HOUR, i === 7 ? { high } : {})));
          return good(venue, "hourlyCandles", { market: perpetual, value });
        };
        const found = vetted(
          input([spot("spot-a", 83_000), hours("alpha", 86_000), hours("beta", 84_000), hours("bybit", 84_000)]),
        );
        return { checks: found.checks, gaps: [], figure: found.input.readings.every(({ ok }) => ok) || null };
      },
    },
  ],
  "Q-14": [
    {
      poison: "a day whose low is above its open",
      severity: "error",
      value: 83_900,
      bound: 83_000,
      says: "2026-01-28: the low of $83,900 is above $83,000",
      isOut: true,
      outcome: () =>
        ofDays(
          daysBut(2, (i) => i === 1, { 0: 83_900 }),
          (report) => report.price?.changes["1d"],
        ),
    },
    {
      poison: "takers who bought 2,500 of the 2,400 BTC that were traded",
      severity: "error",
      value: 2_500,
      bound: 2_400,
      says: "takers bought 2,500 of 2,400 traded",
      isOut: true,
      outcome: () => takers(2_500),
    },
  ],
  "Q-15": [
    {
      poison: "an index of 130",
      severity: "error",
      value: 130,
      bound: null,
      says: "Fear & Greed is 130",
      isOut: true,
      outcome: () =>
        reported(
          [good("alternative-me", "fearGreed", index([130, "Extreme Greed"]))],
          "fear-greed",
          (report) => report.fearGreed,
        ),
    },
    {
      poison: "16 called Fear",
      severity: "warning",
      value: 16,
      bound: null,
      says: "Fear & Greed of 16 is published as Fear; it has been Extreme Fear",
      isOut: false,
      outcome: () =>
        reported(
          [good("alternative-me", "fearGreed", index([16, "Fear"]))],
          "fear-greed",
          (report) => report.fearGreed,
        ),
    },
  ],
  "Q-16": [
    {
      // 0.6622 / 0.3378 is 1.9603; 0.196 is 90 % off.
      poison: "the documented ratio of 0.1960 beside 66.22 and 33.78 %",
      severity: "warning",
      value: 0.900_02,
      bound: 0.01,
      says: "the ratio is published as 0.196; its parts 66.22 % and 33.78 % make 1.96033",
      isOut: false,
      outcome: () => accounts(0.196, 0.6622, 0.3378),
    },
    {
      // 0.6 + 0.42 is 2 % too much.
      poison: "shares that sum to 102 %",
      severity: "warning",
      value: 0.02,
      bound: 0.001,
      says: "shares sum to 102 %, not to 100 %",
      isOut: false,
      outcome: () => accounts(0.6 / 0.42, 0.6, 0.42),
    },
  ],
  "Q-17": [
    {
      // 55 and 45 of 100, under the second assumption.
      poison: "a model that splits the open interest between its sides",
      severity: "error",
      value: 0.55,
      bound: 1e-9,
      says: "alpha: the model holds 55 BTC of longs and 45 BTC of shorts for an open interest of 100 BTC",
      isOut: true,
      outcome: () =>
        shown({ liquidationMap: map([level(84_000, 1e8)]) }, (parts) => parts.liquidationMap, { model: sides(55, 45) }),
    },
  ],
  "Q-18": [
    {
      poison: "less up to the farther target",
      severity: "warning",
      value: 1e8,
      bound: 2e8,
      says: "$100,000,000 up to $91,000 is less than $200,000,000 up to the nearer $87,000",
      isOut: false,
      outcome: () =>
        shown({ liquidationMap: map([level(87_000, 2e8), level(91_000, 1e8)]) }, (parts) => parts.liquidationMap, {
          model: sides(100, 100),
        }),
    },
  ],
  "Q-19": [
    {
      poison: "a month that is ranked before it is over",
      severity: "error",
      value: null,
      bound: null,
      says: "the record of 2025-12: 2025-12 is not over or not wholly covered, so it has no rank",
      isOut: true,
      outcome: () =>
        shown(
          { volume: volume([whole("2025-10", both), whole("2025-11", both), whole("2025-12", both, false)]) },
          (parts) =>
            parts.volume?.record ?? parts.volume?.monthOverMonth ?? parts.volume?.months.at(-1)?.venues[0]?.record,
        ),
    },
    {
      poison: "a day that is called the largest before it is over",
      severity: "error",
      value: null,
      bound: null,
      says: "2026-01-30 is not over",
      isOut: true,
      outcome: () =>
        shown(
          {
            liquidations: liquidated([
              { id: "alpha", symbol: null, day: "2026-01-30", usd: 1e6, since: "2025-12-01", from: "2025-06-01" },
            ]),
          },
          (parts) => parts.liquidations?.largestSince,
        ),
    },
  ],
  "Q-20": [
    {
      poison: "a comparison that covers 70 %",
      severity: "warning",
      value: 0.7,
      bound: 0.8,
      says: "30d: the comparison covers 70 % of what was known at its start",
      isOut: false,
      outcome: () => {
        const openInterest = { ...alpha, changes: { ...alpha.changes, "30d": { ...monthOf30, coverage: 0.7 } } };
        return shown({ openInterest }, (parts) => parts.openInterest?.changes["30d"], { input: alphaInput });
      },
    },
    {
      // Alpha 131 now and then; beta, with 400 a month ago, tells nothing now: 100 of 500 are covered.
      poison: "a comparison that covers a fifth",
      severity: "error",
      value: 0.2,
      bound: 0.5,
      says: "30d: the comparison covers 20 % of what was known at its start",
      isOut: true,
      outcome: () =>
        reported(
          [...alphaReadings, closes("beta", [400, ...Array.from({ length: 30 }, () => null)])],
          "open-interest",
          (report) => report.openInterest?.changes["30d"],
        ),
    },
    {
      poison: "a change of the total of which one venue had no sample then",
      severity: "error",
      value: 1,
      bound: 0,
      says: "30d: the two ends have other members: only before none; only after beta",
      isOut: true,
      outcome: () => {
        const [line] = alpha.venues;
        const venues = line === undefined ? [] : [line, { ...line, id: "beta", name: "Beta" }];
        const changes = { ...alpha.changes, "30d": { ...monthOf30, venues: both } };
        return shown({ openInterest: { ...alpha, venues, changes } }, (parts) => parts.openInterest?.changes["30d"], {
          input: alphaInput,
        });
      },
    },
    {
      poison: "a change of a scope of which one contract had no sample then",
      severity: "error",
      value: 1,
      bound: 0,
      says: "alpha BTCUSDT+BTCUSD, 30d: the two ends have other members: only before none; only after BTCUSD",
      isOut: true,
      outcome: () => {
        const changes = { ...alpha.changes, "1d": null, "7d": null, anchor: null };
        const scope = { id: "BTCUSDT+BTCUSD", btc: 131, usd: 131 * 83_000, changes };
        const venues = alpha.venues.map((line) => ({ ...line, scopes: [scope] }));
        return shown(
          { openInterest: { ...alpha, venues } },
          (parts) => parts.openInterest?.venues[0]?.scopes[0]?.changes["30d"],
          { input: alphaInput },
        );
      },
    },
    {
      poison: "a record over a month that lacks one of its venues",
      severity: "error",
      value: 1,
      bound: 0,
      says: "the record of 2025-12: the two ends have other members: only before beta; only after none",
      isOut: true,
      outcome: () =>
        shown(
          { volume: volume([whole("2025-10", both), whole("2025-11", ["alpha"]), whole("2025-12", both)]) },
          (parts) => parts.volume?.record ?? parts.volume?.monthOverMonth,
        ),
    },
  ],
  "Q-21": [
    {
      poison: "a record over the end of a throttle",
      severity: "error",
      value: null,
      bound: null,
      says: "the feed changed on 2025-02-25",
      isOut: true,
      outcome: () =>
        shown(
          {
            liquidations: liquidated([
              { id: "bybit", symbol: null, day: "2026-01-29", usd: 1e6, since: "2025-01-15", from: "2024-06-01" },
            ]),
          },
          (parts) => parts.liquidations?.largestSince,
        ),
    },
    {
      poison: "a day on which the feed changed",
      severity: "warning",
      value: null,
      bound: null,
      says: "from then on it tells every liquidation",
      isOut: false,
      outcome: () =>
        shown({ liquidations: liquidated(null) }, (parts) => parts.liquidations, {
          input: { ...input([]), asOf: instant(Date.UTC(2025, 1, 25, 6)) },
        }),
    },
  ],
  "Q-22": [
    {
      poison: "twice our open interest told by a vendor",
      severity: "warning",
      value: 1,
      bound: 0.05,
      says: "differs by 100 % between sources",
      isOut: false,
      outcome: () =>
        reported(
          [
            spot("spot-a", 83_000),
            held("alpha", ofBtc(100)),
            good("vendor", "reportedOpenInterest", [{ venue: "alpha", at: asOf, usd: usd(16.6e6) }]),
          ],
          "open-interest",
          (report) => report.openInterest,
        ),
    },
  ],
  "Q-23": [
    {
      // 93,600.5 to 123,499.5 makes 31.9432 % at least.
      poison: "31.0 % printed beside 93,600 and 123,500 BTC",
      severity: "warning",
      value: 0.943_2,
      bound: 0.05,
      says: "alpha, 30d: 31 % is printed where 93,600 to 123,500 makes 31.9444 %",
      isOut: false,
      outcome: () => {
        const moved = { ...monthOf30, btc: 0.31, fromBtc: 93_600, toBtc: 123_500 };
        const venues = alpha.venues.map((line) => ({ ...line, changes: { ...line.changes, "30d": moved } }));
        return shown({ openInterest: { ...alpha, venues } }, (parts) => parts.openInterest?.venues[0]?.changes["30d"], {
          input: alphaInput,
        });
      },
    },
    {
      // 83,640.5 to 82,879.5 makes -0.9098 %.
      poison: "-10.0 % printed beside $83,640 and $82,880",
      severity: "warning",
      value: 9.090_15,
      bound: 0.05,
      says: "1d: -10 % is printed where 83,640 to 82,880 makes -0.908656 %",
      isOut: false,
      outcome: () => {
        const moved = { ratio: -0.1, from: 83_640, fromAt: "2026-01-29T00:00:00Z" };
        return shown(
          { price: { ...price, changes: { ...price.changes, "1d": moved } } },
          (parts) => parts.price?.changes["1d"],
        );
      },
    },
    {
      // $200B and $200B with half a billion more or less: 0.5013 % at most.
      poison: "a month 5 % busier than the same dollars before",
      severity: "warning",
      value: 4.498_75,
      bound: 0.05,
      says: "2025-12 against the month before: 5 % is printed",
      isOut: false,
      outcome: () =>
        shown(
          { volume: volume([whole("2025-10", both), whole("2025-11", both), whole("2025-12", both)], 0.05) },
          (parts) => parts.volume?.monthOverMonth,
        ),
    },
  ],
  "Q-24": [
    {
      poison: "a sentence that speaks of volume and not of which",
      severity: "error",
      value: null,
      bound: null,
      says: "does not say whether it is of BTC or all coins",
      isOut: true,
      outcome: () => sentenceBy("gossip"),
    },
  ],
  "§4.1": [
    {
      // 0.4 % in 4 hours are 0.8 % in 8.
      poison: "a rate beyond what venues cap",
      severity: "warning",
      value: 0.008,
      bound: 0.0075,
      says: "funding per 8 h: BTCUSDT -0.8 %; more than 0.75 % is unusual",
      isOut: false,
      outcome: () => paid(-0.004, 4),
    },
  ],
};

const paid = (rate: number, everyHours: number): Outcome =>
  reported(
    [
      spot("spot-a", 83_000),
      good("alpha", "funding", {
        of: [{ market: perpetual, value: { at: asOf, rate: ratio(rate), everyHours, kind: "predicted" } }],
        lacking: [],
      }),
    ],
    "funding",
    (report) => report.funding,
  );

it("§4.1: a rate of 0.75 % in 8 hours is not flagged", () => {
  expect(paid(0.0075, 8).checks).toEqual([]);
});

/** The last of so many days is yesterday; some are left out. */
const daysBut = (count: number, isOut: (i: number) => boolean, odd: Readonly<Record<number, number>> = {}): Reading =>
  good(
    "spot-a",
    "candles",
    series(
      Array.from({ length: count }, (_, i) =>
        bar(shift(today, (i - count) * DAY), DAY, { low: odd[i] ?? 82_000, close: 83_950 }),
      ).filter((_, i) => !isOut(i)),
    ),
  );

const daysWith = (count: number): Outcome =>
  ofDays(
    daysBut(count, () => false),
    (report) => report.price?.changes["1d"],
  );

const ofDays = (candles: Reading, figure: (report: Report) => unknown): Outcome =>
  reported([spot("spot-a", 83_000), candles], "price", figure);

/** 24 hours of 100 BTC each. */
function takers(bought: number): Outcome {
  const starts = Array.from({ length: 24 }, (_, i) => shift(asOf, (i - 24) * HOUR));
  const hours = series(
    starts.map((at) => ({ at, value: { ...bar(at, HOUR).value, btc: btc(100), usd: usd(8_300_000) } })),
  );
  const flow = { from: shift(asOf, -DAY), until: asOf, buy: ofBtc(bought), sell: ofBtc(1_000) };
  return reported(
    [
      spot("spot-a", 83_000),
      good("alpha", "hourlyCandles", { market: perpetual, value: hours }),
      good("alpha", "taker", { of: [{ market: perpetual, value: flow }], lacking: [] }),
    ],
    "funding",
    (report) => report.positioning,
  );
}

/** A venue that holds 1,000 BTC now, and what it held at the end of the days before. */
const heldSince = (sizes: readonly number[], figure: (report: Report) => unknown): Outcome =>
  reported([spot("spot-a", 83_000), held("alpha", ofBtc(1_000)), closes("alpha", sizes)], "open-interest", figure);

/** 16 million dollars in a contract of June. */
function datedAt(mark: number, settlesTo?: number): Outcome {
  const market: Market = {
    symbol: "BTCUSD_260626",
    kind: "dated",
    margin: "inverse",
    quote: "USD",
    expires: instant(Date.UTC(2026, 5, 26, 8)),
  };
  const value = {
    at: asOf,
    size: ofUsd(16e6),
    price: usdPerBtc(mark),
    ...(settlesTo === undefined ? {} : { index: usdPerBtc(settlesTo) }),
  };
  return reported(
    [
      spot("spot-a", 80_000),
      spot("spot-b", 80_000),
      good("alpha", "openInterest", { of: [{ market, value }], lacking: [] }),
    ],
    "funding",
    (report) => report.basis ?? report.openInterest,
  );
}

const sentenceBy = (source: string): Outcome =>
  reported([good(source, "fearGreed", index([16, "Extreme Fear"]))], "fear-greed", (report) =>
    report.takeaways.find(({ id }) => id === "fearGreed"),
  );

const NEUTRAL = { value: 50, label: "Neutral" } as const;

function accounts(published: number, long: number, short: number): Outcome {
  const value = {
    at: shift(asOf, -HOUR),
    ratio: published,
    counts: "accounts",
    shares: { long: ratio(long), short: ratio(short) },
  } as const;
  return reported(
    [good("alpha", "longShort", { of: [{ market: perpetual, value }], lacking: [] })],
    "funding",
    (report) => report.positioning?.longShort[0],
  );
}

describe.each(rules)("%s", (rule) => {
  it.each(cases[rule].map((one) => [one.poison, one] as const))("%s", (_, one) => {
    const { checks, gaps, figure } = one.outcome();
    const line = checks.find(
      (check) => check.rule === rule && check.severity === one.severity && check.message.includes(one.says),
    );
    expect(
      line,
      checks.map(({ rule: id, severity, message }) => `${id} ${severity} ${message}`).join("\n") || "no check at all",
    ).toBeDefined();
    if (one.value === null) expect(line?.value).toBeNull();
    else expect((line?.value ?? Number.NaN) / (one.value || 1)).toBeCloseTo(one.value === 0 ? 0 : 1, 4);
    expect(line?.bound).toBe(one.bound);
    const isOut = figure === null || figure === undefined;
    expect(isOut).toBe(one.isOut);
    if (one.severity === "error") expect(gaps).toContain(rule === "Q-03" ? "stale" : (one.gap ?? rule));
  });
});

it("says nothing of what is sound: the same figures without the poison", () => {
  expect(compose(alphaInput).checks).toEqual([]);
  const sane = [daysWith(31), takers(1_400), sentenceBy("alternative-me"), datedAt(88_000, 80_000)];
  for (const { checks, figure } of sane) {
    expect(checks).toEqual([]);
    expect(figure).toBeTruthy();
  }
  const sound = {
    price,
    openInterest: alpha,
    volume: volume([whole("2025-10", both), whole("2025-11", both), whole("2025-12", both)]),
    liquidations: liquidated([
      { id: "bybit", symbol: null, day: "2026-01-29", usd: 1e6, since: "2025-03-15", from: "2025-03-01" },
    ]),
    liquidationMap: map([level(87_000, 1e8), level(91_000, 2e8)]),
  };
  const result = checked<Parts>(alphaInput, { ...empty, ...sound }, sides(100, 100));
  expect(result).toEqual({ parts: { ...empty, ...sound }, checks: [], found: [] });
});
