/** A chart as an SVG file of its own: nothing loaded, light and dark as its reader likes. */
import type { Chart } from "../report/page.ts";
import { draw } from "./charts/draw.ts";
import { short, type Entry } from "./charts/drawing.ts";
import { safe } from "./markup.ts";
import { CHART_STYLE } from "./style.ts";

/** Pixels; a letter is taken as wide as the wide ones of common fonts. */
const [WIDTH, EDGE, LINE, LETTER, KEY] = [720, 16, 20, 8, 16];

/** The file's name, without its ending, is the chart's. */
export function svg(chart: Chart): string {
  const { body, height, width, left, right, legend } = draw(chart, safe);
  const title = wrapped(chart.title, Math.floor((WIDTH - 2 * EDGE) / LETTER));
  const keys = flowing(legend);
  const rows = keys.length === 0 ? 0 : 1 + Math.max(...keys.map(({ row }) => row));
  const under = EDGE + title.length * LINE;
  const top = under + rows * LINE + 8;
  const own = WIDTH - 2 * EDGE - left - right;
  const box =
    width === null ? `x="${EDGE + left}" width="${own}"` : `x="${short((WIDTH - width) / 2)}" width="${width}"`;
  const high = top + height + EDGE;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${high}" width="${WIDTH}" height="${high}" role="img" aria-labelledby="title about" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif">`,
    `<title id="title">${safe(chart.title)}</title>`,
    `<desc id="about">${safe(chart.about)}</desc>`,
    `<style>${CHART_STYLE}</style>`,
    `<rect class="card" width="${WIDTH}" height="${high}" rx="10"/>`,
    ...title.map((words, i) => `<text class="strong" x="${EDGE}" y="${EDGE + 14 + i * LINE}">${safe(words)}</text>`),
    ...keys.map(
      ({ colour, mark, text, x, row }) =>
        `<svg x="${x}" y="${under + 2 + row * LINE}" width="${KEY}" height="${KEY}"><rect class="c${colour}" width="${KEY}" height="${KEY}"/><text class="n${colour} middle small" x="50%" y="12">${safe(mark)}</text></svg><text class="small" x="${x + KEY + 5}" y="${under + 14 + row * LINE}">${safe(text)}</text>`,
    ),
    `<svg ${box} y="${top}" height="${height}" overflow="visible">`,
    body,
    "</svg>",
    "</svg>",
  ].join("\n")}\n`;
}

/** Beside each other as far as the width goes. */
function flowing(legend: readonly Entry[]): readonly (Entry & { readonly x: number; readonly row: number })[] {
  let [x, row] = [EDGE, 0];
  return legend.map((entry) => {
    const wide = KEY + 5 + entry.text.length * LETTER + 16;
    if (x > EDGE && x + wide > WIDTH - EDGE) [x, row] = [EDGE, row + 1];
    const placed = { ...entry, x, row };
    x += wide;
    return placed;
  });
}

/** Lines of so many letters. */
function wrapped(text: string, letters: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > letters) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
