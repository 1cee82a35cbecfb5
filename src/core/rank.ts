/** Where a value stands among others. */
import type { Complete } from "./extremes.ts";
import type { Day, Month } from "./time.ts";
import { ratio, type Ratio } from "./units.ts";

/** 1 is the highest; ties share the best rank. `of` counts the values, `x` among them or not. */
export const rank = (values: readonly number[], x: number): { readonly rank: number; readonly of: number } => ({
  rank: 1 + values.filter((value) => value > x).length,
  of: values.length,
});

/** Share of the previous values below x, equal ones counted half; null without any. */
export function percentile(previous: readonly number[], x: number): Ratio | null {
  if (previous.length === 0) return null;
  const below = previous.filter((value) => value < x).length;
  const equal = previous.filter((value) => value === x).length;
  return ratio((below + equal / 2) / previous.length);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Sample standard deviation (n - 1); null for fewer than two values. */
export function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
}

/** The quantile q (0 to 1), linear between neighbours (type 7 of Hyndman and Fan); null without values. */
export function quantile(values: readonly number[], q: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const low = sorted[Math.floor(place)];
  const high = sorted[Math.ceil(place)];
  return low === undefined || high === undefined ? null : low + (high - low) * (place - Math.floor(place));
}

export const median = (values: readonly number[]): number | null => quantile(values, 0.5);

/** Median and median absolute deviation; null without values. */
export function robust(values: readonly number[]): { readonly middle: number; readonly spread: number } | null {
  const middle = median(values);
  const spread = middle === null ? null : median(values.map((value) => Math.abs(value - middle)));
  return middle === null || spread === null ? null : { middle, spread };
}

/** Standard scores of x over the previous values; null where they do not vary. Take logarithms of volumes first. */
export function z(previous: readonly number[], x: number): number | null {
  const sd = deviation(previous);
  return sd === null || sd === 0 ? null : (x - sum(previous) / previous.length) / sd;
}

/** The same with median and median absolute deviation (Iglewicz and Hoaglin); null where that deviation is 0. */
export function robustZ(previous: readonly number[], x: number): number | null {
  const usual = robust(previous);
  return usual === null || usual.spread === 0 ? null : (0.6745 * (x - usual.middle)) / usual.spread;
}

/**
 * For how many periods, newest backwards, `holds` has been true without a break; a missing period ends it. `before` is
 * the value of the period before, null where there is none or it is missing.
 */
export function streak<P extends Day | Month, T>(
  { periods }: Complete<P, T>,
  holds: (value: T, before: T | null) => boolean,
): number {
  let length = 0;
  for (let i = periods.length - 1; i >= 0; i -= 1) {
    const here = periods[i];
    const next = periods[i + 1];
    if (here === undefined || (next !== undefined && next.index - here.index > 1)) break;
    const last = periods[i - 1];
    if (!holds(here.value, last !== undefined && here.index - last.index === 1 ? last.value : null)) break;
    length += 1;
  }
  return length;
}
