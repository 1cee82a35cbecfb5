import type { Gap } from "../../core/gap.ts";
import type { FearGreed } from "../../core/market.ts";
import { between, filterSeries, latest, type Series } from "../../core/series.ts";
import { DAY, dayOf, shift, type Day, type Instant } from "../../core/time.ts";
import { completeDays, highestSince, lowestSince, yearToDate, type Since } from "../../core/extremes.ts";
import { streak } from "../../core/rank.ts";
import { told, type Found, type Input } from "../input.ts";
import type { FearGreedSection } from "../report.ts";
import { list } from "../words.ts";

/** Days of the sparkline. */
const RECENT = 30;
/** Days of the line over a year. */
const YEAR = 365;

/**
 * The newest value before asOf, looked up by its own date, with what its history says. Days that the publisher lacks
 * stay missing: nothing is taken by its place in the list.
 */
export function fearGreedSection(input: Input): { section: FearGreedSection | null; found: readonly Found[] } {
  const [first] = told(input, "fearGreed");
  if (first === undefined) return { section: null, found: [] };
  const days = filterSeries(first.value, (point) => point.at < input.asOf);
  const newest = days.at(-1);
  if (newest === undefined) {
    const gap = { why: "stale", detail: "no value before the report's instant" } as const;
    return { section: null, found: [{ source: first.source.id, dataset: "fearGreed", gap }] };
  }
  const changeOver = (n: number): FearGreedSection["changes"]["1d"] => {
    const from = latest(days, shift(newest.at, -n * DAY), DAY);
    return from === null
      ? null
      : { points: newest.value.value - from.value.value, from: from.value.value, fromDate: dayOf(from.at) };
  };
  const changes = { "1d": changeOver(1), "7d": changeOver(7), "30d": changeOver(30), "365d": changeOver(365) };
  // A day's value is published whole at its start and does not change during the day.
  const whole = days.map(({ at, value }) => ({ period: dayOf(at), complete: true, ...value }));
  const complete = completeDays(whole);
  const labels = completeDays(whole.map((day) => ({ ...day, value: day.label })));
  return {
    section: {
      value: newest.value.value,
      label: newest.value.label,
      date: dayOf(newest.at),
      source: first.source.id,
      attribution: first.source.attribution ?? { text: first.source.name, url: "" },
      changes,
      ytd: yearOf(complete),
      lowestSince: sinceLine(lowestSince(complete, asPrinted), complete.periods.length),
      highestSince: sinceLine(highestSince(complete, asPrinted), complete.periods.length),
      streak: { label: newest.value.label, days: streak(labels, (label) => label === newest.value.label) },
      recent: lastDays(days, newest.at, RECENT),
      year: lastDays(days, newest.at, YEAR),
    },
    found: unchanged(changes).map((gap) => ({ source: first.source.id, dataset: "fearGreed", gap })),
  };
}

/** One gap for all windows that have no value to begin with. */
function unchanged(changes: FearGreedSection["changes"]): readonly Gap[] {
  const lacking = Object.entries(changes).flatMap(([window, one]) => (one === null ? [window] : []));
  if (lacking.length === 0) return [];
  const detail = `no change over ${list(lacking)}: no value is told of the day then, nor of the day before it`;
  return [{ why: "unpublished", detail }];
}

const lastDays = (days: Series<FearGreed>, newest: Instant, n: number): FearGreedSection["recent"] =>
  between(days, shift(newest, -(n - 1) * DAY), shift(newest, 1)).map((point) => ({
    date: dayOf(point.at),
    value: point.value.value,
  }));

/** Values are whole numbers and printed as they are. */
const asPrinted = (value: number): number => value;

function yearOf(complete: Parameters<typeof yearToDate>[0]): FearGreedSection["ytd"] {
  const year = yearToDate(complete);
  if (year === null) return null;
  const { lowDay, highDay, ...rest } = year;
  return { ...rest, lowDate: lowDay, highDate: highDay };
}

function sinceLine(since: Since<Day>, periods: number): FearGreedSection["lowestSince"] {
  switch (since.is) {
    case "since":
      return { date: since.period, equal: since.equal, historyFrom: since.first, missing: since.missing, periods };
    case "history":
      return { date: null, equal: false, historyFrom: since.first, missing: since.missing, periods };
    default:
      return null;
  }
}
