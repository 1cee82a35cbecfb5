/** The outside, as types. Everything that is not arithmetic enters a run through one `World`, built in `world.ts`. */
import type { Instant } from "./core/time.ts";
import type { Dataset, Datasets } from "./core/market.ts";
import type { Reading } from "./core/reading.ts";
import type { Keep } from "./sources/source.ts";

export interface HttpRequest {
  readonly url: string;
  /** JSON text; present means POST. */
  readonly body?: string;
  /** Never recorded, never printed: a key travels here. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long an earlier answer may serve; absent: always ask. */
  readonly keep?: Keep;
  /** The earlier answer was of no use (an error inside a 200): ask again whatever is kept. */
  readonly fresh?: true;
  /** Published SHA-256 (hex) that the body must have. */
  readonly sha256?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** When the answer was received. */
  readonly at: Instant;
  readonly body: Uint8Array;
  /** How long it took, milliseconds. */
  readonly ms: number;
  /** The `Retry-After` header, as sent. */
  readonly retryAfter?: string;
  /** The `Location` header of a redirect, as sent. */
  readonly location?: string;
  /** Not asked now: an earlier answer, used again. */
  readonly kept?: true;
  /** Its place in the cache; absent where there is no cache, or where it is there already for good. */
  readonly shelf?: Shelf;
}

/** What becomes of an answer in the cache is decided when its reader has judged it. Neither of the two ever fails. */
export interface Shelf {
  /** It may serve later runs. */
  readonly keep: () => Promise<void>;
  /** It must not. */
  readonly drop: () => Promise<void>;
}

/**
 * Asks one question. Any status is an answer; only what yields none (DNS, TLS, deadline, too large, a banned host,
 * a recording without it) throws, and always `Unavailable`.
 */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

/** An answer whose body is text: checksum verified, archive opened. */
export interface TextAnswer {
  readonly status: number;
  readonly at: Instant;
  readonly text: string;
  readonly ms: number;
  /** Not asked now: an earlier answer, used again. */
  readonly kept?: true;
  readonly shelf?: Shelf;
}
export type Web = (request: HttpRequest) => Promise<TextAnswer>;

export interface Files {
  /** The bytes, or null where there is no such file. */
  readonly read: (path: string) => Promise<Uint8Array | null>;
  /** Whole or not at all: temporary file, fsync, rename. Makes missing folders. */
  readonly write: (path: string, body: string | Uint8Array) => Promise<void>;
  /** Names in a folder, sorted; empty where there is none. */
  readonly list: (folder: string) => Promise<readonly string[]>;
}

/** A part of what is kept of one dataset of one source. */
export interface Remembered<D extends Dataset = Dataset> {
  readonly source: string;
  readonly dataset: D;
  readonly from: Instant;
  /** The last instant; bars have ended by then. */
  readonly until: Instant;
  /** Only the latest values at or before each of these, at most `within` milliseconds older: a few of very many. */
  readonly near?: { readonly instants: readonly Instant[]; readonly within: number };
}

/**
 * What earlier runs and backfills have seen. It never throws: what goes wrong is noted once, and then nothing is
 * remembered. Of a current dataset (price, open interest, funding) the newest value up to `until` is told.
 */
export interface History {
  /** Null where nothing is kept. */
  readonly read: <D extends Dataset>(asked: Remembered<D>) => Promise<Datasets[D] | null>;
  /** What is kept of open interest that a source told as current, as a history. */
  readonly heldBefore: (asked: Omit<Remembered, "dataset">) => Promise<Datasets["openInterestHistory"] | null>;
  /** Keeps what is new or has changed. What failed, and bars that are still forming, are not kept. */
  readonly append: (readings: readonly Reading[], seen: Instant) => Promise<void>;
}

export interface World {
  /** SOURCE_DATE_EPOCH, the recording's clock, or the system's. */
  readonly now: () => Instant;
  readonly web: Web;
  readonly files: Files;
  /** Null in a replay, which knows its recording and nothing else. */
  readonly history: History | null;
  /** The value of a key, by the name of its environment variable. */
  readonly secret: (name: string) => string | undefined;
  /**
   * Told each time a source has said all that it will say; no readings where it was asked nothing, null where it was
   * only examined.
   */
  readonly progress: (source: string, readings: readonly Reading[] | null) => void;
  /** stdout: the report and nothing else. */
  readonly print: (text: string) => void;
  /** stderr: one line each, `btc-report: ` is put before it. */
  readonly note: (text: string) => void;
  /** `columns`: how wide it is; null where there is nothing to fit, a pipe or a file. */
  readonly screen: { readonly columns: number | null; readonly color: 0 | 1 | 2 | 3 };
}
