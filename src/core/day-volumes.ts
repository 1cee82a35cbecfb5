/** Trading of whole UTC days, of a venue or of several together: what a running month's range rests on. */
import type { Of, Traded } from "./market.ts";
import { amounts } from "./months.ts";
import type { Series } from "./series.ts";
import { DAY, floorTo, instant, type Instant } from "./time.ts";
import { sumUsd, usd, type Usd } from "./units.ts";

/** USD by the start of the day. */
export type DayVolumes = ReadonlyMap<Instant, Usd>;

/** A contract's day while bars are added to it. */
interface Sum {
  usd: number;
  /** Milliseconds of its bars. */
  covered: number;
  /** A bar reaches beyond the day: what of it was traded here is not told. */
  beyond: boolean;
}

/**
 * The days of a venue in [from, until) that all its contracts tell: no bar is longer than the day, and those of a
 * perpetual cover it, on its first day from when it is due, or from the first bar on. What is no day of that kind is left out. Throws a
 * RangeError on a bar without an amount, as `monthVolumes` does.
 */
export function dayVolumes(contracts: readonly Of<Series<Traded>>[], from: Instant, until: Instant): DayVolumes {
  const first = Math.ceil(from / DAY) * DAY;
  const days: Instant[] = [];
  for (let at = first; at + DAY <= until; at += DAY) days.push(instant(at));
  const told = contracts.map(({ market, value, due: since = Infinity }) => {
    const listed = Math.min(since, value[0]?.at ?? Infinity);
    const sums = sumsOf(value, first);
    return (day: Instant): number | null => {
      const sum = sums.get(day);
      const due = market.kind === "dated" ? 0 : Math.min(DAY, Math.max(0, day + DAY - listed));
      return sum?.beyond === true || (sum?.covered ?? 0) < due ? null : (sum?.usd ?? 0);
    };
  });
  return new Map(
    days.flatMap((day): readonly [Instant, Usd][] => {
      const parts = told.map((of) => of(day));
      const known = parts.flatMap((part) => (part === null ? [] : usd(part)));
      return known.length === 0 || known.length < parts.length ? [] : [[day, sumUsd(known)]];
    }),
  );
}

function sumsOf(bars: Series<Traded>, from: number): ReadonlyMap<Instant, Sum> {
  const sums = new Map<Instant, Sum>();
  const first = bars.findIndex(({ value }) => value.until > from);
  for (const { at, value } of first < 0 ? [] : bars.slice(first)) {
    const traded = amounts(value, at).usd;
    const beyond = value.until > floorTo(at, DAY) + DAY;
    for (let day = floorTo(at, DAY); day < value.until; day = instant(day + DAY)) {
      const sum = sums.get(day) ?? { usd: 0, covered: 0, beyond: false };
      sum.usd += traded;
      sum.covered += value.until - at;
      sum.beyond ||= beyond;
      sums.set(day, sum);
    }
  }
  return sums;
}

/** The days that every one of the venues has, oldest first. */
export function daysOfAll(venues: readonly DayVolumes[]): readonly Usd[] {
  const [first, ...others] = venues;
  return [...(first ?? [])].flatMap(([day, own]) => {
    const parts = others.flatMap((venue) => venue.get(day) ?? []);
    return parts.length < others.length ? [] : [sumUsd([own, ...parts])];
  });
}
