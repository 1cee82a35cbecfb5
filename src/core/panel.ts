/**
 * Several members (contracts or venues) over time. Totals are taken over a constant set of members, changes over
 * those present at both ends: a member that drops out is never counted as a fall.
 */
import { change, type Change } from "./change.ts";
import { COVERAGE } from "./plausible/claims.ts";
import { nearest, series, type Point, type Series } from "./series.ts";
import { MINUTE, type Instant } from "./time.ts";
import { ratio, sumBtc, sumUsd, type Btc, type Ratio, type Usd } from "./units.ts";

export interface Amount {
  readonly btc: Btc;
  readonly usd: Usd;
}
export interface Member {
  readonly id: string;
  readonly series: Series<Amount>;
}

export interface Total {
  /** Without the instants of the window that a summed member lacks. */
  readonly series: Series<Amount>;
  /** Ids of the members that are summed. */
  readonly of: readonly string[];
}

/** A member that lacks a larger share of the instants is left out (rule Q-04). */
const MOST_MISSING = 0.1;

/** Summands of one instant are at most ten minutes apart (section 5.1 of the methods): what a run at midnight was told counts. */
const APART = 5 * MINUTE;

/** The sample that stands for an instant of a grid, or null. */
export const onGrid = <T>(s: Series<T>, at: Instant): Point<T> | null => nearest(s, at, APART);

/** The sum of the members that have the window's instants. The window is the caller's grid, such as every 00:00Z. */
export function total(panel: readonly Member[], window: readonly Instant[], mostMissing = MOST_MISSING): Total {
  const instants = [...new Set(window)];
  const summed = panel.filter((member) => {
    const missing = instants.filter((at) => onGrid(member.series, at) === null).length;
    return missing <= instants.length * mostMissing;
  });
  const sums = instants.flatMap((at) => {
    const amounts = summed.flatMap((member) => onGrid(member.series, at)?.value ?? []);
    const whole = amounts.length === summed.length && summed.length > 0;
    return whole ? [{ at, value: add(amounts) }] : [];
  });
  return { series: series(sums), of: summed.map((member) => member.id) };
}

/** Members that are nearly all of the weight stand for the panel (section 5.1 of the methods, coverage). */
const MOST = 0.8;

/**
 * The sum in which an extreme is looked for. An instant that a member lacks is none of the sum's, and it may be the one of
 * the extreme: where the members that lack none hold nearly everything, the series is theirs alone. `of` names all.
 */
export function unbroken(panel: readonly Member[], window: readonly Instant[], weight: (id: string) => number): Total {
  const all = total(panel, window);
  const whole = total(panel, window, 0);
  const held = (of: readonly string[]): number => of.reduce((sum, id) => sum + weight(id), 0);
  return whole.of.length > 0 && held(whole.of) >= held(all.of) * MOST ? { ...all, series: whole.series } : all;
}

const add = (amounts: readonly Amount[]): Amount => ({
  btc: sumBtc(amounts.map((amount) => amount.btc)),
  usd: sumUsd(amounts.map((amount) => amount.usd)),
});

/** What is compared member by member: a contract, so that its margin type is known. */
export interface Contract extends Member {
  readonly margin: "linear" | "inverse";
}

/** A member with its value at both ends; null where it has none. */
export interface Pair<M> {
  readonly member: M;
  readonly from: Amount | null;
  readonly to: Amount | null;
}

export type Comparison<M> = {
  /** Share, in USD at the start, of the members known then that are also known at the end. */
  readonly coverage: Ratio;
  /** Known at both ends. */
  readonly of: readonly M[];
} & (
  | { readonly change: Change; readonly why: null }
  | { readonly change: null; readonly why: "nothing comparable" | "less than half comparable" }
);

/** Like for like: the change of the members that are known at both ends. */
export function likeForLike<M extends Contract>(pairs: readonly Pair<M>[]): Comparison<M> {
  const known = pairs.filter((pair) => pair.from !== null || pair.to !== null);
  const common = known.flatMap(({ member, from, to }) => (from === null || to === null ? [] : [{ member, from, to }]));
  const start = sumUsd(known.flatMap(({ from }) => from?.usd ?? []));
  const coverage = ratio(start > 0 ? sumUsd(common.map(({ from }) => from.usd)) / start : 0);
  const told = { coverage, of: common.map(({ member }) => member) };
  const found = change(
    common.map(({ member, from, to }) => ({
      margin: member.margin,
      fromBtc: from.btc,
      fromUsd: from.usd,
      toBtc: to.btc,
      toUsd: to.usd,
    })),
  );
  if (found === null) return { ...told, change: null, why: "nothing comparable" };
  if (coverage < COVERAGE.error) return { ...told, change: null, why: "less than half comparable" };
  return { ...told, change: found, why: null };
}
