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

export interface Written {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes the report, and before it the files `beside` that it links to; false where the file was kept instead. A file counts as good unless it is known to have been
 * written with something missing: where an exchange is always blocked, one incomplete report follows the other.
 */
export async function put(
  { path, text, beside }: Written & { readonly beside: readonly Written[] },
  lacking: readonly string[],
  settings: Pick<Settings, "keepGood" | "folders" | "verbose">,
  world: Pick<World, "files" | "note">,
): Promise<boolean> {
  const memory = `${settings.folders.data}/${INCOMPLETE}`;
  const place = resolve(path);
  if (settings.keepGood && lacking.length > 0) {
    const there = await standing(path);
    if (there !== null && (await read(memory, world))[place] !== sha256(there)) {
      world.note(`${path} is kept as it was, the new report is not as good: ${lacking.join("; ")}`);
      return false;
    }
  }
  for (const file of beside) await world.files.write(file.path, file.text);
  await world.files.write(path, text);
  if (lacking.length > 0) {
    const { [place]: _, ...others } = await read(memory, world);
    const latest = [...Object.entries(others), [place, sha256(text)]].slice(-REMEMBERED);
    await world.files
      .write(memory, `${JSON.stringify(Object.fromEntries(latest), null, 2)}\n`)
      .catch((error: unknown) => {
        if (settings.verbose) world.note(`that ${path} lacks something is not remembered: ${String(error)}`);
      });
  }
  return true;
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
