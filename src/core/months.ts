/** Bars of trading as UTC months, per contract and per venue. */
import type { Market, Of, Traded } from "./market.ts";
import { GAPS } from "./plausible/series.ts";
import { between, exactly, series, type Series } from "./series.ts";
import {
  addMonths,
  DAY,
  earlier,
  endOfMonth,
  iso,
  later,
  monthOf,
  shift,
  startOfMonth,
  type Instant,
  type Month,
} from "./time.ts";
import { btc, sumBtc, sumUsd, usd, type Btc, type Usd } from "./units.ts";

/** What was traded in a month; the point stands at the month's start. */
export interface MonthVolume {
  readonly usd: Usd;
  readonly btc: Btc;
  /** One of the two was made from the other with the bars' typical prices. */
  readonly derived: boolean;
  /** Start of the first bar in the month. */
  readonly from: Instant;
  /** End of the last bar in the month, at most `asOf`. */
  readonly until: Instant;
  /** The month is over and wholly covered: it may be ranked and compared. */
  readonly complete: boolean;
  /** Days covered by bars up to `asOf`: a fraction in a running month. */
  readonly days: number;
  /** The perpetual that lacks the largest part of its bars; null where none lacks any. */
  readonly hole: Hole | null;
}

/** Time without a bar between a perpetual's listing, or the month's start, and the month's end (so far its last bar). */
export interface Hole {
  readonly symbol: string;
  /** Days without a bar. */
  readonly days: number;
  /** Of the days that should have one. */
  readonly of: number;
  /** The longest stretch without one, days. */
  readonly longest: number;
}

/** A month while its bars are added to it. */
interface Running extends Sums {
  readonly month: Month;
  readonly end: Instant;
  readonly from: Instant;
  readonly until: Instant;
  /** Milliseconds of all bars. */
  readonly covered: number;
  /** The longest time between two bars so far, milliseconds. */
  readonly gap: number;
}
export interface Sums {
  readonly usd: Usd;
  readonly btc: Btc;
  readonly derived: boolean;
}

/**
 * One contract's months, the first one from `due` on, or from its first bar where that is not told. Throws a RangeError on
 * a bar that crosses a month's end or has neither both amounts nor a price to make one from the other: a source never
 * gives such bars.
 */
export function monthVolumes(bars: Series<Traded>, market: Market, asOf: Instant, due?: Instant): Series<MonthVolume> {
  const since = earlier(due ?? asOf, bars[0]?.at ?? asOf);
  // Bars are in time order, so the months are too, and the calendar is asked once a month.
  const months: Mutable<Running>[] = [];
  for (const { at, value } of bars) {
    if (at >= asOf) break;
    let running = months.at(-1);
    if (running === undefined || at >= running.end) {
      const month = monthOf(at);
      running = {
        month,
        end: endOfMonth(month),
        from: at,
        until: at,
        covered: 0,
        gap: at - later(startOfMonth(month), since),
        usd: usd(0),
        btc: btc(0),
        derived: false,
      };
      months.push(running);
    }
    if (value.until > running.end) {
      throw new RangeError(`the bar from ${iso(at)} crosses the end of ${running.month}`);
    }
    const until = earlier(value.until, asOf);
    const sums = amounts(value, at);
    running.gap = Math.max(running.gap, at - running.until);
    running.until = later(running.until, until);
    running.covered += until - at;
    running.usd = usd(running.usd + sums.usd);
    running.btc = btc(running.btc + sums.btc);
    running.derived ||= sums.derived;
  }
  return series(
    months.map((running) => ({ at: startOfMonth(running.month), value: monthOfBars(running, since, market, asOf) })),
  );
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Both amounts of a bar; nothing traded needs no price. Throws a RangeError where one lacks and there is no price. */
export function amounts(bar: Traded, at: Instant): Sums {
  if (bar.usd !== null && bar.btc !== null) return { usd: bar.usd, btc: bar.btc, derived: false };
  if (bar.usd === 0 || bar.btc === 0) return { usd: usd(0), btc: btc(0), derived: false };
  if (bar.usd !== null && bar.typical !== null) return { usd: bar.usd, btc: btc(bar.usd / bar.typical), derived: true };
  if (bar.btc !== null && bar.typical !== null) return { usd: usd(bar.btc * bar.typical), btc: bar.btc, derived: true };
  throw new RangeError(`the bar from ${iso(at)} lacks an amount and a price to make it from the other one`);
}

const add = (parts: readonly Sums[]): Sums => ({
  usd: sumUsd(parts.map((part) => part.usd)),
  btc: sumBtc(parts.map((part) => part.btc)),
  derived: parts.some((part) => part.derived),
});

/** A month of a contract that is traded since `since`. */
function monthOfBars(running: Running, since: Instant, market: Market, asOf: Instant): MonthVolume {
  const { month, end, from, until, covered, gap } = running;
  const last = earlier(end, asOf);
  const due = last - later(startOfMonth(month), since);
  const missing = due - covered;
  const longest = Math.max(gap, last - until) / DAY;
  // A dated contract may go without a trade for days; a perpetual does not.
  const hole =
    market.kind === "dated" || missing <= 0
      ? null
      : { symbol: market.symbol, days: missing / DAY, of: due / DAY, longest };
  return {
    usd: running.usd,
    btc: running.btc,
    derived: running.derived,
    from,
    until,
    complete: end <= asOf && isWhole(hole),
    days: covered / DAY,
    hole,
  };
}

/** The part of the time that has no bar, 0 to 1. */
export const missingShare = (hole: Hole | null): number => (hole === null ? 0 : hole.days / hole.of);

/**
 * Of a perpetual a day on end is more than a month may lack, some hours here and there are not: of an hour of maintenance or
 * without a trade many venues send no bar, and nothing is lost by that. A tenth is too much however it lies (rule Q-04).
 */
const isWhole = (hole: Hole | null): boolean =>
  hole === null || (hole.longest < MOST_ON_END && missingShare(hole) <= GAPS.error);
/** Days. */
export const MOST_ON_END = 1;

/** A thousandth of a venue's month is not seen in the three digits that are printed of it. */
const LITTLE = 0.001;
/** A perpetual with bars for less of its time does not tell what the rest of it may have been. */
const LEAST_TOLD = 0.5;

/**
 * Some venues send no bar of a day without a trade. Where a perpetual hardly matters, days like its others would change
 * nothing, so that it is no matter whether there were none or they lack.
 */
const isLittle = (lacking: number, { usd, days }: Pick<MonthVolume, "usd" | "days">, ofVenue: Usd): boolean =>
  days > 0 && (usd / days) * lacking <= ofVenue * LITTLE;

/** Whether a hole in a perpetual's month may be seen in that of the venue. */
const matters = (hole: Hole, part: MonthVolume, ofVenue: Usd): boolean =>
  missingShare(hole) > 1 - LEAST_TOLD || !isLittle(hole.days, part, ofVenue);

const larger = (a: Hole | null, b: Hole | null): Hole | null => (missingShare(b) > missingShare(a) ? b : a);

/**
 * The days that a sum over venues is told for: its USD over the sum of each venue's USD a day. Where all are told for the
 * same time it is that time; where one is told for less, its days to come are as its days so far.
 */
export function daysTold(parts: readonly Pick<MonthVolume, "usd" | "days">[]): number {
  const told = parts.filter(({ days }) => days > 0);
  const longest = Math.max(0, ...told.map(({ days }) => days));
  const perDay = told.reduce((sum, part) => sum + part.usd / part.days, 0);
  const alike = told.every(({ days }) => days === longest);
  return alike || perDay === 0 ? longest : sumUsd(told.map((part) => part.usd)) / perDay;
}

/** What a perpetual lacks of a month before its first bar in it. */
function lackBeforeFirstBar({ symbol, kind }: Market, from: Instant, asOf: Instant): Hole | null {
  const start = startOfMonth(monthOf(from));
  if (kind === "dated" || from === start) return null;
  const days = (from - start) / DAY;
  return { symbol, days, of: (earlier(endOfMonth(monthOf(from)), asOf) - start) / DAY, longest: days };
}

/**
 * Since when each contract is due. Where nobody told it of the venue's main perpetual, the one that trades most now: since
 * the first bar of any of its contracts. A venue does not begin with its lesser contracts, but an answer that is cut short
 * looks like that.
 */
export function withDue(contracts: readonly Of<Series<Traded>>[], asOf: Instant): readonly Of<Series<Traded>>[] {
  if (contracts.every(({ market, due }) => market.kind === "dated" || due !== undefined)) return contracts;
  const begun = contracts.flatMap(({ value }) => value[0]?.at ?? []);
  const first = begun.reduce(earlier, asOf);
  const perpetuals = contracts.flatMap((contract) => {
    const last = contract.value.at(-1);
    if (contract.market.kind === "dated" || last === undefined) return [];
    const newest = between(contract.value, startOfMonth(monthOf(last.at)), shift(last.at, 1));
    const month = monthVolumes(newest, contract.market, asOf).at(-1);
    return month === undefined || month.value.days === 0
      ? []
      : [{ contract, perDay: month.value.usd / month.value.days, from: contract.value[0]?.at ?? asOf }];
  });
  const main = perpetuals.toSorted((a, b) => b.perDay - a.perDay || a.from - b.from)[0]?.contract;
  return contracts.map((contract) =>
    contract === main && contract.due === undefined ? { ...contract, due: first } : contract,
  );
}

/**
 * The months of a venue: its contracts together. A month is complete if it is so for every perpetual since it is due, or
 * from its first month on, but for what is too little to be seen; a dated contract may have no trade in it. In the first
 * month of all, what lies before a perpetual's first bar lacks too: there a history that is cut and one that begins look
 * the same.
 */
export function venueMonths(contracts: readonly Of<Series<Traded>>[], asOf: Instant): Series<MonthVolume> {
  const histories = withDue(contracts, asOf).map(({ market, value, due }) => {
    const months = monthVolumes(value, market, asOf, due);
    return { market, months, since: Math.min(due ?? Infinity, ...months.map(({ value: { from } }) => from)) };
  });
  const starts = [...new Set(histories.flatMap(({ months }) => months.map((point) => point.at)))];
  const first = Math.min(...starts);
  return series(
    starts.map((at) => {
      const told = histories.flatMap(({ market, months }) => {
        const value = exactly(months, at)?.value;
        return value === undefined ? [] : [{ market, value }];
      });
      const parts = told.map(({ value }) => value);
      const sums = add(parts);
      const end = endOfMonth(monthOf(at));
      const holes = told.flatMap(({ market, value }) => {
        const begun = at > first ? null : lackBeforeFirstBar(market, value.from, asOf);
        return [value.hole, begun].flatMap((hole) => (hole !== null && matters(hole, value, sums.usd) ? [hole] : []));
      });
      const absent = histories.flatMap(({ market, months, since }): readonly Hole[] => {
        const of = (earlier(end, asOf) - Math.max(at, since)) / DAY;
        // What is listed in a month's last hours may have its first bar in the next one.
        const isNew = since > at && of < MOST_ON_END;
        // One of few trades may have none in the first hours of a month.
        const before = exactly(months, startOfMonth(addMonths(monthOf(at), -1)))?.value;
        const isQuiet = of < MOST_ON_END && before !== undefined && isLittle(of, before, sums.usd);
        return market.kind === "dated" || isNew || isQuiet || exactly(months, at) !== null
          ? []
          : [{ symbol: market.symbol, days: of, of, longest: of }];
      });
      return {
        at,
        value: {
          ...sums,
          from: parts.map((part) => part.from).reduce(earlier),
          until: parts.map((part) => part.until).reduce(later),
          complete: end <= asOf && absent.length === 0 && holes.every(isWhole),
          days: Math.max(...parts.map((part) => part.days)),
          hole: [...holes, ...absent].reduce<Hole | null>(larger, null),
        },
      };
    }),
  );
}
