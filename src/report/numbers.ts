/** How figures are printed: rounded once, half up, from the unrounded value. */
import { fixed, roundTo, scaled, significant } from "../core/round.ts";

const grouped = (text: string): string => {
  const [whole = "", fraction] = text.split(".");
  const commas = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? commas : `${commas}.${fraction}`;
};

/** Whether a number as it is printed is 0: `0.0 %`, `0 BTC`. */
export const isZero = (text: string): boolean => Number.parseFloat(text.replaceAll(/[-+$,]/g, "")) === 0;

/** With a plus where it rises and does not round to 0. */
export const signed = (text: string, n: number): string => (n > 0 && !isZero(text) ? `+${text}` : text);

/** `31.9 %`: one decimal below 100 %, none above. */
export function percent(ratio: number): string {
  const decimals = Math.abs(roundTo(scaled(ratio, 2), 1)) < 100 ? 1 : 0;
  return `${grouped(fixed(scaled(ratio, 2), decimals))} %`;
}

/** `32 %`. */
export const wholePercent = (ratio: number): string => `${fixed(scaled(ratio, 2), 0)} %`;

/** `+31.9 %`, `-14.5 %`, `0.0 %`. */
export const change = (ratio: number): string => signed(percent(ratio), ratio);

/** Funding and other small rates: `0.0071 %`. */
export const rate = (ratio: number): string => signed(`${fixed(scaled(ratio, 2), 4)} %`, ratio);

/** `$1.09T`, `$378B`, `$12.5M`: three significant digits. */
export function dollars(usd: number): string {
  const rounded = significant(Math.abs(usd), 3);
  const [unit, name]: readonly [number, string] =
    rounded >= 1e12 ? [1e12, "T"] : rounded >= 1e9 ? [1e9, "B"] : rounded >= 1e6 ? [1e6, "M"] : [1, ""];
  const shown = rounded / unit;
  const decimals = unit === 1 || shown >= 100 ? 0 : shown >= 10 ? 1 : 2;
  return `${usd < 0 ? "-" : ""}$${grouped(fixed(shown, decimals))}${name}`;
}

/** A price: `$82,880.10`, `$84,000` where it has no cents. */
export const price = (usd: number): string => `$${grouped(fixed(usd, Number.isInteger(usd) ? 0 : 2))}`;

/** `93,836 BTC`, `391.7 BTC`. */
export const coins = (btc: number): string => `${grouped(fixed(btc, Math.abs(btc) < 1_000 ? 1 : 0))} BTC`;

/** The same without the unit, for a column that names it. */
export const bareCoins = (btc: number): string => grouped(fixed(btc, Math.abs(btc) < 1_000 ? 1 : 0));

/** `+5`, `-10`, `0`. */
export const points = (n: number): string => signed(fixed(n, 0), n);

export const count = (n: number): string => grouped(fixed(n, 0));
/** `+36,490`, `-58,670`. */
export const net = (n: number): string => signed(count(n), n);
/** `12.4`. */
export const tenth = (n: number): string => grouped(fixed(n, 1));
/** A ratio of two counts: `1.96`. */
export const ratioText = (n: number): string => fixed(n, 2);

/** A model's dollars with the digits that its range allows: `$2B`, `$0.04B`, `$310M`. */
export function modelDollars(usd: number, digits: number): string {
  if (usd <= 0) return "$0";
  const rounded = significant(usd, digits);
  const [unit, name]: readonly [number, string] =
    rounded >= 1e9 ? [1e9, "B"] : rounded >= 1e6 ? [1e6, "M"] : rounded >= 1e3 ? [1e3, "k"] : [1, ""];
  return `$${grouped(String(Number((rounded / unit).toPrecision(digits))))}${name}`;
}

/** Its share with as many digits, two decimals at most: `10 %`, `0.5 %`. */
export function modelPercent(ratio: number, digits: number): string {
  const whole = scaled(ratio, 2);
  const [few, fine] = [significant(whole, digits), roundTo(whole, 2)];
  return `${roundTo(few, 2) === few ? few : fine} %`;
}
