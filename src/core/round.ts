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

/**
 * The digits that both ends of an interval share, with `decimals` at most: 31.82 and 32.07 share "32".
 * Null where they share none (3 and 4).
 */
export function shared(low: number, high: number, decimals: number): string | null {
  // No coarser than the first digit of the larger one: beyond it both would be 0, which tells nothing of them.
  const coarsest = -Math.max(decimalOf(low).exponent, decimalOf(high).exponent, 0);
  for (let d = decimals; d >= coarsest; d -= 1) {
    const text = fixed(low, d);
    if (text === fixed(high, d)) return text;
  }
  return null;
}

/** "N" or "about N", printed with `decimals` (-1 for tens), is true of the size of x: it rounds to N. */
export const isAbout = (x: number, printed: number, decimals: number): boolean =>
  roundTo(Math.abs(x), decimals) === printed;

/** "more than N" is true: above N by at most one step of its last digit. */
export const isMoreThan = (x: number, printed: number, decimals: number): boolean =>
  Math.abs(x) > printed && Math.abs(x) <= roundTo(printed + scaled(1, -decimals), decimals);

/** "nearly N" is true: it rounds to N and is below it. */
export const isNearly = (x: number, printed: number, decimals: number): boolean =>
  isAbout(x, printed, decimals) && Math.abs(x) < printed;
