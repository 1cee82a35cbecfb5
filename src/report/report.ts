/**
 * The report as data: the JSON output and the one thing that every format is made from. Plain numbers in base
 * units (USD, BTC, ratio where 0.05 = 5 %, points); an absent figure is null and `gaps` says why.
 */
import { z } from "zod";

export const SCHEMA_VERSION = "1";

const at = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const month = z.string().regex(/^\d{4}-\d{2}$/);
const number = z.number();
const amount = z.number().nonnegative();
const id = z.string().regex(/^[a-z0-9-]+$/);

export const GapLine = z.strictObject({
  source: id,
  dataset: z.string(),
  why: z.enum([
    "unpublished",
    "unconfigured",
    "unreachable",
    "refused",
    "malformed",
    "implausible",
    "stale",
    "unrecorded",
    "bug",
  ]),
  status: number.nullable(),
  detail: z.string(),
  advice: z.string().nullable(),
});

const PriceChange = z.strictObject({ ratio: number, from: amount, fromAt: at });
export const PriceSection = z.strictObject({
  usd: amount,
  basis: z.enum(["last", "close"]),
  quote: z.enum(["USD", "USDT"]),
  source: id,
  asOf: at,
  changes: z.strictObject({
    "1d": PriceChange.nullable(),
    "7d": PriceChange.nullable(),
    "30d": PriceChange.nullable(),
  }),
  sinceHigh: z.strictObject({ ratio: number, days: number, high: amount, highDate: day }).nullable(),
  drawdown: z.strictObject({ ratio: number, high: amount, highDate: day, historyFrom: day }).nullable(),
  realizedVol30d: number.nullable(),
});

const PointsChange = z.strictObject({ points: number, from: number, fromDate: day });
/** `date` null: in the whole available history. */
const Since = z.strictObject({
  date: day.nullable(),
  equal: z.boolean(),
  historyFrom: day,
  /** Days without a value, after `date` or in the history. */
  missing: z.int(),
  /** Days with a value in the history. */
  periods: z.int(),
});
export const FearGreedSection = z.strictObject({
  value: number,
  label: z.string(),
  date: day,
  source: id,
  attribution: z.strictObject({ text: z.string(), url: z.string() }),
  changes: z.strictObject({
    "1d": PointsChange.nullable(),
    "7d": PointsChange.nullable(),
    "30d": PointsChange.nullable(),
    "365d": PointsChange.nullable(),
  }),
  ytd: z
    .strictObject({
      low: number,
      lowDate: day,
      high: number,
      highDate: day,
      isLow: z.boolean(),
      isHigh: z.boolean(),
      /** The first earlier day of the year with the same lowest (highest) value. */
      equalsLow: day.nullable(),
      equalsHigh: day.nullable(),
      days: number,
    })
    .nullable(),
  lowestSince: Since.nullable(),
  highestSince: Since.nullable(),
  streak: z.strictObject({ label: z.string(), days: number }),
  /** The last 30 published days, oldest first: what the sparkline shows. */
  recent: z.array(z.strictObject({ date: day, value: number })),
  /** The same of 365 days. */
  year: z.array(z.strictObject({ date: day, value: number })),
});

const Change = z.strictObject({
  btc: number,
  usd: number,
  price: number,
  position: number,
  fromBtc: amount,
  fromUsd: amount,
  toBtc: amount,
  toUsd: amount,
  fromAt: at,
  fromDate: day,
  contracts: number,
});
const Changes = z.strictObject({
  "1d": Change.nullable(),
  "7d": Change.nullable(),
  "30d": Change.nullable(),
  anchor: Change.nullable(),
});
const TotalChange = z.strictObject({ ...Change.shape, venues: z.array(id), coverage: number });
export const VenueLine = z.strictObject({
  id,
  name: z.string(),
  btc: amount,
  usd: amount,
  share: number.nullable(),
  asOf: at,
  note: z.string().nullable(),
  contracts: z.array(
    z.strictObject({
      symbol: z.string(),
      kind: z.enum(["perpetual", "dated"]),
      margin: z.enum(["linear", "inverse"]),
      quote: z.enum(["USD", "USDT", "USDC"]),
      btc: amount,
      usd: amount,
    }),
  ),
  changes: Changes,
  scopes: z.array(z.strictObject({ id: z.string(), btc: amount, usd: amount, changes: Changes })),
});
export const OpenInterestSection = z.strictObject({
  btc: amount,
  usd: amount,
  withCme: z.strictObject({ btc: amount, usd: amount, cmeAsOf: day }).nullable(),
  venues: z.array(VenueLine),
  changes: z.strictObject({
    "1d": TotalChange.nullable(),
    "7d": TotalChange.nullable(),
    "30d": TotalChange.nullable(),
    anchor: TotalChange.nullable(),
  }),
  anchor: z.strictObject({
    id: z.string(),
    date: day.nullable(),
    basis: z.literal("daily close"),
    btc: amount.nullable(),
    usd: amount.nullable(),
  }),
  /**
   * Daily closes since the anchor's window begins, 30 days at least: the same contracts of the same venues on every day.
   * A value for each of `days`; null where one of the venues lacks that day.
   */
  series: z
    .strictObject({
      days: z.array(day),
      btc: z.array(amount.nullable()),
      usd: z.array(amount.nullable()),
      /** Spot closes. */
      price: z.array(amount.nullable()),
      venues: z.array(z.strictObject({ id, btc: z.array(amount.nullable()) })),
    })
    .nullable(),
  concentration: z
    .strictObject({ top: z.array(z.strictObject({ id, share: number })), hhi: number.nullable() })
    .nullable(),
  /** Open interest without CME / (price · supply), with the supply's instant. */
  marketCap: z.strictObject({ ratio: number, supplyBtc: amount, supplyAt: at }).nullable(),
  quadrant: z
    .strictObject({
      window: z.literal("7d"),
      price: z.enum(["up", "down", "flat"]),
      positions: z.enum(["added", "closed", "flat"]),
      text: z.string(),
    })
    .nullable(),
});

const RecordLine = z.strictObject({
  direction: z.enum(["lowest", "highest"]),
  /** The period since when; null: in the whole available history. */
  since: month.nullable(),
  equal: z.boolean(),
});
const VenueRecord = z.strictObject({
  byTotal: RecordLine.nullable(),
  byDay: RecordLine.nullable(),
  historyFrom: month,
});
const VolumeMonth = z.strictObject({
  month,
  complete: z.boolean(),
  days: number,
  usd: amount,
  btc: amount,
  perDayUsd: amount,
  venues: z.array(
    z.strictObject({
      id,
      usd: amount,
      btc: amount,
      share: number,
      derived: z.boolean(),
      record: VenueRecord.nullable(),
    }),
  ),
});
export const VolumeSection = z.strictObject({
  unit: z.literal("USD, each trade once"),
  months: z.array(VolumeMonth),
  latest: month.nullable(),
  monthOverMonth: z.strictObject({ ratio: number, perDay: number, venues: z.array(id) }).nullable(),
  record: VenueRecord.extend({ venues: z.array(id) }).nullable(),
  toDate: z
    .strictObject({
      month,
      days: number,
      usd: amount,
      runRateUsd: amount,
      range: z.tuple([amount, amount]).nullable(),
    })
    .nullable(),
});

export const FundingSection = z.strictObject({
  weighted8h: number.nullable(),
  apr: number.nullable(),
  venues: z.array(
    z.strictObject({
      id,
      symbol: z.string(),
      rate: number,
      everyHours: number,
      rate8h: number,
      kind: z.enum(["predicted", "settled", "trailing"]),
      asOf: at,
    }),
  ),
});

export const BasisSection = z.strictObject({
  constant90d: number.nullable(),
  contracts: z.array(
    z.strictObject({
      id,
      symbol: z.string(),
      expires: at,
      days: number,
      price: amount,
      index: amount,
      basis: number,
      annualized: number.nullable(),
    }),
  ),
});

export const PositioningSection = z.strictObject({
  longShort: z.array(
    z.strictObject({
      id,
      symbol: z.string(),
      ratio: number,
      counts: z.enum(["accounts", "top accounts", "positions", "top positions"]),
      asOf: at,
    }),
  ),
  /** The 24 hours to `until`; imbalance is (buy - sell) / (buy + sell). */
  taker: z.array(
    z.strictObject({
      id,
      symbol: z.string(),
      buyBtc: amount,
      sellBtc: amount,
      imbalance: number,
      ratio: number,
      until: at,
    }),
  ),
  /** CFTC trader classes, longs minus shorts, in BTC of the 5 BTC contract. */
  cme: z.strictObject({ reportDate: day, leveragedNetBtc: number, assetManagersNetBtc: number }).nullable(),
});

const LargestSince = z.strictObject({
  id,
  /** The one contract that the feed tells; null where it tells more than one, which are summed. */
  symbol: z.string().nullable(),
  day,
  usd: amount,
  /** The last day as large; null: none since `from`. */
  since: day.nullable(),
  /** Where its history begins. */
  from: day,
});

export const LiquidationsSection = z.strictObject({
  windowHours: z.literal(24),
  longsUsd: amount,
  shortsUsd: amount,
  /** True unless every exchange answered and every feed is complete. */
  lowerBound: z.boolean(),
  venues: z.array(
    z.strictObject({
      id,
      feed: z.enum(["complete", "throttled", "partial"]),
      longsUsd: amount,
      shortsUsd: amount,
      /** Hours of the window that the feed reaches back. */
      hours: number,
      /** End of the window: asOf, or earlier where the feed tells whole hours or an earlier run was told it. */
      until: at,
    }),
  ),
  /** Totals of vendors that gather feeds themselves: beside ours, never added. */
  reported: z.array(z.strictObject({ id, longsUsd: amount, shortsUsd: amount, exchanges: z.array(z.string()) })),
  /** Of the last day that is over, each feed against its own past alone; null where no feed has anything to say. */
  largestSince: z.array(LargestSince).min(1).nullable(),
  /** The same of feeds that a vendor gathers (`source`): of one contract of one exchange each. */
  reportedLargestSince: z
    .array(LargestSince.extend({ source: id }))
    .min(1)
    .nullable(),
});

export const LiquidationMapSection = z.strictObject({
  label: z.string(),
  price: amount,
  levels: z.array(
    z.strictObject({
      price: amount,
      distance: number,
      side: z.enum(["longs", "shorts"]),
      /** Geometric mean of the 12 assumption sets; low and high are their range. */
      usd: amount,
      low: amount,
      high: amount,
      shareOfOi: number,
      /** Significant digits that the range allows. */
      digits: z.union([z.literal(1), z.literal(2)]),
      /** Nearer than 2 %, where hourly bars show too much. */
      coarse: z.boolean(),
    }),
  ),
  /** The vendor's own map to the same prices, as it reports it: no unit is stated, and it is never mixed with ours. */
  reported: z
    .strictObject({
      source: id,
      /** Null where the vendor tells none: its levels are then taken to the sides of the price above. */
      price: amount.nullable(),
      range: z.string(),
      levels: z.array(z.strictObject({ price: amount, side: z.enum(["longs", "shorts"]), level: amount })),
    })
    .nullable(),
  /** Named only where all 12 sets agree and the imbalance of the centres is at least 0.3. */
  skew: z.strictObject({ heavier: z.enum(["longs", "shorts"]), distance: number, imbalance: number }).nullable(),
  coverage: number,
  /**
   * Of what the model (base profile, half-life of three days) has liquidated in the last 30 whole days, the part that
   * was reported, over the venues together. Null where no source that is asked tells both sides of a modelled venue.
   */
  calibration: z
    .strictObject({
      /** Null where the model has liquidated nothing. */
      longs: number.nullable(),
      shorts: number.nullable(),
      /** The first and the last day. */
      from: day,
      to: day,
      /** Who reports. */
      source: id,
      venues: z
        .array(
          z.strictObject({
            id,
            reportedLongsUsd: amount,
            reportedShortsUsd: amount,
            sweptLongsUsd: amount,
            sweptShortsUsd: amount,
          }),
        )
        .min(1),
      note: z.string(),
    })
    .nullable(),
  openInterestUsd: amount,
  venues: z.array(id),
});

const SweepLine = z.strictObject({
  kind: z.enum(["low", "high"]),
  price: amount,
  date: day,
  sweptOn: day.nullable(),
  depth: number.nullable(),
  class: z.enum(["wick", "reclaim", "breakdown", "pending"]).nullable(),
  after: number.nullable(),
});
export const StructureSection = z.strictObject({
  source: id,
  symbol: z.string(),
  from: day,
  until: day,
  /** ZigZag of 5 %. */
  swings: z.array(z.strictObject({ kind: z.enum(["low", "high"]), price: amount, date: day })),
  sweeps: z.array(SweepLine),
  zones: z.array(
    z.strictObject({
      kind: z.enum(["low", "high"]),
      from: amount,
      to: amount,
      levels: z.array(SweepLine),
      swept: number,
      isSwept: z.boolean(),
    }),
  ),
  spring: z
    .strictObject({
      state: z.enum(["pending", "re-entered", "confirmed", "failed", "too deep", "too long", "expired"]),
      since: day,
      event: day,
      support: amount,
      resistance: amount,
      rangeDays: number,
      low: amount,
      depth: number,
      volumeRatio: number.nullable(),
      baseRate: z.strictObject({ confirmed: number, resolved: number, byChance: number }),
    })
    .nullable(),
});

export const CheckLine = z.strictObject({
  rule: z.string().regex(/^Q-\d{2}$/),
  severity: z.enum(["error", "warning", "note"]),
  section: z.string(),
  source: z.string().nullable(),
  message: z.string(),
  value: number.nullable(),
  bound: number.nullable(),
});

export const Takeaway = z.strictObject({
  id: z.string(),
  text: z.string(),
  figures: z.array(z.string()),
  kind: z.enum(["observed", "derived", "model", "reported"]),
});

export const SourceLine = z.strictObject({
  id,
  name: z.string(),
  status: z.enum(["ok", "partial", "failed", "unconfigured"]),
  requests: number,
  ms: number,
  asOf: at.nullable(),
  attribution: z.string().nullable(),
});

export const FigureLine = z.strictObject({
  class: z.enum(["observed", "derived", "model", "reported"]),
  unit: z.enum(["USD", "BTC", "ratio", "points", "USD/BTC", "count"]),
  formula: z.string(),
  inputs: z.array(z.string()),
  evidence: z.array(z.string()),
});

export const Report = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  generatedAt: at,
  asOf: at,
  mode: z.enum(["live", "replay", "history"]),
  status: z.enum(["complete", "degraded"]),
  coverage: z.strictObject({
    venues: z.strictObject({ answered: number, expected: number }),
    oiShare: number.nullable(),
  }),
  gaps: z.array(GapLine),
  recording: z.strictObject({ name: z.string(), note: z.string().nullable() }).nullable(),
  price: PriceSection.nullable(),
  fearGreed: FearGreedSection.nullable(),
  openInterest: OpenInterestSection.nullable(),
  volume: VolumeSection.nullable(),
  funding: FundingSection.nullable(),
  basis: BasisSection.nullable(),
  positioning: PositioningSection.nullable(),
  liquidations: LiquidationsSection.nullable(),
  liquidationMap: LiquidationMapSection.nullable(),
  structure: StructureSection.nullable(),
  takeaways: z.array(Takeaway),
  checks: z.array(CheckLine),
  sources: z.array(SourceLine),
  figures: z.record(z.string(), FigureLine),
});

export type Report = z.infer<typeof Report>;
export type GapLine = z.infer<typeof GapLine>;
export type PriceSection = z.infer<typeof PriceSection>;
export type FearGreedSection = z.infer<typeof FearGreedSection>;
export type OpenInterestSection = z.infer<typeof OpenInterestSection>;
export type VenueLine = z.infer<typeof VenueLine>;
export type Change = z.infer<typeof Change>;
export type Changes = z.infer<typeof Changes>;
export type TotalChange = z.infer<typeof TotalChange>;
export type VolumeSection = z.infer<typeof VolumeSection>;
export type VolumeMonth = z.infer<typeof VolumeMonth>;
export type RecordLine = z.infer<typeof RecordLine>;
export type FundingSection = z.infer<typeof FundingSection>;
export type BasisSection = z.infer<typeof BasisSection>;
export type PositioningSection = z.infer<typeof PositioningSection>;
export type LiquidationsSection = z.infer<typeof LiquidationsSection>;
export type LiquidationMapSection = z.infer<typeof LiquidationMapSection>;
export type StructureSection = z.infer<typeof StructureSection>;
export type CheckLine = z.infer<typeof CheckLine>;
export type Takeaway = z.infer<typeof Takeaway>;
export type SourceLine = z.infer<typeof SourceLine>;
export type FigureLine = z.infer<typeof FigureLine>;

/** What the report calls a source or a venue. */
export const nameIn = ({ sources }: Report, id: string): string => sources.find((one) => one.id === id)?.name ?? id;
