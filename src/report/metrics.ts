/**
 * The catalogue: every figure of the report once, with its unit, class, formula and what it rests on, in the order of
 * the report. `explain`, the footnotes and the JSON's `figures` are made from it. `*` stands for an id (venue, scope,
 * month, window).
 */
import type { Dataset } from "../core/market.ts";
import type { FigureLine } from "./report.ts";

export interface Metric extends Readonly<Pick<FigureLine, "class" | "unit" | "formula">> {
  readonly id: string;
  /** The formula in a report of a past instant, where it is another. */
  readonly formulaThen?: string;
  /** Figures it is computed from; `*` takes the same ids in the same order. */
  readonly inputs: readonly string[];
  /** Datasets whose answers are its evidence. A `*` venue in the id narrows them to that venue's sources. */
  readonly from: readonly Dataset[];
  /** Venues that a `*` of the inputs does not stand for, and whose answers are no evidence. */
  readonly without?: readonly string[];
  /** Where the report names the month that it is of; not needed where the id has it. */
  readonly month?: string;
}

const ofClass =
  (kind: Metric["class"]) =>
  (
    id: string,
    unit: Metric["unit"],
    formula: string,
    from: Metric["from"],
    inputs: Metric["inputs"] = [],
    more: Pick<Metric, "formulaThen" | "without" | "month"> = {},
  ): Metric => ({ id, class: kind, unit, formula, inputs, from, ...more });
const observed = ofClass("observed");
const derived = ofClass("derived");
const model = ofClass("model");
const reported = ofClass("reported");

const OI: Metric["from"] = ["openInterest"];
const OI_PAST: Metric["from"] = ["openInterest", "openInterestHistory"];
const OI_THEN: Metric["from"] = ["openInterestHistory"];
const VOLUME: Metric["from"] = ["volume"];
const FEEDS: Metric["from"] = ["liquidations"];
const DAYS: Metric["from"] = ["hourlyCandles", "dailyCandles"];
/** Of the map; what is of five minutes is there where a level is near. */
const HELD: Metric["from"] = ["hourlyOpenInterest", "fineOpenInterest"];
const MAP: Metric["from"] = ["hourlyCandles", "hourlyOpenInterest", "fineCandles", "fineOpenInterest"];

const LATEST = { month: "volume.latest" } as const;
const RUNNING = { month: "volume.toDate.month" } as const;

/** The same figures exist for a venue, for each of its scopes and for the like-for-like total: `over` what. */
function changesOf(prefix: string, over: string): readonly Metric[] {
  const at = `${prefix}.changes.*`;
  const ends = [`${at}.fromBtc`, `${at}.toBtc`, `${at}.fromUsd`, `${at}.toUsd`];
  return [
    derived(`${at}.btc`, "ratio", `toBtc / fromBtc - 1 over ${over}`, OI_PAST, ends),
    derived(`${at}.usd`, "ratio", `toUsd / fromUsd - 1 = (1 + btc)(1 + price) - 1 over ${over}`, OI_PAST, ends),
    derived(`${at}.price`, "ratio", "(toUsd / toBtc) / (fromUsd / fromBtc) - 1", OI_PAST, ends),
    derived(
      `${at}.position`,
      "ratio",
      "price-neutral: sum of w·g over margin types, g in the native unit (linear BTC, inverse USD), w = USD share at the start",
      OI_PAST,
      ends,
    ),
    observed(`${at}.fromBtc`, "BTC", "sum of the contracts compared, at fromAt", OI_THEN),
    observed(
      `${at}.fromUsd`,
      "USD",
      "sum of the contracts compared, at fromAt, each at the price of that instant",
      OI_THEN,
    ),
    observed(`${at}.toBtc`, "BTC", "sum of the contracts compared, now", OI),
    observed(`${at}.toUsd`, "USD", "sum of the contracts compared, now, each at its own mark price", OI),
    derived(`${at}.contracts`, "count", "contracts compared", OI_PAST),
  ];
}

export const metrics: readonly Metric[] = [
  observed("price.usd", "USD/BTC", "last price, or the close where basis says so", ["price"]),
  derived(
    "price.changes.*.ratio",
    "ratio",
    "price / from - 1",
    ["price", "candles"],
    ["price.usd", "price.changes.*.from"],
  ),
  observed("price.changes.*.from", "USD/BTC", "daily close at fromAt", ["candles"]),
  derived(
    "price.sinceHigh.ratio",
    "ratio",
    "price / high - 1",
    ["price", "candles"],
    ["price.usd", "price.sinceHigh.high"],
  ),
  derived("price.sinceHigh.days", "count", "calendar days from highDate to the day of asOf", ["candles"]),
  observed("price.sinceHigh.high", "USD/BTC", "highest daily close of the last 30 days", ["candles"]),
  derived(
    "price.drawdown.ratio",
    "ratio",
    "price / high - 1",
    ["price", "candles"],
    ["price.usd", "price.drawdown.high"],
  ),
  observed("price.drawdown.high", "USD/BTC", "highest daily close since historyFrom", ["candles"]),
  derived(
    "price.realizedVol30d",
    "ratio",
    "sqrt(365/30 · sum of squared log returns of the last 30 daily closes), zero mean",
    ["candles"],
  ),

  observed("fearGreed.value", "points", "as published for the day", ["fearGreed"]),
  derived(
    "fearGreed.changes.*.points",
    "points",
    "value - from",
    ["fearGreed"],
    ["fearGreed.value", "fearGreed.changes.*.from"],
  ),
  observed("fearGreed.changes.*.from", "points", "as published for fromDate", ["fearGreed"]),
  derived("fearGreed.ytd.low", "points", "lowest value since 1 January", ["fearGreed"]),
  derived("fearGreed.ytd.high", "points", "highest value since 1 January", ["fearGreed"]),
  derived("fearGreed.ytd.days", "count", "published days since 1 January", ["fearGreed"]),
  derived("fearGreed.*.missing", "count", "days without a value after the date, or in the history", ["fearGreed"]),
  derived("fearGreed.*.periods", "count", "published days of the whole history", ["fearGreed"]),
  derived("fearGreed.streak.days", "count", "consecutive published days with the same label, newest backwards", [
    "fearGreed",
  ]),

  derived("openInterest.btc", "BTC", "sum over answering exchanges, without CME", OI, ["openInterest.venues.*.btc"], {
    without: ["cme"],
  }),
  derived("openInterest.usd", "USD", "sum over answering exchanges, without CME", OI, ["openInterest.venues.*.usd"], {
    without: ["cme"],
  }),
  derived("openInterest.withCme.btc", "BTC", "openInterest.btc + CME at its report date", OI_PAST, [
    "openInterest.btc",
    "openInterest.venues.cme.btc",
  ]),
  derived("openInterest.withCme.usd", "USD", "openInterest.usd + CME at its report date", OI_PAST, [
    "openInterest.usd",
    "openInterest.venues.cme.usd",
  ]),
  derived(
    "openInterest.venues.*.btc",
    "BTC",
    "sum of its contracts; USD-counted ones divided by their own mark price",
    OI_PAST,
  ),
  derived(
    "openInterest.venues.*.usd",
    "USD",
    "sum of its contracts; BTC-counted ones multiplied by their own mark price",
    OI_PAST,
  ),
  derived("openInterest.venues.*.share", "ratio", "venue USD / openInterest.usd", OI, ["openInterest.venues.*.usd"]),
  observed(
    "openInterest.venues.*.contracts.*.btc",
    "BTC",
    "as published; USD-counted ones divided by their own mark price",
    OI_PAST,
  ),
  observed(
    "openInterest.venues.*.contracts.*.usd",
    "USD",
    "as published; BTC-counted ones multiplied by their own mark price",
    OI_PAST,
  ),
  ...changesOf("openInterest.venues.*", "contracts present at both ends"),
  derived("openInterest.venues.*.scopes.*.btc", "BTC", "sum of the contracts that the scope names", OI_PAST),
  derived("openInterest.venues.*.scopes.*.usd", "USD", "sum of the contracts that the scope names", OI_PAST),
  ...changesOf("openInterest.venues.*.scopes.*", "contracts present at both ends"),
  ...changesOf("openInterest", "venues with a value at both ends, each over its contracts with both"),
  derived(
    "openInterest.changes.*.coverage",
    "ratio",
    "USD at the start of the venues compared / USD at the start of all venues known then",
    OI_THEN,
  ),
  derived(
    "openInterest.anchor.btc",
    "BTC",
    "extreme of the like-for-like total inside the anchor's window, daily closes",
    OI_THEN,
  ),
  derived("openInterest.anchor.usd", "USD", "the same total in USD at that close", OI_THEN),
  derived(
    "openInterest.concentration.hhi",
    "count",
    "sum of (100 · USD / total)² over the answering exchanges, total with what the others held last, 0 to 10,000",
    OI_PAST,
    ["openInterest.venues.*.usd"],
  ),
  derived("openInterest.concentration.top.*.share", "ratio", "venue USD / openInterest.usd", OI),
  derived(
    "openInterest.marketCap.ratio",
    "ratio",
    "openInterest.usd / (price.usd · supplyBtc)",
    ["supply", "openInterest"],
    ["openInterest.usd", "price.usd"],
  ),
  observed("openInterest.marketCap.supplyBtc", "BTC", "bitcoins in circulation, as CoinMarketCap counts them", [
    "supply",
  ]),

  derived(
    "volume.months.*.days",
    "count",
    "days of the month that had passed; where venues are told for different times, usd over the sum of each one's usd a day",
    VOLUME,
  ),
  derived("volume.months.*.usd", "USD", "sum over the venues listed, each trade once", VOLUME, [
    "volume.months.*.venues.*.usd",
  ]),
  derived("volume.months.*.btc", "BTC", "sum over the venues listed, each trade once", VOLUME, [
    "volume.months.*.venues.*.btc",
  ]),
  derived("volume.months.*.perDayUsd", "USD", "usd / days", VOLUME, ["volume.months.*.usd", "volume.months.*.days"]),
  derived(
    "volume.months.*.venues.*.usd",
    "USD",
    "sum over its contracts and bars in the UTC month; typical price (o+h+l+c)/4 where the venue has no quote volume",
    VOLUME,
  ),
  derived("volume.months.*.venues.*.btc", "BTC", "sum over its contracts and bars in the UTC month", VOLUME),
  derived("volume.months.*.venues.*.share", "ratio", "venue USD / month USD", VOLUME, ["volume.months.*.usd"]),
  derived(
    "volume.monthOverMonth.ratio",
    "ratio",
    "latest / month before - 1 over venues complete in both",
    VOLUME,
    ["volume.months.*.venues.*.usd"],
    LATEST,
  ),
  derived(
    "volume.monthOverMonth.perDay",
    "ratio",
    "the same of volume per day",
    VOLUME,
    ["volume.months.*.venues.*.usd"],
    LATEST,
  ),
  derived(
    "volume.toDate.days",
    "count",
    "days of the month that have passed; where venues are told for different times, usd over the sum of each one's usd a day",
    VOLUME,
    [],
    RUNNING,
  ),
  derived("volume.toDate.usd", "USD", "sum of the running month so far", VOLUME, [], RUNNING),
  derived(
    "volume.toDate.runRateUsd",
    "USD",
    "usd · days in the month / days",
    VOLUME,
    ["volume.toDate.usd", "volume.toDate.days"],
    RUNNING,
  ),
  derived(
    "volume.toDate.range",
    "USD",
    "usd + (days in the month - days) · q, q the 10 % and the 90 % quantile of the last 90 daily volumes of the same venues",
    VOLUME,
    ["volume.toDate.usd", "volume.toDate.days"],
    RUNNING,
  ),

  derived(
    "funding.weighted8h",
    "ratio",
    "sum of rate8h · w / sum of w, w the USD of the same contract in openInterest.venues.contracts; predicted and trailing rates",
    ["funding", "openInterest"],
    ["funding.venues.*.rate8h"],
    {
      formulaThen:
        "sum of rate8h · w / sum of w, w the USD of the same contract in openInterest.venues.contracts; settled and trailing rates: the last ones paid",
    },
  ),
  derived("funding.apr", "ratio", "weighted8h · 3 · 365", ["funding", "openInterest"], ["funding.weighted8h"]),
  observed("funding.venues.*.rate", "ratio", "per interval, as published; positive: longs pay shorts", ["funding"]),
  observed("funding.venues.*.everyHours", "count", "hours of the interval", ["funding"]),
  derived("funding.venues.*.rate8h", "ratio", "rate · 8 / everyHours", ["funding"], ["funding.venues.*.rate"]),

  derived(
    "basis.constant90d",
    "ratio",
    "total basis interpolated linearly in time between the two expiries around 90 days, · 365 / 90; the median over exchanges, of an exchange over its curves by margin",
    OI,
    ["basis.contracts.*.basis"],
  ),
  derived("basis.contracts.*.days", "count", "days to settlement", OI),
  observed("basis.contracts.*.price", "USD/BTC", "the contract's mark price, else its last price", OI),
  observed("basis.contracts.*.index", "USD/BTC", "the index it settles to, same moment", OI),
  derived("basis.contracts.*.basis", "ratio", "price / index - 1", OI, [
    "basis.contracts.*.price",
    "basis.contracts.*.index",
  ]),
  derived("basis.contracts.*.annualized", "ratio", "basis · 365 / days; none below 7 days", OI, [
    "basis.contracts.*.basis",
  ]),

  observed("positioning.longShort.*.ratio", "ratio", "long / short of what `counts` says, as published", ["longShort"]),
  observed("positioning.taker.*.buyBtc", "BTC", "taker buys of 24 hours", ["taker"]),
  observed("positioning.taker.*.sellBtc", "BTC", "taker sells of 24 hours", ["taker"]),
  derived(
    "positioning.taker.*.imbalance",
    "ratio",
    "(buy - sell) / (buy + sell)",
    ["taker"],
    ["positioning.taker.*.buyBtc", "positioning.taker.*.sellBtc"],
  ),
  derived(
    "positioning.taker.*.ratio",
    "ratio",
    "buy / sell",
    ["taker"],
    ["positioning.taker.*.buyBtc", "positioning.taker.*.sellBtc"],
  ),
  observed("positioning.cme.leveragedNetBtc", "BTC", "(long - short) contracts of leveraged funds · 5", [
    "traderClasses",
  ]),
  observed("positioning.cme.assetManagersNetBtc", "BTC", "(long - short) contracts of asset managers · 5", [
    "traderClasses",
  ]),

  derived("liquidations.windowHours", "count", "hours of the window", FEEDS),
  derived("liquidations.longsUsd", "USD", "sum over the exchanges that tell; a lower bound", FEEDS, [
    "liquidations.venues.*.longsUsd",
  ]),
  derived("liquidations.shortsUsd", "USD", "sum over the exchanges that tell; a lower bound", FEEDS, [
    "liquidations.venues.*.shortsUsd",
  ]),
  observed(
    "liquidations.venues.*.longsUsd",
    "USD",
    "longs liquidated in the 24 hours, as far as the feed tells",
    FEEDS,
  ),
  observed(
    "liquidations.venues.*.shortsUsd",
    "USD",
    "shorts liquidated in the 24 hours, as far as the feed tells",
    FEEDS,
  ),
  derived("liquidations.venues.*.hours", "count", "hours of the window that the feed reaches back", FEEDS),
  reported("liquidations.reported.*.longsUsd", "USD", "the vendor's sum over the exchanges it follows", FEEDS),
  reported("liquidations.reported.*.shortsUsd", "USD", "the vendor's sum over the exchanges it follows", FEEDS),
  derived("liquidations.largestSince.*.usd", "USD", "longs and shorts liquidated on the last day that is over", [
    "liquidationDays",
  ]),
  reported(
    "liquidations.reportedLargestSince.*.usd",
    "USD",
    "longs and shorts liquidated on the last day that is over, as the vendor has them",
    ["reportedLiquidations"],
  ),

  observed("liquidationMap.price", "USD/BTC", "mark price of the first modelled contract", OI),
  observed(
    "liquidationMap.levels.*.price",
    "USD/BTC",
    "price asked for, or 5 % and 10 % from liquidationMap.price",
    OI,
  ),
  derived("liquidationMap.levels.*.distance", "ratio", "price / liquidationMap.price - 1", OI, [
    "liquidationMap.levels.*.price",
    "liquidationMap.price",
  ]),
  model(
    "liquidationMap.levels.*.usd",
    "USD",
    "geometric mean over 12 assumption sets (3 leverage profiles, 4 half-lives) of the notional liquidated on the way to the price; open interest is conserved in every bar",
    MAP,
  ),
  model("liquidationMap.levels.*.low", "USD", "smallest of the 12 assumption sets", MAP),
  model("liquidationMap.levels.*.high", "USD", "largest of the 12 assumption sets", MAP),
  model("liquidationMap.levels.*.shareOfOi", "ratio", "centre / open interest of the modelled contracts", MAP, [
    "liquidationMap.levels.*.usd",
  ]),
  model(
    "liquidationMap.levels.*.digits",
    "count",
    "significant digits: 1 where high is more than 3 times low, else 2",
    MAP,
    ["liquidationMap.levels.*.usd"],
  ),
  reported(
    "liquidationMap.reported.price",
    "USD/BTC",
    "price that the vendor's map was made at; null where it tells none, the sides are then those of liquidationMap.price",
    ["reportedMap"],
  ),
  reported("liquidationMap.reported.levels.*.price", "USD/BTC", "the price asked for", ["reportedMap"]),
  reported(
    "liquidationMap.reported.levels.*.level",
    "count",
    "sum of the vendor's levels on the way to the price; it states no unit",
    ["reportedMap"],
  ),
  model("liquidationMap.skew.distance", "ratio", "distance up and down at which the sides are compared", MAP, [
    "liquidationMap.levels.*.usd",
  ]),
  model(
    "liquidationMap.skew.imbalance",
    "ratio",
    "(shorts - longs) / (shorts + longs) of the centres; named only where all 12 sets agree and it is at least 0.3",
    MAP,
    ["liquidationMap.levels.*.usd"],
  ),
  derived(
    "liquidationMap.coverage",
    "ratio",
    "open interest of the modelled contracts / open interest of all exchanges",
    [...HELD, "openInterest"],
    ["openInterest.usd"],
  ),
  model(
    "liquidationMap.seedShare",
    "ratio",
    "modelled open interest that was opened before the history begins / openInterestUsd, the mean over sides and assumption sets",
    MAP,
    ["liquidationMap.openInterestUsd"],
  ),
  model(
    "liquidationMap.calibration.longs",
    "ratio",
    "sum of reportedLongsUsd / sum of sweptLongsUsd over calibration.venues; a lower bound where a feed is throttled",
    ["reportedLiquidations", ...MAP],
    ["liquidationMap.calibration.venues.*.reportedLongsUsd", "liquidationMap.calibration.venues.*.sweptLongsUsd"],
  ),
  model(
    "liquidationMap.calibration.shorts",
    "ratio",
    "sum of reportedShortsUsd / sum of sweptShortsUsd over calibration.venues; a lower bound where a feed is throttled",
    ["reportedLiquidations", ...MAP],
    ["liquidationMap.calibration.venues.*.reportedShortsUsd", "liquidationMap.calibration.venues.*.sweptShortsUsd"],
  ),
  reported(
    "liquidationMap.calibration.venues.*.reportedLongsUsd",
    "USD",
    "liquidated on the days from calibration.from to calibration.to, as calibration.source has it",
    ["reportedLiquidations"],
  ),
  reported(
    "liquidationMap.calibration.venues.*.reportedShortsUsd",
    "USD",
    "liquidated on the days from calibration.from to calibration.to, as calibration.source has it",
    ["reportedLiquidations"],
  ),
  model(
    "liquidationMap.calibration.venues.*.sweptLongsUsd",
    "USD",
    "notional that the price swept on the same days in the model with the base profile and a half-life of three days",
    MAP,
  ),
  model(
    "liquidationMap.calibration.venues.*.sweptShortsUsd",
    "USD",
    "notional that the price swept on the same days in the model with the base profile and a half-life of three days",
    MAP,
  ),
  observed("liquidationMap.openInterestUsd", "USD", "open interest of the modelled contracts at their last hour", HELD),

  derived("structure.swings.*.price", "USD/BTC", "turns of at least 5 % of the daily bars (ZigZag)", DAYS),
  derived("structure.sweeps.*.price", "USD/BTC", "extreme of a day lower or higher than the two on either side", DAYS),
  derived("structure.sweeps.*.depth", "ratio", "how far the sweeping bar went beyond, as a share of the level", DAYS),
  derived("structure.sweeps.*.after", "count", "days to the first close back inside", DAYS),
  derived("structure.spring.support", "USD/BTC", "lowest swing low of the range", DAYS),
  derived("structure.spring.resistance", "USD/BTC", "highest swing high of the range", DAYS),
  derived("structure.spring.rangeDays", "count", "longest range of 20 to 60 days before the event", DAYS),
  derived("structure.spring.low", "USD/BTC", "lowest price of the event", DAYS),
  derived("structure.spring.depth", "ratio", "(support - low) / support", DAYS, [
    "structure.spring.support",
    "structure.spring.low",
  ]),
  derived("structure.spring.volumeRatio", "ratio", "volume of the event day / median of the 20 days before", DAYS),
  derived(
    "structure.spring.baseRate.confirmed",
    "count",
    "springs confirmed from September 2019 to March 2026, Binance perpetual",
    [],
  ),
  derived(
    "structure.spring.baseRate.resolved",
    "count",
    "springs resolved from September 2019 to March 2026, Binance perpetual",
    [],
  ),
  derived("structure.spring.baseRate.byChance", "ratio", "share confirmed on the same bars in random order", []),
];
