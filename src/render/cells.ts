/** Text on a terminal, measured in its cells: a wide character takes two, a combining one none. */
import cellsOf from "string-width";

/** Most text is ASCII, which needs no measuring. */
const PLAIN = /^[ -~]*$/;

export const cells = (text: string): number => (PLAIN.test(text) ? text.length : cellsOf(text));

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Cut to the width, the last cell saying so. */
export function clipped(text: string, width: number): string {
  if (cells(text) <= width) return text;
  let shown = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += cells(segment);
    if (used > width - 1) break;
    shown += segment;
  }
  return `${shown}…`;
}

/** In pieces of at most that width, nothing lost. */
export function pieces(text: string, width: number): readonly string[] {
  if (cells(text) <= width) return [text];
  const made = [""];
  for (const { segment } of graphemes.segment(text)) {
    const last = made.at(-1) ?? "";
    if (last !== "" && cells(last) + cells(segment) > width) made.push(segment);
    else made[made.length - 1] = last + segment;
  }
  return made;
}

export const padded = (text: string, width: number, side: "left" | "right" = "left"): string => {
  const space = " ".repeat(Math.max(0, width - cells(text)));
  return side === "left" ? `${text}${space}` : `${space}${text}`;
};
