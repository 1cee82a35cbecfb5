/**
 * The units of the market and the only place where one becomes another.
 * Brands exist for the compiler alone: at run time every measure is a plain number.
 */
declare const unit: unique symbol;
type Measure<U extends string> = number & { readonly [unit]: U };

export type Btc = Measure<"BTC">;
export type Usd = Measure<"USD">;
export type UsdPerBtc = Measure<"USD/BTC">;
/** 0.05 is five percent. */
export type Ratio = Measure<"ratio">;

/**
 * An amount as the venue states it. Linear contracts are counted in BTC, inverse ones in USD,
 * many venues count contracts of so much each.
 */
export type Quantity =
  | { readonly in: "BTC"; readonly value: Btc }
  | { readonly in: "USD"; readonly value: Usd }
  | { readonly in: "contracts"; readonly count: number; readonly each: Quantity };

function finite(n: number): number {
  if (!Number.isFinite(n)) throw new RangeError(`not a finite number: ${n}`);
  return n;
}

/* oxlint-disable typescript/no-unsafe-type-assertion -- the constructors of the units are the one place that brands a number */
/** Each constructor refuses NaN and Infinity with a RangeError. */
export const btc = (n: number): Btc => finite(n) as Btc;
export const usd = (n: number): Usd => finite(n) as Usd;
export const usdPerBtc = (n: number): UsdPerBtc => {
  if (finite(n) <= 0) throw new RangeError(`not a price: ${n}`);
  return n as UsdPerBtc;
};
export const ratio = (n: number): Ratio => finite(n) as Ratio;
/* oxlint-enable typescript/no-unsafe-type-assertion */

export const ofBtc = (n: number): Quantity => ({ in: "BTC", value: btc(n) });
export const ofUsd = (n: number): Quantity => ({ in: "USD", value: usd(n) });
/** `count` contracts of `each`; the count may carry a sidedness factor (0.5 where a venue counts both sides). */
export const ofContracts = (count: number, each: Quantity): Quantity => ({
  in: "contracts",
  count: finite(count),
  each,
});

/** USD value of a quantity at the price of its own instant. */
export function inUsd(q: Quantity, price: UsdPerBtc): Usd {
  switch (q.in) {
    case "USD":
      return q.value;
    case "BTC":
      return usd(q.value * price);
    case "contracts":
      return usd(q.count * inUsd(q.each, price));
  }
}

/** BTC value of a quantity at the price of its own instant. */
export function inBtc(q: Quantity, price: UsdPerBtc): Btc {
  switch (q.in) {
    case "BTC":
      return q.value;
    case "USD":
      return btc(q.value / price);
    case "contracts":
      return btc(q.count * inBtc(q.each, price));
  }
}

export const sumBtc = (amounts: readonly Btc[]): Btc => btc(amounts.reduce<number>((sum, x) => sum + x, 0));
export const sumUsd = (amounts: readonly Usd[]): Usd => usd(amounts.reduce<number>((sum, x) => sum + x, 0));

/** `to / from - 1`, or null where there is nothing to compare with. */
export function growth(from: number, to: number): Ratio | null {
  return from > 0 && Number.isFinite(to) ? ratio(to / from - 1) : null;
}

/** The price that a pair of amounts implies (USD / BTC), or null for an empty position. */
export function impliedPrice(inDollars: Usd, inCoins: Btc): UsdPerBtc | null {
  return inCoins > 0 && inDollars > 0 ? usdPerBtc(inDollars / inCoins) : null;
}
