/** The contract between the program and a source of data. A source is plain functions; it does no IO of its own. */
import type { z } from "zod";
import type { Dataset, Datasets } from "../core/market.ts";
import type { Instant } from "../core/time.ts";

/**
 * How a host may be asked: at least `everyMs` between the starts of two requests, at most `atOnce` under way. Where paths
 * that begin alike have a limit of their own, so many milliseconds between two of them.
 */
export interface Pace {
  readonly everyMs: number;
  readonly atOnce?: number;
  readonly paths?: Readonly<Record<string, number>>;
}

export interface Source {
  /** File name, fixture folder, footnote. */
  readonly id: string;
  /** The exchange it speaks for, where it is not the id (binance-archive: binance) or null where it is no exchange. */
  readonly venue: string | null;
  /** As printed. */
  readonly name: string;
  /** The upstream's documentation. */
  readonly docs: string;
  readonly hosts: Readonly<Record<string, Pace>>;
  /** Constant request headers the upstream wants. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An optional or required key; `collect.ts` adds the header, neither source nor tape ever holds it. */
  readonly key?: { readonly env: string; readonly header: string; readonly required: boolean };
  /** What the reader must know of this source's figures: counting, coverage, uncertainty. Printed beside them. */
  readonly note?: string;
  /** Text that the publisher asks to be shown. */
  readonly attribution?: { readonly text: string; readonly url: string };
  /** Parts of the venue that are quoted on their own, each a list of symbols. */
  readonly scopes?: readonly (readonly string[])[];
  /** Datasets asked only when the venue's first source gave none, or none that is whole. */
  readonly reserve?: readonly Dataset[];
  /**
   * How long the upstream keeps a dataset, in milliseconds before the clock; 0 where it tells only the present. What is
   * older is not asked for. Unless stated: a series reaches back as far as it is asked, a single value not at all.
   */
  readonly keeps?: Readonly<Partial<Record<Dataset, number>>>;
  /** Histories of which a report is told the days that it compares alone: what lies between them is no hole. */
  readonly sparse?: readonly Dataset[];
  /** When the sample that held at an instant came out, where that was later than at once. */
  readonly published?: (at: Instant) => Instant;
  /** How each dataset is known: the evidence table of the documentation is made from it. */
  readonly facts: Readonly<Partial<Record<Dataset, Fact>>>;
  readonly datasets: { readonly [D in Dataset]?: (ask: Ask) => Promise<Datasets[D]> };
}

/** One line of the evidence table. */
export interface Fact {
  readonly endpoint: string;
  readonly unit: string;
  /** What proves the unit. */
  readonly proof: string;
  readonly counting: string;
  readonly lookBack: string;
  readonly uncertain?: string;
}

/** All that a source function gets. No clock, no fetch, no environment, no logger, no other source. */
export interface Ask {
  /** The instant asked about: the clock of the run, or `--at`. URLs are built from it, rounded down to a grid. */
  readonly now: Instant;
  /** The clock of the run: later than `now` where a past day is asked about. What an upstream keeps is counted from it. */
  readonly clock: Instant;
  /**
   * Start of the first day wanted of a history. A day's close held when the next one began: the first one wanted is of
   * a day later, and what held at `since` itself closes the day before. Whether that comes along is a source's own matter.
   */
  readonly since: Instant;
  /** A backfill: every day since then, at a question each if need be. A report can do with those that it compares. */
  readonly everyDay?: true;
  /**
   * The answer, parsed. Throws `Unavailable`: `refused` for a status other than 2xx, `malformed` where the body is
   * no JSON or does not fit the schema, `unreachable`, `unrecorded`.
   */
  json<T>(request: Request, answer: z.ZodType<T>, keep?: Keep): Promise<T>;
  /** Rows of a CSV body or of the only file in a ZIP, each parsed by `row` as an array of strings. */
  csv<T>(request: Request, row: z.ZodType<T>, keep?: Keep): Promise<readonly T[]>;
}

/**
 * A GET, or a POST where there is a body (sent as JSON). `sha256` is the published checksum the body must have, `provenBy`
 * the address that told it: once the body fits, that answer is kept whatever else the dataset lacks. `aside` marks what is only
 * looked through for what the figures lack: it is no evidence of them.
 */
export type Request =
  | string
  | {
      readonly url: string;
      readonly body?: unknown;
      readonly sha256?: string;
      readonly provenBy?: string;
      readonly aside?: true;
    };
/**
 * How long an answer may be used again. `forever` is for periods that are over. `running` marks figures that go on
 * growing until the answer is given: the reading then says when that was.
 */
export type Keep = { readonly minutes: number; readonly running?: true } | "forever";
