/** Readings as observations, and back: one number (or word) of one series at one instant or of one bar. */
import { datasets, type Datasets, type Market } from "../core/market.ts";
import type { Good, Reading } from "../core/reading.ts";
import { isInstant, type Instant } from "../core/time.ts";
import { codecs, isOver, type Kept, type Row } from "./rows.ts";

/** What a number is of. Two series that differ in anything here are never mixed. */
export interface Identity {
  readonly source: string;
  readonly dataset: Kept;
  readonly market: Market | null;
  readonly field: string;
  readonly detail: string;
  readonly unit: string;
  /** observed: as the source says it, in its unit; derived: made by the program from what the source says. */
  readonly class: "observed" | "derived";
}

/** A sample has `until` = `at`. */
export interface Observation {
  readonly at: Instant;
  readonly until: Instant;
  readonly value: number | string;
}

export interface Observed {
  readonly of: Identity;
  readonly observations: readonly Observation[];
}

const isKept = (reading: Reading): reading is Good<Kept> => reading.ok && Object.hasOwn(codecs, reading.dataset);

export const keptDatasets: readonly Kept[] = datasets.filter((name): name is Kept => Object.hasOwn(codecs, name));

/** The typical price of a bar is the program's own mean of four prices. */
const classOf = (dataset: Kept, field: string): Identity["class"] =>
  dataset === "volume" && field === "typical" ? "derived" : "observed";

/** What is kept of readings at `now`: of good ones, without bars that are still forming. */
export function observationsOf(readings: readonly Reading[], now: Instant): readonly Observed[] {
  const found = new Map<string, { of: Identity; observations: Observation[] }>();
  for (const reading of readings) {
    if (!isKept(reading)) continue;
    const { source, dataset } = reading;
    const near = new Map<Market | null, Map<string, Observation[]>>();
    for (const row of rowsOf(dataset, reading.value)) {
      if (!isOver(row, now)) continue;
      const { market, detail, at, until } = row;
      // Most rows are of the market before: its whole identity is written out once.
      const known = near.get(market) ?? new Map<string, Observation[]>();
      near.set(market, known);
      for (const [field, { unit, value }] of Object.entries(row.fields)) {
        const short = `${field}|${unit}|${detail}`;
        let own = known.get(short);
        if (own === undefined) {
          const of: Identity = { source, dataset, market, field, detail, unit, class: classOf(dataset, field) };
          const same = found.get(keyOf(of)) ?? { of, observations: [] };
          found.set(keyOf(of), same);
          known.set(short, (own = same.observations));
        }
        own.push({ at, until, value });
      }
    }
  }
  return [...found.values()];
}

const rowsOf = <D extends Kept>(dataset: D, value: Datasets[D]): readonly Row[] => codecs[dataset].rows(value);

/** Everything of an identity in one text. */
const keyOf = ({ source, dataset, market, field, detail, unit, class: kind }: Identity): string =>
  JSON.stringify([
    source,
    dataset,
    market?.symbol,
    market?.kind,
    market?.margin,
    market?.quote,
    market?.expires,
    field,
    detail,
    unit,
    kind,
  ]);

/** Rows again: the fields of one market at one instant stand together. */
export function rowsAgain(observed: readonly Observed[]): readonly Row[] {
  const rows = new Map<string, { row: Row; fields: Record<string, Row["fields"][string]> }>();
  const markets = new Map<string, number>();
  for (const { of, observations } of observed) {
    const group = JSON.stringify([of.market, of.detail]);
    const place = markets.get(group) ?? markets.size;
    markets.set(group, place);
    for (const { at, until, value } of observations) {
      const key = `${place} ${at} ${until}`;
      let own = rows.get(key);
      if (own === undefined) {
        const fields: Record<string, Row["fields"][string]> = {};
        own = { fields, row: { market: of.market, detail: of.detail, at, until, fields } };
        rows.set(key, own);
      }
      own.fields[of.field] = { unit: of.unit, value };
    }
  }
  return [...rows.values()].map(({ row }) => row).toSorted((a, b) => a.at - b.at || a.until - b.until);
}

/**
 * A dataset from what is kept of it, or null where there is nothing. Rows that lack a part (it was refused, or the file
 * was edited) are left out.
 */
export function valueOf<D extends Kept>(dataset: D, rows: readonly Row[]): Datasets[D] | null {
  const codec = codecs[dataset];
  const made = (some: readonly Row[]): Datasets[D] | null | undefined => {
    try {
      return codec.value(some);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  };
  const all = made(rows);
  return all === undefined ? codec.value(rows.filter((row) => made([row]) !== undefined)) : all;
}

/** An instant of the file; null where it holds none. */
export const instantOf = (ms: number): Instant | null => (isInstant(ms) ? ms : null);
