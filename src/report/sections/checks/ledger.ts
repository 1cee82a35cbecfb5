/** Where the rules that look at figures write down what they find. */
import { gapOf, type Verdict } from "../../../core/plausible/verdict.ts";
import type { Found, SectionName } from "../../input.ts";
import type { CheckLine } from "../../report.ts";

export interface About {
  readonly section: SectionName;
  /** The source whose figure it is; none for a figure of many. */
  readonly source?: string;
  /** Its path in the report: what a reader is told to be missing. */
  readonly figure: string;
}

/** Notes the verdicts; true where none is an error. Each error is a gap of the figure. */
export type Admits = (about: About, verdicts: readonly Verdict[]) => boolean;

export interface Ledger {
  readonly admits: Admits;
  readonly checks: readonly CheckLine[];
  readonly found: readonly Found[];
}

export function ledger(): Ledger {
  const checks: CheckLine[] = [];
  const found: Found[] = [];
  const admits: Admits = ({ section, source, figure }, verdicts) => {
    for (const { rule, severity, message, value, bound } of verdicts) {
      checks.push({ rule, severity, section, source: source ?? null, message, value, bound });
    }
    const errors = verdicts.filter(({ severity }) => severity === "error");
    for (const error of errors) found.push({ source: source ?? "all", dataset: figure, gap: gapOf(error) });
    return errors.length === 0;
  };
  return { admits, checks, found };
}
