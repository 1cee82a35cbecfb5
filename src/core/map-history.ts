/** One venue's bars of price and open interest, joined for the liquidation map; or the finding that they are too few. */
import type { Candle, PastOpenInterest } from "./market.ts";
import type { Amount } from "./panel.ts";
import { latest, series, type Point, type Series } from "./series.ts";
import { DAY, floorTo, HOUR, later, shift, type Instant } from "./time.ts";
import { inBtc, inUsd, usdPerBtc, type UsdPerBtc } from "./units.ts";

export interface Bar {
  readonly until: Instant;
  /** Days from the end of the bar before to the end of this one. */
  readonly days: number;
  readonly low: UsdPerBtc;
  readonly high: UsdPerBtc;
  /** Where the positions of the bar are taken to be opened: its volume-weighted price. */
  readonly entry: UsdPerBtc;
  /** Traded in the bar; it tells only how the seed is spread over its bars. */
  readonly traded: number;
  /** Open interest at the end of the bar; null before it is known. BTC for linear contracts, USD for inverse ones. */
  readonly held: number | null;
}

/** Time without samples of more than six hours. Open interest is drawn straight across; price was not watched at all. */
export interface Hole {
  readonly of: "price" | "open interest";
  readonly from: Instant;
  readonly until: Instant;
}

export interface History {
  readonly bars: readonly Bar[];
  /** How many bars, from the first on, make the seed: the open interest at the end of the last of them. At least 1. */
  readonly seed: number;
  /** Open interest at the end. */
  readonly held: number;
  readonly holes: readonly Hole[];
}

const LONGEST = 90 * DAY;
const SHORTEST = 21 * DAY;
/** The seed is spread over the bars before the open interest is known, where they go back that far. */
const SEED = 30 * DAY;
export const FLAGGED = 6 * HOUR;
/** What was held before a longer hole says nothing of what is held after it: the map begins anew. */
export const RESTART = 48 * HOUR;

/**
 * The last 90 days, from the last hole of more than two days on; null for less than three weeks. Closed bars only.
 * `native` is the unit of the contracts.
 */
export function historyOf(
  candles: Series<Candle>,
  openInterest: Series<Amount>,
  native: "btc" | "usd",
): History | null {
  const until = candles.at(-1)?.value.until;
  if (until === undefined) return null;
  const priceHoles = holes(candles.map(({ at, value }) => ({ from: at, until: value.until })));
  const priced = candles.filter(({ at }) => at >= Math.max(restart(priceHoles), until - 2 * LONGEST));

  const recent = openInterest
    .filter(({ at, value }) => at >= until - LONGEST && at <= until && value[native] > 0)
    .map(({ at, value }): Point<number> => ({ at, value: value[native] }));
  const heldHoles = holes([...recent.map(({ at }) => ({ from: at, until: at })), { from: until, until }]);
  const samples = recent.filter(({ at }) => at >= restart(heldHoles));

  const [first] = samples;
  const opening = priced.find(({ value }) => first !== undefined && value.until >= first.at);
  if (first === undefined || opening === undefined || until - opening.value.until < SHORTEST) return null;

  const spread = priced.some(({ at }) => opening.value.until - at >= SEED) && (opening.value[native] ?? 0) > 0;
  const used = spread ? priced : priced.filter(({ at }) => at >= opening.at);
  const heldAt = interpolated(first, samples);
  const bars = used.map(({ at, value: candle }, i): Bar => ({
    until: candle.until,
    days: (candle.until - (used[i - 1]?.value.until ?? at)) / DAY,
    low: candle.low,
    high: candle.high,
    entry: averagePrice(candle),
    traded: spread ? (candle[native] ?? 0) : 1,
    held: at >= opening.at ? heldAt(candle.until) : null,
  }));
  return {
    bars,
    seed: used.findIndex(({ at }) => at === opening.at) + 1,
    held: heldAt(until),
    holes: [
      ...priceHoles.map((hole) => ({ of: "price" as const, ...hole })),
      ...heldHoles.map((hole) => ({ of: "open interest" as const, ...hole })),
    ].filter((hole) => hole.until > opening.value.until),
  };
}

/** So far back five-minute bars take the place of hours, where there are any. */
const FINE = 30 * DAY;
/** Of what is liquidated near its entry most is young: a map with so much of it in five minutes is not coarse. */
const FINE_ENOUGH = 4 * DAY;
const FINE_IN_HOUR = 12;

export interface Refined {
  readonly candles: Series<Candle>;
  /** Whether each hour of the last four days was replaced. */
  readonly whole: boolean;
  /** Hours since the first five-minute bar that were not. */
  readonly left: number;
}

/**
 * Hours replaced by their five-minute bars where all twelve are there and lie within the hour. How far back the fine
 * bars reach is a matter of the venue.
 */
export function refined(hourly: Series<Candle>, fine: Series<Candle>): Refined {
  const [first, end] = [fine[0], hourly.at(-1)?.value.until];
  if (first === undefined || end === undefined) return { candles: hourly, whole: false, left: 0 };
  const byHour = new Map<Instant, Point<Candle>[]>();
  for (const bar of fine) {
    const hour = floorTo(bar.at, HOUR);
    const own = byHour.get(hour);
    if (own === undefined) byHour.set(hour, [bar]);
    else own.push(bar);
  }
  const from = later(shift(end, -FINE), floorTo(first.at, HOUR));
  let [young, left] = [0, 0];
  const candles = hourly.flatMap((hour): readonly Point<Candle>[] => {
    const { until } = hour.value;
    if (hour.at < from || until - hour.at !== HOUR) return [hour];
    const own = byHour.get(hour.at) ?? [];
    if (!fits(own, hour)) {
      left += 1;
      return [hour];
    }
    if (hour.at >= end - FINE_ENOUGH) young += 1;
    return own;
  });
  return { candles: series(candles), whole: young === FINE_ENOUGH / HOUR, left };
}

/** Whether bars are the twelve of an hour, without a hole, and none is higher or lower than it. */
function fits(fine: readonly Point<Candle>[], { at: start, value: { until, low, high } }: Point<Candle>): boolean {
  return (
    fine.length === FINE_IN_HOUR &&
    fine.every(
      ({ at, value }, i) =>
        at === start + (i * HOUR) / FINE_IN_HOUR &&
        value.until > at &&
        value.until <= until &&
        value.low >= low &&
        value.high <= high,
    )
  );
}

/** Samples in both units, at their own price or else at the close of the bar that ends with them; the rest is left out. */
export function amountsOf(samples: Series<PastOpenInterest>, candles: Series<Candle>): Series<Amount> {
  return series(
    samples.flatMap(({ at, value: { size, price } }) => {
      const known = price ?? latest(candles, shift(at, -1), FLAGGED)?.value.close;
      return known === undefined ? [] : [{ at, value: { btc: inBtc(size, known), usd: inUsd(size, known) } }];
    }),
  );
}

interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** What lies between two spans for longer than the flagged time. */
function holes(spans: readonly Span[]): readonly Span[] {
  return spans.flatMap((here, i) => {
    const before = spans[i - 1]?.until ?? here.from;
    return here.from - before > FLAGGED ? [{ from: before, until: here.from }] : [];
  });
}

const restart = (found: readonly Span[]): number =>
  found.findLast(({ from, until }) => until - from > RESTART)?.until ?? 0;

/** Straight lines between the samples, the last one kept; to be asked in time order from the first sample on. */
function interpolated(first: Point<number>, samples: readonly Point<number>[]): (at: Instant) => number {
  let [before, i] = [first, 1];
  return (at) => {
    let after = samples[i];
    while (after !== undefined && after.at <= at) {
      before = after;
      i += 1;
      after = samples[i];
    }
    if (after === undefined) return before.value;
    return before.value + ((after.value - before.value) * (at - before.at)) / (after.at - before.at);
  };
}

/** By volume; where that is unknown, or is outside of the bar and so of another unit, the mean of high, low and close. */
function averagePrice({ high, low, close, btc, usd }: Candle): UsdPerBtc {
  const average = (usd ?? 0) / (btc ?? 0);
  return average >= low && average <= high ? usdPerBtc(average) : usdPerBtc((high + low + close) / 3);
}
