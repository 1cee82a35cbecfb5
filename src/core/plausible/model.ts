/** What a liquidation map must keep, Q-17 and Q-18, and what its history lacks, Q-04. */
import type { Btc, Usd, UsdPerBtc } from "../units.ts";
import { FLAGGED, type Hole } from "../map-history.ts";
import { DAY, HOUR, iso } from "../time.ts";
import { amount, dollars, graded, verdict, type Verdict } from "./verdict.ts";

/** every contract has a long and a short, so both sides of a model hold the open interest. */
export function sidesHold(longs: Btc, shorts: Btc, openInterest: Btc): readonly Verdict[] {
  const off = Math.max(Math.abs(longs - openInterest), Math.abs(shorts - openInterest)) / openInterest;
  const text = `the model holds ${amount(longs)} BTC of longs and ${amount(shorts)} BTC of shorts for an open interest of ${amount(openInterest)} BTC, ${amount(off)} of it apart`;
  return graded("Q-17", text, off, { error: 1e-9, shown: amount });
}

/** What the model makes of a hole. */
const MADE_OF = {
  "open interest": "open interest is drawn straight across",
  price: "nothing is liquidated in",
} as const;

/**
 * what the map's history lacks for more than six hours on end, told once for each of the two. Samples of a day are no
 * fault: most of the 90 days have no others.
 */
export function bridged(holes: readonly Hole[]): readonly Verdict[] {
  return (["price", "open interest"] as const).flatMap((of) => {
    const own = holes.filter((hole) => hole.of === of);
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return [];
    const longest = Math.max(...own.map(({ from, until }) => until - from));
    const many =
      own.length === 1
        ? `a hole of ${amount(longest / HOUR)} hours`
        : `${own.length} holes of up to ${amount(longest / HOUR)} hours`;
    const text = `in the map ${MADE_OF[of]} ${many}, ${iso(first.from)} to ${iso(last.until)}; more than ${FLAGGED / HOUR} hours are flagged`;
    const severity = of === "open interest" && longest <= DAY ? "note" : "warning";
    return [verdict("Q-04", severity, text, longest / HOUR, FLAGGED / HOUR)];
  });
}

export interface Cumulative {
  readonly target: UsdPerBtc;
  /** All that is liquidated on the way from the price to the target. */
  readonly usd: Usd;
}

/**
 * a farther target takes at least as much with it. Points of one side, from one vendor at one time: where they
 * fall, they are not of one map. Each fall is told once, from the highest point before it.
 */
export function curveRises(price: UsdPerBtc, points: readonly Cumulative[]): readonly Verdict[] {
  const [first, ...rest] = points.toSorted((a, b) => Math.abs(a.target - price) - Math.abs(b.target - price));
  if (first === undefined) return [];
  const found: Verdict[] = [];
  let most = first;
  for (const point of rest) {
    if (point.usd >= most.usd) {
      most = point;
      continue;
    }
    const text = `${dollars(point.usd)} up to ${dollars(point.target)} is less than ${dollars(most.usd)} up to the nearer ${dollars(most.target)}; the two are not of one map`;
    found.push(verdict("Q-18", "warning", text, point.usd, most.usd));
  }
  return found;
}
