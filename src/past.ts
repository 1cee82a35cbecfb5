/**
 * What was known at a past instant. Readings may come from answers, archives or the store, all of them made later: here,
 * in one place, each loses what did not hold or had not come out by then. Nothing is mended: a value that is younger
 * becomes a gap, a bar that was still forming goes as a whole.
 */
import type { Gap } from "./core/gap.ts";
import type { Dataset, Datasets, Lacking, Liquidations, Market, Markets, Of } from "./core/market.ts";
import { isOf, type Reading } from "./core/reading.ts";
import { filterSeries, type Series } from "./core/series.ts";
import { DAY, floorTo, type Instant } from "./core/time.ts";
import type { Source } from "./sources/source.ts";

/** The readings as they could have been at `asOf`. */
export const heldAt = (
  readings: readonly Reading[],
  sources: readonly Pick<Source, "id" | "published">[],
  asOf: Instant,
): readonly Reading[] =>
  readings.map((reading) => {
    const published = sources.find(({ id }) => id === reading.source)?.published ?? atOnce;
    for (const rule of rules) {
      const cut = rule(reading, { asOf, known: (at) => at <= asOf && published(at) <= asOf });
      if (cut !== null) return cut;
    }
    return reading;
  });

const atOnce = (at: Instant): Instant => at;

interface Then {
  readonly asOf: Instant;
  /** Whether a sample that held at an instant had come out. */
  readonly known: (at: Instant) => boolean;
}
/** The reading as of then; null where the rule is of another dataset, or there is nothing to cut. */
type Rule = (reading: Reading, then: Then) => Reading | null;

const LATER: Gap = { why: "unpublished", detail: "nothing that was known then" };

/** `cut` leaves what was known; null where nothing is left. */
function rule<D extends Dataset>(dataset: D, cut: (value: Datasets[D], then: Then) => Datasets[D] | null): Rule {
  return (reading, then) => {
    if (!isOf(reading, dataset)) return null;
    const value = cut(reading.value, then);
    const { source, evidence, kept } = reading;
    return value === null
      ? { source, dataset, evidence, ok: false, gap: LATER }
      : { source, dataset, evidence, ...(kept === true ? { kept } : {}), ok: true, value };
  };
}

const some = <T>(points: Series<T>): Series<T> | null => (points.length === 0 ? null : points);
const samples = <T>(all: Series<T>, { known }: Then): Series<T> | null =>
  some(filterSeries(all, ({ at }) => known(at)));
/**
 * Trading to the last midnight: the bars of many venues are days, and a running month is to be of one length for all.
 */
const traded = <T extends { readonly until: Instant }>(all: Series<T>, { asOf, known }: Then): Series<T> | null =>
  some(filterSeries(all, ({ value }) => known(value.until) && value.until <= floorTo(asOf, DAY)));
/** Bars that were over. */
const bars = <T extends { readonly until: Instant }>(all: Series<T>, { known }: Then): Series<T> | null =>
  some(filterSeries(all, ({ value }) => known(value.until)));
const single = <T extends { readonly at: Instant }>(value: T, { known }: Then): T | null =>
  known(value.at) ? value : null;

/** Each market by itself: one of which nothing is left is named. */
function markets<T>(all: Markets<T>, cut: (value: T) => T | null): Markets<T> | null {
  const lost: Lacking[] = [];
  const of = all.of.flatMap((one) => {
    const left = cut(one.value);
    if (left === null) lost.push(lacking(one.market));
    return left === null ? [] : [{ ...one, value: left }];
  });
  return of.length === 0 ? null : { of, lacking: [...all.lacking, ...lost] };
}

function feed(all: Liquidations, then: Then): Liquidations | null {
  const left = markets(all, (value) => bars(value, then));
  return left === null ? null : { feed: all.feed, ...left };
}

/** What is left of the main market. */
const main = <T>({ market }: Of<T>, value: T | null): Of<T> | null => (value === null ? null : { market, value });

const lacking = ({ symbol, kind }: Market): Lacking => ({
  what: symbol,
  gap: LATER,
  ...(kind === "dated" ? { minor: true } : {}),
});

const rules: readonly Rule[] = [
  // A day's value comes out when the day begins: at that very instant nobody has it yet.
  rule("fearGreed", (days, { asOf }) => some(filterSeries(days, ({ at }) => at < asOf))),
  rule("price", single),
  rule("candles", bars),
  rule("openInterest", (all, then) => markets(all, (value) => single(value, then))),
  rule("openInterestHistory", (all, then) => markets(all, (value) => samples(value, then))),
  rule("volume", (all, then) => markets(all, (value) => traded(value, then))),
  rule("funding", (all, then) => markets(all, (value) => single(value, then))),
  rule("longShort", (all, then) => markets(all, (value) => single(value, then))),
  rule("taker", (all, { known }) => markets(all, (value) => (known(value.until) ? value : null))),
  rule("liquidations", feed),
  rule("liquidationDays", feed),
  rule("fineCandles", (of, then) => main(of, bars(of.value, then))),
  rule("hourlyCandles", (of, then) => main(of, bars(of.value, then))),
  rule("dailyCandles", (of, then) => main(of, bars(of.value, then))),
  rule("hourlyOpenInterest", (of, then) => main(of, samples(of.value, then))),
  rule("fineOpenInterest", (of, then) => main(of, samples(of.value, then))),
  rule("traderClasses", samples),
  rule("reportedOpenInterest", (all, then) => {
    const left = all.filter((one) => single(one, then) !== null);
    return left.length === 0 ? null : left;
  }),
  rule("reportedLiquidations", (all, then) => {
    const left = all.flatMap(({ venue, market, value }) => {
      const known = bars(value, then);
      return known === null ? [] : [{ venue, market, value: known }];
    });
    return left.length === 0 ? null : left;
  }),
  rule("reportedMap", single),
  rule("supply", single),
];
