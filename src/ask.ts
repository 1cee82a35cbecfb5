/** What a source is given: `Ask`, made from a way to ask. Bodies become data or an `Unavailable`, nothing else. */
import Papa from "papaparse";
import { z } from "zod";
import { Unavailable, type Gap } from "./core/gap.ts";
import type { Evidence } from "./core/reading.ts";
import { earlier, MINUTE, type Instant } from "./core/time.ts";
import type { HttpRequest, Shelf, TextAnswer, Web } from "./ports.ts";
import type { Ask, Keep, Request, Source } from "./sources/source.ts";

export interface Asked {
  readonly ask: Ask;
  /** Every answer that the source has used so far, by address. */
  readonly evidence: () => readonly Evidence[];
  /**
   * When every question is over that was begun, with those that follow from its answer. Asks nothing itself; questions end
   * with the run at the latest.
   */
  readonly over: () => Promise<void>;
  /** Whether an answer could not be read, so that the others need not be suspected. */
  readonly blamed: () => boolean;
  /** What becomes in the cache of the answers that could be read: those of a sound reading may serve again. */
  readonly settle: (sound: boolean) => Promise<void>;
  /** When the oldest answer was given whose figures go on growing; absent where there is none. */
  readonly told: () => { readonly told?: Instant };
}

export interface AskOptions {
  readonly web: Web;
  readonly now: Instant;
  /** The clock of the run; `now` where it is not given. */
  readonly clock?: Instant;
  readonly since: Instant;
  readonly everyDay?: true;
  /** The value of a key, by the name of its environment variable. */
  readonly secret?: Secret;
}
export type Secret = (name: string) => string | undefined;

/** Why the source cannot be asked: it requires a key that is not set. Null where it can. */
export function unconfigured({ key }: Source, secret: Secret): Gap | null {
  if (key?.required !== true || secret(key.env) !== undefined) return null;
  return { why: "unconfigured", detail: `${key.env} is not set` };
}

/** What is thrown, as a gap: anything but an `Unavailable` is our mistake. */
export const gapOf = (error: unknown): Gap =>
  error instanceof Unavailable ? error.gap : { why: "bug", detail: String(error) };

/** How long an empty answer about a time that is over is believed. */
const BELIEVED = 10 * MINUTE;

/** An `Ask` for one dataset of one source. Hosts that the source does not declare are refused: that is our mistake. */
export function asker(source: Source, options: AskOptions): Asked {
  const used = new Map<string, Evidence>();
  // A bulk answer is read once for each contract in it: parsing it once is enough.
  let parsedBodies = new WeakMap<TextAnswer, unknown>();
  const open = new Set<Promise<unknown>>();
  const shelves = new Map<string, Shelf>();
  let told: Instant | null = null;
  let blamed = false;
  const secret = source.key === undefined ? undefined : options.secret?.(source.key.env);
  const key = source.key === undefined || secret === undefined ? {} : { [source.key.header]: secret };

  function questionOf(request: Request, keep: Keep | undefined): HttpRequest {
    const wanted = typeof request === "string" ? { url: request } : request;
    const { host } = new URL(wanted.url);
    if (source.hosts[host] === undefined) throw new Error(`${source.id} does not declare the host ${host}`);
    return {
      url: wanted.url,
      headers: { ...source.headers, ...key },
      ...("body" in wanted && wanted.body !== undefined ? { body: JSON.stringify(wanted.body) } : {}),
      ...("sha256" in wanted && wanted.sha256 !== undefined ? { sha256: wanted.sha256 } : {}),
      ...(keep === undefined ? {} : { keep }),
    };
  }

  /** Nothing at all may have been a bad moment of the upstream; of a time that is not over it is not believed once. */
  const isDoubtful = ({ keep }: HttpRequest, { at, kept }: TextAnswer): boolean => {
    const age = (options.clock ?? options.now) - at;
    return kept === true && (keep !== "forever" || age < 0 || age >= BELIEVED);
  };

  async function answered<T>(question: HttpRequest, reader: (answer: TextAnswer) => T, aside = false): Promise<T> {
    const answer = await options.web(question);
    const asked = addressOf(question);
    if (!aside) used.set(asked, { url: question.url, at: answer.at });
    if (typeof question.keep === "object" && question.keep.running === true) {
      told = told === null ? answer.at : earlier(told, answer.at);
    }
    if (answer.status < 200 || answer.status > 299) {
      throw new Unavailable({ why: "refused", status: answer.status, detail: excerpt(answer.text) });
    }
    try {
      const value = reader(answer);
      if (question.fresh !== true && isDoubtful(question, answer) && holdsNothing(value)) {
        const again = await answered({ ...question, fresh: true }, reader, aside).catch(unavailable);
        if (again !== null) return again;
      }
      if (answer.shelf !== undefined) shelves.set(asked, answer.shelf);
      return value;
    } catch (error) {
      // An error inside a 200 may have been kept: it must not serve for ever. Offline there is no other, so one try.
      if (answer.kept === true && question.fresh !== true) return answered({ ...question, fresh: true }, reader, aside);
      blamed ||= !aside;
      throw error;
    }
  }

  /** A checksum that a file fits is as right as the file, whatever becomes of the dataset: it is kept at once. */
  async function proven<T>(request: Request, answer: Promise<T>): Promise<T> {
    const value = await answer;
    if (typeof request !== "string" && request.provenBy !== undefined) {
      const by = addressOf({ url: request.provenBy });
      await shelves.get(by)?.keep();
      shelves.delete(by);
    }
    return value;
  }

  function begun<T>(answer: Promise<T>): Promise<T> {
    open.add(answer);
    const ended = (): unknown => open.delete(answer);
    answer.then(ended, ended);
    return answer;
  }
  const over = async (): Promise<void> => {
    do {
      await Promise.allSettled(open);
      // Whoever goes on from an answer, to the next page, has done so by then.
      await new Promise((done) => setImmediate(done));
    } while (open.size > 0);
  };

  const ask: Ask = {
    now: options.now,
    clock: options.clock ?? options.now,
    since: options.since,
    ...(options.everyDay === undefined ? {} : { everyDay: options.everyDay }),
    json: <T>(request: Request, answer: z.ZodType<T>, keep?: Keep) => {
      const reader = (told: TextAnswer): T => {
        if (!parsedBodies.has(told)) parsedBodies.set(told, jsonOf(told.text));
        return parsed(forReading(answer, told.text.length), parsedBodies.get(told), "");
      };
      const aside = typeof request !== "string" && request.aside === true;
      return begun(answered(questionOf(request, keep), reader, aside));
    },
    csv: <T>(request: Request, row: z.ZodType<T>, keep?: Keep) =>
      begun(
        proven(
          request,
          answered(questionOf(request, keep), ({ text }) => rowsOf(text, row)),
        ),
      ),
  };
  // By address: the order of arrival differs from run to run.
  const evidence = (): Evidence[] =>
    [...used.values()].toSorted((a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0));
  const settle = async (sound: boolean): Promise<void> => {
    // The dataset has been read. Whoever may still settle it anew keeps all of this in memory, but for what is let go.
    parsedBodies = new WeakMap();
    if (!sound && blamed) return;
    await Promise.all([...shelves.values()].map((shelf) => (sound ? shelf.keep() : shelf.drop())));
  };
  return {
    ask,
    evidence,
    over,
    blamed: () => blamed,
    settle,
    told: () => (told === null ? {} : { told }),
  };
}

const addressOf = ({ url, body = "" }: Pick<HttpRequest, "url" | "body">): string => `${url} ${body}`;

function unavailable(error: unknown): null {
  if (error instanceof Unavailable) return null;
  throw error;
}

/** A list without a row, or an object whose lists have none. */
function holdsNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== "object" || value === null) return false;
  const inner: readonly unknown[] = Object.values(value);
  return inner.some(holdsNothing) && inner.every((one) => typeof one !== "object" || one === null || holdsNothing(one));
}

const trimmed = (cell: string): string => cell.trim();

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Unavailable({ why: "malformed", at: "body", detail: `expected JSON, found ${excerpt(body)}` });
  }
}

function rowsOf<T>(body: string, row: z.ZodType<T>): readonly T[] {
  const fast = compiled(row);
  const rows: T[] = [];
  let isCsv = true;
  let refused: unknown = null;
  // Row by row: what is cut out of a body of some thousand cells is garbage before the next body comes.
  const step = ({ data: fields, errors }: Papa.ParseStepResult<string[]>): void => {
    isCsv &&= errors.length === 0;
    if (!isCsv || refused !== null) return;
    try {
      rows.push(parsed(fast, fields.map(trimmed), `row ${rows.length + 1}`));
    } catch (error) {
      refused = error;
    }
  };
  Papa.parse<string[]>(body, { delimiter: ",", skipEmptyLines: true, step });
  if (!isCsv) throw new Unavailable({ why: "malformed", at: "body", detail: `expected CSV, found ${excerpt(body)}` });
  if (refused !== null) throw refused;
  return rows;
}

/** Characters of bodies after which a schema made code saves more than the half millisecond that making it costs. */
const LARGE = 10_000;
/** How many each schema has read so far. */
const charactersRead = new WeakMap<z.ZodType, number>();

/** The schema, made code once it has much to read: most read a few short answers a run. */
function forReading<T>(schema: z.ZodType<T>, length: number): z.ZodType<T> {
  const sum = (charactersRead.get(schema) ?? 0) + length;
  charactersRead.set(schema, sum);
  return sum < LARGE ? schema : compiled(schema);
}

/** Schemas made code: a long history is a hundred thousand rows. */
const fastest = new WeakMap<z.ZodType, z.ZodType>();

function compiled<T>(schema: z.ZodType<T>): z.ZodType<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is kept under a schema was made of it
  const known = fastest.get(schema) as z.ZodType<T> | undefined;
  if (known !== undefined) return known;
  const made = z.compile(schema);
  fastest.set(schema, made);
  return made;
}

function parsed<T>(schema: z.ZodType<T>, data: unknown, where: string): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const at = [where, ...(issue?.path ?? []).map(String)].filter((part) => part !== "").join(".");
  throw new Unavailable({ why: "malformed", at: at === "" ? "body" : at, detail: issue?.message ?? "invalid" });
}

/** The first words of a body, on one line, without tags: enough to recognise a block page. */
function excerpt(body: string): string {
  const words = body
    .slice(0, 2_000)
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>/gi, " ")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return words === "" ? "an empty body" : words.length > 160 ? `${words.slice(0, 160)}…` : words;
}
