/**
 * How long an answer about a period that is not over may serve again. The rule: never across the end of a bar that the
 * answer may hold unfinished, and never so that a figure is older than its reading says.
 */
import { DAY, floorTo, HOUR, MINUTE, monthOf, startOfMonth } from "../core/time.ts";
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
 * For days that are over. Venues take some minutes to add the newest one, so that what was answered in the first hour of
 * a UTC day, or before it, does not serve.
 */
export const sinceTheDay = ({ clock }: Pick<Ask, "clock">): Keep => ({
  minutes: Math.min(60, minutes(clock - floorTo(clock, DAY) - HOUR)),
});

/**
 * For the trading of a month that is running. The reading says how far the answer reaches, and days are counted to
 * there. On a month's first day some minutes are much of what there is: nothing is kept.
 */
export const toDate = ({ clock }: Pick<Ask, "clock">): Keep => ({
  minutes: clock - startOfMonth(monthOf(clock)) < DAY ? 0 : SOON,
  running: true,
});

const minutes = (ms: number): number => Math.max(0, Math.floor(ms / MINUTE));
