/**
 * Trading of venues that document UTC months: months that were over long ago as bars of a month, the last ones as bars of
 * a day, on which the range of the running month rests. A month whose days have a hole is asked as a month after all.
 */
import { Unavailable } from "../core/gap.ts";
import type { Traded } from "../core/market.ts";
import { RANGE_DAYS } from "../core/month-change.ts";
import { between, series, type Point, type Series } from "../core/series.ts";
import { addMonths, DAY, endOfMonth, floorTo, HOUR, monthOf, shift, startOfMonth, type Instant } from "../core/time.ts";
import { askedUntil, firstInstant, type Window } from "./bars.ts";
import { toDate } from "./keep.ts";
import type { Listed } from "./listed.ts";
import { isPast } from "./past.ts";
import type { Ask } from "./source.ts";
import { together } from "./together.ts";

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
 * one of them. A contract that was listed since the months has none of them. Throws `Unavailable` where a bar begins with
 * no month or day of UTC; `field` is what the venue calls its start.
 */
export async function tradedByMonth<T>(
  ask: Ask,
  { market, listed }: Listed,
  rows: (length: Length, window: Window) => Promise<readonly T[]>,
  bar: (row: T, length: Length) => Point<Omit<Traded, "until">>,
  field: string,
): Promise<Series<Traded>> {
  const windows = monthsThenDays(ask);
  const told = async (length: Length, window = windows[length]): Promise<readonly Point<Traded>[]> => {
    const { from, to } = window;
    return (await rows(length, window))
      .map((row) => bar(row, length))
      .filter(({ at }) => at >= from && at <= to && at < ask.now)
      .map(({ at, value }) => ({ at, value: { ...value, until: endOf(length, at, field) } }));
  };
  const since = listed !== undefined && listed > windows.month.to;
  const [months, days] = await together([since ? [] : told("month"), told("day")]);
  const all = series([...months, ...days]);
  // A dated contract may go without a trade for days.
  const holed = market.kind === "dated" ? [] : holedMonths(all, windows.day.from, ask.now, listed);
  const [first] = holed;
  if (first === undefined) return all;
  const running = startOfMonth(monthOf(ask.now));
  const keep = shift(running, HOUR) <= ask.clock ? "forever" : toDate(ask);
  const whole = await told("month", { from: first, to: shift(running, -1), keep }).catch(nothingMore);
  return whole.filter(({ at }) => holed.includes(at)).reduce(inPlaceOfDays, all);
}

/** The days are told all the same, and the month says what it lacks. */
function nothingMore(error: unknown): readonly never[] {
  if (error instanceof Unavailable) return [];
  throw error;
}

/** Starts of months that are over, are not the contract's first one, and lack days. */
function holedMonths(
  bars: Series<Traded>,
  from: Instant,
  now: Instant,
  listed: Instant | undefined,
): readonly Instant[] {
  const first = listed ?? bars[0]?.at ?? now;
  const found: Instant[] = [];
  for (let month = monthOf(from); endOfMonth(month) <= now; month = addMonths(month, 1)) {
    const [start, end] = [startOfMonth(month), endOfMonth(month)];
    if (start >= first && between(bars, start, end).length < (end - start) / DAY) found.push(start);
  }
  return found;
}

const inPlaceOfDays = (bars: Series<Traded>, month: Point<Traded>): Series<Traded> =>
  series([...bars.filter(({ at }) => at < month.at || at >= month.value.until), month]);

function endOf(length: Length, at: Instant, field: string): Instant {
  const start = length === "month" ? startOfMonth(monthOf(at)) : floorTo(at, DAY);
  if (at !== start) {
    throw new Unavailable({ why: "malformed", at: field, detail: `a ${length} that opens at ${at} is none of UTC` });
  }
  return length === "month" ? endOfMonth(monthOf(at)) : shift(at, DAY);
}
