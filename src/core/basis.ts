/** Basis of dated futures against the index that they settle to, at the same instant. */
import { DAY, type Instant } from "./time.ts";
import { ratio, type Ratio, type UsdPerBtc } from "./units.ts";

/** May be negative. */
export const basis = (future: UsdPerBtc, index: UsdPerBtc): Ratio => ratio(future / index - 1);

/** With the fraction of a day, to the settlement hour. */
export const daysTo = (expires: Instant, at: Instant): number => (expires - at) / DAY;

/** Nearer to settlement a basis of a few dollars would become a rate of many percent. */
const LEAST_DAYS = 7;

/** Per year, simply; null within a week of settlement. */
export const annualized = (total: Ratio, days: number): Ratio | null =>
  days < LEAST_DAYS ? null : ratio((total * 365) / days);

export interface Tenor {
  readonly days: number;
  readonly basis: Ratio;
}

/**
 * The basis of a future with `days` to run: total basis interpolated linearly in time between the contracts on either
 * side, per year and simply. Null where `days` does not lie between two contracts: it is never extrapolated.
 */
export function constantMaturity(tenors: readonly Tenor[], days: number): Ratio | null {
  const sorted = tenors.toSorted((a, b) => a.days - b.days);
  const near = sorted.findLast((tenor) => tenor.days <= days);
  const far = sorted.find((tenor) => tenor.days >= days);
  if (near === undefined || far === undefined || days <= 0) return null;
  const share = far.days === near.days ? 0 : (days - near.days) / (far.days - near.days);
  const total = ratio(near.basis + (far.basis - near.basis) * share);
  return ratio((total * 365) / days);
}
