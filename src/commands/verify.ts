/** `verify`: a report, and everything in it, against the recording that it was made from. */
import { dirname, extname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Process } from "../cli.ts";
import { EXIT } from "../exit.ts";
import { disk } from "../io/disk.ts";
import { json } from "../render/json.ts";
import { markdown } from "../render/markdown.ts";
import { terminal } from "../render/terminal.ts";
import { document } from "../report/document.ts";
import type { Report } from "../report/report.ts";
import {
  attempts,
  cluesOfReport,
  cluesOfText,
  comparable,
  lineMismatches,
  mismatches,
  miswritten,
  numbersIn,
  tallyOf,
  type Clues,
  type Mismatch,
} from "../report/verify.ts";
import { settingsOf, type Settings } from "../settings.ts";
import { sources as all } from "../sources/registry.ts";
import type { Source } from "../sources/source.ts";
import { InputError } from "./failure.ts";
import { madeFrom, reportFrom, textOf } from "./given.ts";
import { chosenSources } from "./report.ts";

/** So many differences are told. */
const TOLD = 10;

/** 0 and a line on stdout where all of it comes out again, else 65 and the differences on stderr. */
export async function verify(
  file: string,
  flags: Readonly<Record<string, unknown>>,
  process: Process,
): Promise<number> {
  const settings = await settingsOf(flags, process);
  const given = await givenReport(file);
  const clues = pinned(given.clues, flags, settings);
  const bundle = settings.replay ?? (await recordingOf(file, clues));
  const chosen = flags["venues"] !== undefined || flags["exclude"] !== undefined;
  const sources = chosen ? chosenSources(settings) : sourcesAsked(clues);
  let least: readonly Mismatch[] | null = null;
  for (const { sections, anchor } of attempts(clues, settings.since)) {
    const wanted = { sections, anchor, levels: clues.levels, sources, at: clues.at };
    const made = await madeFrom(bundle, wanted, settings, process);
    const found = given.against(made);
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
  for (const line of lines) process.stderr.write(`btc-report: ${line}\n`);
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
  readonly against: (made: Report) => readonly Mismatch[];
}

async function givenReport(file: string): Promise<Given> {
  const ending = extname(file).toLowerCase();
  if (ending === ".html" || ending === ".htm")
    throw new InputError(`${file}: HTML cannot be verified; give the report as JSON, Markdown or text`);
  const text = await textOf(file);
  if (ending === ".json") {
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
  const plain = stripVTControlCharacters(text);
  const isMarkdown = ending === ".md" || ending === ".markdown";
  const columns = /^─+$/m.exec(plain)?.[0].length ?? 80;
  // A live run and its replay differ in their mode and in what is said of the recording.
  const isReplay = / · replay\b/.test(plain.replaceAll(/\s+/g, " "));
  const clues = cluesOfText(plain);
  return {
    clues,
    ...tallyOf(plain),
    against: (made) => {
      const mode = clues.at === null ? "live" : made.mode;
      const recorded = isReplay || (clues.at !== null && clues.recording !== null);
      const page = document(recorded ? made : { ...made, mode, recording: null });
      return lineMismatches(plain, isMarkdown ? markdown(page) : terminal(page, { columns, color: 0 }));
    },
  };
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
