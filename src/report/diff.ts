/** What changed between two reports. */
import { figureText, figuresOf, type Figure } from "./explain.ts";
import { gapWords } from "./gaps.ts";
import { change, rate } from "./numbers.ts";
import type { GapLine, Report } from "./report.ts";

export interface Moved {
  readonly before: Figure;
  readonly after: Figure;
  readonly difference: number;
  /** Difference / |before|; null from 0. */
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
    const by = to - from;
    return [{ before: then, after: now, difference: by, change: from === 0 ? null : by / Math.abs(from) }];
  });
  return {
    before: a.asOf,
    after: b.asOf,
    moved: moved.toSorted((x, y) => place(x) - place(y) || sizeOf(y) - sizeOf(x)),
    appeared: beyond(b, a),
    missing: beyond(a, b),
  };
}

/** Ratios by the distance they went: from 0.1 % to 0.2 % is little, though it is twice as much. */
const sizeOf = ({ after: { unit }, difference: by, change: relative }: Moved): number =>
  unit === "ratio" ? Math.abs(by) : Math.abs(relative ?? Infinity);

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
export function differenceText({ before, after, moved, appeared, missing }: Difference): string {
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
  const head = `From ${before} to ${after}`;
  return `${[head, ...(found.length === 0 ? ["Nothing changed."] : found)].join("\n\n")}\n`;
}

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
  const small = Math.abs(by) < 0.001;
  const how =
    after.unit === "ratio"
      ? `${small ? rate(by) : change(by)}-points`
      : relative === null
        ? "from nothing"
        : change(relative);
  return `${after.id}: ${figureText(before)} -> ${figureText(after)}, ${how}`;
}
