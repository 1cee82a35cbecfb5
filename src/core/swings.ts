/** Swing highs and lows of closed bars. Each says when it became known: no conclusion may use it earlier. */
import type { Candle } from "./market.ts";
import type { Series } from "./series.ts";
import type { Instant } from "./time.ts";
import type { Ratio, UsdPerBtc } from "./units.ts";

export interface Swing {
  readonly is: "low" | "high";
  /** Of its bar in the series. */
  readonly index: number;
  /** Start of the bar. */
  readonly at: Instant;
  readonly price: UsdPerBtc;
  /** The bar at whose close it was known. */
  readonly confirmed: number;
}

/**
 * Bars lower (higher) than the k before and not above (below) the k after: of equal ones the first counts. Usual: 2 for
 * days, 3 for four hours. In time order; a bar that is both gives its low first.
 */
export function fractals(bars: Series<Candle>, k: number): readonly Swing[] {
  return bars.flatMap(({ at, value }, index): readonly Swing[] => {
    const before = bars.slice(Math.max(0, index - k), index);
    const after = bars.slice(index + 1, index + 1 + k);
    if (before.length < k || after.length < k) return [];
    const swing = { index, at, confirmed: index + k };
    const isLow = before.every((bar) => value.low < bar.value.low) && after.every((bar) => value.low <= bar.value.low);
    const isHigh =
      before.every((bar) => value.high > bar.value.high) && after.every((bar) => value.high >= bar.value.high);
    return [
      ...(isLow ? [{ ...swing, is: "low" as const, price: value.low }] : []),
      ...(isHigh ? [{ ...swing, is: "high" as const, price: value.high }] : []),
    ];
  });
}

type Extreme = Pick<Swing, "index" | "at" | "price">;

/**
 * Turns of at least `turn` (0.05 is usual). A bar that extends its leg does not turn it. Before the first turn both
 * ways are open; a bar that would turn both confirms the high. The extreme of the last leg is no swing: nothing confirms it.
 */
export function zigzag(bars: Series<Candle>, turn: Ratio): readonly Swing[] {
  const [first, ...rest] = bars;
  if (first === undefined) return [];
  const swings: Swing[] = [];
  let leg: "up" | "down" | null = null;
  let high: Extreme = { index: 0, at: first.at, price: first.value.high };
  let low: Extreme = { index: 0, at: first.at, price: first.value.low };
  for (const [i, { at, value }] of rest.entries()) {
    const index = i + 1;
    if (leg !== "down") {
      if (value.high > high.price) {
        high = { index, at, price: value.high };
      } else if (value.low <= high.price * (1 - turn)) {
        swings.push({ is: "high", ...high, confirmed: index });
        leg = "down";
        low = { index, at, price: value.low };
        continue;
      }
    }
    if (leg !== "up") {
      if (value.low < low.price) {
        low = { index, at, price: value.low };
      } else if (value.high >= low.price * (1 + turn)) {
        swings.push({ is: "low", ...low, confirmed: index });
        leg = "up";
        high = { index, at, price: value.high };
      }
    }
  }
  return swings;
}
