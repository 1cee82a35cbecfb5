/** What every drawing is before it is put into a page or into a file of its own. */
import type { Chart } from "../../report/page.ts";

/** Makes text inert for an element or a quoted attribute. */
export type Safe = (text: string) => string;
export type Of<K extends Chart["is"]> = Extract<Chart, { is: K }>;

/**
 * SVG that takes the width it is given: places along the width are percentages, heights and text are pixels. So text
 * keeps its size on a phone and on a desk.
 */
export interface Drawing {
  readonly height: number;
  /** Where it has a width of its own, in pixels. */
  readonly width: number | null;
  /** Pixels that its words need left and right of it. */
  readonly left: number;
  readonly right: number;
  readonly body: string;
  /** What the colours mean; each has a mark that stands in the drawing too. Empty where there is nothing to tell apart. */
  readonly legend: readonly Entry[];
}
export interface Entry {
  readonly colour: number;
  readonly mark: string;
  readonly text: string;
}

/** Colours that the style names. */
const COLOURS = 8;
export const colour = (place: number): number => place % COLOURS;

/**
 * So many letters find room beside each other on the narrowest phone (320 pixels less the margins of page and card): of
 * the text of charts, 13 pixels high, and of its small text of 12.
 */
export const ROOM = 36;
const SMALL_ROOM = 39;

/** Small words in lines that fit everywhere: SVG breaks none. */
export function lines(text: string): readonly string[] {
  const found: string[] = [];
  for (const word of text.split(" ")) {
    const last = found.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= SMALL_ROOM) found.splice(-1, 1, `${last} ${word}`);
    else found.push(word);
  }
  return found;
}

/** With as many decimals as a screen can show. */
export const short = (n: number): string => String(Number(n.toFixed(2)));
export const share = (n: number): string => `${short(n)}%`;
