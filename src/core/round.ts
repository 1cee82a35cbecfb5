/**
 * Rounding for print: once, half up (away from zero below it), on the decimal text of the unrounded number.
 * Binary fractions are never rounded: 1.005 is 1.00499… in memory and still rounds to 1.01, as its text says.
 */
/** `|n|` as digits × 10^-places. */
function decimalOf(n: number): { readonly digits: bigint; readonly places: number; readonly exponent: number } {
  if (!Number.isFinite(n)) throw new RangeError(`not a finite number: ${n}`);
  const [mantissa = "", power = ""] = Math.abs(n).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const exponent = Number(power);
  return { digits: BigInt(digits), places: digits.length - 1 - exponent, exponent };
}

/** Text with exactly `decimals` digits after the point; a negative count rounds to tens, hundreds, … Never "-0.0". */
export function fixed(n: number, decimals: number): string {
  const { digits, places } = decimalOf(n);
  const cut = BigInt(places - decimals);
  const units = cut > 0n ? (digits + 5n * 10n ** (cut - 1n)) / 10n ** cut : digits * 10n ** -cut;
  const sign = n < 0 && units > 0n ? "-" : "";
  if (decimals <= 0) return `${sign}${units * 10n ** BigInt(-decimals)}`;
  const text = String(units).padStart(decimals + 1, "0");
  return `${sign}${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

/** The number that `fixed` prints. */
export const roundTo = (n: number, decimals: number): number => Number(fixed(n, decimals));

/** Rounded to so many significant digits. */
export const significant = (n: number, digits: number): number => roundTo(n, digits - 1 - decimalOf(n).exponent);

/** `n × 10^power` without the binary error of a multiplication: 0.145 becomes 14.5 percent, not 14.499999999999998. */
export function scaled(n: number, power: number): number {
  const { digits, places } = decimalOf(n);
  return Math.sign(n) * Number(`${digits}e${power - places}`);
}
