/**
 * The start of the long comparison. A daily sample at D+1 00:00Z is the close of D and is printed as D, so the
 * closes of October are the samples from 2 October 00:00Z to 1 November 00:00Z.
 */
import type { Amount } from "./panel.ts";
import type { Series } from "./series.ts";
import {
  addMonths,
  closedDay,
  DAY,
  endOfDay,
  endOfMonth,
  firstDay,
  instant,
  monthOf,
  parseDay,
  parseMonth,
  startOfMonth,
  type Day,
  type Instant,
  type Month,
} from "./time.ts";

export type Anchor =
  | { readonly is: "month"; readonly extreme: "low" | "high"; readonly month: Month }
  | { readonly is: "days"; readonly extreme: "low" | "high"; readonly days: number }
  | { readonly is: "day"; readonly day: Day }
  | { readonly is: "ytd" };

const EXTREME_TEXT = /^(low|high):(?:\d{4}-\d{2}|([1-9]\d{0,3})d)$/;

/** `low:2025-10`, `high:90d`, `2025-10-10`, `ytd`; null for any other text. */
export function parseAnchor(text: string): Anchor | null {
  if (text === "ytd") return { is: "ytd" };
  const day = parseDay(text);
  if (day !== null) return { is: "day", day };
  const found = EXTREME_TEXT.exec(text);
  if (found === null) return null;
  const extreme = found[1] === "low" ? "low" : "high";
  if (found[2] !== undefined) return { is: "days", extreme, days: Number(found[2]) };
  const month = parseMonth(text.slice(text.indexOf(":") + 1));
  return month === null ? null : { is: "month", extreme, month };
}

/** The text that `parseAnchor` reads. */
export function anchorText(anchor: Anchor): string {
  switch (anchor.is) {
    case "month":
      return `${anchor.extreme}:${anchor.month}`;
    case "days":
      return `${anchor.extreme}:${anchor.days}d`;
    case "day":
      return anchor.day;
    case "ytd":
      return "ytd";
  }
}

/** The oldest figures of any source are the prices of Bitstamp, of 2011: nothing is asked of before. */
export const FIRST: Instant = instant(1_293_840_000_000);

/** Whether there is a close of the anchor, not later than `asOf`, of which any source can tell. */
export const isWithin = (anchor: Anchor, asOf: Instant): boolean =>
  anchorWindow(anchor, asOf).some((close) => close > FIRST);

/** The daily closes (instants at 00:00Z) that the anchor may be, none later than `asOf`. */
export function anchorWindow(anchor: Anchor, asOf: Instant): readonly Instant[] {
  switch (anchor.is) {
    case "month":
      return midnights(endOfDay(firstDay(anchor.month)), endOfMonth(anchor.month)).filter((at) => at <= asOf);
    case "days":
      return midnights(Math.max(0, asOf - anchor.days * DAY), asOf - 1);
    case "day":
      return [endOfDay(anchor.day)].filter((at) => at <= asOf);
    case "ytd":
      // At 00:00Z of 1 January the last day is 31 December, of the year that was.
      return [startOfYear(instant(asOf - 1))];
  }
}

function startOfYear(at: Instant): Instant {
  const month = monthOf(at);
  return startOfMonth(addMonths(month, 1 - Number(month.slice(5))));
}

/** Every 00:00Z from `first` to `last`, both included. */
function midnights(first: number, last: number): readonly Instant[] {
  const start = Math.ceil(first / DAY);
  const count = Math.floor(last / DAY) - start + 1;
  return Array.from({ length: count }, (_, i) => instant((start + i) * DAY));
}

export interface Anchored<T> {
  readonly at: Instant;
  /** The day whose close it is: how it is printed. */
  readonly day: Day;
  readonly value: T;
}

/**
 * The point of a series that the anchor names: the extreme by coins of its window, the earliest of equal ones, or the
 * one close. Null where the series has none of the window's instants. Gaps are the caller's matter: `total` of
 * core/panel.ts leaves out what lacks too much of the window.
 */
export function pickAnchor<T extends Amount>(anchor: Anchor, asOf: Instant, s: Series<T>): Anchored<T> | null {
  const window = new Set(anchorWindow(anchor, asOf));
  const sign = "extreme" in anchor && anchor.extreme === "high" ? -1 : 1;
  const [best] = s.filter((point) => window.has(point.at)).toSorted((a, b) => sign * (a.value.btc - b.value.btc));
  return best === undefined ? null : { at: best.at, day: closedDay(best.at), value: best.value };
}
