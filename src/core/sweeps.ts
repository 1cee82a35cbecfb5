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
  readonly index: number;
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

function sweepOf(bars: Series<Candle>, { is, price, confirmed }: Swing): Sweep | null {
  const sign = is === "low" ? 1 : -1;
  const depthOf = ({ low, high }: Candle): number => (sign * (price - (is === "low" ? low : high))) / price;
  const index = bars.findIndex(({ value }, i) => i > confirmed && depthOf(value) > BEYOND);
  const bar = bars[index];
  if (bar === undefined) return null;
  const closes = bars.slice(index, index + 1 + PATIENCE);
  const back = closes.findIndex(({ value }) => sign * (value.close - price) > 0);
  return {
    index,
    at: bar.at,
    depth: ratio(depthOf(bar.value)),
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
