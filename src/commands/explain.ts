/** `explain`: one figure of a report, of a recording or of the last report. */
import type { Process } from "../cli.ts";
import { inertJson, inertLines } from "../core/inert.ts";
import { EXIT } from "../exit.ts";
import { disk } from "../io/disk.ts";
import { Usage } from "../io/settings.ts";
import { explainer, explanation, nearest } from "../report/explain.ts";
import type { Report } from "../report/report.ts";
import { settingsOf, type Settings } from "../settings.ts";
import { sources } from "../sources/registry.ts";
import { InputError } from "./failure.ts";
import { madeFrom, reportIn } from "./given.ts";
import { LAST_REPORT, chosenSources } from "./report.ts";

export async function explain(id: string, flags: Readonly<Record<string, unknown>>, process: Process): Promise<number> {
  const { report: file } = flags;
  if (file !== undefined && flags["replay"] !== undefined) throw new Usage("--report: cannot go with --replay");
  const settings = await settingsOf(flags, process);
  const report = typeof file === "string" ? await reportIn(file, process) : await recordedOrLast(settings, process);
  const found = explainer(report, sourcesOf)(id);
  if (found === null) {
    const near = nearest(id, Object.keys(report.figures));
    const hint = near.length === 0 ? "the ids are in the JSON, under figures" : `nearest are ${near.join(", ")}`;
    throw new Usage(`no figure "${id.slice(0, 100)}" in the report; ${hint}`);
  }
  process.stdout.write(flags["json"] === true ? inertJson(found) : inertLines(explanation(found)));
  return EXIT.ok;
}

async function recordedOrLast(settings: Settings, process: Process): Promise<Report> {
  const { replay, sections, since: anchor, levels } = settings;
  if (replay !== null) {
    const wanted = { sections, anchor, levels: levels ?? [], sources: chosenSources(settings) };
    return madeFrom(replay, wanted, settings, process);
  }
  const last = `${settings.folders.data}/${LAST_REPORT}`;
  if ((await disk.read(last).catch(() => null)) === null) {
    throw new InputError("there is no last report: run btc-report daily first, or give one with --report or --replay");
  }
  return reportIn(last, process);
}

/** The sources that ask the host of an address. */
function sourcesOf(url: string): readonly string[] {
  const host = URL.canParse(url) ? new URL(url).host : "";
  return sources.filter(({ hosts }) => Object.hasOwn(hosts, host)).map(({ id }) => id);
}
