/**
 * What a running month may be said to be on track for: a record that it comes to with slow days and with busy ones alike.
 * A part of a month is never ranked. Section 2.6 of the methods.
 */
import { completeMonths, highestSince, lowestSince } from "../core/extremes.ts";
import { significant } from "../core/round.ts";
import { addMonths, parseMonth, type Month } from "../core/time.ts";
import type { RecordLine, VolumeMonth, VolumeSection } from "./report.ts";

/** Values are compared as they are printed. */
export const asPrinted = (value: number): number => significant(value, 4);

export interface OnTrack extends Pick<RecordLine, "direction" | "equal"> {
  readonly since: Month;
}
interface Row {
  readonly period: Month;
  readonly value: number;
  readonly complete: boolean;
}

/**
 * The record that both ends of the running month's range are, among the months before it that all of its venues have
 * whole; null where they are two different ones, or none. One of the whole history is none: months before those that are
 * shown may deny it.
 */
export function onTrack({ months, toDate }: Pick<VolumeSection, "months" | "toDate">): OnTrack | null {
  const month = parseMonth(toDate?.month ?? "");
  const running = months.find((line) => line.month === month);
  const range = toDate?.range ?? null;
  if (month === null || running === undefined || range === null) return null;
  const before = rowsBefore(month, running, months);
  const at = (value: number): OnTrack | null => recordOf([...before, { period: month, value, complete: true }]);
  const [slow, busy] = [at(range[0]), at(range[1])];
  const isSame = slow?.direction === busy?.direction && slow?.since === busy?.since && slow?.equal === busy?.equal;
  return isSame ? slow : null;
}

/** The unbroken months before a month in which each of its venues has a whole one, in USD over these venues. */
function rowsBefore(month: Month, { venues }: VolumeMonth, months: readonly VolumeMonth[]): readonly Row[] {
  const ids = new Set(venues.map(({ id }) => id));
  const rows: Row[] = [];
  for (let period = addMonths(month, -1); ; period = addMonths(period, -1)) {
    const line = months.find((one) => one.month === period);
    const own = line?.venues.filter(({ id }) => ids.has(id)) ?? [];
    if (line === undefined || own.length < ids.size) return rows;
    rows.push({ period, value: own.reduce((sum, { usd }) => sum + usd, 0), complete: true });
  }
}

function recordOf(rows: readonly Row[]): OnTrack | null {
  const complete = completeMonths(rows);
  const lowest = lowestSince(complete, asPrinted);
  if (lowest.is === "since") return { direction: "lowest", since: lowest.period, equal: lowest.equal };
  const highest = highestSince(complete, asPrinted);
  return highest.is === "since" ? { direction: "highest", since: highest.period, equal: highest.equal } : null;
}
