/** What `explain`, `verify` and `diff` work on: a report in a file, or the one that a recording gives. */
import type { Process } from "../cli.ts";
import type { Anchor } from "../core/anchor.ts";
import type { Instant } from "../core/time.ts";
import type { UsdPerBtc } from "../core/units.ts";
import { DiskError, disk } from "../io/disk.ts";
import { Usage } from "../io/settings.ts";
import type { SectionName } from "../report/input.ts";
import { Report } from "../report/report.ts";
import { run } from "../run.ts";
import { settingsOf, type Settings } from "../settings.ts";
import type { Source } from "../sources/source.ts";
import { worldOf } from "../world.ts";
import { InputError } from "./failure.ts";
import { LAST_REPORT, chosenSources } from "./report.ts";

/** The report in a JSON file. What cannot be used is told with the file and the place in it. */
export const reportIn = async (file: string, process: Process): Promise<Report> =>
  reportFrom(await textOf(file, process), file);

/** The report of `--report`, the one that the recording of `--replay` gives, else the last one made. */
export async function reportAsked(flags: Readonly<Record<string, unknown>>, process: Process): Promise<Report> {
  const { report: file } = flags;
  if (file !== undefined && flags["replay"] !== undefined) throw new Usage("--report: cannot go with --replay");
  const settings = await settingsOf(flags, process);
  if (typeof file === "string") return reportIn(file, process);
  const { replay, sections, since: anchor, levels } = settings;
  if (replay === null) return reportIn(await lastReport(settings), process);
  const wanted = { sections, anchor, levels: levels ?? [], sources: chosenSources(settings) };
  return madeFrom(replay, wanted, settings, process);
}

/** Where the last report is. */
export async function lastReport({ folders }: Settings): Promise<string> {
  const last = `${folders.data}/${LAST_REPORT}`;
  if ((await disk.read(last).catch(() => null)) !== null) return last;
  throw new InputError("there is no last report: run btc-report daily first, or give one with --report");
}

/** The report that is in a text; `file` is what it is called. */
export function reportFrom(text: string, file: string): Report {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new InputError(`${file}: not valid JSON`);
  }
  const parsed = Report.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `${file}: not a report of this version: ${issue?.path.join(".") || "top level"}: ${issue?.message ?? ""}`,
  );
}

/** The text of a file that was given; `-` is what comes in on stdin. */
export async function textOf(file: string, { stdin }: Process): Promise<string> {
  if (file === "-") {
    const parts: Buffer[] = [];
    for await (const part of stdin) parts.push(Buffer.from(part));
    return Buffer.concat(parts).toString("utf8");
  }
  const bytes = await disk.read(file).catch((error: unknown) => {
    throw error instanceof DiskError ? new InputError(error.message) : error;
  });
  if (bytes === null) throw new InputError(`${file}: no such file`);
  return new TextDecoder().decode(bytes);
}

/** What a report is made with. */
export interface Wanted {
  readonly sections: readonly SectionName[];
  readonly anchor: Anchor;
  readonly levels: readonly UsdPerBtc[];
  readonly sources: readonly Source[];
  /** The past instant that the report speaks of, where the report itself says it. */
  readonly at?: Instant | null;
}

/** The report that a recording gives. */
export async function madeFrom(bundle: string, wanted: Wanted, settings: Settings, process: Process): Promise<Report> {
  const alone = { ...settings, replay: bundle, record: null, offline: false };
  const { world, recording, close } = await worldOf(alone, wanted.sources, process);
  try {
    const { anchor, levels } = wanted;
    return await run(
      wanted.sources,
      { sections: new Set(wanted.sections), anchor, levels, replaying: true, at: wanted.at ?? settings.at, recording },
      world,
    );
  } finally {
    await close();
  }
}
