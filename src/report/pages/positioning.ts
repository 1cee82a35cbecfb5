import { HOUR } from "../../core/time.ts";
import type { Footnotes } from "../footnotes.ts";
import { bareCoins, change, dollars, net, percent, ratioText, tenth } from "../numbers.ts";
import type { Block } from "../page.ts";
import { nameIn, type Report } from "../report.ts";
import { agedSince, longDay, mediumDay, minuteOf } from "../words.ts";

/** What is told in hours is up to one old, and late. */
const HOURLY = 2 * HOUR;

export function positioningBlocks(report: Report): Block[] {
  const section = report.positioning;
  if (section === null) return [];
  const blocks: Block[] = [{ is: "heading", level: 2, text: "Positioning" }];
  if (section.longShort.length > 0) {
    blocks.push({
      is: "table",
      caption: "Long / short ratios; they count what they say, not open interest, of which longs and shorts are equal",
      captionTells: true,
      columns: [
        { title: "Exchange", align: "left", key: true },
        { title: "Contract", align: "left", key: true },
        { title: "Long / short", align: "right" },
        { title: "Counts", align: "left" },
        { title: "As of", align: "right" },
      ],
      rows: section.longShort.map((line) => [
        [{ text: nameIn(report, line.id) }],
        [{ text: line.symbol }],
        [{ text: ratioText(line.ratio) }],
        [{ text: line.counts }],
        [{ text: line.asOf.slice(0, 16).replace("T", " ") }],
      ]),
    });
  }
  const flowAged = agedSince(
    section.taker.map(({ until }) => until),
    report.asOf,
    HOURLY,
  );
  if (section.taker.length > 0) {
    blocks.push({
      is: "table",
      caption: flowAged === null ? "Taker flow of 24 hours" : `Taker flow of the 24 hours to ${minuteOf(flowAged)}`,
      captionTells: true,
      columns: [
        { title: "Exchange", align: "left", key: true },
        { title: "Contract", align: "left", key: true },
        { title: "Taker buys, BTC", align: "right" },
        { title: "Taker sells, BTC", align: "right" },
        { title: "Imbalance", align: "right" },
      ],
      rows: section.taker.map((line) => [
        [{ text: nameIn(report, line.id) }],
        [{ text: line.symbol }],
        [{ text: bareCoins(line.buyBtc) }],
        [{ text: bareCoins(line.sellBtc) }],
        [{ text: change(line.imbalance), tone: line.imbalance < 0 ? "bad" : "good" }],
      ]),
    });
  }
  if (section.cme !== null) {
    const { reportDate, leveragedNetBtc, assetManagersNetBtc } = section.cme;
    blocks.push({
      is: "text",
      spans: [
        {
          text: `CME, ${longDay(reportDate)}: leveraged funds net ${net(leveragedNetBtc)} BTC, asset managers net ${net(assetManagersNetBtc)} BTC (5 BTC contract)`,
        },
      ],
    });
  }
  return blocks;
}

export function liquidationBlocks(report: Report, notes: Footnotes): Block[] {
  const section = report.liquidations;
  if (section === null) return [];
  const blocks: Block[] = [{ is: "heading", level: 2, text: "Liquidations of 24 hours" }];
  if (section.venues.length > 0) {
    const bound = section.lowerBound ? "at least " : "";
    const aged = agedSince(
      section.venues.map(({ until }) => until),
      report.asOf,
      HOURLY,
    );
    blocks.push(
      {
        is: "text",
        spans: [
          {
            text: `${bound}${dollars(section.longsUsd)} of longs and ${bound}${dollars(section.shortsUsd)} of shorts`,
            tone: "strong",
            notes: notes.of(["liquidations.longsUsd"]),
          },
          { text: ` over the ${section.venues.length} exchanges that tell; BTC contracts only` },
          ...(aged === null ? [] : [{ text: ` · 24 hours to ${minuteOf(aged)}` }]),
        ],
      },
      {
        is: "table",
        caption: "Liquidated in 24 hours by exchange, USD",
        columns: [
          { title: "Exchange", align: "left", key: true },
          { title: "Longs", align: "right" },
          { title: "Shorts", align: "right" },
          { title: "Longs' share", align: "right" },
          { title: "Feed", align: "left" },
          { title: "Hours told", align: "right" },
        ],
        rows: section.venues.map((line) => {
          const both = line.longsUsd + line.shortsUsd;
          return [
            [{ text: nameIn(report, line.id) }],
            [{ text: dollars(line.longsUsd) }],
            [{ text: dollars(line.shortsUsd) }],
            [{ text: both > 0 ? percent(line.longsUsd / both) : "n/a" }],
            [{ text: line.feed }],
            [{ text: tenth(line.hours) }],
          ];
        }),
      },
    );
  }
  const records = [
    ...(section.largestSince ?? []).map((line) => ({ ...line, feed: "its own feed alone" })),
    ...(section.reportedLargestSince ?? []).map(({ source, ...line }) => ({
      ...line,
      feed: `its feed as ${nameIn(report, source)} has it, alone`,
    })),
  ];
  for (const { id, symbol, day, usd, since, from, feed } of records) {
    const than = since === null ? `since its history begins, ${mediumDay(from)}` : `since ${mediumDay(since)}`;
    const what = symbol ?? "BTC perpetuals";
    blocks.push({
      is: "text",
      spans: [
        { text: `${nameIn(report, id)}: ${dollars(usd)} of ${what} on ${mediumDay(day)}, its largest day ${than}` },
        { text: ` (${feed}, in UTC days)`, tone: "dim" },
      ],
    });
  }
  for (const vendor of section.reported) {
    blocks.push({
      is: "text",
      spans: [
        {
          text: `${nameIn(report, vendor.id)} reports ${dollars(vendor.longsUsd)} of longs and ${dollars(vendor.shortsUsd)} of shorts over ${vendor.exchanges.length} exchanges; from the same feeds, so not added`,
        },
      ],
    });
  }
  return blocks;
}
