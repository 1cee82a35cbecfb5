/**
 * The catalogue: every figure of the report once, with its unit, class, formula and what it rests on. `explain`, the
 * footnotes and the JSON's `figures` are made from it. `*` stands for an id (venue, scope, month, window).
 */
import type { Dataset } from "../core/market.ts";

export interface Metric {
  readonly id: string;
  readonly class: "observed" | "derived" | "model" | "reported";
  readonly unit: "USD" | "BTC" | "ratio" | "points" | "USD/BTC" | "count";
  readonly formula: string;
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

const observed = (id: string, unit: Metric["unit"], formula: string, from: Metric["from"]): Metric => ({
  id,
  class: "observed",
  unit,
  formula,
  inputs: [],
  from,
});
const derived = (
  id: string,
  unit: Metric["unit"],
  formula: string,
  inputs: Metric["inputs"],
  from: Metric["from"],
): Metric => ({ id, class: "derived", unit, formula, inputs, from });

const ofMonth = (month: string, metric: Metric): Metric => ({ ...metric, month });

const OI: Metric["from"] = ["openInterest"];
const OI_PAST: Metric["from"] = ["openInterest", "openInterestHistory"];
const MAP: Metric["from"] = ["hourlyCandles", "hourlyOpenInterest", "fineCandles", "fineOpenInterest"];

/** The same figures exist for a venue, for each of its scopes and for the like-for-like total. */
function changesOf(prefix: string, total: boolean): readonly Metric[] {
  const at = `${prefix}.changes.*`;
  const ends = [`${at}.fromBtc`, `${at}.toBtc`, `${at}.fromUsd`, `${at}.toUsd`];
  const over = total
    ? "venues with a value at both ends, each over its contracts with both"
    : "contracts present at both ends";
  return [
    derived(`${at}.btc`, "ratio", `toBtc / fromBtc - 1 over ${over}`, ends, OI_PAST),
    derived(`${at}.usd`, "ratio", `toUsd / fromUsd - 1 = (1 + btc)(1 + price) - 1 over ${over}`, ends, OI_PAST),
    derived(`${at}.price`, "ratio", "(toUsd / toBtc) / (fromUsd / fromBtc) - 1", ends, OI_PAST),
    derived(
      `${at}.position`,
      "ratio",
      "price-neutral: sum of w·g over margin types, g in the native unit (linear BTC, inverse USD), w = USD share at the start",
      ends,
      OI_PAST,
    ),
    observed(`${at}.fromBtc`, "BTC", "sum of the contracts compared, at fromAt", ["openInterestHistory"]),
    observed(`${at}.fromUsd`, "USD", "sum of the contracts compared, at fromAt, each at the price of that instant", [
      "openInterestHistory",
    ]),
    observed(`${at}.toBtc`, "BTC", "sum of the contracts compared, now", OI),
    observed(`${at}.toUsd`, "USD", "sum of the contracts compared, now, each at its own mark price", OI),
    ...(total
      ? [
          derived(
            `${at}.coverage`,
            "ratio",
            "USD at the start of the venues compared / USD at the start of all venues known then",
            [],
            ["openInterestHistory"],
          ),
        ]
      : []),
  ];
}

export const metrics: readonly Metric[] = [
  observed("price.usd", "USD/BTC", "last price, or the close where basis says so", ["price"]),
  derived(
    "price.changes.*.ratio",
    "ratio",
    "price / from - 1",
    ["price.usd", "price.changes.*.from"],
    ["price", "candles"],
  ),
  observed("price.changes.*.from", "USD/BTC", "daily close at fromAt", ["candles"]),
  derived(
    "price.sinceHigh.ratio",
    "ratio",
    "price / high - 1",
    ["price.usd", "price.sinceHigh.high"],
    ["price", "candles"],
  ),
  derived("price.sinceHigh.days", "count", "calendar days from highDate to the day of asOf", [], ["candles"]),
  observed("price.sinceHigh.high", "USD/BTC", "highest daily close of the last 30 days", ["candles"]),
  derived(
    "price.drawdown.ratio",
    "ratio",
    "price / high - 1",
    ["price.usd", "price.drawdown.high"],
    ["price", "candles"],
  ),
  observed("price.drawdown.high", "USD/BTC", "highest daily close since historyFrom", ["candles"]),
  derived(
    "price.realizedVol30d",
    "ratio",
    "sqrt(365/30 · sum of squared log returns of the last 30 daily closes), zero mean",
    [],
    ["candles"],
  ),

  observed("fearGreed.value", "points", "as published for the day", ["fearGreed"]),
  derived(
    "fearGreed.changes.*.points",
    "points",
    "value - from",
    ["fearGreed.value", "fearGreed.changes.*.from"],
    ["fearGreed"],
  ),
  observed("fearGreed.changes.*.from", "points", "as published for fromDate", ["fearGreed"]),
  derived("fearGreed.ytd.low", "points", "lowest value since 1 January", [], ["fearGreed"]),
  derived("fearGreed.ytd.high", "points", "highest value since 1 January", [], ["fearGreed"]),
  derived("fearGreed.ytd.days", "count", "published days since 1 January", [], ["fearGreed"]),
  derived("fearGreed.*.missing", "count", "days without a value after the date, or in the history", [], ["fearGreed"]),
  derived("fearGreed.*.periods", "count", "published days of the whole history", [], ["fearGreed"]),
  derived(
    "fearGreed.streak.days",
    "count",
    "consecutive published days with the same label, newest backwards",
    [],
    ["fearGreed"],
  ),

  {
    ...derived(
      "openInterest.btc",
      "BTC",
      "sum over answering exchanges, without CME",
      ["openInterest.venues.*.btc"],
      OI,
    ),
    without: ["cme"],
  },
  {
    ...derived(
      "openInterest.usd",
      "USD",
      "sum over answering exchanges, without CME",
      ["openInterest.venues.*.usd"],
      OI,
    ),
    without: ["cme"],
  },
  derived(
    "openInterest.withCme.btc",
    "BTC",
    "openInterest.btc + CME at its report date",
    ["openInterest.btc", "openInterest.venues.cme.btc"],
    OI_PAST,
  ),
  derived(
    "openInterest.withCme.usd",
    "USD",
    "openInterest.usd + CME at its report date",
    ["openInterest.usd", "openInterest.venues.cme.usd"],
    OI_PAST,
  ),
  derived(
    "openInterest.venues.*.btc",
    "BTC",
    "sum of its contracts; USD-counted ones divided by their own mark price",
    [],
    OI_PAST,
  ),
  derived(
    "openInterest.venues.*.usd",
    "USD",
    "sum of its contracts; BTC-counted ones multiplied by their own mark price",
    [],
    OI_PAST,
  ),
  derived("openInterest.venues.*.share", "ratio", "venue USD / openInterest.usd", ["openInterest.venues.*.usd"], OI),
  ...changesOf("openInterest.venues.*", false),
  derived("openInterest.venues.*.scopes.*.btc", "BTC", "sum of the contracts that the scope names", [], OI_PAST),
  derived("openInterest.venues.*.scopes.*.usd", "USD", "sum of the contracts that the scope names", [], OI_PAST),
  ...changesOf("openInterest.venues.*.scopes.*", false),
  ...changesOf("openInterest", true),
  derived(
    "openInterest.anchor.btc",
    "BTC",
    "extreme of the like-for-like total inside the anchor's window, daily closes",
    [],
    ["openInterestHistory"],
  ),
  derived("openInterest.anchor.usd", "USD", "the same total in USD at that close", [], ["openInterestHistory"]),
  derived(
    "openInterest.concentration.hhi",
    "count",
    "sum of (100 · share)² over the answering exchanges, 0 to 10,000",
    ["openInterest.venues.*.share"],
    OI,
  ),
  derived("openInterest.concentration.top.*.share", "ratio", "venue USD / openInterest.usd", [], OI),

  derived(
    "volume.months.*.usd",
    "USD",
    "sum over the venues listed, each trade once",
    ["volume.months.*.venues.*.usd"],
    ["volume"],
  ),
  derived(
    "volume.months.*.btc",
    "BTC",
    "sum over the venues listed, each trade once",
    ["volume.months.*.venues.*.btc"],
    ["volume"],
  ),
  derived(
    "volume.months.*.perDayUsd",
    "USD",
    "usd / days",
    ["volume.months.*.usd", "volume.months.*.days"],
    ["volume"],
  ),
  derived(
    "volume.months.*.days",
    "count",
    "days of the month that had passed; where venues are told for different times, usd over the sum of each one's usd a day",
    [],
    ["volume"],
  ),
  derived(
    "volume.months.*.venues.*.usd",
    "USD",
    "sum over its contracts and bars in the UTC month; typical price (o+h+l+c)/4 where the venue has no quote volume",
    [],
    ["volume"],
  ),
  derived("volume.months.*.venues.*.btc", "BTC", "sum over its contracts and bars in the UTC month", [], ["volume"]),
  derived("volume.months.*.venues.*.share", "ratio", "venue USD / month USD", ["volume.months.*.usd"], ["volume"]),
  ofMonth(
    "volume.latest",
    derived(
      "volume.monthOverMonth.ratio",
      "ratio",
      "latest / month before - 1 over venues complete in both",
      ["volume.months.*.venues.*.usd"],
      ["volume"],
    ),
  ),
  ofMonth(
    "volume.latest",
    derived(
      "volume.monthOverMonth.perDay",
      "ratio",
      "the same of volume per day",
      ["volume.months.*.venues.*.usd"],
      ["volume"],
    ),
  ),
  ofMonth(
    "volume.toDate.month",
    derived("volume.toDate.usd", "USD", "sum of the running month so far", [], ["volume"]),
  ),
  ofMonth(
    "volume.toDate.month",
    derived(
      "volume.toDate.days",
      "count",
      "days of the month that have passed; where venues are told for different times, usd over the sum of each one's usd a day",
      [],
      ["volume"],
    ),
  ),
  ofMonth(
    "volume.toDate.month",
    derived(
      "volume.toDate.runRateUsd",
      "USD",
      "usd · days in the month / days",
      ["volume.toDate.usd", "volume.toDate.days"],
      ["volume"],
    ),
  ),
  ofMonth(
    "volume.toDate.month",
    derived(
      "volume.toDate.range",
      "USD",
      "usd + (days in the month - days) · q, q the 10 % and the 90 % quantile of the last 90 daily volumes of the same venues",
      ["volume.toDate.usd", "volume.toDate.days"],
      ["volume"],
    ),
  ),

  {
    ...derived(
      "funding.weighted8h",
      "ratio",
      "sum of rate8h · open interest USD / sum of open interest USD, predicted and trailing rates",
      ["funding.venues.*.rate8h"],
      ["funding", "openInterest"],
    ),
    formulaThen:
      "sum of rate8h · open interest USD / sum of open interest USD, settled and trailing rates: the last ones paid",
  },
  derived("funding.apr", "ratio", "weighted8h · 3 · 365", ["funding.weighted8h"], ["funding", "openInterest"]),
  observed("funding.venues.*.rate", "ratio", "per interval, as published; positive: longs pay shorts", ["funding"]),
  observed("funding.venues.*.everyHours", "count", "hours of the interval", ["funding"]),
  derived("funding.venues.*.rate8h", "ratio", "rate · 8 / everyHours", ["funding.venues.*.rate"], ["funding"]),

  derived(
    "basis.constant90d",
    "ratio",
    "total basis interpolated linearly in time between the two expiries around 90 days, · 365 / 90; the median over exchanges, of an exchange over its curves by margin",
    ["basis.contracts.*.basis"],
    OI,
  ),
  observed("basis.contracts.*.price", "USD/BTC", "the contract's mark price, else its last price", OI),
  observed("basis.contracts.*.index", "USD/BTC", "the index it settles to, same moment", OI),
  derived(
    "basis.contracts.*.basis",
    "ratio",
    "price / index - 1",
    ["basis.contracts.*.price", "basis.contracts.*.index"],
    OI,
  ),
  derived(
    "basis.contracts.*.annualized",
    "ratio",
    "basis · 365 / days; none below 7 days",
    ["basis.contracts.*.basis"],
    OI,
  ),
  derived("basis.contracts.*.days", "count", "days to settlement", [], OI),

  observed("positioning.longShort.*.ratio", "ratio", "long / short of what `counts` says, as published", ["longShort"]),
  observed("positioning.taker.*.buyBtc", "BTC", "taker buys of 24 hours", ["taker"]),
  observed("positioning.taker.*.sellBtc", "BTC", "taker sells of 24 hours", ["taker"]),
  derived(
    "positioning.taker.*.imbalance",
    "ratio",
    "(buy - sell) / (buy + sell)",
    ["positioning.taker.*.buyBtc", "positioning.taker.*.sellBtc"],
    ["taker"],
  ),
  derived(
    "positioning.taker.*.ratio",
    "ratio",
    "buy / sell",
    ["positioning.taker.*.buyBtc", "positioning.taker.*.sellBtc"],
    ["taker"],
  ),
  observed("positioning.cme.leveragedNetBtc", "BTC", "(long - short) contracts of leveraged funds · 5", [
    "traderClasses",
  ]),
  observed("positioning.cme.assetManagersNetBtc", "BTC", "(long - short) contracts of asset managers · 5", [
    "traderClasses",
  ]),

  derived(
    "liquidations.longsUsd",
    "USD",
    "sum over the exchanges that tell; a lower bound",
    ["liquidations.venues.*.longsUsd"],
    ["liquidations"],
  ),
  derived(
    "liquidations.shortsUsd",
    "USD",
    "sum over the exchanges that tell; a lower bound",
    ["liquidations.venues.*.shortsUsd"],
    ["liquidations"],
  ),
  observed("liquidations.venues.*.longsUsd", "USD", "longs liquidated in the 24 hours, as far as the feed tells", [
    "liquidations",
  ]),
  observed("liquidations.venues.*.shortsUsd", "USD", "shorts liquidated in the 24 hours, as far as the feed tells", [
    "liquidations",
  ]),
  derived(
    "liquidations.largestSince.*.usd",
    "USD",
    "longs and shorts liquidated on the last day that is over",
    [],
    ["liquidationDays"],
  ),
  {
    id: "liquidations.reportedLargestSince.*.usd",
    class: "reported",
    unit: "USD",
    formula: "longs and shorts liquidated on the last day that is over, as the vendor has them",
    inputs: [],
    from: ["reportedLiquidations"],
  },
  {
    id: "liquidations.reported.*.longsUsd",
    class: "reported",
    unit: "USD",
    formula: "the vendor's sum over the exchanges it follows",
    inputs: [],
    from: ["liquidations"],
  },
  {
    id: "liquidations.reported.*.shortsUsd",
    class: "reported",
    unit: "USD",
    formula: "the vendor's sum over the exchanges it follows",
    inputs: [],
    from: ["liquidations"],
  },

  ...(["usd", "low", "high"] as const).map((part): Metric => ({
    id: `liquidationMap.levels.*.${part}`,
    class: "model",
    unit: "USD",
    formula:
      part === "usd"
        ? "geometric mean over 12 assumption sets (3 leverage profiles, 4 half-lives) of the notional liquidated on the way to the price; open interest is conserved in every bar"
        : `${part === "low" ? "smallest" : "largest"} of the 12 assumption sets`,
    inputs: [],
    from: MAP,
  })),
  {
    id: "liquidationMap.levels.*.shareOfOi",
    class: "model",
    unit: "ratio",
    formula: "centre / open interest of the modelled contracts",
    inputs: ["liquidationMap.levels.*.usd"],
    from: MAP,
  },
  ...(["longs", "shorts"] as const).flatMap((side): readonly Metric[] => {
    const [reported, swept] =
      side === "longs"
        ? (["reportedLongsUsd", "sweptLongsUsd"] as const)
        : (["reportedShortsUsd", "sweptShortsUsd"] as const);
    const at = "liquidationMap.calibration.venues.*";
    return [
      {
        id: `liquidationMap.calibration.${side}`,
        class: "model",
        unit: "ratio",
        formula: `sum of ${reported} / sum of ${swept} over calibration.venues; a lower bound where a feed is throttled`,
        inputs: [`${at}.${reported}`, `${at}.${swept}`],
        from: ["reportedLiquidations", ...MAP],
      },
      {
        id: `${at}.${reported}`,
        class: "reported",
        unit: "USD",
        formula: "liquidated on the days from calibration.from to calibration.to, as calibration.source has it",
        inputs: [],
        from: ["reportedLiquidations"],
      },
      {
        id: `${at}.${swept}`,
        class: "model",
        unit: "USD",
        formula:
          "notional that the price swept on the same days in the model with the base profile and a half-life of three days",
        inputs: [],
        from: MAP,
      },
    ];
  }),
  derived(
    "liquidationMap.coverage",
    "ratio",
    "open interest of the modelled contracts / open interest of all exchanges",
    ["openInterest.usd"],
    ["hourlyOpenInterest", "openInterest"],
  ),

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
  derived("openInterest.changes.*.contracts", "count", "contracts compared", [], OI_PAST),
  derived("openInterest.venues.*.changes.*.contracts", "count", "contracts compared", [], OI_PAST),
  derived("openInterest.venues.*.scopes.*.changes.*.contracts", "count", "contracts compared", [], OI_PAST),

  derived("liquidations.windowHours", "count", "hours of the window", [], ["liquidations"]),
  derived(
    "liquidations.venues.*.hours",
    "count",
    "hours of the window that the feed reaches back",
    [],
    ["liquidations"],
  ),

  observed("liquidationMap.price", "USD/BTC", "mark price of the first modelled contract", OI),
  observed(
    "liquidationMap.levels.*.price",
    "USD/BTC",
    "price asked for, or 5 % and 10 % from liquidationMap.price",
    OI,
  ),
  derived(
    "liquidationMap.levels.*.distance",
    "ratio",
    "price / liquidationMap.price - 1",
    ["liquidationMap.levels.*.price", "liquidationMap.price"],
    OI,
  ),
  ...(["levels.*.digits", "skew.distance", "skew.imbalance"] as const).map((part): Metric => ({
    id: `liquidationMap.${part}`,
    class: "model",
    unit: part === "levels.*.digits" ? "count" : "ratio",
    formula:
      part === "levels.*.digits"
        ? "significant digits: 1 where high is more than 3 times low, else 2"
        : part === "skew.distance"
          ? "distance up and down at which the sides are compared"
          : "(shorts - longs) / (shorts + longs) of the centres; named only where all 12 sets agree and it is at least 0.3",
    inputs: ["liquidationMap.levels.*.usd"],
    from: ["hourlyCandles", "hourlyOpenInterest"],
  })),
  observed("liquidationMap.openInterestUsd", "USD", "open interest of the modelled contracts at their last hour", [
    "hourlyOpenInterest",
  ]),

  derived(
    "structure.swings.*.price",
    "USD/BTC",
    "turns of at least 5 % of the daily bars (ZigZag)",
    [],
    ["hourlyCandles"],
  ),
  derived(
    "structure.sweeps.*.price",
    "USD/BTC",
    "extreme of a day lower or higher than the two on either side",
    [],
    ["hourlyCandles"],
  ),
  derived(
    "structure.sweeps.*.depth",
    "ratio",
    "how far the sweeping bar went beyond, as a share of the level",
    [],
    ["hourlyCandles"],
  ),
  derived("structure.sweeps.*.after", "count", "days to the first close back inside", [], ["hourlyCandles"]),
  ...(["support", "resistance", "low"] as const).map((part) =>
    derived(
      `structure.spring.${part}`,
      "USD/BTC",
      part === "support"
        ? "lowest swing low of the range"
        : part === "resistance"
          ? "highest swing high of the range"
          : "lowest price of the event",
      [],
      ["hourlyCandles"],
    ),
  ),
  derived(
    "structure.spring.rangeDays",
    "count",
    "longest range of 20 to 60 days before the event",
    [],
    ["hourlyCandles"],
  ),
  derived(
    "structure.spring.depth",
    "ratio",
    "(support - low) / support",
    ["structure.spring.support", "structure.spring.low"],
    ["hourlyCandles"],
  ),
  derived(
    "structure.spring.volumeRatio",
    "ratio",
    "volume of the event day / median of the 20 days before",
    [],
    ["hourlyCandles"],
  ),
  ...(["confirmed", "resolved", "byChance"] as const).map((part) =>
    derived(
      `structure.spring.baseRate.${part}`,
      part === "byChance" ? "ratio" : "count",
      part === "byChance"
        ? "share confirmed on the same bars in random order"
        : `springs ${part} from September 2019 to March 2026, Binance perpetual`,
      [],
      [],
    ),
  ),

  derived(
    "openInterest.marketCap.ratio",
    "ratio",
    "openInterest.usd / (price.usd · supplyBtc)",
    ["openInterest.usd", "price.usd"],
    ["supply", "openInterest"],
  ),
  observed("openInterest.marketCap.supplyBtc", "BTC", "bitcoins in circulation, as CoinMarketCap counts them", [
    "supply",
  ]),
  {
    id: "liquidationMap.reported.price",
    class: "reported",
    unit: "USD/BTC",
    formula:
      "price that the vendor's map was made at; null where it tells none, the sides are then those of liquidationMap.price",
    inputs: [],
    from: ["reportedMap"],
  },
  ...(["price", "level"] as const).map((part): Metric => ({
    id: `liquidationMap.reported.levels.*.${part}`,
    class: "reported",
    unit: part === "price" ? "USD/BTC" : "count",
    formula:
      part === "price"
        ? "the price asked for"
        : "sum of the vendor's levels on the way to the price; it states no unit",
    inputs: [],
    from: ["reportedMap"],
  })),
];
