/** Files and the user's folders. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, readlink, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Files } from "../ports.ts";

/** A file that cannot be had. `failed` tells what: "create" has to do with the place, "write" with the medium. */
export class DiskError extends Error {
  readonly failed: "read" | "create" | "write";
  /** As the system calls it: ENOENT, EACCES, ENOSPC. */
  readonly code: string;
  readonly path: string;
  constructor(failed: "read" | "create" | "write", path: string, cause: unknown) {
    const code = codeOf(cause) ?? "unknown error";
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
};
const OF_THE_MEDIUM = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EIO"]);

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
const isAbsent = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "");

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
      const target = await followed(path);
      await mkdir(dirname(target), { recursive: true });
      const found = await stat(target).catch(() => null);
      // A device or a pipe is written to; a rename would put a file in its place.
      if (found !== null && !found.isFile() && !found.isDirectory()) await writeFile(target, body);
      else await replace(target, body);
    } catch (error) {
      throw new DiskError(OF_THE_MEDIUM.has(codeOf(error) ?? "") ? "write" : "create", path, error);
    }
  },

  // oxlint-disable-next-line typescript/require-await
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
 * For a cache, whose files prove themselves by a checksum: written in one go, with no temporary file and nothing forced
 * to the medium. A file that was cut off is asked for again.
 */
export const cacheDisk: Files = {
  ...disk,
  // Synchronous like reading, for the same reason.
  // oxlint-disable-next-line typescript/require-await
  async write(path, body) {
    try {
      mkdirSync(dirname(path), { recursive: true });
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

/**
 * Temporary file, fsync, rename; removed again when interrupted. The body is written in the hook, because
 * write-file-atomic writes once and takes a short count for success: on a disk with 64 kB left, 100 kB became 64
 * without an error.
 */
async function replace(path: string, body: string | Uint8Array): Promise<void> {
  const { default: writeFileAtomic } = await import("write-file-atomic");
  await writeFileAtomic(path, "", { tmpfileCreated: (temporary) => writeFile(temporary, body) });
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
