/**
 * Hosts that have banned or blocked us, remembered from run to run in `blocked.json` in the cache folder: insisting
 * makes a ban longer, and a cron job would insist every day. For how long:
 *
 * - as long as the host says (`Retry-After`, or Binance's "banned until"), 3 days at most
 * - 451, or 403 with a page that speaks of a country or region: 6 hours
 * - any other 403: 1 hour; of a host that takes a key it may be about the key, and is not remembered
 * - 418: 15 minutes; 429 that was still there after the retries, which wait for up to 20 s if it says so: 5 minutes
 *
 * A relay or a proxy is another way to the host: what one way is told says nothing of the others.
 */
import { z } from "zod";
import { NOT_ASKED, TOO_FREQUENT, Unavailable } from "../core/gap.ts";
import { DAY, HOUR, iso, MINUTE, parseInstant, shift, type Instant } from "../core/time.ts";
import type { Files, Http, HttpAnswer } from "../ports.ts";
import { MAX_RETRY_AFTER, retryAfter } from "./polite.ts";
import { sha256 } from "./unzip.ts";

const FILE = "blocked.json";

const time = z.string().transform((text, ctx): Instant => {
  const at = parseInstant(text);
  if (at !== null) return at;
  ctx.addIssue({ code: "custom", message: "expected an instant" });
  return z.NEVER;
});
const Block = z.object({
  host: z.string(),
  /** How it was reached: "direct", or the start of a hash of the relay's or the proxy's address, which may hold a password. */
  way: z.string(),
  status: z.number().int(),
  at: time,
  until: time,
});
type Block = z.infer<typeof Block>;
const Blocks = z.object({ blocked: z.array(Block) });

export interface Remembering {
  readonly files: Files;
  /** The cache folder. */
  readonly folder: string;
  readonly now: () => Instant;
  readonly way: string;
  /** Hosts that take a key. */
  readonly keyed: ReadonlySet<string>;
  /** Also asks hosts that are known to block us, to learn whether they still do. */
  readonly insisting: boolean;
}

/** Does not ask a host that blocked us lately, remembers one that does now, and forgets one that answers again. */
export function remembering(http: Http, options: Remembering): Http {
  const { files, folder, now, way, keyed, insisting } = options;
  const path = `${folder}/${FILE}`;
  const read = (): Promise<readonly Block[]> => readBlocks(files, path, now());
  const isSame = (one: Block, host: string): boolean => one.host === host && one.way === way;
  let known: Promise<readonly Block[]> | null = null;
  let writing = Promise.resolve();
  /** One after the other, and from what is there now: another run may have written meanwhile. */
  const note = (host: string, block: Block | null): Promise<void> => {
    writing = writing.then(async () => {
      const others = (await read()).filter((one) => !isSame(one, host));
      await files.write(path, written(block === null ? others : [...others, block])).catch(() => undefined);
    });
    return writing;
  };
  return async (request) => {
    const { host } = new URL(request.url);
    known ??= read();
    const block = (await known).find((one) => isSame(one, host));
    if (block !== undefined && !insisting) throw held(block);
    const answer = await http(request);
    const until = blockedUntil(answer, now(), keyed.has(host));
    if (until !== null) await note(host, { host, way, status: answer.status, at: now(), until });
    else if (block !== undefined && answer.status < 400) await note(host, null);
    return answer;
  };
}

/** The way a run takes, as it is remembered. */
export function wayOf(relay: string | null, proxy: string | undefined): string {
  const via = relay ?? proxy ?? "";
  return via === "" ? "direct" : `via ${sha256(via).slice(0, 12)}`;
}

const held = ({ status, at, until }: Block): Unavailable =>
  new Unavailable({
    why: "refused",
    status,
    detail: `${NOT_ASKED}HTTP ${status} on ${iso(at)}; asked again from ${iso(until)}`,
  });

/** What still holds. A file that cannot be read, or one of another format, is as good as none. */
async function readBlocks(files: Files, path: string, now: Instant): Promise<readonly Block[]> {
  const bytes = await files.read(path).catch(() => null);
  if (bytes === null) return [];
  try {
    const { blocked } = Blocks.parse(JSON.parse(new TextDecoder().decode(bytes)));
    // One of the future was written before the clock was set back.
    return blocked.filter(({ at, until }) => at <= now && now < until);
  } catch {
    return [];
  }
}

const written = (blocked: readonly Block[]): string =>
  `${JSON.stringify({ blocked: blocked.map((one) => ({ ...one, at: iso(one.at), until: iso(one.until) })) }, null, 2)}\n`;

const LONGEST = 3 * DAY;
const GEO = /\b(?:country|countries|region|location|jurisdiction|territory)\b/i;

/** Until when a host that gave this answer is not to be asked; null where the answer is no block. */
function blockedUntil(answer: HttpAnswer, now: Instant, keyed: boolean): Instant | null {
  const { status } = answer;
  if (![403, 418, 429, 451].includes(status)) return null;
  const words = new TextDecoder().decode(answer.body.subarray(0, 4_096));
  const usual = usually(status, words, keyed);
  if (usual === null) return null;
  const stated = Math.max(retryAfter(answer, now), Number(/banned until (\d{13})\b/i.exec(words)?.[1] ?? 0) - now);
  const least = status === 429 ? MAX_RETRY_AFTER : 0;
  return shift(now, Math.min(stated > least ? stated : usual, LONGEST));
}

function usually(status: number, words: string, keyed: boolean): number | null {
  if (status === 418) return 15 * MINUTE;
  if (status === 429) return 5 * MINUTE;
  if (status === 451 || GEO.test(words)) return 6 * HOUR;
  if (TOO_FREQUENT.test(words)) return 15 * MINUTE;
  return keyed ? null : HOUR;
}
