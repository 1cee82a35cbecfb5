import type { Footnotes } from "../footnotes.ts";
import { change, dollars, percent } from "../numbers.ts";
import type { Block, Column, Drawn, Span } from "../page.ts";
import { nameIn, type Report, type VolumeMonth, type VolumeSection } from "../report.ts";
import { list, longMonth, plural, recordsWords, timeWords } from "../words.ts";
import { monthTicks } from "./time-axis.ts";

/** Exchanges that get a column of their own: the largest of the latest whole month. */
const COLUMNS = 5;
/** Months shown; the JSON has all. */
const MONTHS = 13;

export function volumeBlocks(report: Report, notes: Footnotes): Block[] {
  const section = report.volume;
  if (section === null) return [];
  const latest = section.months.find((month) => month.month === section.latest) ?? section.months.at(-1);
  const top = (latest?.venues ?? [])
    .toSorted((a, b) => b.usd - a.usd)
    .slice(0, COLUMNS)
    .map((venue) => venue.id);
  const name = (id: string): string => nameIn(report, id);
  const columns: Column[] = [
    { title: "Month", align: "left", key: true },
    { title: "Total", align: "right" },
    { title: "a day", align: "right" },
    ...top.map((id): Column => ({ title: name(id), align: "right" })),
    { title: "Venues", align: "right" },
  ];
  const shown = section.months.slice(-MONTHS);
  return [
    { is: "heading", level: 2, text: "Monthly futures volume" },
    { is: "text", spans: [{ text: `${section.unit}, UTC months` }] },
    {
      is: "table",
      caption: "Futures volume by month and exchange",
      columns,
      rows: shown.map((month) => row(month, top, notes)),
    },
    chart(shown, top, name),
    { is: "list", items: sentences(section, name, notes) },
  ];
}

const monthLabel = (month: VolumeMonth): string =>
  month.complete ? month.month : `${month.month} to date (${timeWords(month.days)})`;

function chart(shown: readonly VolumeMonth[], top: readonly string[], name: (id: string) => string): Block {
  const named = top.map((id): Drawn => {
    const values = shown.map((month) => month.venues.find((venue) => venue.id === id)?.usd ?? null);
    return { name: name(id), values, text: "" };
  });
  const rest = shown.map((month) => {
    const others = month.venues.filter(({ id }) => !top.includes(id));
    return others.length === 0 ? null : others.reduce((sum, { usd }) => sum + usd, 0);
  });
  const last = shown.at(-1);
  const unfinished = last?.complete === false;
  return {
    is: "timeline",
    name: "volume",
    title: "Monthly futures volume by exchange, USD",
    about: `${shown.map((month) => `${monthLabel(month)} ${dollars(month.usd)}`).join(", ")}.`,
    count: shown.length,
    ticks: monthTicks(shown.map(({ month }) => month)),
    panels: [
      {
        label: `USD a month, each trade once${unfinished ? "; dashed: to date" : ""}`,
        unit: "USD",
        draw: "columns",
        series: [
          ...named,
          ...(rest.every((value) => value === null) ? [] : [{ name: "others", values: rest, text: "" }]),
        ],
        ...(unfinished ? { unfinished } : {}),
      },
    ],
  };
}

function row(month: VolumeMonth, top: readonly string[], notes: Footnotes): Span[][] {
  return [
    [{ text: monthLabel(month), notes: notes.of([`volume.months.${month.month}.usd`]) }],
    [{ text: dollars(month.usd), tone: month.complete ? "strong" : "dim" }],
    // Hours of a month tell nothing of a day.
    [month.complete || month.days >= 1 ? { text: dollars(month.perDayUsd) } : { text: "n/a", tone: "dim" }],
    ...top.map((id): Span[] => {
      const venue = month.venues.find((one) => one.id === id);
      return [venue === undefined ? { text: "n/a", tone: "dim" } : { text: dollars(venue.usd) }];
    }),
    [{ text: String(month.venues.length) }],
  ];
}

/** Over whom a running month is told; who of the latest month is missing is named, with the part that it had of it. */
function ofWhom({ months, latest }: VolumeSection, running: string, name: (id: string) => string): string {
  const now = months.find(({ month }) => month === running)?.venues ?? [];
  const gone = (months.find(({ month }) => month === latest)?.venues ?? []).filter(
    ({ id }) => !now.some((one) => one.id === id),
  );
  const over = ` over ${plural(now.length, "venue")}`;
  if (gone.length === 0 || latest === null) return over;
  const part = percent(gone.reduce((sum, { share }) => sum + share, 0));
  return `${over} (without ${list(gone.map(({ id }) => name(id)))}, ${part} of ${longMonth(latest)})`;
}

function sentences(section: VolumeSection, name: (id: string) => string, notes: Footnotes): Span[][] {
  const items: Span[][] = [];
  const { latest, monthOverMonth, record, toDate } = section;
  if (latest === null) return items;
  const month = section.months.find((one) => one.month === latest);
  if (month !== undefined) {
    const shares = month.venues
      .slice(0, 3)
      .map((venue) => `${name(venue.id)} ${dollars(venue.usd)} (${percent(venue.share)})`);
    items.push([
      {
        text: `${longMonth(latest)}: ${dollars(month.usd)} over ${plural(month.venues.length, "venue")}, ${dollars(month.perDayUsd)} a day; ${list(shares)}`,
        notes: notes.of([`volume.months.${latest}.usd`]),
      },
    ]);
  }
  if (monthOverMonth !== null) {
    items.push([
      {
        text: `Against the month before: ${change(monthOverMonth.ratio)} in total, ${change(monthOverMonth.perDay)} per day, like for like over ${plural(monthOverMonth.venues.length, "venue")}`,
        notes: notes.of(["volume.monthOverMonth.ratio"]),
      },
    ]);
  }
  if (record !== null) {
    const words = recordsWords(record, latest);
    if (words !== "") items.push([{ text: `${longMonth(latest)} over ${list(record.venues.map(name))}: ${words}` }]);
  }
  // Exchanges of which the same is true share a sentence.
  const alike = new Map<string, string[]>();
  for (const venue of month?.venues ?? []) {
    if (venue.record === null) continue;
    const words = recordsWords(venue.record, latest);
    if (words !== "") alike.set(words, [...(alike.get(words) ?? []), name(venue.id)]);
  }
  for (const [words, names] of alike) items.push([{ text: `${longMonth(latest)} at ${list(names)}: ${words}` }]);
  if (toDate !== null) {
    const range =
      toDate.range === null
        ? ""
        : `, with slow or busy days as in the last 90 (10 % and 90 %) ${toDate.range.map(dollars).join(" to ")}`;
    // A month is not told from a part of its first day.
    const rate = toDate.days < 1 ? "" : `, at this rate ${dollars(toDate.runRateUsd)}`;
    items.push([
      {
        text: `${longMonth(toDate.month)} to date${ofWhom(section, toDate.month, name)}, not ranked: ${dollars(toDate.usd)} in ${timeWords(toDate.days)}${rate}${range}`,
        notes: notes.of(["volume.toDate.usd", ...(range === "" ? [] : ["volume.toDate.range"])]),
      },
    ]);
  }
  return items;
}
