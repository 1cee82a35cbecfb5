/** `daily` and the single sections: settings in, report out, exit code back. */
import type { Process } from "../cli.ts";
import { exitCode, isEmpty, shortcomings, EXIT } from "../exit.ts";
import type { SectionName } from "../report/input.ts";
import type { Report } from "../report/report.ts";
import { gapWords, grouped } from "../report/gaps.ts";
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
  const sections = new Set(only ?? settings.sections);
  const chosen = chosenSources(settings);
  const { world, recording, close } = await worldOf(settings, chosen, process);
  try {
    const made = await run(
      chosen,
      {
        sections,
        anchor: settings.since,
        levels: settings.levels ?? [],
        replaying: settings.replay !== null,
        recording,
      },
      world,
    );
    if (!settings.quiet) for (const line of complaints(made)) world.note(line);
    if (isEmpty(made)) {
      world.note("no source gave a figure: nothing is printed. Check the network; -v tells more");
      return made.gaps.some((gap) => gap.why === "bug") ? EXIT.bug : EXIT.unavailable;
    }
    const path = settings.output === null ? null : filled(settings.output, made);
    const lacking = shortcomings(made, sections, settings.strict);
    const kept = path !== null && (await keeps(path, lacking, settings, world));
    if (!kept) {
      const text = await rendered(made, settings, world.screen);
      if (path === null) world.print(text);
      else await put(path, text, lacking, settings, world);
    }
    if (settings.replay === null) await remembered(made, settings, world);
    const code = exitCode(made, sections, settings.strict);
    return kept && code === EXIT.ok ? EXIT.incomplete : code;
  } finally {
    close();
  }
}

/** The last report of a live run, for `explain` and `verify`. Losing it is no reason to fail. */
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

async function rendered(
  made: Report,
  settings: Settings,
  screen: { columns: number; color: 0 | 1 | 2 | 3 },
): Promise<string> {
  if (settings.format === "json") {
    const { json } = await import("../render/json.ts");
    return json(made);
  }
  const { document } = await import("../report/document.ts");
  const page = document(made);
  if (settings.format === "markdown") {
    const { markdown } = await import("../render/markdown.ts");
    return markdown(page);
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
const complaints = (made: Report): readonly string[] =>
  grouped(made.gaps.filter(({ why }) => why !== "unpublished" && why !== "unconfigured")).map(
    (gap) => `${gapWords(gap)}${gap.advice === null ? "" : `. ${gap.advice}`}`,
  );
