/** Who is on which side: account ratios, takers, leverage. */
import { ratio, type Btc, type Ratio, type Usd, type UsdPerBtc } from "./units.ts";

/** A published long/short ratio fits its published shares, within 1 % (rule Q-16). */
export const ratioFits = (published: number, long: number, short: number): boolean =>
  Math.abs(published / (long / short) - 1) <= 0.01;

export interface TakerFlow {
  /** (buy - sell) / (buy + sell): -1 to 1. */
  readonly imbalance: Ratio;
  /** buy / sell. */
  readonly ratio: Ratio;
}

/** Null where nothing was traded or nothing was sold. Both amounts in one unit. */
export function takerFlow<T extends Btc | Usd>(buy: T, sell: T): TakerFlow | null {
  if (sell <= 0) return null;
  return { imbalance: ratio((buy - sell) / (buy + sell)), ratio: ratio(buy / sell) };
}

/** Open interest as a share of the market's capitalisation, all of one instant; null without a supply. */
export const oiToMarketCap = (oi: Usd, price: UsdPerBtc, supply: Btc): Ratio | null =>
  supply > 0 ? ratio(oi / (price * supply)) : null;
