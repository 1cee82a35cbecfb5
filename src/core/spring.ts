/**
 * Wyckoff springs, detected by fixed rules: the price falls below the support of a trading range and closes back
 * inside. Names of phases are interpretation and are not used. Over six years the outcome cannot be told from chance
 * (`SPRING_BASE_RATE`), which is to be said with every spring.
 */
import type { Candle } from "./market.ts";
import type { Series } from "./series.ts";
import { hasStrength, isTested, volumeRatio, type Place, type Rise } from "./spring-evidence.ts";
import { fractals } from "./swings.ts";
import { rangeBefore, type TradingRange } from "./trading-range.ts";
import { ratio, usdPerBtc, type Ratio, type UsdPerBtc } from "./units.ts";

export interface Spring {
  readonly range: TradingRange;
  /** The bar that fell below the support. */
  readonly event: Place;
  /** The lowest price up to the end of the event, and its distance from the support as a share of the support. */
  readonly low: UsdPerBtc;
  readonly depth: Ratio;
  readonly state: SpringState;
  /** The bar at whose close the state was reached. */
  readonly since: Place;
  /** Volume of the event bar over the usual; null where it is not known. */
  readonly volumeRatio: number | null;
  readonly reentry: Reentry | null;
}

/**
 * pending: no close above the support yet; re-entered: one; confirmed: after it, a close in the upper half of the
 * range; failed: a close below the low, or too deep after all; expired: neither. Too deep and too long are breakdowns.
 */
export type SpringState = "pending" | "re-entered" | "confirmed" | "failed" | "too deep" | "too long" | "expired";

export interface Reentry extends Place {
  readonly tested: boolean;
  readonly strength: boolean;
}

/**
 * Of a history that is cut only a spring of the last days is told, and only where there are so many days: a range begins
 * after the last event that was resolved, which rests on one before it. On each of 1,972 days of Binance's perpetual (2020
 * to 2026) 190 days tell of the last 90 what the whole history tells; 151 tell something else on 40 of them, 90 on 554.
 */
export const SPRING_DAYS = { told: 90, least: 190 } as const;
const LEAST_DEPTH = 0.001;
const MOST_DEPTH = 0.08;
/** Depths that differ by less are equal: prices have no such digits, their binary fractions do. */
const NOISE = 1e-12;
/** Bars after the event in which the price must close above the support. */
const PATIENCE = 3;
/** Bars after the re-entry that it has to come to something. */
const EXPIRY = 20;

const isOpen = (state: SpringState): boolean => state === "pending" || state === "re-entered";
const depthBelow = ({ support }: TradingRange, price: number): number => (support - price) / support;
/** The cap: 8 % of the support, or half of the range. */
const mostDepth = ({ support, resistance }: TradingRange): number =>
  Math.min(MOST_DEPTH, (resistance - support) / (2 * support));
const middleOf = ({ support, resistance }: TradingRange): number => (support + resistance) / 2;

/** Every spring of the closed bars, as known at the last of them. One at a time: after one a new range must form. */
export function springs(bars: Series<Candle>): readonly Spring[] {
  const found: Spring[] = [];
  const swings = fractals(bars, 2);
  let next = 0;
  for (const [index, { at, value }] of bars.entries()) {
    if (index < next) continue;
    const range = rangeBefore(bars, swings, index, next, value.low);
    if (range === null || depthBelow(range, value.low) < LEAST_DEPTH - NOISE) continue;
    const spring = follow(bars, range, { index, at });
    found.push(spring);
    next = isOpen(spring.state) ? Infinity : spring.since.index + 1;
  }
  return found;
}

interface Course {
  readonly state: SpringState;
  readonly since: Place;
  readonly low: number;
  readonly rise: Rise | null;
}

function follow(bars: Series<Candle>, range: TradingRange, event: Place): Spring {
  let course: Course = { state: "pending", since: event, low: Infinity, rise: null };
  for (const [i, { at, value }] of bars.slice(event.index).entries()) {
    course = advance(course, range, event, { index: event.index + i, at }, value);
    if (!isOpen(course.state)) break;
  }
  const { state, since, low, rise } = course;
  return {
    range,
    event,
    low: usdPerBtc(low),
    depth: ratio(depthBelow(range, low)),
    state,
    since,
    volumeRatio: volumeRatio(bars, event.index),
    reentry: rise === null ? null : reentryOf(bars, range, rise, state === "failed" ? since.index : Infinity),
  };
}

/** What one more bar makes of an open event. */
function advance(course: Course, range: TradingRange, event: Place, here: Place, bar: Candle): Course {
  const low = Math.min(course.low, bar.low);
  const isDeep = depthBelow(range, low) > mostDepth(range) + NOISE;
  const to = (state: SpringState): Course => ({ ...course, low, state, since: here });
  if (course.rise === null) {
    if (isDeep) return to("too deep");
    if (bar.close > range.support) {
      return { ...to("re-entered"), rise: { event: event.index, reentry: here, low, close: bar.close } };
    }
    return here.index - event.index >= PATIENCE ? to("too long") : { ...course, low };
  }
  if (isDeep || bar.close < course.low) return to("failed");
  if (bar.close >= middleOf(range)) return to("confirmed");
  return here.index - course.rise.reentry.index >= EXPIRY ? to("expired") : { ...course, low };
}

/** Signs are looked for as long as the spring has time to come to something, or until it fails. */
function reentryOf(bars: Series<Candle>, range: TradingRange, rise: Rise, failed: number): Reentry {
  const { reentry } = rise;
  const until = Math.min(reentry.index + EXPIRY, failed);
  return {
    ...reentry,
    tested: isTested(bars, rise, until),
    strength: hasStrength(bars, range.resistance, reentry.index, until),
  };
}
