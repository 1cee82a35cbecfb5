/**
 * Manners towards upstreams, as decorators of `Http`. Waiting and the clock are injected. `polite` puts them in the
 * order that matters: every single try keeps the pace of its host, and looks at the last moment whether the host has
 * banned us meanwhile.
 */
import { setMaxListeners } from "node:events";
import { setTimeout } from "node:timers/promises";
import pLimit, { type LimitFunction } from "p-limit";
import { Overdue, TOO_FREQUENT, Unavailable } from "../core/gap.ts";
import type { Http, HttpAnswer, HttpRequest } from "../ports.ts";
import type { Pace, Source } from "../sources/source.ts";

export interface Waiting {
  /** Rejects where the run is over before the time is. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds since 1970, never going back. */
  readonly clock: () => number;
  /** When the run is over, on that clock. */
  readonly until: number;
}

/** Real waiting, for a run that ends when `signal` is aborted, in `ms` from now at the latest. */
export function waitingFor(signal: AbortSignal, ms: number): Waiting {
  // Every sleeper listens, and dozens may sleep at once.
  setMaxListeners(0, signal);
  const clock = (): number => performance.timeOrigin + performance.now();
  return { sleep: (pause) => setTimeout(pause, undefined, { signal }), clock, until: clock() + ms };
}

/** By host. */
export type Paces = Readonly<Record<string, Pace>>;

/** Where sources share a host, the slower pace holds. */
export function pacesOf(sources: readonly Pick<Source, "hosts">[]): Paces {
  const paces: Record<string, Pace> = {};
  for (const [host, pace] of sources.flatMap(({ hosts }) => Object.entries<Pace>(hosts))) {
    const before = paces[host];
    if (before === undefined || pace.everyMs > before.everyMs) paces[host] = pace;
  }
  return paces;
}

/** Hosts that are not asked again, with what to tell whoever would. */
export type Banned = Map<string, Unavailable>;

/** Retries, pace and bans together. */
export function polite(http: Http, paces: Paces, waiting: Waiting): Http {
  const banned: Banned = new Map();
  return refusals(retrying(paced(bans(http, banned), paces, waiting, banned), waiting), banned);
}

const hostOf = (request: HttpRequest): string => new URL(request.url).host;

/** Some 40 kB each. The map of a near level asks for those of the last month again. */
const LATEST_FILES = 96;

/**
 * Identical questions within a run share one answer. A `fresh` one replaces it. Of what a published checksum proves only
 * the latest files are kept: it is the same whenever it is asked, and there may be thousands of them.
 */
export function once<A>(ask: (request: HttpRequest) => Promise<A>): (request: HttpRequest) => Promise<A> {
  const answers = new Map<string, Promise<A>>();
  const files = new Set<string>();
  return (request) => {
    const key = `${request.url}\n${request.body ?? ""}`;
    const known = request.fresh === true ? undefined : answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(request);
    answers.set(key, answer);
    if (request.sha256 === undefined) return answer;
    files.add(key);
    if (files.size > LATEST_FILES) {
      const [oldest = key] = files;
      files.delete(oldest);
      answers.delete(oldest);
    }
    return answer;
  };
}

const PAUSES = [500, 2_000] as const;
/** The longest `Retry-After` that is obeyed within a run, in milliseconds. */
export const MAX_RETRY_AFTER = 20_000;

/**
 * Asks up to twice more after a transport failure, 429 or 5xx, but not after silence: that has taken the time of many
 * tries. `Retry-After` is obeyed up to 20 s; where it asks for more, or the run would be over by then, what is there is
 * all there is.
 */
export function retrying(http: Http, waiting: Waiting): Http {
  return async (request) => {
    for (const pause of PAUSES) {
      let settle: () => HttpAnswer;
      let delay: number = pause;
      try {
        const answer = await http(request);
        if (answer.status !== 429 && answer.status < 500) return answer;
        delay = Math.max(pause, retryAfter(answer, waiting.clock()));
        settle = () => answer;
      } catch (error) {
        if (!(error instanceof Unavailable) || error instanceof Overdue || error.gap.why !== "unreachable") throw error;
        settle = () => {
          throw error;
        };
      }
      if (delay > MAX_RETRY_AFTER || waiting.clock() + delay >= waiting.until) return settle();
      await pauseFor(delay, request, waiting);
    }
    return http(request);
  };
}

/** Milliseconds that the answer asks to wait; 0 where it says nothing that can be read. */
export function retryAfter({ retryAfter: text = "" }: HttpAnswer, now: number): number {
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return Number(text) * 1000;
  // An HTTP date names GMT; anything else would be read in local time.
  const date = / GMT\s*$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

async function pauseFor(ms: number, request: HttpRequest, { sleep }: Waiting): Promise<void> {
  try {
    await sleep(ms);
  } catch {
    const detail = `the time of the run was over before ${hostOf(request)} was asked`;
    throw new Unavailable({ why: "unreachable", detail });
  }
}

/** For a host whose limits nobody has stated. */
const DEFAULT_PACE = { everyMs: 250, atOnce: 2 };
const AT_ONCE = 4;

/**
 * At least `everyMs` between the starts of two requests to one host and at most `atOnce` of them under way. A 429
 * that names a time makes the whole host wait, not only the request that was hit. Requests of a path with a pace of its
 * own stand in a line of their own before they stand in that of the host, so that the others need not wait for them.
 */
export function paced(http: Http, paces: Paces, waiting: Waiting, banned: Banned = new Map()): Http {
  const lines = new Map<string, Line>();
  // Those who wait for a host that has banned us need not wait for their turn to hear it.
  const heard = (host: string): void => {
    const ban = banned.get(host);
    if (ban !== undefined) throw ban;
  };
  const ask = (request: HttpRequest, host: string, line: Line, starts: () => void): Promise<HttpAnswer> =>
    line.limit(async () => {
      heard(host);
      const now = waiting.clock();
      const start = Math.max(now, line.next);
      line.next = start + line.everyMs;
      if (start > now) await pauseFor(start - now, request, waiting);
      starts();
      const answer = await http(request);
      if (answer.status === 429) {
        const rest = Math.min(retryAfter(answer, waiting.clock()), MAX_RETRY_AFTER);
        line.next = Math.max(line.next, waiting.clock() + rest);
      }
      return answer;
    });
  return async (request) => {
    const host = hostOf(request);
    const line = lines.get(host) ?? lineOf(paces[host] ?? DEFAULT_PACE);
    lines.set(host, line);
    const path = line.paths.find(({ prefix }) => new URL(request.url).pathname.startsWith(prefix));
    if (path === undefined) return ask(request, host, line, () => {});
    const before = path.last;
    let leaves = (): void => {};
    path.last = new Promise((left) => {
      leaves = left;
    });
    try {
      await before;
      heard(host);
      const rest = path.next - waiting.clock();
      if (rest > 0) await pauseFor(rest, request, waiting);
      return await ask(request, host, line, () => {
        path.next = waiting.clock() + path.everyMs;
        leaves();
      });
    } finally {
      leaves();
    }
  };
}

interface Line {
  readonly limit: LimitFunction;
  readonly everyMs: number;
  /** When the next request may start. */
  next: number;
  readonly paths: readonly PathLine[];
}
interface PathLine {
  readonly prefix: string;
  readonly everyMs: number;
  next: number;
  /** Settles when the last one in the line has started, or never will. */
  last: Promise<void>;
}
const lineOf = ({ everyMs, atOnce = AT_ONCE, paths = {} }: Pace): Line => ({
  limit: pLimit(atOnce),
  everyMs,
  next: 0,
  paths: Object.entries(paths).map(([prefix, every]) => ({ prefix, everyMs: every, next: 0, last: Promise.resolve() })),
});

/** 403: a firewall or a country block; 418: banned for asking too much; 451: not to be told where we are. */
const BANS = new Set([403, 418, 451]);

/**
 * A host that bans us is not asked again in this run: insisting makes a ban longer. Nor is one that kept us waiting and
 * has answered nothing yet: some firewalls swallow what they block, and what stands in for it needs the rest of the time.
 */
export function bans(http: Http, banned: Banned = new Map()): Http {
  const heard = new Set<string>();
  return async (request) => {
    const host = hostOf(request);
    const ban = banned.get(host);
    if (ban !== undefined) throw ban;
    try {
      const answer = await http(request);
      heard.add(host);
      if (BANS.has(answer.status)) banned.set(host, notAgain(answer));
      return answer;
    } catch (error) {
      if (error instanceof Overdue && !heard.has(host)) banned.set(host, error);
      throw error;
    }
  };
}

/** A host that still says 429 when all retries are used up, or names a time too far away, has had enough of us. */
function refusals(http: Http, banned: Banned): Http {
  return async (request) => {
    const answer = await http(request);
    if (answer.status === 429) banned.set(hostOf(request), notAgain(answer));
    return answer;
  };
}

/** Which of the two a 403 meant is only in its words, and what a reader can do about it hangs on that. */
function notAgain({ status, body }: HttpAnswer): Unavailable {
  const isBusy = status === 403 && TOO_FREQUENT.test(new TextDecoder().decode(body.subarray(0, 4_096)));
  const detail = `not asked again after HTTP ${status}${isBusy ? ", too many requests" : ""}`;
  return new Unavailable({ why: "refused", status, detail });
}
