/** When values are from. */
import { HOUR, MINUTE, SECOND, iso, type Instant } from "../time.ts";
import { amount, graded, verdict, type Verdict } from "./verdict.ts";

/** Clocks differ by seconds. */
const AHEAD = MINUTE;
/** Whether a stamp is of the future. */
export const isAhead = (at: Instant, asOf: Instant): boolean => at - asOf > AHEAD;

/**
 * stamps as they were received are not of the future, never run backwards and lie on their grid of `step`
 * milliseconds (null where they have none); a stamp that comes twice is a warning.
 */
export function timestamps(stamps: readonly Instant[], asOf: Instant, step: number | null): readonly Verdict[] {
  const newest = stamps.reduce<number>((latest, at) => Math.max(latest, at), -Infinity);
  const ahead = newest - asOf;
  const back = stamps.filter((at, i) => at < (stamps[i - 1] ?? at)).length;
  const off = step === null ? 0 : stamps.filter((at) => at % step !== 0).length;
  const twice = stamps.length - new Set(stamps).size;
  const of = `of ${amount(stamps.length)} stamps`;
  return [
    ...(ahead > AHEAD ? [verdict("Q-02", "error", future(ahead, asOf), ahead / SECOND, AHEAD / SECOND)] : []),
    ...(back > 0 ? [verdict("Q-02", "error", `${amount(back)} ${of} are earlier than the one before`, back, 0)] : []),
    ...(off > 0 ? [verdict("Q-02", "error", `${amount(off)} ${of} are not on their grid`, off, 0)] : []),
    ...(twice > 0 ? [verdict("Q-02", "warning", `${amount(twice)} ${of} repeat another one`, twice, 0)] : []),
  ];
}

const future = (ahead: number, asOf: Instant): string =>
  `the newest stamp is ${amount(ahead / SECOND)} s after ${iso(asOf)}`;

/**
 * Longest usual age of what a live endpoint tells, in milliseconds. A daily value ages from the start of its day where
 * it is published then (Fear & Greed), else from its end. Archives and weekly reports have cadences of their own.
 */
export const freshness = {
  price: 2 * MINUTE,
  /** Of a past instant the last hour that was over tells the price. */
  bar: HOUR,
  openInterest: 15 * MINUTE,
  fiveMinutes: 20 * MINUTE,
  daily: 36 * HOUR,
  funding: (everyHours: number): number => everyHours * HOUR + 10 * MINUTE,
} as const;

/** older than usual is a warning, four times as old an error. */
export function stale(what: string, at: Instant, asOf: Instant, usual: number): readonly Verdict[] {
  const text = `${what} is of ${iso(at)}, ${minutes((asOf - at) / MINUTE)} old`;
  return graded("Q-03", text, (asOf - at) / MINUTE, {
    warning: usual / MINUTE,
    error: (4 * usual) / MINUTE,
    shown: minutes,
  });
}

const minutes = (n: number): string => `${amount(n)} min`;
