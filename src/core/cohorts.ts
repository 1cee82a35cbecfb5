/**
 * The model behind the liquidation map: positions in cohorts by entry bar and leverage, on both sides as many as the
 * open interest says. In each bar the levels that the price reaches are removed, a part of all positions is closed by
 * choice, and new positions at the bar's average price make up for both; where the open interest falls by more, all
 * shrink alike. So longs and shorts both equal the open interest after every bar: each contract is one of either, and
 * a change of open interest is never split between them.
 *
 * Closing and shrinking scale all cohorts of a side alike. A cohort therefore keeps the quantity it was opened with
 * divided by the running scale of its side, and nothing but the scale is touched in a bar.
 */
import { cell, rungOf, type Ladder, type Part } from "./ladder.ts";
import type { Profile } from "./leverage-profiles.ts";
import { usd, type Usd } from "./units.ts";

/** One side of a venue under one set of assumptions. Quantities are in the unit of the history. */
export interface Book {
  readonly ladder: Ladder;
  readonly profile: Profile;
  /** Opened in each bar, divided by the scale of that time. */
  readonly opened: Float64Array;
  /** At the start of each bar, when it sweeps. */
  readonly scales: Float64Array;
  /** At the end. */
  readonly scale: number;
}

/** Runs the model over the history; `halfLife` in days, Infinity for positions that nobody closes by choice. */
export function bookOf(ladder: Ladder, profile: Profile, halfLife: number): Book {
  const { bars, seed } = ladder.history;
  const rungs = profile.map(({ leverage, share }) => ({ share, ends: rungOf(ladder, leverage).ends }));
  const opened = new Float64Array(bars.length);
  const scales = new Float64Array(bars.length);
  // What each bar will sweep, divided by the scale; the last cell gathers what none does.
  const due = new Float64Array(bars.length + 1);
  let [scale, total] = [1, 0];
  for (let t = 0, bar = bars[0]; bar !== undefined; t += 1, bar = bars[t]) {
    const { days, traded, held } = bar;
    scales[t] = scale;
    const gone = cell(due, t) * scale;
    const kept = Math.exp((-Math.LN2 * days) / halfLife);
    scale *= kept;
    total = (total - gone) * kept;
    // Before the open interest is known, volume takes its place; both are of one size from the end of the seed on.
    const added = held === null || t < seed ? traded : Math.max(0, held - total);
    const cohort = added / scale;
    for (const { share, ends } of rungs) {
      const end = cell(ends, t);
      due[end] = cell(due, end) + share * cohort;
    }
    opened[t] = cohort;
    total += added;
    if (held !== null) {
      scale *= held / total;
      total = held;
    }
  }
  return { ladder, profile, opened, scales, scale };
}

/** No function for each cohort: it would be handed a new number, and give back another, every time. */
function sumOver({ profile, opened, scale }: Book, part: Part, inUsd: boolean): number {
  let sum = 0;
  for (const { leverage, share } of profile) {
    for (const { bar, height } of part.get(leverage) ?? []) {
      sum += share * scale * cell(opened, bar) * (inUsd ? Math.abs(height) : 1);
    }
  }
  return sum;
}

/** What the cohorts hold, in the unit of the history. All living ones hold the open interest. */
export const quantityIn = (book: Book, part: Part): number => sumOver(book, part, false);

/** Their notional, each at the price where it is liquidated. */
export const usdIn = (book: Book, part: Part): Usd => usd(sumOver(book, part, book.ladder.rules.margin === "linear"));

/** Notional of what the price has swept in the bars `first` to before `end`, each position where it is liquidated. */
export function sweptIn({ ladder, profile, opened, scales }: Book, first: number, end: number): Usd {
  const isLinear = ladder.rules.margin === "linear";
  let sum = 0;
  for (const { leverage, share } of profile) {
    const { height, ends } = rungOf(ladder, leverage);
    ends.forEach((swept, bar) => {
      if (swept < first || swept >= end) return;
      const quantity = share * cell(opened, bar) * cell(scales, swept);
      sum += isLinear ? quantity * Math.abs(height * cell(ladder.entries, bar)) : quantity;
    });
  }
  return usd(sum);
}
