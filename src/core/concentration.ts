/** How a metric is spread over a named set of venues. */
import { ratio, type Ratio } from "./units.ts";

/** Each part of the whole; null where the whole is 0. */
export function shares(parts: readonly number[]): readonly Ratio[] | null {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  return whole > 0 ? parts.map((part) => ratio(part / whole)) : null;
}

export interface Concentration {
  /** Herfindahl-Hirschman index, 0 to 10,000: the known venues alone. */
  readonly low: number;
  /** The same if the rest is made of venues as large as the smallest known one. Equal to `low` for a complete set. */
  readonly high: number;
  /** Share of the total that the known venues have. */
  readonly covered: Ratio;
}

/** Parts may exceed their total by this much through rounding (rule Q-16). */
const SLACK = 0.001;

/**
 * Null where the index would mislead: fewer than two venues (10,000 by construction), no total, or parts that exceed
 * it.
 */
export function concentration(parts: readonly number[], total: number | null): Concentration | null {
  const known = parts.filter((part) => part > 0);
  const sum = known.reduce((all, part) => all + part, 0);
  if (total === null || known.length < 2 || sum > total * (1 + SLACK)) return null;
  const whole = Math.max(total, sum);
  const points = (part: number): number => ((100 * part) / whole) ** 2;
  const smallest = Math.min(...known);
  const more = Math.floor((whole - sum) / smallest);
  const low = known.reduce((all, part) => all + points(part), 0);
  return {
    low,
    high: low + more * points(smallest) + points(whole - sum - more * smallest),
    covered: ratio(sum / whole),
  };
}
