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
/** Numbers whose name does not tell their unit: it goes with the meaning into the JSON Schema. */
const ratio = (meaning: string): typeof number => number.describe(`ratio; ${meaning}`);
const count = (meaning: string): typeof number => number.describe(`count; ${meaning}`);
const points = (meaning: string): typeof number => number.describe(`points; ${meaning}`);
const perBtc = (meaning: string): typeof amount => amount.describe(`USD per BTC; ${meaning}`);

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
  status: count("status of HTTP").nullable(),
  detail: z.string(),
  advice: z.string().nullable(),
});

const PriceChange = z.strictObject({ ratio: number, from: perBtc("the close compared with"), fromAt: at });
export const PriceSection = z.strictObject({
  usd: perBtc("the last price, or the close where basis says so"),
  basis: z.enum(["last", "close"]),
  quote: z.enum(["USD", "USDT"]),
  source: id,
  asOf: at,
  changes: z.strictObject({
    "1d": PriceChange.nullable(),
    "7d": PriceChange.nullable(),
    "30d": PriceChange.nullable(),
  }),
  sinceHigh: z
    .strictObject({ ratio: number, days: number, high: perBtc("highest close of the last 30 days"), highDate: day })
    .nullable(),
  drawdown: z
    .strictObject({ ratio: number, high: perBtc("highest close since historyFrom"), highDate: day, historyFrom: day })
    .nullable(),
  realizedVol30d: ratio("a year").nullable(),
});

const PointsChange = z.strictObject({ points: number, from: points("the value compared with"), fromDate: day });
const Since = z.strictObject({
  date: day.nullable().describe("null: none in the whole available history"),
  equal: z.boolean(),
  historyFrom: day,
  missing: z.int().describe("count; days without a value, after date or in the history"),
  periods: z.int().describe("count; days with a value in the history"),
});
const PointsOfDay = z.strictObject({ date: day, value: points("0 to 100") });
export const FearGreedSection = z.strictObject({
  value: points("0 to 100"),
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
      low: points("lowest of the year"),
      lowDate: day,
      high: points("highest of the year"),
      highDate: day,
      isLow: z.boolean(),
      isHigh: z.boolean(),
      equalsLow: day.nullable().describe("the first earlier day of the year with the same lowest value"),
      equalsHigh: day.nullable().describe("the first earlier day of the year with the same highest value"),
      days: number,
    })
    .nullable(),
  lowestSince: Since.nullable(),
  highestSince: Since.nullable(),
  streak: z.strictObject({ label: z.string(), days: number }),
  /** What the sparkline shows. */
  recent: z.array(PointsOfDay).describe("the last 30 published days, oldest first"),
  year: z.array(PointsOfDay).describe("the last 365 published days, oldest first"),
});

const Change = z.strictObject({
  btc: ratio("toBtc / fromBtc - 1"),
  usd: ratio("toUsd / fromUsd - 1"),
  price: ratio("change of the implied price, USD / BTC of the contracts compared"),
  position: ratio("price-neutral change: linear contracts in BTC, inverse ones in USD"),
  fromBtc: amount,
  fromUsd: amount,
  toBtc: amount,
  toUsd: amount,
  fromAt: at,
  fromDate: day,
  contracts: count("contracts compared"),
});
const Changes = z.strictObject({
  "1d": Change.nullable(),
  "7d": Change.nullable(),
  "30d": Change.nullable(),
  anchor: Change.nullable(),
});
const TotalChange = z.strictObject({
  ...Change.shape,
  venues: z.array(id),
  coverage: ratio("of what was known at the start, in USD, the part that is compared"),
});
export const VenueLine = z.strictObject({
  id,
  name: z.string(),
  btc: amount,
  usd: amount,
  share: ratio("of openInterest.usd; null for CME, which is not in it").nullable(),
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
  series: z
    .strictObject({
      days: z.array(day),
      btc: z.array(amount.nullable()),
      usd: z.array(amount.nullable()),
      price: z.array(perBtc("spot close").nullable()),
      venues: z.array(z.strictObject({ id, btc: z.array(amount.nullable()) })),
    })
    .describe(
      "daily closes since the anchor's window begins, 30 days at least: the same contracts of the same venues on every day; a value for each of days, null where one of the venues lacks that day",
    )
    .nullable(),
  concentration: z
    .strictObject({
      top: z.array(z.strictObject({ id, share: ratio("of openInterest.usd") })),
      hhi: count("Herfindahl-Hirschman index of the shares, 0 to 10,000").nullable(),
    })
    .nullable(),
  marketCap: z
    .strictObject({ ratio: ratio("openInterest.usd / (price · supply)"), supplyBtc: amount, supplyAt: at })
    .nullable(),
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
  since: month.nullable().describe("the period since when; null: in the whole available history"),
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
  days: number.describe("days of the month that had passed"),
  usd: amount,
  btc: amount,
  perDayUsd: amount,
  venues: z.array(
    z.strictObject({
      id,
      usd: amount,
      btc: amount,
      share: ratio("of the month's usd"),
      derived: z.boolean().describe("whether usd is made of typical prices of bars, for want of a volume in USD"),
      record: VenueRecord.nullable(),
    }),
  ),
});
export const VolumeSection = z.strictObject({
  unit: z.literal("USD, each trade once"),
  months: z.array(VolumeMonth),
  latest: month.nullable(),
  monthOverMonth: z
    .strictObject({ ratio: number, perDay: ratio("the same of volume per day"), venues: z.array(id) })
    .nullable(),
  record: VenueRecord.extend({ venues: z.array(id) }).nullable(),
  toDate: z
    .strictObject({
      month,
      days: number.describe("days of the month that have passed"),
      usd: amount,
      runRateUsd: amount,
      range: z
        .tuple([amount, amount])
        .describe("USD; what the month may come to, with slow days and with busy ones")
        .nullable(),
    })
    .nullable(),
});

export const FundingSection = z.strictObject({
  weighted8h: ratio("per 8 hours, weighted by open interest").nullable(),
  apr: ratio("weighted8h a year, simple").nullable(),
  venues: z.array(
    z.strictObject({
      id,
      symbol: z.string(),
      rate: ratio("per interval; positive: longs pay shorts"),
      everyHours: number.describe("hours; the interval"),
      rate8h: ratio("per 8 hours"),
      kind: z.enum(["predicted", "settled", "trailing"]),
      asOf: at,
    }),
  ),
});

export const BasisSection = z.strictObject({
  constant90d: ratio("a year, at 90 days").nullable(),
  contracts: z.array(
    z.strictObject({
      id,
      symbol: z.string(),
      expires: at,
      days: number.describe("days to settlement"),
      price: perBtc("of the contract"),
      index: perBtc("that it settles to"),
      basis: ratio("price / index - 1"),
      annualized: ratio("basis a year, simple; null below 7 days").nullable(),
    }),
  ),
});

export const PositioningSection = z.strictObject({
  longShort: z.array(
    z.strictObject({
      id,
      symbol: z.string(),
      ratio: ratio("long / short of what counts says"),
      counts: z.enum(["accounts", "top accounts", "positions", "top positions"]),
      asOf: at,
    }),
  ),
  taker: z
    .array(
      z.strictObject({
        id,
        symbol: z.string(),
        buyBtc: amount,
        sellBtc: amount,
        imbalance: ratio("(buy - sell) / (buy + sell)"),
        ratio: ratio("buy / sell"),
        until: at,
      }),
    )
    .describe("the 24 hours to until"),
  cme: z
    .strictObject({ reportDate: day, leveragedNetBtc: number, assetManagersNetBtc: number })
    .describe("trader classes of the CFTC, longs minus shorts, of the contract of 5 BTC")
    .nullable(),
});

const LargestSince = z.strictObject({
  id,
  symbol: z.string().nullable().describe("the one contract that the feed tells; null where it sums more than one"),
  day,
  usd: amount,
  since: day.nullable().describe("the last day as large; null: none since from"),
  from: day.describe("where its history begins"),
});

export const LiquidationsSection = z.strictObject({
  windowHours: z.literal(24),
  longsUsd: amount,
  shortsUsd: amount,
  lowerBound: z.boolean().describe("true unless every exchange answered and every feed is complete"),
  venues: z.array(
    z.strictObject({
      id,
      feed: z.enum(["complete", "throttled", "partial"]),
      longsUsd: amount,
      shortsUsd: amount,
      hours: number.describe("hours of the window that the feed reaches back"),
      until: at.describe(
        "end of the window: asOf, or earlier where the feed tells whole hours or an earlier run was told",
      ),
    }),
  ),
  reported: z
    .array(z.strictObject({ id, longsUsd: amount, shortsUsd: amount, exchanges: z.array(z.string()) }))
    .describe("totals of vendors that gather feeds themselves: beside ours, never added"),
  largestSince: z
    .array(LargestSince)
    .min(1)
    .describe("of the last day that is over, each feed against its own past alone")
    .nullable(),
  reportedLargestSince: z
    .array(LargestSince.extend({ source: id }))
    .min(1)
    .describe("the same of feeds that a vendor (source) gathers: of one contract of one exchange each")
    .nullable(),
});

export const LiquidationMapSection = z.strictObject({
  label: z.string(),
  price: perBtc("now, of the first modelled contract"),
  levels: z.array(
    z.strictObject({
      price: perBtc("the level"),
      distance: ratio("of the level from the price"),
      side: z.enum(["longs", "shorts"]),
      usd: amount.describe("USD; geometric mean of the 12 assumption sets"),
      low: amount.describe("USD; smallest of the 12 assumption sets"),
      high: amount.describe("USD; largest of the 12 assumption sets"),
      shareOfOi: ratio("usd / openInterestUsd"),
      digits: z.union([z.literal(1), z.literal(2)]).describe("count; significant digits that the range allows"),
      coarse: z.boolean().describe("nearer than 2 %, where hourly bars show too much"),
    }),
  ),
  reported: z
    .strictObject({
      source: id,
      price: perBtc(
        "null where the vendor tells none: the sides of its levels are then those of the price above",
      ).nullable(),
      range: z.string(),
      levels: z.array(
        z.strictObject({
          price: perBtc("the level"),
          side: z.enum(["longs", "shorts"]),
          level: amount.describe("no unit is stated"),
        }),
      ),
    })
    .describe("a vendor's own map to the same prices, as it reports it: never mixed with ours")
    .nullable(),
  skew: z
    .strictObject({
      heavier: z.enum(["longs", "shorts"]),
      distance: ratio("up and down, at which the sides are compared"),
      imbalance: ratio("(shorts - longs) / (shorts + longs)"),
    })
    .describe("named only where all 12 sets agree and the imbalance of the centres is at least 0.3")
    .nullable(),
  coverage: ratio("of the open interest of all exchanges, that of the modelled contracts"),
  seedShare: ratio("of the modelled open interest, what is older than its history: where it was opened is assumed"),
  calibration: z
    .strictObject({
      longs: ratio("reported / swept; null where the model has liquidated nothing").nullable(),
      shorts: ratio("reported / swept; null where the model has liquidated nothing").nullable(),
      from: day.describe("the first day"),
      to: day.describe("the last day"),
      source: id.describe("who reports"),
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
    .describe(
      "of what the model (base profile, half-life of three days) has liquidated in the last 30 whole days, the part that was reported, over the venues together; null where no source that is asked tells both sides of a modelled venue",
    )
    .nullable(),
  openInterestUsd: amount,
  venues: z.array(id),
});

const SweepLine = z.strictObject({
  kind: z.enum(["low", "high"]),
  price: perBtc("the level"),
  date: day,
  sweptOn: day.nullable(),
  depth: ratio("how far the sweep went beyond the level").nullable(),
  class: z.enum(["wick", "reclaim", "breakdown", "pending"]).nullable(),
  after: number.describe("days to the first close back inside").nullable(),
});
export const StructureSection = z.strictObject({
  source: id,
  symbol: z.string(),
  from: day,
  until: day,
  swings: z
    .array(z.strictObject({ kind: z.enum(["low", "high"]), price: perBtc("of the turn"), date: day }))
    .describe("ZigZag of 5 %"),
  sweeps: z.array(SweepLine),
  zones: z.array(
    z.strictObject({
      kind: z.enum(["low", "high"]),
      from: perBtc("lower end"),
      to: perBtc("upper end"),
      levels: z.array(SweepLine),
      swept: count("levels that were swept"),
      isSwept: z.boolean(),
    }),
  ),
  spring: z
    .strictObject({
      state: z.enum(["pending", "re-entered", "confirmed", "failed", "too deep", "too long", "expired"]),
      since: day,
      event: day,
      support: perBtc("lowest swing low of the range"),
      resistance: perBtc("highest swing high of the range"),
      rangeDays: number,
      low: perBtc("lowest price of the event"),
      depth: ratio("(support - low) / support"),
      volumeRatio: ratio("of the event's day to the median of the 20 days before").nullable(),
      baseRate: z.strictObject({
        confirmed: count("springs confirmed, of those resolved"),
        resolved: count("springs confirmed or failed"),
        byChance: ratio("share confirmed on the same bars in random order"),
      }),
    })
    .nullable(),
});

export const CheckLine = z.strictObject({
  rule: z.string().regex(/^(?:Q-\d{2}|§\d\.\d)$/),
  severity: z.enum(["error", "warning", "note"]),
  section: z.string(),
  source: z.string().nullable(),
  message: z.string(),
  value: number.describe("what was compared, in the unit of the message").nullable(),
  bound: number.describe("what it was compared with, in the same unit").nullable(),
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
  requests: count("questions asked"),
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
    venues: z.strictObject({ answered: count("venues that answered"), expected: count("venues asked") }),
    oiShare: ratio(
      "of the last known open interest, in USD, that of the venues that answered; null while unknown",
    ).nullable(),
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
