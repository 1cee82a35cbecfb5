/**
 * Cleaning of an intraday series (section 2.1 of the methods). Venues publish zeros for hours and single wrong samples; a
 * real fall of many samples in a row must stay. Its step 4, which confirms an extreme by a neighbour, has no use here:
 * lows and highs of open interest are of daily closes.
 */
import { robust } from "./rank.ts";
import { series, type Point, type Series } from "./series.ts";
import type { Instant } from "./time.ts";

export interface Flag {
  readonly at: Instant;
  readonly value: number;
  /** not positive; another value for the same instant (more than 0.1 % off); far from its neighbours. */
  readonly why: "empty" | "differs" | "spike";
}
export interface Cleaned {
  readonly series: Series<number>;
  /** What was dropped, and for `differs` what was overruled by a later row. */
  readonly flags: readonly Flag[];
}

/** Standard deviations in a median absolute deviation of normal values. */
const SIGMAS = 1.4826;
const LEAST_SPIKE = 0.03;

/** Steps 1 and 2, fit for every series: drops what is not finite and positive; the later of two rows wins. */
export function valid(points: Iterable<Point<number>>): Cleaned {
  const flags: Flag[] = [];
  const kept = new Map<Instant, number>();
  for (const { at, value } of points) {
    if (!(Number.isFinite(value) && value > 0)) {
      flags.push({ at, value, why: "empty" });
      continue;
    }
    const other = kept.get(at);
    if (other !== undefined && Math.abs(value / other - 1) > 0.001) flags.push({ at, value: other, why: "differs" });
    kept.set(at, value);
  }
  return { series: series([...kept].map(([at, value]) => ({ at, value }))), flags };
}

/**
 * Step 3, for intraday series only (a daily close has no neighbour near it on a crash day): the Hampel filter at five
 * deviations over six samples on either side. Open interest is so smooth that its median deviation is near 0, hence
 * nothing within 3 % of the median is ever a spike.
 */
export function clean(points: Iterable<Point<number>>): Cleaned {
  const { series: all, flags } = valid(points);
  const spikes = all.filter(({ value }, i) => {
    const near = robust(all.slice(Math.max(0, i - 6), i + 7).map((point) => point.value));
    return (
      near !== null && Math.abs(value - near.middle) > Math.max(5 * SIGMAS * near.spread, LEAST_SPIKE * near.middle)
    );
  });
  return {
    series: series(all.filter((point) => !spikes.includes(point))),
    flags: [...flags, ...spikes.map(({ at, value }): Flag => ({ at, value, why: "spike" }))],
  };
}
