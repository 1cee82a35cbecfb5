/** `daily` and the single sections: settings in, report out, exit code back. */
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Process } from "../cli.ts";
import { exitCode, isEmpty, shortcomings, EXIT } from "../exit.ts";
import { isExpected } from "../core/gap.ts";
import type { Reading } from "../core/reading.ts";
import type { SectionName } from "../report/input.ts";
import type { Report } from "../report/report.ts";
import { gapSentences } from "../report/gaps.ts";
import { lock } from "../io/lock.ts";
import { Usage } from "../io/settings.ts";
import { sha256 } from "../io/unzip.ts";
import { run } from "../run.ts";
import { sources as all } from "../sources/registry.ts";
import type { Source } from "../sources/source.ts";
import type { World } from "../ports.ts";
import { settingsOf, type Settings } from "../settings.ts";
import { worldOf } from "../world.ts";
import { keeps, put } from "./put.ts";

/** In the data folder. */
export const LAST_REPORT = "last-report.json";

/** `only` are the sections of a single-section command; null for the whole report, which `--sections` may narrow. */
export async function report(
  flags: Readonly<Record<string, unknown>>,
  only: readonly SectionName[] | null,
  process: Process,
): Promise<number> {
  const settings = await settingsOf(flags, process);
  if (only !== null && flags["sections"] !== undefined && settings.sections.join() !== only.join()) {
    throw new Usage(`--sections: ${only.join()} is one section; several are of btc-report daily --sections a,b`);
  }
  const sections = new Set(only ?? settings.sections);
  const chosen = chosenSources(settings);
  const release = outputLock(settings);
  const { world, recording, close } = await worldOf(settings, chosen, process).catch((error: unknown) => {
    release();
    throw error;
  });
  let passed: readonly Reading[] = [];
  try {
    const made = await run(
      chosen,
      {
        sections,
        anchor: settings.since,
        levels: settings.levels ?? [],
        replaying: settings.replay !== null,
        offline: settings.offline,
        at: settings.at,
        recording,
        passed: (readings) => {
          passed = readings;
        },
      },
      world,
    );
    if (!settings.quiet) for (const line of complaints(made)) world.note(line);
    if (isEmpty(made)) {
      world.note(
        settings.offline
          ? "neither the cache nor the history has a figure: nothing is printed. Run once without --offline"
          : made.status === "degraded"
            ? "no source gave a figure: nothing is printed. Check the network; -v tells more"
            : `none of the sources asked publishes that: nothing is printed. Ask ${otherwise(settings)}`,
      );
      return made.gaps.some((gap) => gap.why === "bug") ? EXIT.bug : EXIT.unavailable;
    }
    const path = settings.output === null ? null : filled(settings.output, made);
    const lacking = shortcomings(made, sections, settings.strict);
    const kept = path !== null && (await keeps(path, lacking, settings, world));
    if (!kept) {
      // The charts first: the text never links to what is not there.
      const charts = settings.assets === null ? null : await chartsWritten(made, settings, settings.assets, world);
      const text = await rendered(made, settings, world.screen, charts);
      if (path === null) world.print(text);
      else await put(path, text, lacking, settings, world);
    }
    if (settings.replay === null) await remembered(made, settings, world);
    const code = exitCode(made, sections, settings.strict);
    return kept && code === EXIT.ok ? EXIT.incomplete : code;
  } finally {
    // After the report is out, so that nobody waits for it; also where the report could not be written.
    if (!settings.offline) await world.history?.append(passed, world.now());
    await close();
    release();
  }
}

/** What to ask where what was asked is published by nobody. */
const otherwise = ({ at, venues, exclude }: Settings): string =>
  [
    ...(at === null ? [] : ["of a later time (--at)"]),
    ...(venues === null && exclude === null ? [] : ["other venues (--venues, --exclude)"]),
    "for more (btc-report daily)",
  ].join(" or ");

/** Two live runs that write the same file: the second one would only do the first one's work again. */
function outputLock({ output, replay, folders }: Settings): () => void {
  if (output === null || replay !== null) return () => {};
  const path = resolve(output);
  return lock(`${folders.data}/locks/${sha256(path).slice(0, 16)}.lock`, `writes ${path}`);
}

/** The last report of a live run, for `explain`, `verify` and `diff`. Losing it is no reason to fail. */
async function remembered(made: Report, settings: Settings, world: World): Promise<void> {
  const { json } = await import("../render/json.ts");
  await world.files.write(`${settings.folders.data}/${LAST_REPORT}`, json(made)).catch((error: unknown) => {
    if (settings.verbose) world.note(`the report is not remembered: ${String(error)}`);
  });
}

/** The sources of the venues asked for; what is no exchange (price, Fear & Greed) always stays. */
export function chosenSources({ venues, exclude }: Pick<Settings, "venues" | "exclude">): readonly Source[] {
  return all.filter(
    ({ venue }) => venue === null || ((venues === null || venues.includes(venue)) && exclude?.includes(venue) !== true),
  );
}

/** Writes the charts' files; where they are, as seen from the report or, where it is printed, from here. */
async function chartsWritten(made: Report, { output }: Settings, assets: string, world: World): Promise<string> {
  const [{ document }, { chartFiles }] = await Promise.all([
    import("../report/document.ts"),
    import("../render/chart-files.ts"),
  ]);
  const folder = filled(assets, made);
  for (const { name, text } of chartFiles(document(made))) await world.files.write(join(folder, name), text);
  const from = output === null ? "." : dirname(filled(output, made));
  return relative(from, folder).split(sep).join("/") || ".";
}

async function rendered(
  made: Report,
  settings: Settings,
  screen: World["screen"],
  charts: string | null,
): Promise<string> {
  if (settings.format === "json") {
    const { json } = await import("../render/json.ts");
    return json(made);
  }
  const { document } = await import("../report/document.ts");
  const page = document(made);
  if (settings.format === "markdown") {
    const { markdown } = await import("../render/markdown.ts");
    return markdown(page, charts);
  }
  if (settings.format === "html") {
    const { html } = await import("../render/html.ts");
    return html(page);
  }
  const { terminal } = await import("../render/terminal.ts");
  return terminal(page, screen);
}

/** `{date}` and `{time}` of the instant that the report speaks of. */
const filled = (path: string, made: Report): string =>
  path.replaceAll("{date}", made.asOf.slice(0, 10)).replaceAll("{time}", made.asOf.slice(11, 16).replace(":", ""));

/** One line for each source and reason. */
const complaints = (made: Report): readonly string[] => gapSentences(made.gaps.filter((gap) => !isExpected(gap)));
