/** A trading range with a support that has been seen: where a Wyckoff spring can happen. */
import type { Candle } from "./market.ts";
import type { Point, Series } from "./series.ts";
import type { Swing } from "./swings.ts";
import { ratio, type Ratio, type UsdPerBtc } from "./units.ts";

export interface TradingRange {
  /** Length in bars. */
  readonly bars: number;
  /** The lowest swing low and the highest swing high. */
  readonly support: UsdPerBtc;
  readonly resistance: UsdPerBtc;
  /** Swing lows within 1 % above the support, itself included. */
  readonly touches: number;
  /** Share of the closes within. */
  readonly inside: Ratio;
}

const LONGEST = 60;
const SHORTEST = 20;
const WIDEST = 0.25;
const TOUCH = 0.01;
/** Bars from the first touch to the last: there are two at least. */
const APART = 5;
const LEAST_INSIDE = 0.9;

/**
 * The longest range that ends with the bar before `index` and does not start before `earliest`. It uses nothing that
 * was not known at the close of its last bar.
 */
export function rangeBefore(
  bars: Series<Candle>,
  swings: readonly Swing[],
  index: number,
  earliest: number,
): TradingRange | null {
  const known = swings.filter((swing) => swing.index >= index - LONGEST && swing.confirmed < index);
  for (let start = Math.max(earliest, index - LONGEST); start <= index - SHORTEST; start += 1) {
    const range = rangeOf(
      bars.slice(start, index),
      known.filter((swing) => swing.index >= start),
    );
    if (range !== null) return range;
  }
  return null;
}

function rangeOf(bars: readonly Point<Candle>[], swings: readonly Swing[]): TradingRange | null {
  const lows = swings.filter(({ is }) => is === "low").toSorted((a, b) => a.price - b.price);
  const highs = swings.filter(({ is }) => is === "high").toSorted((a, b) => b.price - a.price);
  const support = lows[0]?.price;
  const resistance = highs[0]?.price;
  if (support === undefined || resistance === undefined || resistance / support - 1 > WIDEST) return null;
  const touches = lows.filter(({ price }) => price <= support * (1 + TOUCH)).map(({ index }) => index);
  if (Math.max(...touches) - Math.min(...touches) < APART) return null;
  const closes = bars.filter(({ value }) => value.close >= support && value.close <= resistance);
  const inside = closes.length / bars.length;
  if (inside < LEAST_INSIDE) return null;
  return { bars: bars.length, support, resistance, touches: touches.length, inside: ratio(inside) };
}
