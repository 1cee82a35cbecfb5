import { EXTREME, isExtreme } from "../../core/funding.ts";
import { ratio } from "../../core/units.ts";
import type { Footnotes } from "../footnotes.ts";
import { change, percent, price, rate, tenth } from "../numbers.ts";
import type { Block } from "../page.ts";
import { nameIn, type Report } from "../report.ts";
import { agedSince, list, minuteOf } from "../words.ts";

export const fundingBlocks = (report: Report, notes: Footnotes): Block[] => [
  ...rateBlocks(report, notes),
  ...basisBlocks(report, notes),
];

function rateBlocks(report: Report, notes: Footnotes): Block[] {
  const { funding } = report;
  if (funding === null) return [];
  const blocks: Block[] = [{ is: "heading", level: 2, text: "Funding" }];
  // What was settled is of its hour by nature.
  const running = funding.venues.filter(({ kind }) => kind !== "settled").map(({ asOf }) => asOf);
  const aged = report.mode === "history" ? null : agedSince(running, report.asOf);
  if (funding.weighted8h !== null && funding.apr !== null) {
    blocks.push({
      is: "text",
      spans: [
        { text: `${rate(funding.weighted8h)} per 8 h`, tone: "strong", notes: notes.of(["funding.weighted8h"]) },
        { text: `, weighted by open interest · ${change(funding.apr)} a year, simple` },
        ...(aged === null ? [] : [{ text: ` · rates of ${minuteOf(aged)}` }]),
      ],
    });
  }
  blocks.push({
    is: "table",
    caption: "Funding rates; positive: longs pay shorts",
    captionTells: true,
    columns: [
      { title: "Exchange", align: "left", key: true },
      { title: "Contract", align: "left", key: true },
      { title: "Rate", align: "right" },
      { title: "Every", align: "right" },
      { title: "Per 8 h", align: "right" },
      { title: "Kind", align: "left" },
    ],
    rows: funding.venues.map((line) => [
      [{ text: nameIn(report, line.id) }],
      [{ text: line.symbol }],
      [{ text: rate(line.rate) }],
      [{ text: `${line.everyHours} h` }],
      [{ text: rate(line.rate8h), tone: line.rate8h < 0 ? "bad" : "good" }],
      [{ text: line.kind }],
    ]),
  });
  const extreme = funding.venues.filter((line) => isExtreme(ratio(line.rate8h)));
  if (extreme.length > 0) {
    const lines = extreme.map((line) => `${nameIn(report, line.id)} ${line.symbol} (${rate(line.rate8h)})`);
    const text = `Beyond ${percent(EXTREME)} per 8 h, about where exchanges cap the rate: ${list(lines)}.`;
    blocks.push({ is: "text", spans: [{ text }] });
  }
  return blocks;
}

function basisBlocks(report: Report, notes: Footnotes): Block[] {
  const { basis } = report;
  if (basis === null || basis.contracts.length === 0) return [];
  const blocks: Block[] = [{ is: "heading", level: 2, text: "Basis of dated futures" }];
  if (basis.constant90d !== null) {
    blocks.push({
      is: "text",
      spans: [
        { text: `${change(basis.constant90d)} a year`, tone: "strong", notes: notes.of(["basis.constant90d"]) },
        { text: " at a constant 90 days" },
      ],
    });
  }
  blocks.push({
    is: "table",
    caption: "Basis against the index each contract settles to",
    captionTells: true,
    columns: [
      { title: "Exchange", align: "left", key: true },
      { title: "Contract", align: "left", key: true },
      { title: "Days", align: "right" },
      { title: "Price", align: "right" },
      { title: "Basis", align: "right" },
      { title: "A year", align: "right" },
    ],
    rows: basis.contracts.map((line) => [
      [{ text: nameIn(report, line.id) }],
      [{ text: line.symbol }],
      [{ text: tenth(line.days) }],
      [{ text: price(line.price) }],
      [{ text: change(line.basis) }],
      [{ text: line.annualized === null ? "n/a" : change(line.annualized) }],
    ]),
  });
  return blocks;
}
