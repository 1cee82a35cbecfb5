/** Charts: every expected place is worked out by hand from the scale. */
import { expect, it } from "vitest";
import { html } from "../../src/render/html.ts";
import { markdown } from "../../src/render/markdown.ts";
import { svg } from "../../src/render/svg.ts";
import type { Block, Chart, Panel } from "../../src/report/page.ts";

const page = (...blocks: Block[]): string => html({ title: "t", blocks, notes: [] });
const head = { name: "one", title: "A title", about: "What is in it." };
const timeline = (panel: Omit<Panel, "label">, count: number): Chart => ({
  ...head,
  is: "timeline",
  count,
  ticks: [
    { at: 0, text: "first" },
    { at: count - 1, text: "last" },
  ],
  panels: [{ label: "a label", ...panel }],
});

it("draws bars on one scale: the longest fills the width, a model's range is a line over it, a rule between two", () => {
  const one = { text: "", name: "longs", value: 50 };
  const drawn = page({
    ...head,
    is: "bars",
    rows: [{ ...one, label: "a", range: [25, 200] }, { rule: "price now" }, { ...one, label: "b", name: "shorts" }],
  });
  // 50 of 200 is a quarter of the width; the range goes from an eighth of it to its end.
  expect(drawn.match(/width="25%"/g)).toHaveLength(2);
  expect(drawn).toContain('x1="12.5%" x2="100%"');
  // Rows are 40 pixels high: the second begins at 40 and its line stands in its middle.
  expect(drawn).toContain('y1="60" y2="60"');
  expect(drawn.indexOf("price now")).toBeGreaterThan(drawn.indexOf(">a<"));
  expect(drawn.indexOf("price now")).toBeLessThan(drawn.indexOf(">b<"));
  // Two names, so the colours are told apart in words.
  expect(drawn).toMatch(/class="legend".*longs.*shorts/);
});

it("breaks what a narrow phone has no room for: the words of bars below each other, a label into lines", () => {
  const bar = (label: string, text: string): Chart => ({
    ...head,
    is: "bars",
    rows: [{ label, text, name: "n", value: 1 }],
  });
  // 36 letters stand side by side, 37 do not: then the text has a line of its own, 17 pixels further down.
  expect(page(bar("a".repeat(10), "b".repeat(26)))).toContain('<text class="end" x="100%" y="15">bbb');
  expect(page(bar("a".repeat(10), "b".repeat(27)))).toContain('<text x="0" y="32">bbb');
  const drawn = page({
    ...timeline({ unit: "USD", draw: "line", series: [{ name: "n", values: [1, 2], text: "" }] }, 2),
    is: "timeline",
    panels: [
      {
        label: "Points of 100; lowest 10 (27 Feb), highest 79 (12 Jul)",
        unit: "points",
        draw: "line",
        domain: [0, 100],
        series: [{ name: "n", values: [0, 100], text: "" }],
      },
    ],
  } as Chart);
  expect(drawn).toMatch(
    /y="14">Points of 100; lowest 10 \(27 Feb\),<\/text>\n<text [^>]*y="29">highest 79 \(12 Jul\)</,
  );
  // A second line of 15 pixels: the panel of 220 begins at 43.
  expect(drawn).toContain('d="M0,263L1000,43"');
});

it("draws nothing out of nothing", () => {
  const drawn = page({ ...head, is: "bars", rows: [{ label: "a", text: "0", name: "n", value: 0, range: [0, 0] }] });
  expect(drawn).not.toContain("NaN");
  expect(drawn).toContain('width="0%"');
  expect(
    page(timeline({ unit: "USD", draw: "line", series: [{ name: "n", values: [null, null], text: "" }] }, 2)),
  ).not.toMatch(/NaN|Infinity/);
});

it("draws a line from edge to edge, broken where a day is not known", () => {
  // One panel is 220 high and begins at 28: 0 at 248, 100 at 28, so 50 at 138 and 25 at 193.
  const drawn = page(
    timeline(
      {
        unit: "points",
        draw: "line",
        domain: [0, 100],
        series: [{ name: "n", values: [0, 50, null, 100, 25], text: "" }],
      },
      5,
    ),
  );
  expect(drawn).toContain('d="M0,248L250,138M750,28L1000,193"');
  expect(drawn).toContain('cx="100%" cy="193"');
  expect(drawn).toMatch(/>first<.*\n?.*>last</);
});

it("says money with B for billions, and coins with k for thousands", () => {
  const of = (unit: Panel["unit"], top: number): readonly string[] =>
    [
      ...page(timeline({ unit, draw: "areas", series: [{ name: "n", values: [top, top], text: "" }] }, 2)).matchAll(
        /class="end small" x="-6"[^>]*>([^<]*)</g,
      ),
    ].map(([, text]) => text ?? "");
  expect(of("USD", 40e9)).toEqual(["0", "$10B", "$20B", "$30B", "$40B"]);
  expect(of("BTC", 300_000)).toEqual(["0", "100k", "200k", "300k"]);
});

it("stacks areas on each other, and marks the ones that are high enough", () => {
  // Of 400: 300 below, 100 above. 400 stands at 28, 300 at 83, 0 at 248.
  const drawn = page(
    timeline(
      {
        unit: "BTC",
        draw: "areas",
        series: [
          { name: "large", values: [300, 300], text: "300 BTC" },
          { name: "small", values: [100, 100], text: "100 BTC" },
        ],
      },
      2,
    ),
  );
  expect(drawn).toContain('<path class="c0 part" d="M0,83L1000,83L1000,248L0,248Z"/>');
  expect(drawn).toContain('<path class="c1 part" d="M0,28L1000,28L1000,83L0,83Z"/>');
  // The marks in the middle of their parts, 4 pixels down to the foot of the letters: (83 + 248) / 2 and (28 + 83) / 2.
  expect(drawn).toContain('class="n0 end small" x="100%" dx="-5" y="169.5">1<');
  expect(drawn).toContain('class="n1 end small" x="100%" dx="-5" y="59.5">2<');
  expect(drawn).toMatch(/1<\/text><\/svg> large 300 BTC.*2<\/text><\/svg> small 100 BTC/);
});

it("stacks columns, each in the middle of its place; the one not finished looks so and bears no mark", () => {
  const drawn = page(
    timeline(
      {
        unit: "USD",
        draw: "columns",
        unfinished: true,
        series: [
          { name: "a", values: [1e9, 5e8], text: "" },
          { name: "b", values: [1e9, null], text: "" },
        ],
      },
      2,
    ),
  );
  // A place is half of the width, a column 84 % of it: 42 %, from 4 % on. 2B at 28, 1B at 138, 0.5B at 193, 0 at 248.
  expect(drawn).toContain('<rect class="c0 part" x="4%" width="42%" y="138" height="110"/>');
  expect(drawn).toContain('<rect class="c1 part" x="4%" width="42%" y="28" height="110"/>');
  expect(drawn).toContain('<rect class="c0 part soft" x="54%" width="42%" y="193" height="55"/>');
  expect(drawn.match(/class="n\d middle small" x="(?:25|75)%"/g)).toHaveLength(2);
});

it("turns the hand of the gauge by its value, and names the bands", () => {
  const gauge = (value: number): string =>
    page({
      ...head,
      is: "gauge",
      value,
      text: "Some Word",
      bands: [
        { upTo: 50, name: "Low Half" },
        { upTo: 100, name: "High" },
      ],
    });
  // The middle stands at 180, 150; the hand reaches from 78 to 116 pixels off it.
  expect(gauge(0)).toContain('x1="102" y1="150" x2="64" y2="150"');
  expect(gauge(50)).toContain('x1="180" y1="72" x2="180" y2="34"');
  expect(gauge(100)).toContain('x1="258" y1="150" x2="296" y2="150"');
  // A quarter of the way: 45 degrees, 78 · cos 45° = 55.15 and 116 · cos 45° = 82.02.
  expect(gauge(25)).toContain('x1="124.85" y1="94.85" x2="97.98" y2="67.98"');
  for (const words of [">25<", ">Some Word<", ">Low<", ">Half<", ">High<", ">0<", ">100<"]) {
    expect(gauge(25)).toContain(words);
  }
});

it("gives each drawing its name and description, in the page and in a file", () => {
  const chart: Chart = { ...head, is: "bars", rows: [{ label: "a", text: "1", name: "n", value: 1 }] };
  expect(page(chart)).toContain('role="img" aria-labelledby="one-title one-about"');
  expect(page(chart)).toContain('<title id="one-title">A title</title>\n<desc id="one-about">What is in it.</desc>');
  const file = svg(chart);
  expect(file).toMatch(
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 720 (\d+)" width="720" height="\1"/,
  );
  expect(file).toContain("prefers-color-scheme: dark");
  expect(file).not.toMatch(/href|url\(|<script/);
});

it("links the charts from Markdown where they were asked for, and leaves them out else", () => {
  const chart: Chart = { ...head, title: "A [title]", is: "bars", rows: [] };
  const made = { title: "t", blocks: [chart], notes: [] };
  expect(markdown(made)).toBe("\n");
  expect(markdown(made, "my charts")).toBe(String.raw`![A \[title\]. What is in it.](my%20charts/one.svg)` + "\n");
});
