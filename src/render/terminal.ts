/** The page on a terminal: aligned, within the width, coloured only where the terminal wants colour. */
import { Chalk, type ChalkInstance } from "chalk";
import Table from "cli-table3";
import type { Block, Column, Page, Span } from "../report/page.ts";
import { barRows, lineRows } from "./blocks.ts";
import { cells, clipped, pieces } from "./cells.ts";
import { inert } from "../core/inert.ts";
import { sparkline } from "./spark.ts";

export interface Screen {
  /** Null: no screen at all, as in a pipe or a file. Sentences are broken all the same; rows are not. */
  readonly columns: number | null;
  readonly color: 0 | 1 | 2 | 3;
}

const [MIN_WIDTH, MAX_WIDTH, USUAL_WIDTH] = [60, 120, 80];

interface Room {
  /** Where sentences are broken. */
  readonly width: number;
  /** What a row of a table or a word may take; no less than that. */
  readonly row: number;
}

export function terminal(page: Page, screen: Screen): string {
  const chalk = new Chalk({ level: screen.color });
  const width = Math.max(MIN_WIDTH, Math.min(screen.columns ?? USUAL_WIDTH, MAX_WIDTH));
  const room: Room = { width, row: screen.columns === null ? Infinity : width };
  const parts = page.blocks.map((block) => rendered(block, chalk, room)).filter((part) => part !== "");
  const notes = page.notes.flatMap((note) => {
    return [
      ...wrap([{ text: `[${note.number}] ${note.text}`, tone: "dim" }], room, chalk, "    "),
      // Never broken: what a terminal wraps itself can be clicked and copied in one piece.
      ...note.urls.map((url) => chalk.dim(`    ${inert(url)}`)),
    ];
  });
  return `${[...parts, ...(notes.length === 0 ? [] : [notes.join("\n")])].join("\n\n")}\n`;
}

function rendered(block: Block, chalk: ChalkInstance, room: Room): string {
  const { width } = room;
  switch (block.is) {
    case "heading":
      return block.level === 1
        ? chalk.bold(clipped(inert(block.text), width))
        : chalk.bold(`${clipped(inert(block.text), width)}\n${chalk.dim("─".repeat(width))}`);
    case "text":
      return wrap(block.spans, room, chalk).join("\n");
    case "list":
      return block.items.flatMap((item) => wrap([{ text: "• " }, ...item], room, chalk, "  ")).join("\n");
    case "line": {
      const [label, ends] = [inert(block.label), inert(block.ends)];
      const beside = Math.max(8, width - cells(label) - cells(ends) - 4);
      return clipped(`${label}  ${sparkline(block.values, beside)}  ${ends}`, width);
    }
    case "table":
      return `${block.captionTells === true ? `${dim(block.caption, chalk, room)}\n` : ""}${table(block.columns, block.rows, chalk, room.row)}`;
    case "bars":
      return titled(block.title, barRows(block, chalk, width), chalk, room);
    case "timeline":
      return titled(block.title, lineRows(block, width), chalk, room);
    case "gauge":
      return "";
  }
}

const titled = (title: string, rows: string, chalk: ChalkInstance, room: Room): string =>
  rows === "" ? "" : `${dim(title, chalk, room)}\n${rows}`;

const dim = (text: string, chalk: ChalkInstance, room: Room): string =>
  wrap([{ text, tone: "dim" }], room, chalk).join("\n");

const styled = (span: Span, chalk: ChalkInstance, text: string): string => {
  switch (span.tone) {
    case "good":
      return chalk.green(text);
    case "bad":
      return chalk.red(text);
    case "dim":
      return chalk.dim(text);
    case "strong":
      return chalk.bold(text);
    default:
      return text;
  }
};

const marks = (span: Span): string =>
  span.notes === undefined || span.notes.length === 0 ? "" : ` [${span.notes.join(",")}]`;

/** Text broken at spaces, but not before a unit, each word in the tone of its span. One longer than its room goes on below. */
function wrap(spans: readonly Span[], { width, row }: Room, chalk: ChalkInstance, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  // A space is printed only when a word follows it on the same line.
  let space = "";
  for (const span of spans) {
    for (const [, before = "", word = ""] of `${inert(span.text)}${marks(span)}`.matchAll(
      /( *)((?:[^ ]| (?=%|BTC\b))*)/g,
    )) {
      space += before;
      if (word === "") continue;
      for (const piece of pieces(word, row - indent.length)) {
        if (used > indent.length && used + space.length + cells(piece) > width) {
          lines.push(line);
          line = indent;
          used = indent.length;
          space = "";
        }
        line += `${space}${styled(span, chalk, piece)}`;
        used += space.length + cells(piece);
        space = "";
      }
    }
  }
  return [...lines, line];
}

/** The columns of each part of a table: all in one where they fit; else in several, each with the keys of its rows. */
function partsOf(columns: readonly Column[], fits: (places: readonly number[]) => boolean): readonly number[][] {
  const all = columns.map((_, i) => i);
  if (fits(all)) return [all];
  const keys = all.filter((i) => columns[i]?.key === true);
  const groups: number[][] = [];
  for (const i of all.filter((place) => !keys.includes(place))) {
    const group = groups.at(-1);
    if (group === undefined || columns[i]?.starts === true) groups.push([i]);
    else group.push(i);
  }
  const parts: number[][] = [];
  for (const piece of groups.flatMap((group) => (fits([...keys, ...group]) ? [group] : group.map((i) => [i])))) {
    const part = parts.at(-1);
    if (part !== undefined && fits([...part, ...piece])) part.push(...piece);
    else parts.push([...keys, ...piece]);
  }
  return parts;
}

/** A table that is wider than the screen goes on below itself; a part that still is too wide has its widest cells cut. */
function table(
  columns: readonly Column[],
  rows: Extract<Block, { is: "table" }>["rows"],
  chalk: ChalkInstance,
  width: number,
): string {
  const plain = (cell: readonly Span[] | undefined): string =>
    (cell ?? []).map((span) => `${inert(span.text)}${marks(span)}`).join("");
  const sizes = columns.map((column, i) =>
    Math.max(cells(inert(column.title)), ...rows.map((row) => cells(plain(row[i])))),
  );
  const sizeOf = (places: readonly number[]): number => places.reduce((sum, i) => sum + (sizes[i] ?? 0) + 2, -2);
  return partsOf(columns, (places) => sizeOf(places) <= width)
    .map((places) => {
      const over = Math.max(0, sizeOf(places) - width);
      const widest = Math.max(...places.map((i) => sizes[i] ?? 0));
      const cut = places.find((i) => sizes[i] === widest);
      const room = places.map((i) => (sizes[i] ?? 0) - (i === cut ? over : 0));
      const grid = new Table({
        head: places.map((i, place) => chalk.bold(clipped(inert(columns[i]?.title ?? ""), room[place] ?? 1))),
        colAligns: places.map((i) => columns[i]?.align ?? "left"),
        colWidths: room,
        style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
        chars: BARE,
      });
      for (const row of rows) {
        grid.push(
          places.map((i, place) => {
            const text = plain(row[i]);
            const size = room[place] ?? 1;
            if (cells(text) > size) return clipped(text, size);
            return (row[i] ?? []).map((span) => styled(span, chalk, `${inert(span.text)}${marks(span)}`)).join("");
          }),
        );
      }
      return grid
        .toString()
        .split("\n")
        .map((line) => line.trimEnd())
        .join("\n");
    })
    .join("\n\n");
}

/** No lines, two spaces between columns. */
const BARE = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;
