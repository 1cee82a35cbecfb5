import type { Footnotes } from "../footnotes.ts";
import { change, count, modelDollars, modelPercent, percent, price } from "../numbers.ts";
import type { Bar, Block } from "../page.ts";
import { nameIn, type Report } from "../report.ts";
import { list, mediumDay } from "../words.ts";

export function mapBlocks(report: Report, notes: Footnotes): Block[] {
  const section = report.liquidationMap;
  if (section === null) return [];
  const { skew } = section;
  const distance = skew === null ? "" : percent(skew.distance);
  const direction =
    skew === null
      ? "No clear skew: the assumption sets do not agree on a side, or the sides are near each other."
      : skew.heavier === "longs"
        ? `In all 12 assumption sets the model has more longs within ${distance} below than shorts within ${distance} above.`
        : `In all 12 assumption sets the model has more shorts within ${distance} above than longs within ${distance} below.`;
  return [
    { is: "heading", level: 2, text: "Liquidation map (model)" },
    { is: "text", spans: [{ text: section.label }] },
    {
      is: "table",
      caption: `Modelled liquidations on the way from ${price(section.price)}: centre and range of 12 assumption sets`,
      captionTells: true,
      columns: [
        { title: "To", align: "right", key: true },
        { title: "Distance", align: "right" },
        { title: "Model side", align: "left" },
        { title: "Centre", align: "right" },
        { title: "Range", align: "left" },
        { title: "Of modelled OI", align: "right" },
      ],
      rows: section.levels.map((level) => [
        [{ text: price(Math.round(level.price)) }],
        [{ text: `${change(level.distance)}${level.coarse ? " (coarse)" : ""}` }],
        [{ text: level.side }],
        [
          {
            text: modelDollars(level.usd, level.digits),
            notes: notes.of([`liquidationMap.levels.${Math.round(level.price)}.usd`]),
          },
        ],
        [{ text: `${modelDollars(level.low, level.digits)} to ${modelDollars(level.high, level.digits)}` }],
        [{ text: modelPercent(level.shareOfOi, level.digits) }],
      ]),
    },
    chart(section),
    {
      is: "text",
      spans: [
        {
          text: `${direction} The model tells how much, never where the price will go. Of the modelled open interest ${percent(section.seedShare)} is older than its history: where it was opened is assumed.`,
        },
      ],
    },
    ...calibrationBlocks(report),
    ...vendorBlocks(report),
  ];
}

type Section = NonNullable<Report["liquidationMap"]>;

/** By price from the highest down, with the price of now where it stands between them. */
function chart({ price: now, levels }: Section): Block {
  const bar = ({ price: to, distance: way, side, usd, low, high, digits }: Section["levels"][number]): Bar => ({
    label: `${price(Math.round(to))} (${change(way)})`,
    text: `${side} ${modelDollars(usd, digits)} (${modelDollars(low, digits)} to ${modelDollars(high, digits)})`,
    name: side,
    value: usd,
    range: [low, high],
  });
  const falling = levels.toSorted((a, b) => b.price - a.price);
  const rows = [
    ...falling.filter((level) => level.price > now).map(bar),
    { rule: `price ${price(now)}` },
    ...falling.filter((level) => level.price <= now).map(bar),
  ];
  return {
    is: "bars",
    name: "liquidation-map",
    title: "MODEL, not observed: liquidations on the way to each price, USD. Bar to the centre, line over the range",
    about: `${list(rows.flatMap((row) => ("rule" in row ? [] : [`${row.label} ${row.text}`])))}.`,
    rows,
  };
}

/** How much of what the model has liquidated was seen: its distance from the feeds, not a factor. */
function calibrationBlocks(report: Report): Block[] {
  const found = report.liquidationMap?.calibration;
  if (found === null || found === undefined) return [];
  const part = (ratio: number | null): string => (ratio === null ? "n/a" : percent(ratio));
  const { longs, shorts, from, to, source, venues, note } = found;
  return [
    {
      is: "text",
      spans: [
        {
          text: `Calibration: of what the model liquidated from ${mediumDay(from)} to ${mediumDay(to)} on ${list(venues.map(({ id }) => nameIn(report, id)))}, ${nameIn(report, source)} has ${part(longs)} of the longs and ${part(shorts)} of the shorts. ${note}`,
        },
      ],
    },
  ];
}

/** Beside ours, in the vendor's own measure. */
function vendorBlocks(report: Report): Block[] {
  const vendor = report.liquidationMap?.reported;
  if (vendor === null || vendor === undefined) return [];
  const name = nameIn(report, vendor.source);
  const levels = vendor.levels.map(
    ({ price: to, side, level }) => `${side} to ${price(Math.round(to))}: ${count(level)}`,
  );
  return [
    {
      is: "text",
      spans: [
        {
          text: `Reported by ${name} (its model of ${vendor.range}, no unit stated, ${vendor.price === null ? "no price either, so from ours, " : ""}not comparable with the above): ${levels.join(", ")}`,
          tone: "dim",
        },
      ],
    },
  ];
}
