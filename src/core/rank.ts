/** Where values stand among others. */
import type { Complete } from "./extremes.ts";
import type { Day, Month } from "./time.ts";

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

/** For how many periods, newest backwards, `holds` has been true without a break; a missing period ends it. */
export function streak<P extends Day | Month, T>({ periods }: Complete<P, T>, holds: (value: T) => boolean): number {
  const newest = periods.at(-1)?.index ?? 0;
  const backwards = periods.toReversed();
  const broken = backwards.findIndex(({ index, value }, i) => index !== newest - i || !holds(value));
  return broken === -1 ? periods.length : broken;
}
