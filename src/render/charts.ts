/** The drawings of the HTML page, as SVG that grows with the page while its text keeps its size. */
import { scaleLinear, scalePoint } from "d3-scale";
import { line as path } from "d3-shape";
import type { Bar, Block } from "../report/page.ts";

type Safe = (text: string) => string;
type Of<K extends Block["is"]> = Extract<Block, { is: K }>;

/** Colours that the style names. */
const COLOURS = 7;
const ROW = 44;
const HEIGHT = 120;

/** One line over time; first and last value in words below it, lowest and highest beside it. */
export function line({ label, values, ends }: Of<"line">, safe: Safe): string {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const x = scalePoint(values.keys(), [0, 1000]);
  const y = scaleLinear([low, high], [HEIGHT - 10, 10]);
  const drawn = path<number>(
    (_, i) => x(i) ?? 0,
    (value) => y(value),
  ).digits(1)(values);
  const title = `${label} to ${ends}: lowest ${low}, highest ${high}`;
  return [
    "<figure>",
    `<svg class="line" role="img" aria-label="${safe(title)}" viewBox="0 0 1000 ${HEIGHT}" preserveAspectRatio="none">`,
    `<title>${safe(title)}</title><path d="${drawn ?? ""}"/></svg>`,
    `<figcaption><span>${safe(label)}</span><span>lowest ${low} · highest ${high}</span><span>${safe(ends)}</span></figcaption>`,
    "</figure>",
  ].join("\n");
}

/** Bars under each other on one scale, their label and value above each. */
export function bars({ title, rows }: Of<"bars">, safe: Safe): string {
  const total = ({ parts }: Bar): number => parts.reduce((sum, { value }) => sum + value, 0);
  const longest = Math.max(0, ...rows.flatMap((row) => [total(row), row.range?.[1] ?? 0]));
  if (longest === 0) return "";
  const names = [...new Set(rows.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const x = scaleLinear([0, longest], [0, 100]);
  const share = (value: number): string => `${x(value).toFixed(2)}%`;
  const colour = (name: string): string => `c${names.indexOf(name) % COLOURS}`;
  const drawn = rows.map((row, i) => {
    const top = i * ROW;
    let from = 0;
    const pieces = row.parts.map(({ name, value, text }) => {
      const piece = `<rect class="${colour(name)}" x="${share(from)}" y="${top + 22}" width="${share(value)}" height="14"><title>${safe(`${row.label}, ${name}: ${text}`)}</title></rect>`;
      from += value;
      return piece;
    });
    const reach =
      row.range === undefined
        ? ""
        : `<line x1="${share(row.range[0])}" x2="${share(row.range[1])}" y1="${top + 29}" y2="${top + 29}"/>`;
    return `<text x="0" y="${top + 16}">${safe(row.label)}</text><text class="end" x="100%" y="${top + 16}">${safe(row.text)}</text>${pieces.join("")}${reach}`;
  });
  const legend = names.map((name) => `<li><svg><rect class="${colour(name)}"/></svg> ${safe(name)}</li>`);
  return [
    "<figure>",
    `<figcaption>${safe(title)}</figcaption>`,
    ...(names.length > 1 ? [`<ul class="legend">${legend.join("")}</ul>`] : []),
    `<svg class="bars" role="img" aria-label="${safe(title)}" height="${rows.length * ROW}">`,
    `<title>${safe(title)}</title>`,
    ...drawn,
    "</svg>",
    "</figure>",
  ].join("\n");
}
