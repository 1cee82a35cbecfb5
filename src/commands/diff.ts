/** `diff`: two reports as JSON in, what changed out. The second one may be left out: then it is the last report. */
import type { Process } from "../cli.ts";
import { inertJson, inertLines } from "../core/inert.ts";
import { EXIT } from "../exit.ts";
import { Usage } from "../io/settings.ts";
import { difference, differenceText } from "../report/diff.ts";
import { reportAsked, reportIn } from "./given.ts";

export async function diff(
  a: string,
  b: string | undefined,
  flags: Readonly<Record<string, unknown>>,
  process: Process,
): Promise<number> {
  if (b !== undefined && (flags["report"] ?? flags["replay"]) !== undefined)
    throw new Usage("--report, --replay: cannot go with a second report");
  if (a === "-" && (b ?? flags["report"]) === "-")
    throw new Usage("-: only one of the two reports can come in on stdin");
  const before = await reportIn(a, process);
  const after = b === undefined ? await reportAsked(flags, process) : await reportIn(b, process);
  process.stdout.write(
    flags["json"] === true ? inertJson(difference(before, after)) : inertLines(differenceText(before, after)),
  );
  return EXIT.ok;
}
