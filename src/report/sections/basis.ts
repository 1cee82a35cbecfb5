import { annualized, basis, constantMaturity, daysTo, type Tenor } from "../../core/basis.ts";
import { iso } from "../../core/time.ts";
import { told, type Found, type Input } from "../input.ts";
import type { BasisSection } from "../report.ts";

/**
 * Dated contracts against the index of the same moment, and the curve at 90 days: the mean over venues that span it, of a
 * venue the mean over its curves (section 4.2 of the methods).
 */
export function basisSection(input: Input): { section: BasisSection | null; found: readonly Found[] } {
  const found: Found[] = [];
  const contracts: BasisSection["contracts"] = [];
  const curves: number[] = [];
  for (const { source, value, kept } of told(input, "openInterest")) {
    // One curve for each kind of contract: dollars, USDT and coins as margin have rates of their own.
    const own = new Map<string, Tenor[]>();
    for (const { market, value: held } of value.of) {
      if (market.kind !== "dated" || market.expires === undefined || market.expires <= input.asOf) continue;
      if (held.noIndex !== undefined) {
        const gap = { ...held.noIndex, detail: `${market.symbol}: ${held.noIndex.detail}` };
        found.push({ source: source.id, dataset: "basis", gap });
      }
      if (held.index === undefined) continue;
      // Prices of an earlier run had longer to go.
      const days = daysTo(market.expires, kept || input.offline === true ? held.at : input.asOf);
      const total = basis(held.price, held.index);
      const kind = `${market.margin} ${market.quote}`;
      own.set(kind, [...(own.get(kind) ?? []), { days, basis: total }]);
      contracts.push({
        id: source.venue ?? source.id,
        symbol: market.symbol,
        expires: iso(market.expires),
        days,
        price: held.price,
        index: held.index,
        basis: total,
        annualized: annualized(total, days)?.simple ?? null,
      });
    }
    const at90 = [...own.values()].flatMap((tenors) => constantMaturity(tenors, 90)?.annual ?? []);
    if (at90.length > 0) curves.push(mean(at90));
  }
  if (contracts.length === 0) return { section: null, found };
  return { section: { constant90d: curves.length === 0 ? null : mean(curves), contracts }, found };
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
