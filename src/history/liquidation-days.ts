/** Days of liquidations, which "largest since" looks back on, made longer by what earlier runs were told. */
import { series } from "../core/series.ts";
import { DAY, instant } from "../core/time.ts";
import type { Good } from "../core/reading.ts";
import { goodOf, reading, standsIn, type Job } from "./job.ts";
import { joined, keyOf, timesOf } from "./markets.ts";

/**
 * Days of liquidations: those that a source did not tell beside its answer, or all where it failed and the last one is
 * of yesterday.
 */
export async function liquidationDays({
  source,
  readings,
  history,
  window,
}: Job): Promise<Good<"liquidationDays"> | null> {
  const dataset = "liquidationDays";
  if (!window.wanted.has(dataset) || source.venue === null) return null;
  const told = readings.filter((one) => one.source === source.id);
  if (!told.some((one) => one.dataset === dataset)) return null;
  const own = goodOf(readings, source, dataset);
  const kept = await history.read({ source: source.id, dataset, from: instant(0), until: window.until });
  if (kept === null) return null;
  if (own === null) {
    const ends = kept.of.flatMap(({ value }) => value.at(-1)?.value.until ?? []);
    const isFresh = ends.some((end) => window.until - end <= DAY);
    const mayStand = isFresh && standsIn(dataset, source, readings, window.sources);
    return mayStand ? reading(source, dataset, kept, null, timesOf(kept.of)) : null;
  }
  if (kept.feed !== own.value.feed) return null;
  // A contract that the source no longer tells would make totals of other contracts.
  const added = own.value.of.flatMap(({ market, value }) => {
    const answered = new Set(value.map(({ at }) => at));
    const same = kept.of.find((one) => keyOf(one.market) === keyOf(market));
    const days = same === undefined ? [] : same.value.filter(({ at }) => !answered.has(at));
    return days.length === 0 ? [] : [{ market, value: series(days) }];
  });
  if (added.length === 0) return null;
  const value = { ...own.value, of: joined(added, own.value.of) };
  return reading(source, dataset, value, own, timesOf(added));
}
