/**
 * Trading of venues that document UTC months: months that were over long ago as bars of a month, the last ones as bars of
 * a day, on which the range of the running month rests.
 */
import { Unavailable } from "../core/gap.ts";
import type { Traded } from "../core/market.ts";
import { RANGE_DAYS } from "../core/month-change.ts";
import { series, type Point, type Series } from "../core/series.ts";
import { DAY, endOfMonth, floorTo, HOUR, monthOf, shift, startOfMonth, type Instant } from "../core/time.ts";
import { askedUntil, firstInstant, type Window } from "./bars.ts";
import { toDate } from "./keep.ts";
import { isPast } from "./past.ts";
import type { Ask } from "./source.ts";

export type Length = "month" | "day";

/** No window has more bars: the longest one of days is that of a May, from January on. */
export const MOST = { month: 25, day: 151 } as const;

/**
 * The months that are asked as such, and the days since then: those of the running month and of as many before it as its
 * first day needs to look back 90 days. So the months are the same question all month, and were over long before it. At
 * a past instant the days end with the last midnight: the bar of the day that was running then holds what came later.
 */
export function monthsThenDays(ask: Pick<Ask, "now" | "clock">): Readonly<Record<Length, Window>> {
  const { now, clock } = ask;
  const from = startOfMonth(monthOf(shift(startOfMonth(monthOf(now)), -RANGE_DAYS * DAY)));
  const midnight = floorTo(now, DAY);
  return {
    month: { from: firstInstant(now), to: shift(from, -1), keep: "forever" },
    day: isPast(ask)
      ? { from, to: shift(midnight, -1), keep: midnight + HOUR <= clock ? "forever" : toDate(ask) }
      : { from, to: askedUntil(now), keep: toDate(ask) },
  };
}

/**
 * What a contract traded in 25 months. `rows` asks for the bars that begin in a window, and may answer more; `bar` reads
 * one of them. A contract that was `listed` since then has no months. Throws `Unavailable` where a bar begins with no
 * month or day of UTC; `field` is what the venue calls its start.
 */
export async function tradedByMonth<T>(
  ask: Ask,
  listed: Instant | undefined,
  rows: (length: Length, window: Window) => Promise<readonly T[]>,
  bar: (row: T, length: Length) => Point<Omit<Traded, "until">>,
  field: string,
): Promise<Series<Traded>> {
  const windows = monthsThenDays(ask);
  const told = async (length: Length): Promise<readonly Point<Traded>[]> => {
    const { from, to } = windows[length];
    return (await rows(length, windows[length]))
      .map((row) => bar(row, length))
      .filter(({ at }) => at >= from && at <= to && at < ask.now)
      .map(({ at, value }) => ({ at, value: { ...value, until: endOf(length, at, field) } }));
  };
  const since = listed !== undefined && listed > windows.month.to;
  const [months, days] = await Promise.all([since ? [] : told("month"), told("day")]);
  return series([...months, ...days]);
}

function endOf(length: Length, at: Instant, field: string): Instant {
  const start = length === "month" ? startOfMonth(monthOf(at)) : floorTo(at, DAY);
  if (at !== start) {
    throw new Unavailable({ why: "malformed", at: field, detail: `a ${length} that opens at ${at} is none of UTC` });
  }
  return length === "month" ? endOfMonth(monthOf(at)) : shift(at, DAY);
}
