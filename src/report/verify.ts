/**
 * A report against the one that its recording gives. What was asked for (anchor, sections, venues, prices) is read
 * from the report; where that leaves a choice each is tried, and the report holds if one of them gives all of it.
 */
import { anchorText, isWithin, parseAnchor, type Anchor } from "../core/anchor.ts";
import type { Dataset } from "../core/market.ts";
import { parseInstant, type Instant } from "../core/time.ts";
import { usdPerBtc, type UsdPerBtc } from "../core/units.ts";
import { commonStart } from "./explain.ts";
import { datasetWords } from "./gaps.ts";
import { needs, partOf, sections as all, type SectionName } from "./input.ts";
import type { Report } from "./report.ts";
import { anchorOf } from "./words.ts";

/** What a report tells of the options that it was made with. */
export interface Clues {
  readonly recording: string | null;
  /** The past instant that it speaks of; null where it speaks of the clock of its run. */
  readonly at: Instant | null;
  readonly sections: readonly (readonly SectionName[])[];
  readonly anchors: readonly Anchor[];
  readonly levels: readonly UsdPerBtc[];
  /** Names of the sources asked. */
  readonly sources: ReadonlySet<string>;
}
export interface Attempt {
  readonly sections: readonly SectionName[];
  readonly anchor: Anchor;
}
export interface Mismatch {
  readonly where: string;
  readonly found: string;
  readonly made: string;
}

/** Every report has two distances up and down after the prices that were asked for. */
const OWN_LEVELS = 4;
const TOO_FAR = /(\d+(?:\.\d+)?) is more than 40 % away/g;
const tooFar = (text: string): readonly number[] => [...text.matchAll(TOO_FAR)].map((found) => Number(found[1]));

/** A 0 was never asked for: somebody has changed it. */
const prices = (found: readonly number[]): readonly UsdPerBtc[] => found.filter((price) => price > 0).map(usdPerBtc);

/** What was asked for is what is there, and perhaps what is not: what a gap tells of, or all. */
function sectionsAsked(
  shown: ReadonlySet<SectionName>,
  isLacking: (dataset: Dataset) => boolean,
): readonly (readonly SectionName[])[] {
  const here = all.filter((name) => shown.has(name));
  const told = all.filter((name) => shown.has(name) || isLacking(needs[name].own[0]));
  const choices = new Map([told, here, [...all]].map((names) => [names.join(), names]));
  return [...choices.values()];
}

export function cluesOfReport(report: Report): Clues {
  const anchor = parseAnchor(report.openInterest?.anchor.id ?? "");
  return {
    recording: report.recording?.name ?? null,
    at: report.mode === "history" ? parseInstant(report.asOf) : null,
    sections: sectionsAsked(new Set(all.filter((name) => partOf(report, name) !== null)), (dataset) =>
      report.gaps.some((gap) => gap.dataset === dataset),
    ),
    anchors: possible(anchor === null ? [] : [anchor], report.asOf),
    levels: prices([
      ...(report.liquidationMap?.levels ?? []).slice(0, -OWN_LEVELS).map(({ price }) => price),
      ...report.gaps.flatMap(({ detail }) => tooFar(detail)),
    ]),
    sources: new Set(report.sources.map(({ name }) => name)),
  };
}

const HEADINGS: Readonly<Record<string, SectionName>> = {
  Price: "price",
  "Crypto Fear & Greed Index": "fear-greed",
  "Open interest by exchange": "open-interest",
  "Monthly futures volume": "volume",
  Funding: "funding",
  "Basis of dated futures": "funding",
  Positioning: "funding",
  "Liquidations of 24 hours": "liquidations",
  "Liquidation map (model)": "liquidations",
  "Price structure": "structure",
};
const headingOf = (line: string): string => line.replace(/^## /, "").replaceAll("&amp;", "&");

const HEADLINE = /as of ([\d-]{10} [\d:]{5}) UTC((?: · [^·]{1,80}){0,3} · history\b)?/;

/** Whether a text has what every report begins with. One of the two is enough: a word of the other may be changed. */
export const isReport = (text: string): boolean =>
  /\bBitcoin derivatives, \d/.test(text) || HEADLINE.test(text.replaceAll(/\s+/g, " "));

/** No report is since what had not been when it was of, or what nobody knows of: such an anchor is a digit that somebody changed. */
const possible = (anchors: readonly Anchor[], asOf: string): readonly Anchor[] => {
  const at = parseInstant(asOf);
  return anchors.filter((anchor) => at === null || isWithin(anchor, at));
};

/** Of Markdown or plain text. */
export function cluesOfText(text: string): Clues {
  const lines = linesOf(text);
  const flowing = text.replaceAll("&amp;", "&").replaceAll(/\s+/g, " ");
  const rows = under("Liquidation map (model)", lines).map(
    (line) => /^(?:\| *)? *\$(\d[\d,]*)(?: (?!\()|$)/.exec(line)?.[1],
  );
  // A narrow table goes on below itself with the same prices: those of its first part are all.
  const table = rows.slice(rows.findIndex((price) => price !== undefined));
  const after = table.indexOf(undefined);
  const levels = (after === -1 ? table : table.slice(0, after)).map((price) => Number(price?.replaceAll(",", "")));
  // The head of a column and a sentence: a digit changed in one of them makes two anchors, of which one is true.
  const since = [
    ...under("Open interest by exchange", lines).map((line) => / since (.+?)(?: {2,}| \||$)/.exec(line)?.[1]),
    /Like for like since (.+?)(?: \(\d|: )/.exec(flowing)?.[1],
  ];
  const [, asOf = "", isPast] = HEADLINE.exec(flowing) ?? [];
  const named = since.flatMap((words) => anchorOf(words ?? "") ?? []);
  const anchors = possible(named, asOf).map((anchor) => [anchorText(anchor), anchor] as const);
  return {
    recording: /Recording (.+?): partly/.exec(flowing)?.[1] ?? null,
    // The instant in the headline of a report that says there that it is of a past one.
    at: isPast === undefined ? null : parseInstant(asOf),
    sections: sectionsAsked(new Set(lines.flatMap((line) => HEADINGS[headingOf(line)] ?? [])), (dataset) =>
      new RegExp(`[-•] [a-z][a-z-]* (?:[^:•]+, )?${datasetWords(dataset)}(?:, [^:•]+)?: `).test(flowing),
    ),
    anchors: [...new Map(anchors).values()],
    levels: prices([...levels.slice(0, -OWN_LEVELS), ...tooFar(flowing)]),
    sources: new Set(
      under("Sources", lines).flatMap(
        (line) => /^(?:\| )?(.+?) +(?:\| )?(?:ok|partial|failed|unconfigured)\b/.exec(line)?.[1] ?? [],
      ),
    ),
  };
}

/** The folder of the charts that Markdown links to, as it names it; null where it has none. */
export function chartsLinked(text: string): string | null {
  const address = /^!\[.*\]\((\S+)\/[a-z-]+\.svg\)$/m.exec(text)?.[1];
  if (address === undefined) return null;
  try {
    return decodeURIComponent(address);
  } catch {
    return null;
  }
}

/**
 * The words of our own HTML, line by line and marked as Markdown marks them. With its charts they are what a reader
 * reads; without, what the clues are read from.
 */
export function wordsOfHtml(text: string, charts: "with charts" | "without"): string {
  const page = charts === "without" ? text.replaceAll(/<figure[\s\S]*?<\/figure>/g, "") : text;
  return page
    .replace(/<head>[\s\S]*?<\/head>/, "")
    .replaceAll(/<sup>.*?<\/sup>/g, "")
    .replaceAll("<h2>", "## ")
    .replaceAll(/^<li>/gm, "- ")
    .replaceAll("<tr>", "| ")
    .replaceAll(/<\/t[hd]>/g, " | ")
    .replaceAll(/<\/(?:text|tspan)>/g, " ")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("\u00A0", " ")
    .replaceAll(/&(lt|gt|quot|apos|#39);/g, (_, name: string) => ENTITIES[name] ?? "")
    .replaceAll("&amp;", "&");
}
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", "#39": "'" };

/** The lines from a heading to the next: Markdown marks it before the title, plain text underlines it. */
function under(title: string, lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => headingOf(line) === title) + 1;
  const rest = start === 0 ? [] : lines.slice(start + 1);
  const end = rest.findIndex((line, i) => line.startsWith("## ") || /^─+$/.test(rest[i + 1] ?? ""));
  return end < 0 ? rest : rest.slice(0, end);
}

/** Every choice that the clues leave. */
export const attempts = ({ sections, anchors }: Clues, otherwise: Anchor): readonly Attempt[] =>
  (anchors.length === 0 ? [otherwise] : anchors).flatMap((anchor) =>
    sections.map((names) => ({ sections: names, anchor })),
  );

/** The report without what a run and its replay need not share. */
export const comparable = (report: Report): unknown => ({
  ...report,
  generatedAt: null,
  mode: null,
  recording: null,
  sources: report.sources.map((source) => ({ ...source, ms: null, asOf: null })),
});

/** Values that differ, with their path. */
export function mismatches(found: unknown, made: unknown, path = ""): readonly Mismatch[] {
  if (Array.isArray(found) && Array.isArray(made)) {
    return Array.from({ length: Math.max(found.length, made.length) }, (_, i) => i).flatMap((i) =>
      mismatches(found[i], made[i], `${path}[${i}]`),
    );
  }
  const [ours, theirs] = [entries(found), entries(made)];
  if (ours !== null && theirs !== null) {
    return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((key) =>
      mismatches(ours.get(key), theirs.get(key), path === "" ? key : `${path}.${key}`),
    );
  }
  return found === made ? [] : [{ where: path, found: written(found), made: written(made) }];
}

const entries = (value: unknown): ReadonlyMap<string, unknown> | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : null;
const written = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/**
 * Numbers of a JSON text with other digits than JavaScript writes for them: with 17 digits two texts can be the same
 * number, and one of them is not what the program wrote.
 */
export const miswritten = (text: string): readonly Mismatch[] =>
  [...text.matchAll(/"(?:[^"\\]|\\.)*"|(-?\d[\d.]*(?:[eE][-+]?\d+)?)/g)].flatMap(([, number]) => {
    const proper = String(Number(number ?? 0));
    if (number === undefined || digitsOf(number) === digitsOf(proper)) return [];
    return [{ where: "a number as written", found: number, made: proper }];
  });
const digitsOf = (number: string): string =>
  number
    .replace(/[eE].*$/, "")
    .replaceAll(/[-.]/g, "")
    .replaceAll(/^0+|0+$/g, "");

/** Lines that differ. */
export function lineMismatches(found: string, made: string): readonly Mismatch[] {
  const [ours, theirs] = [linesOf(found), linesOf(made)];
  return Array.from({ length: Math.max(ours.length, theirs.length) }, (_, i) => i).flatMap((i) => {
    const [a, b] = [ours[i], theirs[i]];
    return a === b ? [] : [{ where: `line ${i + 1}`, ...parted(a ?? "", b ?? "") }];
  });
}
const linesOf = (text: string): readonly string[] => text.split(/\r?\n/);

/** Long lines around the place where they part. */
function parted(a: string, b: string): Pick<Mismatch, "found" | "made"> {
  const from = Math.max(0, commonStart(a, b) - 40);
  const cut = (text: string): string => JSON.stringify(text.slice(from, from + 80));
  return { found: cut(a), made: cut(b) };
}

/** Numbers of a report as data. */
export function numbersIn(value: unknown): number {
  if (typeof value === "number") return 1;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + numbersIn(inner), 0);
}

/** Numbers, and sentences (items of lists), of a report as text. */
export const tallyOf = (text: string): { readonly numbers: number; readonly sentences: number } => ({
  numbers: text.match(/\d+(?:[.,]\d+)*/g)?.length ?? 0,
  sentences: text.match(/^[-•] /gm)?.length ?? 0,
});
