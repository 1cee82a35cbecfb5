/** A trading range with a support that has been seen: where a Wyckoff spring can happen. */
import type { Candle } from "./market.ts";
import type { Series } from "./series.ts";
import type { Swing } from "./swings.ts";
import type { UsdPerBtc } from "./units.ts";

export interface TradingRange {
  /** Length in bars. */
  readonly bars: number;
  /** The lowest swing low and the highest swing high. */
  readonly support: UsdPerBtc;
  readonly resistance: UsdPerBtc;
}

const LONGEST = 60;
const SHORTEST = 20;
const WIDEST = 0.25;
/** A swing low within this above the support, or the support itself, has touched it. */
const TOUCH = 0.01;
/** Bars from the first touch to the last: there are two at least. */
const APART = 5;
/** Share of the closes within the range. */
const LEAST_INSIDE = 0.9;

/**
 * The longest range that ends with the bar before `index` and does not start before `earliest`, as known at the close
 * of that bar. Null also where `low` is not below the support of any.
 */
export function rangeBefore(
  bars: Series<Candle>,
  swings: readonly Swing[],
  index: number,
  earliest: number,
  low: UsdPerBtc,
): TradingRange | null {
  const known = swings.filter((swing) => swing.index >= index - LONGEST && swing.confirmed < index);
  // Every range holds the bars of the shortest one: its support is not above theirs.
  if (known.some((swing) => swing.is === "low" && swing.index >= index - SHORTEST && swing.price <= low)) return null;
  for (let start = Math.max(earliest, index - LONGEST); start <= index - SHORTEST; start += 1) {
    const range = rangeOf(bars, [start, index], known);
    if (range !== null) return range;
  }
  return null;
}

function rangeOf(
  bars: Series<Candle>,
  [start, end]: readonly [number, number],
  known: readonly Swing[],
): TradingRange | null {
  const swings = known.filter(({ index }) => index >= start);
  const lows = swings.filter(({ is }) => is === "low").toSorted((a, b) => a.price - b.price);
  const highs = swings.filter(({ is }) => is === "high").toSorted((a, b) => b.price - a.price);
  const support = lows[0]?.price;
  const resistance = highs[0]?.price;
  if (support === undefined || resistance === undefined || resistance / support - 1 > WIDEST) return null;
  const touches = lows.filter(({ price }) => price <= support * (1 + TOUCH)).map(({ index }) => index);
  if (Math.max(...touches) - Math.min(...touches) < APART) return null;
  const closes = bars.slice(start, end).filter(({ value }) => value.close >= support && value.close <= resistance);
  return closes.length / (end - start) < LEAST_INSIDE ? null : { bars: end - start, support, resistance };
}
