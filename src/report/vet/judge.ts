/** What every part of the vetting works with. */
import type { Dataset, Datasets, Lacking, Market } from "../../core/market.ts";
import { freshness } from "../../core/plausible/times.ts";
import { gapOf, type Verdict } from "../../core/plausible/verdict.ts";
import { isOf, type Good, type Reading } from "../../core/reading.ts";
import type { Instant } from "../../core/time.ts";
import type { UsdPerBtc } from "../../core/units.ts";
import { isAged, type Input, type SectionName, type SourceInfo } from "../input.ts";

export interface Judge {
  readonly input: Input;
  /** What a bitcoin costs, for the size of things: no single source decides it. */
  readonly reference: UsdPerBtc | null;
  /** What it cost at the end of past days, by the median of the spot bars. */
  readonly closes: ReadonlyMap<Instant, UsdPerBtc>;
  /** Notes the verdicts; the first error among them, or null where the value may be used. */
  readonly failed: (section: SectionName, source: SourceInfo, verdicts: readonly Verdict[]) => Verdict | null;
}

export function valueOf<D extends Dataset>(reading: Good, dataset: D): Datasets[D] | null {
  return isOf(reading, dataset) ? reading.value : null;
}

/** What was told earlier ages like a daily value, and its instant is printed beside it. */
export const usual = (reading: Good, { input }: Judge, live: number): number =>
  isAged(input, reading) ? freshness.daily : live;

export const refused = ({ source, dataset, evidence }: Good, verdict: Verdict): Reading => ({
  source,
  dataset,
  evidence,
  ok: false,
  gap: gapOf(verdict),
});

/** A contract that an error keeps out. */
export const without = ({ symbol, kind }: Market, verdict: Verdict): Lacking => ({
  what: symbol,
  gap: gapOf(verdict),
  ...(kind === "dated" ? { minor: true } : {}),
});
