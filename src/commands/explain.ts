/** `explain`: one figure of a report, of a recording or of the last report. */
import type { Process } from "../cli.ts";
import { inertJson, inertLines } from "../core/inert.ts";
import { EXIT } from "../exit.ts";
import { Usage } from "../io/settings.ts";
import { explainer, explanation, nearest } from "../report/explain.ts";
import { sources } from "../sources/registry.ts";
import { reportAsked } from "./given.ts";

export async function explain(id: string, flags: Readonly<Record<string, unknown>>, process: Process): Promise<number> {
  const report = await reportAsked(flags, process);
  const found = explainer(report, sourcesOf)(id);
  if (found === null) {
    const near = nearest(id, Object.keys(report.figures));
    const hint = near.length === 0 ? "the ids are in the JSON, under figures" : `nearest are ${near.join(", ")}`;
    throw new Usage(`no figure "${id.slice(0, 100)}" in the report; ${hint}`);
  }
  process.stdout.write(flags["json"] === true ? inertJson(found) : inertLines(explanation(found)));
  return EXIT.ok;
}

/** The sources that ask the host of an address. */
function sourcesOf(url: string): readonly string[] {
  const host = URL.canParse(url) ? new URL(url).host : "";
  return sources.filter(({ hosts }) => Object.hasOwn(hosts, host)).map(({ id }) => id);
}
