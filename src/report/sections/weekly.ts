/** CME reports once a week: a row of its own, never part of live totals or of changes. */
import type { Market } from "../../core/market.ts";
import type { Amount } from "../../core/panel.ts";
import { exactly, filterSeries } from "../../core/series.ts";
import { closedDay, DAY, iso, type Instant } from "../../core/time.ts";
import { sumBtc, sumUsd } from "../../core/units.ts";
import type { Found } from "../input.ts";
import type { VenueLine } from "../report.ts";
import type { Venue } from "./holdings.ts";

/** The one venue of its kind. */
export const WEEKLY = "cme";
/** CFTC data are published three days late, later around holidays: older ones are not shown. */
const WEEKLY_AGE = 21 * DAY;

/** A contract as a venue's line lists it. */
export const contractLine = (
  { symbol, kind, margin, quote }: Market,
  { btc, usd }: Amount,
): VenueLine["contracts"][number] => ({ symbol, kind, margin, quote, btc, usd });

/** When the newest report was of. */
function lastReport(venue: Venue, asOf: Instant): Instant | null {
  const last = venue.contracts.flatMap(({ past }) => filterSeries(past, ({ at }) => at <= asOf).at(-1) ?? []);
  return last.reduce<Instant | null>(
    (newest, point) => (newest === null || point.at > newest ? point.at : newest),
    null,
  );
}

/** Why there is no weekly line though reports were told. */
export function tooOld(venue: Venue | undefined, asOf: Instant): readonly Found[] {
  const at = venue === undefined ? null : lastReport(venue, asOf);
  if (at === null || asOf - at <= WEEKLY_AGE) return [];
  const detail = `its newest report is of ${closedDay(at)}; one older than ${WEEKLY_AGE / DAY} days is not shown`;
  return [{ source: WEEKLY, dataset: "openInterest", gap: { why: "stale", detail } }];
}

/** The newest report of a venue; null where there is none that is young enough to be shown. */
export function weeklyLine(
  venue: Venue | undefined,
  asOf: Instant,
): (Amount & { at: Instant; line: VenueLine }) | null {
  if (venue === undefined) return null;
  const at = lastReport(venue, asOf);
  if (at === null || asOf - at > WEEKLY_AGE) return null;
  const held = venue.contracts.flatMap((contract) => {
    const point = exactly(contract.past, at);
    return point === null ? [] : [{ market: contract.market, ...point.value }];
  });
  const btc = sumBtc(held.map((one) => one.btc));
  const usd = sumUsd(held.map((one) => one.usd));
  return {
    at,
    btc,
    usd,
    line: {
      id: venue.id,
      name: venue.source.name,
      btc,
      usd,
      share: null,
      asOf: iso(at),
      note: venue.note,
      contracts: held.map((one) => contractLine(one.market, one)),
      changes: { "1d": null, "7d": null, "30d": null, anchor: null },
      scopes: [],
    },
  };
}
