/** What is said with a Wyckoff spring: its volume, the signs that are looked for after it, and what chance does. */
import type { Candle } from "./market.ts";
import { median } from "./rank.ts";
import type { Series } from "./series.ts";
import type { Instant } from "./time.ts";
import { ratio } from "./units.ts";

/**
 * Binance perpetual, days of September 2019 to March 2026: of 21 events 9 were breakdowns and 2 expired. `byChance`:
 * the same rules on the same bars without their drift, in blocks of ten days in random order.
 */
export const SPRING_BASE_RATE = {
  from: "2019-09",
  to: "2026-03",
  resolved: 10,
  confirmed: 6,
  byChance: { resolved: 521, share: ratio(0.472) },
} as const;

const USUAL = 20;

/**
 * Volume of a bar against the median of the 20 before; null where one of them has none. It is told and is no filter: both
 * light and heavy volume are described as those of springs.
 */
export function volumeRatio(bars: Series<Candle>, index: number): number | null {
  const volumes = bars.slice(Math.max(0, index - USUAL), index).flatMap(({ value }) => value.btc ?? []);
  const usual = median(volumes);
  const own = bars[index]?.value.btc ?? null;
  return volumes.length < USUAL || usual === null || usual === 0 || own === null ? null : own / usual;
}

export interface Place {
  /** Of the bar in the series. */
  readonly index: number;
  readonly at: Instant;
}

/** From the lowest price up to the re-entry to its close. */
export interface Rise {
  /** The bar that fell below the support. */
  readonly event: number;
  readonly reentry: Place;
  readonly low: number;
  readonly close: number;
}

/** A bar from the re-entry to `until` that fell back into the lower half of the rise, held the low, on less volume. */
export function isTested(bars: Series<Candle>, { event, reentry, low, close }: Rise, until: number): boolean {
  const volume = bars[event]?.value.btc ?? 0;
  return bars
    .slice(reentry.index + 1, until + 1)
    .some(({ value }) => value.low >= low && value.low <= low + (close - low) / 2 && (value.btc ?? Infinity) < volume);
}

/** A close above the range from the re-entry to `until`, on more than usual volume ("sign of strength"). */
export const hasStrength = (bars: Series<Candle>, resistance: number, reentry: number, until: number): boolean =>
  bars.some(({ value }, i) => i > reentry && i <= until && value.close > resistance && (volumeRatio(bars, i) ?? 0) > 1);
