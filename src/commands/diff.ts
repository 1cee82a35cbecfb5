/** `diff`: two reports as JSON in, what changed out. */
import type { Process } from "../cli.ts";
import { inertJson, inertLines } from "../core/inert.ts";
import { EXIT } from "../exit.ts";
import { Usage } from "../io/settings.ts";
import { difference, differenceText } from "../report/diff.ts";
import { reportIn } from "./given.ts";

export async function diff(
  a: string,
  b: string,
  flags: Readonly<Record<string, unknown>>,
  process: Process,
): Promise<number> {
  if (a === "-" && b === "-") throw new Usage("-: only one of the two reports can come in on stdin");
  const [before, after] = [await reportIn(a, process), await reportIn(b, process)];
  process.stdout.write(
    flags["json"] === true ? inertJson(difference(before, after)) : inertLines(differenceText(before, after)),
  );
  return EXIT.ok;
}
