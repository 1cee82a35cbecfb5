/** Dates and spans in words. The only file that uses date-fns. */
import { format } from "date-fns/format";
import { parseAnchor, type Anchor } from "../core/anchor.ts";
import { fixed } from "../core/round.ts";
import { SPRING_BASE_RATE } from "../core/spring-evidence.ts";
import { HOUR, DAY, MINUTE, monthsBetween, parseInstant, parseMonth, type Day, type Month } from "../core/time.ts";

/** Built from its parts in local time and printed in local time: no time zone takes part. */
function local(year: number, month: number, day: number): Date {
  return new Date(year, month - 1, day, 12);
}
const ofDay = (day: string): Date => local(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10)));

/** `30 January 2026`. */
export const longDay = (day: Day | string): string => format(ofDay(day), "d MMMM yyyy");
/** `30 Jan`. */
export const shortDay = (day: Day | string): string => format(ofDay(day), "d MMM");
/** `30 Jan 2026`. */
export const mediumDay = (day: Day | string): string => format(ofDay(day), "d MMM yyyy");
/** `January 2026`. */
export const longMonth = (month: Month | string): string => format(ofDay(`${month}-01`), "MMMM yyyy");
/** `Jan`, `Jan 2026`. */
export const shortMonth = (month: Month | string, year: "year" | null): string =>
  format(ofDay(`${month}-01`), year !== null ? "MMM yyyy" : "MMM");
/** `lowest since September 2025 (equal)`. */
export const monthSince = (record: {
  readonly direction: string;
  readonly since: Month | string;
  readonly equal: boolean;
}): string => `${record.direction} since ${longMonth(record.since)}${record.equal ? " (equal)" : ""}`;
/**
 * A monthly record, of a history without a gap: `lowest since September 2025 (equal)`, `lowest in the available history
 * (from January 2025, 14 months)`.
 */
function recordWords(
  { direction, since, equal }: { readonly direction: string; readonly since: string | null; readonly equal: boolean },
  first: Month | string,
  latest: Month | string,
): string {
  if (since !== null) return monthSince({ direction, since, equal });
  const [from, to] = [parseMonth(first), parseMonth(latest)];
  const count = from === null || to === null ? "" : `, ${plural(monthsBetween(from, to) + 1, "month")}`;
  return `${direction} in the available history (from ${longMonth(first)}${count})`;
}

interface Records {
  readonly byTotal: Parameters<typeof recordWords>[0] | null;
  readonly byDay: Parameters<typeof recordWords>[0] | null;
  readonly historyFrom: string;
}

/** Months are of 28 to 31 days: where their totals and their days make two records, both are told. Empty where none is. */
export function recordsWords({ byTotal, byDay, historyFrom }: Records, latest: string): string {
  const said = (one: Records["byTotal"]): string =>
    one === null ? "no record" : `the ${recordWords(one, historyFrom, latest)}`;
  const [total, daily] = [said(byTotal), said(byDay)];
  if (total !== daily) return `by total ${total}, per day ${daily}`;
  return byTotal === null ? "" : `by total and per day ${total}`;
}

/** `12.4 days`; of less than a day `6.5 hours`, of less than an hour `10 minutes`. */
export function timeWords(days: number): string {
  if (days >= 1) return `${fixed(days, 1)} days`;
  const minutes = Math.round((days * DAY) / MINUTE);
  return minutes < 60 ? plural(minutes, "minute") : `${fixed(days * 24, 1)} hours`;
}
/** `1 day`, `16 days`. */
export const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
/**
 * `since 19 December 2025 (equal)`, `since 6 September 2024 (1 day missing)`: since when a day's value is the extreme
 * (section 2.5 of the methods).
 */
export function sinceDay(since: {
  readonly date: string | null;
  readonly equal: boolean;
  readonly historyFrom: string;
  readonly missing: number;
  readonly periods: number;
}): string {
  const lack = since.missing === 0 ? [] : [`${plural(since.missing, "day")} missing`];
  if (since.date === null) {
    const history = [`from ${longDay(since.historyFrom)}`, plural(since.periods, "day"), ...lack];
    return `in the available history (${history.join(", ")})`;
  }
  const besides = [...(since.equal ? ["equal"] : []), ...lack];
  return `since ${longDay(since.date)}${besides.length === 0 ? "" : ` (${besides.join(", ")})`}`;
}
/** An anchor by its id: `the low of October 2025`, `the low of 180 days`, `10 October 2025`. */
export function sinceWords(id: string): string {
  const anchor = parseAnchor(id);
  switch (anchor?.is) {
    case "month":
      return `the ${anchor.extreme} of ${longMonth(anchor.month)}`;
    case "days":
      return `the ${anchor.extreme} of ${plural(anchor.days, "day")}`;
    case "day":
      return longDay(anchor.day);
    case "ytd":
      return "the start of the year";
    case undefined:
      return id;
  }
}
/** The same for the head of a column: `Oct 2025 low`, `180-day low`, `10 Oct 2025`, `1 January`. */
export function sinceHead(id: string): string {
  const anchor = parseAnchor(id);
  switch (anchor?.is) {
    case "month":
      return `${shortMonth(anchor.month, "year")} ${anchor.extreme}`;
    case "days":
      return `${anchor.days}-day ${anchor.extreme}`;
    case "day":
      return mediumDay(anchor.day);
    case "ytd":
      return "1 January";
    case undefined:
      return id;
  }
}
/** The anchor that `sinceWords` or `sinceHead` said so; null for any other text. */
export function anchorOf(text: string): Anchor | null {
  const [extreme] = /low|high/.exec(text) ?? [];
  const [, days] = /(\d+)[- ]day/.exec(text) ?? [];
  const [, day = "", name, year] = /(?:(\d{1,2}) )?([A-Z][a-z]{2})[a-z]* (\d{4})/.exec(text) ?? [];
  const month = MONTHS.find((one) => shortMonth(`2000-${one}`, null) === name);
  const ids = ["ytd", `${extreme}:${days}d`, `${extreme}:${year}-${month}`, `${year}-${month}-${day.padStart(2, "0")}`];
  const said = ids.find((id) => parseAnchor(id) !== null && [sinceWords(id), sinceHead(id)].includes(text));
  return said === undefined ? null : parseAnchor(said);
}
const MONTHS = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, "0"));
/** Which days the spring's rules were tried on, and where it is so that a report of `asOf` could not know them all. */
export function springStudy(asOf: string): string {
  const { from, to } = SPRING_BASE_RATE;
  const days = `the days from ${longMonth(from)} to ${longMonth(to)}`;
  return asOf.slice(0, to.length) <= to ? `${days}, which go beyond this report's,` : days;
}
/** `a, b and c`. */
export function list(names: readonly string[]): string {
  const last = names.at(-1);
  if (last === undefined) return "";
  return names.length === 1 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
/** `2026-01-30 06:00 UTC`. */
export const minuteOf = (at: string): string => `${at.slice(0, 16).replace("T", " ")} UTC`;

/** Live values are minutes old. */
const FRESH = 15 * MINUTE;
/** What is told in hours is up to one old, and told by some venues minutes after it was over. */
export const HOURS_LATE = 2 * HOUR;

/** The oldest of some instants, where a reader of a report of `asOf` would take it to be younger; else null. */
export function agedSince(times: readonly string[], asOf: string, fresh: number = FRESH): string | null {
  const oldest = times.toSorted()[0];
  const [from, to] = [parseInstant(oldest ?? ""), parseInstant(asOf)];
  return oldest === undefined || from === null || to === null || to - from <= fresh ? null : oldest;
}
