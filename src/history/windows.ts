/** What a backfill still has to ask, cut into windows that are stored one by one. */
import { addDays, DAY, dayOf, later, monthOf, shift, startOfMonth, type Day, type Instant } from "../core/time.ts";

/** [from, until). */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** How a span is cut: at the starts of months, or into so many days each, counted from its end. */
export type Cut = "months" | { readonly days: number };

/** What of `span` is in none of `covered`, in order. */
export function uncovered(span: Span, covered: readonly Span[]): readonly Span[] {
  const left: Span[] = [];
  let { from } = span;
  for (const one of covered.toSorted((a, b) => a.from - b.from)) {
    if (one.until <= from) continue;
    if (one.from >= span.until) break;
    if (one.from > from) left.push({ from, until: one.from });
    from = one.until;
  }
  if (from < span.until) left.push({ from, until: span.until });
  return left;
}

/** The windows of a span, the newest first: what is nearer is worth more, and going back a source's reach ends. */
export function windowsOf({ from, until }: Span, cut: Cut): readonly Span[] {
  const windows: Span[] = [];
  for (let end = until; end > from;) {
    const start = cut === "months" ? startOfMonth(monthOf(shift(end, -1))) : shift(end, -Math.min(cut.days * DAY, end));
    windows.push({ from: later(from, start), until: end });
    end = later(from, start);
  }
  return windows;
}

/** Days of a span of whole days that are not among `told`. */
export function missingDays({ from, until }: Span, told: ReadonlySet<Day>): readonly Day[] {
  const missing: Day[] = [];
  for (let day = dayOf(from); day < dayOf(until); day = addDays(day, 1)) if (!told.has(day)) missing.push(day);
  return missing;
}

/** Days in words: "2026-01-03, 2026-01-05 to 2026-01-09". */
export function daysInWords(days: readonly Day[]): string {
  const runs: { first: Day; last: Day }[] = [];
  for (const day of [...new Set(days)].toSorted()) {
    const run = runs.at(-1);
    if (run !== undefined && addDays(run.last, 1) === day) run.last = day;
    else runs.push({ first: day, last: day });
  }
  return runs.map(({ first, last }) => (first === last ? first : `${first} to ${last}`)).join(", ");
}
