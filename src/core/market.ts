/** The one shape that each kind of data has, whichever venue it comes from. */
import { isExpected, type Gap } from "./gap.ts";
import type { Series } from "./series.ts";
import type { Instant } from "./time.ts";
import type { Btc, Quantity, Ratio, Usd, UsdPerBtc } from "./units.ts";

/** One futures contract. `quote` is the currency of its price; stablecoins count as USD unless a check says otherwise. */
export interface Market {
  readonly symbol: string;
  readonly kind: "perpetual" | "dated";
  readonly margin: "linear" | "inverse";
  readonly quote: "USD" | "USDT" | "USDC";
  /** Settlement instant of a dated contract. */
  readonly expires?: Instant;
}

export interface Of<T> {
  readonly market: Market;
  readonly value: T;
  /**
   * Of a series: since when it was asked about and the contract is traded, where the source knows that. What lies between
   * this and the first point lacks; where it is absent, the contract is taken to be listed with its first point.
   */
  readonly due?: Instant;
}

/**
 * What a venue tells about its markets. `lacking` names product families or contracts that could not be had
 * while others could, so that a partial answer is never mistaken for a whole one. Empty `of` with empty
 * `lacking` never happens: a source throws instead.
 */
export interface Markets<T> {
  readonly of: readonly Of<T>[];
  readonly lacking: readonly Lacking[];
}
export interface Lacking {
  /** The family or contract, in the venue's words: "COIN-M", "BTCUSDT_260327". */
  readonly what: string;
  readonly gap: Gap;
  /**
   * A sum without it still tells the venue's size: a dated contract, which is at most a few percent of it, or one that is
   * `apart`.
   */
  readonly minor?: true;
  /** In a currency that is not known to be a dollar: traded by the venue, but no part of what its figures speak for. */
  readonly apart?: true;
  /** `what` is a piece of the history of this contract, which may be told of now all the same. */
  readonly contract?: string;
}

/**
 * What a sum over the venue's markets is no figure of the venue without: a perpetual or a product family that could not be
 * had. Without a dated contract, or what nobody tells, it is one.
 */
export const missed = (lacking: readonly Lacking[]): readonly Lacking[] =>
  lacking.filter(({ gap, minor }) => minor !== true && !isExpected(gap));

/** Open interest of one contract, counted once (one long and one short are one contract). */
export interface OpenInterest {
  readonly at: Instant;
  readonly size: Quantity;
  /** The contract's own mark price (else its last price) at `at`. */
  readonly price: UsdPerBtc;
  /** The index that the contract settles to, of the same moment as `price`, where the venue says it. */
  readonly index?: UsdPerBtc;
  /** Why a dated contract has no index beside its price, where the venue is asked for one: then it has no basis. */
  readonly noIndex?: Gap;
  /** Traded in the 24 h to `at`, each trade once, where the same answer says it. */
  readonly traded24h?: Quantity;
}

/** One sample of an open-interest history. */
export interface PastOpenInterest {
  readonly size: Quantity;
  /** BTC price at the sample's instant where the venue publishes one with it; else the report takes the spot close. */
  readonly price?: UsdPerBtc;
}

/**
 * What was traded in a bar, each trade once. `btc` and `usd` as the venue publishes them; where it publishes
 * only one, `typical` ((open + high + low + close) / 4) converts it and the result is marked derived.
 */
export interface Traded {
  /** End of the bar, exclusive. The point's `at` is its start. */
  readonly until: Instant;
  readonly btc: Btc | null;
  readonly usd: Usd | null;
  readonly typical: UsdPerBtc | null;
}

/** A bar of price; the point's `at` is its start. */
export interface Candle {
  readonly until: Instant;
  readonly open: UsdPerBtc;
  readonly high: UsdPerBtc;
  readonly low: UsdPerBtc;
  readonly close: UsdPerBtc;
  readonly btc: Btc | null;
  readonly usd: Usd | null;
}

export interface Funding {
  readonly at: Instant;
  /** Per interval; positive: longs pay shorts. */
  readonly rate: Ratio;
  readonly everyHours: number;
  /** predicted: running estimate for the period in progress; settled: the last one paid; trailing: realised over the last 8 h. */
  readonly kind: "predicted" | "settled" | "trailing";
}

export interface LongShort {
  readonly at: Instant;
  /** Long divided by short. */
  readonly ratio: number;
  readonly counts: "accounts" | "top accounts" | "positions" | "top positions";
  /** What of all is long and short, where the venue tells it, and what is neither: it must bear the ratio out. */
  readonly shares?: { readonly long: Ratio; readonly short: Ratio; readonly neither?: Ratio };
}

export interface Taker {
  /** The bar: [from, until). */
  readonly from: Instant;
  readonly until: Instant;
  readonly buy: Quantity;
  readonly sell: Quantity;
}

/** Liquidations of one market by who was liquidated, in bars. Null sides where the feed does not tell them apart. */
export interface Liquidated {
  readonly until: Instant;
  readonly longs: Usd | null;
  readonly shorts: Usd | null;
  readonly both: Usd;
}
export interface Liquidations {
  readonly feed: "complete" | "throttled" | "partial";
  readonly of: readonly Of<Series<Liquidated>>[];
  readonly lacking: readonly Lacking[];
}

/** Weekly positions of CME trader classes, in BTC (TFF report, futures only). */
export interface TraderClasses {
  readonly leveragedNet: Btc;
  readonly assetManagersNet: Btc;
}

export interface FearGreed {
  /** 0 to 100, integer. */
  readonly value: number;
  /** The publisher's own class. */
  readonly label: string;
}

export interface SpotPrice {
  readonly at: Instant;
  readonly price: UsdPerBtc;
  readonly quote: "USD" | "USDT";
}

/** Open interest of one venue as a third party reports it: a cross-check, never mixed into our figures. */
export interface ReportedOpenInterest {
  readonly venue: string;
  readonly at: Instant;
  readonly usd: Usd;
  /** Without dated contracts. */
  readonly scope?: "perpetuals";
}

/**
 * Days of liquidations of a venue's main perpetual as a third party gathers them from the venue's own feed, which may be
 * throttled. One perpetual and not all: a sum over a list that grows would be compared with itself when it was shorter.
 */
export interface ReportedLiquidations {
  readonly venue: string;
  readonly market: Market;
  /** Whole UTC days, both sides told. */
  readonly value: Series<Liquidated>;
}

/** Bitcoins in circulation, as a source says in passing. */
export interface Supply {
  readonly at: Instant;
  readonly btc: Btc;
}

/** A vendor's own liquidation map: levels without a stated unit, by price. A model of theirs, never mixed with ours. */
export interface ReportedMap {
  readonly at: Instant;
  /** The price that the map was made at; null where the vendor tells none. */
  readonly price: UsdPerBtc | null;
  /** In order of price; one a price. */
  readonly levels: readonly { readonly price: UsdPerBtc; readonly level: number }[];
  readonly exchanges: readonly string[];
  /** What the vendor was asked for: "7d". */
  readonly range: string;
}

export interface Datasets {
  /** One value a UTC day; the point stands at 00:00Z of the day it describes. */
  fearGreed: Series<FearGreed>;
  price: SpotPrice;
  /** Daily spot bars, UTC days; the last one may be forming (`until` after now). */
  candles: Series<Candle>;
  openInterest: Markets<OpenInterest>;
  /** Samples at 00:00Z where the venue allows it; a sample's instant is when it held. */
  openInterestHistory: Markets<Series<PastOpenInterest>>;
  /** Bars that together cover the last 25 calendar months as far as served. Bars are never cut by a month's end. */
  volume: Markets<Series<Traded>>;
  funding: Markets<Funding>;
  longShort: Markets<LongShort>;
  taker: Markets<Taker>;
  liquidations: Liquidations;
  /** Of UTC days, as far back as the feed tells: for "largest since" only. */
  liquidationDays: Liquidations;
  /** Hourly bars of the venue's main perpetual, 90 days: input of the liquidation map. */
  hourlyCandles: Of<Series<Candle>>;
  /** Closed UTC days of the same perpetual, 200 of them: what the structure of the price rests on before its hours begin. */
  dailyCandles: Of<Series<Candle>>;
  /** Hourly open interest of the same perpetual, as deep as served. */
  hourlyOpenInterest: Of<Series<PastOpenInterest>>;
  /** Bars of five minutes of the same perpetual, the last weeks: asked only where a level of the map is near. */
  fineCandles: Of<Series<Candle>>;
  /** Its open interest every five minutes, as far back as few questions reach; asked with `fineCandles`. */
  fineOpenInterest: Of<Series<PastOpenInterest>>;
  traderClasses: Series<TraderClasses>;
  reportedOpenInterest: readonly ReportedOpenInterest[];
  reportedLiquidations: readonly ReportedLiquidations[];
  reportedMap: ReportedMap;
  supply: Supply;
}
export type Dataset = keyof Datasets;

export const datasets = [
  "fearGreed",
  "price",
  "candles",
  "openInterest",
  "openInterestHistory",
  "volume",
  "funding",
  "longShort",
  "taker",
  "liquidations",
  "liquidationDays",
  "hourlyCandles",
  "dailyCandles",
  "hourlyOpenInterest",
  "fineCandles",
  "fineOpenInterest",
  "traderClasses",
  "reportedOpenInterest",
  "reportedLiquidations",
  "reportedMap",
  "supply",
] as const satisfies readonly Dataset[];
