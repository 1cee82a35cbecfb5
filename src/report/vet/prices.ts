/** Prices and bars of price. */
import type { Candle, Datasets } from "../../core/market.ts";
import { impliedPriceFits } from "../../core/plausible/open-interest.ts";
import { barFits, offMedian, pricesWithin } from "../../core/plausible/prices.ts";
import { frozen } from "../../core/plausible/series.ts";
import { freshness, stale, timestamps } from "../../core/plausible/times.ts";
import { labelled, type Verdict } from "../../core/plausible/verdict.ts";
import { median } from "../../core/rank.ts";
import type { Good, Reading } from "../../core/reading.ts";
import { exactly, filterSeries, mapSeries, type Point, type Series } from "../../core/series.ts";
import { DAY, dayOf, floorTo, HOUR, iso, MINUTE, shift, type Instant } from "../../core/time.ts";
import { btc, usd, usdPerBtc, type UsdPerBtc } from "../../core/units.ts";
import { told, type Input, type SourceInfo } from "../input.ts";
import { refused, sifted, usual, type Judge } from "./judge.ts";

/** The median of all spot prices and of one perpetual of every venue. */
export function referenceOf(input: Input): UsdPerBtc | null {
  const perpetuals = told(input, "openInterest").flatMap(
    ({ value }) => value.of.find(({ market }) => market.kind === "perpetual")?.value.price ?? [],
  );
  const middle = median([...told(input, "price").map(({ value }) => value.price), ...perpetuals]);
  return middle === null ? null : usdPerBtc(middle);
}

/** By the end of the day. */
export function closesOf(input: Input): ReadonlyMap<Instant, UsdPerBtc> {
  const bars = told(input, "candles").flatMap(({ value }) => value.map((bar) => bar.value));
  return new Map(
    [...groupedBy(bars, ({ until }) => until)].flatMap(([until, own]) => {
      const middle = median(own.map(({ close }) => close));
      return middle === null ? [] : [[until, usdPerBtc(middle)] as const];
    }),
  );
}

function groupedBy<T>(all: readonly T[], keyOf: (one: T) => Instant): ReadonlyMap<Instant, readonly T[]> {
  const groups = new Map<Instant, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

export function price(reading: Good<"price">, source: SourceInfo, judge: Judge): Reading {
  const { value } = reading;
  const { input, failed } = judge;
  const { asOf, mode } = input;
  const all = told(input, "price").map((one) => one.value.price);
  const error = failed("price", source, [
    ...stale("the price", value.at, asOf, usual(reading, judge, mode === "history" ? freshness.bar : freshness.price)),
    ...offMedian("close", value.price, all),
    ...timestamps([value.at], asOf, null),
  ]);
  return error === null ? reading : refused(reading, error);
}

/** Lows and highs of longer ago stand in no figure. */
const RECENT = 30 * DAY;

export function candles(reading: Good<"candles">, source: SourceInfo, { input, reference, failed }: Judge): Reading {
  const { value } = reading;
  const { asOf } = input;
  const last = value.at(-1)?.value;
  const error = failed("price", source, [
    // Days of another clock would price every history wrongly, and so would bars of another unit.
    ...timestamps(timesOf(value), asOf, DAY),
    ...(last === undefined ? [] : lastInLine(last, reference, asOf)),
    ...(last === undefined ? [] : stale("the newest daily bar", last.until, asOf, freshness.daily)),
  ]);
  if (error !== null) return refused(reading, error);
  const all = told(input, "candles");
  const errorOf = ({ at, value: bar }: Point<Candle>): Verdict | null => {
    const day = all.flatMap((one) => exactly(one.value, at)?.value ?? []);
    const { close, low, high } = bar;
    // While a day runs its bars are of different moments. What was unusual long ago is no news.
    const past = bar.until <= asOf ? offMedian("close", close, closing(day)) : [];
    const others =
      bar.until > asOf || bar.until <= asOf - RECENT
        ? past.filter(({ severity }) => severity === "error")
        : [...past, ...offMedian("low", low, lowest(day)), ...offMedian("high", high, highest(day))];
    return failed("price", source, labelled(dayOf(at), [...barFits(bar), ...others]));
  };
  return sifted(
    reading,
    (passes) => filterSeries(value, (bar) => passes(errorOf(bar))),
    (kept) => ({ ...reading, value: kept }),
  );
}

type Bar = Pick<Candle, "low" | "high">;
const closing = (bars: readonly Candle[]): readonly UsdPerBtc[] => bars.map(({ close }) => close);
const lowest = (bars: readonly Bar[]): readonly UsdPerBtc[] => bars.map(({ low }) => low);
const highest = (bars: readonly Bar[]): readonly UsdPerBtc[] => bars.map(({ high }) => high);

const timesOf = (s: Series<unknown>): readonly Instant[] => s.map(({ at }) => at);

/** How far the bars of a perpetual are apart. */
const STEPS = { hourlyCandles: HOUR, dailyCandles: DAY, fineCandles: 5 * MINUTE } as const;

/** Bars of the map and the structure. What a hole in them means is the map's own rule (six hours, two days). */
export function bars(
  reading: Good<keyof typeof STEPS>,
  source: SourceInfo,
  { input, reference, failed }: Judge,
): Reading {
  const { market, value } = reading.value;
  const fine = reading.dataset === "fineCandles";
  const section = fine ? "liquidations" : "structure";
  const last = value.at(-1)?.value;
  const error = failed(section, source, [
    ...(last === undefined ? [] : lastInLine(last, reference, input.asOf)),
    ...timestamps(timesOf(value), input.asOf, STEPS[reading.dataset]),
    ...(fine && last !== undefined
      ? stale("the newest five-minute bar", last.until, input.asOf, freshness.fiveMinutes)
      : []),
  ]);
  if (error !== null) return refused(reading, error);
  if (fine) failed(section, source, frozen(mapSeries(value, ({ close }) => close)));
  // The days that are compared are told by the hour, too.
  else if (reading.dataset === "hourlyCandles") failed(section, source, daysOff({ market, value }, input));
  const errorOf = ({ at, value: bar }: Point<Candle>): Verdict | null => {
    const verdicts = barFits(bar);
    // Of thousands of bars: words are made for those that want them.
    return verdicts.length === 0 ? null : failed(section, source, labelled(`${market.symbol} ${iso(at)}`, verdicts));
  };
  return sifted(
    reading,
    (passes) => filterSeries(value, (bar) => passes(errorOf(bar))),
    (kept) => ({ ...reading, value: { market, value: kept } }),
  );
}

/** Q-13 for the lows and highs of whole days, among perpetuals of one currency. */
function daysOff({ market, value }: Datasets["hourlyCandles"], input: Input): readonly Verdict[] {
  const alike = told(input, "hourlyCandles")
    .map((one) => one.value)
    .filter((one) => one.market.kind === market.kind && one.market.quote === market.quote)
    .map((one) => daysOf(one.value, input.asOf));
  return [...daysOf(value, input.asOf)].flatMap(([at, { low, high }]) => {
    const day = alike.flatMap((days) => days.get(at) ?? []);
    return labelled(dayOf(at), [...offMedian("low", low, lowest(day)), ...offMedian("high", high, highest(day))]);
  });
}

const HOURS = DAY / HOUR;

/** Recent UTC days of which every hour is there. */
function daysOf(hours: Series<Candle>, asOf: Instant): ReadonlyMap<Instant, Bar> {
  const days = groupedBy(
    hours.filter(({ at }) => at >= asOf - RECENT),
    ({ at }) => floorTo(at, DAY),
  );
  return new Map(
    [...days].flatMap(([at, own]) => {
      const low = Math.min(...own.map(({ value }) => value.low));
      const high = Math.max(...own.map(({ value }) => value.high));
      const whole = own.length === HOURS && shift(at, DAY) <= asOf;
      return whole ? [[at, { low: usdPerBtc(low), high: usdPerBtc(high) }] as const] : [];
    }),
  );
}

/**
 * How many times a price may become another until bars are too old: in March 2020 it fell to less than a half of
 * what it had been five days before. Units are wrong by more.
 */
const MOVED = 3;

/**
 * Q-10 for the newest bar. Only the close of a bar that was still forming, or ended just then, is of the reference's own
 * moment: the last midnight's is away from it by what the day has moved.
 */
const lastInLine = (
  { until, close }: Pick<Candle, "until" | "close">,
  reference: UsdPerBtc | null,
  asOf: Instant,
): readonly Verdict[] =>
  until >= asOf ? inLine(close, reference) : reference === null ? [] : pricesWithin(close, reference, MOVED);

/**
 * How many times a future's price may be that of its index. In the spring of 2021, its dearest months, a year ahead cost
 * less than half as much again, and in no panic a third less. Units are wrong by more.
 */
const BASIS = 1.5;

/** Q-10 for a dated contract: away from spot by its basis. */
export const basisInLine = (one: UsdPerBtc, index: UsdPerBtc | null): readonly Verdict[] =>
  index === null ? [] : pricesWithin(one, index, BASIS);

/** Q-10 for a price alone: against the reference, where a few percent are a matter of venue and quote. */
export const inLine = (one: UsdPerBtc, reference: UsdPerBtc | null): readonly Verdict[] =>
  reference === null ? [] : impliedPriceFits({ btc: btc(1), usd: usd(one) }, reference);
