/** What a user is told when a run fails, and the exit code that goes with it. */
import { inert } from "../core/inert.ts";
import { DiskError } from "../io/disk.ts";
import { BadConfig } from "../io/config-file.ts";
import { Locked } from "../io/lock.ts";
import { Usage } from "../io/settings.ts";
import { StoreError } from "../history/store-error.ts";
import { EXIT } from "../exit.ts";
import { TooEarly } from "../run.ts";

/** A recording or a report file that cannot be used. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** Tells the failure in one line and gives the exit code; the stack only with `-v`. */
export function reported(error: unknown, verbose: boolean, tell: (line: string) => void): number {
  const message = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ");
  const say = (line: string): void => tell(inert(line));
  const code = codeOf(error);
  say(code === EXIT.bug ? `a fault of our own: ${message}. Please report it, with the output of -v` : message);
  if (verbose && error instanceof Error && error.stack !== undefined)
    for (const line of error.stack.split("\n")) say(line);
  return code;
}

function codeOf(error: unknown): number {
  if (error instanceof Usage || error instanceof TooEarly) return EXIT.usage;
  if (error instanceof BadConfig) return EXIT.config;
  if (error instanceof InputError || error instanceof StoreError) return EXIT.data;
  if (error instanceof DiskError) return error.failed === "write" ? EXIT.cannotWrite : EXIT.cannotCreate;
  if (error instanceof Locked) return EXIT.tempFail;
  return EXIT.bug;
}
