import type { Footnotes } from "../footnotes.ts";
import { bareCoins, change, coins, count, dollars, percent } from "../numbers.ts";
import type { Block, Column, Span } from "../page.ts";
import type { Change, Changes, OpenInterestSection, Report } from "../report.ts";
import { list, longDay, mediumDay, plural, sinceHead, sinceWords } from "../words.ts";
import { openInterestCharts } from "./open-interest-charts.ts";

const columns = (anchor: string): Column[] => [
  { title: "Exchange", align: "left", key: true },
  { title: "BTC", align: "right" },
  { title: "USD", align: "right" },
  { title: "Share", align: "right" },
  { title: "1d", align: "right", starts: true },
  { title: "7d", align: "right" },
  { title: "30d", align: "right" },
  { title: anchor, align: "right", starts: true },
  { title: "in USD", align: "right" },
  { title: "Positions", align: "right" },
];

interface Row {
  readonly name: Span;
  readonly btc: number;
  readonly usd: number;
  readonly share: number | null;
  readonly changes: Changes | null;
}

export function openInterestBlocks(report: Report, notes: Footnotes): Block[] {
  const section = report.openInterest;
  if (section === null) return [];
  const rows: Row[] = section.venues.flatMap((venue) => [
    {
      name: { text: venue.name, notes: notes.of([`openInterest.venues.${venue.id}.btc`]) },
      btc: venue.btc,
      usd: venue.usd,
      share: venue.share,
      changes: venue.changes,
    },
    ...venue.scopes
      .filter((scope) => scope.id !== "all")
      .map((scope) => ({
        name: { text: `  ${scope.id}` },
        btc: scope.btc,
        usd: scope.usd,
        share: null,
        changes: scope.changes,
      })),
  ]);
  const total: Row = {
    name: { text: "All exchanges", tone: "strong" },
    btc: section.btc,
    usd: section.usd,
    share: 1,
    changes: section.changes,
  };
  const withCme: Row[] =
    section.withCme === null
      ? []
      : [
          {
            name: { text: `with CME (${mediumDay(section.withCme.cmeAsOf)})` },
            btc: section.withCme.btc,
            usd: section.withCme.usd,
            share: null,
            changes: null,
          },
        ];
  return [
    { is: "heading", level: 2, text: "Open interest by exchange" },
    {
      is: "text",
      spans: [
        {
          text: `${coins(section.btc)}, ${dollars(section.usd)}`,
          tone: "strong",
          notes: notes.of(["openInterest.usd"]),
        },
        {
          text: ` over ${plural(section.venues.filter((venue) => venue.share !== null).length, "exchange")}, ${report.coverage.oiShare === 1 ? "all their BTC futures" : "as far as they have answered"}, each contract counted once`,
        },
      ],
    },
    {
      is: "table",
      caption: "Open interest: coins, dollars and changes in coins",
      captionTells: true,
      columns: columns(`since ${sinceHead(section.anchor.id)}`),
      rows: [...rows, total, ...withCme].map((row) => cells(row)),
    },
    {
      is: "bars",
      name: "open-interest",
      title: "Open interest by exchange, BTC",
      about: `The largest are ${list(section.venues.slice(0, 3).map(({ name, btc }) => `${name} ${coins(btc)}`))}.`,
      rows: section.venues.map(({ name, btc, usd, share }) => ({
        label: name,
        text: `${bareCoins(btc)} · ${dollars(usd)}${share === null ? " · weekly" : ` · ${percent(share)}`}`,
        name: share === null ? "CME, of its last weekly report" : "exchanges, now",
        value: btc,
      })),
    },
    ...openInterestCharts(section),
    { is: "list", items: sentences(section, report.coverage.oiShare === 1, notes) },
  ];
}

function cells(row: Row): Span[][] {
  const coin = (one: Change | null | undefined): Span[] =>
    one === null || one === undefined
      ? [{ text: "n/a", tone: "dim" }]
      : [{ text: change(one.btc), tone: one.btc < 0 ? "bad" : "good" }];
  const anchor = row.changes?.anchor ?? null;
  return [
    [row.name],
    [{ text: bareCoins(row.btc) }],
    [{ text: dollars(row.usd) }],
    [{ text: row.share === null ? "" : percent(row.share) }],
    coin(row.changes?.["1d"]),
    coin(row.changes?.["7d"]),
    coin(row.changes?.["30d"]),
    coin(anchor),
    [{ text: anchor === null ? "n/a" : change(anchor.usd) }],
    [{ text: anchor === null ? "n/a" : change(anchor.position) }],
  ];
}

/** What these exchanges hold of today's open interest, 0 to 1: a comparison of few may be whole and speak for little. */
const shareNow = ({ venues, usd }: OpenInterestSection, ids: readonly string[]): number =>
  venues.reduce((sum, venue) => (ids.includes(venue.id) ? sum + venue.usd : sum), 0) / usd;

/** Of all that was asked; else of what has answered, where the index is a lower bound, or not known at all. */
function concentrationWords({ top, hhi }: NonNullable<OpenInterestSection["concentration"]>, isWhole: boolean): string {
  const share = percent(top.reduce((sum, one) => sum + one.share, 0));
  const largest = `The largest ${top.length} hold ${share}${isWhole ? "" : " within what has answered"}`;
  return hhi === null
    ? largest
    : `${largest}; concentration (HHI) ${isWhole ? "" : "at least "}${count(hhi)} of 10,000`;
}

function sentences(section: OpenInterestSection, isWhole: boolean, notes: Footnotes): Span[][] {
  const items: Span[][] = [];
  const nameOf = (id: string): string => section.venues.find((venue) => venue.id === id)?.name ?? id;
  for (const venue of section.venues) {
    let contracts = 0;
    for (const scope of venue.scopes) {
      const moved = scope.changes.anchor;
      // "All" says nothing new where only the contracts of the scope before it have the whole history.
      if (moved === null || moved.contracts === contracts) continue;
      ({ contracts } = moved);
      const name = scope.id === "all" ? `all its contracts with the whole history (${moved.contracts})` : scope.id;
      items.push([
        {
          text: `${venue.name} ${name}: ${coins(moved.toBtc)} against ${coins(moved.fromBtc)} at the daily close of ${longDay(moved.fromDate)}, ${change(moved.btc)} in coins, ${change(moved.usd)} in dollars (price ${change(moved.price)})`,
          notes: notes.of([`openInterest.venues.${venue.id}.scopes.${scope.id}.changes.anchor.btc`]),
        },
      ]);
    }
  }
  const { anchor, "7d": week } = section.changes;
  if (anchor !== null) {
    const [since, day] = [sinceWords(section.anchor.id), longDay(anchor.fromDate)];
    items.push([
      {
        text: `Like for like since ${since}${since === day ? "" : ` (${day})`}: ${change(anchor.btc)} in coins, ${change(anchor.usd)} in dollars, positions ${change(anchor.position)}, over ${list(anchor.venues.map(nameOf))} (${percent(anchor.coverage)} of the open interest known then, exchanges with ${percent(shareNow(section, anchor.venues))} of today's)`,
        notes: notes.of(["openInterest.changes.anchor.btc"]),
      },
    ]);
  }
  if (week !== null) {
    items.push([
      {
        text: `7 days, like for like over ${plural(week.venues.length, "venue")} with ${percent(shareNow(section, week.venues))} of today's open interest: ${change(week.btc)} in coins, ${change(week.usd)} in dollars; their implied price ${change(week.price)}, positions ${change(week.position)}`,
      },
    ]);
  }
  if (section.marketCap !== null) {
    items.push([
      { text: `Open interest without CME is ${percent(section.marketCap.ratio)} of the market's capitalisation` },
    ]);
  }
  if (section.quadrant !== null) items.push([{ text: `In the ${section.quadrant.text}` }]);
  if (section.concentration !== null && section.concentration.top.length > 1) {
    items.push([{ text: concentrationWords(section.concentration, isWhole) }]);
  }
  return items;
}
