/** Holes and standstills of a series. */
import type { Flag } from "../clean.ts";
import { exactly, type Series } from "../series.ts";
import { iso, shift, type Instant } from "../time.ts";
import { amount, graded, percent, verdict, type Verdict } from "./verdict.ts";

interface Run {
  readonly from: Instant;
  to: Instant;
  samples: number;
}

const LISTED = 5;
export const GAPS = { warning: 0.02, error: 0.1 } as const;

/** which instants of the window, a grid in time order, the series lacks. */
export function gaps(s: Series<unknown>, window: readonly Instant[]): readonly Verdict[] {
  const present = new Set(s.map(({ at }) => at));
  const runs: Run[] = [];
  let open: Run | null = null;
  for (const at of window) {
    if (present.has(at)) open = null;
    else if (open === null) {
      open = { from: at, to: at, samples: 1 };
      runs.push(open);
    } else {
      open.to = at;
      open.samples += 1;
    }
  }
  if (runs.length === 0) return [];
  const missing = runs.reduce((sum, run) => sum + run.samples, 0);
  const share = missing / window.length;
  const severity = share > GAPS.error ? "error" : share > GAPS.warning ? "warning" : "note";
  const more = runs.length > LISTED ? ` and ${amount(runs.length - LISTED)} more` : "";
  const text = `${amount(missing)} of ${amount(window.length)} samples are missing (${percent(share)}): ${runs.slice(0, LISTED).map(span).join(", ")}${more}`;
  return [verdict("Q-04", severity, text, share, severity === "error" ? GAPS.error : GAPS.warning)];
}

/** Q-04, for time that bars leave out: `share` of it, 0 to 1. */
export const uncovered = (text: string, share: number): readonly Verdict[] =>
  graded("Q-04", text, share, { warning: GAPS.warning, shown: percent });

/** The instants of a grid of `step` milliseconds from `first` to `last`, both included. */
export const gridOf = (first: Instant, last: Instant, step: number): readonly Instant[] =>
  Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, i) => shift(first, i * step));

const span = ({ from, to }: Run): string => (from === to ? iso(from) : `${iso(from)} to ${iso(to)}`);

/** an extreme is a sample of its series, never something between two of them. */
export const extremeIsSample = (at: Instant, s: Series<unknown>): readonly Verdict[] =>
  exactly(s, at) === null
    ? [verdict("Q-04", "error", `the extreme of ${iso(at)} lies where the series has no sample`)]
    : [];

/** Q-12, for samples of five minutes: those that cleaning has dropped as spikes; none where there is none. */
export function spikes(flags: readonly Flag[]): readonly Verdict[] {
  const [first, ...more] = flags.filter(({ why }) => why === "spike");
  if (first === undefined) return [];
  const others = more.length === 0 ? "" : `, and ${amount(more.length)} more like it`;
  const text = `${amount(first.value)} at ${iso(first.at)} stands alone, more than 3 % off the half hours around it${others}: left out`;
  return [verdict("Q-12", "warning", text)];
}

const FROZEN = 12;

/** Q-05, for series of five minutes: an hour of identical samples. Zeros are another matter. */
export function frozen(s: Series<number>): readonly Verdict[] {
  const runs: (Run & { readonly value: number })[] = [];
  for (const { at, value } of s) {
    const last = runs.at(-1);
    if (last?.value === value) {
      last.to = at;
      last.samples += 1;
    } else runs.push({ from: at, to: at, samples: 1, value });
  }
  return runs
    .filter((run) => run.value !== 0 && run.samples >= FROZEN)
    .map((run) => {
      const text = `${amount(run.samples)} samples in a row are ${amount(run.value)}, ${span(run)}; ${FROZEN} or more are unusual`;
      return verdict("Q-05", "warning", text, run.samples, FROZEN);
    });
}
