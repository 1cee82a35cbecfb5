/**
 * The mark price at which the liquidation of one isolated position starts. The formulas are those of Binance and, for
 * inverse contracts, of Bybit, with one maintenance margin for all sizes. Funding and margin added later are not known
 * here; a position on cross margin has no price of its own.
 */
import { usdPerBtc, type Ratio, type UsdPerBtc } from "./units.ts";

export type Side = "long" | "short";

export interface Position {
  readonly side: Side;
  readonly entry: UsdPerBtc;
  /** Notional at entry divided by the position's margin. */
  readonly leverage: number;
}

export type Liquidation =
  | { readonly is: "at"; readonly price: UsdPerBtc }
  /** The margin covers every price. */
  | { readonly is: "never" }
  /** The margin is below the maintenance margin from the start. */
  | { readonly is: "at entry" };

/** Contracts of a fixed number of coins, margin in dollars. `maintenance` is the share of the notional that must be left. */
export function linearLiquidation(position: Position, maintenance: Ratio): Liquidation {
  const s = signOf(position.side);
  return liquidationAt(position, (position.entry * (s - 1 / position.leverage)) / (s - maintenance));
}

/** Contracts of a fixed number of dollars, margin in coins. */
export function inverseLiquidation(position: Position, maintenance: Ratio): Liquidation {
  const s = signOf(position.side);
  return liquidationAt(position, (position.entry * (s + maintenance)) / (s + 1 / position.leverage));
}

const signOf = (side: Side): 1 | -1 => (side === "long" ? 1 : -1);

function liquidationAt({ side, entry }: Position, price: number): Liquidation {
  if (!(price > 0)) return { is: "never" };
  if (side === "long" ? price >= entry : price <= entry) return { is: "at entry" };
  return { is: "at", price: usdPerBtc(price) };
}
