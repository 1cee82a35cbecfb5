/** Open interest day by day, like for like: what the charts show. */
import { anchorWindow } from "../../core/anchor.ts";
import { total, type Member } from "../../core/panel.ts";
import { exactly, type Series } from "../../core/series.ts";
import { closedDay, DAY, earlier, floorTo, shift, type Instant } from "../../core/time.ts";
import type { UsdPerBtc } from "../../core/units.ts";
import type { Input } from "../input.ts";
import type { OpenInterestSection } from "../report.ts";

/** An anchor may be of yesterday: a line needs some days. */
const LEAST = 30;

/**
 * Every day from the start of the anchor's window to the last close, over the venues that have them, each with those of
 * today's contracts that have them. Null where no venue has.
 */
export function seriesSince(
  { anchor, asOf }: Pick<Input, "anchor" | "asOf">,
  venues: readonly { readonly id: string; readonly members: readonly Member[] }[],
  closes: Series<UsdPerBtc>,
): OpenInterestSection["series"] {
  const window = closesSince(anchor, asOf);
  const each = venues
    .map(({ id, members }) => ({ id, whole: total(members, window) }))
    .filter(({ whole }) => whole.of.length > 0);
  const panel = total(
    each.map(({ id, whole }) => ({ id, series: whole.series })),
    window,
  );
  if (panel.series.length < 2) return null;
  const days = window.map((at) => ({ at, sum: exactly(panel.series, at)?.value ?? null }));
  const summed = each.filter(({ id }) => panel.of.includes(id));
  return {
    days: window.map(closedDay),
    btc: days.map(({ sum }) => sum?.btc ?? null),
    usd: days.map(({ sum }) => sum?.usd ?? null),
    price: window.map((at) => exactly(closes, at)?.value ?? null),
    venues: summed
      .map(({ id, whole }) => ({
        id,
        btc: days.map(({ at, sum }) => (sum === null ? null : (exactly(whole.series, at)?.value.btc ?? null))),
      }))
      .toSorted((a, b) => (newest(b.btc) ?? 0) - (newest(a.btc) ?? 0)),
  };
}

const newest = (values: readonly (number | null)[]): number | null =>
  values.findLast((value) => value !== null) ?? null;

function closesSince(anchor: Input["anchor"], asOf: Instant): readonly Instant[] {
  const last = floorTo(asOf, DAY);
  const month = shift(last, -(LEAST - 1) * DAY);
  const first = earlier(anchorWindow(anchor, asOf)[0] ?? month, month);
  return Array.from({ length: Math.round((last - first) / DAY) + 1 }, (_, i) => shift(first, i * DAY));
}
