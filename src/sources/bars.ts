/** Bars of trading that a venue serves by time: which windows to ask for, and the price for a bar that lacks an amount. */
import type { Candle } from "../core/market.ts";
import { isAhead } from "../core/plausible/times.ts";
import { filterSeries, type Series } from "../core/series.ts";
import type { Instant } from "../core/time.ts";
import {
  addMonths,
  DAY,
  earlier,
  floorTo,
  HOUR,
  instant,
  later,
  MINUTE,
  monthOf,
  monthsBetween,
  SECOND,
  shift,
  startOfMonth,
} from "../core/time.ts";
import { btc, usd, usdPerBtc, type UsdPerBtc } from "../core/units.ts";
import { sinceTheDay, toDate } from "./keep.ts";
import { isPast } from "./past.ts";
import type { Ask, Keep } from "./source.ts";

/** The running month and the 24 before it. */
const MONTHS = 25;

/** Days of daily bars of the main perpetual: those that a spring rests on, see core/spring.ts. */
export const DAILY_DAYS = 200;

/** Days of five-minute bars that the map can use, where a venue's pages are large enough for it. */
export const FINE_DAYS = 30;
export const FINE_BAR = 5 * MINUTE;

/** The instant from which trading is wanted: the start of the month 24 months before the running one. */
export const firstInstant = (now: Instant): Instant => startOfMonth(addMonths(monthOf(now), 1 - MONTHS));

export interface Window {
  readonly from: Instant;
  /** The last instant asked for: never after now. */
  readonly to: Instant;
  /** For ever once it has been over for an hour. */
  readonly keep: Keep;
}

/**
 * Up to where bars are asked for: the last full hour, so that the runs of an hour ask the same; in a month's first hour
 * now. The bar that forms then is all there is of the month, and an answer may be without what begins at its end.
 */
export function askedUntil(now: Instant): Instant {
  const hour = floorTo(now, HOUR);
  return hour > startOfMonth(monthOf(now)) ? hour : floorTo(now, SECOND);
}

/**
 * Windows of so many calendar months that cover all from `from` to now, see `askedUntil`. They are counted from 1970-01,
 * so a later run asks the same ones again.
 */
export function windows(from: Instant, months: number, ask: Pick<Ask, "now" | "clock">): readonly Window[] {
  const { now } = ask;
  const until = askedUntil(now);
  const found: Window[] = [];
  let month = addMonths(monthOf(from), -(monthsBetween(monthOf(instant(0)), monthOf(from)) % months));
  while (startOfMonth(month) < now) {
    const next = addMonths(month, months);
    const end = startOfMonth(next);
    found.push({
      from: startOfMonth(month),
      to: earlier(shift(end, -1), until),
      keep: end + HOUR <= now ? "forever" : toDate(ask),
    });
    month = next;
  }
  return found;
}

/**
 * Pages of at most `count` midnights that hold every close since `ask.since`: the newest one ends with the last midnight,
 * older ones lie on a grid fixed since the epoch, so that a later run asks the same. Both ends are in a page.
 */
export function midnightPages(ask: Pick<Ask, "now" | "clock" | "since">, count: number): readonly Window[] {
  const page = count * DAY;
  const first = shift(floorTo(ask.since, DAY), DAY);
  const to = floorTo(ask.now, DAY);
  const from = later(first, shift(to, DAY - page));
  const pages: Window[] = [{ from, to, keep: sinceTheDay(ask) }];
  for (let start = from; start > first;) {
    start = floorTo(shift(start, -DAY), page);
    pages.push({ from: start, to: shift(start, page - DAY), keep: "forever" });
  }
  return pages;
}

/**
 * The bars from `from` to now. Of the present, one that begins in the future is left in, to be judged: where days are
 * stamped by their end or a clock is ahead, all the others are wrong with it.
 */
export const upToNow = <T>(bars: Series<T>, from: Instant, ask: Pick<Ask, "now" | "clock">): Series<T> =>
  filterSeries(bars, ({ at }) => at >= from && (at < ask.now || (!isPast(ask) && isAhead(at, ask.now))));

/** A bar of price with the amounts that the venue tells of it, BTC and quote currency. */
export const candleOf = (
  until: Instant,
  [open, high, low, close]: readonly [open: number, high: number, low: number, close: number],
  volume: number,
  turnover: number | null,
): Candle => ({
  until,
  open: usdPerBtc(open),
  high: usdPerBtc(high),
  low: usdPerBtc(low),
  close: usdPerBtc(close),
  btc: btc(volume),
  usd: turnover === null ? null : usd(turnover),
});

/** As many venues want times and intervals. */
export const inSeconds = (ms: number): number => Math.floor(ms / SECOND);

/** The price that turns a bar's BTC into USD, or back, where the venue publishes only one of them. */
export const typicalPrice = (open: number, high: number, low: number, close: number): UsdPerBtc =>
  usdPerBtc((open + high + low + close) / 4);
