/**
 * Where the positions opened in each bar are liquidated, and in which bar that happens. It depends on prices and
 * leverage alone, so it is found once for all other assumptions.
 */
import { inverseLiquidation, linearLiquidation, type Side } from "./liquidation-price.ts";
import type { History } from "./map-history.ts";
import type { Market } from "./market.ts";
import { usdPerBtc, type Ratio, type UsdPerBtc } from "./units.ts";

/** How the positions of one venue are liquidated. */
export interface Rules {
  readonly margin: Market["margin"];
  /** Maintenance margin, a share of the notional, one for all sizes. */
  readonly maintenance: Ratio;
}

/** One side of a venue. */
export interface Ladder {
  readonly side: Side;
  readonly rules: Rules;
  readonly history: History;
  /** Entry price of each bar. */
  readonly entries: Float64Array;
  /** How high the price came in each bar. */
  readonly reached: Float64Array;
  /** By leverage; filled as they are asked for. */
  readonly rungs: Map<number | null, Rung>;
}

/** One leverage. */
interface Rung {
  /** Of a cohort opened at a price of 1. */
  readonly height: number;
  /** For each bar, the later one that reaches the height of its cohort; the number of bars where none does. */
  readonly ends: Float64Array;
  readonly living: readonly Cohort[];
}
/** What was opened in a bar at one leverage. */
interface Cohort {
  readonly bar: number;
  readonly height: number;
}

/** A level that differs by rounding alone is reached (100 × 1.1 is 110.00000000000001). */
const ROUNDING = 1e-9;

/** Heights are prices for shorts and negative prices for longs: both are reached from below. */
const upward = (side: Side): 1 | -1 => (side === "long" ? -1 : 1);

/**
 * The height at which a position opened at 1 is liquidated. Infinity without leverage, and where the margin covers
 * every price; the entry itself where the margin is too small from the start.
 */
export function heightOf({ margin, maintenance }: Rules, side: Side, leverage: number | null): number {
  if (leverage === null) return Infinity;
  const position = { side, entry: usdPerBtc(1), leverage };
  const liquidation = margin === "linear" ? linearLiquidation : inverseLiquidation;
  const found = liquidation(position, maintenance);
  if (found.is === "never") return Infinity;
  return upward(side) * (found.is === "at entry" ? 1 : found.price);
}

/** The number at a place of a row. A place outside is a mistake, which must not become a NaN. */
export function cell(row: Float64Array, i: number): number {
  const found = row[i];
  if (found === undefined) throw new RangeError(`no cell ${i} in a row of ${row.length}`);
  return found;
}

export function ladderOf(history: History, side: Side, rules: Rules): Ladder {
  const sign = upward(side);
  const reached = history.bars.map(({ low, high }) => sign * (side === "long" ? low : high) * (1 + sign * ROUNDING));
  const entries = history.bars.map(({ entry }) => entry);
  return {
    side,
    rules,
    history,
    entries: new Float64Array(entries),
    reached: new Float64Array(reached),
    rungs: new Map(),
  };
}

export function rungOf({ side, rules, entries, reached, rungs }: Ladder, leverage: number | null): Rung {
  const known = rungs.get(leverage);
  if (known !== undefined) return known;
  const height = heightOf(rules, side, leverage);
  const ends = endsOf(height, entries, reached);
  const living: Cohort[] = [];
  ends.forEach((end, bar) => {
    if (end === ends.length) living.push({ bar, height: height * cell(entries, bar) });
  });
  const rung = { height, ends, living };
  rungs.set(leverage, rung);
  return rung;
}

function endsOf(height: number, entries: Float64Array, reached: Float64Array): Float64Array {
  const ends = new Float64Array(entries.length).fill(entries.length);
  // The later bars that reach higher than all before them, the nearest last.
  const records = new Float64Array(entries.length);
  let count = 0;
  for (let t = entries.length - 1; t >= 0; t -= 1) {
    let [found, end] = [0, count];
    while (found < end) {
      const middle = (found + end) >> 1;
      if (cell(reached, cell(records, middle)) >= height * cell(entries, t)) found = middle + 1;
      else end = middle;
    }
    if (found > 0) ends[t] = cell(records, found - 1);
    while (count > 0 && cell(reached, cell(records, count - 1)) <= cell(reached, t)) count -= 1;
    records[count] = t;
    count += 1;
  }
  return ends;
}

/** Living cohorts by leverage. */
export type Part = ReadonlyMap<number | null, readonly Cohort[]>;

/** Of the leverages asked for so far. */
export function livingWhere({ rungs }: Ladder, isMeant: (cohort: Cohort) => boolean): Part {
  const part = new Map<number | null, readonly Cohort[]>();
  for (const [leverage, { living }] of rungs) {
    const meant = living.filter(isMeant);
    if (meant.length > 0) part.set(leverage, meant);
  }
  return part;
}

/** Those that are liquidated on the way from a price to another, the first excluded. */
export function livingBetween(ladder: Ladder, from: UsdPerBtc, to: UsdPerBtc): Part {
  const sign = upward(ladder.side);
  const slack = 1 + sign * ROUNDING;
  return livingWhere(ladder, ({ height }) => height > sign * from * slack && height <= sign * to * slack);
}
