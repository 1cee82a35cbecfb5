/** Results as they stand in PERFORMANCE.md. */
import { markdownTable } from "markdown-table";

/** A title and rows; the first row names the columns. */
export function print(title: string, rows: readonly (readonly (string | number)[])[]): void {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === "number" ? rounded(cell) : cell)));
  process.stdout.write(`\n${title}\n\n${markdownTable(texts, { align: ["l", ...Array<string>(9).fill("r")] })}\n`);
}

export const rounded = (n: number): string => (Math.abs(n) >= 100 ? n.toFixed(0) : n.toFixed(1));
export const times = (n: number): string => `${n.toFixed(1)} x`;
export const verdict = (reached: boolean): string => (reached ? "reached" : "missed");
