import { annualized, basis, constantMaturity, daysTo, type Tenor } from "../../core/basis.ts";
import { iso } from "../../core/time.ts";
import { told, type Input } from "../input.ts";
import type { BasisSection } from "../report.ts";

/** Dated contracts against the index of the same answer, and the curve at 90 days (mean over venues that span it). */
export function basisSection(input: Input): BasisSection | null {
  const contracts: BasisSection["contracts"] = [];
  const curves: number[] = [];
  for (const { source, value, kept } of told(input, "openInterest")) {
    const own: Tenor[] = [];
    for (const { market, value: held } of value.of) {
      if (market.kind !== "dated" || market.expires === undefined || held.index === undefined) continue;
      if (market.expires <= input.asOf) continue;
      // Prices of an earlier run had longer to go.
      const days = daysTo(market.expires, kept || input.offline === true ? held.at : input.asOf);
      const total = basis(held.price, held.index);
      own.push({ days, basis: total });
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
    const at90 = constantMaturity(own, 90);
    if (at90 !== null) curves.push(at90.annual);
  }
  if (contracts.length === 0) return null;
  return {
    constant90d: curves.length === 0 ? null : curves.reduce((sum, x) => sum + x, 0) / curves.length,
    contracts,
  };
}
