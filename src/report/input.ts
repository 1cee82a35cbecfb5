/** What a report is composed from, and the small questions that every section asks of it. */
import type { Gap } from "../core/gap.ts";
import type { Anchor } from "../core/anchor.ts";
import type { Dataset, Datasets, Lacking } from "../core/market.ts";
import { isOf, type Evidence, type Reading } from "../core/reading.ts";
import { earlier, type Instant } from "../core/time.ts";
import type { UsdPerBtc } from "../core/units.ts";
import type { CheckLine, Report } from "./report.ts";

/** What the report says of a source; the program's sources fit it. */
export interface SourceInfo {
  readonly id: string;
  readonly venue: string | null;
  readonly name: string;
  readonly note?: string;
  readonly attribution?: { readonly text: string; readonly url: string };
  readonly scopes?: readonly (readonly string[])[];
  readonly sparse?: readonly Dataset[];
}

export const sections = [
  "price",
  "fear-greed",
  "open-interest",
  "volume",
  "funding",
  "liquidations",
  "structure",
] as const;
export type SectionName = (typeof sections)[number];

/** The part of the report that a name on the command line stands for; null where it has no figure. */
export const partOf = (report: Report, name: SectionName): unknown => {
  switch (name) {
    case "price":
      return report.price;
    case "fear-greed":
      return report.fearGreed;
    case "open-interest":
      return report.openInterest;
    case "volume":
      return report.volume;
    case "funding":
      return report.funding ?? report.basis ?? report.positioning;
    case "liquidations":
      return report.liquidations ?? report.liquidationMap;
    case "structure":
      return report.structure;
  }
};

export interface Needs {
  /** What its figures are made of; a gap of the first one tells that the section was asked for. */
  readonly own: readonly [Dataset, ...Dataset[]];
  /** What these are priced by, compared with or put on a map. */
  readonly beside?: readonly Dataset[];
}

/** The datasets of each section. */
export const needs: Readonly<Record<SectionName, Needs>> = {
  price: { own: ["price", "candles"] },
  "fear-greed": { own: ["fearGreed"] },
  "open-interest": {
    own: ["openInterest", "openInterestHistory"],
    // Spot closes price every history.
    beside: ["price", "candles", "reportedOpenInterest", "supply"],
  },
  // The prices of the time tell whether coins and dollars fit.
  volume: { own: ["volume"], beside: ["candles"] },
  funding: { own: ["funding", "openInterest", "longShort", "taker", "traderClasses"] },
  liquidations: {
    own: ["liquidations", "hourlyCandles", "hourlyOpenInterest"],
    beside: [
      "liquidationDays",
      "reportedLiquidations",
      "reportedMap",
      "openInterest",
      "openInterestHistory",
      "price",
      "candles",
    ],
  },
  // Days before its hours begin.
  structure: { own: ["hourlyCandles"], beside: ["dailyCandles"] },
};

/** Days of open-interest history asked from upstreams: a fixed grid, so that a recording serves every anchor inside it. */
export const HISTORY_DAYS = 200;

export interface Input {
  readonly readings: readonly Reading[];
  readonly sources: readonly SourceInfo[];
  readonly asked: readonly { readonly id: string; readonly requests: number; readonly ms: number }[];
  /** Clock of the run. */
  readonly now: Instant;
  readonly asOf: Instant;
  readonly mode: "live" | "replay" | "history";
  /** Nothing was asked: what is told is as old as the cache and the history. */
  readonly offline?: boolean;
  readonly recording: { readonly name: string; readonly note: string | null } | null;
  readonly anchor: Anchor;
  /** Prices asked for in the liquidation map. */
  readonly levels: readonly UsdPerBtc[];
  readonly sections: ReadonlySet<SectionName>;
}

export interface Told<D extends Dataset> {
  readonly source: SourceInfo;
  readonly value: Datasets[D];
  readonly evidence: readonly Evidence[];
  /** How far figures reach that grow until they are told. */
  readonly until: Instant;
  /** Told by earlier runs alone. */
  readonly kept: boolean;
  readonly aged: boolean;
}

/** Whether what was told is as old as its own instants, and not of now: by earlier runs, or in a run that asks nobody. */
export const isAged = ({ offline }: Input, { kept }: { readonly kept?: boolean }): boolean =>
  kept === true || offline === true;

/** Every good reading of a dataset, in the order of the sources. */
export function told<D extends Dataset>(input: Input, dataset: D): readonly Told<D>[] {
  const own = input.readings.filter((reading) => isOf(reading, dataset));
  return input.sources.flatMap((source) =>
    own.flatMap((reading) => {
      if (reading.source !== source.id) return [];
      const { value, evidence, told: at = input.asOf, kept = false } = reading;
      return [{ source, value, evidence, until: earlier(input.asOf, at), kept, aged: isAged(input, reading) }];
    }),
  );
}

/** A gap found while composing, for a figure of one source. */
export interface Found {
  readonly source: string;
  readonly dataset: string;
  readonly gap: Gap;
  /** Where a rule found it while the figure was made. */
  readonly check?: CheckLine;
}

/** What a source says that its answer lacks. */
export const lackingOf = (source: SourceInfo, dataset: Dataset, lacking: readonly Lacking[]): readonly Found[] =>
  lacking.map(({ what, gap }) => ({
    source: source.id,
    dataset,
    gap: { ...gap, detail: `${what}: ${gap.detail}` },
  }));
