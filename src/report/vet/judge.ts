/** What every part of the vetting works with. */
import type { Lacking, Market, Markets, Of } from "../../core/market.ts";
import { freshness } from "../../core/plausible/times.ts";
import { gapOf, type Verdict } from "../../core/plausible/verdict.ts";
import type { Good, Reading } from "../../core/reading.ts";
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

/** The reading made of what is left by a filter that asks for each error; refused with the last one where nothing is. */
export function sifted<T extends readonly unknown[]>(
  reading: Good,
  left: (passes: (error: Verdict | null) => boolean) => T,
  made: (left: T) => Reading,
): Reading {
  let last: Verdict | null = null;
  const kept = left((error) => {
    last = error ?? last;
    return error === null;
  });
  return kept.length === 0 && last !== null ? refused(reading, last) : made(kept);
}

/** Each contract by itself: one that an error keeps out is named, the others count. `last` is the last of the errors. */
export function each<T>(
  { of, lacking }: Markets<T>,
  errorOf: (one: Of<T>) => Verdict | null,
): { readonly value: Markets<T>; readonly last: Verdict | null } {
  const out: Lacking[] = [];
  let last: Verdict | null = null;
  const kept = of.filter((one) => {
    const error = errorOf(one);
    if (error === null) return true;
    out.push(without(one.market, error));
    last = error;
    return false;
  });
  return { value: { of: kept, lacking: [...lacking, ...out] }, last };
}
