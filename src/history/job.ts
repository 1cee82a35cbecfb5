/** What every way to make answers deeper begins with: the source, what was answered, and a reading made of the store. */
import type { Dataset, Datasets } from "../core/market.ts";
import { isOf, type Evidence, type Good, type Reading } from "../core/reading.ts";
import { instant, type Instant } from "../core/time.ts";
import type { History } from "../ports.ts";

export interface Window {
  /** The instant that the report speaks of: nothing younger is read. */
  readonly until: Instant;
  /** How far back open interest is wanted. */
  readonly since: Instant;
  readonly wanted: ReadonlySet<Dataset>;
  readonly sources: readonly { readonly id: string; readonly venue: string | null }[];
  /** Whether `until` is an instant of the past (`--at`). */
  readonly past: boolean;
  /** Whether only the cache was there to answer. */
  readonly offline: boolean;
}

/** Where a point of the store comes from, in place of an address. */
const addressOf = (source: string, dataset: Dataset): string => `history:${source}/${dataset}`;

export type Source = Window["sources"][number];

export interface Job {
  readonly source: Source;
  readonly readings: readonly Reading[];
  readonly history: History;
  readonly window: Window;
}

export const goodOf = <D extends Dataset>(readings: readonly Reading[], source: Source, dataset: D): Good<D> | null =>
  readings.find((one): one is Good<D> => one.source === source.id && isOf(one, dataset)) ?? null;
const evidenceOf = (source: Source, dataset: Dataset, times: readonly Instant[]): Evidence => ({
  url: addressOf(source.id, dataset),
  at: times.reduce((newest, at) => (at > newest ? at : newest), instant(0)),
});

/** What the store tells, beside or (`own` null) in place of what was answered. */
export function reading<D extends Dataset>(
  source: Source,
  dataset: D,
  value: Datasets[D],
  own: Good<D> | null,
  times: readonly Instant[],
): Good<D> {
  const evidence = [...(own?.evidence ?? []), evidenceOf(source, dataset, times)];
  return { source: source.id, dataset, evidence, ok: true, value, ...(own === null ? { kept: true } : {}) };
}

const PRESENT: ReadonlySet<Dataset> = new Set([
  "price",
  "openInterest",
  "funding",
  "longShort",
  "taker",
  "liquidations",
]);

/**
 * Whether a report speaks of an earlier run: nobody was asked, or nobody has told anything of the present. Otherwise
 * values of then would stand among values of now.
 */
export const speaksOfThen = ({ readings, window }: Job): boolean =>
  !window.past && (window.offline || !readings.some(({ ok, dataset }) => ok && PRESENT.has(dataset)));

/** The source was asked and gave nothing. */
export const failed = (dataset: Dataset, source: Source, readings: readonly Reading[]): boolean =>
  goodOf(readings, source, dataset) === null &&
  readings.some((one) => !one.ok && one.source === source.id && one.dataset === dataset);

/** Whether what is kept may be told in place of an answer: the source failed, and no other one tells the same. */
export const standsIn = (
  dataset: Dataset,
  source: Source,
  readings: readonly Reading[],
  sources: Window["sources"],
): boolean =>
  failed(dataset, source, readings) &&
  !sources.some(
    (other) => other.id !== source.id && other.venue === source.venue && goodOf(readings, other, dataset) !== null,
  );
