/**
 * "Lowest since", "highest since", year to date. Only whole periods are ever ranked: the functions take `Complete`
 * alone, which nothing but `completeDays` and `completeMonths` makes.
 */
import { daysBetween, monthsBetween, type Day, type Month } from "./time.ts";

const whole: unique symbol = Symbol("whole periods");

interface Whole<P, T> {
  readonly period: P;
  /** Calendar periods since the first one: two neighbours differ by more than 1 where some are missing. */
  readonly index: number;
  readonly value: T;
}
/** Values of whole periods, oldest first, one per period. */
export interface Complete<P extends Day | Month, T = number> {
  readonly [whole]: true;
  readonly periods: readonly Whole<P, T>[];
  /** A record against a period nearer than this is trivial. */
  readonly least: number;
}

export interface Row<P extends Day | Month, T = number> {
  readonly period: P;
  readonly value: T;
  /** The period is over and wholly covered. */
  readonly complete: boolean;
}

/** Keeps the complete days; the last row given wins where two have the same day. */
export const completeDays = <T>(rows: Iterable<Row<Day, T>>): Complete<Day, T> => complete(rows, daysBetween, 7);
/** Keeps the complete months. */
export const completeMonths = <T>(rows: Iterable<Row<Month, T>>): Complete<Month, T> =>
  complete(rows, monthsBetween, 3);

function complete<P extends Day | Month, T>(
  rows: Iterable<Row<P, T>>,
  between: (from: P, to: P) => number,
  least: number,
): Complete<P, T> {
  const values = new Map<P, T>();
  for (const row of rows) if (row.complete) values.set(row.period, row.value);
  const periods: Whole<P, T>[] = [];
  let first: P | undefined;
  for (const [period, value] of [...values].toSorted(([a], [b]) => between(b, a))) {
    first ??= period;
    periods.push({ period, index: between(first, period), value });
  }
  return { [whole]: true, periods, least };
}

export type Since<P> =
  /** The newest value is the lowest (highest) since `period`; `equal`: it is the same as then at display rounding. */
  | {
      readonly is: "since";
      readonly period: P;
      readonly equal: boolean;
      readonly rawGap: number;
      readonly missing: number;
      readonly first: P;
    }
  /** … in the whole available history, which starts with `first` and has so many periods. */
  | { readonly is: "history"; readonly first: P; readonly periods: number; readonly missing: number }
  /** Every value is the same. */
  | { readonly is: "unchanged"; readonly first: P; readonly periods: number }
  /** A period nearer than the least distance was as low (high): no sentence. */
  | { readonly is: "trivial"; readonly first: P }
  /** Fewer than three periods: no sentence. */
  | { readonly is: "short" };

/**
 * Since when the newest value is the lowest. `shown` is the rounding at which the values are printed, so that two
 * numbers printed alike are never ranked. `missing` counts calendar periods without a value in between.
 */
export const lowestSince = <P extends Day | Month>(c: Complete<P>, shown: (value: number) => number): Since<P> =>
  since(c, (value, newest) => shown(value) - shown(newest));

/** Since when the newest value is the highest. */
export const highestSince = <P extends Day | Month>(c: Complete<P>, shown: (value: number) => number): Since<P> =>
  since(c, (value, newest) => shown(newest) - shown(value));

/** `above(value, newest)` is positive where the newest value beats the other one, 0 where they are printed alike. */
function since<P extends Day | Month>(
  { periods, least }: Complete<P>,
  above: (value: number, newest: number) => number,
): Since<P> {
  const first = periods[0];
  const newest = periods.at(-1);
  if (first === undefined || newest === undefined || periods.length < 3) return { is: "short" };
  if (periods.every(({ value }) => above(value, newest.value) === 0)) {
    return { is: "unchanged", first: first.period, periods: periods.length };
  }
  const place = periods.findLastIndex((period) => period !== newest && above(period.value, newest.value) <= 0);
  const beaten = periods[place];
  if (beaten === undefined) {
    return { is: "history", first: first.period, periods: periods.length, missing: newest.index + 1 - periods.length };
  }
  const distance = newest.index - beaten.index;
  if (distance < least) return { is: "trivial", first: first.period };
  return {
    is: "since",
    period: beaten.period,
    equal: above(beaten.value, newest.value) === 0,
    rawGap: newest.value - beaten.value,
    missing: distance - (periods.length - 1 - place),
    first: first.period,
  };
}

export interface YearToDate {
  readonly low: number;
  readonly lowDay: Day;
  readonly high: number;
  readonly highDay: Day;
  /** The newest value is strictly below all earlier ones of its year, of which there is at least one. */
  readonly isLow: boolean;
  readonly isHigh: boolean;
  /** The newest value ties with the low (high) of this earlier day, the first that had it. */
  readonly equalsLow: Day | null;
  readonly equalsHigh: Day | null;
  /** How many days have a value. */
  readonly days: number;
}

/** Extremes from 1 January of the newest day's year to that day; null without a day. */
export function yearToDate({ periods }: Complete<Day>): YearToDate | null {
  const newest = periods.at(-1);
  if (newest === undefined) return null;
  const days = periods.filter(({ period }) => period.slice(0, 4) === newest.period.slice(0, 4));
  // Backwards from the newest, so that the first of equal values is found.
  const low = days.reduceRight((best, day) => (day.value <= best.value ? day : best), newest);
  const high = days.reduceRight((best, day) => (day.value >= best.value ? day : best), newest);
  const ties = (best: typeof newest): Day | null =>
    best !== newest && best.value === newest.value ? best.period : null;
  return {
    low: low.value,
    lowDay: low.period,
    high: high.value,
    highDay: high.period,
    isLow: low === newest && days.length > 1,
    isHigh: high === newest && days.length > 1,
    equalsLow: ties(low),
    equalsHigh: ties(high),
    days: days.length,
  };
}
