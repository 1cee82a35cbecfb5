import { completeMonths, highestSince, lowestSince, type Since } from "../../core/extremes.ts";
import { daysOfAll, dayVolumes, type DayVolumes } from "../../core/day-volumes.ts";
import { LEAST_DAYS, monthOverMonth, RANGE_DAYS, runRate, type VenueMonths } from "../../core/month-change.ts";
import {
  daysTold,
  MOST_ON_END,
  missingShare,
  venueMonths,
  withDue,
  type Hole,
  type MonthVolume,
} from "../../core/months.ts";
import { GAPS, uncovered } from "../../core/plausible/series.ts";
import { amount, type Verdict } from "../../core/plausible/verdict.ts";
import { missed, type Markets, type Traded } from "../../core/market.ts";
import { exactly, type Series } from "../../core/series.ts";
import {
  addMonths,
  DAY,
  daysIn,
  earlier,
  floorTo,
  monthOf,
  monthsBetween,
  shift,
  startOfMonth,
  type Instant,
  type Month,
} from "../../core/time.ts";
import { sumUsd, usd, type Usd } from "../../core/units.ts";
import { lackingOf, told, type Found, type Input } from "../input.ts";
import { asPrinted } from "../on-track.ts";
import type { CheckLine, RecordLine, VolumeMonth, VolumeSection } from "../report.ts";
import { list } from "../words.ts";
import { ledger, type Admits } from "./checks/ledger.ts";

/** Closed months shown besides the running one. */
const MONTHS = 24;
/** The record's venues hold at least this share of the latest month. */
const LEAST_SHARE = 0.8;
/** Months of a venue that are named for their holes. */
const LISTED = 5;

interface VenueVolume extends VenueMonths {
  /** Of what earlier runs were told only months that were over are kept. */
  readonly aged: boolean;
  /** Of the last days that were over. */
  readonly days: DayVolumes;
}

export function volumeSection(input: Input): {
  section: VolumeSection | null;
  found: readonly Found[];
  checks: readonly CheckLine[];
} {
  const found: Found[] = [];
  const { admits, checks } = ledger();
  const venues = venueVolumes(input, found);
  if (venues.length === 0) return { section: null, found, checks };
  const running = monthOf(input.asOf);
  // At its first instant a month has nothing to tell yet.
  const begun = startOfMonth(running) < input.asOf;
  const wanted = Array.from({ length: MONTHS + (begun ? 1 : 0) }, (_, i) => addMonths(running, i - MONTHS));
  const latest =
    wanted.findLast((month) => month < running && venues.some((venue) => whole(venue, month) !== null)) ?? null;
  flagHoles(
    venues,
    wanted.filter((month) => month < running),
    running,
    admits,
  );
  const months = wanted.flatMap((month) => {
    const parts = partsOf(month, venues, running);
    if (month === latest || month >= addMonths(running, -1)) found.push(...absentFrom(month, parts, venues, running));
    return monthLine(month, parts, running, latest) ?? [];
  });
  const toDate = months.find((month) => month.month === running);
  return {
    section: {
      unit: "USD, each trade once",
      months,
      latest,
      monthOverMonth: latest === null ? null : monthOverMonthLine(venues, latest),
      record: latest === null ? null : totalRecord(venues, latest),
      toDate: toDate === undefined ? null : toDateLine(running, toDate, venues, found),
    },
    found,
    checks,
  };
}

/** What the running month may come to, with a range where its venues tell enough of the last days. */
function toDateLine(
  running: Month,
  line: VolumeMonth,
  all: readonly VenueVolume[],
  found: Found[],
): VolumeSection["toDate"] {
  const venues = all.filter(({ id }) => line.venues.some((one) => one.id === id));
  const daily = daysOfAll(venues.map(({ days }) => days));
  const value = { usd: usd(line.usd), days: line.days };
  const rate = runRate({ at: startOfMonth(running), value }, daily);
  if (rate === null) return null;
  if (rate.range === null) {
    const without = venues.filter(({ days }) => days.size < LEAST_DAYS).map(({ id }) => id);
    const who = without.length === 0 ? "all venues together" : list(without);
    const detail = `fewer than ${LEAST_DAYS} of the last ${RANGE_DAYS} days are told day by day by ${who}`;
    found.push({ source: "all", dataset: "volume.toDate.range", gap: { why: "unpublished", detail } });
  }
  const range: [number, number] | null = rate.range === null ? null : [rate.range.low, rate.range.high];
  return { month: running, days: line.days, usd: line.usd, runRateUsd: rate.usd, range };
}

/** what lacks of a venue's months, so that they are not counted, and of its running month. */
function flagHoles(venues: readonly VenueVolume[], over: readonly Month[], running: Month, admits: Admits): void {
  const daysOf = ({ months }: VenueVolume): number => exactly(months, startOfMonth(running))?.value.days ?? 0;
  const longest = Math.max(...venues.map(daysOf));
  for (const venue of venues) {
    const begun = venue.months[0]?.at ?? Infinity;
    const holes = over.flatMap((month) => {
      const value = exactly(venue.months, startOfMonth(month))?.value;
      if (value === undefined) {
        return startOfMonth(month) < begun ? [] : [{ month, counts: false, hole: nothingOf(month) }];
      }
      return value.hole === null ? [] : [{ month, counts: value.complete, hole: value.hole }];
    });
    const days = daysOf(venue);
    admits({ section: "volume", source: venue.id, figure: "volume.months" }, [
      ...lacking(
        "not counted for lack of bars",
        holes.filter(({ counts }) => !counts),
      ),
      ...lacking(
        "counted without some bars",
        holes.filter(({ counts }) => counts),
      ),
      // Venues are told some minutes apart.
      ...(days === 0 || longest - days < 1
        ? []
        : uncovered(`${running} is told for ${amount(days)} of ${amount(longest)} days`, 1 - days / longest)),
    ]);
  }
}

const nothingOf = (month: Month): Hole => {
  const days = daysIn(month);
  return { symbol: "every contract", days, of: days, longest: days };
};

function lacking(what: string, all: readonly { readonly month: Month; readonly hole: Hole }[]): readonly Verdict[] {
  const holes = all.filter(({ hole }) => missingShare(hole) > GAPS.warning);
  const words = holes
    .slice(-LISTED)
    .map(
      ({ month, hole: { symbol, days, of } }) =>
        `${month} (${symbol} has no bars for ${amount(days)} of ${amount(of)} days)`,
    );
  if (holes.length > LISTED) words.unshift(`${holes.length - LISTED} months before`);
  return uncovered(`${what}: ${list(words)}`, Math.max(0, ...holes.map(({ hole }) => missingShare(hole))));
}

function venueVolumes(input: Input, found: Found[]): readonly VenueVolume[] {
  const seen = new Set<string>();
  const venues: VenueVolume[] = [];
  for (const { source, value, until, aged } of told(input, "volume")) {
    const id = source.venue ?? source.id;
    if (seen.has(id)) continue;
    seen.add(id);
    found.push(...lackingOf(source, "volume", value.lacking));
    // A sum without a perpetual or a whole family is no figure of the venue; without a dated contract it is, and says so.
    // What lacks of a contract that is told is a hole of its months.
    const without = missed(value.lacking.filter(({ contract }) => contract === undefined)).map(({ what }) => what);
    const months = without.length > 0 ? null : monthsOf(value.of, until);
    if (months === null) {
      const detail =
        without.length > 0
          ? `not counted: its volume is known without ${without.join(", ")} only`
          : "bars that are no part of a month";
      found.push({ source: source.id, dataset: "volume", gap: { why: "implausible", rule: "Q-20", detail } });
    } else {
      const midnight = floorTo(until, DAY);
      venues.push({
        id,
        aged,
        months,
        days: dayVolumes(withDue(value.of, until), shift(midnight, -RANGE_DAYS * DAY), midnight),
      });
    }
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

/** In its first hours a running month lacks the bar that forms; half of it is too much. */
const MOST_SHARE = 0.5;

/** A venue's running month, if every perpetual is told up to now. */
function soFar(venue: VenueMonths, month: Month): MonthVolume | null {
  const found = exactly(venue.months, startOfMonth(month))?.value ?? null;
  const lacks = (found?.hole?.longest ?? 0) >= MOST_ON_END || missingShare(found?.hole ?? null) > MOST_SHARE;
  return lacks ? null : found;
}

/** A venue and its month. */
interface Part {
  readonly venue: VenueVolume;
  readonly value: MonthVolume;
}

/** The month of the venues that have it whole; the running month of those that have it so far. */
const partsOf = (month: Month, venues: readonly VenueVolume[], running: Month): readonly Part[] =>
  venues.flatMap((venue) => {
    const value = month === running ? soFar(venue, month) : whole(venue, month);
    return value === null ? [] : [{ venue, value }];
  });

/** Why a venue is not in a recent month; of what earlier runs were told nothing is kept of a running one. */
function absentFrom(
  month: Month,
  parts: readonly Part[],
  venues: readonly VenueVolume[],
  running: Month,
): readonly Found[] {
  const detail = `${month} is not wholly covered${month === running ? " so far" : ""}`;
  return venues
    .filter((venue) => !parts.some((part) => part.venue === venue) && !(month === running && venue.aged))
    .map(({ id }) => ({ source: id, dataset: "volume", gap: { why: "implausible", rule: "Q-04", detail } }));
}

/** Null where no venue has the month. */
function monthLine(month: Month, parts: readonly Part[], running: Month, latest: Month | null): VolumeMonth | null {
  if (parts.length === 0) return null;
  const total = parts.reduce((sum, { value }) => sum + value.usd, 0);
  const days = month === running ? daysTold(parts.map(({ value }) => value)) : daysIn(month);
  return {
    month,
    complete: month !== running,
    days,
    usd: total,
    btc: parts.reduce((sum, { value }) => sum + value.btc, 0),
    perDayUsd: days > 0 ? total / days : 0,
    venues: parts
      .map(({ venue, value }) => ({
        id: venue.id,
        usd: value.usd,
        btc: value.btc,
        share: total > 0 ? value.usd / total : 0,
        derived: value.derived,
        record: month === latest ? venueRecord(venue, month) : null,
      }))
      .toSorted((a, b) => b.usd - a.usd),
  };
}

function monthOverMonthLine(venues: readonly VenueMonths[], latest: Month): VolumeSection["monthOverMonth"] {
  const found = monthOverMonth(venues, latest);
  return found === null ? null : { ratio: found.ratio, perDay: found.perDay, venues: [...found.venues] };
}

/** Whether the venue has every month from `from` to `latest`. */
function unbroken(venue: VenueMonths, from: Month, latest: Month): boolean {
  const count = monthsBetween(from, latest) + 1;
  return Array.from({ length: count }, (_, i) => addMonths(from, i)).every((month) => whole(venue, month) !== null);
}

/** The set of venues with the longest common history that covers enough of the latest month. */
function totalRecord(venues: readonly VenueMonths[], latest: Month): VolumeSection["record"] {
  const usdOf = (set: readonly VenueMonths[]): number =>
    set.reduce((sum, venue) => sum + (whole(venue, latest)?.usd ?? 0), 0);
  const all = usdOf(venues);
  const starts = venues.flatMap(({ months }) => months.find(({ value }) => value.complete)?.at ?? []);
  if (starts.length === 0) return null;
  const oldest = monthOf(starts.reduce(earlier));
  for (let back = monthsBetween(oldest, latest); back >= 0; back -= 1) {
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
function venueRecord(venue: VenueMonths, latest: Month): VolumeMonth["venues"][number]["record"] {
  let from = latest;
  while (whole(venue, addMonths(from, -1)) !== null) from = addMonths(from, -1);
  const found = records([venue], from, latest);
  return found.byTotal === null && found.byDay === null ? null : found;
}

/** The unbroken months from `from` on are ranked; what is known of the time before may deny a record of all history. */
function records(
  set: readonly VenueMonths[],
  from: Month,
  latest: Month,
): { byTotal: RecordLine | null; byDay: RecordLine | null; historyFrom: Month } {
  const starts = set.flatMap(({ months }) => months.map(({ at }) => at)).toSorted((a, b) => a - b);
  const rows = [...new Set(starts)].map(monthOf).flatMap((month): readonly MonthRow[] => {
    const own = set.flatMap((venue) => whole(venue, month)?.usd ?? []);
    return month > latest || own.length < set.length ? [] : [{ month, usd: sumUsd(own) }];
  });
  return {
    byTotal: recordOf(rows, from, ({ usd }) => usd),
    byDay: recordOf(rows, from, ({ month, usd }) => usd / daysIn(month)),
    historyFrom: from,
  };
}
interface MonthRow {
  readonly month: Month;
  readonly usd: Usd;
}

function recordOf(rows: readonly MonthRow[], from: Month, valueOf: (row: MonthRow) => number): RecordLine | null {
  const ranked = rows.filter(({ month }) => month >= from);
  const newest = ranked.at(-1);
  if (newest === undefined) return null;
  const complete = completeMonths(ranked.map((row) => ({ period: row.month, value: valueOf(row), complete: true })));
  const now = asPrinted(valueOf(newest));
  const older = rows.filter(({ month }) => month < from).map((row) => asPrinted(valueOf(row)));
  const isLowest = older.every((value) => value > now);
  const isHighest = older.every((value) => value < now);
  return (
    line("lowest", lowestSince(complete, asPrinted), isLowest) ??
    line("highest", highestSince(complete, asPrinted), isHighest)
  );
}

/** `isOfAll`: no month before the history that is ranked says otherwise. */
function line(direction: RecordLine["direction"], since: Since<Month>, isOfAll: boolean): RecordLine | null {
  if (since.is === "since") return { direction, since: since.period, equal: since.equal };
  return since.is === "history" && isOfAll ? { direction, since: null, equal: false } : null;
}
