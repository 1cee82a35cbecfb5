/** `diff`: two reports as JSON in, what changed out. */
import type { Process } from "../cli.ts";
import { EXIT } from "../exit.ts";
import { difference, differenceText } from "../report/diff.ts";
import { reportIn } from "./given.ts";

export async function diff(
  a: string,
  b: string,
  flags: Readonly<Record<string, unknown>>,
  process: Process,
): Promise<number> {
  const found = difference(await reportIn(a), await reportIn(b));
  process.stdout.write(flags["json"] === true ? `${JSON.stringify(found, null, 2)}\n` : differenceText(found));
  return EXIT.ok;
}
