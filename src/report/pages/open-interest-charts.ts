/** Open interest over time: stacked by exchange, and above the price. */
import { bareCoins, coins, dollars, price } from "../numbers.ts";
import type { Block } from "../page.ts";
import type { OpenInterestSection } from "../report.ts";
import { list, longDay, mediumDay, plural } from "../words.ts";
import { dayTicks } from "./time-axis.ts";

type Values = readonly (number | null)[];

export function openInterestCharts({ series, venues }: OpenInterestSection): Block[] {
  if (series === null) return [];
  const { days } = series;
  const nameOf = (id: string): string => venues.find((venue) => venue.id === id)?.name ?? id;
  const names = list(series.venues.map(({ id }) => nameOf(id)));
  const exchanges = `${plural(series.venues.length, "exchange")} with every day`;
  const of = `the contracts of ${plural(series.venues.length, "exchange")} that have every day`;
  const [first = "", last = ""] = [days[0], days.at(-1)];
  const axis = { count: days.length, ticks: dayTicks(days) };
  const held = told(days, series.btc, coins);
  const paid = told(days, series.price, price);
  if (held === null) return [];
  const blocks: Block[] = [
    {
      is: "timeline",
      name: "open-interest-by-exchange",
      title: `Open interest of ${exchanges}, stacked, daily closes from ${mediumDay(first)} to ${mediumDay(last)}`,
      about: `Like for like: ${of}: ${names}. Together ${held.words}.`,
      ...axis,
      panels: [
        {
          label: "BTC",
          unit: "BTC",
          draw: "areas",
          series: series.venues.map(({ id, btc }) => ({ name: nameOf(id), values: btc, text: lastOf(btc, coins) })),
        },
      ],
    },
  ];
  if (paid === null) return blocks;
  return [
    ...blocks,
    {
      is: "timeline",
      name: "open-interest-and-price",
      title: `Open interest of ${exchanges}, and price, daily closes from ${mediumDay(first)} to ${mediumDay(last)}`,
      about: `Three scales on one time axis, none from 0. Open interest of ${of}: ${held.words}. Price: ${paid.words}.`,
      ...axis,
      panels: [
        {
          label: `Open interest, BTC: ${told(days, series.btc, bareCoins)?.ends ?? "n/a"}`,
          unit: "BTC",
          draw: "line",
          series: [{ name: "open interest", values: series.btc, text: lastOf(series.btc, coins) }],
        },
        {
          label: `Open interest, USD: ${told(days, series.usd, dollars)?.ends ?? "n/a"}`,
          unit: "USD",
          draw: "line",
          series: [{ name: "open interest in dollars", values: series.usd, text: lastOf(series.usd, dollars) }],
        },
        {
          label: `Price, USD: ${paid.ends}`,
          unit: "USD",
          draw: "line",
          series: [{ name: "price", values: series.price, text: lastOf(series.price, price) }],
        },
      ],
    },
  ];
}

function lastOf(values: Values, words: (value: number) => string): string {
  const value = values.findLast((one) => one !== null);
  return value === null || value === undefined ? "n/a" : words(value);
}

/** A series in words: its ends, for a label; its extremes too, for who does not see it. */
function told(
  days: readonly string[],
  values: Values,
  words: (value: number) => string,
): { readonly ends: string; readonly words: string } | null {
  const points = values.flatMap((value, i) => (value === null ? [] : [{ value, day: days[i] ?? "" }]));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return null;
  const low = points.reduce((a, b) => (b.value < a.value ? b : a));
  const high = points.reduce((a, b) => (b.value > a.value ? b : a));
  const said = ({ value, day }: typeof first): string => `${words(value)} on ${longDay(day)}`;
  return {
    ends: `${words(first.value)} to ${words(last.value)}`,
    words: `${said(first)}, ${said(last)}, lowest ${said(low)}, highest ${said(high)}`,
  };
}
