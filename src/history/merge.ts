/**
 * Answers made deeper by what is kept: the venue's own endpoint goes before the archive, both before the store. Nothing
 * that was answered is replaced, and every reading that the store has a part in says so in its evidence.
 */
import { daysOfHours } from "../core/liquidation-record.ts";
import type { Dataset, Datasets, Market, Markets, Of, PastOpenInterest, Traded } from "../core/market.ts";
import type { Evidence, Reading } from "../core/reading.ts";
import { filterSeries, joinSeries, series, type Point, type Series } from "../core/series.ts";
import { addMonths, DAY, floorTo, HOUR, instant, monthOf, shift, startOfMonth, type Instant } from "../core/time.ts";
import type { History } from "../ports.ts";

export interface Window {
  /** The instant that the report speaks of: nothing younger is read. */
  readonly until: Instant;
  /** How far back open interest is wanted. */
  readonly since: Instant;
  readonly wanted: ReadonlySet<Dataset>;
  readonly sources: readonly { readonly id: string; readonly venue: string | null }[];
}

/** Where a point of the store comes from, in place of an address. */
const addressOf = (source: string, dataset: Dataset): string => `history:${source}/${dataset}`;

type Source = Window["sources"][number];
type Good<D extends Dataset> = Reading<D> & { readonly ok: true };

/** Volume is kept and told for at most so many months. */
const MONTHS = 60;
/** A report looks at the start of every day and at the last value before some instants, which may be this much older. */
const NEAR = 36 * HOUR;
const LOOKS_BACK = [0, 1, 7, 30] as const;

/** How long after its end a history may still stand in for one that did not answer; beyond, it would speak of then. */
const STANDS_IN: Readonly<Partial<Record<Dataset, number>>> = {
  fearGreed: 4 * 36 * HOUR,
  candles: DAY,
  hourlyCandles: 2 * HOUR,
  hourlyOpenInterest: 2 * HOUR,
  traderClasses: 21 * DAY,
  supply: 30 * DAY,
  liquidationDays: DAY,
};

interface Job {
  readonly source: Source;
  readonly readings: readonly Reading[];
  readonly history: History;
  readonly window: Window;
}

/** The readings, with the points that only the store has. */
export async function withHistory(
  readings: readonly Reading[],
  history: History,
  window: Window,
): Promise<readonly Reading[]> {
  const made = await Promise.all(
    window.sources.flatMap((source): Promise<Reading | null>[] => {
      const job: Job = { source, readings, history, window };
      return [
        interest(job),
        volume(job),
        deeper("fearGreed", { ...DAILY, points: (value) => value, put: (_, all) => all }, job),
        deeper("candles", { ...DAILY, points: (value) => value, put: (_, all) => all }, job),
        deeper("traderClasses", { ...DAILY, step: 7 * DAY, points: (value) => value, put: (_, all) => all }, job),
        deeper("hourlyCandles", { ...HOURLY, alike: sameMarket, points: (one) => one.value, put: putIn }, job),
        deeper("hourlyOpenInterest", { ...HOURLY, alike: sameMarket, points: (one) => one.value, put: putIn }, job),
        supply(job),
        liquidationDays(job),
      ];
    }),
  );
  const changed = made.flatMap((one) => one ?? []);
  const isReplaced = (old: Reading): boolean =>
    old.ok && changed.some((one) => one.source === old.source && one.dataset === old.dataset);
  return [...readings.filter((old) => !isReplaced(old)), ...changed];
}

const isOf = <D extends Dataset>(reading: Reading, dataset: D): reading is Good<D> =>
  reading.ok && reading.dataset === dataset;
const goodOf = <D extends Dataset>(readings: readonly Reading[], source: Source, dataset: D): Good<D> | null =>
  readings.find((one): one is Good<D> => one.source === source.id && isOf(one, dataset)) ?? null;
const evidenceOf = (source: Source, dataset: Dataset, times: readonly Instant[]): Evidence => ({
  url: addressOf(source.id, dataset),
  at: times.reduce((newest, at) => (at > newest ? at : newest), instant(0)),
});

function reading<D extends Dataset>(
  source: Source,
  dataset: D,
  value: Datasets[D],
  before: readonly Evidence[],
  times: readonly Instant[],
): Good<D> {
  const evidence = [...before, evidenceOf(source, dataset, times)];
  return { source: source.id, dataset, evidence, ok: true, value };
}

const keyOf = ({ symbol, kind, margin, quote, expires }: Market): string =>
  JSON.stringify([symbol, kind, margin, quote, expires ?? null]);
const timesOf = (of: readonly Of<Series<unknown>>[]): readonly Instant[] =>
  of.flatMap(({ value }) => value.map(({ at }) => at));

/** Open interest: what was kept of histories, and what was once current, where no history was answered. */
async function interest({ source, readings, history, window }: Job): Promise<Good<"openInterestHistory"> | null> {
  const dataset = "openInterestHistory";
  const { until, since, wanted, sources } = window;
  const asked =
    readings.some((one) => one.source === source.id && (one.dataset === dataset || one.dataset === "openInterest")) &&
    source.venue !== null;
  if (!wanted.has(dataset) || !asked) return null;
  const instants = LOOKS_BACK.map((days) => shift(until, -days * DAY));
  for (let day = floorTo(until, DAY); day >= since; day = shift(day, -DAY)) instants.push(day);
  const stretch = { source: source.id, from: since, until, near: { instants, within: NEAR } };
  const [kept, held] = await Promise.all([history.read({ ...stretch, dataset }), history.heldBefore(stretch)]);
  if (kept === null && held === null) return null;

  const answers = sources
    .filter(({ venue }) => venue === source.venue)
    .flatMap((one) => goodOf(readings, one, dataset)?.value.of ?? []);
  const answered = new Map<string, Set<Instant>>();
  for (const { market, value } of answers) {
    const times = answered.get(keyOf(market)) ?? new Set<Instant>();
    for (const { at } of value) times.add(at);
    answered.set(keyOf(market), times);
  }
  const own = goodOf(readings, source, dataset);
  const isNew = ({ market, value }: Of<Series<PastOpenInterest>>): Of<Series<PastOpenInterest>> => ({
    market,
    value: filterSeries(value, ({ at }) => answered.get(keyOf(market))?.has(at) !== true),
  });
  // What was current at odd minutes serves where no history was answered: beside midnights of some contracts, odd minutes
  // of others would be compared alone.
  const odd = answered.size === 0 ? (held?.of ?? []) : [];
  const added = joined(odd.map(isNew), (kept?.of ?? []).map(isNew)).filter(({ value }) => value.length > 0);
  if (added.length === 0) return null;
  const value: Markets<Series<PastOpenInterest>> = {
    of: joined(added, own?.value.of ?? []),
    lacking: own?.value.lacking ?? [],
  };
  return reading(source, dataset, value, own?.evidence ?? [], timesOf(added));
}

/** Two lists of markets as one; where both have an instant, the second one's value holds. */
function joined<T>(some: readonly Of<Series<T>>[], more: readonly Of<Series<T>>[]): readonly Of<Series<T>>[] {
  const of = new Map(more.map((one) => [keyOf(one.market), one]));
  for (const one of some) {
    const before = of.get(keyOf(one.market));
    of.set(
      keyOf(one.market),
      before === undefined ? one : { market: before.market, value: joinSeries(one.value, before.value) },
    );
  }
  return [...of.values()];
}

/**
 * Volume: months before the first bar that was answered. Where nothing was answered, months that are over. A month of
 * which the store has only a part is left out, and so are contracts that the venue no longer tells: its months would
 * lack them wherever no run has seen them.
 */
async function volume({ source, readings, history, window }: Job): Promise<Good<"volume"> | null> {
  const dataset = "volume";
  const { until, wanted, sources } = window;
  const own = goodOf(readings, source, dataset);
  if (!wanted.has(dataset) || (own === null && !standsIn(dataset, source, readings, sources))) return null;
  const from = startOfMonth(addMonths(monthOf(until), -MONTHS));
  if (own === null) {
    const kept = await history.read({ source: source.id, dataset, from, until: startOfMonth(monthOf(until)) });
    const of = (kept?.of ?? [])
      .map(({ market, value }) => ({ market, value: fromMonthStart(apart(value)) }))
      .filter(({ value }) => value.length > 0);
    return of.length === 0 ? null : reading(source, dataset, { of, lacking: [] }, [], timesOf(of));
  }
  const starts = own.value.of.flatMap(({ value }) => value[0]?.at ?? []);
  const latestStart = starts.reduce((latest, at) => (at > latest ? at : latest), from);
  const kept = await history.read({ source: source.id, dataset, from, until: latestStart });
  const added = own.value.of.flatMap(({ market, value }) => {
    const first = value[0]?.at;
    const same = kept?.of.find((one) => keyOf(one.market) === keyOf(market))?.value;
    if (first === undefined || same === undefined) return [];
    const bars = fromMonthStart(apart(filterSeries(same, (bar) => bar.value.until <= first)));
    return bars.length === 0 ? [] : [{ market, value: bars }];
  });
  if (added.length === 0) return null;
  const value = { of: joined(added, own.value.of), lacking: own.value.lacking };
  const { told } = own;
  return { ...reading(source, dataset, value, own.evidence, timesOf(added)), ...(told === undefined ? {} : { told }) };
}

/** Bars that cover nothing twice: the longer one of two with the same start, the earlier one of two that overlap. */
function apart(bars: Series<Traded>): Series<Traded> {
  let end: Instant = instant(0);
  const kept: Point<Traded>[] = [];
  for (const bar of bars.toSorted((a, b) => a.at - b.at || b.value.until - a.value.until)) {
    if (bar.at < end) continue;
    kept.push(bar);
    end = bar.value.until;
  }
  return series(kept);
}

/** Without the month that begins before the first bar. */
function fromMonthStart(bars: Series<Traded>): Series<Traded> {
  const first = bars[0]?.at;
  if (first === undefined || first === startOfMonth(monthOf(first))) return bars;
  const next = startOfMonth(addMonths(monthOf(first), 1));
  return filterSeries(bars, ({ at }) => at >= next);
}

const putIn = <T>({ market }: Of<Series<T>>, value: Series<T>): Of<Series<T>> => ({ market, value });

/** How a dataset holds its one series. */
interface Lens<D extends Dataset, T> {
  readonly points: (value: Datasets[D]) => Series<T>;
  readonly put: (value: Datasets[D], points: Series<T>) => Datasets[D];
  /** Whether two values are of the same market. */
  readonly alike: (a: Datasets[D], b: Datasets[D]) => boolean;
  readonly step: number;
  /** How much of it is wanted, milliseconds. */
  readonly depth: number;
}
const DAILY = { alike: () => true, step: DAY, depth: Infinity } as const;
const HOURLY = { step: HOUR, depth: 90 * DAY } as const;
const sameMarket = (a: Of<unknown>, b: Of<unknown>): boolean => keyOf(a.market) === keyOf(b.market);

/** Of a source that has answered, what lies before its points and between them; else all, if it is fresh enough. */
async function deeper<D extends Dataset, T>(
  dataset: D,
  { points, put, alike, step, depth }: Lens<D, T>,
  { source, readings, history, window }: Job,
): Promise<Good<D> | null> {
  if (!window.wanted.has(dataset)) return null;
  const own = goodOf(readings, source, dataset);
  const from = instant(Math.max(0, window.until - depth));
  const read = (a: Instant, b: Instant): Promise<Datasets[D] | null> =>
    b < a ? Promise.resolve(null) : history.read({ source: source.id, dataset, from: a, until: b });
  if (own === null) {
    if (!standsIn(dataset, source, readings, window.sources)) return null;
    const kept = await read(from, window.until);
    const last = kept === null ? undefined : points(kept).at(-1);
    if (kept === null || last === undefined) return null;
    const end = last.at + (dataset === "candles" || dataset === "hourlyCandles" ? step : 0);
    if (window.until - end > (STANDS_IN[dataset] ?? 0)) return null;
    return reading(source, dataset, kept, [], [last.at]);
  }
  const answered = points(own.value);
  const first = answered[0]?.at;
  const last = answered.at(-1)?.at;
  if (first === undefined || last === undefined) return null;
  const hasHoles = answered.length - 1 < Math.floor((last - first) / step);
  const times = new Set(answered.map(({ at }) => at));
  const kept = await Promise.all([read(from, first), hasHoles ? read(first, last) : Promise.resolve(null)]);
  const added = series(
    kept
      .flatMap((one) => (one !== null && alike(one, own.value) ? points(one) : []))
      .filter(({ at }) => !times.has(at)),
  );
  if (added.length === 0) return null;
  const value = put(own.value, joinSeries(added, answered));
  return reading(
    source,
    dataset,
    value,
    own.evidence,
    added.map(({ at }) => at),
  );
}

/** Hours of liquidations are read so far back: a record wants more than a few days, and a year has many hours. */
const LIQUIDATION_HOURS = 200 * DAY;

/**
 * Days of liquidations: those that a source did not tell beside its answer, or all where it failed and the last one is
 * of yesterday. Of a source that tells hours alone they are made of what earlier runs were told, while its feed was
 * complete.
 */
async function liquidationDays(job: Job): Promise<Good<"liquidationDays"> | null> {
  const { source, readings, history, window } = job;
  const dataset = "liquidationDays";
  if (!window.wanted.has(dataset) || source.venue === null) return null;
  const told = readings.filter((one) => one.source === source.id);
  if (!told.some((one) => one.dataset === dataset)) return daysFromHours(job);
  const own = goodOf(readings, source, dataset);
  const kept = await history.read({ source: source.id, dataset, from: instant(0), until: window.until });
  if (kept === null) return null;
  if (own === null) {
    const ends = kept.of.flatMap(({ value }) => value.at(-1)?.value.until ?? []);
    const isFresh = ends.some((end) => window.until - end <= (STANDS_IN[dataset] ?? 0));
    const mayStand = isFresh && standsIn(dataset, source, readings, window.sources);
    return mayStand ? reading(source, dataset, kept, [], timesOf(kept.of)) : null;
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
  return reading(source, dataset, value, own.evidence, timesOf(added));
}

async function daysFromHours({ source, readings, history, window }: Job): Promise<Good<"liquidationDays"> | null> {
  const dataset = "liquidations";
  const own = goodOf(readings, source, dataset);
  if (own?.value.feed !== "complete") return null;
  const from = shift(window.until, -LIQUIDATION_HOURS);
  const kept = await history.read({ source: source.id, dataset, from, until: window.until });
  if (kept?.feed !== "complete") return null;
  const of = own.value.of.map(({ market, value }) => {
    const same = kept.of.find((one) => keyOf(one.market) === keyOf(market));
    return { market, value: daysOfHours(same === undefined ? value : joinSeries(same.value, value)) };
  });
  if (of.some(({ value }) => value.length === 0)) return null;
  const evidence = [...own.evidence, evidenceOf(source, dataset, timesOf(kept.of))];
  const value = { feed: own.value.feed, of, lacking: own.value.lacking };
  return { source: source.id, dataset: "liquidationDays", evidence, ok: true, value };
}

/** Bitcoins in circulation grow by half a thousandth a month: an older count still serves. */
async function supply({ source, readings, history, window }: Job): Promise<Good<"supply"> | null> {
  const dataset = "supply";
  if (!window.wanted.has(dataset) || !standsIn(dataset, source, readings, window.sources)) return null;
  const from = shift(window.until, -(STANDS_IN[dataset] ?? 0));
  const kept = await history.read({ source: source.id, dataset, from, until: window.until });
  return kept === null ? null : reading(source, dataset, kept, [], [kept.at]);
}

/** Whether what is kept may be told in place of an answer: the source failed, and no other one tells the same. */
const standsIn = (
  dataset: Dataset,
  source: Source,
  readings: readonly Reading[],
  sources: Window["sources"],
): boolean =>
  goodOf(readings, source, dataset) === null &&
  readings.some((one) => !one.ok && one.source === source.id && one.dataset === dataset) &&
  !sources.some(
    (other) => other.id !== source.id && other.venue === source.venue && goodOf(readings, other, dataset) !== null,
  );
