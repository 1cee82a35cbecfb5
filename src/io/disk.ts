/** Files and the user's folders. */
import { randomUUID } from "node:crypto";
import { constants, openSync, readdirSync, readFileSync, rmSync, writeFileSync, type Stats } from "node:fs";
import { access, open, readdir, readlink, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { Fatal } from "../core/gap.ts";
import type { Files } from "../ports.ts";
import { errnoOf } from "./errno.ts";
import { makeFolder } from "./folder.ts";

/** A file that cannot be had. `failed` tells what: "create" has to do with the place, "write" with the medium. */
export class DiskError extends Fatal {
  readonly failed: "read" | "create" | "write";
  /** As the system calls it: ENOENT, EACCES, ENOSPC. */
  readonly code: string;
  readonly path: string;
  constructor(failed: "read" | "create" | "write", path: string, cause: unknown) {
    const code = errnoOf(cause) ?? "unknown error";
    super(`cannot ${failed} ${path}: ${WORDS[code] ?? code}`, { cause });
    this.name = "DiskError";
    this.failed = failed;
    this.code = code;
    this.path = path;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: "no such file or folder",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "a part of its path is a file",
  EISDIR: "it is a folder",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EFBIG: "larger than the file system allows",
  EIO: "the disk reports an error",
  EPIPE: "nobody reads from it; start its reader first",
};
const OF_THE_MEDIUM = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EPIPE"]);

const isAbsent = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "");

/** The real file system. Every failure but absence is a `DiskError`. */
export const disk: Files = {
  // Synchronous, because a replay reads thousands of small files: 25 ms instead of 110 to 450 for 2,000 of them.
  // oxlint-disable-next-line typescript/require-await
  async read(path) {
    try {
      return readFileSync(path);
    } catch (error) {
      if (isAbsent(error)) return null;
      throw new DiskError("read", path, error);
    }
  },

  async write(path, body) {
    try {
      const found = await present(path);
      // A device or a pipe is written to; a rename would put a file in its place. Asked before any link is followed,
      // because /dev/stdout leads to a pipe that has no name.
      if (found?.isFIFO() === true) return await piped(path, body);
      if (found !== null && !found.isFile() && !found.isDirectory()) return await writeFile(path, body);
      if (path.endsWith("/") || path.endsWith(sep))
        throw Object.assign(new Error("a folder is named"), { code: "EISDIR" });
      const target = await followed(path);
      // A rename asks for leave to write the folder only, and would put a file of ours in the place of a protected one.
      if (found?.isFile() === true) await access(target, constants.W_OK);
      makeFolder(dirname(target));
      await replace(target, body, found);
    } catch (error) {
      throw new DiskError(OF_THE_MEDIUM.has(errnoOf(error) ?? "") ? "write" : "create", path, error);
    }
  },

  // oxlint-disable-next-line typescript/require-await -- synchronous like reading
  async list(folder) {
    try {
      return readdirSync(folder).toSorted();
    } catch (error) {
      if (isAbsent(error)) return [];
      throw new DiskError("read", folder, error);
    }
  },
};

/**
 * Writes into a pipe with a name. Opened without waiting for a reader, which may never come: then no deadline would end
 * the run. What the reader is slow to take is waited for, as in any pipe.
 */
async function piped(path: string, body: string | Uint8Array): Promise<void> {
  const { Socket } = await import("node:net");
  const pipe = new Socket({ fd: opened(path), readable: false, writable: true });
  await new Promise<void>((resolve, reject) => {
    pipe.on("error", reject).on("close", resolve).end(body);
  });
}

function opened(pipe: string): number {
  try {
    return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    // Of anything but a pipe the same code means that there is no device.
    throw errnoOf(error) === "ENXIO" ? Object.assign(new Error("no reader"), { code: "EPIPE" }) : error;
  }
}

/** The bytes of a file that is there, is one, and is not empty; else null. */
export async function standing(path: string): Promise<Uint8Array | null> {
  const found = await present(path).catch(() => null);
  return found?.isFile() === true && found.size > 0 ? disk.read(path) : null;
}
/**
 * For a cache, whose files prove themselves by a checksum: written in one go, with no temporary file and nothing forced
 * to the medium. A file that was cut off is asked for again.
 */
export const cacheDisk: Files = {
  ...disk,
  // Synchronous like reading, for the same reason.
  // oxlint-disable-next-line typescript/require-await
  async write(path, body) {
    try {
      makeFolder(dirname(path));
      writeFileSync(path, body);
    } catch (error) {
      throw new DiskError("write", path, error);
    }
  },
};

/** Where a path leads in the end, also where nothing is there yet. */
async function followed(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    const link = await readlink(path).catch(() => null);
    return link === null ? path : followed(resolve(dirname(path), link));
  }
}

/** What a path leads to; null where nothing is there. */
async function present(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Ends the name of every temporary file, so that one that was left behind can be told from a file of the user's. */
const TEMPORARY = ".btc-report.tmp";
/** A temporary file lives for as long as its body is written. Older ones were left by a run that was killed. */
const LEFT_BEHIND_MS = 60 * 60_000;

/**
 * Temporary file, fsync, rename; removed again when interrupted. Not by write-file-atomic: it takes a short count for
 * success (on a disk with 64 kB left, 100 kB became 64 without an error), and what it leaves when it is killed has a
 * name that a file of the user's may have as well.
 */
async function replace(path: string, body: string | Uint8Array, old: Stats | null): Promise<void> {
  const folder = dirname(path);
  await swept(folder);
  const temporary = join(folder, `.${randomUUID()}${TEMPORARY}`);
  const { onExit } = await import("signal-exit");
  const stay = onExit(() => {
    rmSync(temporary, { force: true });
  });
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(body);
      if (old !== null) {
        // Only the superuser may give a file away.
        if ((await file.stat()).uid !== old.uid) await file.chown(old.uid, old.gid).catch(() => undefined);
        await file.chmod(old.mode & 0o7777);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    stay();
  }
}

/** Folders that were looked through by this process. */
const clean = new Map<string, Promise<void>>();

/** Removes what killed runs have left in a folder, once. Failing to do so harms nothing. */
function swept(folder: string): Promise<void> {
  const known = clean.get(folder);
  if (known !== undefined) return known;
  const sweep = async (): Promise<void> => {
    const left = (await readdir(folder)).filter((name) => name.endsWith(TEMPORARY)).map((name) => join(folder, name));
    for (const path of left) {
      if (Date.now() - (await stat(path)).mtimeMs > LEFT_BEHIND_MS) await rm(path, { force: true });
    }
  };
  const swept = sweep().catch(() => undefined);
  clean.set(folder, swept);
  return swept;
}

export interface Folders {
  readonly data: string;
  readonly cache: string;
  readonly config: string;
}

/** The platform's folders for the program (XDG on Linux), each of which the environment may set. */
export async function foldersOf(env: Readonly<Record<string, string | undefined>>): Promise<Folders> {
  const data = env["BTC_REPORT_DATA_DIR"];
  const cache = env["BTC_REPORT_CACHE_DIR"];
  const config = env["BTC_REPORT_CONFIG_DIR"];
  if (data && cache && config) return { data, cache, config };
  const { default: envPaths } = await import("env-paths");
  const usual = envPaths("btc-report", { suffix: "" });
  return { data: data || usual.data, cache: cache || usual.cache, config: config || usual.config };
}
