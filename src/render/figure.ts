/** A chart in the HTML page: its title, what its colours mean, the drawing with a name and a description. */
import type { Chart } from "../report/page.ts";
import { draw } from "./charts/draw.ts";
import type { Entry } from "./charts/drawing.ts";
import { safe } from "./markup.ts";

export function figure(chart: Chart): string {
  const { name, title, about } = chart;
  const { body, height, width, left, legend } = draw(chart, safe);
  const size = width === null ? `height="${height}"` : `viewBox="0 0 ${width} ${height}" width="${width}"`;
  const kind = width === null ? (left > 0 ? "chart axes" : "chart") : "chart whole";
  return [
    `<figure class="${chart.is}">`,
    `<figcaption>${safe(title)}</figcaption>`,
    ...(legend.length === 0 ? [] : [`<ul class="legend">${legend.map(item).join("")}</ul>`]),
    `<svg class="${kind}" role="img" aria-labelledby="${name}-title ${name}-about" ${size}>`,
    `<title id="${name}-title">${safe(title)}</title>`,
    `<desc id="${name}-about">${safe(about)}</desc>`,
    body,
    "</svg>",
    "</figure>",
  ].join("\n");
}

const item = ({ colour, mark, text }: Entry): string =>
  `<li><svg class="key" aria-hidden="true"><rect class="c${colour}"/><text class="n${colour} middle small" x="50%" y="12">${safe(mark)}</text></svg> ${safe(text)}</li>`;
