/** The addresses that a figure rests on: of its own sources, contracts and month, the most telling first. */
import type { Dataset } from "../core/market.ts";
import type { Evidence } from "../core/reading.ts";
import {
  earlier,
  endOfMonth,
  instant,
  later,
  parseInstant,
  startOfMonth,
  type Instant,
  type Month,
} from "../core/time.ts";
import type { Input } from "./input.ts";

export interface RestsOn {
  readonly dataset: Dataset;
  /** The venues, or sources that speak for none, whose answers it is made of; null: all that tell the dataset. */
  readonly of: readonly string[] | null;
  /** Of these contracts alone, as the venue calls them; none where it is of whole venues. */
  readonly contracts: readonly string[];
  /** The one month that it is of. */
  readonly month: Month | null;
}

/** Addresses shown for a figure of one venue, and for each source of a figure of many: enough to ask again. */
const OF_ONE = 8;
const OF_MANY = 1;

/** What is told of others than who tells it. */
const OF_OTHERS: ReadonlySet<Dataset> = new Set([
  "reportedOpenInterest",
  "reportedLiquidations",
  "reportedMap",
  "supply",
]);

/** Addresses by what a figure rests on, those of a source together. */
export function evidenceOf(input: Input): (figure: RestsOn) => readonly string[] {
  const venues = new Map(input.sources.map((source) => [source.id, source.venue ?? source.id]));
  const good = input.readings.filter((reading) => reading.ok);
  // An answer that many datasets need, a list of contracts, tells least of any one of them.
  const uses = new Map<string, number>();
  for (const { evidence } of good) for (const { url } of evidence) uses.set(url, (uses.get(url) ?? 0) + 1);
  const spanOf = remembered(spanIn);
  const namesIn = remembered(namesOf);
  const symbols = new Set(
    good.flatMap(({ value }) => ("of" in value ? value.of.map(({ market }) => market.symbol) : [])),
  );
  /** An answer about some contract, and about none of these. */
  const isOfAnother = (url: string, contracts: readonly string[]): boolean => {
    const named = namesIn(url).filter((name) => symbols.has(name));
    return named.length > 0 && !named.some((name) => contracts.includes(name));
  };
  const cache = new Map<string, readonly string[]>();
  return ({ dataset, of, contracts, month }) => {
    const own = contracts.filter((name) => symbols.has(name));
    const key = [dataset, month ?? "*", own.join("+"), ...(of ?? ["*"])].join(" ");
    const before = cache.get(key);
    if (before !== undefined) return before;
    const most = of?.length === 1 ? OF_ONE : OF_MANY;
    const urls = good
      .filter((reading) => reading.dataset === dataset)
      .filter(({ source }) => of === null || OF_OTHERS.has(dataset) || of.includes(venues.get(source) ?? source))
      .flatMap(({ evidence }) => {
        const held = evidence.filter(
          ({ url }) => (month === null || mayHold(spanOf(url), month)) && (own.length === 0 || !isOfAnother(url, own)),
        );
        // Where addresses tell only their end, the first that ends after the month holds it.
        const end = (url: string): number => (month === null ? 0 : (spanOf(url).to ?? Number.MAX_SAFE_INTEGER));
        return shortened(held, most)
          .toSorted((a, b) => (uses.get(a) ?? 0) - (uses.get(b) ?? 0) || end(a) - end(b))
          .slice(0, most);
      });
    cache.set(key, urls);
    return urls;
  };
}

/** An instant as venues are told it, or the month or day of a file. The day that a contract ends is none of these. */
const TIMES = /\d{10,}|\d{4}-\d{2}(?:-\d{2})?/g;

/** Where there are too many, those that differ only in their times (a file a day, a page a window) show the last. */
function shortened(evidence: readonly Evidence[], most: number): readonly string[] {
  const urls = evidence.map(({ url }) => url);
  if (urls.length <= most) return urls;
  const groups = new Map<string, string>();
  for (const url of urls) {
    const shape = url.replaceAll(TIMES, "#");
    const before = groups.get(shape);
    if (before === undefined || url > before) groups.set(shape, url);
  }
  return [...groups.values()];
}

/** What may be names of contracts. A pair is none: of it there are the perpetual and the dated ones. */
const namesOf = (url: string): readonly string[] => url.replace(/\bpair=[^&]*/, "").split(/[/?&=,]/);

function remembered<T>(read: (url: string) => T): (url: string) => T {
  const known = new Map<string, T>();
  return (url) => {
    const found = known.get(url) ?? read(url);
    known.set(url, found);
    return found;
  };
}

/** `…-1mo-2025-01.zip`, `…-metrics-2025-01-31.zip`: a file of a month, or of a day of it. */
const FILE = /-(\d{4}-\d{2})(?:-\d{2})?\.zip/;
const STARTS = /^(?:start|from|since)/i;

/** The time that an answer may be of, as far as its address says: a month's file, or from an instant to another. */
interface Span {
  readonly file: string | null;
  readonly from: Instant | null;
  readonly to: Instant | null;
}

function spanIn(url: string): Span {
  const { pathname, searchParams } = new URL(url);
  let from: Instant | null = null;
  let to: Instant | null = null;
  for (const [name, text] of searchParams) {
    const at = instantOf(text);
    if (at === null) continue;
    if (STARTS.test(name)) from = from === null ? at : later(from, at);
    else to = to === null ? at : earlier(to, at);
  }
  return { file: FILE.exec(pathname)?.[1] ?? null, from, to };
}

function mayHold({ file, from, to }: Span, month: Month): boolean {
  if (file !== null) return file === month;
  return (from === null || from < endOfMonth(month)) && (to === null || to >= startOfMonth(month));
}

/** Milliseconds or seconds since 1970, or ISO 8601: the ways in which venues are told an instant. */
function instantOf(text: string): Instant | null {
  if (/^\d{13}$/.test(text)) return instant(Number(text));
  return /^\d{10}$/.test(text) ? instant(Number(text) * 1_000) : parseInstant(text);
}
