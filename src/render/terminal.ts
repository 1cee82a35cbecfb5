/** The page on a terminal: aligned, within the width, coloured only where the terminal wants colour. */
import { Chalk, type ChalkInstance } from "chalk";
import Table from "cli-table3";
import type { Block, Column, Page, Span } from "../report/page.ts";
import { barRows, lineRows } from "./blocks.ts";
import { cells, clipped } from "./cells.ts";
import { inert } from "../core/inert.ts";
import { sparkline } from "./spark.ts";

export interface Screen {
  readonly columns: number;
  readonly color: 0 | 1 | 2 | 3;
}

const MAX_WIDTH = 120;

export function terminal(page: Page, screen: Screen): string {
  const chalk = new Chalk({ level: screen.color });
  const width = Math.max(60, Math.min(screen.columns, MAX_WIDTH));
  const parts = page.blocks.map((block) => rendered(block, chalk, width)).filter((part) => part !== "");
  const notes = page.notes.flatMap((note) => {
    const urls = note.urls.map((url) => `    ${clipped(inert(url), width - 4)}`);
    return [
      ...wrap([{ text: `[${note.number}] ${note.text}`, tone: "dim" }], width, chalk, "    "),
      ...urls.map((url) => chalk.dim(url)),
    ];
  });
  return `${[...parts, ...(notes.length === 0 ? [] : [notes.join("\n")])].join("\n\n")}\n`;
}

function rendered(block: Block, chalk: ChalkInstance, width: number): string {
  switch (block.is) {
    case "heading":
      return block.level === 1
        ? chalk.bold(clipped(inert(block.text), width))
        : chalk.bold(`${clipped(inert(block.text), width)}\n${chalk.dim("─".repeat(width))}`);
    case "text":
      return wrap(block.spans, width, chalk).join("\n");
    case "list":
      return block.items.flatMap((item) => wrap([{ text: "• " }, ...item], width, chalk, "  ")).join("\n");
    case "line": {
      const [label, ends] = [inert(block.label), inert(block.ends)];
      const room = Math.max(8, width - cells(label) - cells(ends) - 4);
      return clipped(`${label}  ${sparkline(block.values, room)}  ${ends}`, width);
    }
    case "table":
      return `${block.captionTells === true ? `${dim(block.caption, chalk, width)}\n` : ""}${table(block.columns, block.rows, chalk, width)}`;
    case "bars":
      return titled(block.title, barRows(block, chalk, width), chalk, width);
    case "timeline":
      return titled(block.title, lineRows(block, width), chalk, width);
    case "gauge":
      return "";
  }
}

const titled = (title: string, rows: string, chalk: ChalkInstance, width: number): string =>
  rows === "" ? "" : `${dim(title, chalk, width)}\n${rows}`;

const dim = (text: string, chalk: ChalkInstance, width: number): string =>
  wrap([{ text, tone: "dim" }], width, chalk).join("\n");

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

/** Text broken at spaces, but not before a unit, each word in the tone of its span. A word longer than the line is cut. */
function wrap(spans: readonly Span[], width: number, chalk: ChalkInstance, indent = ""): string[] {
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
      if (used > indent.length && used + space.length + cells(word) > width) {
        lines.push(line);
        line = indent;
        used = indent.length;
        space = "";
      }
      const shown = clipped(word, width - indent.length);
      line += `${space}${styled(span, chalk, shown)}`;
      used += space.length + cells(shown);
      space = "";
    }
  }
  return [...lines, line];
}

/** Columns are dropped, those of the highest `drop` first, until the table fits; then the first one is shortened. */
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
  let kept = columns.map((_, i) => i);
  const needed = (): number => kept.reduce((sum, i) => sum + (sizes[i] ?? 0) + 2, -2);
  while (needed() > width) {
    const worst = Math.max(...kept.map((i) => columns[i]?.drop ?? 0));
    if (worst === 0) break;
    kept = kept.filter((i) => columns[i]?.drop !== worst);
  }
  const over = Math.max(0, needed() - width);
  const room = kept.map((i, place) => (sizes[i] ?? 0) - (place === 0 ? over : 0));
  const grid = new Table({
    head: kept.map((i, place) => chalk.bold(clipped(inert(columns[i]?.title ?? ""), room[place] ?? 1))),
    colAligns: kept.map((i) => columns[i]?.align ?? "left"),
    colWidths: room,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    chars: {
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
    },
  });
  for (const row of rows) {
    grid.push(
      kept.map((i, place) => {
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
}
