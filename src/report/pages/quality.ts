/** What is missing and why, what the checks found, and who was asked. */
import type { Block, Span } from "../page.ts";
import type { GapLine, Report } from "../report.ts";
import { plural } from "../words.ts";

export function missingBlocks(report: Report): Block[] {
  const items: Span[][] = [
    ...report.gaps.map((gap) => gapWords(gap)),
    ...report.checks.map((check): Span[] => [
      { text: `${check.rule} ${check.severity}`, tone: check.severity === "note" ? "dim" : "bad" },
      { text: ` ${check.section}: ${check.message}` },
    ]),
  ];
  if (items.length === 0) return [];
  return [
    { is: "heading", level: 2, text: "What is missing, and why" },
    { is: "list", items },
  ];
}

function gapWords(gap: GapLine): Span[] {
  const status = gap.status === null ? "" : ` ${gap.status}`;
  return [
    { text: `${gap.source} ${gap.dataset}`, tone: "strong" },
    { text: `: ${gap.why}${status}, ${gap.detail}.` },
    ...(gap.advice === null ? [] : [{ text: ` ${gap.advice}` }]),
  ];
}

export function sourceBlocks(report: Report): Block[] {
  return [
    { is: "heading", level: 2, text: "Sources" },
    {
      is: "table",
      caption: "Sources asked",
      columns: [
        { title: "Source", align: "left", drop: 0 },
        { title: "Status", align: "left", drop: 0 },
        { title: "Answers", align: "right", drop: 2 },
        { title: "As of", align: "right", drop: 1 },
        { title: "Attribution", align: "left", drop: 3 },
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
