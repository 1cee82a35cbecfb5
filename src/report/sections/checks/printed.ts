/** percentages against the numbers that are printed beside them, all of them as they are printed. */
import { percentFits, type Printed } from "../../../core/plausible/claims.ts";
import type { Verdict } from "../../../core/plausible/verdict.ts";
import { change, coins, dollars, price } from "../../numbers.ts";

const SHOWN = /^([+-]?)\$?([\d,]+)(?:\.(\d+))?([MBT]?)/;
const TIMES = new Map([
  ["M", 1e6],
  ["B", 1e9],
  ["T", 1e12],
]);
/** Digits that `dollars` leaves. */
const DOLLAR_DIGITS = 3;

/** The number that stands in a text, and half of its last unit. */
function read(text: string): { readonly value: number; readonly within: number; readonly decimals: number } {
  const [, sign = "", whole = "", fraction = "", unit = ""] = SHOWN.exec(text) ?? [];
  const times = TIMES.get(unit) ?? 1;
  const size = Number(`${whole.replaceAll(",", "")}.${fraction}`) * times;
  return {
    value: sign === "-" ? -size : size,
    within: (times * 10 ** -fraction.length) / 2,
    decimals: fraction.length,
  };
}

export const asCoins = (btc: number): Printed => read(coins(btc));
export const asPrice = (usd: number): Printed => read(price(usd));
export function asDollars(usd: number): Printed {
  const { value, within } = read(dollars(usd));
  // Below a million the digits that are rounded away are printed as zeros.
  const third = value === 0 ? 0 : 10 ** (Math.floor(Math.log10(Math.abs(value))) + 1 - DOLLAR_DIGITS) / 2;
  return { value, within: Math.max(within, third) };
}

/** Whether the percentage of a growth is what its two printed ends make. An end that may be 0 tells nothing. */
export function growthFits(ratio: number, from: Printed, to: Printed): readonly Verdict[] {
  const { value, decimals } = read(change(ratio));
  return from.value - (from.within ?? 0) > 0 ? percentFits(value, decimals, from, to) : [];
}
