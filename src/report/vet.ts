/**
 * Plausibility of every reading, in one place, before anything is made of it: the rules that need no more than what was
 * answered. An error keeps the value out and becomes its gap; a warning lets it in and is printed. Nothing is ever
 * mended. What only the figures show is judged in sections/checks.ts.
 */
import type { Dataset } from "../core/market.ts";
import type { Verdict } from "../core/plausible/verdict.ts";
import { isOf, type Good, type Reading } from "../core/reading.ts";
import type { Input, SectionName, SourceInfo } from "./input.ts";
import type { CheckLine } from "./report.ts";
import {
  fearGreed,
  funding,
  liquidationDays,
  liquidations,
  longShort,
  reportedLiquidations,
  taker,
  volume,
} from "./vet/flows.ts";
import { daily, hourlyHeld } from "./vet/holes.ts";
import type { Judge } from "./vet/judge.ts";
import { heldInBars, histories, openInterest, reported, supply } from "./vet/open-interest.ts";
import { bars, candles, closesOf, price, referenceOf } from "./vet/prices.ts";
import { ofOneLevel } from "./vet/steps.ts";

export interface Vetted {
  readonly input: Input;
  readonly checks: readonly CheckLine[];
  /** Sources of which something that is kept for later runs cannot be. */
  readonly wrong: ReadonlySet<string>;
}

export const vetted = (input: Input): Vetted => judgedBy(judged, input);

/**
 * Without what cannot carry what a report makes of it: days of a history that are on another level than those after
 * them, and histories that have too many holes. What a history tells is kept all the same, as true with holes as without.
 */
export function forReport({ input, checks, wrong }: Vetted): Vetted {
  const found = judgedBy(carrying, input);
  return { input: found.input, checks: [...checks, ...found.checks], wrong: new Set([...wrong, ...found.wrong]) };
}

type Rule = (reading: Reading, source: SourceInfo, judge: Judge) => Reading;

function judgedBy(rules: readonly Rule[], input: Input): Vetted {
  const checks: CheckLine[] = [];
  const wrong = new Set<string>();
  const failed = (section: SectionName, source: SourceInfo, verdicts: readonly Verdict[]): Verdict | null => {
    for (const { rule, severity, message, value, bound } of verdicts) {
      const same = (one: CheckLine): boolean =>
        one.rule === rule && one.source === source.id && one.section === section && one.severity === severity;
      // One line a rule, section and source: a venue that is stale is so for all of its contracts.
      if (!checks.some(same)) checks.push({ rule, severity, section, source: source.id, message, value, bound });
      // A 0 for an open interest is what a venue tells of a contract that nobody holds, day after day; and what there is
      // of a history with holes is right.
      const isSound = rule === "Q-04" || (rule === "Q-01" && section === "open-interest" && value === 0);
      if (severity === "error" && !isSound) wrong.add(source.id);
    }
    return verdicts.find(({ severity }) => severity === "error") ?? null;
  };
  const judge: Judge = { input, failed, reference: referenceOf(input), closes: closesOf(input) };
  const readings = input.readings.map((reading): Reading => {
    const source = input.sources.find(({ id }) => id === reading.source);
    return source === undefined ? reading : rules.reduce((one, rule) => rule(one, source, judge), reading);
  });
  return { input: { ...input, readings }, checks, wrong };
}

/** The rules of one dataset, which leave what is of another one or has no value as it is. */
const of =
  <D extends Dataset>(dataset: D, rule: (reading: Good<D>, source: SourceInfo, judge: Judge) => Reading): Rule =>
  (reading, source, judge) =>
    isOf(reading, dataset) ? rule(reading, source, judge) : reading;

const judged: readonly Rule[] = [
  of("price", price),
  of("candles", candles),
  of("hourlyCandles", bars),
  of("dailyCandles", bars),
  of("fineCandles", bars),
  of("fearGreed", fearGreed),
  of("openInterest", openInterest),
  of("openInterestHistory", histories),
  of("hourlyOpenInterest", heldInBars),
  of("fineOpenInterest", heldInBars),
  of("reportedOpenInterest", reported),
  of("supply", supply),
  of("volume", volume),
  of("funding", funding),
  of("longShort", longShort),
  of("taker", taker),
  of("liquidations", liquidations),
  of("reportedLiquidations", reportedLiquidations),
  of("liquidationDays", liquidationDays),
];

const carrying: readonly Rule[] = [
  of("openInterestHistory", ofOneLevel),
  of("openInterestHistory", daily),
  of("hourlyOpenInterest", hourlyHeld),
];
