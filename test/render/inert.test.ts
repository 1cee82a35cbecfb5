import fc from "fast-check";
import { expect, it } from "vitest";
import { html } from "../../src/render/html.ts";
import { inert } from "../../src/core/inert.ts";
import { inertMarkdown } from "../../src/render/inert.ts";
import { markdown } from "../../src/render/markdown.ts";
import { sparkline } from "../../src/render/spark.ts";
import { terminal } from "../../src/render/terminal.ts";
import type { Page } from "../../src/report/page.ts";
import { broken } from "../support/lines.ts";

const hostile =
  "\u001B[2J\u001B]8;;https://evil.test\u0007BTC\u202Egnp.exe | `x` [a](https://evil.test) <img src=x onerror=1> @all www.evil.test";

it("takes controls, sequences and bidi overrides out of any text", () => {
  expect(inert("\u001B[31mred\u001B[0m\r\n\u202Eabc\u2066\u200B")).toBe("[31mred[0mabc");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      // oxlint-disable-next-line no-control-regex -- control characters are what must be gone
      expect(inert(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }),
  );
});

it("leaves nothing that Markdown would act on", () => {
  expect(inertMarkdown("a|b")).toBe(String.raw`a\|b`);
  expect(inertMarkdown("<b>&</b>")).toBe("&lt;b&gt;&amp;&lt;/b&gt;");
  expect(inertMarkdown("[x](https://e.test) `c` *e* _u_ ~s~")).toBe(
    String.raw`\[x\](https&#58;//e.test) \`c\` \*e\* \_u\_ \~s\~`,
  );
  expect(inertMarkdown("# not a heading")).toBe(String.raw`\# not a heading`);
  expect(inertMarkdown("- no list")).toBe(String.raw`\- no list`);
  expect(inertMarkdown("1. no list")).toBe(String.raw`\1. no list`);
  expect(inertMarkdown("-14.5 %")).toBe("-14.5 %");
  expect(inertMarkdown("@someone www.x.test")).toBe("&#64;someone www&#46;x.test");
});

const page: Page = {
  title: hostile,
  blocks: [
    { is: "heading", level: 1, text: hostile },
    { is: "text", spans: [{ text: hostile, tone: "strong", notes: [1] }] },
    { is: "list", items: [[{ text: hostile }], [{ text: "plain", url: "https://x.test/a b|c)" }]] },
    { is: "line", label: hostile, values: [1, 2, 3], ends: hostile },
    {
      is: "bars",
      name: "bars",
      title: hostile,
      about: hostile,
      rows: [
        { label: hostile, text: hostile, name: hostile, value: 1 },
        { rule: hostile },
        { label: hostile, text: hostile, name: `other ${hostile}`, value: 2 },
      ],
    },
    {
      is: "gauge",
      name: "gauge",
      title: hostile,
      about: hostile,
      value: 16,
      text: hostile,
      bands: [
        { upTo: 50, name: hostile },
        { upTo: 100, name: "rest" },
      ],
    },
    {
      is: "timeline",
      name: "timeline",
      title: hostile,
      about: hostile,
      count: 2,
      ticks: [{ at: 0, text: hostile }],
      panels: (["line", "areas", "columns"] as const).map((draw) => ({
        label: hostile,
        unit: "USD" as const,
        draw,
        unfinished: true as const,
        series: [
          { name: hostile, values: [1, 2], text: hostile },
          { name: hostile, values: [1, null], text: hostile },
        ],
      })),
    },
    { is: "text", spans: [{ text: "run", url: "javascript:alert(1)" }] },
    {
      is: "table",
      caption: hostile,
      columns: [
        { title: hostile, align: "left", key: true },
        { title: "n", align: "right" },
      ],
      rows: [[[{ text: hostile }], [{ text: "1" }]]],
    },
  ],
  notes: [{ number: 1, text: hostile, urls: [`https://x.test/?q=${hostile}`] }],
};

it("prints hostile text inertly on a terminal, in any width", () => {
  for (const columns of [60, 80, 120]) {
    const text = terminal(page, { columns, color: 0 });
    // oxlint-disable-next-line no-control-regex -- only line feeds may stand in it
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    for (const line of broken(text)) expect(line.length, line).toBeLessThanOrEqual(columns);
  }
});

it("colours only what it is told to", () => {
  const plain = terminal(page, { columns: 80, color: 0 });
  const coloured = terminal(page, { columns: 80, color: 1 });
  // oxlint-disable-next-line no-control-regex -- SGR sequences are what is counted
  expect(coloured.replaceAll(/\u001b\[[0-9;]*m/g, "")).toBe(plain);
  expect(coloured).not.toBe(plain);
});

it("prints hostile text inertly in Markdown", () => {
  const text = markdown(page);
  expect(text).not.toContain("<img");
  expect(text).not.toContain("](https://evil.test)");
  expect(text).not.toMatch(/(?<!\\)`x/);
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  // Two columns: an unescaped pipe would make more.
  for (const row of rows) expect(row.replaceAll(String.raw`\|`, "").split("|").length).toBe(4);
});

it("draws a series between its own extremes", () => {
  expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 20)).toBe("▁▂▃▄▅▆▇█");
  expect(sparkline([5, 5, 5], 20)).toBe("▄▄▄");
  expect(sparkline([], 20)).toBe("");
  expect(
    sparkline(
      Array.from({ length: 100 }, (_, i) => i),
      8,
    ),
  ).toBe("▁▂▃▄▅▆▇█");
});

it("prints hostile text inertly in HTML: only its own elements, links to the web alone, nothing loaded or run", () => {
  const text = html(page);
  expect(text).not.toMatch(/<(?:img|script|iframe|link|object|form)/i);
  expect(text).not.toMatch(/javascript:alert\(1\)"/);
  // Every angle bracket of the text is escaped: what is left opens elements that the renderer itself makes.
  const elements = new Set([...text.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, name]) => name));
  const own =
    "html head meta title style body main h1 h2 p ul ol li span sup a div table caption thead tbody tr th td figure figcaption svg path rect text tspan line circle desc";
  expect([...elements].filter((name) => !own.split(" ").includes(name ?? ""))).toEqual([]);
  // No attribute of a text's making: quotes inside a value are escaped.
  expect(
    html({
      title: "t",
      blocks: [{ is: "text", spans: [{ text: "x", url: 'https://x.test/" onclick="alert(1)' }] }],
      notes: [],
    }),
  ).not.toContain('" onclick');
  expect(text).toContain("default-src 'none'");
});
