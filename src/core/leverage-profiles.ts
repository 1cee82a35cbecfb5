/**
 * What the liquidation map assumes, because no venue publishes it: how leverage is spread over the open interest and
 * how long a position is held. `base` follows the published split of Hyperliquid's open interest of December 2025
 * (0-3x 36.3 %, 3-7x 48.5 %, more 15.2 % of the notional); `low` and `high` bound it, and `high`, with the leverage of
 * the maps on the web, sweeps two to three times what the largest events did.
 */
import { ratio, type Ratio } from "./units.ts";

/** A part of the open interest, the same on both sides. No leverage: hedged or up to 1.25x, it has no level. */
export interface Bucket {
  readonly leverage: number | null;
  readonly share: Ratio;
}
export type Profile = readonly Bucket[];

const profile = (unlevered: number, ...levered: readonly (readonly [number, number])[]): Profile => [
  { leverage: null, share: ratio(unlevered) },
  ...levered.map(([leverage, share]) => ({ leverage, share: ratio(share) })),
];

export const profiles = {
  low: profile(
    0.35,
    [2, 0.15],
    [3, 0.15],
    [4, 0.1],
    [5, 0.1],
    [7, 0.06],
    [10, 0.05],
    [20, 0.02],
    [50, 0.01],
    [100, 0.01],
  ),
  base: profile(
    0.18,
    [1.5, 0.04],
    [2, 0.06],
    [2.5, 0.08],
    [3, 0.1],
    [4, 0.12],
    [5, 0.12],
    [6, 0.08],
    [7, 0.065],
    [10, 0.075],
    [15, 0.02],
    [20, 0.025],
    [25, 0.01],
    [50, 0.015],
    [100, 0.01],
  ),
  high: profile(0.05, [3, 0.05], [5, 0.15], [10, 0.27], [20, 0.15], [25, 0.13], [50, 0.12], [100, 0.08]),
} as const satisfies Record<string, Profile>;

/** Days until half of a position's quantity has been closed by choice. */
const HALF_LIVES = [1, 3, 10, 30] as const;

/** The map is computed under each combination, and what it prints is their range. */
export interface Assumption {
  readonly profile: keyof typeof profiles;
  readonly halfLife: number;
}
export const assumptions: readonly Assumption[] = (["low", "base", "high"] as const).flatMap((profile) =>
  HALF_LIVES.map((halfLife) => ({ profile, halfLife })),
);
/** The one whose liquidations are held against reported ones. */
export const isCalibrating = ({ profile, halfLife }: Assumption): boolean => profile === "base" && halfLife === 3;
