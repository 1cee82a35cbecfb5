/** Bars under each other on one scale, the label and the value above each. */
import { scaleLinear } from "d3-scale";
import type { Bar } from "../../report/page.ts";
import { share, short, type Drawing, type Of, type Safe } from "./drawing.ts";

const ROW = 40;
const THICK = 12;
/** Where the bar begins below the top of its row. */
const BAR = 21;
/** Colours on which the line of a range is seen. */
const OWN = [5, 1, 3, 7] as const;
const colour = (place: number): number => OWN[place % OWN.length] ?? 0;

export function bars({ rows }: Of<"bars">, safe: Safe): Drawing {
  const all = rows.flatMap((row) => ("rule" in row ? [] : [row]));
  const names = [...new Set(all.map(({ name }) => name))];
  const x = scaleLinear([0, Math.max(...all.flatMap(({ value, range }) => [value, ...(range ?? [])]), 0)], [0, 100]);
  // A scale from 0 to 0 would put everything in its middle.
  const place = (value: number): string => share(value === 0 ? 0 : x(value));
  const bar = ({ label, text, name, value, range }: Bar, top: number): string => {
    const middle = top + BAR + THICK / 2;
    const lines = (kind: string, [low, high]: readonly [number, number]): readonly string[] => [
      `<line class="${kind}" x1="${place(low)}" x2="${place(high)}" y1="${middle}" y2="${middle}"/>`,
      ...[low, high].map(
        (end) => `<line class="${kind}" x1="${place(end)}" x2="${place(end)}" y1="${middle - 5}" y2="${middle + 5}"/>`,
      ),
    ];
    return [
      `<text x="0" y="${top + 15}">${safe(label)}</text><text class="end" x="100%" y="${top + 15}">${safe(text)}</text>`,
      `<rect class="track" x="0" y="${top + BAR}" width="100%" height="${THICK}"/>`,
      `<rect class="c${colour(names.indexOf(name))}" x="0" y="${top + BAR}" width="${place(value)}" height="${THICK}"/>`,
      ...(range === undefined ? [] : [...lines("reach halo", range), ...lines("reach", range)]),
    ].join("");
  };
  const rule = (text: string, top: number): string =>
    `<line class="now" x1="0" x2="100%" y1="${short(top + ROW / 2)}" y2="${short(top + ROW / 2)}"/><text class="middle halo strong" x="50%" y="${short(top + ROW / 2 + 4)}">${safe(text)}</text>`;
  return {
    height: rows.length * ROW,
    width: null,
    left: 0,
    right: 0,
    body: rows.map((row, i) => ("rule" in row ? rule(row.rule, i * ROW) : bar(row, i * ROW))).join("\n"),
    legend: names.length < 2 ? [] : names.map((name, i) => ({ colour: colour(i), mark: "", text: name })),
  };
}
