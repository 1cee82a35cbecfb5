/** `history list` and `history export`: what is stored, out of the file as it is. */
import { existsSync } from "node:fs";
import type { Process } from "../cli.ts";
import {
  endOfDay,
  instant,
  iso,
  LAST_INSTANT,
  parseDay,
  parseInstant,
  startOfDay,
  type Instant,
} from "../core/time.ts";
import { EXIT } from "../exit.ts";
import { keptDatasets } from "../history/observations.ts";
import type { Kept } from "../history/rows.ts";
import type { Listed } from "../history/listed.ts";
import type { Exported, Store } from "../history/store.ts";
import { foldersOf } from "../io/disk.ts";
import { nearest } from "../io/nearest.ts";
import { Usage } from "../io/settings.ts";
import { sources } from "../sources/registry.ts";
import { HISTORY } from "../world.ts";
import { inColumns } from "./columns.ts";

type Flags = Readonly<Record<string, unknown>>;

const EXPORTS = ["csv", "ndjson"] as const;

/** One line for each source, dataset and market. */
export async function list(flags: Flags, process: Process): Promise<number> {
  const lines = await inStore(process, (store) => store.list());
  if (flags["json"] === true) {
    const told = (lines ?? []).map(({ first, last, ...line }) => ({ ...line, first: iso(first), last: iso(last) }));
    process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
  } else if (lines?.length === 0) empty(process);
  else if (lines !== null)
    process.stdout.write(table(lines, process.stdout.isTTY === true ? (process.stdout.columns ?? 80) : null));
  return EXIT.ok;
}

const HEAD = ["source", "dataset", "market", "first", "last", "points", "revised", "days missing"] as const;

function table(lines: readonly Listed[], columns: number | null): string {
  const rows = [
    HEAD,
    ...lines.map((line) => [
      line.source,
      line.dataset,
      line.market ?? "",
      minute(line.first),
      minute(line.last),
      String(line.points),
      String(line.revised),
      String(line.missingDays),
    ]),
  ];
  return `${inColumns(rows, { right: HEAD.indexOf("points"), columns }).join("\n")}\n`;
}

const minute = (at: Instant): string => iso(at).slice(0, 16).replace("T", " ");

/** Every value ever seen, with the time when it was seen: a revision is a later line with the same `at`. */
export async function exported(flags: Flags, process: Process): Promise<number> {
  const format = EXPORTS.find((known) => known === (flags["format"] ?? "csv"));
  if (format === undefined) throw new Usage(`--format: expected ${EXPORTS.join(" or ")}`);
  const { from: first, to: last } = flags;
  const source = typeof flags["source"] === "string" ? flags["source"] : undefined;
  const dataset = typeof flags["dataset"] === "string" ? datasetOf(flags["dataset"]) : undefined;
  const filter = {
    ...(source === undefined ? {} : { source }),
    ...(dataset === undefined ? {} : { dataset }),
    from: typeof first === "string" ? startIn("--from", first) : instant(0),
    until: typeof last === "string" ? endIn("--to", last) : LAST_INSTANT,
  };
  if (filter.from >= filter.until) throw new Usage(`--from: expected a time before the end, ${iso(filter.until)}`);
  // Of one that this version does not have any more there may be values from before.
  if (source !== undefined && !KNOWN.includes(source)) {
    const known = new Set([
      ...KNOWN,
      ...((await inStore(process, (store) => store.list())) ?? []).map((one) => one.source),
    ]);
    if (!known.has(source)) throw new Usage(notASource(source, [...known]));
  }
  const write = writerOf(process);
  if (format === "csv") await write(`${COLUMNS.join()}\n`);
  await inStore(process, async (store) => {
    let text = "";
    for (const row of store.rows(filter)) {
      text += format === "csv" ? csv(row) : `${JSON.stringify(told(row))}\n`;
      if (text.length < PIECE) continue;
      // Nobody reads any more (`| head`).
      if (!(await write(text))) return;
      text = "";
    }
    await write(text);
  });
  return EXIT.ok;
}

/** Written when so much has gathered, characters. */
const PIECE = 65_536;
const COLUMNS = [
  "source",
  "dataset",
  "market",
  "kind",
  "margin",
  "quote",
  "expires",
  "field",
  "detail",
  "unit",
  "class",
  "at",
  "until",
  "seen",
  "value",
] as const;

function told({ of, at, until, seen, value }: Exported): Record<(typeof COLUMNS)[number], string | number | null> {
  const { source, dataset, market, field, detail, unit } = of;
  return {
    source,
    dataset,
    market: market?.symbol ?? null,
    kind: market?.kind ?? null,
    margin: market?.margin ?? null,
    quote: market?.quote ?? null,
    expires: market?.expires === undefined ? null : iso(market.expires),
    field,
    detail: detail === "" ? null : detail,
    unit,
    class: of.class,
    at: iso(at),
    until: iso(until),
    seen: iso(seen),
    value,
  };
}

function csv(row: Exported): string {
  const cells = told(row);
  return `${COLUMNS.map((name) => cell(cells[name])).join()}\n`;
}

/** RFC 4180. A text that a spreadsheet would take for a formula starts with a space. */
function cell(value: string | number | null): string {
  if (typeof value !== "string") return String(value ?? "");
  const inert = /^[=+@-]/.test(value) ? ` ${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** Waits until the text is taken, so that memory stays small; false where the reader has gone. */
const writerOf =
  ({ stdout }: Process) =>
  (text: string): Promise<boolean> =>
    new Promise((resolve) => {
      stdout.write(text, (error) => {
        resolve(error === undefined || error === null);
      });
    });

/** Null where nothing is stored yet: a look at the history does not make the file. */
async function inStore<T>(process: Process, work: (store: Store) => T | Promise<T>): Promise<T | null> {
  const { data } = await foldersOf(process.env);
  const path = `${data}/${HISTORY}`;
  if (!existsSync(path)) {
    process.stderr.write(
      `btc-report: nothing is stored yet in ${path}: every live run adds to it, backfill fills it\n`,
    );
    return null;
  }
  const { openStore } = await import("../history/store.ts");
  const store = await openStore(path);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

function empty({ stderr }: Process): void {
  stderr.write("btc-report: nothing is stored yet: every live run adds to the history, backfill fills it\n");
}

const KNOWN: readonly string[] = sources.map(({ id }) => id);

function notASource(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const meant = near === null ? "" : `; did you mean "${near}"?`;
  return `--source: expected one of ${known.join(", ")}, found ${JSON.stringify(name.slice(0, 60))}${meant}`;
}

function datasetOf(name: string): Kept {
  const found = keptDatasets.find((known) => known === name);
  if (found === undefined) throw new Usage(`--dataset: expected one of ${keptDatasets.join(", ")}`);
  return found;
}

/** A day means its start. */
export const startIn = (flag: string, text: string): Instant => instantIn(flag, text, startOfDay);
/** A day means its end. */
export const endIn = (flag: string, text: string): Instant => instantIn(flag, text, endOfDay);

function instantIn(flag: string, text: string, ofDay: typeof startOfDay): Instant {
  const day = parseDay(text);
  const at = day === null ? parseInstant(text) : ofDay(day);
  if (at === null)
    throw new Usage(`${flag}: expected a day or an instant such as 2026-01-30, found ${text.slice(0, 60)}`);
  return at;
}
