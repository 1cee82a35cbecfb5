/** A month against the one before, and what a running month may come to. */
import { addMonths, daysIn, monthOf, startOfMonth, type Month } from "./time.ts";
import type { MonthVolume } from "./months.ts";
import { quantile } from "./rank.ts";
import { exactly, type Point, type Series } from "./series.ts";
import { growth, sumUsd, usd, type Ratio, type Usd } from "./units.ts";

export interface VenueMonths {
  readonly id: string;
  readonly months: Series<MonthVolume>;
}

export interface MonthOverMonth {
  readonly ratio: Ratio;
  /** The same per calendar day: months differ in length. */
  readonly perDay: Ratio;
  readonly from: Usd;
  readonly to: Usd;
  /** The venues that are complete in both months; the others are no part of it. */
  readonly venues: readonly string[];
}

/** Like for like, in USD; null where no venue is complete in both months. */
export function monthOverMonth(venues: readonly VenueMonths[], month: Month): MonthOverMonth | null {
  const before = addMonths(month, -1);
  const pairs = venues.flatMap(({ id, months }) => {
    const from = exactly(months, startOfMonth(before))?.value;
    const to = exactly(months, startOfMonth(month))?.value;
    return from?.complete === true && to?.complete === true ? [{ id, from: from.usd, to: to.usd }] : [];
  });
  const from = sumUsd(pairs.map((pair) => pair.from));
  const to = sumUsd(pairs.map((pair) => pair.to));
  const whole = growth(from, to);
  const perDay = growth(from / daysIn(before), to / daysIn(month));
  if (whole === null || perDay === null) return null;
  return { ratio: whole, perDay, from, to, venues: pairs.map((pair) => pair.id) };
}

export interface RunRate {
  /** The month's total if its remaining days are like those so far. */
  readonly usd: Usd;
  /** Its total if they are like the slow and the busy days of the last 90 (10 % and 90 % quantile). */
  readonly range: { readonly low: Usd; readonly high: Usd } | null;
}

/** Fewer daily volumes than this give no range: the outer tenths would rest on a day or two. */
export const LEAST_DAYS = 30;
/** So many daily volumes make the range. */
export const RANGE_DAYS = 90;

/**
 * What a running month may come to, in USD; null before anything of it is known: S·D/n, and S + (D - n)·q with the 10 %
 * and the 90 % quantile. `days` of the month are those that its sum is told for. `daily` are the volumes of past whole
 * days, oldest first, of the same venues.
 */
export function runRate(running: Point<Pick<MonthVolume, "usd" | "days">>, daily: readonly Usd[]): RunRate | null {
  const { usd: sofar, days } = running.value;
  if (days <= 0) return null;
  const whole = daysIn(monthOf(running.at));
  const recent = daily.slice(-RANGE_DAYS);
  const low = quantile(recent, 0.1);
  const high = quantile(recent, 0.9);
  const left = whole - days;
  return {
    usd: usd((sofar * whole) / days),
    range:
      low === null || high === null || recent.length < LEAST_DAYS
        ? null
        : { low: usd(sofar + left * low), high: usd(sofar + left * high) },
  };
}
