/** `config.json` in the user's configuration folder: settings by name, and keys under `keys`. */
import { readFile, stat } from "node:fs/promises";
import { platform } from "node:os";
import { z } from "zod";
import { errnoOf } from "./errno.ts";

/** A configuration file that cannot be used: its name and the key. Exit code 78. */
export class BadConfig extends Error {
  override readonly name = "BadConfig";
}

export interface ConfigFile {
  readonly path: string;
  /** Everything but the keys, unchecked. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly keys: ReadonlyMap<string, string>;
  /** There are keys in it, and more users than its owner may read or change them. */
  readonly exposed: boolean;
}

/** The file, empty where there is none. `known` are the names that a key may have. */
export async function readConfig(path: string, known: readonly string[]): Promise<ConfigFile> {
  let content: string;
  let mode: number;
  try {
    content = await readFile(path, "utf8");
    ({ mode } = await stat(path));
  } catch (error) {
    const code = errnoOf(error) ?? "unknown error";
    if (code === "ENOENT" || code === "ENOTDIR") return { path, values: {}, keys: new Map(), exposed: false };
    throw new BadConfig(`${path}: cannot be read (${code})`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(content.replace(/^\uFEFF/, ""));
  } catch {
    // The parser's own message quotes the text, and a key may stand there.
    throw new BadConfig(`${path}: not valid JSON (line ${faultyLine(content)})`);
  }
  const whole = Values.safeParse(parsed);
  if (!whole.success) throw new BadConfig(`${path}: expected a JSON object`);
  const { keys: raw = {}, ...values } = whole.data;
  const keys = readKeys(raw, path, known);
  const shared = platform() !== "win32" && (mode & 0o077) !== 0;
  return { path, values, keys, exposed: keys.size > 0 && shared };
}

/** The first line with which the text cannot be the beginning of any JSON; the last one where only its end is missing. */
function faultyLine(text: string): number {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const faulty = lines.findIndex((_, i) => !canGoOn(`${lines.slice(0, i + 1).join("\n")}\n`));
  return faulty < 0 ? lines.length : faulty + 1;
}

/** V8 says of a text that only lacks its end that it has ended, or that it expects something there. */
function canGoOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const words = String(error);
    const at = /at position (\d+)/.exec(words)?.[1];
    return /Unexpected end/.test(words) || (at !== undefined && Number(at) >= text.length);
  }
}

const Values = z.record(z.string(), z.unknown());
const Key = z.string().trim().min(1).refine(isKey);

/** What a header can carry. */
export function isKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** Keys are never shown, also not in a complaint about them. */
function readKeys(raw: unknown, path: string, known: readonly string[]): ReadonlyMap<string, string> {
  const parsed = Values.safeParse(raw);
  if (!parsed.success) throw new BadConfig(`${path}: keys: expected an object with a text for each key`);
  return new Map(
    Object.entries(parsed.data).map(([name, value]) => {
      if (!known.includes(name))
        throw new BadConfig(`${path}: keys.${name}: no such key; there are ${known.join(", ")}`);
      const key = Key.safeParse(value);
      if (!key.success)
        throw new BadConfig(`${path}: keys.${name}: expected a text that is not empty, without spaces, in ASCII`);
      return [name, key.data];
    }),
  );
}
