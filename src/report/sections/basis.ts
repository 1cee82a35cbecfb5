import { annualized, basis, constantMaturity, daysTo, type Tenor } from "../../core/basis.ts";
import { median } from "../../core/rank.ts";
import { iso } from "../../core/time.ts";
import { told, type Found, type Input } from "../input.ts";
import type { BasisSection } from "../report.ts";

/**
 * Dated contracts against the index of the same moment, and the curve at 90 days: the median over venues that span it, of
 * a venue the median over its curves (sections 4.2 and 5.1 of the methods).
 */
export function basisSection(input: Input): { section: BasisSection | null; found: readonly Found[] } {
  const found: Found[] = [];
  const contracts: BasisSection["contracts"] = [];
  const curves: number[] = [];
  for (const { source, value, aged } of told(input, "openInterest")) {
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
      const days = daysTo(market.expires, aged ? held.at : input.asOf);
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
        annualized: annualized(total, days),
      });
    }
    const at90 = median([...own.values()].flatMap((tenors) => constantMaturity(tenors, 90) ?? []));
    if (at90 !== null) curves.push(at90);
  }
  if (contracts.length === 0) return { section: null, found };
  return { section: { constant90d: median(curves), contracts }, found };
}
