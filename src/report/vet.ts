/**
 * Plausibility of every reading, in one place, before anything is made of it: the rules that need no more than what was
 * answered. An error keeps the value out and becomes its gap; a warning lets it in and is printed. Nothing is ever
 * mended. What only the figures show is judged in sections/checks.ts.
 */
import type { Datasets } from "../core/market.ts";
import type { Verdict } from "../core/plausible/verdict.ts";
import type { Good, Reading } from "../core/reading.ts";
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
import { valueOf, type Judge } from "./vet/judge.ts";
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

type Rules = (reading: Good, source: SourceInfo, judge: Judge) => Reading;

function judgedBy(rules: Rules, input: Input): Vetted {
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
      const isSound = rule === "Q-04" || (rule === "Q-01" && section === "open-interest");
      if (severity === "error" && !isSound) wrong.add(source.id);
    }
    return verdicts.find(({ severity }) => severity === "error") ?? null;
  };
  const judge: Judge = { input, failed, reference: referenceOf(input), closes: closesOf(input) };
  const readings = input.readings.map((reading): Reading => {
    const source = input.sources.find(({ id }) => id === reading.source);
    return !reading.ok || source === undefined ? reading : rules(reading, source, judge);
  });
  return { input: { ...input, readings }, checks, wrong };
}

/** The reading judged with its value; as it is where it has none. */
const byValue = <D extends Good["dataset"]>(
  reading: Good,
  source: SourceInfo,
  judge: Judge,
  dataset: D,
  rules: (reading: Good, value: Datasets[D], source: SourceInfo, judge: Judge) => Reading,
): Reading => {
  const value = valueOf(reading, dataset);
  return value === null ? reading : rules(reading, value, source, judge);
};

function carrying(reading: Good, source: SourceInfo, judge: Judge): Reading {
  switch (reading.dataset) {
    case "openInterestHistory": {
      const level = byValue(reading, source, judge, "openInterestHistory", ofOneLevel);
      return level.ok ? byValue(level, source, judge, "openInterestHistory", daily) : level;
    }
    case "hourlyOpenInterest":
      return byValue(reading, source, judge, "hourlyOpenInterest", hourlyHeld);
    default:
      return reading;
  }
}

function judged(reading: Good, source: SourceInfo, judge: Judge): Reading {
  const by = <D extends Good["dataset"]>(
    dataset: D,
    rules: (own: Good, value: Datasets[D], source: SourceInfo, judge: Judge) => Reading,
  ): Reading => byValue(reading, source, judge, dataset, rules);
  switch (reading.dataset) {
    case "price":
      return by("price", price);
    case "candles":
      return by("candles", candles);
    case "hourlyCandles":
      return by("hourlyCandles", (own, value, ...rest) => bars(own, "hourlyCandles", value, ...rest));
    case "fineCandles":
      return by("fineCandles", (own, value, ...rest) => bars(own, "fineCandles", value, ...rest));
    case "fearGreed":
      return by("fearGreed", fearGreed);
    case "openInterest":
      return by("openInterest", openInterest);
    case "openInterestHistory":
      return by("openInterestHistory", histories);
    case "hourlyOpenInterest":
      return by("hourlyOpenInterest", (own, value, ...rest) => heldInBars(own, "hourlyOpenInterest", value, ...rest));
    case "fineOpenInterest":
      return by("fineOpenInterest", (own, value, ...rest) => heldInBars(own, "fineOpenInterest", value, ...rest));
    case "reportedOpenInterest":
      return by("reportedOpenInterest", reported);
    case "supply":
      return by("supply", supply);
    case "volume":
      return by("volume", volume);
    case "funding":
      return by("funding", funding);
    case "longShort":
      return by("longShort", longShort);
    case "taker":
      return by("taker", taker);
    case "liquidations":
      return by("liquidations", liquidations);
    case "reportedLiquidations":
      return by("reportedLiquidations", reportedLiquidations);
    case "liquidationDays":
      return by("liquidationDays", liquidationDays);
    default:
      return reading;
  }
}
