/** Where `-o` says; with `--keep-good`, a report that lacks something does not take the place of a good one. */
import { resolve } from "node:path";
import { z } from "zod";
import { standing } from "../io/disk.ts";
import { sha256 } from "../io/unzip.ts";
import type { World } from "../ports.ts";
import type { Settings } from "../settings.ts";

/** In the data folder: checksums of files that were written although something was missing, by path. */
const INCOMPLETE = "incomplete.json";
/** So many are remembered, the newest. */
const REMEMBERED = 100;
const Incomplete = z.record(z.string(), z.string());

type Given = Pick<Settings, "keepGood" | "folders" | "verbose">;
type Place = Pick<World, "files" | "note">;

const memoryOf = ({ folders }: Given): string => `${folders.data}/${INCOMPLETE}`;

/**
 * Whether the file that is there stays, and then says so. A file counts as good unless it is known to have been written
 * with something missing: where an exchange is always blocked, one incomplete report follows the other.
 */
export async function keeps(path: string, lacking: readonly string[], settings: Given, world: Place): Promise<boolean> {
  if (!settings.keepGood || lacking.length === 0) return false;
  const there = await standing(path);
  if (there === null || (await read(memoryOf(settings), world))[resolve(path)] === sha256(there)) return false;
  world.note(`${path} is kept as it was, the new report is not as good: ${lacking.join("; ")}`);
  return true;
}

/** Writes the report, and remembers where it lacks something. */
export async function put(
  path: string,
  text: string,
  lacking: readonly string[],
  settings: Given,
  world: Place,
): Promise<void> {
  await world.files.write(path, text);
  if (lacking.length === 0) return;
  const place = resolve(path);
  const { [place]: _, ...others } = await read(memoryOf(settings), world);
  const latest = [...Object.entries(others), [place, sha256(text)]].slice(-REMEMBERED);
  await world.files
    .write(memoryOf(settings), `${JSON.stringify(Object.fromEntries(latest), null, 2)}\n`)
    .catch((error: unknown) => {
      if (settings.verbose) world.note(`that ${path} lacks something is not remembered: ${String(error)}`);
    });
}

/** Empty where there is none, or none that can be read: then every file counts as good. */
async function read(memory: string, { files }: Pick<World, "files">): Promise<Readonly<Record<string, string>>> {
  const bytes = await files.read(memory).catch(() => null);
  if (bytes === null) return {};
  try {
    return Incomplete.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return {};
  }
}
