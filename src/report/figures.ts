/** `figures`: every number and range of the report that the catalogue knows, with its formula, inputs and evidence. */
import type { Evidence } from "../core/reading.ts";
import type { Dataset } from "../core/market.ts";
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
  if (typeof item !== "object" || item === null) return null;
  const names = new Map<string, unknown>(Object.entries(item));
  const id = names.get("id");
  const symbol = names.get("symbol");
  const month = names.get("month");
  if (typeof id === "string") return typeof symbol === "string" ? `${id}/${symbol}` : id;
  const price = names.get("price");
  if (typeof month === "string") return month;
  return typeof symbol === "string" ? symbol : typeof price === "number" ? String(Math.round(price)) : null;
}

/** Metrics by the shape of their id, and for each the places of its `*`. */
const catalogue = new Map<string, Metric>(metrics.map((metric) => [metric.id, metric]));
const patterns: readonly (readonly string[])[] = metrics.map((metric) => metric.id.split("."));

/** The metric of a path, and the ids that stand for its `*`. */
export function metricOf(path: readonly string[]): { readonly metric: Metric; readonly ids: readonly string[] } | null {
  const found = patterns.find(
    (pattern) => pattern.length === path.length && pattern.every((part, i) => part === "*" || part === path[i]),
  );
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
  const lines: Record<string, FigureLine> = {};
  const all = leaves(sections);
  for (const { path } of all) {
    const known = metricOf(path);
    if (known === null) continue;
    const { metric, ids } = known;
    lines[path.join(".")] = {
      class: metric.class,
      unit: metric.unit,
      formula: (then ? metric.formulaThen : undefined) ?? metric.formula,
      inputs: metric.inputs.flatMap((id) => spelledOut(filled(id, ids), metric.without, all)),
      evidence: [...new Set(fromOf(metric).flatMap((dataset) => evidence(dataset, ids, metric.without)))],
    };
  }
  return lines;
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

type EvidenceOf = (dataset: Dataset, ids: readonly string[], without?: readonly string[]) => readonly string[];

/** Addresses shown for a figure of one venue, and for each source of a figure of many: enough to ask again. */
const OF_A_VENUE = 8;
const OF_MANY = 1;

/** What is told of venues by others. */
const OF_VENDORS: ReadonlySet<Dataset> = new Set(["reportedOpenInterest", "reportedLiquidations", "reportedMap"]);

function evidenceOf(input: Input): EvidenceOf {
  const venues = new Map(input.sources.map((source) => [source.id, source.venue ?? source.id]));
  const known = new Set(venues.values());
  const cache = new Map<string, readonly string[]>();
  return (dataset, ids, without = []) => {
    const venue = ids.map((id) => id.split("/")[0] ?? id).find((id) => known.has(id));
    const key = `${dataset} ${venue ?? "*"} ${without.join()}`;
    const before = cache.get(key);
    if (before !== undefined) return before;
    const urls = input.readings
      .filter((reading) => reading.ok && reading.dataset === dataset)
      .filter(({ source }) => venue === undefined || OF_VENDORS.has(dataset) || venues.get(source) === venue)
      .filter((reading) => !without.includes(venues.get(reading.source) ?? ""))
      .flatMap((reading) => shortened(reading.evidence).slice(0, venue === undefined ? OF_MANY : OF_A_VENUE));
    cache.set(key, urls);
    return urls;
  };
}

/** Addresses that differ only in their numbers (a file a day, a page a window) are shown by the last one. */
function shortened(evidence: readonly Evidence[]): readonly string[] {
  const groups = new Map<string, string>();
  for (const { url } of evidence) {
    const shape = url.replaceAll(/\d+/g, "#");
    const before = groups.get(shape);
    if (before === undefined || url > before) groups.set(shape, url);
  }
  return [...groups.values()];
}
