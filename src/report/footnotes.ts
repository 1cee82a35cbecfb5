/** Footnotes of a page: the first hop from a printed figure to where it came from. */
import type { Note } from "./page.ts";
import type { Report } from "./report.ts";

export interface Footnotes {
  /** Numbers of the notes that the figures rest on; a note is made when it is first asked for. */
  readonly of: (figures: readonly string[]) => readonly number[];
  readonly list: () => readonly Note[];
}

/** So many addresses stand in a footnote; the JSON has them all. */
const ADDRESSES = 1;

/** One note per set of addresses: figures that rest on the same answers share it. */
export function footnotes(report: Report): Footnotes {
  const numbers = new Map<string, number>();
  const made: Note[] = [];
  return {
    of: (figures) => {
      const wanted = new Set<number>();
      for (const id of figures) {
        const figure = report.figures[id];
        if (figure === undefined || figure.evidence.length === 0) continue;
        const key = `${figure.formula}\n${figure.evidence.join("\n")}`;
        const number = numbers.get(key) ?? made.length + 1;
        if (!numbers.has(key)) {
          numbers.set(key, number);
          const more = figure.evidence.length - ADDRESSES;
          const rest = more > 0 ? ` (and ${more} more ${more === 1 ? "address" : "addresses"} in the JSON)` : "";
          made.push({
            number,
            text: `${figure.class}: ${figure.formula}${rest}`,
            urls: figure.evidence.slice(0, ADDRESSES),
          });
        }
        wanted.add(number);
      }
      return [...wanted].toSorted((a, b) => a - b);
    },
    list: () => made,
  };
}
