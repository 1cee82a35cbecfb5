import type { Footnotes } from "../footnotes.ts";
import { change, percent, price } from "../numbers.ts";
import type { Block, Span } from "../page.ts";
import { nameIn, type Report } from "../report.ts";
import { agedSince, longDay, mediumDay, minuteOf, plural } from "../words.ts";

/** `1d -2.1 % · 7d -7.4 %`, each in the tone of its sign. */
function changeLine(changes: Readonly<Record<string, { readonly ratio: number } | null>>): Span[] {
  return Object.entries(changes).flatMap(([window, one], i): Span[] => [
    { text: `${i === 0 ? "" : " · "}${window} ` },
    one === null ? { text: "n/a", tone: "dim" } : { text: change(one.ratio), tone: one.ratio < 0 ? "bad" : "good" },
  ]);
}

export function priceBlocks(report: Report, notes: Footnotes): Block[] {
  const section = report.price;
  if (section === null) return [];
  const source = nameIn(report, section.source);
  const aged = section.basis === "last" ? agedSince([section.asOf], report.asOf) : null;
  const kind = section.basis === "close" ? "close" : aged === null ? "last price" : `last price of ${minuteOf(aged)}`;
  const blocks: Block[] = [
    { is: "heading", level: 2, text: "Price" },
    {
      is: "text",
      spans: [
        { text: price(section.usd), tone: "strong", notes: notes.of(["price.usd"]) },
        { text: ` ${source}, BTC/${section.quote}, ${kind} · ` },
        ...changeLine(section.changes),
      ],
    },
  ];
  const { sinceHigh, drawdown, realizedVol30d } = section;
  const items: Span[][] = [];
  if (sinceHigh !== null) {
    items.push([
      { text: change(sinceHigh.ratio), tone: sinceHigh.ratio < 0 ? "bad" : "good" },
      {
        text: ` in ${plural(sinceHigh.days, "day")} from the 30-day high close of ${price(sinceHigh.high)} on ${longDay(sinceHigh.highDate)}`,
        notes: notes.of(["price.sinceHigh.ratio"]),
      },
    ]);
  }
  if (drawdown !== null) {
    items.push([
      { text: change(drawdown.ratio), tone: drawdown.ratio < 0 ? "bad" : "good" },
      {
        text: ` from the highest daily close since ${mediumDay(drawdown.historyFrom)}: ${price(drawdown.high)} on ${longDay(drawdown.highDate)}`,
      },
    ]);
  }
  if (realizedVol30d !== null)
    items.push([{ text: `Realised volatility of 30 days: ${percent(realizedVol30d)} a year` }]);
  return items.length === 0 ? blocks : [...blocks, { is: "list", items }];
}
