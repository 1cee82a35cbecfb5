/** The page on a terminal: nothing wider than it, measured in cells, in any width. */
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { cells, clipped } from "../../src/render/cells.ts";
import { terminal } from "../../src/render/terminal.ts";
import { document } from "../../src/report/document.ts";
import type { Block, Page } from "../../src/report/page.ts";
import { Report } from "../../src/report/report.ts";
import { command, DAY_OF_THE_ARTICLE } from "../support/command.ts";
import { broken } from "../support/lines.ts";

const { out } = await command(`daily --replay ${DAY_OF_THE_ARTICLE} --json --levels 92000,72600`);
const article = document(Report.parse(JSON.parse(out)));

const page = (...blocks: Block[]): Page => ({ title: "t", blocks, notes: [] });
const text = (block: Block, columns: number): readonly string[] =>
  terminal(page(block), { columns, color: 0 }).trimEnd().split("\n");

it("keeps every line of the article's day within the width, from 60 columns to 200", () => {
  for (let columns = 60; columns <= 200; columns += 4) {
    for (const line of broken(terminal(article, { columns, color: 0 }))) {
      expect(stringWidth(line), `${columns}: ${line}`).toBeLessThanOrEqual(columns);
      expect(line).toBe(line.trimEnd());
    }
  }
});

it("uses the sixteen colours alone, and says the same without them", () => {
  const coloured = terminal(article, { columns: 100, color: 3 });
  // oxlint-disable-next-line no-control-regex -- SGR sequences are what is looked at
  const codes = new Set([...coloured.matchAll(/\u001b\[([\d;]*)m/g)].map(([, code]) => code ?? ""));
  expect([...codes].filter((code) => !/^(?:0|1|2|22|3\d|39|9\d)$/.test(code))).toEqual([]);
  expect(stripVTControlCharacters(coloured)).toBe(terminal(article, { columns: 100, color: 0 }));
});

it("loses no cell of the article's tables in any width", () => {
  const tables = article.blocks.flatMap((block) => (block.is === "table" ? [block] : []));
  for (const table of tables) {
    for (const columns of [60, 80, 100, null]) {
      const told = terminal(page(table), { columns, color: 0 });
      for (const { title } of table.columns) expect(told).toContain(title);
      for (const cell of table.rows.flat()) for (const span of cell) expect(told).toContain(span.text.trim());
      expect(told).not.toContain("…");
    }
  }
});

describe("addresses", () => {
  const url = `https://x.test/klines?symbol=BTCUSDT&from=${"1".repeat(60)}`;
  const noted: Page = { ...page(), notes: [{ number: 1, text: "observed", urls: [url] }] };

  it.each([60, null])("are one line on a screen of %s columns, to be clicked and copied", (columns) => {
    expect(terminal(noted, { columns, color: 0 }).split("\n")).toContain(`    ${url}`);
  });

  it("go on below in a sentence", () => {
    const said = page({ is: "list", items: [[{ text: `asked ${url} twice` }]] });
    const narrow = terminal(said, { columns: 60, color: 0 });
    expect(narrow.replaceAll(/\n */g, "")).toBe(`• asked${url} twice`);
    expect(terminal(said, { columns: null, color: 0 })).toContain(url);
  });
});

describe("tables", () => {
  const columns = (...marks: ("key" | "starts" | "")[]): Block => ({
    is: "table",
    caption: "A caption",
    columns: marks.map((mark, i) => ({
      title: `title ${i}`.padEnd(18, "."),
      align: "left",
      ...(mark === "" ? {} : { [mark]: true }),
    })),
    rows: [],
  });
  const row = (...places: number[]): string => places.map((i) => `title ${i}...........`).join("  ");

  it("go on below, with the keys of their rows, groups together where they fit", () => {
    // Four of 18 cells and 6 between them are 78.
    expect(text(columns("key", "", "", ""), 78)).toEqual([row(0, 1, 2, 3)]);
    expect(text(columns("key", "", "", ""), 77)).toEqual([row(0, 1, 2), "", row(0, 3)]);
    expect(text(columns("key", "", "starts", ""), 77)).toEqual([row(0, 1), "", row(0, 2, 3)]);
    // Three columns are 58: with two keys there is room for one more.
    expect(text(columns("key", "key", "", "starts", ""), 60)).toEqual([
      row(0, 1, 2),
      "",
      row(0, 1, 3),
      "",
      row(0, 1, 4),
    ]);
  });

  it("are as wide as they need to be where there is no screen", () => {
    const wide = Array.from({ length: 9 }, () => "" as const);
    expect(terminal(page(columns(...wide)), { columns: null, color: 0 }).trimEnd()).toBe(
      row(0, 1, 2, 3, 4, 5, 6, 7, 8),
    );
  });

  it("have their caption above them where it tells something", () => {
    expect(text(columns("key"), 60)).toEqual(["title 0..........."]);
    const told: Block = { is: "table", caption: "A caption", captionTells: true, columns: [], rows: [] };
    expect(text(told, 60)[0]).toBe("A caption");
  });
});

describe("bars", () => {
  const bars: Block = {
    is: "bars",
    name: "b",
    title: "Title",
    about: "",
    rows: [
      { label: "one", text: "200", name: "n", value: 200 },
      { rule: "now" },
      { label: "three", text: "50", name: "n", value: 50, range: [10, 100] },
      { label: "none", text: "0", name: "n", value: 0 },
    ],
  };

  it("are as long as their values, to an eighth of a cell; a range goes on as a line", () => {
    // Of 60 columns 5 are for the longest label, 3 for the longest text, 4 for the spaces: 48 for the bar.
    expect(text(bars, 60)).toEqual([
      "Title",
      `one    ${"█".repeat(48)}  200`,
      `╌╌╌╌╌  now ${"╌".repeat(43)}`,
      // A quarter of 48 is 12, the range ends at 24.
      `three  ${"█".repeat(12)}${"─".repeat(11)}┤${" ".repeat(24)}   50`,
      `none   ${" ".repeat(48)}    0`,
    ]);
  });

  it("go where there is no room for them; the words stay", () => {
    const long = "a rather long text of what this bar comes to, in words";
    const narrow: Block = { ...bars, rows: [{ label: "label", text: long, name: "n", value: 1 }] };
    expect(text(narrow, 60)).toEqual(["Title", `label  ${long.slice(0, 52)}…`]);
  });
});

describe("wide characters", () => {
  it("are two cells, marks on a letter none", () => {
    expect(cells("取引所")).toBe(6);
    expect(cells("e\u0301")).toBe(1);
    expect(clipped("取引所BTC", 9)).toBe("取引所BTC");
    // Three cells hold one wide character and the sign of the cut; half a character is never shown.
    expect(clipped("取引所BTC", 4)).toBe("取…");
    expect(clipped("取引所BTC", 5)).toBe("取引…");
  });

  it("keep tables, lists and bars aligned", () => {
    const rows: Block[] = [
      {
        is: "table",
        caption: "",
        columns: [
          { title: "名前", align: "left", key: true },
          { title: "n", align: "right" },
        ],
        rows: [
          [[{ text: "取引所" }], [{ text: "1" }]],
          [[{ text: "abc" }], [{ text: "22" }]],
        ],
      },
      { is: "list", items: [[{ text: "取引所 ".repeat(20) }]] },
      {
        is: "bars",
        name: "b",
        title: "取引所",
        about: "",
        rows: [
          { label: "取引所", text: "1", name: "n", value: 1 },
          { label: "abc", text: "22", name: "n", value: 2 },
        ],
      },
    ];
    const lines = terminal(page(...rows), { columns: 60, color: 0 })
      .trimEnd()
      .split("\n");
    for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(60);
    expect(lines.slice(0, 3)).toEqual(["名前     n", "取引所   1", "abc     22"]);
    // 6 for the labels, 2 for the words, 48 for the bar, 4 between them: they end in the same cell.
    expect(lines.slice(-2).map((line) => stringWidth(line))).toEqual([60, 60]);
  });
});
