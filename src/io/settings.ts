/**
 * What the user wants: flags, then `BTC_REPORT_<NAME>`, then `config.json`, then the default. The three places take
 * the same names and the same values; in the file, numbers, lists and booleans may also be written as such.
 */
import { extname, join } from "node:path";
import { z } from "zod";
import { parseAnchor, type Anchor } from "../core/anchor.ts";
import { endOfDay, parseDay, parseInstant, type Instant } from "../core/time.ts";
import { usdPerBtc, type UsdPerBtc } from "../core/units.ts";
import { BadConfig, isKey, readConfig } from "./config-file.ts";
import { FORMATS, type Format } from "./formats.ts";
import { nearest } from "./nearest.ts";

/** A flag or an environment variable that cannot be used: which, what was found, what is allowed. Exit code 64. */
export class Usage extends Error {
  override readonly name = "Usage";
}

/** Null: not said. */
export interface Settings<Section extends string> {
  readonly format: Format;
  readonly output: string | null;
  /** A report with something missing does not take the place of a good one. */
  readonly keepGood: boolean;
  /** Folder for the charts of Markdown. */
  readonly assets: string | null;
  /** The instant asked about; a day means its end. */
  readonly at: Instant | null;
  readonly since: Anchor;
  readonly levels: readonly UsdPerBtc[] | null;
  readonly venues: readonly string[] | null;
  readonly exclude: readonly string[] | null;
  readonly sections: readonly Section[] | null;
  readonly record: string | null;
  readonly replay: string | null;
  readonly offline: boolean;
  readonly relay: string | null;
  /** Seconds. */
  readonly timeout: number;
  readonly strict: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean | null;
}

export interface Loaded<Section extends string> {
  readonly settings: Settings<Section>;
  /** The value of a key, by the name of its environment variable. */
  readonly secret: (name: string) => string | undefined;
  readonly warnings: readonly string[];
}

/** The names that the program knows and this file does not. */
export interface Known<Section extends string> {
  readonly venues: readonly string[];
  readonly sections: readonly Section[];
  /** Environment variables that hold keys. */
  readonly keys: readonly string[];
}

/** Reads and checks everything. `flags` by the names of `Settings`; `folder` holds `config.json`. */
export async function loadSettings<Section extends string>(
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
  known: Known<Section>,
): Promise<Loaded<Section>> {
  const { path, values, keys, exposed } = await readConfig(join(folder, "config.json"), known.keys);
  const names = new Set<string>();

  /** By the name of the flag. The description of a schema is what its value should be, in words; `words` are all it may be. */
  function said<T>(name: string, schema: z.ZodType<T>, words: readonly string[] = []): Said<T> | null {
    names.add(name);
    const parse = (raw: unknown, where: string, Fault: typeof Usage | typeof BadConfig): T => {
      const parsed = schema.safeParse(raw);
      if (parsed.success) return parsed.data;
      const expected = schema.description ?? "another value";
      throw new Fault(`${where}: expected ${expected}, found ${JSON.stringify(raw)}${meant(raw, words)}`);
    };
    const variable = `BTC_REPORT_${name.toUpperCase().replaceAll("-", "_")}`;
    const from = (raw: unknown, far: number, where: string, Fault: typeof Usage | typeof BadConfig): Said<T> | null =>
      raw === undefined ? null : { value: parse(raw, where, Fault), far, where, Fault };
    // Also where a flag goes before it: a file that cannot be used is told.
    const inFile = from(values[name], 2, `${path}: ${name}`, BadConfig);
    return (
      from(flags[camel(name)], 0, `--${name}`, Usage) ?? from(env[variable] || undefined, 1, variable, Usage) ?? inFile
    );
  }
  const read = <T>(name: string, schema: z.ZodType<T>, words?: readonly string[]): T | null =>
    said(name, schema, words)?.value ?? null;
  /** A name that stands for a value of another one, where it is said and true. */
  function short<T>(name: string, value: T): Said<T> | null {
    const found = said(name, yesOrNo);
    return found?.value === true ? { ...found, value } : null;
  }

  const output = read(
    "output",
    filled.describe(`the name of a file; of braces there are ${PLACEHOLDERS.join(" and ")}`),
  );
  const settings: Settings<Section> = {
    format: either(said("format", oneOf(FORMATS), FORMATS), short("json", "json")) ?? formatOf(output),
    // As everywhere: stdout.
    output: output === "-" ? null : output,
    keepGood: read("keep-good", yesOrNo) ?? false,
    assets: read("assets", filled.describe(`the name of a folder; of braces there are ${PLACEHOLDERS.join(" and ")}`)),
    at: read("at", moment),
    since: read("since", anchor) ?? { is: "days", extreme: "low", days: 180 },
    levels: read("levels", listOf(price, "prices above 0, separated by commas")),
    venues: read("venues", namesOf(known.venues), known.venues),
    exclude: read("exclude", namesOf(known.venues), known.venues),
    sections: read("sections", namesOf(known.sections), known.sections),
    record: read("record", text.describe("the name of a folder")),
    replay: read("replay", text.describe("the name of a folder")),
    offline: read("offline", yesOrNo) ?? false,
    relay: read("relay", address),
    timeout: read("timeout", seconds) ?? 30,
    strict: read("strict", yesOrNo) ?? false,
    quiet: read("quiet", yesOrNo) ?? false,
    verbose: read("verbose", yesOrNo) ?? false,
    color: either(said("color", yesOrNo), short("no-color", false)),
  };
  const unknown = Object.keys(values).find((name) => !names.has(name));
  if (unknown !== undefined) {
    const near = meant(unknown, [...names, "keys"]);
    throw new BadConfig(`${path}: ${unknown}: no such setting; there are ${[...names].join(", ")} and keys${near}`);
  }
  const secrets = new Map(keys);
  for (const name of known.keys) {
    const key = env[name]?.trim();
    if (!key) continue;
    // Never shown, and a header could not carry it.
    if (!isKey(key)) throw new Usage(`${name}: a key has no spaces and none but ASCII characters`);
    secrets.set(name, key);
  }
  return {
    settings,
    secret: (name) => secrets.get(name),
    warnings: exposed ? [`${path} holds keys and others can read or change it; run: chmod 600 ${path}`] : [],
  };
}

/** What was said of a setting, and where: the farther, the less it counts. */
interface Said<T> {
  readonly value: T;
  readonly far: number;
  readonly where: string;
  readonly Fault: typeof Usage | typeof BadConfig;
}

/** Of two names for one thing the nearer; in one place they may not contradict each other. */
function either<T>(one: Said<T> | null, other: Said<T> | null): T | null {
  if (one === null || other === null) return (one ?? other)?.value ?? null;
  if (one.far !== other.far) return (one.far < other.far ? one : other).value;
  if (one.value !== other.value)
    throw new other.Fault(`${other.where}: cannot go with ${one.where} ${String(one.value)}`);
  return one.value;
}

/** `keep-good` as commander names it. */
const camel = (name: string): string => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** The word that was meant by the first that is not known. */
function meant(raw: unknown, words: readonly string[]): string {
  const said = typeof raw === "string" ? raw.split(",") : Array.isArray(raw) ? raw.map(String) : [];
  const wrong = said.map((word) => word.trim()).find((word) => !words.includes(word));
  const near = wrong === undefined ? null : nearest(wrong, words);
  return near === null ? "" : `; did you mean "${near}"?`;
}

const EXTENSIONS: Readonly<Record<string, Format>> = {
  ".md": "markdown",
  ".markdown": "markdown",
  ".json": "json",
  ".html": "html",
  ".htm": "html",
};
const formatOf = (output: string | null): Format => EXTENSIONS[extname(output ?? "").toLowerCase()] ?? "terminal";

const text = z.string().trim().min(1);
/** Filled in with the instant that the report speaks of. */
const PLACEHOLDERS: readonly string[] = ["{date}", "{time}"];
const filled = text.refine((name) => (name.match(/\{[^{}]*\}/g) ?? []).every((one) => PLACEHOLDERS.includes(one)));
const number = z.union([
  z.number(),
  z
    .string()
    .trim()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
]);
const price = number.pipe(z.number().positive()).transform(usdPerBtc);
const seconds = number.pipe(z.number().positive().max(86_400)).describe("seconds, above 0 and at most 86400");
const yesOrNo = z.union([z.boolean(), z.stringbool()]).describe("true or false");

const oneOf = <T extends string>(names: readonly T[]): z.ZodType<T> =>
  z.enum(names).describe(`one of ${names.join(", ")}`);

/** Text with commas or a list; each item once. */
const listOf = <T>(item: z.ZodType<T>, words: string): z.ZodType<readonly T[]> =>
  z
    .union([z.string().transform((all) => all.split(",").map((one) => one.trim())), z.array(z.unknown())])
    .pipe(z.array(item).min(1))
    .transform((items) => [...new Set(items)])
    .describe(words);
const namesOf = <T extends string>(names: readonly T[]): z.ZodType<readonly T[]> =>
  listOf(z.enum(names), `some of ${names.join(", ")}, separated by commas`);

/** Text that a parser reads; null is what it cannot. */
const readBy = <T>(parse: (text: string) => T | null, words: string): z.ZodType<T> =>
  text
    .transform((found, ctx): T => {
      const value = parse(found);
      if (value !== null) return value;
      ctx.addIssue({ code: "custom", message: words });
      return z.NEVER;
    })
    .describe(words);
const anchor = readBy(parseAnchor, "low:2025-10, high:2025-10, low:180d, high:180d, a day such as 2025-10-10, or ytd");
const moment = readBy((found) => {
  const day = parseDay(found);
  return day === null ? parseInstant(found) : endOfDay(day);
}, "a day or an instant in UTC, such as 2026-01-30 or 2026-01-30T09:00Z");
const address = readBy((found) => {
  const url = URL.canParse(found) ? new URL(found) : null;
  const usable = url !== null && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
  return usable ? found.replace(/\/+$/, "") : null;
}, "an address that begins with http:// or https://, without a query");
