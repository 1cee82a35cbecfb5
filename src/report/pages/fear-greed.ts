import { FEAR_GREED_CLASSES } from "../../core/plausible/values.ts";
import { addDays, daysBetween, parseDay } from "../../core/time.ts";
import type { Footnotes } from "../footnotes.ts";
import { points } from "../numbers.ts";
import type { Block, Span } from "../page.ts";
import type { Report } from "../report.ts";
import { list, longDay, mediumDay, plural, shortDay, sinceDay } from "../words.ts";
import { dayTicks } from "./time-axis.ts";

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
  blocks.push(...charts(section));
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

/** Alternative.me's classes are measured; another index has its own, and gets a scale without them. */
function charts({ value, label, date, source, year }: Section): Block[] {
  const own = source === "alternative-me";
  const bands = own
    ? FEAR_GREED_CLASSES.map(({ upTo, label: name }) => ({ upTo, name }))
    : [{ upTo: 100, name: "0 to 100" }];
  const classes = own
    ? ` Classes: ${list(bands.map(({ upTo, name }, i) => `${name} ${(bands[i - 1]?.upTo ?? -1) + 1} to ${upTo}`))}.`
    : "";
  const gauge: Block = {
    is: "gauge",
    name: "fear-greed",
    title: `Fear & Greed on ${longDay(date)}`,
    about: `${value} on a scale from 0 to 100: ${label}.${classes}`,
    value,
    text: label,
    bands,
  };
  const [first] = year;
  if (first === undefined || year.length < 2) return [gauge];
  const days = everyDay(first.date, date);
  const known = new Map(year.map((day) => [day.date, day.value]));
  const low = year.reduce((a, b) => (b.value < a.value ? b : a));
  const high = year.reduce((a, b) => (b.value > a.value ? b : a));
  return [
    gauge,
    {
      is: "timeline",
      name: "fear-greed-year",
      title: `Fear & Greed, ${mediumDay(first.date)} to ${mediumDay(date)}`,
      about: `Lowest ${low.value} on ${longDay(low.date)}, highest ${high.value} on ${longDay(high.date)}, last ${value} on ${longDay(date)}.`,
      count: days.length,
      ticks: dayTicks(days),
      panels: [
        {
          label: `Points of 100; lowest ${low.value} (${shortDay(low.date)}), highest ${high.value} (${shortDay(high.date)})`,
          unit: "points",
          draw: "line",
          domain: [0, 100],
          series: [{ name: "Fear & Greed", values: days.map((day) => known.get(day) ?? null), text: String(value) }],
        },
      ],
    },
  ];
}

function everyDay(first: string, last: string): readonly string[] {
  const [from, to] = [parseDay(first), parseDay(last)];
  if (from === null || to === null) return [];
  return Array.from({ length: daysBetween(from, to) + 1 }, (_, i) => addDays(from, i));
}

function records(ytd: Section["ytd"], lowest: Section["lowestSince"], highest: Section["highestSince"]): string {
  const parts: string[] = [];
  if (ytd?.isLow === true) parts.push(`Lowest reading of the year (${plural(ytd.days, "day")})`);
  if (ytd?.isHigh === true) parts.push(`Highest reading of the year (${plural(ytd.days, "day")})`);
  if (lowest !== null) parts.push(`lowest ${sinceDay(lowest)}`);
  if (highest !== null) parts.push(`highest ${sinceDay(highest)}`);
  for (const [extreme, tied] of [
    ["low", ytd?.equalsLow],
    ["high", ytd?.equalsHigh],
  ] as const) {
    if (ytd !== null && typeof tied === "string")
      parts.push(`equals the ${extreme} of the year, of ${longDay(tied)} (${plural(ytd.days, "day")})`);
  }
  if (ytd !== null && !ytd.isLow && !ytd.isHigh && ytd.equalsLow === null && ytd.equalsHigh === null) {
    const range = `${ytd.low} (${mediumDay(ytd.lowDate)}) to ${ytd.high} (${mediumDay(ytd.highDate)})`;
    parts.push(ytd.days === 1 ? "first reading of the year" : `year to date (${ytd.days} days) ${range}`);
  }
  const text = parts.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
