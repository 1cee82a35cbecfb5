/**
 * What a run asks, and how long it must take. Time is made up here: an answer takes `ANSWER_MS`, pace is waited for, and
 * computing takes nothing. So the end of such a run is its critical path: the longest chain of answers that wait for
 * each other, and the pace of the hosts.
 */
import { setImmediate } from "node:timers/promises";
import { collect } from "../src/collect.ts";
import { datasets, type Dataset } from "../src/core/market.ts";
import { DAY, floorTo, shift, type Instant } from "../src/core/time.ts";
import { once, pacesOf, polite } from "../src/io/polite.ts";
import { keep } from "../src/io/tape.ts";
import { opened } from "../src/io/unzip.ts";
import type { Files, Http, HttpRequest } from "../src/ports.ts";
import type { Source } from "../src/sources/source.ts";

export const ANSWER_MS = 100;
export const ARCHIVE = "data.binance.vision";

/**
 * Hosts with a documented limit that a first run would break without our pace. Others have limits too, and a pace of
 * ours, but what a run asks of them stays below even if it is asked at once: OKX (10 in two seconds of one contract's
 * statistics, of which it asks nine), HTX (120 in three seconds, 34), Bitfinex (30 candles a minute, 3), KuCoin, Bybit,
 * Gate, Deribit and the rest. Kraken documents none for its charts.
 */
export const PACED: ReadonlySet<string> = new Set([
  // Statistics: 1,000 in five minutes, and bans at a twenty-fifth of that; 1.2 s between two of them, eight are asked.
  "fapi.binance.com",
  // The same statistics, of which three are asked.
  "dapi.binance.com",
  // 20 a second of each endpoint; 24 windows of candles are asked.
  "api.bitget.com",
]);

/** Requests by how they are counted. */
export interface Counts {
  /** Neither of the archive nor of a host whose pace is waited for. */
  readonly requests: number;
  readonly paced: number;
  readonly archive: number;
}

export function countsOf(hosts: readonly string[]): Counts {
  const archive = hosts.filter((host) => host === ARCHIVE).length;
  const paced = hosts.filter((host) => PACED.has(host)).length;
  return { requests: hosts.length - archive - paced, paced, archive };
}

/** Bars of five minutes are asked only where a level of the map is near. */
const ORDINARY: ReadonlySet<Dataset> = new Set(datasets.filter((dataset) => !dataset.startsWith("fine")));

export interface Asking {
  /** Asked twice in this run. */
  readonly twice: number;
  /** Of a period that is over, and asked in an earlier run already. */
  readonly closedAgain: number;
  /** Answers in the longest chain, if no host had a pace. */
  readonly chain: number;
  /** The critical path. */
  readonly ms: number;
}

/** Runs that follow each other with one cache. */
export class Runs {
  readonly #sources: readonly Source[];
  readonly #files = filesInMemory();
  readonly #closed = new Set<string>();

  constructor(sources: readonly Source[]) {
    this.#sources = sources.filter(({ key }) => key?.required !== true);
  }

  /** One run at `now`, answered by `http`. */
  async ask(http: Http, now: Instant): Promise<Asking> {
    const sent: HttpRequest[] = [];
    const counted: Http = (request) => {
      sent.push(request);
      return http(request);
    };
    // First without pace and with nothing kept: the number of rounds is the length of the chain. Files of the archive
    // take turns for the sake of memory: that they follow each other is no chain.
    const copy = filesInMemory(this.#files.all);
    const unpaced = await this.#collected(http, now, copy, (asked) => asked, isOfArchive);
    const paced = await this.#collected(counted, now, this.#files, (asked, time) =>
      polite(asked, pacesOf(this.#sources), { sleep: time.sleep, clock: time.clock, until: Infinity }),
    );
    const addresses = sent.map(addressOf);
    const again = new Set(addresses.filter((address) => this.#closed.has(address)));
    for (const request of sent) if (request.keep === "forever") this.#closed.add(addressOf(request));
    return {
      twice: addresses.length - new Set(addresses).size,
      closedAgain: again.size,
      chain: Math.round(unpaced / ANSWER_MS),
      ms: paced,
    };
  }

  /** When the run is over, in made-up time. */
  async #collected(
    http: Http,
    now: Instant,
    files: Files,
    manners: (http: Http, time: Time) => Http,
    isAtOnce: (request: HttpRequest) => boolean = () => false,
  ): Promise<number> {
    const time = madeUpTime();
    const slow: Http = async (request) => {
      if (!isAtOnce(request)) await time.sleep(ANSWER_MS);
      return http(request);
    };
    const web = opened(once(keep(manners(slow, time), files, "cache", () => now)));
    return time.until(
      collect(this.#sources, {
        web,
        now,
        since: shift(floorTo(now, DAY), -200 * DAY),
        wanted: ORDINARY,
        secret: () => undefined,
        replaying: false,
      }),
    );
  }
}

const isOfArchive = ({ url }: HttpRequest): boolean => new URL(url).host === ARCHIVE;
const addressOf = ({ url, body }: HttpRequest): string => `${url} ${body ?? ""}`;

interface Time {
  readonly sleep: (ms: number) => Promise<void>;
  readonly clock: () => number;
  /** Lets time pass until that is done, and tells how much has. */
  readonly until: (work: Promise<unknown>) => Promise<number>;
}

/** Turns of the event loop after which whatever can be asked without another answer has been asked. */
const TURNS = 100;

function madeUpTime(): Time {
  let now = 0;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ at: now + ms, wake });
      }),
    clock: () => now,
    async until(work) {
      const state = { over: false };
      void work.finally(() => {
        state.over = true;
      });
      for (;;) {
        for (let turn = 0; turn < TURNS && !state.over; turn += 1) await setImmediate();
        if (state.over) return now;
        now = Math.min(...sleepers.map(({ at }) => at));
        for (const { wake } of sleepers.filter(({ at }) => at === now)) wake();
        sleepers.splice(0, sleepers.length, ...sleepers.filter(({ at }) => at > now));
      }
    },
  };
}

/** A cache that is gone with the process. */
function filesInMemory(of: ReadonlyMap<string, Uint8Array> = new Map()): Files & { all: Map<string, Uint8Array> } {
  const all = new Map(of);
  return {
    all,
    read: (path) => Promise.resolve(all.get(path) ?? null),
    write: (path, body) => {
      all.set(path, typeof body === "string" ? new TextEncoder().encode(body) : body);
      return Promise.resolve();
    },
    list: () => Promise.resolve([]),
  };
}
