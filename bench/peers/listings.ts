/**
 * Lists at the size that exchanges have, where the model has Bitcoin alone: what everybody must read to find Bitcoin in
 * it. One row of each, as the venue documents it, is multiplied for made-up coins and put behind what the model answers.
 */
import { readFileSync } from "node:fs";

interface Listing {
  /** Host, path and query, with the body behind a blank where there is one. */
  readonly at: string;
  readonly rows: number;
  /** What the list opens with, its bracket included. */
  readonly list: string;
  readonly row: string;
  /** The answer without these rows, where the model has none. */
  readonly otherwise: string | undefined;
}

const LISTINGS: readonly Listing[] = readFileSync("bench/peers/listings.tsv", "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [at = "", rows = "", list = "", row = "", otherwise] = line.split("\t");
    return { at, rows: Number(rows), list, row, otherwise };
  });

/** The answer to that address with its lists at full size; `answer` is the model's. Null where no list is asked for. */
export function listed(target: string, answer: Uint8Array): Uint8Array | null {
  // The same venue at two names: one asked by ccxt, the other by us.
  const address = target.replace(/^openapi\.okx\.com/, "www.okx.com");
  const own = LISTINGS.filter(({ at }) => at === address);
  if (own.length === 0) return null;
  const text = own.reduce((before, listing) => withRows(listing, before), new TextDecoder().decode(answer));
  return new TextEncoder().encode(text);
}

function withRows({ at, rows, list, row, otherwise }: Listing, answer: string): string {
  const text = otherwise ?? answer;
  if (!text.includes(list)) throw new Error(`no list ${list} in the answer to ${at}`);
  const start = text.indexOf(list) + list.length;
  const end = closing(text, start);
  const known = text.slice(start, end);
  const made = Array.from({ length: rows }, (_, i) => rowOf(row, i));
  const all = known === "" ? made : [known, ...made];
  return text.slice(0, start) + all.join(",") + text.slice(end);
}

/** Where the bracket is closed that was opened before `start`. No text of these answers has brackets in it. */
function closing(text: string, start: number): number {
  let open = 1;
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "[" || char === "{") open += 1;
    if (char === "]" || char === "}") open -= 1;
    if (open === 0) return at;
  }
  throw new Error("a list without an end");
}

/** No T, so that no coin is called like Bitcoin. */
const LETTERS = "ABCDEFGHIJKLMNOPQRSUVWXYZ";

function rowOf(row: string, i: number): string {
  const letter = (power: number): string => LETTERS.charAt(Math.floor(i / LETTERS.length ** power) % LETTERS.length);
  const coin = `Q${letter(3)}${letter(2)}${letter(1)}${letter(0)}`;
  return row
    .replaceAll("QQQ", coin)
    .replaceAll("qqq", coin.toLowerCase())
    .replaceAll("NUMBER", String(i + 1));
}
