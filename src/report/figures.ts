/** `figures`: every number and range of the report that the catalogue knows, with its formula, inputs and evidence. */
import { parseMonth } from "../core/time.ts";
import { evidenceOf } from "./evidence.ts";
import type { Input } from "./input.ts";
import { metrics, type Metric } from "./metrics.ts";
import type { FigureLine } from "./report.ts";

/** The low and the high end of a figure that is a range. */
export type Ends = readonly [number, number];

interface Leaf {
  readonly path: readonly string[];
  readonly value: number | Ends;
}

/** Numbers and ranges of a section with their path; elements of an array go by their id, symbol or month. */
export function leaves(value: unknown, path: readonly string[] = []): readonly Leaf[] {
  if (typeof value === "number") return [{ path, value }];
  if (isEnds(value)) return [{ path, value }];
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) => {
      const name = nameOf(item);
      return name === null ? [] : leaves(item, [...path, name]);
    });
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

const isEnds = (value: unknown): value is Ends =>
  Array.isArray(value) && value.length === 2 && value.every((end) => typeof end === "number");

function nameOf(item: unknown): string | null {
  const id = fieldOf(item, "id");
  const symbol = fieldOf(item, "symbol");
  if (typeof id === "string") return typeof symbol === "string" ? `${id}/${symbol}` : id;
  const month = fieldOf(item, "month");
  if (typeof month === "string") return month;
  const price = fieldOf(item, "price");
  return typeof symbol === "string" ? symbol : typeof price === "number" ? String(Math.round(price)) : null;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** Metrics by the shape of their id, and for each the places of its `*`. */
const catalogue = new Map<string, Metric>(metrics.map((metric) => [metric.id, metric]));
/** Their parts, by section and length: only few of them may fit a path. */
const patterns = new Map<string, (readonly string[])[]>();
const shapeOf = (path: readonly string[]): string => `${path[0]} ${path.length}`;
for (const parts of metrics.map(({ id }) => id.split("."))) {
  const alike = patterns.get(shapeOf(parts));
  if (alike === undefined) patterns.set(shapeOf(parts), [parts]);
  else alike.push(parts);
}

/** The metric of a path, and the ids that stand for its `*`. */
export function metricOf(path: readonly string[]): { readonly metric: Metric; readonly ids: readonly string[] } | null {
  const found = patterns
    .get(shapeOf(path))
    ?.find((parts) => parts.every((part, i) => part === "*" || part === path[i]));
  const metric = found === undefined ? undefined : catalogue.get(found.join("."));
  if (found === undefined || metric === undefined) return null;
  return { metric, ids: path.filter((_, i) => found[i] === "*") };
}

export function figures(input: Input, sections: Readonly<Record<string, unknown>>): Record<string, FigureLine> {
  const evidence = evidenceOf(input);
  const then = input.mode === "history";
  // Of a past instant the histories tell what was held then.
  const fromOf = ({ from }: Metric): Metric["from"] =>
    then && from.includes("openInterest") ? [...from, "openInterestHistory"] : from;
  const known = new Set(input.sources.map((source) => source.venue ?? source.id));
  const lines: Record<string, FigureLine> = {};
  const all = leaves(sections);
  for (const { path } of all) {
    const found = metricOf(path);
    if (found === null) continue;
    const { metric, ids } = found;
    const said = saidOf(sections, path);
    const venue = ids.map((id) => id.split("/")[0] ?? id).find((id) => known.has(id));
    const of =
      said.source !== null
        ? [said.source]
        : venue !== undefined
          ? [venue]
          : (said.venues?.filter((id) => metric.without?.includes(id) !== true) ?? null);
    const month = metric.month === undefined ? ids : [metric.month.split(".").reduce<unknown>(inner, sections)];
    const rests = {
      of,
      contracts: ids.flatMap(contractsIn),
      month: month.flatMap((text) => parseMonth(String(text)) ?? [])[0] ?? null,
    };
    lines[path.join(".")] = {
      class: metric.class,
      unit: metric.unit,
      formula: (then ? metric.formulaThen : undefined) ?? metric.formula,
      inputs: metric.inputs.flatMap((id) => spelledOut(filled(id, ids), metric.without, all)),
      evidence: [...new Set(fromOf(metric).flatMap((dataset) => evidence({ dataset, ...rests })))],
    };
  }
  return lines;
}

/** The contracts that an id may speak of: `BTCUSDT_260327`, of a venue (`okx/BTC-USD-260327`), of a scope (`A+B`). */
const contractsIn = (id: string): readonly string[] => id.slice(id.indexOf("/") + 1).split("+");

/** What is in a value under a name; elements of an array go by their own. */
function inner(value: unknown, name: string): unknown {
  return Array.isArray(value) ? value.find((item) => nameOf(item) === name) : fieldOf(value, name);
}

/** Lists of those that the numbers beside them are made of. */
const LISTS = ["venues", "contracts"] as const;

/** Whose answers the number at a path is made of, as the report says there: a section its source, a sum its venues. */
function saidOf(
  sections: unknown,
  path: readonly string[],
): { readonly source: string | null; readonly venues: readonly string[] | null } {
  const source = inner(inner(sections, path[0] ?? ""), "source");
  let venues: readonly string[] | null = null;
  let at = sections;
  for (const name of path) {
    const list = LISTS.map((key) => inner(at, key)).find((one) => Array.isArray(one));
    if (Array.isArray(list)) venues = [...new Set(list.flatMap((item: unknown) => venueOf(item) ?? []))];
    at = inner(at, name);
  }
  return { source: typeof source === "string" ? source : null, venues };
}

/** An element of a list of venues: its id, or more with its id in it. */
function venueOf(item: unknown): string | null {
  const id = typeof item === "string" ? item : inner(item, "id");
  return typeof id === "string" ? id : null;
}

/** `*` replaced by the ids in order; those left over stay `*`, which means each of them. */
function filled(id: string, ids: readonly string[]): string {
  const rest = [...ids];
  return id
    .split(".")
    .map((part) => (part === "*" ? (rest.shift() ?? "*") : part))
    .join(".");
}

/** A `*` that does not stand for each becomes the ids that it stands for. */
function spelledOut(id: string, without: Metric["without"], all: readonly Leaf[]): readonly string[] {
  const parts = id.split(".");
  const star = parts.indexOf("*");
  if (without === undefined || star === -1) return [id];
  return all
    .filter(({ path }) => path.length === parts.length && parts.every((part, i) => part === "*" || part === path[i]))
    .filter(({ path }) => !without.includes(path[star] ?? ""))
    .map(({ path }) => path.join("."));
}
