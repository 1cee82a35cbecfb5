/**
 * Q-12 inside a venue's history: what is on another level than the days after it is no start of a change and no anchor.
 * Which of the two levels is right nothing tells, and a young venue may really have doubled: so it is kept out of the
 * report alone, and stays in what is kept of the answers.
 */
import type { Lacking } from "../../core/market.ts";
import { levels, type HeldOn, type Levels, type Stretch } from "../../core/plausible/steps.ts";
import { gapOf, labelled, type Verdict } from "../../core/plausible/verdict.ts";
import type { Good, Reading } from "../../core/reading.ts";
import { filterSeries, series, type Series } from "../../core/series.ts";
import { closedDay, DAY, floorTo, type Instant } from "../../core/time.ts";
import { inBtc, type Btc } from "../../core/units.ts";
import { told, type SourceInfo } from "../input.ts";
import { refused, type Judge } from "./judge.ts";

/** A history without the days that are on another level than those after them. */
export function ofOneLevel(reading: Good<"openInterestHistory">, source: SourceInfo, judge: Judge): Reading {
  const { of, lacking } = reading.value;
  const { out, warning } = levelsOf(source, judge);
  // Several venues move far on one day: a line of the checks says whose it is.
  const noted = (verdicts: readonly Verdict[]): void => {
    judge.failed("open-interest", source, labelled(source.name, verdicts));
  };
  const first = told(judge.input, "openInterestHistory").find((one) => one.source.venue === source.venue);
  // Of what two sources tell together, the first one is told.
  if (warning !== null && first?.source === source) noted([warning]);
  const lost = out.filter((stretch) => of.some(({ value }) => value.some(({ at }) => isIn(stretch, at))));
  const [last] = lost;
  if (last === undefined) return reading;
  noted(lost.map(({ error }) => error));
  const kept = of
    .map((one) => ({ ...one, value: filterSeries(one.value, ({ at }) => !lost.some((stretch) => isIn(stretch, at))) }))
    .filter(({ value }) => value.length > 0);
  if (kept.length === 0) return refused(reading, last.error);
  const named = lost.map((stretch): Lacking => ({ what: daysOf(stretch), gap: gapOf(stretch.error) }));
  return { ...reading, value: { of: kept, lacking: [...lacking, ...named] } };
}

const isIn = ({ after, before }: Stretch, at: Instant): boolean =>
  floorTo(at, DAY) < before && (after === null || floorTo(at, DAY) > after);

const daysOf = ({ after, before }: Stretch): string =>
  after === null ? `days before ${closedDay(before)}` : `days between ${closedDay(after)} and ${closedDay(before)}`;

/** Over all that is told of the venue: its history, by day, and where that leads to. */
function levelsOf({ venue }: SourceInfo, { input, closes }: Judge): Levels {
  const days = new Map<Instant, Map<string, { readonly at: Instant; readonly held: Btc }>>();
  const symbols = new Set<string>();
  for (const { source, value } of told(input, "openInterestHistory")) {
    if (source.venue !== venue) continue;
    for (const { market, value: samples } of value.of) {
      symbols.add(market.symbol);
      for (const { at, value: sample } of samples) {
        const price = sample.price ?? closes.get(at);
        if (price === undefined) continue;
        const day = days.get(floorTo(at, DAY)) ?? new Map<string, { readonly at: Instant; readonly held: Btc }>();
        days.set(floorTo(at, DAY), day);
        // The daily value is that of 00:00Z; of a contract that has none, the first of the day.
        if (at < (day.get(market.symbol)?.at ?? Infinity)) {
          day.set(market.symbol, { at, held: inBtc(sample.size, price) });
        }
      }
    }
  }
  const now = told(input, "openInterest")
    .filter(({ source }) => source.venue === venue)
    .flatMap(({ value }) => value.of.filter(({ market }) => symbols.has(market.symbol)));
  const held = new Map(now.map(({ market, value }) => [market.symbol, inBtc(value.size, value.price)]));
  const past = [...days].map(([at, day]) => ({
    at,
    value: new Map([...day].map(([symbol, one]) => [symbol, one.held])),
  }));
  const all: Series<HeldOn> = series([...(held.size === 0 ? [] : [{ at: input.asOf, value: held }]), ...past]);
  return levels(all);
}
