/** Hourly bars and open interest for the tests of the liquidation map. */
import type { Candle } from "../../src/core/market.ts";
import type { Amount } from "../../src/core/panel.ts";
import { series, type Series } from "../../src/core/series.ts";
import { DAY, HOUR, shift, type Instant } from "../../src/core/time.ts";
import { btc, usd, usdPerBtc } from "../../src/core/units.ts";
import { at } from "./moments.ts";

/** Where all of these histories end. */
export const END = at("2026-01-30T09:00Z");
export const before = (days: number): Instant => shift(END, -days * DAY);

export const candle = (
  from: Instant,
  [low, high, close]: readonly [number, number, number],
  volume = 10,
  hours = 1,
) => ({
  at: from,
  value: {
    until: shift(from, hours * HOUR),
    open: usdPerBtc(close),
    high: usdPerBtc(high),
    low: usdPerBtc(low),
    close: usdPerBtc(close),
    btc: btc(volume),
    usd: usd(volume * close),
  },
});

/** Bars of `hours` from so many days before the end, at the prices that `priceAt` gives for each. */
export function bars(days: number, priceAt: (i: number) => number = () => 100, hours = 1): Series<Candle> {
  const count = Math.round((days * 24) / hours);
  return series(
    Array.from({ length: count }, (_, i) => {
      const price = priceAt(i);
      return candle(shift(END, (i - count) * hours * HOUR), [price, price, price], 10, hours);
    }),
  );
}

/** One sample an hour, the last one at the end. */
export function held(days: number, coinsAt: (daysAgo: number) => number = () => 1000, price = 100): Series<Amount> {
  return series(
    Array.from({ length: Math.round(days * 24) + 1 }, (_, i) => {
      const coins = coinsAt(i / 24);
      return { at: shift(END, -i * HOUR), value: { btc: btc(coins), usd: usd(coins * price) } };
    }),
  );
}
