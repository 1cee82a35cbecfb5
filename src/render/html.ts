/** The page as one HTML file: no script, nothing asked from outside, light and dark, fit for a phone and for print. */
import type { Block, Column, Page, Span } from "../report/page.ts";
import { figure } from "./figure.ts";
import { safe } from "./markup.ts";
import { STYLE } from "./style.ts";

/** Nothing but the styles of the file itself: hostile text that slipped through could still load or run nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export function html(page: Page): string {
  const notes = page.notes.map(
    (note) =>
      `<li id="note-${note.number}">${safe(note.text)}${note.urls.map((url) => ` ${address(url)}`).join("")}</li>`,
  );
  return `${[
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${safe(page.title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    "<main>",
    ...page.blocks.map((block, i) => paired(page.blocks, i, rendered(block))).filter((text) => text !== ""),
    ...(notes.length === 0 ? [] : ["<h2>Footnotes</h2>", "<ol>", ...notes, "</ol>"]),
    "</main>",
    "</body>",
    "</html>",
  ].join("\n")}\n`;
}

function rendered(block: Block): string {
  switch (block.is) {
    case "heading":
      return `<h${block.level}>${safe(block.text)}</h${block.level}>`;
    case "text":
      return `<p>${spans(block.spans)}</p>`;
    case "list":
      return `<ul>\n${block.items.map((item) => `<li>${spans(item)}</li>`).join("\n")}\n</ul>`;
    case "line":
      return "";
    case "table":
      return table(block.caption, block.columns, block.rows);
    case "bars":
    case "timeline":
    case "gauge":
      return figure(block);
  }
}

/** A gauge and the line after it stand beside each other where there is room. */
function paired(blocks: readonly Block[], i: number, text: string): string {
  if (blocks[i]?.is === "gauge" && blocks[i + 1]?.is === "timeline") return `<div class="pair">\n${text}`;
  return blocks[i]?.is === "timeline" && blocks[i - 1]?.is === "gauge" ? `${text}\n</div>` : text;
}

function table(caption: string, columns: readonly Column[], rows: readonly (readonly (readonly Span[])[])[]): string {
  const head = columns.map((column) => `<th scope="col" class="${column.align}">${safe(column.title)}</th>`).join("");
  const body = rows.map((row) => {
    const cells = row.map((cell, i) => {
      const align = columns[i]?.align ?? "left";
      return i === 0
        ? `<th scope="row" class="${align}">${spans(cell)}</th>`
        : `<td class="${align}">${spans(cell)}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  // A wide table scrolls within its own box; the box takes the keyboard's focus so that it can.
  return [
    `<div class="scroll" role="region" tabindex="0" aria-label="${safe(caption)}">`,
    `<table>\n<caption>${safe(caption)}</caption>`,
    `<thead><tr>${head}</tr></thead>`,
    `<tbody>\n${body.join("\n")}\n</tbody>\n</table>\n</div>`,
  ].join("\n");
}

/** A number and its unit stay on one line. */
const UNIT = / (?=%|BTC\b)/g;

const spans = (all: readonly Span[]): string => all.map(span).join("");

function span(one: Span): string {
  const text = one.text.replaceAll(UNIT, "\u00A0");
  const linked = one.url === undefined ? safe(text) : address(one.url, text);
  const toned = one.tone === undefined ? linked : `<span class="${one.tone}">${linked}</span>`;
  const notes = (one.notes ?? []).map((number) => `<a href="#note-${number}">${number}</a>`);
  return notes.length === 0 ? toned : `${toned}<sup>${notes.join(" ")}</sup>`;
}

/** A link to the open web; anything else stays text. */
const address = (url: string, text = url): string =>
  /^https?:\/\//i.test(url) ? `<a href="${safe(url)}" rel="noreferrer">${safe(text)}</a>` : safe(text);
