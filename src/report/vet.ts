/**
 * Plausibility of every reading, in one place, before anything is made of it (methods, rules ). An error
 * keeps the value out and becomes its gap; a warning lets it in and is printed. Nothing is ever mended.
 */
import type { Gap } from "../core/gap.ts";
import type { Datasets, Lacking, OpenInterest, Of } from "../core/market.ts";
import { unitLadder } from "../core/plausible/ladder.ts";
import { liquidationsInInterest, liquidationsInVolume, type LiquidationDay } from "../core/plausible/liquidations.ts";
import { frozen } from "../core/plausible/series.ts";
import { dailySteps, impliedPriceFits, turnover } from "../core/plausible/open-interest.ts";
import { barFits, offMedian } from "../core/plausible/prices.ts";
import { freshness, stale, timestamps } from "../core/plausible/times.ts";
import { fearGreedFits, numberFits } from "../core/plausible/values.ts";
import type { Verdict } from "../core/plausible/verdict.ts";
import { median } from "../core/rank.ts";
import type { Reading } from "../core/reading.ts";
import { filterSeries, mapSeries, series } from "../core/series.ts";
import { DAY, HOUR, MINUTE, shift, type Instant } from "../core/time.ts";
import { btc, inBtc, inUsd, sumUsd, usd, usdPerBtc, type Usd, type UsdPerBtc } from "../core/units.ts";
import { told, type Input, type SectionName, type SourceInfo } from "./input.ts";
import type { CheckLine } from "./report.ts";
import { stepTo, usualTurnover } from "./vet/jump.ts";

export interface Vetted {
  readonly input: Input;
  readonly checks: readonly CheckLine[];
}

export function vetted(input: Input): Vetted {
  const checks: CheckLine[] = [];
  /** Notes the verdicts; true where none is an error. */
  const passes = (section: SectionName, source: SourceInfo, verdicts: readonly Verdict[]): Verdict | null => {
    for (const { rule, severity, message, value, bound } of verdicts) {
      const same = checks.some((one) => one.rule === rule && one.source === source.id && one.severity === severity);
      // One line a rule and source: a venue that is stale is so for all of its contracts.
      if (!same) checks.push({ rule, severity, section, source: source.id, message, value, bound });
    }
    return verdicts.find(({ severity }) => severity === "error") ?? null;
  };
  const judge = { input, passes, reference: referenceOf(input) };
  const readings = input.readings.map((reading): Reading => {
    const source = input.sources.find(({ id }) => id === reading.source);
    return !reading.ok || source === undefined ? reading : judged(reading, source, judge);
  });
  return { input: { ...input, readings }, checks };
}

interface Judge {
  readonly input: Input;
  /** What a bitcoin costs, for the size of things: no single source decides it. */
  readonly reference: UsdPerBtc | null;
  /** The first error among the verdicts, or null where the value may be used. */
  readonly passes: (section: SectionName, source: SourceInfo, verdicts: readonly Verdict[]) => Verdict | null;
}
/** The median of all spot prices and of one perpetual of every venue. */
function referenceOf(input: Input): UsdPerBtc | null {
  const perpetuals = told(input, "openInterest").flatMap(
    ({ value }) => value.of.find(({ market }) => market.kind === "perpetual")?.value.price ?? [],
  );
  const middle = median([...told(input, "price").map(({ value }) => value.price), ...perpetuals]);
  return middle === null ? null : usdPerBtc(middle);
}

type Good = Extract<Reading, { readonly ok: true }>;

const gapOf = ({ rule, message }: Verdict): Gap =>
  rule === "Q-03" ? { why: "stale", detail: message } : { why: "implausible", rule, detail: message };

const refused = ({ source, dataset, evidence }: Good, verdict: Verdict): Reading => ({
  source,
  dataset,
  evidence,
  ok: false,
  gap: gapOf(verdict),
});

function judged(reading: Good, source: SourceInfo, judge: Judge): Reading {
  const { asOf } = judge.input;
  switch (reading.dataset) {
    case "price": {
      const value = valueOf<"price">(judge.input, source, "price");
      if (value === null) return reading;
      const all = told(judge.input, "price").map((one) => one.value.price);
      const verdicts = [
        ...stale("the price", value.at, asOf, judge.input.mode === "history" ? freshness.bar : freshness.price),
        ...offMedian("close", value.price, all),
      ];
      const error = judge.passes("price", source, [...verdicts, ...timestamps([value.at], asOf, null)]);
      return error === null ? reading : refused(reading, error);
    }
    case "candles": {
      const value = valueOf<"candles">(judge.input, source, "candles");
      if (value === null) return reading;
      // Bars of another unit would price every history wrongly.
      const last = value.at(-1)?.value.close;
      // Days of another clock would too.
      const days = value.map(({ at }) => at);
      const verdicts = [...timestamps(days, asOf, DAY), ...(last === undefined ? [] : inLine(last, judge.reference))];
      const error = judge.passes("price", source, verdicts);
      if (error !== null) return refused(reading, error);
      const kept = filterSeries(value, (bar) => judge.passes("price", source, barFits(bar.value)) === null);
      return { ...reading, dataset: "candles", value: kept };
    }
    case "hourlyCandles": {
      const value = valueOf<"hourlyCandles">(judge.input, source, "hourlyCandles");
      return value === null ? reading : bars(reading, "hourlyCandles", value, source, judge);
    }
    case "fineCandles": {
      const value = valueOf<"fineCandles">(judge.input, source, "fineCandles");
      if (value === null) return reading;
      judge.passes("liquidations", source, frozen(mapSeries(value.value, (bar) => bar.close)));
      return bars(reading, "fineCandles", value, source, judge);
    }
    case "fearGreed": {
      const value = valueOf<"fearGreed">(judge.input, source, "fearGreed");
      if (value === null) return reading;
      // Another index has other classes: only the range is a matter of every index.
      const own = (row: Datasets["fearGreed"][number]["value"]): readonly Verdict[] =>
        fearGreedFits(row).filter(({ severity }) => severity === "error" || source.id === "alternative-me");
      const kept = filterSeries(value, (row) => judge.passes("fear-greed", source, own(row.value)) === null);
      return { ...reading, dataset: "fearGreed", value: kept };
    }
    case "openInterest": {
      const value = valueOf<"openInterest">(judge.input, source, "openInterest");
      return value === null ? reading : openInterest(reading, value, source, judge);
    }
    case "openInterestHistory": {
      const value = valueOf<"openInterestHistory">(judge.input, source, "openInterestHistory");
      if (value === null) return reading;
      // Which end of a step is wrong cannot be told: the venue is left out at both.
      const now = told(judge.input, "openInterest").filter((one) => one.source.venue === source.venue);
      const step = stepTo(
        now.flatMap((one) => one.value.of),
        [value],
        asOf,
      );
      const error = judge.passes("open-interest", source, step);
      if (error !== null) return refused(reading, error);
      const of = value.of.map((one) => ({ ...one, value: withoutSpikes(one.value, source, judge) }));
      return { ...reading, dataset: "openInterestHistory", value: { ...value, of } };
    }
    case "volume": {
      const value = valueOf<"volume">(judge.input, source, "volume");
      return value === null ? reading : volume(reading, value, source, judge);
    }
    case "funding": {
      const value = valueOf<"funding">(judge.input, source, "funding");
      if (value === null) return reading;
      const lacking: Lacking[] = [...value.lacking];
      const of = value.of.filter(({ market, value: one }) => {
        const what = `the funding rate of ${market.symbol}`;
        const verdicts = [
          ...stale(what, one.at, asOf, freshness.funding(one.everyHours)),
          ...timestamps([one.at], asOf, null),
        ];
        const error = judge.passes("funding", source, verdicts);
        if (error !== null) lacking.push({ what: market.symbol, gap: gapOf(error) });
        return error === null;
      });
      return { ...reading, dataset: "funding", value: { of, lacking } };
    }
    case "liquidations": {
      const value = valueOf<"liquidations">(judge.input, source, "liquidations");
      const error = value === null ? null : judge.passes("liquidations", source, liquidations(value, source, judge));
      return error === null ? reading : refused(reading, error);
    }
    case "liquidationDays": {
      const value = valueOf<"liquidationDays">(judge.input, source, "liquidationDays");
      if (value === null) return reading;
      // The last day stands for the unit of all.
      const last = value.of.map((one) => ({
        ...one,
        value: filterSeries(one.value, (bar) => bar === one.value.at(-1)),
      }));
      const error = judge.passes("liquidations", source, liquidations({ ...value, of: last }, source, judge));
      return error === null ? reading : refused(reading, error);
    }
    default:
      return reading;
  }
}

/** Bars of the map and the structure. What a hole in them means is the map's own rule (six hours, two days). */
function bars(
  reading: Good,
  dataset: "hourlyCandles" | "fineCandles",
  { market, value }: Datasets["hourlyCandles"],
  source: SourceInfo,
  { input, reference, passes }: Judge,
): Reading {
  const section = dataset === "hourlyCandles" ? "structure" : "liquidations";
  const last = value.at(-1)?.value.close;
  const grid = dataset === "hourlyCandles" ? HOUR : 5 * MINUTE;
  const error = passes(section, source, [
    ...(last === undefined ? [] : inLine(last, reference)),
    ...timestamps(
      value.map(({ at }) => at),
      input.asOf,
      grid,
    ),
  ]);
  if (error !== null) return refused(reading, error);
  const kept = filterSeries(value, (bar) => passes(section, source, barFits(bar.value)) === null);
  return { ...reading, dataset, value: { market, value: kept } };
}

/** Q-10 for a price alone: against the reference, where a few percent are a matter of venue and quote. */
const inLine = (price: UsdPerBtc, reference: UsdPerBtc | null): readonly Verdict[] =>
  reference === null ? [] : impliedPriceFits({ btc: btc(1), usd: usd(price) }, reference);

const valueOf = <D extends keyof Datasets>(input: Input, source: SourceInfo, dataset: D): Datasets[D] | null =>
  told(input, dataset).find((one) => one.source.id === source.id)?.value ?? null;

function openInterest(reading: Good, value: Datasets["openInterest"], source: SourceInfo, judge: Judge): Reading {
  const { input, passes, reference } = judge;
  const lacking: Lacking[] = [...value.lacking];
  const of = value.of.filter(({ market, value: held }) => {
    const error = passes(
      "open-interest",
      source,
      contractVerdicts(market.symbol, market.kind, held, reference, input.asOf),
    );
    if (error !== null) {
      lacking.push({ what: market.symbol, gap: gapOf(error), ...(market.kind === "dated" ? { minor: true } : {}) });
    }
    return error === null;
  });
  const error = of.length === 0 ? null : passes("open-interest", source, venueVerdicts(of, source, input));
  if (error !== null) return refused(reading, error);
  return { ...reading, dataset: "openInterest", value: { of, lacking } };
}

function contractVerdicts(
  symbol: string,
  kind: "perpetual" | "dated",
  held: OpenInterest,
  reference: UsdPerBtc | null,
  asOf: Instant,
): readonly Verdict[] {
  const amount = { btc: inBtc(held.size, held.price), usd: inUsd(held.size, held.price) };
  return [
    ...numberFits(`the open interest of ${symbol}`, amount.btc, "above zero"),
    ...timestamps([held.at], asOf, null),
    ...stale(`the open interest of ${symbol}`, held.at, asOf, freshness.openInterest),
    // A dated contract is away from spot by its basis.
    ...(reference === null || kind === "dated" ? [] : impliedPriceFits(amount, reference)),
  ];
}

/** look at a venue as a whole, over the contracts for which both amounts are known. */
function venueVerdicts(of: readonly Of<OpenInterest>[], source: SourceInfo, input: Input): readonly Verdict[] {
  const day = dayOf(of);
  const past = told(input, "openInterestHistory").filter((one) => one.source.venue === source.venue);
  const step = stepTo(
    of,
    past.map(({ value }) => value),
    input.asOf,
  );
  return [...(day === null ? [] : turnover(day.volume, day.openInterest)), ...step];
}

function dayOf(of: readonly Of<OpenInterest>[]): Omit<LiquidationDay, "liquidated"> | null {
  const parts = of.flatMap(({ value: held }) =>
    held.traded24h === undefined
      ? []
      : [{ volume: inUsd(held.traded24h, held.price), open: inUsd(held.size, held.price) }],
  );
  const openInterest = sumUsd(parts.map(({ open }) => open));
  return openInterest > 0 ? { volume: sumUsd(parts.map(({ volume }) => volume)), openInterest } : null;
}

/**
 * A perpetual in which nothing was ever traded, at a venue where it has open interest: zeros in place of figures. And
 * what is traded on a usual day against what is open: bars in another unit would outweigh all other venues.
 */
function volume(reading: Good, value: Datasets["volume"], source: SourceInfo, judge: Judge): Reading {
  const { input, passes } = judge;
  const held = told(input, "openInterest").filter((one) => one.source.venue === source.venue);
  const isHeld = (symbol: string): boolean =>
    held.some((one) => one.value.of.some(({ market }) => market.symbol === symbol));
  const lacking: Lacking[] = [...value.lacking];
  let last: Verdict | null = null;
  const of = value.of.filter(({ market, value: bars }) => {
    const most = Math.max(...bars.map((bar) => Math.max(bar.value.btc ?? 0, bar.value.usd ?? 0)));
    if (bars.length === 0 || market.kind === "dated" || !isHeld(market.symbol)) return true;
    const error = passes("volume", source, numberFits(`the volume of ${market.symbol}`, most, "above zero"));
    if (error !== null) lacking.push({ what: market.symbol, gap: gapOf(error) });
    last = error ?? last;
    return error === null;
  });
  if (of.length === 0 && last !== null) return refused(reading, last);
  const contracts = held.flatMap((one) => one.value.of);
  const error = passes("volume", source, usualTurnover(of, contracts, input.asOf));
  if (error !== null) return refused(reading, error);
  return { ...reading, dataset: "volume", value: { ...value, of, lacking } };
}

type History = Datasets["openInterestHistory"]["of"][number]["value"];

/** A sample that leaves its neighbours by more than Q-12 allows while they agree with each other is left out. */
function withoutSpikes(samples: History, source: SourceInfo, { input, passes }: Judge): History {
  const sizes = samples.map(({ value }) => inNative(value.size));
  const apart = (a: number | undefined, b: number | undefined): boolean =>
    a !== undefined && b !== undefined && Math.abs(Math.log(a / b)) > 0.6;
  let place = -1;
  return filterSeries(samples, ({ at, value }) => {
    place += 1;
    const [before, here, after] = [sizes[place - 1], sizes[place], sizes[place + 1]];
    const spike = apart(here, before) && apart(here, after) && !apart(before, after) && before !== undefined;
    if (spike && before !== undefined && here !== undefined) {
      passes(
        "open-interest",
        source,
        dailySteps(
          series([
            { at: shift(at, -DAY), value: btc(before) },
            { at, value: btc(here) },
          ]),
        ),
      );
    }
    return !spike && inNative(value.size) > 0 && at <= input.asOf;
  });
}

const inNative = (size: Datasets["openInterestHistory"]["of"][number]["value"][number]["value"]["size"]): number =>
  size.in === "contracts" ? size.count * inNative(size.each) : size.value;

/** and the unit ladder: against the same venue, or against all of them for what a vendor gathered. */
function liquidations(
  value: Datasets["liquidations"],
  source: SourceInfo,
  { input, reference: price }: Judge,
): readonly Verdict[] {
  const all = told(input, "openInterest").filter((one) => source.venue === null || one.source.venue === source.venue);
  const held = all.flatMap((one) => one.value.of.map(({ value: own }) => inUsd(own.size, own.price)));
  const days = all.flatMap((one) => dayOf(one.value.of) ?? []);
  const liquidated = sumUsd(value.of.flatMap(({ value: bars }) => bars.map((bar): Usd => bar.value.both)));
  const day: LiquidationDay = {
    liquidated,
    volume: sumUsd(days.map(({ volume }) => volume)),
    openInterest: sumUsd(held),
  };
  if (day.openInterest <= 0) return [];
  // Many venues do not say what was traded in 24 hours where they say what is open.
  if (price === null || day.volume <= 0) return liquidationsInInterest(day, null);
  return [...liquidationsInVolume(day), ...liquidationsInInterest(day, null), ...unitLadder(day, price, null, null)];
}
