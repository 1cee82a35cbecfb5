/**
 * How far the model is from what was seen: of the liquidations that it has in the last thirty whole days, the part that
 * a feed reported, by side. Feeds that tell at most one order a second report too little, so the part is a lower bound.
 * It is printed beside the map and never multiplied into it.
 */
import { sweptIn, type Book } from "./cohorts.ts";
import { assumptions, isCalibrating } from "./leverage-profiles.ts";
import { regimeStart } from "./plausible/regimes.ts";
import type { History } from "./map-history.ts";
import type { Liquidated } from "./market.ts";
import { between, type Series } from "./series.ts";
import { DAY, dayOf, floorTo, shift, type Instant } from "./time.ts";
import { ratio, sumUsd, type Ratio, type Usd } from "./units.ts";

export interface Sides {
  readonly longs: Usd;
  readonly shorts: Usd;
}

/** [from, until), whole UTC days. */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

const DAYS = 30;
/**
 * Two half-lives: when the span begins, at most a quarter of the open interest may be what was assumed to be held
 * before the history.
 */
const SETTLED = 6 * DAY;

/** The thirty whole UTC days before an instant. */
export const calibrationSpan = (asOf: Instant): Span => {
  const until = floorTo(asOf, DAY);
  return { from: shift(until, -DAYS * DAY), until };
};

/** One venue of the model, as far as calibration looks at it. */
export interface Swept {
  readonly id: string;
  /** Null where its bars do not tell all of the span: they begin too late, or the price was not watched. */
  readonly swept: Sides | null;
}

/** What the base profile with a half-life of three days has swept in the span; null where the bars do not tell. */
export function sweptOver(
  { bars, seed, holes }: History,
  { longs, shorts }: { readonly longs: readonly Book[]; readonly shorts: readonly Book[] },
  { from, until }: Span,
): Sides | null {
  const member = assumptions.findIndex(isCalibrating);
  const [long, short] = [longs[member], shorts[member]];
  const first = bars.findIndex((bar) => bar.until > from);
  const known = (bars[seed - 1]?.until ?? Infinity) + SETTLED;
  const last = bars.at(-1)?.until ?? 0;
  const unwatched = holes.some((hole) => hole.of === "price" && hole.until > from && hole.from < until);
  if (long === undefined || short === undefined || known > from || last < until || unwatched) return null;
  const after = bars.findIndex((bar) => bar.until > until);
  const end = after === -1 ? bars.length : after;
  return { longs: sweptIn(long, first, end), shorts: sweptIn(short, first, end) };
}

export interface CalibratedVenue {
  readonly id: string;
  readonly reported: Sides;
  readonly swept: Sides;
}
export interface Calibration extends Span {
  /** Reported divided by swept, over the venues together; null where the model has swept nothing. */
  readonly longs: Ratio | null;
  readonly shorts: Ratio | null;
  readonly venues: readonly CalibratedVenue[];
}

/** Days of liquidations of the contract that is modelled. */
export interface ReportedDays {
  readonly id: string;
  readonly days: Series<Liquidated>;
}

export interface Calibrated {
  /** Null where no venue has both. */
  readonly calibration: Calibration | null;
  /** Modelled venues that have no part in it, and why. */
  readonly without: readonly { readonly id: string; readonly why: string }[];
}

/** Venue by venue: a venue enters with its whole span or not at all. */
export function calibrationOf(modelled: readonly Swept[], reported: readonly ReportedDays[], span: Span): Calibrated {
  const venues: CalibratedVenue[] = [];
  const without: { id: string; why: string }[] = [];
  for (const { id, swept } of modelled) {
    const sums = reportedIn(reported.find((one) => one.id === id)?.days, span);
    const regime = regimeStart(id, "liquidations");
    if (typeof sums === "string") without.push({ id, why: sums });
    else if (swept === null) without.push({ id, why: "its bars do not tell all of the thirty days" });
    else if (regime !== null && regime > dayOf(span.from)) {
      without.push({ id, why: "its feed began to tell something else within the thirty days (Q-21)" });
    } else venues.push({ id, reported: sums, swept });
  }
  if (venues.length === 0) return { calibration: null, without };
  const part = (side: keyof Sides): Ratio | null => {
    const all = sumUsd(venues.map(({ swept }) => swept[side]));
    return all === 0 ? null : ratio(sumUsd(venues.map((one) => one.reported[side])) / all);
  };
  return { calibration: { ...span, longs: part("longs"), shorts: part("shorts"), venues }, without };
}

/** A day that is missing may have been a large one: with it the sum is not known, and the reason is told. */
function reportedIn(days: Series<Liquidated> | undefined, { from, until }: Span): Sides | string {
  if (days === undefined) return "its liquidations by side are not told";
  const told = between(days, from, until).flatMap(({ at, value: { until: end, longs, shorts } }) =>
    at % DAY === 0 && end === shift(at, DAY) && longs !== null && shorts !== null ? [{ longs, shorts }] : [],
  );
  if (told.length !== DAYS) return `${told.length} of the thirty days of its liquidations are told`;
  return { longs: sumUsd(told.map(({ longs }) => longs)), shorts: sumUsd(told.map(({ shorts }) => shorts)) };
}
