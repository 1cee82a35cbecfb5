/** What the plausibility rules have in common: the verdict, how it is graded and how its numbers are written. */
import type { Gap } from "../gap.ts";

/** Every rule there is. A verdict can be of no other one. */
export const rules = [
  "Q-01",
  "Q-02",
  "Q-03",
  "Q-04",
  "Q-05",
  "Q-06",
  "Q-07",
  "Q-08",
  "Q-09",
  "Q-10",
  "Q-11",
  "Q-12",
  "Q-13",
  "Q-14",
  "Q-15",
  "Q-16",
  "Q-17",
  "Q-18",
  "Q-19",
  "Q-20",
  "Q-21",
  "Q-22",
  "Q-23",
  "Q-24",
  // What a section of the methods states by itself, without a number among the rules.
  "§4.1",
] as const;
export type Rule = (typeof rules)[number];

/** Of one rule on one figure. Whose figure it is, the caller knows. */
export interface Verdict {
  readonly rule: Rule;
  /** error: the figure must not be printed; warning: it is printed with a flag; note: nothing is wrong with it. */
  readonly severity: "error" | "warning" | "note";
  readonly message: string;
  /** What was compared with the bound; null where no finite number tells it. */
  readonly value: number | null;
  readonly bound: number | null;
}

export const verdict = (
  rule: Rule,
  severity: Verdict["severity"],
  message: string,
  value: number | null = null,
  bound: number | null = null,
): Verdict => ({ rule, severity, message, value: Number.isFinite(value) ? value : null, bound });

/** The same verdicts, which say of what they are. */
export const labelled = (what: string, verdicts: readonly Verdict[]): readonly Verdict[] =>
  verdicts.map((one) => ({ ...one, message: `${what}: ${one.message}` }));

/** Why a figure is absent that an error keeps out. */
export const gapOf = ({ rule, message }: Verdict): Gap =>
  rule === "Q-03" ? { why: "stale", detail: message } : { why: "implausible", rule, detail: message };

interface Bounds {
  readonly warning?: number;
  readonly error?: number;
  /** How the bound is written. */
  readonly shown: (bound: number) => string;
}

/**
 * An error or a warning where the value is above its bound. Something against nothing (n / 0) is above every bound;
 * nothing against nothing (0 / 0) says nothing.
 */
export function graded(rule: Rule, text: string | (() => string), value: number, bounds: Bounds): readonly Verdict[] {
  const { warning = Infinity, error = Infinity, shown } = bounds;
  if (!(value > error || value > warning)) return [];
  // What every sample of a history is asked is seldom told: its words are made then.
  const words = typeof text === "string" ? text : text();
  return value > error
    ? [verdict(rule, "error", `${words}; more than ${shown(error)} is not credible`, value, error)]
    : [verdict(rule, "warning", `${words}; more than ${shown(warning)} is unusual`, value, warning)];
}

const sixDigits = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 6 });
const fourDigits = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });

/** `656,880`, `89,270.5`. */
export const amount = (n: number): string => sixDigits.format(n);
/** `$58,640,000,000`. */
export const dollars = (n: number): string => `$${amount(n)}`;
/** `113.3 %` of 1.1326. */
export const percent = (ratio: number): string => `${fourDigits.format(ratio * 100)} %`;
