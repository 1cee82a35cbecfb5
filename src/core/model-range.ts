/** What the members of an ensemble say together: a range, and a direction only where they agree. */
import { ratio, usd, type Ratio, type Usd } from "./units.ts";

export interface ModelRange {
  /** Geometric mean of the members. */
  readonly usd: Usd;
  readonly low: Usd;
  readonly high: Usd;
  /** Significant digits that the spread leaves room for. */
  readonly digits: 1 | 2;
  /** One value for each member. */
  readonly members: readonly Usd[];
}

/** A member of 0 would make the geometric mean 0: each counts as at least a millionth of the open interest. */
const LEAST = 1e-6;

export function rangeOf(members: readonly Usd[], openInterest: Usd): ModelRange {
  const low = Math.min(...members);
  const high = Math.max(...members);
  const logs = members.reduce((sum, value) => sum + Math.log(Math.max(value, LEAST * openInterest)), 0);
  // The floor may lift the mean above all members.
  const centre = Math.min(high, Math.max(low, Math.exp(logs / members.length)));
  return { usd: usd(centre), low: usd(low), high: usd(high), digits: high > 3 * low ? 1 : 2, members };
}

export interface Skew {
  /** (shorts - longs) / (shorts + longs) of the centres; null where both are 0. */
  readonly imbalance: Ratio | null;
  /** Shorts divided by longs, of the centres; null without longs. */
  readonly ratio: number | null;
  /** Null is "no clear skew". */
  readonly heavier: "longs" | "shorts" | null;
}

/** Below this the centres are too near each other to name a side. */
const LEAST_IMBALANCE = 0.3;

/** Names a side only where every member has more of it and the imbalance of the centres is large. */
export function skewOf(shorts: ModelRange, longs: ModelRange): Skew {
  const both = shorts.usd + longs.usd;
  if (both === 0) return { imbalance: null, ratio: null, heavier: null };
  const imbalance = ratio((shorts.usd - longs.usd) / both);
  const signs = new Set(shorts.members.map((value, i) => Math.sign(value - (longs.members[i] ?? value))));
  const agreed = signs.size === 1 && Math.abs(imbalance) >= LEAST_IMBALANCE;
  return {
    imbalance,
    ratio: longs.usd === 0 ? null : shorts.usd / longs.usd,
    heavier: agreed && signs.has(1) ? "shorts" : agreed && signs.has(-1) ? "longs" : null,
  };
}
