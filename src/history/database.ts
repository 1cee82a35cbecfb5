/**
 * The file of the history as SQLite has it: opening, versions, transactions, and what its errors mean. Traps of libsql: it
 * ignores `readonly`, `pragma()` answers an object, and errors may have a number in place of their name.
 */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import Database from "libsql";
import { z } from "zod";
import { errnoOf } from "../io/errno.ts";
import { APPLICATION, steps } from "./schema.ts";
import { StoreError } from "./store-error.ts";

export interface Opened {
  readonly db: Database.Database;
  /** Else it is read as it lies there. */
  readonly writable: boolean;
}

/** How long to wait for another run that is writing, milliseconds. */
const PATIENCE = 20_000;

const Count = z.tuple([z.number()]);

/**
 * Opens the file, makes it where there is none, and brings an older one up to date; one that cannot be written is read
 * all the same. Throws `StoreError`.
 */
export async function opened(path: string): Promise<Opened> {
  // SQLite would leave files beside it that cannot be written either, and keep it so for ever.
  const lying = mayBeWritten(path) ? null : readOnly(path);
  if (lying !== null) return lying;
  let db: Database.Database | null = null;
  try {
    db = new Database(path, { timeout: PATIENCE });
    await patiently(db, path);
    return { db, writable: true };
  } catch (error) {
    db?.close();
    const isForbidden = /^SQLITE_(READONLY|CANTOPEN)/.test(codeOf(error));
    return (isForbidden ? readOnly(path) : null) ?? raised(storeError(error, path));
  }
}

function raised(error: Error): never {
  throw error;
}

/** A file that is not there may be made. */
function mayBeWritten(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return !existsSync(path);
  }
}

/** The file as it lies there, where no run has left anything beside it. */
function readOnly(path: string): Opened | null {
  if (!existsSync(path) || (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0)) return null;
  try {
    const db = new Database(`${pathToFileURL(path).href}?immutable=1`);
    if (check(db, path) === steps.length) return { db, writable: false };
    db.close();
    return null;
  } catch {
    return null;
  }
}

/** Switching to WAL and creating tables need the file alone for a moment, and SQLite does not always wait for that. */
async function patiently(db: Database.Database, path: string): Promise<void> {
  for (let waited = 0; ; waited += 50) {
    try {
      prepare(db, path);
      return;
    } catch (error) {
      if (!isBusy(error) || waited >= PATIENCE) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** The version of the file's tables. Throws where it is none of ours, or newer than this program. */
function check(db: Database.Database, path: string): number {
  const header = (name: string): number => Count.parse(db.prepare(`PRAGMA ${name}`).raw().get())[0];
  const version = header("user_version");
  const owner = header("application_id");
  const tables = Count.parse(db.prepare("SELECT count(*) FROM sqlite_schema").raw().get())[0];
  if (owner !== APPLICATION && (owner !== 0 || tables > 0)) {
    throw new StoreError(`${path} is no history of btc-report; it is left alone. Move it away to start a new one`);
  }
  if (version > steps.length) {
    throw new StoreError(
      `${path} was made by a newer version (schema ${version}, this one knows ${steps.length}); it is left alone. Update btc-report, or set BTC_REPORT_DATA_DIR to another folder`,
    );
  }
  return version;
}

function prepare(db: Database.Database, path: string): void {
  if (check(db, path) < steps.length) {
    db.exec("PRAGMA journal_mode = WAL");
    inTransaction(db, () => {
      for (const step of steps.slice(check(db, path))) db.exec(step);
      db.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${steps.length}`);
    });
  }
  // With WAL, a commit that has been told is on the disk.
  db.exec("PRAGMA synchronous = FULL");
}

export function inTransaction<T>(db: Database.Database, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const made = work();
    db.exec("COMMIT");
    return made;
  } catch (error) {
    // SQLite has rolled back by itself after some errors, a full disk among them.
    if (db.inTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

export const WHERE_ELSE = "Check its permissions, or set BTC_REPORT_DATA_DIR to another folder";

/** Of https://sqlite.org/rescode.html, by their number. */
const PRIMARY: Readonly<Record<number, string>> = {
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
};

/** SQLite's name of an error. libsql has none for some extended codes, nor for a file that cannot be opened. */
function codeOf(error: unknown): string {
  const code = errnoOf(error);
  if (!(error instanceof Error) || code === undefined) return "";
  const [, number] =
    /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(code) ?? /^ConnectionFailed\(.*: (\d+)"\)$/.exec(error.message) ?? [];
  return (number === undefined ? undefined : PRIMARY[Number(number) % 256]) ?? code;
}
const isBusy = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));

export function storeError(error: unknown, path: string): Error {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  const detail = error instanceof Error ? error.message : String(error);
  const told = (text: string): StoreError => new StoreError(text, { cause: error });
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return told(`${path} is damaged (${detail}); it is left as it is. Move it away and a new one is made`);
  }
  if (code.startsWith("SQLITE_FULL"))
    return told(`${path}: no space left on the disk; nothing of this run is stored. Free some space`);
  if (isBusy(error)) return told(`${path} is in use by another run for too long; nothing of this run is stored`);
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code)) {
    return told(`${path} cannot be opened for writing (${detail}). ${WHERE_ELSE}`);
  }
  if (code.startsWith("SQLITE_")) return told(`${path} cannot be used: ${detail}`);
  return error instanceof Error ? error : new Error(detail);
}
