/** One figure of a report: what it is, what it was computed from, and where that came from. */
import { leaves, type Ends } from "./figures.ts";
import { change, coins, count, dollars, modelDollars, percent, points, price, rate, signed, tenth } from "./numbers.ts";
import type { FigureLine, Report } from "./report.ts";

export interface Figure extends Pick<FigureLine, "class" | "unit"> {
  readonly id: string;
  readonly value: number | Ends;
  /** Of the amount that a model gives, USD. */
  readonly range: { readonly low: number; readonly high: number } | null;
  /** Significant digits that the range allows. */
  readonly digits: number | null;
}

/** One that is a number and not a range. */
export interface Single extends Figure {
  readonly value: number;
}

/** Every figure of the report that is in its catalogue, by id. */
export function figuresOf(report: Report): ReadonlyMap<string, Figure> {
  const values: ReadonlyMap<string, number | Ends> = new Map(
    leaves(report).map(({ path, value }) => [path.join("."), value]),
  );
  const found = new Map<string, Figure>();
  for (const [id, line] of Object.entries(report.figures)) {
    const value = values.get(id);
    if (value === undefined) continue;
    const beside = (name: string): number | undefined => {
      const found = values.get([...id.split(".").slice(0, -1), name].join("."));
      return typeof found === "number" ? found : undefined;
    };
    const [low, high] = [beside("low"), beside("high")];
    const isModel = line.class === "model";
    const range = isModel && low !== undefined && high !== undefined ? { low, high } : null;
    found.set(id, {
      id,
      value,
      class: line.class,
      unit: line.unit,
      range,
      digits: isModel ? (beside("digits") ?? 1) : null,
    });
  }
  return found;
}

/** As it is printed in the report; a modelled one with the word and its range. */
export function figureText({ value, unit, class: kind, range, digits }: Figure): string {
  if (kind !== "model") return ends(value, (end) => inUnit(end, unit));
  const amount = (usd: number): string => modelDollars(usd, digits ?? 1);
  const spread = range === null ? "" : `, range ${amount(range.low)} to ${amount(range.high)}`;
  return `${ends(value, (end) => (unit === "USD" ? amount(end) : inUnit(end, unit)))} (model${spread})`;
}

/** A number, or both ends of a range, in words. */
const ends = (value: number | Ends, words: (end: number) => string): string =>
  typeof value === "number" ? words(value) : value.map(words).join(" to ");

function inUnit(value: number, unit: FigureLine["unit"]): string {
  switch (unit) {
    case "USD":
      return dollars(value);
    case "BTC":
      return coins(value);
    case "USD/BTC":
      return price(value);
    case "ratio":
      return value !== 0 && Math.abs(value) < 0.001 ? rate(value) : percent(value);
    case "points":
      return String(value);
    case "count":
      return counted(value, value);
  }
}

/** Tenths of a day are told, tenths of what goes into the thousands (HHI) are not. */
const counted = (n: number, of: number): string => (Number.isInteger(n) || Math.abs(of) >= 100 ? count(n) : tenth(n));

/** What a figure has moved by, in its unit: `+16 points`, `-$1.20B`, `+9.2 %-points`. */
export function movedBy({ unit, value }: Single, by: number): string {
  switch (unit) {
    case "ratio":
      return `${Math.abs(by) < 0.001 ? rate(by) : change(by)}-points`;
    case "points":
      return `${points(by)} ${Math.abs(by) === 1 ? "point" : "points"}`;
    case "count":
      return signed(counted(by, value), by);
    default:
      return signed(inUnit(by, unit), by);
  }
}

export interface Explained extends Figure {
  readonly formula: string;
  /** The formula with the numbers in it; null where it is words alone. */
  readonly filled: string | null;
  readonly inputs: readonly {
    readonly id: string;
    /** The figure, or those that `*` stands for, the first of them. */
    readonly figures: readonly Figure[];
    readonly more: number;
  }[];
  readonly evidence: readonly { readonly url: string; readonly source: string | null; readonly asOf: string | null }[];
}

/** Of the figures that a `*` stands for, so many are listed. */
const LISTED = 20;

/**
 * Explains the figures of a report by their ids: null where it has no such figure. `sourcesOf` names the sources that
 * may have given an address.
 */
export function explainer(
  report: Report,
  sourcesOf: (url: string) => readonly string[],
): (id: string) => Explained | null {
  const all = figuresOf(report);
  return (id) => explained(id, report, all, sourcesOf);
}

function explained(
  id: string,
  report: Report,
  all: ReadonlyMap<string, Figure>,
  sourcesOf: (url: string) => readonly string[],
): Explained | null {
  const figure = all.get(id);
  const line = report.figures[id];
  if (figure === undefined || line === undefined) return null;
  const filled = filledIn(line, id, all);
  return {
    ...figure,
    formula: line.formula,
    filled: filled === line.formula ? null : filled,
    inputs: line.inputs.map((input) => {
      const matching = [...all.values()].filter((one) => isOf(input, one.id));
      return { id: input, figures: matching.slice(0, LISTED), more: Math.max(0, matching.length - LISTED) };
    }),
    evidence: line.evidence.map((url) => {
      const ids = sourcesOf(url);
      const source = report.sources.find((one) => ids.includes(one.id));
      return { url, source: source?.id ?? null, asOf: source?.asOf ?? null };
    }),
  };
}

function isOf(pattern: string, id: string): boolean {
  const parts = pattern.split(".");
  const own = id.split(".");
  return parts.length === own.length && parts.every((part, i) => part === "*" || part === own[i]);
}

/**
 * Formulas are written for people: a name in them is a whole id, the last word of an input or of a figure beside this
 * one, or the section of an input. Only names between operators are replaced, so that prose ("days in the month")
 * stays prose; a hyphen without spaces makes one word ("price-neutral") and is no minus.
 */
function filledIn({ formula, inputs }: FigureLine, id: string, all: ReadonlyMap<string, Figure>): string {
  const prefix = id.split(".").slice(0, -1).join(".");
  const named = (name: string): Figure | undefined => {
    const input = (fits: (parts: readonly string[]) => boolean): string =>
      inputs.find((one) => fits(one.split("."))) ?? "";
    const candidates = [
      name,
      input((parts) => parts.at(-1) === name),
      `${prefix}.${name}`,
      input((parts) => new RegExp(`^${name}[A-Z]`).test(parts.at(-1) ?? "")),
      input((parts) => parts[0] === name),
    ];
    const found = candidates.find((one) => one !== id && all.has(one));
    return found === undefined ? undefined : all.get(found);
  };
  return formula.replaceAll(/(?<!\w-?)[A-Za-z]\w*(?:\.\w+)*(?!-?\w)/g, (name: string, at: number) => {
    const before = formula.slice(0, at).trimEnd();
    const after = formula.slice(at + name.length).trimStart();
    const stands = /(?:^|[-+·/(=])$/.test(before) && /^(?:$|[-+·/)=,;])/.test(after);
    const value = stands ? named(name)?.value : undefined;
    return typeof value !== "number" ? name : value < 0 ? `(${value})` : String(value);
  });
}

/** The ids most like a wrong one: those that share the most words, then the longest beginning. */
export function nearest(wrong: string, ids: readonly string[]): readonly string[] {
  const words = new Set(wrong.split("."));
  const likeness = (id: string): number => {
    const parts = id.split(".");
    const common = parts.filter((part) => words.has(part)).length;
    return common * 100 + commonStart(id, wrong) - Math.abs(parts.length - wrong.split(".").length);
  };
  return ids
    .map((id) => ({ id, like: likeness(id) }))
    .filter(({ like }) => like >= 3)
    .toSorted((a, b) => b.like - a.like)
    .slice(0, 5)
    .map(({ id }) => id);
}

/** How many letters two texts begin with in common. */
export function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

/** For people. Amounts stand unrounded too, except where they are a model's. */
export function explanation(figure: Explained): string {
  const exact = (one: Figure): string =>
    one.class === "model" ? figureText(one) : `${ends(one.value, String)} ${one.unit}, ${figureText(one)}`;
  const inputs = figure.inputs.flatMap(({ id, figures, more }) => [
    ...(figures.length === 0 ? [`  ${id}: not in this report`] : figures.map((one) => `  ${one.id}: ${exact(one)}`)),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]);
  const evidence = figure.evidence.map(
    ({ url, source, asOf }) => `  ${url}${source === null ? "" : ` (${source}, as of ${asOf ?? "an unknown time"})`}`,
  );
  return `${[
    figure.id,
    `value: ${exact(figure)}`,
    `class: ${figure.class}`,
    `formula: ${figure.formula}`,
    ...(figure.filled === null ? [] : [`with numbers: ${figure.filled}`]),
    ...(inputs.length === 0 ? [] : ["inputs:", ...inputs]),
    ...(evidence.length === 0 ? [] : ["evidence:", ...evidence]),
  ].join("\n")}\n`;
}
