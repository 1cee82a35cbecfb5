/** What flows and who is on which side: volume, funding, ratios of accounts, takers, liquidations; and Fear & Greed. */
import { rate8h } from "../../core/funding.ts";
import type { Candle, Datasets, ReportedLiquidations, Taker } from "../../core/market.ts";
import { unitLadder } from "../../core/plausible/ladder.ts";
import {
  liquidationsInInterest,
  liquidationsInVolume,
  type LiquidationDay,
} from "../../core/plausible/liquidations.ts";
import { takersInVolume } from "../../core/plausible/prices.ts";
import { freshness, stale, timestamps } from "../../core/plausible/times.ts";
import { fearGreedFits, numberFits, ratesFit, ratioOfShares, sharesOfWhole } from "../../core/plausible/values.ts";
import { labelled, type Verdict } from "../../core/plausible/verdict.ts";
import type { Good, Reading } from "../../core/reading.ts";
import { filterSeries, type Series } from "../../core/series.ts";
import { DAY, type Instant } from "../../core/time.ts";
import { btc, inUsd, ratio, sumBtc, sumUsd, usd, type Btc, type Quantity } from "../../core/units.ts";
import { told, type Input, type SourceInfo } from "../input.ts";
import { usualTurnover } from "./jump.ts";
import { each, refused, sifted, usual, type Judge } from "./judge.ts";
import { dayOfVenue } from "./open-interest.ts";
import { soundMonths } from "./traded.ts";

export function fearGreed(reading: Good<"fearGreed">, source: SourceInfo, { input, failed }: Judge): Reading {
  const { value } = reading;
  const days = withoutStray(value, input.asOf);
  const newest = days.at(-1);
  if (days !== value) failed("fear-greed", source, timestamps([value.at(-1)?.at ?? input.asOf], input.asOf, DAY));
  const error = failed("fear-greed", source, [
    ...timestamps(
      days.map(({ at }) => at),
      input.asOf,
      DAY,
    ),
    ...(newest === undefined ? [] : stale("the newest Fear & Greed", newest.at, input.asOf, freshness.daily)),
  ]);
  if (error !== null) return refused(reading, error);
  // Another index has other classes: only the range is a matter of every index.
  const own = (verdicts: readonly Verdict[]): readonly Verdict[] =>
    verdicts.filter(({ severity }) => severity === "error" || source.id === "alternative-me");
  return sifted(
    reading,
    (passes) => filterSeries(days, (row) => passes(failed("fear-greed", source, own(fearGreedFits(row.value))))),
    (kept) => ({ ...reading, value: kept }),
  );
}

/**
 * A single day of the future is out by itself, but for the one that follows the day before it: then all of the days may be
 * one too late, and today's be yesterday's.
 */
function withoutStray(days: Datasets["fearGreed"], asOf: Instant): Datasets["fearGreed"] {
  const [before, last] = days.slice(-2);
  if (before === undefined || last === undefined) return days;
  const isStray = before.at <= asOf && last.at > asOf && last.at - before.at > DAY;
  return isStray ? filterSeries(days, (day) => day !== last) : days;
}

/**
 * A perpetual in which nothing was ever traded, at a venue where it has open interest: zeros in place of figures. And
 * what is traded on a usual day against what is open: bars in another unit would outweigh all other venues. What is wrong
 * with single bars costs their month.
 */
export function volume(reading: Good<"volume">, source: SourceInfo, judge: Judge): Reading {
  const { value } = reading;
  const { input, failed } = judge;
  const held = told(input, "openInterest").filter((one) => one.source.venue === source.venue);
  const isHeld = (symbol: string): boolean =>
    held.some((one) => one.value.of.some(({ market }) => market.symbol === symbol));
  const { value: kept, last } = each(value, ({ market, value: bars }) => {
    const most = Math.max(...bars.map((bar) => Math.max(bar.value.btc ?? 0, bar.value.usd ?? 0)));
    return failed("volume", source, [
      // A series is in order: only its end may be of the future.
      ...timestamps(
        bars.slice(-1).map(({ at }) => at),
        input.asOf,
        null,
      ),
      ...(bars.length === 0 || market.kind === "dated" || !isHeld(market.symbol)
        ? []
        : numberFits(`the volume of ${market.symbol}`, most, "above zero")),
    ]);
  });
  if (kept.of.length === 0 && last !== null) return refused(reading, last);
  const sound = soundMonths(kept, source, judge);
  if (sound.value.of.length === 0 && sound.last !== null) return refused(reading, sound.last);
  const contracts = held.flatMap((one) => one.value.of);
  const error = failed("volume", source, usualTurnover(sound.value.of, contracts, input.asOf));
  return error === null ? { ...reading, value: sound.value } : refused(reading, error);
}

export function funding(reading: Good<"funding">, source: SourceInfo, judge: Judge): Reading {
  const { input, failed } = judge;
  const { value: kept } = each(reading.value, ({ market, value: { at, everyHours } }) =>
    failed("funding", source, [
      ...stale(
        `the funding rate of ${market.symbol}`,
        at,
        input.asOf,
        usual(reading, judge, freshness.funding(everyHours)),
      ),
      ...timestamps([at], input.asOf, null),
    ]),
  );
  const rates = kept.of.map(({ market: { symbol }, value: { rate, everyHours } }) => ({
    symbol,
    per8h: rate8h(rate, everyHours),
  }));
  failed("funding", source, ratesFit(rates));
  return { ...reading, value: kept };
}

export function longShort(reading: Good<"longShort">, source: SourceInfo, { input, failed }: Judge): Reading {
  const { value: kept } = each(reading.value, ({ value: { at, ratio: published, shares } }) =>
    failed("funding", source, [
      ...timestamps([at], input.asOf, null),
      ...(shares === undefined
        ? []
        : [
            ...ratioOfShares(published, shares.long, shares.short),
            ...sharesOfWhole([shares.long, shares.short, shares.neither ?? ratio(0)]),
          ]),
    ]),
  );
  return { ...reading, value: kept };
}

export function taker(reading: Good<"taker">, source: SourceInfo, { input, failed }: Judge): Reading {
  const hours = told(input, "hourlyCandles").find((one) => one.source.venue === source.venue)?.value;
  const { value: kept } = each(reading.value, ({ market, value: flow }) => {
    const traded = hours?.market.symbol === market.symbol ? tradedIn(hours.value, flow) : null;
    return failed("funding", source, [
      ...timestamps([flow.until], input.asOf, null),
      ...[flow.buy, flow.sell].flatMap((side) => {
        const coins = inCoins(side);
        return traded === null || coins === null ? [] : takersInVolume(coins, traded);
      }),
    ]);
  });
  return { ...reading, value: kept };
}

/** Linear contracts are so many coins at any price. */
const inCoins = (size: Quantity): Btc | null => {
  if (size.in === "USD") return null;
  if (size.in === "BTC") return size.value;
  const one = inCoins(size.each);
  return one === null ? null : btc(size.count * one);
};

/** What was traded in all from the first to the last moment of a flow; null where a bar or its volume is missing. */
function tradedIn(hours: Series<Candle>, { from, until }: Taker): Btc | null {
  const own = hours
    .filter(({ at, value }) => at >= from && value.until <= until)
    .map(({ at, value }) => ({ at, ...value }));
  const length = own.reduce((sum, bar) => sum + bar.until - bar.at, 0);
  const coins = own.flatMap((bar) => bar.btc ?? []);
  return length === until - from && coins.length === own.length ? sumBtc(coins) : null;
}

export function liquidations(
  reading: Good<"liquidations">,
  source: SourceInfo,
  { input, reference, failed }: Judge,
): Reading {
  const { value } = reading;
  const day = dayOf(value, source, input);
  const raw = confirming(source, input);
  // Many venues do not say what was traded in 24 hours where they say what is open.
  const traded = day === null || day.volume <= 0 ? null : day;
  const verdicts =
    day === null || reference === null
      ? []
      : [
          ...(traded === null ? [] : liquidationsInVolume(traded)),
          ...liquidationsInInterest(day, raw),
          ...(traded === null ? [] : unitLadder(traded, reference, null, raw)),
        ];
  const error = failed("liquidations", source, verdicts);
  return error === null ? reading : refused(reading, error);
}

/** Days of the past: the last one stands for the unit of all. */
export function liquidationDays(
  reading: Good<"liquidationDays">,
  source: SourceInfo,
  { input, reference, failed }: Judge,
): Reading {
  const { value } = reading;
  const last = value.of.map((one) => ({ ...one, value: filterSeries(one.value, (bar) => bar === one.value.at(-1)) }));
  const liquidated = sumUsd(last.flatMap((one) => one.value.map((bar) => bar.value.both)));
  const day = dayOf(value, source, input);
  const verdicts = day === null || reference === null ? [] : liquidationsInInterest({ ...day, liquidated }, null);
  const error = failed("liquidations", source, verdicts);
  return error === null ? reading : refused(reading, error);
}

/** A vendor's days of exchanges, each against what is open at the exchange: the last one stands for the unit of all. */
export function reportedLiquidations(
  reading: Good<"reportedLiquidations">,
  source: SourceInfo,
  { input, failed }: Judge,
): Reading {
  const { value } = reading;
  const errorOf = ({ venue, value: days }: ReportedLiquidations): Verdict | null => {
    const open = told(input, "openInterest")
      .filter((one) => one.source.venue === venue)
      .flatMap((one) => one.value.of.map(({ value: held }) => inUsd(held.size, held.price)));
    const openInterest = sumUsd(open);
    const liquidated = days.at(-1)?.value.both;
    if (liquidated === undefined || openInterest <= 0) return null;
    const verdicts = liquidationsInInterest({ liquidated, openInterest }, null);
    return failed("liquidations", source, labelled(venue, verdicts));
  };
  return sifted(
    reading,
    (passes) => value.filter((one) => passes(errorOf(one))),
    (kept) => ({ ...reading, value: kept }),
  );
}

/** What a vendor gathered is judged where at least this part of it is of exchanges whose figures are here. */
const MOST = 0.5;

/**
 * What was liquidated in 24 hours and what was traded and open, all of one scope: the venue's own, or of what a vendor
 * gathered the exchanges whose open interest is here, with their trading where that leaves most of it. Null where too
 * little is known.
 */
function dayOf({ of }: Datasets["liquidations"], source: SourceInfo, input: Input): LiquidationDay | null {
  const held = told(input, "openInterest").flatMap(({ source: { venue }, value }) => ({
    venue,
    volume: dayOfVenue(value.of)?.volume ?? null,
    openInterest: sumUsd(value.of.map(({ value: one }) => inUsd(one.size, one.price))),
  }));
  const rows = of.map(({ market, value }) => ({
    venue: source.venue ?? venueNamed(market.symbol, input),
    liquidated: sumUsd(
      value.flatMap(({ value: { until, both } }) => (until > input.asOf - DAY && until <= input.asOf ? [both] : [])),
    ),
  }));
  const all = sumUsd(rows.map(({ liquidated }) => liquidated));
  const over = (known: typeof held): LiquidationDay | null => {
    const named = known.filter(({ venue }) => rows.some((row) => row.venue === venue));
    const judged = rows.filter(({ venue }) => named.some((one) => one.venue === venue));
    const liquidated = sumUsd(judged.map((row) => row.liquidated));
    const openInterest = sumUsd(named.map((one) => one.openInterest));
    if (openInterest <= 0 || liquidated < all * MOST) return null;
    return { liquidated, volume: sumUsd(named.map(({ volume }) => volume ?? usd(0))), openInterest };
  };
  return over(held.filter(({ volume }) => volume !== null)) ?? over(held.map((one) => ({ ...one, volume: null })));
}

/** The exchange that a vendor's row is of: vendors name them as we do. */
const venueNamed = (name: string, { sources }: Input): string | null =>
  sources.find((one) => one.venue !== null && one.name === name)?.venue ?? null;

/** Of the feeds of other exchanges, the one that shows the most of its own open interest. */
function confirming(source: SourceInfo, input: Input): LiquidationDay | null {
  const days = told(input, "liquidations").flatMap((one) =>
    one.source.venue === null || one.source.venue === source.venue ? [] : (dayOf(one.value, one.source, input) ?? []),
  );
  const share = (day: LiquidationDay): number => day.liquidated / day.openInterest;
  return days.toSorted((a, b) => share(b) - share(a))[0] ?? null;
}
