/** Open interest: now, of the past and as others report it. */
import type { Datasets, Lacking, Market, OpenInterest, Of, ReportedOpenInterest } from "../../core/market.ts";
import { clean } from "../../core/clean.ts";
import { stepBetween, turnover, withinSupply } from "../../core/plausible/open-interest.ts";
import { frozen, spikes } from "../../core/plausible/series.ts";
import { freshness, stale, timestamps } from "../../core/plausible/times.ts";
import { NOT_BEGUN, numberFits } from "../../core/plausible/values.ts";
import type { Verdict } from "../../core/plausible/verdict.ts";
import type { Good, Reading } from "../../core/reading.ts";
import { filterSeries, latest, mapSeries, type Point } from "../../core/series.ts";
import { DAY, iso } from "../../core/time.ts";
import { btc, inBtc, inUsd, sumUsd, type Btc, type Quantity, type Usd } from "../../core/units.ts";
import { told, type Input, type SourceInfo } from "../input.ts";
import { each, refused, sifted, usual, without, type Judge } from "./judge.ts";
import { stepTo } from "./jump.ts";
import { basisInLine, inLine } from "./prices.ts";
import { otherUnits } from "./units.ts";

export function openInterest(reading: Good<"openInterest">, source: SourceInfo, judge: Judge): Reading {
  const value = withoutUnbegun(reading.value);
  const { input, failed } = judge;
  const age = usual(reading, judge, freshness.openInterest);
  const { value: kept, last } = each(value, (one) =>
    failed("open-interest", source, contractVerdicts(one, judge, age)),
  );
  // What a venue of one contract lacks, it lacks as a whole.
  if (last !== null && value.of.length === 1 && value.lacking.length === 0) return refused(reading, last);
  const units = otherUnits(kept, pastOfVenue(source, input), input.asOf);
  const wrong = [...units.values()];
  for (const { error } of wrong) failed("open-interest", source, [error]);
  const main = wrong.find((one) => one.main || units.size === kept.of.length);
  if (main !== undefined) return refused(reading, main.error);
  const of = kept.of.filter(({ market }) => !units.has(market.symbol));
  const error = of.length === 0 ? null : failed("open-interest", source, venueVerdicts(of, source, input));
  if (error !== null) return refused(reading, error);
  return { ...reading, value: { of, lacking: [...kept.lacking, ...named(kept.of, units)] } };
}

/**
 * Without dated contracts that nobody has traded yet, such as those listed every Friday at 08:00Z: in them 0 is no open
 * interest that the venue does not know, since it tells that nothing was traded either.
 */
function withoutUnbegun(value: Datasets["openInterest"]): Datasets["openInterest"] {
  const isUnbegun = ({ market, value: { size, traded24h, price } }: Of<OpenInterest>): boolean =>
    market.kind === "dated" && inBtc(size, price) === 0 && traded24h !== undefined && inBtc(traded24h, price) === 0;
  const unbegun = value.of.filter(isUnbegun);
  if (unbegun.length === 0 || unbegun.length === value.of.length) return value;
  return {
    of: value.of.filter((one) => !isUnbegun(one)),
    lacking: [
      ...value.lacking,
      ...unbegun.map(({ market }): Lacking => ({ what: market.symbol, gap: NOT_BEGUN, minor: true })),
    ],
  };
}

/** Contracts that are in another unit, as lacking. */
const named = (of: readonly { readonly market: Market }[], units: ReturnType<typeof otherUnits>): readonly Lacking[] =>
  of.flatMap(({ market }) => {
    const found = units.get(market.symbol);
    return found === undefined ? [] : [without(market, found.error)];
  });

const pastOfVenue = (source: SourceInfo, input: Input): readonly Datasets["openInterestHistory"][] =>
  told(input, "openInterestHistory")
    .filter((one) => one.source.venue === source.venue)
    .map(({ value }) => value);

function contractVerdicts(
  { market, value: held }: Of<OpenInterest>,
  { reference, input }: Judge,
  usualAge: number,
): readonly Verdict[] {
  const what = `the open interest of ${market.symbol}`;
  const amount = { btc: inBtc(held.size, held.price), usd: inUsd(held.size, held.price) };
  return [
    // Venues publish 0 for an open interest that they do not know.
    ...numberFits(what, amount.btc, "above zero"),
    ...timestamps([held.at], input.asOf, null),
    ...stale(what, held.at, input.asOf, usualAge),
    // What is not held has no price of its own.
    ...(amount.btc <= 0
      ? []
      : market.kind === "dated"
        ? [
            ...(held.index === undefined ? [] : inLine(held.index, reference)),
            ...basisInLine(held.price, held.index ?? reference),
          ]
        : inLine(held.price, reference)),
  ];
}

/** look at a venue as a whole, over the contracts for which both amounts are known. */
function venueVerdicts(of: readonly Of<OpenInterest>[], source: SourceInfo, input: Input): readonly Verdict[] {
  const day = dayOfVenue(of);
  const step = stepTo(of, pastOfVenue(source, input), input.asOf);
  return [...(day === null ? [] : turnover(day.volume, day.openInterest)), ...step];
}

/** What was traded in 24 hours and what is open, in USD, over the contracts that tell both; null where none does. */
export function dayOfVenue(
  of: readonly Of<OpenInterest>[],
): { readonly volume: Usd; readonly openInterest: Usd } | null {
  const parts = of.flatMap(({ value: held }) =>
    held.traded24h === undefined
      ? []
      : [{ volume: inUsd(held.traded24h, held.price), open: inUsd(held.size, held.price) }],
  );
  const open = sumUsd(parts.map((part) => part.open));
  return open > 0 ? { volume: sumUsd(parts.map(({ volume }) => volume)), openInterest: open } : null;
}

type Held = Datasets["openInterestHistory"]["of"][number];

/** Q-02 for all of a history: a sample of the future that follows the day before it. Then every day may be one too late. */
function aheadByDays({ value }: Held, { asOf }: Input): readonly Verdict[] {
  const [before, last] = value.slice(-2);
  return before === undefined || last === undefined || last.at - before.at > DAY
    ? []
    : timestamps([last.at], asOf, null);
}

export function histories(reading: Good<"openInterestHistory">, source: SourceInfo, judge: Judge): Reading {
  const { value } = reading;
  const { input, failed } = judge;
  // Which end of a step is wrong cannot be told: the venue is left out at both.
  const now = told(input, "openInterest").filter((one) => one.source.venue === source.venue);
  const held = now.flatMap((one) => one.value.of);
  const units = new Map(
    [...otherUnits({ of: held, lacking: [] }, [value], input.asOf)].filter(([, { error }]) => error.rule === "Q-12"),
  );
  const step = stepTo(
    held.filter(({ market }) => units.get(market.symbol)?.main !== false),
    [value],
    input.asOf,
  );
  const error = failed("open-interest", source, [...step, ...inAnotherUnit(value, held, judge)]);
  if (error !== null) return refused(reading, error);
  const { value: kept, last } = each(value, (one) => failed("open-interest", source, aheadByDays(one, input)));
  if (kept.of.length === 0 && last !== null) return refused(reading, last);
  const of = kept.of
    .filter(({ market }) => !units.has(market.symbol))
    .map((one) => ({ ...one, value: pastOf(one, source, judge, true) }));
  return { ...reading, value: { of, lacking: [...kept.lacking, ...named(value.of, units)] } };
}

/**
 * Errors that say that a history is in another unit as a whole, so that its last sample must not stand for the present: it
 * holds more than there can be, or it is near a present that what was traded gives away.
 */
function inAnotherUnit(
  { of }: Datasets["openInterestHistory"],
  now: readonly Of<OpenInterest>[],
  { reference, closes, input }: Judge,
): readonly Verdict[] {
  const most = of.flatMap(({ market, value: samples }) => {
    const last = latest(samples, input.asOf, Infinity);
    const price = last === null ? null : (last.value.price ?? closes.get(last.at) ?? reference);
    return last === null || price === null ? [] : withinSupply(market.symbol, inBtc(last.value.size, price));
  });
  const known = new Set(of.map(({ market }) => market.symbol));
  const day = dayOfVenue(now.filter(({ market }) => known.has(market.symbol)));
  const traded = day === null ? [] : turnover(day.volume, day.openInterest);
  return [...most, ...traded.filter(({ severity }) => severity === "error")];
}

/** Of the map, of five minutes without spikes. The price of an hour is that of its bar, judged with the bars. */
export function heldInBars(
  reading: Good<"hourlyOpenInterest" | "fineOpenInterest">,
  source: SourceInfo,
  judge: Judge,
): Reading {
  const { value } = reading;
  const kept = pastOf(value, source, judge, false);
  if (reading.dataset === "hourlyOpenInterest") return { ...reading, value: { ...value, value: kept } };
  const sizes = mapSeries(kept, ({ size }) => inNative(size));
  const { flags } = clean(sizes);
  judge.failed("liquidations", source, [...frozen(sizes), ...spikes(flags)]);
  const out = new Set(flags.map(({ at }) => at));
  return { ...reading, value: { ...value, value: filterSeries(kept, ({ at }) => !out.has(at)) } };
}

/**
 * Samples of the past, without those that cannot be: of the future, of 0, at a price of another unit, or, where they
 * are daily or weekly, away from both neighbours by more than Q-12 allows while these agree with each other.
 */
function pastOf({ market, value: samples }: Held, source: SourceInfo, judge: Judge, daily: boolean): Held["value"] {
  const { input, failed, closes } = judge;
  const section = daily ? "open-interest" : "liquidations";
  const what = `the open interest of ${market.symbol}`;
  failed(
    section,
    source,
    // A series is in order: only its end may be of the future.
    timestamps(
      samples.slice(-1).map(({ at }) => at),
      input.asOf,
      null,
    ),
  );
  const sizes = samples.map(({ at, value }) => ({ at, value: btc(inNative(value.size)) }));
  // Before the first contract was open there was nothing to be known.
  const opened = sizes.findIndex(({ value }) => value > 0);
  const step = (a: Point<Btc> | undefined, b: Point<Btc> | undefined): readonly Verdict[] =>
    a === undefined || b === undefined ? [] : stepBetween(a, b);
  const apart = (a: Point<Btc> | undefined, b: Point<Btc> | undefined): boolean =>
    step(a, b).some(({ severity }) => severity === "error");
  const fits = market.kind === "dated" ? basisInLine : inLine;
  let place = -1;
  return filterSeries(samples, ({ at, value }) => {
    place += 1;
    if (at > input.asOf || opened === -1 || place < opened) return false;
    const [before, here, after] = [sizes[place - 1], sizes[place], sizes[place + 1]];
    const held = here?.value ?? 0;
    const close = closes.get(at) ?? null;
    const spike = daily && apart(before, here) && apart(here, after) && !apart(before, after);
    return (
      failed(section, source, [
        ...(held > 0 ? [] : numberFits(`${what} at ${iso(at)}`, held, "above zero")),
        ...(value.price === undefined ? [] : fits(value.price, close)),
        ...(spike ? step(before, here) : []),
      ]) === null
    );
  });
}

const inNative = (size: Quantity): number => (size.in === "contracts" ? size.count * inNative(size.each) : size.value);

/** A third party's open interest of a venue, which stands beside ours. */
export function reported(reading: Good<"reportedOpenInterest">, source: SourceInfo, { input, failed }: Judge): Reading {
  const { value } = reading;
  const errorOf = ({ venue, at, usd }: ReportedOpenInterest): Verdict | null =>
    failed("open-interest", source, [
      ...numberFits(`the reported open interest of ${venue}`, usd, "above zero"),
      ...timestamps([at], input.asOf, null),
    ]);
  return sifted(
    reading,
    (passes) => value.filter((one) => passes(errorOf(one))),
    (kept) => ({ ...reading, value: kept }),
  );
}

export function supply(reading: Good<"supply">, source: SourceInfo, { input, failed }: Judge): Reading {
  const { value } = reading;
  const error = failed("open-interest", source, [
    ...numberFits("the supply", value.btc, "above zero"),
    ...timestamps([value.at], input.asOf, null),
  ]);
  return error === null ? reading : refused(reading, error);
}
