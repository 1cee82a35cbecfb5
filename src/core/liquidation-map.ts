/**
 * The modelled liquidation map: how much of the open interest would be liquidated on the way from a price to others.
 * It is a model, not an observation, because exchanges do not publish positions. What it prints is the range over
 * assumptions that public data cannot decide between; it tells nothing of where the price will go.
 */
import type { Span, Swept } from "./calibration.ts";
import { cell } from "./ladder.ts";
import { assumptions } from "./leverage-profiles.ts";
import { liquidated, modelled, sidesOf, type MapVenue, type BothSides } from "./map-books.ts";
import type { Hole } from "./map-history.ts";
import { rangeOf, skewOf, type ModelRange, type Skew } from "./model-range.ts";
import { ratio, sumUsd, usd, usdPerBtc, type Ratio, type Usd, type UsdPerBtc } from "./units.ts";

export interface MapLevel extends ModelRange {
  readonly price: UsdPerBtc;
  /** From the price asked about. */
  readonly distance: Ratio;
  readonly side: "shorts" | "longs";
  /** Of the centre. */
  readonly shareOfOi: Ratio;
  /** Nearer than 2 % with hourly bars, which show too much there: nothing opened within a bar is liquidated in it. */
  readonly coarse: boolean;
}

/** The same distance up and down. */
export interface Band {
  readonly distance: Ratio;
  readonly up: MapLevel;
  readonly down: MapLevel;
  readonly skew: Skew;
}

export interface LiquidationMap {
  /** Of what is modelled. */
  readonly openInterest: Usd;
  /** For the targets, without those that are too far away. */
  readonly levels: readonly MapLevel[];
  readonly tooFar: readonly UsdPerBtc[];
  readonly bands: readonly Band[];
  /** Of the open interest, what was opened before the histories begin: where it was opened is assumed. */
  readonly seedShare: Ratio;
  readonly modelled: readonly string[];
  /** Left out: too short a history. */
  readonly without: readonly string[];
  readonly holes: readonly (Hole & { readonly id: string })[];
  /** Of each modelled venue, in the span asked about. */
  readonly swept: readonly Swept[];
  readonly sides: readonly BothSides[];
}

const BANDS = [0.05, 0.1] as const;
/** Farther away there are hardly any buckets of leverage, and the model knows nothing. */
const FARTHEST = 0.4;
const COARSE = 0.02;

/**
 * For targets on either side of a price, and for ±5 % and ±10 %. Venues are computed on their own and added. `span` is
 * that of the calibration. Null where no venue has a history that carries a model.
 */
export function liquidationMap(
  price: UsdPerBtc,
  targets: readonly UsdPerBtc[],
  venues: readonly MapVenue[],
  span: Span | null = null,
): LiquidationMap | null {
  const known = venues.flatMap((venue) => modelled(venue, price, span) ?? []);
  if (known.length === 0) return null;
  const openInterest = sumUsd(known.map((venue) => venue.openInterest));

  const levelAt = (target: UsdPerBtc): MapLevel => {
    const members = new Float64Array(assumptions.length);
    for (const venue of known) {
      liquidated(venue, price, target).forEach((value, i) => (members[i] = cell(members, i) + value));
    }
    const range = rangeOf([...members].map(usd), openInterest);
    const distance = ratio(target / price - 1);
    return {
      price: target,
      distance,
      side: target > price ? "shorts" : "longs",
      ...range,
      shareOfOi: ratio(range.usd / openInterest),
      coarse: Math.abs(distance) < COARSE && !known.every(({ fine }) => fine),
    };
  };

  const isNear = (target: UsdPerBtc): boolean => Math.abs(target / price - 1) <= FARTHEST + 1e-9;
  return {
    openInterest,
    levels: targets.filter(isNear).map(levelAt),
    tooFar: targets.filter((target) => !isNear(target)),
    bands: BANDS.map((distance) => {
      const up = levelAt(usdPerBtc(price * (1 + distance)));
      const down = levelAt(usdPerBtc(price * (1 - distance)));
      return { distance: ratio(distance), up, down, skew: skewOf(up, down) };
    }),
    seedShare: ratio(known.reduce((sum, venue) => sum + venue.seedShare * venue.openInterest, 0) / openInterest),
    modelled: known.map(({ id }) => id),
    without: venues.flatMap(({ id }) => (known.some((venue) => venue.id === id) ? [] : [id])),
    holes: known.flatMap(({ id, holes }) => holes.map((hole) => ({ id, ...hole }))),
    swept: known.map(({ id, swept }) => ({ id, swept })),
    sides: known.map((venue) => sidesOf(venue, price)),
  };
}
