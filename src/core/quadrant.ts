/** Price and positions over a week, each against its usual size: which of the four corners the market is in. */
import { deviation } from "./rank.ts";
import { between, exactly, type Series } from "./series.ts";
import { DAY, shift, type Instant } from "./time.ts";
import type { Ratio } from "./units.ts";

/**
 * The changes over the window that ends at the point's instant. `position` is the price-neutral one (core/change.ts):
 * in USD the open interest falls with the price although nobody closes anything.
 */
export interface WindowChange {
  readonly price: Ratio;
  readonly position: Ratio;
}

export interface Quadrant {
  readonly price: "up" | "down" | "flat";
  readonly positions: "added" | "closed" | "flat";
  /** Logarithmic changes and their standard deviations. */
  readonly p: number;
  readonly o: number;
  readonly sigmaP: number;
  readonly sigmaO: number;
}

/** Fewer overlapping windows than this tell nothing of the usual size. */
const LEAST_OBSERVATIONS = 120;

/** Below half a standard deviation a change is flat. */
export function classify(p: number, o: number, sigmaP: number, sigmaO: number): Quadrant {
  const side = (x: number, sigma: number): number => (Math.abs(x) < 0.5 * sigma ? 0 : Math.sign(x));
  const price = side(p, sigmaP);
  const positions = side(o, sigmaO);
  return {
    price: price === 0 ? "flat" : price > 0 ? "up" : "down",
    positions: positions === 0 ? "flat" : positions > 0 ? "added" : "closed",
    p,
    o,
    sigmaP,
    sigmaO,
  };
}

/** From the windows that ended in the 365 days up to `at`, the last of them at `at`; null where they are too few. */
export function quadrant(windows: Series<WindowChange>, at: Instant): Quadrant | null {
  const year = between(windows, shift(at, -365 * DAY), shift(at, 1));
  const now = exactly(year, at);
  const p = year.map(({ value }) => Math.log1p(value.price));
  const o = year.map(({ value }) => Math.log1p(value.position));
  const sigmaP = deviation(p);
  const sigmaO = deviation(o);
  if (now === null || sigmaP === null || sigmaO === null || year.length < LEAST_OBSERVATIONS) return null;
  return classify(Math.log1p(now.value.price), Math.log1p(now.value.position), sigmaP, sigmaO);
}
