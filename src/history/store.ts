/**
 * The database: one SQLite file, appended to and never rewritten. Any number of runs may use it at once; SQLite keeps
 * them apart. A trap of libsql: rows that are no arrays carry a `_metadata`.
 */
import type Database from "libsql";
import { z } from "zod";
import type { Dataset } from "../core/market.ts";
import { DAY, type Instant } from "../core/time.ts";
import type { Remembered } from "../ports.ts";
import { inTransaction, opened, storeError, WHERE_ELSE, type Opened } from "./database.ts";
import { digestOf, inStretches } from "./digest.ts";
import { listedOf, type Extent, type Listed, type Step } from "./listed.ts";
import { instantOf, type Identity, type Observation, type Observed } from "./observations.ts";
import { COLUMNS, columnsOf, storedOf, type Stored } from "./series-row.ts";
import { Statements } from "./statements.ts";
import type { Span } from "./windows.ts";
import { StoreError } from "./store-error.ts";

export interface Appended {
  /** Values that were not known. */
  readonly added: number;
  /** Values that were known differently. */
  readonly revised: number;
}

/** A window that a backfill has asked and stored. */
export interface Fetched {
  readonly source: string;
  readonly dataset: Dataset;
  readonly since: Instant;
  readonly until: Instant;
  /** What the upstream lacks in it, in words; empty where nothing. */
  readonly lacking: string;
}

/** A row as it is. */
export interface Exported extends Observation {
  readonly of: Identity;
  readonly seen: Instant;
}

const Pair = z.tuple([z.number(), z.number()]);
const StepRow = z.tuple([z.number(), z.number(), z.number()]);
const ExtentRow = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]);
const Count = z.tuple([z.number()]);

/** Checked by hand: a schema for each of some 100,000 rows takes longer than reading them. */
function revisionOf(row: unknown): readonly [at: number, until: number, seen: number, value: number | string] {
  if (Array.isArray(row)) {
    const [at, until, seen, value]: unknown[] = row;
    if (
      typeof at === "number" &&
      typeof until === "number" &&
      typeof seen === "number" &&
      (typeof value === "number" || typeof value === "string")
    ) {
      return [at, until, seen, value];
    }
  }
  throw new StoreError("the history holds a row that this program has not written");
}

/** Opens the file of a path, or makes it. Throws `StoreError`. */
export async function openStore(path: string): Promise<Store> {
  return new Store(await opened(path), path);
}

/** Rows of one insertion; rows read at a time where all are read. */
const INSERTED = 100;
const PAGE = 5_000;

export class Store {
  readonly #db: Database.Database;
  readonly #path: string;
  readonly #writable: boolean;
  readonly #statements: Statements;

  constructor({ db, writable }: Opened, path: string) {
    this.#db = db;
    this.#path = path;
    this.#writable = writable;
    this.#statements = new Statements(db);
  }

  /** Leaves one whole file, as far as no other run is using it: a copy of `history.db` alone is then complete. */
  close(): void {
    try {
      if (this.#writable) this.#db.exec("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // In use: the last one out does it.
    }
    this.#db.close();
  }

  /**
   * Adds what is new and what differs from what was seen last, in one transaction; with `fetched`, what a backfill may
   * leave out next time. A value that is known already adds nothing.
   */
  append(observed: readonly Observed[], seen: Instant, fetched: readonly Fetched[] = []): Appended {
    if (!this.#writable) throw new StoreError(`${this.#path} can be read, but not written. ${WHERE_ELSE}`);
    return this.#guarded(() =>
      inTransaction(this.#db, () => {
        const sum = { added: 0, revised: 0 };
        for (const { of, observations } of observed) {
          if (observations.length === 0) continue;
          const id = this.#idOf(of);
          for (const part of inStretches(observations)) {
            const digest = digestOf(part.observations);
            if (digest === this.#digest(id, part.stretch)) continue;
            const { added, revised } = this.#merge(id, part.observations, seen);
            sum.added += added;
            sum.revised += revised;
            this.#statements
              .of("INSERT OR REPLACE INTO digest (series, stretch, digest) VALUES (?, ?, ?)")
              .run(id, part.stretch, digest);
          }
        }
        for (const one of fetched) this.#remember(one, seen);
        return sum;
      }),
    );
  }

  /** The ids of the series of a source and dataset with what they are, in the order in which they came. */
  series(of: Partial<Pick<Remembered, "source" | "dataset">> = {}): readonly Stored[] {
    return this.#guarded(() =>
      this.#statements
        .of(
          `SELECT id, ${COLUMNS.join()} FROM series
         WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR dataset = ?2) ORDER BY id`,
        )
        .all(of.source ?? null, of.dataset ?? null)
        .flatMap((row) => (Array.isArray(row) ? storedOf(row) : [])),
    );
  }

  /** The values of a series, in order, as they were seen last. */
  read({ id, of }: Stored, { from, until, near }: Pick<Remembered, "from" | "until" | "near">): Observed {
    return this.#guarded(() => {
      const rows =
        near === undefined
          ? this.#statements
              .of(
                `SELECT at, until, seen, value FROM observation
               WHERE series = ?1 AND at BETWEEN ?2 AND ?3 AND until <= ?3 ORDER BY at, until, seen`,
              )
              .all(id, from, until)
          : this.#statements
              .of(
                // The order of the join is given: the planner would look through the whole series for each instant.
                `WITH wanted AS MATERIALIZED (
                 SELECT DISTINCT (
                   SELECT at FROM observation WHERE series = ?1 AND at <= g.value AND at >= g.value - ?5
                   ORDER BY at DESC LIMIT 1
                 ) AS at FROM json_each(?4) AS g
               )
               SELECT o.at, o.until, o.seen, o.value FROM wanted
               CROSS JOIN observation AS o ON o.series = ?1 AND o.at = wanted.at
               WHERE o.at BETWEEN ?2 AND ?3 AND o.until <= ?3 ORDER BY o.at, o.until, o.seen`,
              )
              .all(id, from, until, JSON.stringify(near.instants), near.within);
      const latest = new Map<string, Observation>();
      for (const row of rows) {
        const [a, u, , value] = revisionOf(row);
        const at = instantOf(a);
        const end = instantOf(u);
        if (at !== null && end !== null) latest.set(`${a} ${u}`, { at, until: end, value });
      }
      return { of, observations: [...latest.values()] };
    });
  }

  /** Stretches of a dataset that backfills have asked and stored. */
  fetched(source: string, dataset: Dataset): readonly Span[] {
    return this.#guarded(() =>
      this.#statements
        .of("SELECT since, until FROM fetched WHERE source = ? AND dataset = ? ORDER BY since")
        .all(source, dataset)
        .flatMap((row) => {
          const [from, until] = Pair.parse(row).map(instantOf);
          return from === undefined || from === null || until === undefined || until === null ? [] : [{ from, until }];
        }),
    );
  }

  /** Every row of the series that are asked for, one series after the other, a page at a time. */
  *rows({
    from,
    until,
    ...of
  }: Partial<Pick<Remembered, "source" | "dataset">> & Pick<Remembered, "from" | "until">): Generator<Exported> {
    for (const { id, of: identity } of this.series(of)) {
      let last: { at: number; until: number; seen: number } = { at: from, until: -1, seen: -1 };
      for (;;) {
        const page = this.#guarded(() =>
          this.#statements
            .of(
              `SELECT at, until, seen, value FROM observation
             WHERE series = ?1 AND (at, until, seen) > (?2, ?3, ?4) AND at <= ?5 AND until <= ?5
             ORDER BY at, until, seen LIMIT ${PAGE}`,
            )
            .all(id, last.at, last.until, last.seen, until),
        );
        for (const row of page) {
          const [a, u, s, value] = revisionOf(row);
          last = { at: a, until: u, seen: s };
          const [at, end, seen] = [instantOf(a), instantOf(u), instantOf(s)];
          if (at !== null && end !== null && seen !== null) yield { of: identity, at, until: end, seen, value };
        }
        if (page.length < PAGE) break;
      }
    }
  }

  /** What there is of every source, dataset and market. */
  list(): readonly Listed[] {
    const [extents, steps] = this.#guarded(() => [this.#extents(), this.#steps()]);
    return listedOf(this.series(), extents, steps);
  }

  /** Of each series. */
  #extents(): ReadonlyMap<number, Extent> {
    const rows = this.#statements
      .of(
        `SELECT series, min(at), max(until), count(*), sum(times) - count(*) FROM (
         SELECT series, at, until, count(*) AS times FROM observation GROUP BY series, at, until) GROUP BY series`,
      )
      .all();
    return new Map(
      rows.map((row) => {
        const [id, first, last, points, revised] = ExtentRow.parse(row);
        return [id, { first: instantOf(first), last: instantOf(last), points, revised }];
      }),
    );
  }

  /** Of each series, how often it steps over how many days from one day with a value to the next. */
  #steps(): ReadonlyMap<number, readonly Step[]> {
    const steps = new Map<number, Step[]>();
    for (const row of this.#statements
      .of(
        `SELECT series, day - before AS step, count(*) FROM (
         SELECT series, day, lag(last) OVER (PARTITION BY series ORDER BY day) AS before FROM (
           SELECT DISTINCT series, at / ${DAY} AS day, max(at, until - 1) / ${DAY} AS last FROM observation))
       WHERE step > 0 GROUP BY series, step`,
      )
      .all()) {
      const [id, days, count] = StepRow.parse(row);
      steps.set(id, [...(steps.get(id) ?? []), { days, count }]);
    }
    return steps;
  }

  #idOf(of: Identity): number {
    const columns = columnsOf(of);
    const values = COLUMNS.map((column) => columns[column]);
    const find = this.#statements.of(
      `SELECT id FROM series WHERE ${COLUMNS.map((column) => `${column} = ?`).join(" AND ")}`,
    );
    const known = find.get(...values);
    if (known !== undefined) return Count.parse(known)[0];
    this.#statements
      .of(`INSERT INTO series (${COLUMNS.join()}) VALUES (${COLUMNS.map(() => "?").join()})`)
      .run(...values);
    return Count.parse(find.get(...values))[0];
  }

  #digest(id: number, stretch: number): string | null {
    const row: unknown = this.#statements
      .of("SELECT digest FROM digest WHERE series = ? AND stretch = ?")
      .get(id, stretch);
    return Array.isArray(row) && typeof row[0] === "string" ? row[0] : null;
  }

  /** What is known between the first and the last of `observations`, as seen last. */
  #known(id: number, observations: readonly Observation[]): Map<string, { seen: number; value: number | string }> {
    const times = observations.map(({ at }) => at);
    const first = times.reduce((a, b) => Math.min(a, b), Infinity);
    const last = times.reduce((a, b) => Math.max(a, b), 0);
    const rows = this.#statements
      .of(
        `SELECT at, until, seen, value FROM observation WHERE series = ? AND at BETWEEN ? AND ? ORDER BY at, until, seen`,
      )
      .all(id, first, last);
    const known = new Map<string, { seen: number; value: number | string }>();
    for (const row of rows) {
      const [at, until, seen, value] = revisionOf(row);
      known.set(`${at} ${until}`, { seen, value });
    }
    return known;
  }

  /** Adds what is new among observations of one series, and what differs from what was seen last. */
  #merge(id: number, observations: readonly Observation[], seen: Instant): Appended {
    const known = this.#known(id, observations);
    // A backfill knows nothing of its window yet: there is nothing to compare.
    if (known.size === 0 && isRising(observations)) {
      this.#insert(id, seen, observations);
      return { added: observations.length, revised: 0 };
    }
    const added: Observation[] = [];
    let revised = 0;
    for (const observation of observations) {
      const key = `${observation.at} ${observation.until}`;
      const before = known.get(key);
      if (before !== undefined && before.value === observation.value) continue;
      // A clock that stands still or was set back must not hide the newer value.
      const when = before === undefined ? seen : Math.max(seen, before.seen + 1);
      known.set(key, { seen: when, value: observation.value });
      if (before === undefined) added.push(observation);
      else {
        this.#insert(id, when, [observation]);
        revised += 1;
      }
    }
    this.#insert(id, seen, added);
    return { added: added.length, revised };
  }

  #insert(id: number, seen: number, observations: readonly Observation[]): void {
    for (let i = 0; i < observations.length; i += INSERTED) {
      const part = observations.slice(i, i + INSERTED);
      const values: unknown[] = [id, seen];
      for (const { at, until, value } of part) values.push(at, until, value);
      this.#statements.inserting(part.length).run(...values);
    }
  }

  #remember({ source, dataset, since, until, lacking }: Fetched, seen: Instant): void {
    this.#statements
      .of("INSERT OR REPLACE INTO fetched (source, dataset, since, until, seen, lacking) VALUES (?, ?, ?, ?, ?, ?)")
      .run(source, dataset, since, until, seen, lacking);
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.#path);
    }
  }
}

const isRising = (observations: readonly Observation[]): boolean =>
  observations.every(({ at }, i) => i === 0 || at > (observations[i - 1]?.at ?? at));
