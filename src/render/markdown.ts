/** The page as GitHub-flavoured Markdown: headings, tables, footnotes. Stable, so that a daily commit has a readable diff. */
import { markdownTable } from "markdown-table";
import type { Block, Column, Page, Span } from "../report/page.ts";
import { chartFile } from "./chart-files.ts";
import { inert } from "../core/inert.ts";
import { inertMarkdown } from "./inert.ts";
import { sparkline } from "./spark.ts";

/** `charts` is where the charts' files are, as seen from the text; null: it has no charts. */
export function markdown(page: Page, charts: string | null = null): string {
  const notes = page.notes.map(
    (note) => `[^${note.number}]: ${inertMarkdown(note.text)}${note.urls.map(source).join("")}`,
  );
  const parts = page.blocks.map((block) => rendered(block, charts)).filter((part) => part !== "");
  return `${[...parts, ...(notes.length === 0 ? [] : [notes.join("\n")])].join("\n\n")}\n`;
}

function rendered(block: Block, charts: string | null): string {
  switch (block.is) {
    case "heading":
      return `${"#".repeat(block.level)} ${inertMarkdown(block.text)}`;
    case "text":
      return spans(block.spans);
    case "list":
      return block.items.map((item) => `- ${spans(item)}`).join("\n");
    case "line":
      return `${inertMarkdown(block.label)} \`${sparkline(block.values, 60)}\` ${inertMarkdown(block.ends)}`;
    case "table":
      return `${block.captionTells === true ? `${inertMarkdown(block.caption)}\n\n` : ""}${table(block.columns, block.rows)}`;
    case "bars":
    case "timeline":
    case "gauge":
      return charts === null
        ? ""
        : `![${inertMarkdown(`${block.title}. ${block.about}`)}](${address(`${charts}/${chartFile(block)}`)})`;
  }
}

const table = (columns: readonly Column[], rows: readonly (readonly (readonly Span[])[])[]): string =>
  markdownTable([columns.map((column) => inertMarkdown(column.title)), ...rows.map((row) => row.map(spans))], {
    align: columns.map((column) => column.align),
  });

const spans = (all: readonly Span[]): string => all.map(span).join("");

function span(one: Span): string {
  const text = inertMarkdown(one.text);
  const [, before = "", core = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  const strong = one.tone === "strong" && core !== "" ? `${before}**${core}**${after}` : text;
  const linked = one.url === undefined ? strong : `[${strong}](${address(one.url)})`;
  return `${linked}${(one.notes ?? []).map((number) => `[^${number}]`).join("")}`;
}

/** A link to the open web; what comes from the local history is no link. */
const source = (url: string): string => (/^https?:\/\//i.test(url) ? ` <${address(url)}>` : ` ${inertMarkdown(url)}`);

/** An address that cannot end the link it stands in. */
const address = (url: string): string =>
  encodeURI(inert(url))
    .replaceAll("%25", "%")
    .replaceAll(/[<>()\\`|]/g, encodeURIComponent);
