import { isCurrent, rate8h, weightedFunding } from "../../core/funding.ts";
import { iso } from "../../core/time.ts";
import { usd, type Ratio, type Usd } from "../../core/units.ts";
import type { Gap } from "../../core/gap.ts";
import { lackingOf, told, type Found, type Input } from "../input.ts";
import type { FundingSection } from "../report.ts";
import { minuteOf, plural } from "../words.ts";
import type { Venue } from "./holdings.ts";

/**
 * Every venue's rates in one unit, and their mean weighted by the open interest of the same contract (section 4.1 of the
 * methods). What the mean is without has a gap: a rate that another one has replaced by now, and a contract whose open
 * interest is not known.
 */
export function fundingSection(
  input: Input,
  venues: readonly Venue[],
): { section: FundingSection | null; found: readonly Found[] } {
  const found: Found[] = [];
  const lines: FundingSection["venues"] = [];
  const weighed: { rate: Ratio; everyHours: number; usd: Usd }[] = [];
  // A settled rate is another series than the running ones: it is shown, not averaged with them. Of a past instant
  // nothing is left but what was paid.
  const other = input.mode === "history" ? "predicted" : "settled";
  for (const { source, value, aged } of told(input, "funding")) {
    const venue = source.venue ?? source.id;
    const leftOut = (symbol: string, gap: Gap): void => {
      const detail = `${symbol}: ${gap.detail}, so it is not in the mean`;
      found.push({ source: source.id, dataset: "funding.weighted8h", gap: { ...gap, detail } });
    };
    found.push(...lackingOf(source, "funding", value.lacking));
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
      });
      if (funding.kind === other) continue;
      if (!aged && !isCurrent(funding, input.asOf)) {
        leftOut(market.symbol, {
          why: "stale",
          detail: `the rate of ${minuteOf(iso(funding.at))} is older than its ${plural(funding.everyHours, "hour")}`,
        });
      } else if (held === null || held === undefined) {
        leftOut(market.symbol, { why: "unpublished", detail: "its open interest is not known" });
      } else {
        weighed.push({ rate: funding.rate, everyHours: funding.everyHours, usd: usd(held.usd) });
      }
    }
  }
  if (lines.length === 0) return { section: null, found };
  const mean = weightedFunding(weighed);
  return { section: { weighted8h: mean?.rate8h ?? null, apr: mean?.apr ?? null, venues: lines }, found };
}
