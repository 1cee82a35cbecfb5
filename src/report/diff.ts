/** What changed between two reports. */
import { figureText, figuresOf, movedBy, type Figure, type Single } from "./explain.ts";
import { gapWords } from "./gaps.ts";
import { change } from "./numbers.ts";
import type { GapLine, Report } from "./report.ts";
import { plural } from "./words.ts";

export interface Moved {
  readonly before: Single;
  readonly after: Single;
  readonly difference: number;
  /** Difference / before, of amounts; null of points and counts, and where either is negative or it comes from 0. */
  readonly change: number | null;
}
export interface Difference {
  readonly before: string;
  readonly after: string;
  readonly moved: readonly Moved[];
  readonly appeared: Listed;
  readonly missing: Listed;
}
interface Listed {
  readonly venues: readonly string[];
  readonly gaps: readonly GapLine[];
  readonly figures: readonly string[];
}

/**
 * Moved are figures of both that are one number: a range moves with the figure beside it. A model's figures come and go
 * with the prices that it was asked for, which tells nothing, so they are not listed as appeared or missing.
 */
export function difference(a: Report, b: Report): Difference {
  const [before, after] = [figuresOf(a), figuresOf(b)];
  const sections = Object.keys(b);
  const place = ({ after: { id } }: Moved): number => sections.indexOf(id.split(".")[0] ?? "");
  const moved = [...after.values()].flatMap((now): Moved[] => {
    const then = before.get(now.id);
    const [from, to] = [then?.value, now.value];
    if (then === undefined || typeof from !== "number" || typeof to !== "number" || from === to) return [];
    const change = changeOf(from, to, now.unit);
    return [{ before: { ...then, value: from }, after: { ...now, value: to }, difference: to - from, change }];
  });
  return {
    before: a.asOf,
    after: b.asOf,
    moved: moved.toSorted((x, y) => place(x) - place(y) || sizeOf(y) - sizeOf(x)),
    appeared: beyond(b, a),
    missing: beyond(a, b),
  };
}

/** Points and counts have no percentages, and what crosses 0 has none that means anything. */
const changeOf = (from: number, to: number, unit: Figure["unit"]): number | null =>
  unit !== "points" && unit !== "count" && from > 0 && to >= 0 ? (to - from) / from : null;

const isAmount = ({ unit }: Figure): boolean => unit === "USD" || unit === "BTC" || unit === "USD/BTC";

/** Ratios by the distance they went: from 0.1 % to 0.2 % is little, though it is twice as much. */
const sizeOf = ({ before, after, difference: by }: Moved): number =>
  Math.abs(after.unit === "ratio" ? by : by / before.value);

/** What `one` has and `other` has not. */
function beyond(one: Report, other: Report): Listed {
  const known = figuresOf(other);
  const gapKey = ({ source, dataset, why, detail }: GapLine): string => JSON.stringify([source, dataset, why, detail]);
  const gaps = new Set(other.gaps.map(gapKey));
  const venues = new Set(other.openInterest?.venues.map(({ id }) => id));
  return {
    venues: (one.openInterest?.venues ?? []).map(({ id }) => id).filter((id) => !venues.has(id)),
    gaps: one.gaps.filter((gap) => !gaps.has(gapKey(gap))),
    figures: [...figuresOf(one).values()]
      .filter((figure) => figure.class !== "model" && !known.has(figure.id))
      .map(({ id }) => id),
  };
}

/** Lines of each section and list; the JSON has them all. */
const LINES = 20;

/** For people. */
export function differenceText(a: Report, b: Report): string {
  const { before, after, moved, appeared, missing } = difference(a, b);
  const sections = [...new Set(moved.map((one) => one.after.id.split(".")[0] ?? ""))];
  const blocks = sections.map((section) =>
    block(section, moved.filter((one) => one.after.id.split(".")[0] === section).map(movedText)),
  );
  const lists = [
    ["appeared", appeared],
    ["missing", missing],
  ] as const;
  for (const [word, { venues, gaps, figures }] of lists) {
    blocks.push(
      block(`venues ${word}`, venues),
      block(
        `gaps ${word}`,
        gaps.map(({ dataset, ...gap }) => gapWords({ ...gap, datasets: [dataset] })),
      ),
      block(`figures ${word}`, figures),
    );
  }
  const found = blocks.filter((text) => text !== "");
  const head = [`From ${before} to ${after}`, ...unlike(a, b)].join("\n");
  return `${[head, ...(found.length === 0 ? ["Nothing changed."] : found)].join("\n\n")}\n`;
}

interface HasVenues {
  readonly venues: readonly { readonly id: string }[];
}

/** A line for each sum that is of other venues in one report than in the other. */
function unlike(a: Report, b: Report): readonly string[] {
  // The newest month of both: a month that only one of them has is not compared.
  const month = b.volume?.months.findLast((one) => a.volume?.months.some((other) => other.month === one.month))?.month;
  const volumeIn = (report: Report): HasVenues | undefined => report.volume?.months.find((one) => one.month === month);
  const sums: readonly (readonly [string, HasVenues | null | undefined, HasVenues | null | undefined])[] = [
    ["Open interest", a.openInterest, b.openInterest],
    [`Volume of ${month ?? ""}`, volumeIn(a), volumeIn(b)],
  ];
  return sums.flatMap(([what, before, after]) => {
    if (!before || !after) return [];
    const [then, now] = [idsOf(before), idsOf(after)];
    const same = [...now].filter((id) => then.has(id)).length;
    if (same === then.size && same === now.size) return [];
    return [
      `${what}: ${plural(then.size, "exchange")} before, ${now.size} after${then.size === now.size ? `, ${same} of them the same` : ""}: sums are not like for like`,
    ];
  });
}
const idsOf = ({ venues }: HasVenues): ReadonlySet<string> => new Set(venues.map(({ id }) => id));

function block(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const more = lines.length - LINES;
  return [
    title,
    ...lines.slice(0, LINES).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more; --json has them all`] : []),
  ].join("\n");
}

function movedText({ before, after, difference: by, change: relative }: Moved): string {
  const how =
    isAmount(after) && before.value === 0
      ? "from nothing"
      : isAmount(after) && relative !== null
        ? change(relative)
        : movedBy(after, by);
  return `${after.id}: ${figureText(before)} -> ${figureText(after)}, ${how}`;
}
