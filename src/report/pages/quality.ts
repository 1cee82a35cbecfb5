/** What is missing and why, what the checks found, and who was asked. */
import type { Block, Span } from "../page.ts";
import { gapSentences } from "../gaps.ts";
import { nameIn, type CheckLine, type Report } from "../report.ts";
import { list, plural } from "../words.ts";

export function missingBlocks(report: Report): Block[] {
  const optional = new Set(report.gaps.filter(({ why }) => why === "unconfigured").map(({ source }) => source));
  const items: Span[][] = [
    ...gapSentences(report.gaps.filter(({ why }) => why !== "unconfigured")).map((text): Span[] => [{ text }]),
    ...report.checks.map((check): Span[] => [
      { text: `${check.rule} ${check.severity}`, tone: check.severity === "note" ? "dim" : "bad" },
      { text: ` ${check.section}: ${party(report, check)}${check.message}` },
    ]),
  ];
  if (optional.size > 0) {
    items.push([{ text: `Not asked, because they want a key that is not set: ${list([...optional])}`, tone: "dim" }]);
  }
  if (items.length === 0) return [];
  return [
    { is: "heading", level: 2, text: "What is missing, and why" },
    { is: "list", items },
  ];
}

/** Whose figure it is, where the message does not say it. */
function party(report: Report, { source, message }: CheckLine): string {
  const name = source === null ? null : nameIn(report, source);
  return name === null || message.includes(name) ? "" : `${name}: `;
}

export function sourceBlocks(report: Report): Block[] {
  return [
    { is: "heading", level: 2, text: "Sources" },
    {
      is: "table",
      caption: "Sources asked",
      columns: [
        { title: "Source", align: "left", key: true },
        { title: "Status", align: "left" },
        { title: "Answers", align: "right" },
        { title: "As of", align: "right" },
        { title: "Attribution", align: "left" },
      ],
      rows: report.sources
        .filter((source) => source.requests > 0 || source.status !== "unconfigured")
        .map((source) => [
          [{ text: source.name }],
          [{ text: source.status, ...(source.status === "failed" ? { tone: "bad" as const } : {}) }],
          [{ text: plural(source.requests, "answer") }],
          [{ text: source.asOf === null ? "n/a" : source.asOf.slice(0, 16).replace("T", " ") }],
          [{ text: source.attribution ?? "" }],
        ]),
    },
  ];
}

/** How each exchange counts: one-sided or not, which contracts, what is uncertain. */
export function countingBlocks(report: Report): Block[] {
  const noted = (report.openInterest?.venues ?? []).filter((venue) => venue.note !== null);
  if (noted.length === 0) return [];
  return [
    { is: "heading", level: 2, text: "How each exchange counts" },
    {
      is: "list",
      items: noted.map((venue) => [{ text: venue.name, tone: "strong" }, { text: `: ${venue.note ?? ""}` }]),
    },
  ];
}
