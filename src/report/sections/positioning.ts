import { takerFlow } from "../../core/positioning.ts";
import { filterSeries } from "../../core/series.ts";
import { closedDay, HOUR, iso } from "../../core/time.ts";
import { inBtc, type UsdPerBtc } from "../../core/units.ts";
import { lackingOf, told, type Found, type Input } from "../input.ts";
import type { PositioningSection } from "../report.ts";

/** A ratio or a flow that is older says nothing of the day. */
const TOO_OLD = 36 * HOUR;

/**
 * Account ratios named as what they count, taker flow of 24 hours, and the CFTC's trader classes. Positions are always
 * one to one: none of these is a balance of open interest.
 */
export function positioningSection(
  input: Input,
  price: UsdPerBtc | null,
): { section: PositioningSection | null; found: readonly Found[] } {
  const found: Found[] = [];
  const stale = (source: string, dataset: string, detail: string): void => {
    found.push({ source, dataset, gap: { why: "stale", detail } });
  };
  for (const dataset of ["longShort", "taker"] as const) {
    for (const { source, value } of told(input, dataset)) found.push(...lackingOf(source, dataset, value.lacking));
  }
  const longShort: PositioningSection["longShort"] = [];
  for (const { source, value } of told(input, "longShort")) {
    for (const { market, value: one } of value.of) {
      if (input.asOf - one.at > TOO_OLD) stale(source.id, "longShort", `${market.symbol}: ratio of ${iso(one.at)}`);
      else {
        const { ratio, counts } = one;
        longShort.push({ id: source.venue ?? source.id, symbol: market.symbol, ratio, counts, asOf: iso(one.at) });
      }
    }
  }
  const taker: PositioningSection["taker"] = [];
  for (const { source, value } of told(input, "taker")) {
    for (const { market, value: flow } of value.of) {
      // Both sides are of one unit; a price is needed only to show them in coins.
      const unit = flow.buy.in === "BTC" ? null : price;
      if (flow.buy.in !== "BTC" && unit === null) continue;
      const coins = (quantity: typeof flow.buy): ReturnType<typeof inBtc> | null =>
        quantity.in === "BTC" ? quantity.value : unit === null ? null : inBtc(quantity, unit);
      const [buy, sell] = [coins(flow.buy), coins(flow.sell)];
      const sides = buy === null || sell === null ? null : takerFlow(buy, sell);
      if (input.asOf - flow.until > TOO_OLD) stale(source.id, "taker", `${market.symbol}: flow to ${iso(flow.until)}`);
      else if (sides !== null && buy !== null && sell !== null) {
        const id = source.venue ?? source.id;
        taker.push({ id, symbol: market.symbol, buyBtc: buy, sellBtc: sell, ...sides, until: iso(flow.until) });
      }
    }
  }
  const [classes] = told(input, "traderClasses");
  const last = classes === undefined ? undefined : filterSeries(classes.value, ({ at }) => at <= input.asOf).at(-1);
  const cme =
    last === undefined
      ? null
      : {
          reportDate: closedDay(last.at),
          leveragedNetBtc: last.value.leveragedNet,
          assetManagersNetBtc: last.value.assetManagersNet,
        };
  const nothing = longShort.length === 0 && taker.length === 0 && cme === null;
  return { section: nothing ? null : { longShort, taker, cme }, found };
}
