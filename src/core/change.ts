/** What changed between two instants, split into coins, USD, price and positions. */
import { impliedPrice, ratio, sumBtc, sumUsd, type Btc, type Ratio, type Usd, type UsdPerBtc } from "./units.ts";

/** Amounts at both ends, each end valued at its own price. */
interface FromTo {
  readonly fromBtc: Btc;
  readonly fromUsd: Usd;
  readonly toBtc: Btc;
  readonly toUsd: Usd;
}

/** Of one contract, or of one margin type of a venue. */
export interface Ends extends FromTo {
  readonly margin: "linear" | "inverse";
}

/** `(1 + usd) = (1 + btc)(1 + price)`. */
export interface Change extends FromTo {
  readonly btc: Ratio;
  readonly usd: Ratio;
  /** Change of the implied price: USD / BTC of what is compared. */
  readonly price: Ratio;
  /** Price-neutral: what traders did, linear contracts counted in BTC and inverse ones in USD. */
  readonly position: Ratio;
}

const sum = (rows: readonly Ends[]): FromTo => ({
  fromBtc: sumBtc(rows.map((row) => row.fromBtc)),
  fromUsd: sumUsd(rows.map((row) => row.fromUsd)),
  toBtc: sumBtc(rows.map((row) => row.toBtc)),
  toUsd: sumUsd(rows.map((row) => row.toUsd)),
});

/** The change of a sum, or null where one end is empty: there is nothing to compare. */
export function change(rows: readonly Ends[]): Change | null {
  const all = sum(rows);
  const before = impliedPrice(all.fromUsd, all.fromBtc);
  const after = impliedPrice(all.toUsd, all.toBtc);
  if (before === null || after === null) return null;
  return {
    btc: ratio(all.toBtc / all.fromBtc - 1),
    usd: ratio(all.toUsd / all.fromUsd - 1),
    price: ratio(after / before - 1),
    position: position(rows, all.fromUsd, before),
    ...all,
  };
}

/**
 * Weight times growth of each margin type in its native unit, the weight being its USD share at the start. Both
 * reduce to what was added at the start's price: coins × price for linear contracts, dollars for inverse ones.
 */
function position(rows: readonly Ends[], fromUsd: Usd, price: UsdPerBtc): Ratio {
  const linear = sum(rows.filter((row) => row.margin === "linear"));
  const inverse = sum(rows.filter((row) => row.margin === "inverse"));
  const coins = (linear.toBtc - linear.fromBtc) * (impliedPrice(linear.fromUsd, linear.fromBtc) ?? price);
  return ratio((coins + inverse.toUsd - inverse.fromUsd) / fromUsd);
}
