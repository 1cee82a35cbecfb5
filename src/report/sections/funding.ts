import { rate8h, weightedFunding } from "../../core/funding.ts";
import { iso } from "../../core/time.ts";
import { usd, type Ratio, type Usd } from "../../core/units.ts";
import { told, type Found, type Input } from "../input.ts";
import type { FundingSection } from "../report.ts";
import type { Venue } from "./holdings.ts";

/** Every venue's rates in one unit, and their mean weighted by the open interest of the same contract. */
export function fundingSection(
  input: Input,
  venues: readonly Venue[],
): { section: FundingSection | null; found: readonly Found[] } {
  const found: Found[] = [];
  const lines: (FundingSection["venues"][number] & { rate: Ratio; usd: Usd })[] = [];
  for (const { source, value } of told(input, "funding")) {
    const venue = source.venue ?? source.id;
    for (const { what, gap } of value.lacking) {
      found.push({ source: source.id, dataset: "funding", gap: { ...gap, detail: `${what}: ${gap.detail}` } });
    }
    const contracts = venues.find((one) => one.id === venue)?.contracts ?? [];
    for (const { market, value: funding } of value.of) {
      const held = contracts.find((one) => one.market.symbol === market.symbol)?.now;
      lines.push({
        id: venue,
        symbol: market.symbol,
        rate: funding.rate,
        everyHours: funding.everyHours,
        rate8h: rate8h(funding.rate, funding.everyHours),
        kind: funding.kind,
        asOf: iso(funding.at),
        usd: held?.usd ?? usd(0),
      });
    }
  }
  if (lines.length === 0) return { section: null, found };
  // A settled rate is another series than the running ones: it is shown, not averaged with them. Of a past instant
  // nothing is left but what was paid.
  const other = input.mode === "history" ? "predicted" : "settled";
  const mean = weightedFunding(lines.filter((line) => line.kind !== other));
  return {
    section: {
      weighted8h: mean?.rate8h ?? null,
      apr: mean?.apr ?? null,
      venues: lines.map(({ usd: _weight, ...line }) => line),
    },
    found,
  };
}
