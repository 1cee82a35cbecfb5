/** `verify`: a report, and everything in it, against the recording that it was made from. */
import { dirname, extname, join } from "node:path";
import { inert } from "../core/inert.ts";
import { stripVTControlCharacters } from "node:util";
import type { Process } from "../cli.ts";
import { EXIT } from "../exit.ts";
import { disk } from "../io/disk.ts";
import { Usage } from "../io/settings.ts";
import { chartFiles } from "../render/chart-files.ts";
import { html } from "../render/html.ts";
import { json } from "../render/json.ts";
import { markdown } from "../render/markdown.ts";
import { terminal } from "../render/terminal.ts";
import { document } from "../report/document.ts";
import type { Page } from "../report/page.ts";
import type { Report } from "../report/report.ts";
import {
  attempts,
  chartsLinked,
  cluesOfReport,
  cluesOfText,
  isReport,
  comparable,
  lineMismatches,
  mismatches,
  miswritten,
  numbersIn,
  tallyOf,
  wordsOfHtml,
  type Clues,
  type Mismatch,
} from "../report/verify.ts";
import { settingsOf, type Settings } from "../settings.ts";
import { sources as all } from "../sources/registry.ts";
import type { Source } from "../sources/source.ts";
import { InputError } from "./failure.ts";
import { lastReport, madeFrom, reportFrom, textOf } from "./given.ts";
import { chosenSources } from "./report.ts";

/** So many differences are told. */
const TOLD = 10;

/** 0 and a line on stdout where all of it comes out again, else 65 and the differences on stderr. */
export async function verify(
  named: string | undefined,
  flags: Readonly<Record<string, unknown>>,
  process: Process,
): Promise<number> {
  const { report } = flags;
  if (named !== undefined && report !== undefined) throw new Usage("--report: cannot go with another report");
  const settings = await settingsOf(flags, process);
  const file = named ?? (typeof report === "string" ? report : await lastReport(settings));
  const given = await givenReport(file, process);
  const clues = pinned(given.clues, flags, settings);
  const bundle = settings.replay ?? (await recordingOf(file, clues));
  const chosen = flags["venues"] !== undefined || flags["exclude"] !== undefined;
  const sources = chosen ? chosenSources(settings) : sourcesAsked(clues);
  let least: readonly Mismatch[] | null = null;
  for (const { sections, anchor } of attempts(clues, settings.since)) {
    const wanted = { sections, anchor, levels: clues.levels, sources, at: clues.at };
    const made = await madeFrom(bundle, wanted, settings, process);
    const found = await given.against(made);
    if (found.length === 0) {
      process.stdout.write(`${given.numbers} numbers and ${given.sentences} sentences verified\n`);
      return EXIT.ok;
    }
    if (least === null || found.length < least.length) least = found;
  }
  const found = least ?? [];
  const lines = [
    `${file} is not what ${bundle} gives: ${found.length} ${found.length === 1 ? "difference" : "differences"}`,
    ...found.slice(0, TOLD).map((one) => `${one.where}: the report has ${one.found}, the recording gives ${one.made}`),
    ...(found.length > TOLD ? [`and ${found.length - TOLD} more`] : []),
  ];
  for (const line of lines) process.stderr.write(`btc-report: ${inert(line)}\n`);
  return EXIT.data;
}

/** What is said on the command line is not read from the report: then it cannot be changed there. */
const pinned = (clues: Clues, flags: Readonly<Record<string, unknown>>, settings: Settings): Clues => ({
  ...clues,
  ...(flags["since"] === undefined ? {} : { anchors: [settings.since] }),
  ...(flags["at"] === undefined ? {} : { at: settings.at }),
  ...(flags["sections"] === undefined ? {} : { sections: [settings.sections] }),
  ...(flags["levels"] === undefined ? {} : { levels: settings.levels ?? [] }),
});

interface Given {
  readonly clues: Clues;
  readonly numbers: number;
  readonly sentences: number;
  readonly against: (made: Report) => readonly Mismatch[] | Promise<readonly Mismatch[]>;
}

/** What a report is in, as its beginning tells; by the ending of its name only where that tells nothing. */
function formOf(text: string, file: string): "json" | "html" | "markdown" | "plain" {
  const beginning = text.replace(/^\uFEFF/, "").trimStart();
  if (beginning.startsWith("{")) return "json";
  if (/^<!doctype html/i.test(beginning)) return "html";
  if (beginning.startsWith("# Bitcoin derivatives")) return "markdown";
  if (beginning.startsWith("Bitcoin derivatives")) return "plain";
  switch (extname(file).toLowerCase()) {
    case ".json":
      return "json";
    case ".html":
    case ".htm":
      return "html";
    case ".md":
    case ".markdown":
      return "markdown";
    default:
      return "plain";
  }
}

async function givenReport(file: string, process: Process): Promise<Given> {
  const text = await textOf(file, process);
  const form = formOf(stripVTControlCharacters(text), file);
  if (form === "json") {
    const report = reportFrom(text, file);
    return {
      clues: cluesOfReport(report),
      numbers: numbersIn(comparable(report)),
      sentences: report.takeaways.length + report.checks.length + report.gaps.length,
      against: (made) => [
        ...mismatches(comparable(report), comparable(reportFrom(json(made), "the report made again"))),
        ...miswritten(text),
      ],
    };
  }
  if (form === "html") {
    const words = wordsOfHtml(text, "without");
    const clues = cluesIn(words, file);
    return {
      clues,
      ...tallyOf(wordsOfHtml(text, "with charts")),
      against: (made) => lineMismatches(text, html(document(asMade(made, words, clues)))),
    };
  }
  const plain = stripVTControlCharacters(text);
  const width = /^─+$/m.exec(plain)?.[0].length ?? 80;
  const clues = cluesIn(plain, file);
  return {
    clues,
    ...tallyOf(plain),
    against: async (made) => {
      const page = document(asMade(made, plain, clues));
      if (form === "plain") {
        const against = (columns: number | null): readonly Mismatch[] =>
          lineMismatches(plain, terminal(page, { columns, color: 0 }));
        // For a screen of that width, or for none, as in a pipe.
        const [screen, none] = [against(width), against(null)];
        return screen.length < none.length ? screen : none;
      }
      const charts = chartsLinked(plain);
      const drawn = charts === null ? [] : await chartMismatches(page, join(dirname(file), charts), charts);
      return [...lineMismatches(plain, markdown(page, charts)), ...drawn];
    },
  };
}

/** What a text tells, if it is a report at all: differences from one would accuse a file that never was any. */
function cluesIn(text: string, file: string): Clues {
  if (!isReport(text)) throw new InputError(`${file}: no report of btc-report`);
  return cluesOfText(text);
}

/** The charts that a Markdown report links to are a part of it. */
async function chartMismatches(page: Page, folder: string, as: string): Promise<readonly Mismatch[]> {
  const found: Mismatch[] = [];
  for (const { name, text } of chartFiles(page)) {
    const bytes = await disk.read(join(folder, name)).catch(() => null);
    const where = `${as}/${name}`;
    if (bytes === null) found.push({ where, found: "no such file", made: "a chart" });
    else {
      const given = lineMismatches(new TextDecoder().decode(bytes), text);
      found.push(...given.map((one) => ({ ...one, where: `${where} ${one.where}` })));
    }
  }
  return found;
}

/** A live run and its replay differ in their mode and in what is said of the recording. */
function asMade(made: Report, words: string, { at, recording }: Clues): Report {
  const isReplay = / · replay\b/.test(words.replaceAll(/\s+/g, " "));
  if (isReplay || (at !== null && recording !== null)) return made;
  return { ...made, mode: at === null ? "live" : made.mode, recording: null };
}

/** The folder that the report names, beside it or here. */
async function recordingOf(file: string, { recording }: Clues): Promise<string> {
  const places =
    recording === null || !/^[^/\\]+$/.test(recording) ? [] : [join(dirname(file), recording), join(".", recording)];
  for (const place of places) {
    if ((await disk.read(join(place, "now.txt")).catch(() => null)) !== null) return place;
  }
  const what =
    recording === null ? "it names no recording" : `its recording ${recording} is neither beside it nor here`;
  throw new InputError(`${file}: ${what}; give it with --replay`);
}

/** A venue without any source in the report was left out of the run; what is no exchange always stays. */
function sourcesAsked(clues: Clues): readonly Source[] {
  const venues = new Set(all.filter(({ name }) => clues.sources.has(name)).map(({ venue }) => venue));
  return all.filter(({ venue }) => venue === null || venues.has(venue));
}
