/** Panels above each other on one time axis: lines, stacked areas, stacked columns. */
import { scaleLinear, type ScaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import type { Panel } from "../../report/page.ts";
import { colour, lines, share, short, type Drawing, type Entry, type Of, type Safe } from "./drawing.ts";

/** Heights, in pixels: of a panel alone, of one among others, of its label and each more line of it, below it, of the time axis. */
const [ALONE, AMONG, LABEL, LINE, BELOW, AXIS] = [220, 110, 28, 15, 18, 22];
/** Width of the drawn part before it is stretched. */
const WIDE = 1000;
/** A mark needs so much height. */
const MARK = 13;
/** Part of its place that a column leaves free. */
const FREE = 0.16;

type Scale = ScaleLinear<number, number>;
type Values = readonly (number | null)[];
/** From where to where a value of a stack goes; null where it is not known. */
type Layer = readonly ({ readonly from: number; readonly to: number } | null)[];

export function timeline({ count, ticks, panels }: Of<"timeline">, safe: Safe): Drawing {
  const isColumns = panels.some(({ draw }) => draw === "columns");
  // A column stands in the middle of its place; a line goes from edge to edge.
  const x = isColumns ? scaleLinear([-0.5, count - 0.5], [0, 100]) : scaleLinear([0, Math.max(1, count - 1)], [0, 100]);
  const high = panels.length === 1 ? ALONE : AMONG;
  let bottom = -BELOW;
  const drawn = panels.map((panel) => {
    const top = bottom + BELOW;
    const label = lines(panel.label).map(
      (line, i) => `<text class="small" x="${-LEFT}" y="${top + 14 + i * LINE}">${safe(line)}</text>`,
    );
    bottom = top + LABEL + (label.length - 1) * LINE + high;
    return [...label, inPanel(panel, x, bottom - high, high)].join("\n");
  });
  const words = ticks.map(({ at, text }) => {
    const place = x(at);
    const side = place < 6 ? "" : place > 94 ? "end " : "middle ";
    return `<line class="tick" x1="${share(place)}" x2="${share(place)}" y1="${bottom}" y2="${bottom + 4}"/><text class="${side}small" x="${share(place)}" y="${bottom + 17}">${safe(text)}</text>`;
  });
  return {
    height: bottom + AXIS,
    width: null,
    left: LEFT,
    right: RIGHT,
    body: [...drawn, ...words].join("\n"),
    legend: panels.flatMap(({ series }) => (series.length < 2 ? [] : series.map(entry))),
  };
}

const LEFT = 46;
const RIGHT = 6;

const entry = ({ name, text }: Panel["series"][number], i: number): Entry => ({
  colour: colour(i),
  mark: String(i + 1),
  text: `${name} ${text}`.trimEnd(),
});

function inPanel(panel: Panel, x: Scale, top: number, high: number): string {
  const layers = stacked(panel.series.map(({ values }) => values));
  const known = panel.series.flatMap(({ values }) => values.filter((value) => value !== null));
  const tallest = Math.max(0, ...layers.flatMap((layer) => layer.map((part) => part?.to ?? 0)));
  const reach = known.length === 0 ? [0, 1] : [Math.min(...known), Math.max(...known)];
  const domain = panel.draw === "line" ? (panel.domain ?? reach) : [0, tallest];
  const steps = high < ALONE ? 3 : 4;
  const y = scaleLinear(domain, [top + high, top]).nice(steps);
  const format = y.tickFormat(steps, "~s");
  const lines = y.ticks(steps).map((value) => {
    const at = short(y(value));
    return `<line class="grid" x1="0" x2="100%" y1="${at}" y2="${at}"/><text class="end small" x="-6" y="${short(y(value) + 4)}">${inUnit(panel.unit, value, format)}</text>`;
  });
  const drawn =
    panel.draw === "line"
      ? lineOf(panel.series[0]?.values ?? [], x, y, top, high)
      : panel.draw === "areas"
        ? areas(layers, x, y, top, high)
        : columns(layers, x, y, panel.unfinished === true);
  return [...lines, drawn].join("\n");
}

/** `300k`, `$1.5T`: d3 says G where money says B. */
function inUnit(unit: Panel["unit"], value: number, format: (value: number) => string): string {
  if (unit === "points" || value === 0) return String(value);
  return `${unit === "USD" ? "$" : ""}${format(value).replace("G", "B")}`;
}

/** What is drawn in a box of its own that is stretched to the width; strokes keep their width. */
const stretched = (top: number, high: number, body: string): string =>
  `<svg x="0" y="${top}" width="100%" height="${high}" viewBox="0 ${top} ${WIDE} ${high}" preserveAspectRatio="none" overflow="visible">${body}</svg>`;

function lineOf(values: Values, x: Scale, y: Scale, top: number, high: number): string {
  const drawn = line<number | null>(
    (_, i) => x(i) * (WIDE / 100),
    (value) => y(value ?? 0),
  )
    .defined((value) => value !== null)
    .digits(1)(values);
  const last = values.findLastIndex((value) => value !== null);
  const end = values[last];
  const dot =
    end === null || end === undefined
      ? ""
      : `<circle class="end" cx="${share(x(last))}" cy="${short(y(end))}" r="3.5"/>`;
  return `${stretched(top, high, `<path class="line" d="${drawn ?? ""}"/>`)}${dot}`;
}

function areas(layers: readonly Layer[], x: Scale, y: Scale, top: number, high: number): string {
  const shapes = layers.map((layer, i) => {
    const drawn = area<Layer[number]>(
      (_, place) => x(place) * (WIDE / 100),
      (part) => y(part?.from ?? 0),
      (part) => y(part?.to ?? 0),
    )
      .defined((part) => part !== null)
      .digits(1)(layer);
    return `<path class="c${colour(i)} part" d="${drawn ?? ""}"/>`;
  });
  // The mark near the end, where the legend's figures are.
  const marks = layers.map((layer, i) => {
    const part = layer.findLast((one) => one !== null);
    return part === null || part === undefined || y(part.from) - y(part.to) < MARK
      ? ""
      : `<text class="n${colour(i)} end small" x="100%" dx="-5" y="${short((y(part.from) + y(part.to)) / 2 + 4)}">${i + 1}</text>`;
  });
  return `${stretched(top, high, shapes.join(""))}${marks.join("")}`;
}

function columns(layers: readonly Layer[], x: Scale, y: Scale, unfinished: boolean): string {
  const wide = (x(1) - x(0)) * (1 - FREE);
  const last = (layers[0]?.length ?? 0) - 1;
  return layers
    .flatMap((layer, i) =>
      layer.map((part, at) => {
        if (part === null) return "";
        const [from, to] = [y(part.from), y(part.to)];
        const soft = at === last && unfinished ? " soft" : "";
        const box = `<rect class="c${colour(i)} part${soft}" x="${share(x(at) - wide / 2)}" width="${share(wide)}" y="${short(to)}" height="${short(from - to)}"/>`;
        return from - to < MARK || soft !== ""
          ? box
          : `${box}<text class="n${colour(i)} middle small" x="${share(x(at))}" y="${short((from + to) / 2 + 4)}">${i + 1}</text>`;
      }),
    )
    .join("");
}

/** Each series on the ones before it. What is not known adds nothing to those above it. */
function stacked(all: readonly Values[]): readonly Layer[] {
  const sums = new Map<number, number>();
  return all.map((values) =>
    values.map((value, at) => {
      if (value === null) return null;
      const from = sums.get(at) ?? 0;
      sums.set(at, from + value);
      return { from, to: from + value };
    }),
  );
}
