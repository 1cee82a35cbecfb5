/** Q-12 through a venue's history: from which days on it is of one piece. */
import type { Point, Series } from "../series.ts";
import { DAY, type Instant } from "../time.ts";
import { sumBtc, type Btc } from "../units.ts";
import { isDailyMove, stepBetween } from "./open-interest.ts";
import type { Verdict } from "./verdict.ts";

/** What a venue held on a day, by contract. */
export type HeldOn = ReadonlyMap<string, Btc>;

/** A stretch whose level the days after it do not bear out. Neither end is part of it. */
export interface Stretch {
  /** Null where it has no beginning: all that is older than `before`. */
  readonly after: Instant | null;
  readonly before: Instant;
  readonly error: Verdict;
}

export interface Levels {
  /** Youngest first. */
  readonly out: readonly Stretch[];
  /** The largest step among those of a day that are unusual and no more. */
  readonly warning: Verdict | null;
}

/** What is gone for longer is no dip: of two levels nothing tells which is right. */
const DIP = 7 * DAY;

/**
 * Goes back from the youngest day, which is taken for right. A day that is farther from the one after it than a venue
 * moves begins a stretch that is out. Within a week it may end with a day that is on the old level again, a day's step
 * away at most; else all that is older is out. Days are compared over the contracts that both have, where these are the
 * larger part of the younger one: what is listed, expires or was not told is no step. Where a week has no such day, as
 * at the beginning of a large contract's history, the next one stands for itself.
 */
export function levels(days: Series<HeldOn>): Levels {
  const out: Stretch[] = [];
  const unusual: Verdict[] = [];
  let known = days.at(-1);
  let error: Verdict | null = null;
  for (const day of days.slice(0, -1).toReversed()) {
    if (known === undefined) break;
    const over: number = known.at - day.at;
    if (error !== null && over > DIP) break;
    const both = shared(day, known);
    if (both === null) {
      if (over > DIP) known = day;
      continue;
    }
    if (error === null) {
      const found = stepBetween(both.before, both.after);
      error = found.find(({ severity }) => severity === "error") ?? null;
      if (error !== null) continue;
      if (over === DAY) unusual.push(...found);
    } else {
      if (!isDailyMove(both.before.value, both.after.value)) continue;
      out.push({ after: day.at, before: known.at, error });
      error = null;
    }
    known = day;
  }
  if (error !== null && known !== undefined) out.push({ after: null, before: known.at, error });
  const [warning = null] = unusual.toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0));
  return { out, warning };
}

/** Of two days, what the contracts of both held; null where these are less than half of the younger one. */
function shared(
  before: Point<HeldOn>,
  after: Point<HeldOn>,
): { readonly before: Point<Btc>; readonly after: Point<Btc> } | null {
  const common = [...after.value].filter(([symbol]) => before.value.has(symbol));
  const now = sumBtc(common.map(([, held]) => held));
  const then = sumBtc(common.flatMap(([symbol]) => before.value.get(symbol) ?? []));
  if (common.length === 0 || now * 2 < sumBtc([...after.value.values()])) return null;
  return { before: { at: before.at, value: then }, after: { at: after.at, value: now } };
}
