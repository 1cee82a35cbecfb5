/**
 * Who asks how much, and how long the longest chain of answers is that must wait for each other. Nothing is timed: every
 * round answers all questions that are open, so the number of rounds is the length of the chain.
 */
import { asker } from "../src/ask.ts";
import { datasets } from "../src/core/market.ts";
import { DAY, floorTo, shift, type Instant } from "../src/core/time.ts";
import { keep } from "../src/io/tape.ts";
import { opened } from "../src/io/unzip.ts";
import type { Files, Http, HttpAnswer, HttpRequest } from "../src/ports.ts";
import type { Source } from "../src/sources/source.ts";

/** What one dataset of one source asks. */
export interface Asking {
  readonly source: string;
  readonly dataset: string;
  /** Addresses that went out, in order. */
  readonly urls: readonly string[];
  /** Answers of the longest chain. */
  readonly chain: number;
}

/** The files of a cache, in memory. */
export function filesInMemory(): Files {
  const kept = new Map<string, Uint8Array>();
  return {
    read: (path) => Promise.resolve(kept.get(path) ?? null),
    write: (path, body) => {
      kept.set(path, typeof body === "string" ? new TextEncoder().encode(body) : body);
      return Promise.resolve();
    },
    list: () => Promise.resolve([]),
  };
}

/** Each dataset of each source asked by itself, with the cache in `files`. */
export async function askings(
  sources: readonly Source[],
  http: Http,
  now: Instant,
  files: Files,
): Promise<readonly Asking[]> {
  const found: Asking[] = [];
  for (const source of sources) {
    if (source.key?.required === true) continue;
    for (const dataset of datasets) {
      const told = source.datasets[dataset];
      if (told === undefined) continue;
      const rounds = inRounds(http);
      const web = opened(keep(rounds.http, files, "cache", () => now));
      const { ask } = asker(source, { web, now, since: shift(floorTo(now, DAY), -200 * DAY) });
      await rounds.until(told(ask).catch(() => undefined));
      found.push({ source: source.id, dataset, urls: rounds.urls, chain: rounds.count() });
    }
  }
  return found;
}

interface Rounds {
  readonly http: Http;
  readonly urls: readonly string[];
  readonly count: () => number;
  readonly until: (end: Promise<unknown>) => Promise<void>;
}

function inRounds(http: Http): Rounds {
  const urls: string[] = [];
  let open: (() => void)[] = [];
  let count = 0;
  return {
    urls,
    http: (request: HttpRequest) =>
      new Promise<HttpAnswer>((answered, failed) => {
        urls.push(`${request.url} ${request.body ?? ""}`.trimEnd());
        open.push(() => void http(request).then(answered, failed));
      }),
    count: () => count,
    async until(end) {
      let over = false;
      void end.then(() => (over = true));
      while (!over) {
        // Everything that can be asked without another answer has been asked when the queues are empty.
        for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
        const answers = open;
        open = [];
        if (answers.length > 0) count += 1;
        for (const answer of answers) answer();
      }
    },
  };
}
