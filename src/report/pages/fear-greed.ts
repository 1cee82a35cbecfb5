import type { Footnotes } from "../footnotes.ts";
import { points } from "../numbers.ts";
import type { Block, Span } from "../page.ts";
import type { Report } from "../report.ts";
import { longDay, mediumDay, plural, shortDay } from "../words.ts";

export function fearGreedBlocks(report: Report, notes: Footnotes): Block[] {
  const section = report.fearGreed;
  if (section === null) return [];
  const { ytd, lowestSince, highestSince, streak, recent } = section;
  const blocks: Block[] = [
    {
      is: "heading",
      level: 2,
      text: section.source === "alternative-me" ? "Crypto Fear & Greed Index" : "Fear & Greed",
    },
    {
      is: "text",
      spans: [
        { text: `${section.value} ${section.label}`, tone: "strong", notes: notes.of(["fearGreed.value"]) },
        { text: ` on ${longDay(section.date)} · ` },
        { text: section.attribution.text, url: section.attribution.url },
        { text: ` (${section.attribution.url})`, tone: "dim" },
      ],
    },
  ];
  const first = recent[0];
  if (first !== undefined && recent.length > 1) {
    blocks.push({
      is: "line",
      label: shortDay(first.date),
      values: recent.map((day) => day.value),
      ends: `${shortDay(section.date)} · ${section.value} · ${section.attribution.text}`,
    });
  }
  const changes = Object.entries(section.changes).map(([window, one]) =>
    one === null ? `${window} n/a` : `${window} ${points(one.points)}`,
  );
  const items: Span[][] = [[{ text: `Change in points: ${changes.join(" · ")}` }]];
  const sentence = records(ytd, lowestSince, highestSince);
  if (sentence !== "") items.push([{ text: sentence }]);
  items.push([{ text: `${streak.label} for ${plural(streak.days, "day")}` }]);
  return [...blocks, { is: "list", items }];
}

type Section = NonNullable<Report["fearGreed"]>;

function records(ytd: Section["ytd"], lowest: Section["lowestSince"], highest: Section["highestSince"]): string {
  const parts: string[] = [];
  if (ytd?.isLow === true) parts.push(`Lowest reading of the year (${plural(ytd.days, "day")})`);
  if (ytd?.isHigh === true) parts.push(`Highest reading of the year (${plural(ytd.days, "day")})`);
  if (lowest !== null) parts.push(`lowest ${sinceWords(lowest)}`);
  if (highest !== null) parts.push(`highest ${sinceWords(highest)}`);
  if (ytd !== null && !ytd.isLow && !ytd.isHigh) {
    parts.push(`year to date ${ytd.low} (${mediumDay(ytd.lowDate)}) to ${ytd.high} (${mediumDay(ytd.highDate)})`);
  }
  const text = parts.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sinceWords(since: NonNullable<Section["lowestSince"]>): string {
  return since.date === null
    ? `in the available history (from ${longDay(since.historyFrom)})`
    : `since ${longDay(since.date)}${since.equal ? " (equal)" : ""}`;
}
