import { largestSince } from "../../core/liquidation-record.ts";
import type { Liquidations } from "../../core/market.ts";
import { mapSeries, series } from "../../core/series.ts";
import { DAY, HOUR, instant, iso, shift, type Instant } from "../../core/time.ts";
import { sumUsd, type Usd } from "../../core/units.ts";
import { lackingOf, told, type Found, type Input } from "../input.ts";
import type { LiquidationsSection } from "../report.ts";

const WINDOW = DAY;

interface Sums {
  readonly longsUsd: number;
  readonly shortsUsd: number;
  readonly hours: number;
  readonly until: string;
}

/**
 * What exchanges say was liquidated in the 24 hours to asOf, by who was liquidated. Feeds of exchanges are added up;
 * what a vendor gathers from the same feeds stands beside, never in the sum.
 */
export function liquidationsSection(input: Input): { section: LiquidationsSection | null; found: readonly Found[] } {
  const found: Found[] = [];
  const venues: LiquidationsSection["venues"] = [];
  const reported: LiquidationsSection["reported"] = [];
  for (const { source, value } of told(input, "liquidations")) {
    found.push(...lackingOf(source, "liquidations", value.lacking));
    const sums = sumsOf(value, input.asOf);
    if (sums === null) {
      const detail = "its bars do not tell longs from shorts, or lie outside the 24 hours";
      found.push({ source: source.id, dataset: "liquidations", gap: { why: "unpublished", detail } });
    } else if (source.venue === null) {
      const { longsUsd, shortsUsd } = sums;
      reported.push({ id: source.id, longsUsd, shortsUsd, exchanges: value.of.map(({ market }) => market.symbol) });
    } else venues.push({ id: source.venue, feed: value.feed, ...sums });
  }
  if (venues.length === 0 && reported.length === 0) return { section: null, found };
  const exchanges = new Set(input.sources.flatMap(({ venue }) => venue ?? []));
  return {
    section: {
      windowHours: 24,
      longsUsd: venues.reduce((sum, one) => sum + one.longsUsd, 0),
      shortsUsd: venues.reduce((sum, one) => sum + one.shortsUsd, 0),
      lowerBound: venues.length < exchanges.size || venues.some(({ feed }) => feed !== "complete"),
      venues: venues.toSorted((a, b) => b.longsUsd + b.shortsUsd - a.longsUsd - a.shortsUsd),
      reported,
      largestSince: records(input),
      reportedLargestSince: reportedRecords(input),
    },
    found,
  };
}

/** Of each feed that tells its past, against itself alone: days on which all of its contracts are told. */
function records(input: Input): LiquidationsSection["largestSince"] {
  const found = told(input, "liquidationDays").flatMap(({ source: { venue }, value: { of } }) => {
    const [only, ...more] = of;
    if (venue === null || only === undefined) return [];
    const days = new Map<Instant, Usd[]>();
    for (const { value } of of) {
      for (const { at, value: bar } of value) days.set(at, [...(days.get(at) ?? []), bar.both]);
    }
    const whole = [...days].filter(([, parts]) => parts.length === of.length);
    const totals = series(whole.map(([at, parts]) => ({ at, value: sumUsd(parts) })));
    const record = largestSince(venue, totals, input.asOf);
    return record === null ? [] : [{ id: venue, symbol: more.length === 0 ? only.market.symbol : null, ...record }];
  });
  return found.length === 0 ? null : found;
}

/** Of the days that a vendor has of one contract of an exchange, which follow the changes of that exchange's feed. */
function reportedRecords(input: Input): LiquidationsSection["reportedLargestSince"] {
  const found = told(input, "reportedLiquidations").flatMap(({ source, value: venues }) =>
    venues.flatMap(({ venue: id, market: { symbol }, value }) => {
      const totals = mapSeries(value, ({ both }) => both);
      const record = largestSince(id, totals, input.asOf);
      return record === null ? [] : [{ id, symbol, ...record, source: source.id }];
    }),
  );
  return found.length === 0 ? null : found;
}

/**
 * Bars that end inside the 24 hours; null where none does or a side is not told. The 24 hours end with the last bar: of
 * whole hours that is a while ago, and what ended hours ago was told by an earlier run. Feeds of single orders count their
 * hours back from asOf, and the last one has no bar where it has no order.
 */
function sumsOf({ of }: Liquidations, asOf: Instant): Sums | null {
  const ends = of.flatMap(({ value }) => value.map((bar) => bar.value.until)).filter((at) => at <= asOf);
  if (ends.length === 0) return null;
  const last = instant(Math.max(...ends));
  const end = last === shift(asOf, -HOUR) ? asOf : last;
  const from = shift(end, -WINDOW);
  let longsUsd = 0;
  let shortsUsd = 0;
  let earliest: number = end;
  let count = 0;
  for (const { value } of of) {
    for (const bar of value) {
      if (bar.value.until <= from || bar.value.until > end) continue;
      if (bar.value.longs === null || bar.value.shorts === null) return null;
      longsUsd += bar.value.longs;
      shortsUsd += bar.value.shorts;
      earliest = Math.min(earliest, bar.at);
      count += 1;
    }
  }
  return count === 0 ? null : { longsUsd, shortsUsd, hours: Math.min(24, (end - earliest) / HOUR), until: iso(end) };
}
