/** Months of volume that only the store has. */
import type { Datasets, Traded } from "../core/market.ts";
import { filterSeries, series, type Point, type Series } from "../core/series.ts";
import { addMonths, earlier, instant, monthOf, startOfMonth, type Instant } from "../core/time.ts";
import type { Good } from "../core/reading.ts";
import { goodOf, reading, standsIn, type Job } from "./job.ts";
import { joined, keyOf, timesOf } from "./markets.ts";

/** Volume is kept and told for at most so many months. */
const MONTHS = 60;

/**
 * Volume: months before the first bar that was answered. Where nothing was answered, months that are over. A month of
 * which the store has only a part is left out, and so are contracts that the venue no longer tells: its months would
 * lack them wherever no run has seen them.
 */
export async function volume({ source, readings, history, window }: Job): Promise<Good<"volume"> | null> {
  const dataset = "volume";
  const { until, wanted, sources } = window;
  const own = goodOf(readings, source, dataset);
  if (!wanted.has(dataset) || (own === null && !standsIn(dataset, source, readings, sources))) return null;
  const from = startOfMonth(addMonths(monthOf(until), -MONTHS));
  if (own === null) {
    const kept = await history.read({ source: source.id, dataset, from, until: startOfMonth(monthOf(until)) });
    const of = (kept?.of ?? [])
      .map(({ market, value }) => ({ market, value: fromMonthStart(keepLonger(value), begun(kept, until)) }))
      .filter(({ value }) => value.length > 0);
    return of.length === 0 ? null : reading(source, dataset, { of, lacking: [] }, null, timesOf(of));
  }
  const starts = own.value.of.flatMap(({ value }) => value[0]?.at ?? []);
  const latestStart = starts.reduce((latest, at) => (at > latest ? at : latest), from);
  const kept = await history.read({ source: source.id, dataset, from, until: latestStart });
  const added = own.value.of.flatMap(({ market, value }) => {
    const first = value[0]?.at;
    const same = kept?.of.find((one) => keyOf(one.market) === keyOf(market))?.value;
    if (first === undefined || same === undefined) return [];
    const bars = fromMonthStart(keepLonger(filterSeries(same, (bar) => bar.value.until <= first)), begun(kept, until));
    return bars.length === 0 ? [] : [{ market, value: bars }];
  });
  if (added.length === 0) return null;
  const value = { of: joined(added, own.value.of), lacking: own.value.lacking };
  const { told } = own;
  return { ...reading(source, dataset, value, own, timesOf(added)), ...(told === undefined ? {} : { told }) };
}

/** Where the store begins to know a venue's volume: the first bar of any contract. */
const begun = (kept: Datasets["volume"] | null, until: Instant): Instant =>
  (kept?.of ?? []).reduce((first, { value }) => earlier(first, value[0]?.at ?? first), until);

/** Bars that cover nothing twice: the longer one of two with the same start, the earlier one of two that overlap. */
function keepLonger(bars: Series<Traded>): Series<Traded> {
  let end: Instant = instant(0);
  const kept: Point<Traded>[] = [];
  for (const bar of bars.toSorted((a, b) => a.at - b.at || b.value.until - a.value.until)) {
    if (bar.at < end) continue;
    kept.push(bar);
    end = bar.value.until;
  }
  return series(kept);
}

/** Without the month that begins before the first bar, unless the store reaches back further: it was listed then. */
function fromMonthStart(bars: Series<Traded>, begun: Instant): Series<Traded> {
  const first = bars[0]?.at;
  if (first === undefined || begun <= startOfMonth(monthOf(first))) return bars;
  const next = startOfMonth(addMonths(monthOf(first), 1));
  return filterSeries(bars, ({ at }) => at >= next);
}
