/** stdout and stderr, and what became of what was written to them. */
import { fstatSync, writeFileSync } from "node:fs";

export interface Output {
  readonly write: (text: string, done?: (error?: Error | null) => void) => unknown;
  readonly fd?: number;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly on: (event: "error", heard: (error: Refusal) => void) => unknown;
}
export type Refusal = Error & { readonly code?: string };

export interface Watched extends Output {
  /** The first thing that went wrong, once all that was written is out or refused; null where all of it is out. */
  readonly settled: () => Promise<Refusal | null>;
}

/** The same output, which never throws: what cannot be written is told by `settled` and to those who ask with `done`. */
export function watched(output: Output): Watched {
  const file = output.fd !== undefined && fstatSync(output.fd).isFile() ? output.fd : null;
  let refusal: Refusal | null = null;
  // A stream writes in order: when the last of it is through, all of it is.
  let last = Promise.resolve();
  const heard = (error?: Refusal | null): void => {
    refusal ??= error ?? null;
  };
  output.on("error", heard);
  return {
    write: (text, done) => {
      last = new Promise((resolve) => {
        const ended = (error?: Error | null): void => {
          heard(error);
          done?.(error);
          resolve();
        };
        if (file === null) output.write(text, ended);
        else ended(written(file, text));
      });
    },
    get isTTY() {
      return output.isTTY;
    },
    get columns() {
      return output.columns;
    },
    on: (event, listener) => output.on(event, listener),
    settled: async () => {
      await last;
      return refusal;
    },
  };
}

/**
 * Writes all of it to a file, or gives the reason. Node's stream takes a short count for success: of what the disk has
 * room for in part, the rest would be lost without an error.
 */
function written(file: number, text: string): Error | null {
  try {
    writeFileSync(file, Buffer.from(text));
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
