/** A value on a half circle from 0 to 100, its bands named. */
import { scaleLinear } from "d3-scale";
import { arc } from "d3-shape";
import { short, type Drawing, type Of, type Safe } from "./drawing.ts";

const [WIDTH, HEIGHT] = [360, 184];
const [X, Y] = [WIDTH / 2, 150];
const [INNER, OUTER, WORDS] = [88, 112, 122];
/** Of the gap between two bands, in parts of the scale. */
const GAP = 0.5;

export function gauge({ value, text, bands }: Of<"gauge">, safe: Safe): Drawing {
  // From the left, clockwise: d3 counts from the top.
  const turn = scaleLinear([0, 100], [-Math.PI / 2, Math.PI / 2]).clamp(true);
  const at = (radius: number, place: number): readonly [number, number] => [
    X + radius * Math.sin(turn(place)),
    Y - radius * Math.cos(turn(place)),
  ];
  const own = bands.find(({ upTo }) => value <= upTo);
  const drawn = bands.map((band, i) => {
    const from = bands[i - 1]?.upTo ?? 0;
    const shape = arc().digits(1)({
      innerRadius: INNER,
      outerRadius: OUTER,
      startAngle: turn(from + (i === 0 ? 0 : GAP)),
      endAngle: turn(band.upTo - (i === bands.length - 1 ? 0 : GAP)),
    });
    const middle = (from + band.upTo) / 2;
    const [x, y] = at(WORDS, middle);
    const side = middle < 45 ? "end" : middle > 55 ? "start" : "middle";
    // The name in two lines where it has two words; the lower one stands at the band's middle.
    const words = bands.length === 1 ? [] : band.name.split(" ");
    const lines = words.map(
      (word, line) =>
        `<tspan x="${short(x)}" dy="${line === 0 ? short((1 - words.length) * 14) : 14}">${safe(word)}</tspan>`,
    );
    const isOwn = band === own ? " own" : "";
    return `<path class="band b${i}${isOwn}" transform="translate(${X} ${Y})" d="${shape ?? ""}"/><text class="${side} small${isOwn}" y="${short(y)}">${lines.join("")}</text>`;
  });
  const [x1, y1] = at(INNER - 10, value);
  const [x2, y2] = at(OUTER + 4, value);
  const hand = `x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}"`;
  return {
    height: HEIGHT,
    width: WIDTH,
    left: 0,
    right: 0,
    body: [
      ...drawn,
      `<line class="hand halo" ${hand}/><line class="hand" ${hand}/>`,
      `<text class="middle large" x="${X}" y="${Y - 8}">${value}</text>`,
      `<text class="middle strong" x="${X}" y="${Y + 18}">${safe(text)}</text>`,
      `<text class="middle small" x="${X - (INNER + OUTER) / 2}" y="${Y + 18}">0</text>`,
      `<text class="middle small" x="${X + (INNER + OUTER) / 2}" y="${Y + 18}">100</text>`,
    ].join("\n"),
    legend: [],
  };
}
