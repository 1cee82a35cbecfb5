import { completeMonths, highestSince, lowestSince, type Since } from "../../core/extremes.ts";
import { monthOverMonth, type VenueMonths } from "../../core/month-change.ts";
import { venueMonths, type MonthVolume } from "../../core/months.ts";
import { significant } from "../../core/round.ts";
import { isExpected } from "../../core/gap.ts";
import type { Markets, Traded } from "../../core/market.ts";
import { exactly, type Series } from "../../core/series.ts";
import { addMonths, daysIn, monthOf, monthsBetween, startOfMonth, type Instant, type Month } from "../../core/time.ts";
import { told, type Found, type Input } from "../input.ts";
import type { RecordLine, VolumeMonth, VolumeSection } from "../report.ts";

/** Closed months shown besides the running one. */
const MONTHS = 24;
/** The record's venues hold at least this share of the latest month. */
const LEAST_SHARE = 0.8;

export function volumeSection(input: Input): { section: VolumeSection | null; found: readonly Found[] } {
  const found: Found[] = [];
  const venues = venueVolumes(input, found);
  if (venues.length === 0) return { section: null, found };
  const running = monthOf(input.asOf);
  const wanted = Array.from({ length: MONTHS + 1 }, (_, i) => addMonths(running, i - MONTHS));
  const latest =
    wanted.findLast((month) => month < running && venues.some((venue) => whole(venue, month) !== null)) ?? null;
  const months = wanted.flatMap((month) => monthLine(month, venues, running, latest, found));
  const toDate = months.find((month) => month.month === running);
  return {
    section: {
      unit: "USD, each trade once",
      months,
      latest,
      monthOverMonth: latest === null ? null : monthOverMonthLine(venues, latest),
      record: latest === null ? null : totalRecord(venues, latest),
      toDate:
        toDate === undefined || toDate.days === 0
          ? null
          : {
              month: running,
              days: toDate.days,
              usd: toDate.usd,
              runRateUsd: (toDate.usd * daysIn(running)) / toDate.days,
              range: null,
            },
    },
    found,
  };
}

function venueVolumes(input: Input, found: Found[]): readonly VenueMonths[] {
  const seen = new Set<string>();
  const venues: VenueMonths[] = [];
  for (const { source, value, until } of told(input, "volume")) {
    const id = source.venue ?? source.id;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const { what, gap } of value.lacking) {
      found.push({ source: source.id, dataset: "volume", gap: { ...gap, detail: `${what}: ${gap.detail}` } });
    }
    // A sum without a perpetual or a whole family is no figure of the venue; without a dated contract it is, and says so.
    const without = value.lacking
      .filter(({ gap, minor }) => minor !== true && !isExpected(gap))
      .map(({ what }) => what);
    const months = without.length > 0 ? null : monthsOf(value.of, until);
    if (months === null) {
      const detail =
        without.length > 0
          ? `not counted: its volume is known without ${without.join(", ")} only`
          : "bars that are no part of a month";
      found.push({ source: source.id, dataset: "volume", gap: { why: "implausible", rule: "Q-20", detail } });
    } else venues.push({ id, months });
  }
  return venues;
}

/** Null where the bars are not what a source must give. */
function monthsOf(contracts: Markets<Series<Traded>>["of"], until: Instant): Series<MonthVolume> | null {
  try {
    return venueMonths(contracts, until);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A venue's month, if it is over and wholly covered. */
function whole(venue: VenueMonths, month: Month): MonthVolume | null {
  const found = exactly(venue.months, startOfMonth(month))?.value;
  return found?.complete === true ? found : null;
}

/** The month over the venues that have it whole; the running month over those that have it so far. */
function monthLine(
  month: Month,
  venues: readonly VenueMonths[],
  running: Month,
  latest: Month | null,
  found: Found[],
): VolumeMonth[] {
  const parts = venues.flatMap((venue) => {
    const value = month === running ? exactly(venue.months, startOfMonth(month))?.value : whole(venue, month);
    if (value === undefined || value === null) {
      if (month === latest) {
        found.push({
          source: venue.id,
          dataset: "volume",
          gap: { why: "implausible", rule: "Q-04", detail: `${month} is not wholly covered` },
        });
      }
      return [];
    }
    return [{ id: venue.id, value }];
  });
  if (parts.length === 0) return [];
  const usd = parts.reduce((sum, { value }) => sum + value.usd, 0);
  const days = month === running ? Math.max(...parts.map(({ value }) => value.days)) : daysIn(month);
  return [
    {
      month,
      complete: month !== running,
      days,
      usd,
      btc: parts.reduce((sum, { value }) => sum + value.btc, 0),
      perDayUsd: days > 0 ? usd / days : 0,
      venues: parts
        .map(({ id, value }) => ({
          id,
          usd: value.usd,
          btc: value.btc,
          share: usd > 0 ? value.usd / usd : 0,
          derived: value.derived,
          record:
            month === latest
              ? venueRecord(
                  venues.filter((venue) => venue.id === id),
                  month,
                )
              : null,
        }))
        .toSorted((a, b) => b.usd - a.usd),
    },
  ];
}

function monthOverMonthLine(venues: readonly VenueMonths[], latest: Month): VolumeSection["monthOverMonth"] {
  const found = monthOverMonth(venues, latest);
  return found === null ? null : { ratio: found.ratio, perDay: found.perDay, venues: [...found.venues] };
}

/** Months from `from` to `latest`, or null where the venue lacks one of them. */
function unbroken(venue: VenueMonths, from: Month, latest: Month): boolean {
  const count = monthsBetween(from, latest) + 1;
  return Array.from({ length: count }, (_, i) => addMonths(from, i)).every((month) => whole(venue, month) !== null);
}

/** The set of venues with the longest common history that covers enough of the latest month. */
function totalRecord(venues: readonly VenueMonths[], latest: Month): VolumeSection["record"] {
  const usdOf = (set: readonly VenueMonths[]): number =>
    set.reduce((sum, venue) => sum + (whole(venue, latest)?.usd ?? 0), 0);
  const all = usdOf(venues);
  for (let back = MONTHS - 1; back >= 0; back -= 1) {
    const from = addMonths(latest, -back);
    const set = venues.filter((venue) => unbroken(venue, from, latest));
    if (set.length > 0 && all > 0 && usdOf(set) / all >= LEAST_SHARE) {
      const { byTotal, byDay, historyFrom } = records(set, from, latest);
      return { byTotal, byDay, historyFrom, venues: set.map(({ id }) => id) };
    }
  }
  return null;
}

/** A venue's own record over its unbroken months, or null where it is none. */
function venueRecord(venue: readonly VenueMonths[], latest: Month): VolumeMonth["venues"][number]["record"] {
  const [one] = venue;
  if (one === undefined) return null;
  let from = latest;
  while (whole(one, addMonths(from, -1)) !== null) from = addMonths(from, -1);
  const found = records([one], from, latest);
  return found.byTotal === null && found.byDay === null ? null : found;
}

function records(
  set: readonly VenueMonths[],
  from: Month,
  latest: Month,
): { byTotal: RecordLine | null; byDay: RecordLine | null; historyFrom: Month } {
  const months = Array.from({ length: monthsBetween(from, latest) + 1 }, (_, i) => addMonths(from, i));
  const rows = months.map((month) => ({
    period: month,
    value: set.reduce((sum, venue) => sum + (whole(venue, month)?.usd ?? 0), 0),
    complete: true,
  }));
  return {
    byTotal: recordOf(rows),
    byDay: recordOf(rows.map((row) => ({ ...row, value: row.value / daysIn(row.period) }))),
    historyFrom: from,
  };
}

/** Values are compared as they are printed. */
const asPrinted = (value: number): number => significant(value, 4);

function recordOf(rows: readonly { period: Month; value: number; complete: boolean }[]): RecordLine | null {
  const complete = completeMonths(rows);
  return line("lowest", lowestSince(complete, asPrinted)) ?? line("highest", highestSince(complete, asPrinted));
}

function line(direction: RecordLine["direction"], since: Since<Month>): RecordLine | null {
  if (since.is === "since") return { direction, since: since.period, equal: since.equal };
  return since.is === "history" ? { direction, since: null, equal: false } : null;
}
