/**
 * Time in UTC, as integers. Nothing here or elsewhere in `core` reads a clock or a time zone.
 * Calendar arithmetic: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
declare const kind: unique symbol;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly [kind]: "instant" };
/** A UTC day, `YYYY-MM-DD`. */
export type Day = string & { readonly [kind]: "day" };
/** A UTC month, `YYYY-MM`. */
export type Month = string & { readonly [kind]: "month" };

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

const YEAR_10000 = 253_402_300_800_000;

/** Whether it is a whole number of milliseconds between 1970 and 9999. */
export const isInstant = (ms: number): ms is Instant => Number.isInteger(ms) && ms >= 0 && ms < YEAR_10000;

/** Refuses what is none. */
export function instant(ms: number): Instant {
  if (!isInstant(ms)) throw new RangeError(`not an instant: ${ms}`);
  return ms;
}
/** Of the year 9999. */
export const LAST_INSTANT = instant(YEAR_10000 - 1);

/* oxlint-disable typescript/no-unsafe-type-assertion -- the constructors of time are the one place that brands it */
const asDay = (text: string): Day => text as Day;
const asMonth = (text: string): Month => text as Month;
/* oxlint-enable typescript/no-unsafe-type-assertion */

const two = (n: number): string => String(n).padStart(2, "0");

function civil(days: number): { y: number; m: number; d: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const m = mp < 10 ? mp + 3 : mp - 9;
  return { y: yoe + era * 400 + (m <= 2 ? 1 : 0), m, d: doy - Math.floor((153 * mp + 2) / 5) + 1 };
}

function daysFromCivil(year: number, m: number, d: number): number {
  const y = m <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yoe = y - era * 400;
  const doy = Math.floor((153 * (m > 2 ? m - 3 : m + 9) + 2) / 5) + d - 1;
  const doe = yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy;
  return era * 146_097 + doe - 719_468;
}

const DAY_TEXT = /^\d{4}-\d{2}-\d{2}$/;
const MONTH_TEXT = /^(\d{4})-(\d{2})$/;
const INSTANT_TEXT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?$/;

/** The number whose digits stand there. Archives have a hundred thousand instants: nothing is cut out to be read. */
function digits(text: string, from: number, to: number): number {
  let n = 0;
  for (let i = from; i < to; i += 1) n = n * 10 + text.charCodeAt(i) - 48;
  return n;
}

/** Days since 1970 of a date of the calendar, or null where it is none, or earlier. */
function calendarDay(y: number, m: number, d: number): number | null {
  if (y < 1970 || m < 1 || m > 12 || d < 1 || d > 31) return null;
  const days = daysFromCivil(y, m, d);
  return civil(days).d === d ? days : null;
}

/** `YYYY-MM-DD`, or null where the text is no day of the calendar. */
export function parseDay(text: string): Day | null {
  if (!DAY_TEXT.test(text)) return null;
  return calendarDay(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)) === null ? null : asDay(text);
}

/** `YYYY-MM`, or null. */
export function parseMonth(text: string): Month | null {
  const found = MONTH_TEXT.exec(text);
  if (!found) return null;
  return parseDay(`${text}-01`) === null ? null : asMonth(text);
}

/** ISO 8601 with `T` or a space; without an offset it is read as UTC. Null where it is none. */
export function parseInstant(text: string): Instant | null {
  if (!INSTANT_TEXT.test(text)) return null;
  const days = calendarDay(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
  const hours = digits(text, 11, 13);
  const minutes = digits(text, 14, 16);
  // What may follow, one after the other: seconds, their fraction, and the offset.
  let end = 16;
  const has = (sign: string): boolean => text[end] === sign;
  const seconds = has(":") ? digits(text, 17, (end = 19)) : 0;
  let ms = 0;
  if (has(".")) {
    const from = (end += 1);
    while (/\d/.test(text[end] ?? "")) end += 1;
    ms = Number(text.slice(from, end).padEnd(3, "0").slice(0, 3));
  }
  const sign = has("-") ? -1 : has("+") ? 1 : 0;
  const offsetHours = sign === 0 ? 0 : digits(text, end + 1, end + 3);
  const offsetMinutes = sign === 0 ? 0 : digits(text, text.length - 2, text.length);
  if (days === null || hours > 23 || minutes > 59 || seconds > 59 || offsetHours > 23 || offsetMinutes > 59)
    return null;
  const offset = sign * (offsetHours * HOUR + offsetMinutes * MINUTE);
  const at = days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND + ms - offset;
  return at < 0 ? null : instant(at);
}

function dayText(days: number): Day {
  const { y, m, d } = civil(days);
  return asDay(`${String(y).padStart(4, "0")}-${two(m)}-${two(d)}`);
}

function dayNumber(day: Day): number {
  return daysFromCivil(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10)));
}

/** ISO 8601 with `Z`; milliseconds only where there are any. */
export function iso(at: Instant): string {
  const ms = at % DAY;
  const clock = `${two(Math.floor(ms / HOUR))}:${two(Math.floor(ms / MINUTE) % 60)}:${two(Math.floor(ms / SECOND) % 60)}`;
  const fraction = ms % SECOND;
  return `${dayOf(at)}T${clock}${fraction === 0 ? "" : `.${String(fraction).padStart(3, "0")}`}Z`;
}

export const dayOf = (at: Instant): Day => dayText(Math.floor(at / DAY));
export const startOfDay = (day: Day): Instant => instant(dayNumber(day) * DAY);
/** The first instant after the day, which is when its close is known. */
export const endOfDay = (day: Day): Instant => instant((dayNumber(day) + 1) * DAY);
/** The day that a sample at 00:00Z closes, as which it is printed: the one before. */
export const closedDay = (at: Instant): Day => dayOf(instant(at - 1));
export const addDays = (day: Day, n: number): Day => dayText(dayNumber(day) + n);
/** Whole days from `from` to `to`. */
export const daysBetween = (from: Day, to: Day): number => dayNumber(to) - dayNumber(from);

export const monthOf = (at: Instant): Month => asMonth(dayOf(at).slice(0, 7));
export const firstDay = (month: Month): Day => asDay(`${month}-01`);
export const startOfMonth = (month: Month): Instant => startOfDay(firstDay(month));
export const endOfMonth = (month: Month): Instant => startOfMonth(addMonths(month, 1));
export const daysIn = (month: Month): number => daysBetween(firstDay(month), firstDay(addMonths(month, 1)));

/** The month `n` months later (or earlier, for a negative `n`). */
export function addMonths(month: Month, n: number): Month {
  const count = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + n;
  return asMonth(`${String(Math.floor(count / 12)).padStart(4, "0")}-${two((((count % 12) + 12) % 12) + 1)}`);
}

/** Months from `from` to `to`. */
export function monthsBetween(from: Month, to: Month): number {
  const count = (m: Month): number => Number(m.slice(0, 4)) * 12 + Number(m.slice(5, 7));
  return count(to) - count(from);
}

/** The instant rounded down to a grid of `step` milliseconds: the same minute asks the same URL. */
export const floorTo = (at: Instant, step: number): Instant => instant(Math.floor(at / step) * step);
/** `ms` later (or earlier, for a negative value). */
export const shift = (at: Instant, ms: number): Instant => instant(at + ms);
export const earlier = (a: Instant, b: Instant): Instant => (a < b ? a : b);
export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);
