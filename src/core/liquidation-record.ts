/** Whether a day's liquidations are the largest since another day: of one feed, while it meant one thing. */
import { completeDays, highestSince } from "./extremes.ts";
import { regimeStart } from "./plausible/regimes.ts";
import { significant } from "./round.ts";
import type { Series } from "./series.ts";
import { DAY, dayOf, shift, type Day, type Instant } from "./time.ts";
import type { Usd } from "./units.ts";

export interface LiquidationRecord {
  /** The last day that is over. */
  readonly day: Day;
  readonly usd: Usd;
  /** The last day as large, as printed; null where none of the history is. */
  readonly since: Day | null;
  /** Where the history begins that this was looked for in. */
  readonly from: Day;
}

/** As printed: two days that read alike are not ranked. */
const shown = (value: number): number => significant(value, 3);

/**
 * Of the day before `asOf`, from totals of whole UTC days that stand at their start, whatever they come from: an
 * answer, a store. Days from before the feed last began to mean something else are not looked at. Null where
 * there is nothing to say: the last day is missing, a larger one is near, or a day in between is missing, which could
 * have been larger.
 */
export function largestSince(feed: string, totals: Series<Usd>, asOf: Instant): LiquidationRecord | null {
  const regime = regimeStart(feed, "liquidations");
  const days = totals
    .filter(({ at }) => at % DAY === 0 && shift(at, DAY) <= asOf)
    .filter(({ at }) => regime === null || dayOf(at) >= regime);
  const newest = days.at(-1);
  if (newest === undefined || dayOf(newest.at) !== dayOf(shift(asOf, -DAY))) return null;
  const rows = days.map(({ at, value }) => ({ period: dayOf(at), value: Number(value), complete: true }));
  const found = highestSince(completeDays(rows), shown);
  if ((found.is !== "since" && found.is !== "history") || found.missing > 0) return null;
  const since = found.is === "since" ? found.period : null;
  return { day: dayOf(newest.at), usd: newest.value, since, from: found.first };
}
