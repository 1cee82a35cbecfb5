/**
 * Sweeps of swing lows and highs ("liquidity grabs"): the price trades beyond a level. A sweep says that the level
 * traded, not that stops or liquidations sat there.
 */
import type { Candle } from "./market.ts";
import type { Series } from "./series.ts";
import type { Swing } from "./swings.ts";
import type { Instant } from "./time.ts";
import { ratio, type Ratio, type UsdPerBtc } from "./units.ts";

export interface Sweep {
  /** The bar that went beyond. */
  readonly at: Instant;
  /** How far that bar went, as a share of the level. */
  readonly depth: Ratio;
  /**
   * wick: closed back inside in the same bar; reclaim: `after` 1 to 3 bars; breakdown: not within them (for a high: it
   * broke out); pending: they are not over.
   */
  readonly class: "wick" | "reclaim" | "breakdown" | "pending";
  /** Bars from the sweep to the first close back inside; null where there is none yet. */
  readonly after: number | null;
}

export interface Level {
  readonly swing: Swing;
  /** Null as long as the level holds. */
  readonly sweep: Sweep | null;
}

/** Five hundredths of a percent: less is the spread between venues. */
const BEYOND = 0.0005;
const PATIENCE = 3;

/** Each confirmed swing of the bars with the first sweep after its confirmation, as known at the last bar. */
export function levelsOf(bars: Series<Candle>, swings: readonly Swing[]): readonly Level[] {
  return swings.map((swing) => ({ swing, sweep: sweepOf(bars, swing) }));
}

/**
 * The levels as they stand while a day runs, of which there are shorter bars: one that it has gone beyond is swept, and
 * its class pending until days close. The depth is that of the day so far.
 */
export const withRunning = (levels: readonly Level[], running: Series<Candle>): readonly Level[] =>
  levels.map((level) => {
    const depths = running.map(({ value }) => depthOf(level.swing, value));
    const beyond = running.find((_, i) => (depths[i] ?? 0) > BEYOND);
    if (level.sweep !== null || beyond === undefined) return level;
    const depth = ratio(Math.max(...depths));
    return { ...level, sweep: { at: beyond.at, depth, class: "pending", after: null } };
  });

/** How far a bar went beyond a swing, as a share of its price; below 0 where it did not reach it. */
const depthOf = ({ is, price }: Swing, { low, high }: Candle): number =>
  (is === "low" ? price - low : high - price) / price;

function sweepOf(bars: Series<Candle>, swing: Swing): Sweep | null {
  const index = bars.findIndex(({ value }, i) => i > swing.confirmed && depthOf(swing, value) > BEYOND);
  const bar = bars[index];
  if (bar === undefined) return null;
  const closes = bars.slice(index, index + 1 + PATIENCE);
  const isBack = ({ close }: Candle): boolean => (swing.is === "low" ? close > swing.price : close < swing.price);
  const back = closes.findIndex(({ value }) => isBack(value));
  return {
    at: bar.at,
    depth: ratio(depthOf(swing, bar.value)),
    class: back === 0 ? "wick" : back > 0 ? "reclaim" : closes.length > PATIENCE ? "breakdown" : "pending",
    after: back < 0 ? null : back,
  };
}

export interface Zone {
  readonly from: UsdPerBtc;
  readonly to: UsdPerBtc;
  /** Every swing of the kind within, swept or not. */
  readonly levels: readonly Level[];
  readonly swept: number;
  /** Whether one may say that the zone was swept: there is a level, and none holds. */
  readonly isSwept: boolean;
}

/** The lows (highs) between two prices, both included. */
export function zoneOf(levels: readonly Level[], is: Swing["is"], from: UsdPerBtc, to: UsdPerBtc): Zone {
  const within = levels.filter(({ swing }) => swing.is === is && swing.price >= from && swing.price <= to);
  const swept = within.filter(({ sweep }) => sweep !== null).length;
  return { from, to, levels: within, swept, isSwept: swept > 0 && swept === within.length };
}
