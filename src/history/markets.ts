/** Series of several markets: which are of one market, and two lists as one. */
import type { Market, Of } from "../core/market.ts";
import { joinSeries, type Series } from "../core/series.ts";
import type { Instant } from "../core/time.ts";

export const keyOf = ({ symbol, kind, margin, quote, expires }: Market): string =>
  JSON.stringify([symbol, kind, margin, quote, expires ?? null]);
export const timesOf = (of: readonly Of<Series<unknown>>[]): readonly Instant[] =>
  of.flatMap(({ value }) => value.map(({ at }) => at));

/** Two lists of markets as one; where both have an instant, the second one's value holds. */
export function joined<T>(some: readonly Of<Series<T>>[], more: readonly Of<Series<T>>[]): readonly Of<Series<T>>[] {
  const of = new Map(more.map((one) => [keyOf(one.market), one]));
  for (const one of some) {
    const before = of.get(keyOf(one.market));
    of.set(keyOf(one.market), before === undefined ? one : { ...before, value: joinSeries(one.value, before.value) });
  }
  return [...of.values()];
}
