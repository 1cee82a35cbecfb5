import { bareCoins, change, net, ratioText } from "../numbers.ts";
import type { Block } from "../page.ts";
import { nameIn, type Report } from "../report.ts";
import { agedSince, HOURS_LATE, longDay, minuteOf } from "../words.ts";

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
    HOURS_LATE,
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
