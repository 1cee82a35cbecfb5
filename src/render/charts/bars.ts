/** Bars under each other on one scale, the label and the value above each: side by side where every pair has room. */
import { scaleLinear } from "d3-scale";
import type { Bar } from "../../report/page.ts";
import { ROOM, share, short, type Drawing, type Of, type Safe } from "./drawing.ts";

const ROW = 40;
/** Of a line of words. */
const LINE = 17;
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
  const isTwoLined = all.some(({ label, text }) => label.length + text.length > ROOM);
  const more = isTwoLined ? LINE : 0;
  const row = ROW + more;
  const bar = ({ label, text, name, value, range }: Bar, top: number): string => {
    const middle = top + more + BAR + THICK / 2;
    const lines = (kind: string, [low, high]: readonly [number, number]): readonly string[] => [
      `<line class="${kind}" x1="${place(low)}" x2="${place(high)}" y1="${middle}" y2="${middle}"/>`,
      ...[low, high].map(
        (end) => `<line class="${kind}" x1="${place(end)}" x2="${place(end)}" y1="${middle - 5}" y2="${middle + 5}"/>`,
      ),
    ];
    return [
      `<text x="0" y="${top + 15}">${safe(label)}</text><text ${isTwoLined ? 'x="0"' : 'class="end" x="100%"'} y="${top + more + 15}">${safe(text)}</text>`,
      `<rect class="track" x="0" y="${top + more + BAR}" width="100%" height="${THICK}"/>`,
      `<rect class="c${colour(names.indexOf(name))}" x="0" y="${top + more + BAR}" width="${place(value)}" height="${THICK}"/>`,
      ...(range === undefined ? [] : [...lines("reach halo", range), ...lines("reach", range)]),
    ].join("");
  };
  const rule = (text: string, top: number): string =>
    `<line class="now" x1="0" x2="100%" y1="${short(top + row / 2)}" y2="${short(top + row / 2)}"/><text class="middle halo strong" x="50%" y="${short(top + row / 2 + 4)}">${safe(text)}</text>`;
  return {
    height: rows.length * row,
    width: null,
    left: 0,
    right: 0,
    body: rows.map((one, i) => ("rule" in one ? rule(one.rule, i * row) : bar(one, i * row))).join("\n"),
    legend: names.length < 2 ? [] : names.map((name, i) => ({ colour: colour(i), mark: "", text: name })),
  };
}
