/** The settings of a run, with the names that the program knows. */
import { FIRST, isWithin } from "./core/anchor.ts";
import { instant, iso } from "./core/time.ts";
import { foldersOf, type Folders } from "./io/disk.ts";
import { Usage, loadSettings, type Settings as Read } from "./io/settings.ts";
import { sections, type SectionName } from "./report/input.ts";
import { sources } from "./sources/registry.ts";
import type { Process } from "./cli.ts";

export interface Settings extends Omit<Read<SectionName>, "sections"> {
  readonly sections: readonly SectionName[];
  readonly folders: Folders;
  readonly secret: (name: string) => string | undefined;
  readonly warnings: readonly string[];
}

/** Ends the message about an instant or a day before `FIRST`. */
export const TOO_OLD = `no source reaches back before ${iso(FIRST).slice(0, 10)}`;
/** Later than any clock: what has no close until then has none but old ones. */
const FAR = instant(Date.UTC(9999, 0));

const known = {
  venues: [...new Set(sources.flatMap(({ venue }) => venue ?? []))],
  sections,
  keys: sources.flatMap((source) => source.key?.env ?? []),
};

/** Flags, environment and file, checked together. Throws `Usage` or `BadConfig`. */
export async function settingsOf(flags: Readonly<Record<string, unknown>>, { env }: Process): Promise<Settings> {
  const folders = await foldersOf(env);
  const { settings, secret, warnings } = await loadSettings(flags, env, folders.config, known);
  if (settings.at !== null && settings.at < FIRST) throw new Usage(`--at: ${TOO_OLD}`);
  if (!isWithin(settings.since, FAR)) throw new Usage(`--since: ${TOO_OLD}`);
  if (settings.record !== null && settings.replay !== null) throw new Usage("--record: cannot go with --replay");
  if (settings.assets !== null && settings.format !== "markdown")
    throw new Usage("--assets: its charts are linked from Markdown; use it with -f markdown or -o FILE.md");
  if (settings.offline && settings.replay !== null) throw new Usage("--offline: cannot go with --replay");
  if (flags["keepGood"] === true && settings.output === null) throw new Usage("--keep-good: needs -o, a file to keep");
  const venues = settings.venues?.filter((venue) => settings.exclude?.includes(venue) !== true);
  if (venues?.length === 0) throw new Usage("--venues: nothing is left after --exclude");
  return { ...settings, sections: settings.sections ?? sections, folders, secret, warnings };
}
