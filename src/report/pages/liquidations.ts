import type { Footnotes } from "../footnotes.ts";
import { dollars, percent, tenth } from "../numbers.ts";
import type { Block } from "../page.ts";
import { nameIn, type LiquidationsSection, type Report } from "../report.ts";
import { agedSince, HOURS_LATE, mediumDay, minuteOf } from "../words.ts";

export function liquidationBlocks(report: Report, notes: Footnotes): Block[] {
  const section = report.liquidations;
  if (section === null) return [];
  const blocks: Block[] = [{ is: "heading", level: 2, text: "Liquidations of 24 hours" }];
  if (section.venues.length > 0) {
    const bound = section.lowerBound ? "at least " : "";
    const aged = agedSince(
      section.venues.map(({ until }) => until),
      report.asOf,
      HOURS_LATE,
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
  blocks.push(...largestBlocks(report, section));
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

/** Days larger than any for long, each feed against its own past. */
function largestBlocks(report: Report, section: LiquidationsSection): Block[] {
  const records = [
    ...(section.largestSince ?? []).map((line) => ({ ...line, feed: "its own feed alone" })),
    ...(section.reportedLargestSince ?? []).map(({ source, ...line }) => ({
      ...line,
      feed: `its feed as ${nameIn(report, source)} has it, alone`,
    })),
  ];
  return records.map(({ id, symbol, day, usd, since, from, feed }): Block => {
    const than = since === null ? `since its history begins, ${mediumDay(from)}` : `since ${mediumDay(since)}`;
    const what = symbol ?? "BTC perpetuals";
    return {
      is: "text",
      spans: [
        { text: `${nameIn(report, id)}: ${dollars(usd)} of ${what} on ${mediumDay(day)}, its largest day ${than}` },
        { text: ` (${feed}, in UTC days)`, tone: "dim" },
      ],
    };
  });
}
