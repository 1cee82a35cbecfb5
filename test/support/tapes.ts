/** Replaying the tapes of a fixture folder in tests: real files, no network. */
import { readFile, readdir } from "node:fs/promises";
import { asker, type Asked } from "../../src/ask.ts";
import { parseInstant, shift, DAY, type Instant } from "../../src/core/time.ts";
import { replay } from "../../src/io/tape.ts";
import { opened } from "../../src/io/unzip.ts";
import type { Files, Http } from "../../src/ports.ts";
import type { Source } from "../../src/sources/source.ts";

export const diskForTests: Files = {
  read: (path) => readFile(path).catch(() => null),
  write: () => Promise.reject(new Error("tests of sources write nothing")),
  list: async (folder) => (await readdir(folder)).toSorted(),
};

/** The clock of a fixture folder. */
export async function nowOf(folder: string): Promise<Instant> {
  const now = parseInstant((await readFile(`${folder}/now.txt`, "utf8")).trim());
  if (now === null) throw new Error(`${folder}/now.txt holds no instant`);
  return now;
}

export async function askTapes(
  source: Source,
  folder: string,
  through: (http: Http) => Http = (h) => h,
): Promise<Asked> {
  const now = await nowOf(folder);
  return asker(source, { web: opened(through(replay(diskForTests, folder))), now, since: shift(now, -200 * DAY) });
}
