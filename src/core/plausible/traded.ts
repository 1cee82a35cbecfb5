/** What was traded, against the prices of its time and against the time around it. */
import type { Of, Traded } from "../market.ts";
import { median } from "../rank.ts";
import type { Point, Series } from "../series.ts";
import { DAY, dayOf, endOfMonth, floorTo, monthOf, type Instant, type Month } from "../time.ts";
import type { UsdPerBtc } from "../units.ts";
import { amount, dollars, percent, verdict, type Verdict } from "./verdict.ts";

/** The lowest and the highest price of a time. */
export interface PriceRange {
  readonly low: UsdPerBtc;
  readonly high: UsdPerBtc;
}

/**
 * How far the mean price of a bar may lie outside of the spot prices of its days: a perpetual is held near spot by its
 * funding, and where it was not, in the hour of a panic, that is no day's mean; a dated contract has a basis, and the middle
 * of four prices an outlier for one of them. Units are wrong by more.
 */
const OUTSIDE = { mean: 1.1, loose: 1.5 } as const;

/** Of what is less the rounding of an amount may be more than the bound, and nothing else is. */
const LITTLE = { btc: 0.1, usd: 10_000 } as const;

/**
 * the USD of a bar over its BTC lie between the low and the high of its time; where the venue tells one of the two,
 * the price that makes the other. `range` is of spot.
 */
export function meanPriceFits(
  { kind }: Of<unknown>["market"],
  { at, value }: Point<Traded>,
  { low, high }: PriceRange,
): readonly Verdict[] {
  const { btc, usd, typical } = value;
  const isTold = btc !== null && usd !== null;
  if ((btc ?? 0) < LITTLE.btc && (usd ?? 0) < LITTLE.usd) return [];
  const mean = isTold ? usd / btc : typical;
  if (mean === null) return [];
  const most = isTold && kind === "perpetual" ? OUTSIDE.mean : OUTSIDE.loose;
  const [least, top] = [low / most, high * most];
  if (mean >= least && mean <= top) return [];
  const paid = isTold ? `$${amount(usd)} for ${amount(btc)} BTC` : `a price of ${dollars(mean)}`;
  const bound = mean < least ? least : top;
  const text = `${paid} ${nameOf({ at, value })} lie outside of ${dollars(low)} to ${dollars(high)}, the prices of the time, by more than ${percent(most - 1)}`;
  return [verdict("Q-14", "error", text, mean, bound)];
}

const nameOf = ({ at, value }: Point<Traded>): string =>
  value.until - at > DAY ? `in ${monthOf(at)}` : `on ${dayOf(at)}`;

/**
 * Q-11 for a day against the usual one of its time. Of Binance's BTCUSDT the largest was 4.7 times the median of the days
 * around it (2024-08-05), of spot 5.7 times; a small venue's is more. A hundred times is another unit.
 */
const TIMES = { warning: 10, error: 100 } as const;
/** An hour may be a hundred usual ones. Where it is, the day of another unit is so many usual days. */
const DAY_TIMES = 20;
/** So many days of a month tell what is usual. */
const LEAST_DAYS = 10;
/** What has just been listed grows from nothing: so many months may be far below those after them. */
const YOUNG_MONTHS = 2;
/** Less than this part of a venue is no matter where it is too small. */
const LEAST_PART = 0.1;

interface Bar {
  readonly at: Instant;
  /** BTC. */
  readonly traded: number;
  readonly length: number;
}
interface MonthLevel {
  readonly month: Month;
  readonly bars: readonly Bar[];
  /** BTC by day; of a bar that is longer by its first day, a day's part of it. */
  readonly days: ReadonlyMap<Instant, number>;
  /** BTC of the median day; null where too few days tell it. */
  readonly level: number | null;
}
/** A month with the BTC of a usual day of its time. */
interface Judged extends MonthLevel {
  readonly usual: number;
}

/** BTC of a bar; null where the venue's amount has no price to make them from. */
const coins = ({ btc, usd, typical }: Traded): number | null =>
  btc ?? (usd === null || typical === null ? null : usd / typical);

function levelsOf(all: Series<Traded>): readonly MonthLevel[] {
  const months: { month: Month; end: Instant; bars: Bar[]; days: Map<Instant, number> }[] = [];
  for (const { at, value } of all) {
    const traded = coins(value);
    if (traded === null) continue;
    let own = months.at(-1);
    if (own === undefined || at >= own.end) {
      const month = monthOf(at);
      months.push((own = { month, end: endOfMonth(month), bars: [], days: new Map() }));
    }
    const length = value.until - at;
    const day = floorTo(at, DAY);
    own.bars.push({ at, traded, length });
    own.days.set(day, (own.days.get(day) ?? 0) + traded / Math.max(1, length / DAY));
  }
  return months.map(({ month, bars, days }) => {
    const covered = bars.reduce((sum, { length }) => sum + length, 0);
    return { month, bars, days, level: covered < LEAST_DAYS * DAY ? null : median([...days.values()]) };
  });
}

/**
 * What is usual in each month, youngest first: its own median day, or, where that is of another unit, that of the months
 * after it, of which the last one is judged by what is open now. A month that has just begun is judged by the one before.
 */
function judgedMonths(all: Series<Traded>): readonly Judged[] {
  const months = levelsOf(all);
  let usual = months.findLast(({ level }) => (level ?? 0) > 0)?.level ?? 0;
  return months.toReversed().map((month) => {
    const { level } = month;
    if (level !== null && level > 0 && timesOff(level, usual) <= TIMES.error) usual = level;
    return { ...month, usual };
  });
}

const timesOff = (a: number, b: number): number => Math.max(a / b, b / a);

/** Of a month of a contract. */
export interface Odd {
  readonly month: Month;
  readonly verdict: Verdict;
}

/**
 * Q-11 for what a venue's contracts traded: the months of each, in their order, that are of another unit as a whole, or
 * have a bar that is; a warning for a day of a perpetual that is unusual. It is an error only where it weighs: where the
 * day is larger than the usual one of all perpetuals, or what is too small a part of them. In a contract that hardly
 * anybody trades one order is as much as a hundred days, and a dated one may have no trade for days.
 */
export function oddMonths(contracts: readonly Of<Series<Traded>>[]): readonly (readonly Odd[])[] {
  const all = contracts.map(({ market, value }) => ({ isDated: market.kind === "dated", months: judgedMonths(value) }));
  const venue = new Map<Month, number>();
  for (const { isDated, months } of all) {
    for (const { month, usual } of isDated ? [] : months) venue.set(month, (venue.get(month) ?? 0) + usual);
  }
  return all.map(({ isDated, months }) => {
    // The first months of all may be small.
    const grown = months.findLastIndex(({ level, usual }) => level !== null && level * TIMES.error >= usual);
    const young = months.length - 1 - grown <= YOUNG_MONTHS ? grown : Infinity;
    return months.flatMap((month, i): readonly Odd[] => {
      const found = month.usual > 0 ? oddIn(month, venue.get(month.month) ?? 0, isDated, i > young) : null;
      return found === null || (isDated && found.severity !== "error") ? [] : [{ month: month.month, verdict: found }];
    });
  });
}

function oddIn(
  { month, bars, days, level, usual }: Judged,
  ofVenue: number,
  isDated: boolean,
  isYoung: boolean,
): Verdict | null {
  if (level !== null && level * TIMES.error < usual) {
    if (isDated || isYoung || usual < ofVenue * LEAST_PART) return null;
    return told(`the median day of ${month}`, level, usual, 1 / TIMES.error);
  }
  let most: { readonly bar: Bar; readonly times: number; readonly ofDay: number } | null = null;
  for (const bar of bars) {
    const times = ((bar.traded / bar.length) * DAY) / usual;
    const ofDay = (days.get(floorTo(bar.at, DAY)) ?? 0) / usual;
    if (most === null || ofDay > most.ofDay || (ofDay === most.ofDay && times > most.times))
      most = { bar, times, ofDay };
  }
  if (most === null || most.ofDay <= TIMES.warning) return null;
  // A dated contract grows until it is the next one to expire, but never beyond the perpetuals.
  const isUnit =
    most.times > (isDated ? DAY_TIMES : TIMES.error) && most.ofDay > DAY_TIMES && most.ofDay * usual > ofVenue;
  const what = most.bar.length > DAY ? `a day of ${month}` : dayOf(most.bar.at);
  const bound = isDated || most.bar.length < DAY ? DAY_TIMES : TIMES.error;
  return told(what, most.ofDay * usual, usual, isUnit ? bound : null);
}

/** An error where there is a bound beyond which it is another unit; else a warning. */
function told(what: string, traded: number, usual: number, bound: number | null): Verdict {
  const times = traded / usual;
  const text = `${what} has ${amount(traded)} BTC, ${amount(times)} times the ${amount(usual)} BTC of a usual day of the time`;
  return bound === null
    ? verdict("Q-11", "warning", `${text}; more than ${TIMES.warning} is unusual`, times, TIMES.warning)
    : verdict(
        "Q-11",
        "error",
        `${text}; ${times < 1 ? "less" : "more"} than ${amount(bound)} is another unit`,
        times,
        bound,
      );
}
