/** Bars and lines of block characters, on a terminal. */
import type { ChalkInstance } from "chalk";
import type { Bar, Chart } from "../report/page.ts";
import { cells, clipped, padded } from "./cells.ts";
import { inert } from "../core/inert.ts";
import { sparkline } from "./spark.ts";

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
/** A bar shorter than this tells nothing: then the words stand alone. */
const LEAST = 6;
const MOST = 48;

/** The label, the bar, the words; bars of one name have one colour, and their words say the name. */
export function barRows({ rows }: Extract<Chart, { is: "bars" }>, chalk: ChalkInstance, width: number): string {
  const bars = rows.flatMap((row) => ("rule" in row ? [] : [row]));
  const labels = Math.max(0, ...bars.map(({ label }) => cells(inert(label))));
  const texts = Math.max(0, ...bars.map(({ text }) => cells(inert(text))));
  const free = Math.min(MOST, width - labels - texts - 4);
  const room = free < LEAST ? 0 : free;
  const longest = Math.max(0, ...bars.flatMap(({ value, range }) => [value, ...(range ?? [])]));
  const names = [...new Set(bars.map(({ name }) => name))];
  const size = (value: number): number => (longest === 0 ? 0 : (value / longest) * room);
  const lines = rows.map((row) => {
    if ("rule" in row) {
      const words = ` ${inert(row.rule)} `;
      const dashes = "╌".repeat(Math.max(0, room - cells(words)));
      return chalk.dim(clipped(`${"╌".repeat(labels)} ${words}${dashes}`.trimEnd(), width));
    }
    const start = padded(inert(row.label), labels);
    if (room === 0) return clipped(`${start}  ${inert(row.text)}`, width);
    const tint = names.indexOf(row.name) % 2 === 0 ? chalk.cyan : chalk.magenta;
    const { bar, reach } = drawn(row, size);
    const rest = " ".repeat(Math.max(0, room - cells(bar) - cells(reach)));
    return `${start}  ${tint(bar)}${chalk.dim(reach)}${rest}  ${padded(inert(row.text), texts, "right")}`;
  });
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** To the value in eighths of a cell; a line goes on to where a model's range ends. */
function drawn(
  { value, range }: Bar,
  size: (value: number) => number,
): { readonly bar: string; readonly reach: string } {
  const eighths = Math.round(size(value) * 8);
  const bar = `${"█".repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8] ?? ""}` || (value > 0 ? "▏" : "");
  const end = Math.round(size(range?.[1] ?? 0)) - cells(bar);
  return { bar, reach: end < 1 ? "" : `${"─".repeat(end - 1)}┤` };
}

/** The lines of a timeline, one a row. Stacks tell nothing so small. */
export function lineRows({ panels }: Extract<Chart, { is: "timeline" }>, width: number): string {
  const lines = panels.filter(({ draw }) => draw === "line");
  const labels = Math.max(0, ...lines.map(({ label }) => cells(inert(label))));
  const beside = width - labels - 2;
  return lines
    .map(({ label, series }) => {
      const values = (series[0]?.values ?? []).filter((value) => value !== null);
      const words = clipped(inert(label), width);
      // Under the words where there is no room beside them.
      return beside < 20
        ? `${words}\n${sparkline(values, width)}`
        : `${padded(words, labels)}  ${sparkline(values, Math.min(beside, MOST))}`;
    })
    .join("\n");
}
