/** Prices against each other: Q-10 where they need not agree, Q-13 across venues, Q-14 within a bar. */
import type { Candle } from "../market.ts";
import { median } from "../rank.ts";
import type { Btc, Usd, UsdPerBtc } from "../units.ts";
import { amount, dollars, graded, percent, verdict, type Verdict } from "./verdict.ts";

/** Hourly closes of two large venues were within 0.082 % of each other all year, lows and highs within 0.78 %. */
const APART = { close: { warning: 0.0025, error: 0.02 }, low: { warning: 0.01 }, high: { warning: 0.01 } } as const;
const LEAST_VENUES = 3;

/** one venue's price against the median of all, its own among them; of one kind, bar and currency. */
export function offMedian(
  what: "close" | "low" | "high",
  price: UsdPerBtc,
  all: readonly UsdPerBtc[],
): readonly Verdict[] {
  const middle = median(all);
  if (middle === null || all.length < LEAST_VENUES) return [];
  const off = Math.abs(price / middle - 1);
  const text = (): string =>
    `the ${what} of ${dollars(price)} is ${percent(off)} ${price < middle ? "below" : "above"} ${dollars(middle)}, the median of ${all.length} sources`;
  return graded("Q-13", text, off, { ...APART[what], shown: percent });
}

/**
 * Q-10 for prices that need not agree: a future's and its index, or those of other moments. `most` is how many times one
 * may be the other; what is farther apart is of another unit.
 */
export function pricesWithin(one: UsdPerBtc, other: UsdPerBtc, most: number): readonly Verdict[] {
  const times = Math.max(one / other, other / one);
  const text = (): string => `${dollars(one)} beside ${dollars(other)}: one is ${amount(times)} times the other`;
  return graded("Q-10", text, times, { error: most, shown: amount });
}

/** Amounts are published with eight digits or more. */
const ROUNDING = 1e-6;

/** the low is the lowest and the high the highest price of a bar, and its mean price lies between them. */
export function barFits({ open, high, low, close, btc, usd }: Candle): readonly Verdict[] {
  const [least, most] = [Math.min(open, close), Math.max(open, close)];
  const mean = btc === null || usd === null ? Number.NaN : usd / btc;
  const error = (text: string, value: number, bound: number): Verdict => verdict("Q-14", "error", text, value, bound);
  return [
    ...(low > least ? [error(`the low of ${dollars(low)} is above ${dollars(least)}`, low, least)] : []),
    ...(high < most ? [error(`the high of ${dollars(high)} is below ${dollars(most)}`, high, most)] : []),
    ...(mean < low * (1 - ROUNDING)
      ? [error(`the mean price of ${dollars(mean)} is below the low of ${dollars(low)}`, mean, low)]
      : []),
    ...(mean > high * (1 + ROUNDING)
      ? [error(`the mean price of ${dollars(mean)} is above the high of ${dollars(high)}`, mean, high)]
      : []),
  ];
}

/** takers bought no more than was traded. */
export function takersInVolume<T extends Btc | Usd>(bought: T, volume: T): readonly Verdict[] {
  return bought <= volume
    ? []
    : [
        verdict(
          "Q-14",
          "error",
          `takers bought ${amount(bought)} of ${amount(volume)} traded, which is more than all`,
          bought,
          volume,
        ),
      ];
}
