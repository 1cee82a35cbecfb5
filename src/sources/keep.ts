/**
 * How long an answer about a period that is not over may serve again. The rule: never across the end of a bar that the
 * answer may hold unfinished, and never so that a figure is older than its reading says.
 */
import { DAY, floorTo, HOUR, MINUTE, monthOf, shift, startOfMonth, type Instant } from "../core/time.ts";
import type { Ask, Keep } from "./source.ts";

/** Whoever asks again within so many minutes looks at the same report twice. */
const SOON = 10;

/** For hours that are over, asked by an end that stands in the address: the next hour is another question. */
export const HOURS_OVER: Keep = { minutes: SOON };

/** The same where the address names no end: no answer from before the full hour serves after it. */
export const sinceTheHour = ({ clock }: Pick<Ask, "clock">): Keep => ({
  minutes: Math.min(SOON, minutes(clock - floorTo(clock, HOUR))),
});

/**
 * For days that are over: until the next one is. Venues take some minutes to add the newest one, so that what was answered
 * in the first hour of a UTC day, or before it, does not serve.
 */
export const sinceTheDay = ({ clock }: Pick<Ask, "clock">): Keep => ({
  minutes: minutes(clock - floorTo(clock, DAY) - HOUR),
});

/** For what has one value a UTC day, there since 00:00Z: that of the day before does not serve after it. */
export const sinceMidnight = ({ clock }: Pick<Ask, "clock">): Keep => ({
  minutes: Math.min(SOON, minutes(clock - floorTo(clock, DAY))),
});

/**
 * For lists of contracts. Contracts are delivered at 08:00Z, and the next ones are listed then: it takes a while, so that
 * what was answered in the hour after it, or before it, does not serve.
 */
export const sinceDelivery = ({ clock }: Pick<Ask, "clock">): Keep => ({
  minutes: Math.min(60, minutes(clock - deliveryBefore(clock) - HOUR)),
});

const DELIVERY = 8 * HOUR;
const deliveryBefore = (clock: Instant): Instant => shift(floorTo(shift(clock, -DELIVERY), DAY), DELIVERY);

/**
 * For the trading of a month that is running. The reading says how far the answer reaches, and days are counted to
 * there. On a month's first day some minutes are much of what there is: nothing is kept.
 */
export const toDate = ({ clock }: Pick<Ask, "clock">): Keep => ({
  minutes: clock - startOfMonth(monthOf(clock)) < DAY ? 0 : SOON,
  running: true,
});

const minutes = (ms: number): number => Math.max(0, Math.floor(ms / MINUTE));
