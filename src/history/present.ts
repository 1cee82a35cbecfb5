/** The present as an earlier run was told it: what stands in where nobody answers. */
import type { Dataset, Datasets, Liquidated, Liquidations, Markets, Taker } from "../core/market.ts";
import { isOf, type Good, type Reading } from "../core/reading.ts";
import { filterSeries, series, type Series } from "../core/series.ts";
import { DAY, HOUR, instant, shift, type Instant } from "../core/time.ts";
import { failed, reading, speaksOfThen, type Job } from "./job.ts";

/** How old the present may be: beyond, it would speak of then. */
export const OLDEST = 36 * HOUR;

/** How a dataset of the present is cut to what is no older than an instant, and when the rest of it held. */
interface Moment<D extends Dataset> {
  /** Length of its bars and windows, milliseconds: they begin so much before they are told. */
  readonly span: number;
  readonly since: (value: Datasets[D], oldest: Instant, until: Instant) => Datasets[D];
  readonly times: (value: Datasets[D]) => readonly Instant[];
}
/** Of datasets with one value a market, of those that have not been delivered: what was open in the others is no more. */
const values = <T>(heldAt: (value: T) => Instant) => ({
  since: <U extends T>({ of, lacking }: Markets<U>, oldest: Instant, until: Instant): Markets<U> => ({
    of: of.filter(({ market, value }) => heldAt(value) >= oldest && (market.expires ?? Infinity) > until),
    lacking,
  }),
  times: ({ of }: Markets<T>): readonly Instant[] => of.map(({ value }) => heldAt(value)),
});
const ONE_PRICE: Moment<"price"> = { span: 0, since: (value) => value, times: ({ at }) => [at] };
const SAMPLES = { span: 0, ...values(({ at }: { readonly at: Instant }) => at) };
const FLOWS = { span: DAY, ...values(({ until }: Taker) => until) };
const ends = ({ of }: Liquidations): readonly Instant[] =>
  of.flatMap(({ value }) => value.map((bar) => bar.value.until));
/** Bars that cover nothing twice. Of two that overlap the one that ends later stays: runs count hours from their own clock. */
function keepLater(bars: Series<Liquidated>): Series<Liquidated> {
  let begun = Infinity;
  return series(
    bars
      .toSorted((a, b) => b.value.until - a.value.until)
      .filter(({ at, value: { until } }) => {
        if (until > begun) return false;
        begun = at;
        return true;
      }),
  );
}
const LAST_DAY: Moment<"liquidations"> = {
  span: DAY,
  since: (all) => {
    const from = ends(all).reduce((last, at) => (at > last ? at : last), instant(0)) - DAY;
    const of = all.of.map(({ market, value }) => ({
      market,
      value: keepLater(filterSeries(value, ({ at }) => at >= from)),
    }));
    return { ...all, of };
  },
  times: ends,
};

/** Every dataset of the present. */
export const presents = (job: Job): readonly Promise<Reading | null>[] => [
  present("price", ONE_PRICE, job),
  present("openInterest", SAMPLES, job),
  present("funding", SAMPLES, job),
  present("longShort", SAMPLES, job),
  present("taker", FLOWS, job),
  present("liquidations", LAST_DAY, job),
];

/**
 * In a report that speaks of an earlier run, what that run was told; and of a past instant what was told within the hour
 * before it. A price is one of several, so there any answer goes before.
 */
async function present<D extends Dataset>(
  dataset: D,
  { span, since, times }: Moment<D>,
  job: Job,
): Promise<Good<D> | null> {
  const { source, readings, history, window } = job;
  const { until, wanted, past } = window;
  if (!wanted.has(dataset) || !failed(dataset, source, readings)) return null;
  if (!past && !speaksOfThen(job)) return null;
  if (dataset === "price" && readings.some((one) => isOf(one, dataset))) return null;
  const oldest = shift(until, past ? -HOUR : -OLDEST);
  const found = await history.read({ source: source.id, dataset, from: shift(oldest, -span), until });
  if (found === null) return null;
  const kept = since(found, oldest, until);
  const held = times(kept);
  return held.some((at) => at >= oldest) ? reading(source, dataset, kept, null, held) : null;
}
