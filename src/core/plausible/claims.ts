/** What a sentence or a comparison may say. */
import type { Row } from "../extremes.ts";
import type { Day, Month } from "../time.ts";
import type { Ratio } from "../units.ts";
import { amount, graded, percent, verdict, type Verdict } from "./verdict.ts";

/** a period that runs or has holes is never ranked. */
export const rankedIsWhole = ({
  period,
  complete,
}: Pick<Row<Day | Month>, "period" | "complete">): readonly Verdict[] =>
  complete ? [] : [verdict("Q-19", "error", `${period} is not over or not wholly covered, so it has no rank`)];

/** both ends of a comparison have the same members: venues, or symbols of one. */
export function sameMembers(before: readonly string[], after: readonly string[]): readonly Verdict[] {
  const gone = before.filter((id) => !after.includes(id));
  const come = after.filter((id) => !before.includes(id));
  const names = (ids: readonly string[]): string => (ids.length === 0 ? "none" : ids.join(", "));
  const text = `the two ends have other members: only before ${names(gone)}; only after ${names(come)}`;
  return gone.length + come.length === 0 ? [] : [verdict("Q-20", "error", text, gone.length + come.length, 0)];
}

/** below these parts of what was known a comparison is flagged, or none. */
export const COVERAGE = { warning: 0.8, error: 0.5 } as const;

/** how much of what was known at the start a like-for-like comparison covers. */
export function coverageSuffices(coverage: Ratio): readonly Verdict[] {
  if (coverage >= COVERAGE.warning) return [];
  const severity = coverage < COVERAGE.error ? "error" : "warning";
  const text = `the comparison covers ${percent(coverage)} of what was known at its start; less than ${percent(COVERAGE[severity])} is too little`;
  return [verdict("Q-20", severity, text, coverage, COVERAGE[severity])];
}

export interface Told {
  readonly source: string;
  /** What it counts: "BTCUSDT alone", "all contracts". */
  readonly scope: string;
  readonly value: number;
}

/** what several sources tell of one figure, in one unit; the largest is at most 5 % above the smallest. */
export function sourcesAgree(what: string, told: readonly Told[]): readonly Verdict[] {
  const values = told.map(({ value }) => value);
  const apart = Math.max(...values) / Math.min(...values) - 1;
  const each = told.map(({ source, scope, value }) => `${amount(value)} (${source}, ${scope})`).join(", ");
  return graded("Q-22", `${what} differs by ${percent(apart)} between sources: ${each}`, apart, {
    warning: 0.05,
    shown: percent,
  });
}

export interface Printed {
  readonly value: number;
  /** Half of its last printed unit: 50 for 93,600 printed in hundreds. None: it is exact. */
  readonly within?: number;
}

const BINARY = 1e-9;

/**
 * a printed percent (31.9 for 31.9 %, with one decimal) is what its printed inputs make, within half of its last
 * unit. Where the inputs are rounded, anything that they may stand for is good.
 */
export function percentFits(printed: number, decimals: number, from: Printed, to: Printed): readonly Verdict[] {
  const growth = (a: number, b: number): number => (100 * (b - a)) / a;
  const { within: fromHalf = 0 } = from;
  const { within: toHalf = 0 } = to;
  const low = growth(from.value + fromHalf, to.value - toHalf);
  const high = growth(from.value - fromHalf, to.value + toHalf);
  const off = Math.max(low - printed, printed - high);
  const half = 10 ** -decimals / 2;
  if (!(off > half + BINARY)) return [];
  const text = `${amount(printed)} % is printed where ${amount(from.value)} to ${amount(to.value)} makes ${amount(growth(from.value, to.value))} %`;
  return [verdict("Q-23", "warning", text, off, half)];
}

const TOPIC = /\b(liquidat|volume)/i;
const SCOPES = [
  { word: /\b(BTC|bitcoin|all coins)/i, asks: "BTC or all coins" },
  { word: /\b(perp|futures|dated|derivatives|spot)/i, asks: "perpetuals or all futures" },
] as const;

/** a sentence on liquidations or volume says of which coins and of which contracts. */
export function scopeIsNamed(sentence: string): readonly Verdict[] {
  if (!TOPIC.test(sentence)) return [];
  return SCOPES.filter(({ word }) => !word.test(sentence)).map(({ asks }) =>
    verdict("Q-24", "error", `"${sentence}" does not say whether it is of ${asks}`),
  );
}
