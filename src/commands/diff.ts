/** `diff`: two reports as JSON in, what changed out. */
import type { Process } from "../cli.ts";
import { inertJson, inertLines } from "../core/inert.ts";
import { EXIT } from "../exit.ts";
import { difference, differenceText } from "../report/diff.ts";
import { reportIn } from "./given.ts";

export async function diff(
  a: string,
  b: string,
  flags: Readonly<Record<string, unknown>>,
  process: Process,
): Promise<number> {
  const [before, after] = [await reportIn(a), await reportIn(b)];
  process.stdout.write(
    flags["json"] === true ? inertJson(difference(before, after)) : inertLines(differenceText(before, after)),
  );
  return EXIT.ok;
}
