/**
 * The mark price at which the liquidation of one isolated position starts. Sources of the formulas: Binance (linear,
 * inverse and tiers), OKX and Gate (a fee counted at liquidation), Hyperliquid (no deduction), Bybit (inverse, and
 * the older form with the maintenance margin taken at entry). Funding and margin added later are not known here;
 * a position on cross margin has no price of its own.
 */
import { ratio, usd, usdPerBtc, type Btc, type Ratio, type Usd, type UsdPerBtc } from "./units.ts";

export type Side = "long" | "short";

interface Position {
  readonly side: Side;
  readonly entry: UsdPerBtc;
  /** Notional at entry divided by the position's margin. */
  readonly leverage: number;
}
export interface LinearPosition extends Position {
  readonly size: Btc;
}
export interface InversePosition extends Position {
  /** Face value of the contracts. */
  readonly size: Usd;
}

/** Maintenance margin = rate × notional - deduction, in the currency of the margin. */
export interface LinearTerms {
  readonly rate: Ratio;
  readonly deduction?: Usd;
  /** Rate of the fee that the venue counts at liquidation: the taker fee on OKX and Gate, none on Binance. */
  readonly fee?: Ratio;
}
export interface InverseTerms {
  readonly rate: Ratio;
  readonly deduction?: Btc;
}

export type Liquidation =
  | { readonly is: "at"; readonly price: UsdPerBtc }
  /** The margin covers every price. */
  | { readonly is: "never" }
  /** The margin is below the maintenance margin from the start. */
  | { readonly is: "at entry" };

/** Contracts of a fixed number of coins, margin in dollars. */
export function linearLiquidation(position: LinearPosition, { rate, deduction, fee }: LinearTerms): Liquidation {
  const s = signOf(position.side);
  const perCoin = (deduction ?? 0) / position.size;
  return liquidationAt(position, (position.entry * (s - 1 / position.leverage) - perCoin) / (s - (rate + (fee ?? 0))));
}

/** Contracts of a fixed number of dollars, margin in coins. */
export function inverseLiquidation(position: InversePosition, { rate, deduction }: InverseTerms): Liquidation {
  const s = signOf(position.side);
  const coins = position.size / position.entry;
  return liquidationAt(
    position,
    (position.size * (s + rate)) / (coins * (s + 1 / position.leverage) + (deduction ?? 0)),
  );
}

/** The older forms of Bybit: the maintenance margin is that of the entry notional. */
export function classicLiquidation(margin: "linear" | "inverse", position: Position, rate: Ratio): Liquidation {
  const s = signOf(position.side);
  const room = 1 / position.leverage - rate;
  return liquidationAt(
    position,
    margin === "linear" ? position.entry * (1 - s * room) : position.entry / (1 + s * room),
  );
}

/** Maintenance terms for notionals above `floor` up to `cap`. */
export interface Tier {
  readonly floor: Usd;
  readonly cap: Usd;
  readonly rate: Ratio;
  readonly deduction: Usd;
  readonly maxLeverage: number;
}

/** Rows of cap, rate, deduction and highest leverage; a RangeError where the maintenance margin would jump between two. */
export function tiersOf(rows: readonly (readonly [number, number, number, number])[]): readonly Tier[] {
  let last = { cap: 0, rate: 0, deduction: 0 };
  return rows.map(([cap, rate, deduction, maxLeverage]) => {
    // The deduction makes both tiers ask the same margin where they meet.
    const continued = last.deduction + last.cap * (rate - last.rate);
    if (cap <= last.cap || Math.abs(deduction - continued) > 1e-9 * cap) {
      throw new RangeError(`the tier up to ${cap} does not continue the one before: ${deduction}, not ${continued}`);
    }
    const floor = usd(last.cap);
    last = { cap, rate, deduction };
    return { floor, cap: usd(cap), rate: ratio(rate), deduction: usd(deduction), maxLeverage };
  });
}

/** As of October 2024. The table changes over time and its endpoint needs a key. */
export const BINANCE_BTCUSDT_2024_10 = tiersOf([
  [50_000, 0.004, 0, 125],
  [600_000, 0.005, 50, 100],
  [3_000_000, 0.0065, 950, 75],
  [12_000_000, 0.01, 11_450, 50],
  [70_000_000, 0.02, 131_450, 25],
  [100_000_000, 0.025, 481_450, 20],
  [230_000_000, 0.05, 2_981_450, 10],
  [480_000_000, 0.1, 14_481_450, 5],
  [600_000_000, 0.125, 26_481_450, 4],
  [800_000_000, 0.15, 41_481_450, 3],
  [1_200_000_000, 0.25, 121_481_450, 2],
  [1_800_000_000, 0.5, 421_481_450, 1],
]);

/** The venue does not let such a position be opened: larger than its last tier, or leverage above that of its tier. */
export type Refused = { readonly is: "refused"; readonly why: "size" | "leverage" };

const MOST_STEPS = 8;

/**
 * With the tier of the notional at the liquidation price, which is found by trying again from each answer. A short
 * that outgrows the table keeps the last terms.
 */
export function tieredLiquidation(position: LinearPosition, tiers: readonly Tier[]): Liquidation | Refused {
  const tierAt = (price: number): Tier | undefined => tiers.findLast(({ floor }) => position.size * price > floor);
  let tier = tierAt(position.entry);
  if (tier === undefined || position.size * position.entry > tier.cap) return { is: "refused", why: "size" };
  if (position.leverage > tier.maxLeverage) return { is: "refused", why: "leverage" };
  let found = linearLiquidation(position, tier);
  for (let step = 1; step < MOST_STEPS && found.is === "at"; step += 1) {
    const next = tierAt(found.price);
    if (next === undefined || next === tier) break;
    tier = next;
    found = linearLiquidation(position, tier);
  }
  return found;
}

const signOf = (side: Side): 1 | -1 => (side === "long" ? 1 : -1);

function liquidationAt({ side, entry }: Position, price: number): Liquidation {
  if (!(price > 0 && price < Infinity)) return { is: "never" };
  if (side === "long" ? price >= entry : price <= entry) return { is: "at entry" };
  return { is: "at", price: usdPerBtc(price) };
}
