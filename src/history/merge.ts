/**
 * Answers made deeper by what is kept: the venue's own endpoint goes before the archive, both before the store. Nothing
 * that was answered is replaced, and every reading that the store has a part in says so in its evidence.
 */
import { isOffline, OFFLINE } from "../core/gap.ts";
import type { Dataset, Datasets, Markets, Of, PastOpenInterest } from "../core/market.ts";
import type { Good, Reading } from "../core/reading.ts";
import { filterSeries, joinSeries, series, type Series } from "../core/series.ts";
import { DAY, floorTo, HOUR, instant, shift, type Instant } from "../core/time.ts";
import type { History } from "../ports.ts";
import { goodOf, reading, speaksOfThen, standsIn, type Job, type Window } from "./job.ts";
import { liquidationDays } from "./liquidation-days.ts";
import { joined, keyOf, timesOf } from "./markets.ts";
import { OLDEST, presents } from "./present.ts";
import { volume } from "./volume.ts";

/** A report looks at the start of every day and at the last value before some instants, which may be this much older. */
const NEAR = 36 * HOUR;
const LOOKS_BACK = [0, 1, 7, 30] as const;

/** How long after its end a history may still stand in for one that did not answer; beyond, it would speak of then. */
const STANDS_IN: Readonly<Partial<Record<Dataset, number>>> = {
  fearGreed: 4 * 36 * HOUR,
  candles: DAY,
  hourlyCandles: 2 * HOUR,
  dailyCandles: DAY,
  hourlyOpenInterest: 2 * HOUR,
  traderClasses: 21 * DAY,
  supply: 30 * DAY,
};

/** A report that speaks of an earlier run may have bars as old as that. */
const longest = (dataset: Dataset, job: Job): number =>
  (STANDS_IN[dataset] ?? 0) + (BARS.has(dataset) && speaksOfThen(job) ? OLDEST : 0);
/** Bars, which hold until the next one begins. */
const ENDS_LATER: ReadonlySet<Dataset> = new Set(["candles", "hourlyCandles", "dailyCandles"]);
const BARS: ReadonlySet<Dataset> = new Set(["candles", "hourlyCandles", "dailyCandles", "hourlyOpenInterest"]);

/** The readings, with the points that only the store has. */
export async function withHistory(
  readings: readonly Reading[],
  history: History,
  window: Window,
): Promise<readonly Reading[]> {
  // A part of an answer is not better than the whole of it that an earlier run was told.
  const heard = window.offline ? readings.map((one) => (isWhole(one) ? one : unheard(one))) : readings;
  const made = await Promise.all(
    window.sources.flatMap((source): Promise<Reading | null>[] => {
      const job: Job = { source, readings: heard, history, window };
      return [
        interest(job),
        volume(job),
        deeper("fearGreed", { ...DAILY, points: (value) => value, put: (_, all) => all }, job),
        deeper("candles", { ...DAILY, points: (value) => value, put: (_, all) => all }, job),
        deeper("traderClasses", { ...DAILY, step: 7 * DAY, points: (value) => value, put: (_, all) => all }, job),
        deeper("hourlyCandles", { ...HOURLY, alike: sameMarket, points: (one) => one.value, put: putIn }, job),
        deeper("dailyCandles", { ...DAYS, alike: sameMarket, points: (one) => one.value, put: putIn }, job),
        deeper("hourlyOpenInterest", { ...HOURLY, alike: sameMarket, points: (one) => one.value, put: putIn }, job),
        supply(job),
        ...presents(job),
        liquidationDays(job),
      ];
    }),
  );
  const changed = made.flatMap((one) => one ?? []);
  const isReplaced = (old: Reading): boolean =>
    old.ok && changed.some((one) => one.source === old.source && one.dataset === old.dataset);
  const left = readings.map((old, i) => (isReplaced(old) ? (heard[i] ?? old) : old));
  return [...left.filter((one) => !isReplaced(one)), ...changed];
}

const isWhole = (one: Reading): boolean =>
  !one.ok || !("lacking" in one.value) || !one.value.lacking.some(({ gap }) => isOffline(gap));
const unheard = ({ source, dataset, evidence }: Reading): Reading => ({
  source,
  dataset,
  evidence,
  ok: false,
  gap: { why: "unreachable", detail: OFFLINE },
});

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
  return reading(source, dataset, value, own, timesOf(added));
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
/** A day more than is asked of a venue: a kept one ends as late as the last midnight. */
const DAYS = { step: DAY, depth: 201 * DAY } as const;
const HOURLY = { step: HOUR, depth: 90 * DAY } as const;
const sameMarket = (a: Of<unknown>, b: Of<unknown>): boolean => keyOf(a.market) === keyOf(b.market);

/** Of a source that has answered, what lies before its points and between them; else all, if it is fresh enough. */
async function deeper<D extends Dataset, T>(
  dataset: D,
  { points, put, alike, step, depth }: Lens<D, T>,
  job: Job,
): Promise<Good<D> | null> {
  const { source, readings, history, window } = job;
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
    const end = last.at + (ENDS_LATER.has(dataset) ? step : 0);
    if (window.until - end > longest(dataset, job)) return null;
    return reading(source, dataset, kept, null, [last.at]);
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
    own,
    added.map(({ at }) => at),
  );
}

/** Bitcoins in circulation grow by half a thousandth a month: an older count still serves. */
async function supply({ source, readings, history, window }: Job): Promise<Good<"supply"> | null> {
  const dataset = "supply";
  if (!window.wanted.has(dataset) || !standsIn(dataset, source, readings, window.sources)) return null;
  const from = shift(window.until, -(STANDS_IN[dataset] ?? 0));
  const kept = await history.read({ source: source.id, dataset, from, until: window.until });
  return kept === null ? null : reading(source, dataset, kept, null, [kept.at]);
}
