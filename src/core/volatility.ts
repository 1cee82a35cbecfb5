/** Realised volatility and drawdown, from closed daily bars. Bitcoin trades every day: a year has 365 of them. */
import type { Point, Series } from "./series.ts";
import { DAY } from "./time.ts";
import { ratio, type Ratio, type UsdPerBtc } from "./units.ts";

export interface Volatility {
  /** Per year. */
  readonly value: Ratio;
  /** Returns over more than a day that were left out, because days are missing between. */
  readonly dropped: number;
}

/** From the last n daily returns of the closes, around zero; null where there are fewer. */
export function realizedVol(closes: Series<UsdPerBtc>, n: number): Volatility | null {
  const steps = closes.flatMap((here, i) => {
    const before = closes[i - 1];
    if (before === undefined) return [];
    return [{ daily: here.at - before.at === DAY, square: Math.log(here.value / before.value) ** 2 }];
  });
  const used = steps.filter((step) => step.daily).slice(-n);
  if (n < 1 || used.length < n) return null;
  const span = steps.slice(steps.findIndex((step) => step === used[0]));
  return {
    value: ratio(Math.sqrt((365 / n) * used.reduce((sum, step) => sum + step.square, 0))),
    dropped: span.length - n,
  };
}

export interface Drawdown {
  /** 0 at a new high, else negative. */
  readonly ratio: Ratio;
  /** The highest point up to the last one, the earliest of equal ones. */
  readonly high: Point<UsdPerBtc>;
}

/** The last price against the highest of the series, on one basis (closes with closes); null for an empty series. */
export function drawdown(prices: Series<UsdPerBtc>): Drawdown | null {
  const last = prices.at(-1);
  if (last === undefined) return null;
  const high = prices.reduce((best, point) => (point.value > best.value ? point : best));
  return { ratio: ratio(last.value / high.value - 1), high };
}
