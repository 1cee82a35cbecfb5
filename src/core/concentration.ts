/** How a metric is spread over a named set of venues. */

/**
 * Herfindahl-Hirschman index of amounts, parts of `whole`, 0 to 10,000: a lower bound where they do not add up to it. Null
 * for fewer than two venues: it would be 10,000 by construction.
 */
export function herfindahl(amounts: readonly number[], whole: number): number | null {
  const held = amounts.filter((amount) => amount > 0);
  return held.length < 2 ? null : held.reduce((sum, amount) => sum + ((100 * amount) / whole) ** 2, 0);
}
