import type { Instant } from "./time.ts";

export interface Point<T> {
  readonly at: Instant;
  readonly value: T;
}

declare const ordered: unique symbol;
/** Points in time order, one per instant. Made by `series()` only. */
export type Series<T> = readonly Point<T>[] & { readonly [ordered]: true };

/** Sorts and keeps one point per instant: the last one given wins (archives hold rows twice and unsorted). */
export function series<T>(points: readonly Point<T>[]): Series<T> {
  // Most answers, and every part of a series, are in order already.
  const rising = points.every((point, i) => i === 0 || point.at > (points[i - 1]?.at ?? point.at));
  return inOrder(rising ? points : sorted(points));
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one constructor of a Series
const inOrder = <T>(points: readonly Point<T>[]): Series<T> => points as unknown as Series<T>;

function sorted<T>(points: readonly Point<T>[]): readonly Point<T>[] {
  const byInstant = new Map(points.map((point) => [point.at, point]));
  return [...byInstant.values()].toSorted((a, b) => a.at - b.at);
}

export const mapSeries = <T, U>(s: Series<T>, f: (value: T, at: Instant) => U): Series<U> =>
  inOrder(s.map((point) => ({ at: point.at, value: f(point.value, point.at) })));

export const filterSeries = <T>(s: Series<T>, keep: (point: Point<T>) => boolean): Series<T> => inOrder(s.filter(keep));

/** Later series win where two have the same instant. */
export const joinSeries = <T>(...all: readonly Series<T>[]): Series<T> => series(all.flat());

/** Points with `from <= at < to`. */
export const between = <T>(s: Series<T>, from: Instant, to: Instant): Series<T> =>
  inOrder(
    s.slice(
      count(s, (at) => at < from),
      count(s, (at) => at < to),
    ),
  );

/** How many points are at or before `at`. */
const countUntil = <T>(s: Series<T>, at: Instant): number => count(s, (each) => each <= at);

/** How many points come before the first one whose instant is none of those wanted, which are the earliest. */
function count<T>(s: Series<T>, isWanted: (at: Instant) => boolean): number {
  let low = 0;
  let high = s.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const point = s[middle];
    if (point !== undefined && isWanted(point.at)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The latest point at or before `at`, if it is at most `maxAge` milliseconds older. */
export function latest<T>(s: Series<T>, at: Instant, maxAge = Infinity): Point<T> | null {
  const found = s[countUntil(s, at) - 1];
  return found !== undefined && at - found.at <= maxAge ? found : null;
}

/** The point nearest to `at`, at most `within` milliseconds away; of two as near the earlier one. */
export function nearest<T>(s: Series<T>, at: Instant, within: number): Point<T> | null {
  const before = latest(s, at, within);
  const next = s[countUntil(s, at)];
  if (next === undefined || next.at - at > within) return before;
  return before !== null && at - before.at <= next.at - at ? before : next;
}

/** The point at exactly `at`. */
export const exactly = <T>(s: Series<T>, at: Instant): Point<T> | null => latest(s, at, 0);
