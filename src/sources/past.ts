/** What sources do otherwise when they are asked about a past day. */
import { Unavailable } from "../core/gap.ts";
import type { Funding } from "../core/market.ts";
import { DAY, HOUR, type Instant } from "../core/time.ts";
import { ratio } from "../core/units.ts";
import { fundingHours } from "./decode.ts";
import { unpublished } from "./families.ts";
import type { Ask } from "./source.ts";

/** How long a venue keeps what it does not forget. */
export const ALL = Infinity;

/** Whether the instant asked about lies before the clock: values of the present are none of it. */
export const isPast = (ask: Pick<Ask, "now" | "clock">): boolean => ask.now < ask.clock;

/**
 * What an answer without a row means: of the present it is not what the venue documents, of a past instant the venue may
 * have had nothing yet.
 */
export const nothing = (ask: Ask, at: string, detail: string): Unavailable =>
  new Unavailable(isPast(ask) ? unpublished(`${detail} of then`) : { why: "malformed", at, detail });

/** The newest row of the instant asked about or before it; undefined where there is none. */
export const newestOf = <T>({ now }: Pick<Ask, "now">, rows: readonly T[], at: (row: T) => Instant): T | undefined =>
  rows.filter((row) => at(row) <= now).toSorted((a, b) => at(b) - at(a))[0];

/** So far back settlements are asked for: two of every interval lie in it, however late they are stamped. */
export const SETTLEMENTS = DAY;

/**
 * The pages, newest first and of `size` rows, on which the last two settlements before a past instant stand, for venues
 * that cannot be asked for a time. One more or less may have been published.
 */
export function pagesOfThen(ask: Ask, everyHours: number, size: number): readonly number[] {
  const every = everyHours * HOUR;
  const since = Math.floor(ask.clock / every) - Math.floor(ask.now / every);
  const pageOf = (row: number): number => Math.floor(row / size) + 1;
  return [...new Set([pageOf(Math.max(0, since - 1)), pageOf(since + 2)])];
}

/** The last settlement at or before a past instant. How far the one before it lies back is the interval. */
export function lastSettled(ask: Ask, rows: readonly { readonly at: Instant; readonly rate: number }[]): Funding {
  const [last, before] = rows.filter(({ at }) => at <= ask.now).toSorted((a, b) => b.at - a.at);
  if (last === undefined || before === undefined) {
    throw new Unavailable(unpublished("no two settlements of then"));
  }
  // Venues stamp a settlement some milliseconds or seconds after the hour.
  const everyHours = fundingHours(Math.round((last.at - before.at) / HOUR), "time");
  // Where the answer begins before the instant, the last one in it is not the last one of then.
  if (ask.now - last.at > (everyHours + 1) * HOUR) {
    throw new Unavailable(unpublished("no settlement of then"));
  }
  return { at: last.at, rate: ratio(last.rate), everyHours, kind: "settled" };
}
