/**
 * How upstream answers are read. Numbers come as JSON numbers at one venue and as strings at the next; both are
 * read strictly, and nothing is coerced: `null`, `""`, `true` and `[]` are never numbers.
 */
import { z } from "zod";
import { isAhead } from "../core/plausible/times.ts";
import { earlier, instant, later, parseInstant, type Instant } from "../core/time.ts";
import { Unavailable } from "../core/gap.ts";
import { usdPerBtc } from "../core/units.ts";

// Nearly every schema judges a few answers a run: making code of it costs more than the code saves. ask.ts does so
// where it pays.
z.config({ jitless: true });

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const shown = (raw: unknown): string => (JSON.stringify(raw) ?? String(raw)).slice(0, 40);

/**
 * No figure of this market is larger, or smaller and not 0. What is beyond is noise of another kind of number, and
 * products and quotients of it would leave the range of doubles.
 */
const LARGEST = 1e30;
const isPossible = (n: number): boolean => n === 0 || (Math.abs(n) <= LARGEST && Math.abs(n) >= 1 / LARGEST);

/** A number that `fits`, read and judged in one pass: every cell of every answer goes through here. */
const number = (expected: string, fits: (n: number) => boolean) =>
  z.unknown().transform((raw, ctx): number => {
    const value =
      typeof raw === "number" ? raw : typeof raw === "string" && NUMBER.test(raw) ? Number(raw) : Number.NaN;
    if (isPossible(value) && fits(value)) return value;
    ctx.addIssue({
      code: "custom",
      message: isPossible(value) ? `expected ${expected}` : `expected a number, found ${shown(raw)}`,
    });
    return z.NEVER;
  });

/** A finite number, as JSON number or as decimal text ("0E-18" included). */
export const decimal = number("a number", () => true);

/** A quantity whose 0 is real: traded volume, a liquidation side. Negative values are malformed. */
export const level = number("a number of at least 0", (n) => n >= 0);

/** A price or a stock whose 0 means that there is none: malformed where not above 0. */
export const positive = number("a number above 0", (n) => n > 0);

/**
 * A price of one contract among many, null where the venue has none: null, absent, or 0 before anything was traded. Then
 * that contract is missing, not the list that it stands in.
 */
export const priceIfAny = level
  .nullish()
  .transform((price) => (price === undefined || price === null || price === 0 ? null : usdPerBtc(price)));

/** What a row has of a contract that trades; without it the contract is missing, not the list that the row stands in. */
export function told<T extends number>(value: T | null | undefined, at: string): T {
  if (value !== undefined && value !== null) return value;
  throw new Unavailable({ why: "malformed", at, detail: "expected a number" });
}

/**
 * Hours from one settlement of funding to the next, as a venue states them. Venues settle once an hour to once a day: what is
 * beyond is stated in another unit, and would be weighed as another rate.
 */
export function fundingHours(hours: number, at: string): number {
  if (hours >= 1 && hours <= 24) return hours;
  throw new Unavailable({ why: "malformed", at, detail: `expected a funding interval of 1 to 24 h, found ${hours} h` });
}

const whole = number("a whole number", Number.isInteger);

function inRange(ms: number, ctx: z.core.$RefinementCtx): Instant {
  // 2009-01-03 (the first block) to 2100: a value outside is another unit of time.
  if (ms >= 1_230_940_800_000 && ms < 4_102_444_800_000) return instant(ms);
  ctx.addIssue({ code: "custom", message: `expected an instant, found ${ms} ms` });
  return z.NEVER;
}

/** Milliseconds since the epoch, as number or text. */
export const millis = whole.transform((n, ctx) => inRange(n, ctx));
/** Seconds since the epoch, as number or text; a fraction is kept to the millisecond. */
export const seconds = decimal.transform((n, ctx) => inRange(Math.round(n * 1000), ctx));
/** ISO 8601, read as UTC where it names no offset. */
export const isoTime = z.string().transform((text, ctx) => {
  const at = parseInstant(text);
  if (at !== null) return inRange(at, ctx);
  ctx.addIssue({ code: "custom", message: `expected an ISO time, found ${shown(text)}` });
  return z.NEVER;
});

/** A row of an answer, not looked into yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** A row of a list of everything, as it stands: it is looked at, and for that not copied, to see whether it is ours. */
export const anyRow = z.custom<Fields>(
  (row) => typeof row === "object" && row !== null && !Array.isArray(row),
  "expected an object",
);

/**
 * Our rows of a list of everything, read by `row`: what is wrong with the others does not matter here. `atLeast` says what
 * was expected where none is ours; without it none is an answer, too.
 */
export const ownRows = <T>(
  isOwn: (row: Fields) => boolean,
  row: z.ZodType<T>,
  atLeast?: string,
): z.ZodType<T[], Fields[]> =>
  z
    .array(anyRow)
    .transform((rows): unknown[] => rows.filter(isOwn))
    .pipe(atLeast === undefined ? z.array(row) : z.array(row).min(1, atLeast));

/**
 * An answer that carries its own verdict in a 200. What `error` reads becomes the gap `refused` with the venue's words; a
 * body of neither shape is `malformed`. "Too many requests" needs no line here: io/limits.ts makes it a 429 before.
 */
export function envelope<T>(good: z.ZodType<T>, error: z.ZodType<VenueError>): z.ZodType<T> {
  return z
    .unknown()
    .transform((body) => {
      const failed = error.safeParse(body);
      if (!failed.success) return body;
      throw new Unavailable({ why: "refused", status: failed.data.status ?? 200, detail: failed.data.text });
    })
    .pipe(good);
}
export interface VenueError {
  /** The HTTP status that the venue's code is, see `statusOf`; 200 where it has codes of its own. */
  readonly status?: number;
  /** The venue's own words, with its code. */
  readonly text: string;
}

/** A code that is an HTTP status, as some vendors say in a 200 what is wrong; 200 for any other. */
export const statusOf = (code: number): number => (code >= 400 && code < 600 ? code : 200);

/**
 * When what is made of two answers held: as old as the older of them. One that is of the future is not hidden by the other,
 * so that Q-02 sees it.
 */
export function asOldAs(now: Instant, one: Instant, other: Instant): Instant {
  const newer = later(one, other);
  return isAhead(newer, now) ? newer : earlier(one, other);
}
