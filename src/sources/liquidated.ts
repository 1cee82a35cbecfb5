/** Orders of liquidation, added up to bars. */
import type { Liquidated } from "../core/market.ts";
import { series, type Series } from "../core/series.ts";
import { HOUR, shift, type Instant } from "../core/time.ts";
import { sumUsd, type Usd } from "../core/units.ts";

export interface Liquidation {
  readonly at: Instant;
  readonly usd: Usd;
  /** Whether it was a long that was liquidated. */
  readonly long: boolean;
}

/** In net mode a position has no side: who is liquidated long has to sell. */
export const wasLong = (positionSide: string, side: "buy" | "sell"): boolean =>
  positionSide === "long" || (positionSide !== "short" && side === "sell");

export const bothSides = (until: Instant, longs: Usd, shorts: Usd): Liquidated => ({
  until,
  longs,
  shorts,
  both: sumUsd([longs, shorts]),
});

const HOURS = 24;
/** Starts of the 24 hours to `end`, oldest first. */
export const hoursTo = (end: Instant): readonly Instant[] =>
  Array.from({ length: HOURS }, (_, hour) => shift(end, (hour - HOURS) * HOUR));

/**
 * Sums of bars of `every` milliseconds that begin at `starts`. `silence`: what a bar without an order means, 0 or, where
 * orders are told late or not all of them, nothing: then there is no bar.
 */
export const liquidatedIn = (
  orders: readonly Liquidation[],
  starts: readonly Instant[],
  every: number,
  silence: 0 | null,
): Series<Liquidated> =>
  series(
    starts.flatMap((at) => {
      const until = shift(at, every);
      const within = orders.filter((order) => order.at >= at && order.at < until);
      if (within.length === 0 && silence === null) return [];
      const worth = (side: boolean): Usd => sumUsd(within.filter(({ long }) => long === side).map(({ usd }) => usd));
      return [{ at, value: bothSides(until, worth(true), worth(false)) }];
    }),
  );
