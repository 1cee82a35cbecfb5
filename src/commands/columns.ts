/** Lists of what is there, in columns. */
import { cells, padded } from "../render/cells.ts";

/** Before what goes on from the line above. */
const INDENT = "    ";

/**
 * A line for each row, columns aligned, those from `right` on at their right. On a terminal of so many `columns` rows that
 * are longer go on below: between columns, and at spaces in a cell that is wider than the screen. Null: nothing is broken,
 * so that in a pipe a row is a line.
 */
export function inColumns(
  rows: readonly (readonly string[])[],
  { right = Infinity, columns }: { readonly right?: number; readonly columns: number | null },
): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) => Math.max(...rows.map((row) => cells(row[i] ?? ""))));
  const groups = columns === null ? [widths.map((_, i) => i)] : grouped(widths, columns);
  return rows.flatMap((row) =>
    groups.flatMap((group, i) => {
      const line = group
        .map((at) => padded(row[at] ?? "", widths[at] ?? 0, at < right ? "left" : "right"))
        .join("  ")
        .trimEnd();
      const indent = i === 0 ? "" : INDENT;
      if (columns === null) return [line];
      return line.trim() === "" ? [] : broken(line, indent, columns);
    }),
  );
}

/** As many columns on a line as fit. */
function grouped(widths: readonly number[], columns: number): readonly (readonly number[])[] {
  const groups: number[][] = [];
  let used = 0;
  for (const [i, width] of widths.entries()) {
    const group = groups.at(-1);
    if (group !== undefined && used + 2 + width <= columns) {
      group.push(i);
      used += 2 + width;
    } else {
      groups.push([i]);
      used = (groups.length === 1 ? 0 : INDENT.length) + width;
    }
  }
  return groups;
}

/** At spaces; a word that is longer than a line stays whole. */
function broken(line: string, indent: string, columns: number): readonly string[] {
  if (cells(indent) + cells(line) <= columns) return [`${indent}${line}`];
  const lines: string[] = [];
  for (const word of line.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(`${indent}${word}`);
    else if (cells(last) + 1 + cells(word) > columns) lines.push(`${INDENT}${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
