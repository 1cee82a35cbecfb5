/**
 * The report as data: the JSON output and the one thing that every format is made from. Plain numbers in base
 * units (USD, BTC, ratio where 0.05 = 5 %, points); an absent figure is null and `gaps` says why. Its sections are
 * those of schema/.
 */
import { z } from "zod";
import { FearGreedSection } from "./schema/fear-greed.ts";
import { at, count, id, number, ratio } from "./schema/fields.ts";
import { BasisSection, FundingSection, PositioningSection } from "./schema/funding.ts";
import { LiquidationMapSection } from "./schema/liquidation-map.ts";
import { LiquidationsSection } from "./schema/liquidations.ts";
import { OpenInterestSection } from "./schema/open-interest.ts";
import { PriceSection } from "./schema/price.ts";
import { StructureSection } from "./schema/structure.ts";
import { VolumeSection } from "./schema/volume.ts";

export const SCHEMA_VERSION = "1";

const GapLine = z.strictObject({
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

const CheckLine = z.strictObject({
  rule: z.string().regex(/^(?:Q-\d{2}|§\d\.\d)$/),
  severity: z.enum(["error", "warning", "note"]),
  section: z.string(),
  source: z.string().nullable(),
  message: z.string(),
  value: number.describe("what was compared, in the unit of the message").nullable(),
  bound: number.describe("what it was compared with, in the same unit").nullable(),
});

const Takeaway = z.strictObject({
  id: z.string(),
  text: z.string(),
  figures: z.array(z.string()),
  kind: z.enum(["observed", "derived", "model", "reported"]),
});

const SourceLine = z.strictObject({
  id,
  name: z.string(),
  status: z.enum(["ok", "partial", "failed", "unconfigured"]),
  requests: count("questions asked"),
  ms: number,
  asOf: at.nullable(),
  attribution: z.string().nullable(),
});

const FigureLine = z.strictObject({
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
export type CheckLine = z.infer<typeof CheckLine>;
export type Takeaway = z.infer<typeof Takeaway>;
export type SourceLine = z.infer<typeof SourceLine>;
export type FigureLine = z.infer<typeof FigureLine>;
export type {
  BasisSection,
  FearGreedSection,
  FundingSection,
  LiquidationMapSection,
  LiquidationsSection,
  OpenInterestSection,
  PositioningSection,
  PriceSection,
  StructureSection,
  VolumeSection,
};
export type { Change, Changes, TotalChange, VenueLine } from "./schema/open-interest.ts";
export type { RecordLine, VolumeMonth } from "./schema/volume.ts";

/** What the report calls a source or a venue. */
export const nameIn = ({ sources }: Report, id: string): string => sources.find((one) => one.id === id)?.name ?? id;
