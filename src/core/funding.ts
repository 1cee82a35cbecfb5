/** Funding rates of venues with different intervals, on one footing. */
import type { Funding } from "./market.ts";
import { HOUR, type Instant } from "./time.ts";
import { ratio, type Ratio, type Usd } from "./units.ts";

/** The rate per 8 hours. */
export const rate8h = (rate: Ratio, everyHours: number): Ratio => ratio((rate * 8) / everyHours);
/** Simple annual rate of an 8-hour rate. */
export const apr = (per8h: Ratio): Ratio => ratio(per8h * 3 * 365);

/** Venues cap an 8-hour rate at about this; beyond it a figure wants a second look. */
export const EXTREME = 0.0075;
export const isExtreme = (per8h: Ratio): boolean => Math.abs(per8h) > EXTREME;

/** A rate older than its own interval has been replaced by another one. */
export const isCurrent = (funding: Funding, asOf: Instant): boolean => asOf - funding.at <= funding.everyHours * HOUR;

export interface Weighted {
  readonly rate8h: Ratio;
  readonly apr: Ratio;
}

/**
 * The mean over contracts, weighted by their open interest in USD at the same time. Contracts without open interest
 * are the caller's to leave out and to name; null where there is none at all. Predicted and settled rates are
 * different series: never in one call.
 */
export function weightedFunding(
  rows: readonly { readonly rate: Ratio; readonly everyHours: number; readonly usd: Usd }[],
): Weighted | null {
  const weight = rows.reduce((sum, row) => sum + row.usd, 0);
  if (weight <= 0) return null;
  const mean = ratio(rows.reduce((sum, row) => sum + rate8h(row.rate, row.everyHours) * row.usd, 0) / weight);
  return { rate8h: mean, apr: apr(mean) };
}
