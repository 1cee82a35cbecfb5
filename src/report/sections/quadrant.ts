import { change, type Ends } from "../../core/change.ts";
import { onGrid, total, type Member } from "../../core/panel.ts";
import { quadrant, type Quadrant, type WindowChange } from "../../core/quadrant.ts";
import { exactly, series, type Point, type Series } from "../../core/series.ts";
import { DAY, dayOf, floorTo, instant, shift, type Instant } from "../../core/time.ts";
import { coverageSuffices } from "../../core/plausible/claims.ts";
import { gapOf } from "../../core/plausible/verdict.ts";
import { growth, ratio, sumUsd, type Ratio, type UsdPerBtc } from "../../core/units.ts";
import { HISTORY_DAYS, type Found } from "../input.ts";
import type { OpenInterestSection } from "../report.ts";
import { longDay } from "../words.ts";
import type { Contract, Venue } from "./holdings.ts";

const WINDOW = 7 * DAY;

/**
 * Where price and positions went over the 7 days to the last 00:00Z, each against its usual size, over the live contracts
 * that tell both ends of those days. Null, and a gap, where too few days can be told.
 */
export function quadrantOf(
  venues: readonly Venue[],
  closes: Series<UsdPerBtc>,
  asOf: Instant,
  found: Found[],
): OpenInterestSection["quadrant"] {
  const last = floorTo(asOf, DAY);
  const days = Array.from({ length: HISTORY_DAYS }, (_, i) => instant(last - (HISTORY_DAYS - 1 - i) * DAY));
  const uncovered = coverageSuffices(shareOf(venues, last)).find(({ severity }) => severity === "error");
  if (uncovered !== undefined) {
    found.push({ source: "all", dataset: "openInterest.quadrant", gap: gapOf(uncovered) });
    return null;
  }
  const sides = (["linear", "inverse"] as const).map((margin) => ({
    margin,
    sum: total(members(venues, margin, last), days),
  }));
  const points: Point<WindowChange>[] = [];
  for (const at of days) {
    const before = shift(at, -WINDOW);
    const ends = sides.flatMap(({ margin, sum }): Ends[] => {
      const from = exactly(sum.series, before)?.value;
      const to = exactly(sum.series, at)?.value;
      return from === undefined || to === undefined
        ? []
        : [{ margin, fromBtc: from.btc, fromUsd: from.usd, toBtc: to.btc, toUsd: to.usd }];
    });
    const moved = ends.length === sides.filter(({ sum }) => sum.of.length > 0).length ? change(ends) : null;
    const from = exactly(closes, before)?.value;
    const to = exactly(closes, at)?.value;
    const price = from === undefined || to === undefined ? null : growth(from, to);
    if (moved !== null && price !== null) points.push({ at, value: { price, position: moved.position } });
  }
  const which = quadrant(series(points), last);
  if (which === null) {
    const detail = "too few days with both the open interest and the price to know what is usual over 7 days";
    found.push({ source: "all", dataset: "openInterest.quadrant", gap: { why: "unpublished", detail } });
    return null;
  }
  return { window: "7d", price: which.price, positions: which.positions, text: words(which, last) };
}

const tellsBoth = ({ now, past }: Contract, last: Instant): boolean =>
  now !== null && [last, shift(last, -WINDOW)].every((at) => onGrid(past, at) !== null);

/** Of what was known at the start of the week, and has not settled since, the share in USD of the contracts that count. */
function shareOf(venues: readonly Venue[], last: Instant): Ratio {
  const start = shift(last, -WINDOW);
  const known = venues
    .flatMap(({ contracts }) => contracts)
    .filter(({ market: { expires } }) => expires === undefined || expires > last);
  const held = (of: readonly Contract[]): number =>
    sumUsd(of.flatMap(({ past }) => onGrid(past, start)?.value.usd ?? []));
  const all = held(known);
  // Of what nobody knows nothing is left out.
  return ratio(all === 0 ? 1 : held(known.filter((contract) => tellsBoth(contract, last))) / all);
}

const members = (venues: readonly Venue[], margin: "linear" | "inverse", last: Instant): readonly Member[] =>
  venues.flatMap(({ id, contracts }) =>
    contracts
      .filter((contract) => contract.market.margin === margin && tellsBoth(contract, last))
      .map(({ market, past }) => ({ id: `${id} ${market.symbol}`, series: past })),
  );

/** Each added contract has a long and a short: who acted is an inference and is not claimed. */
const words = ({ price, positions }: Quadrant, last: Instant): string =>
  `7 days to 00:00 UTC of ${longDay(dayOf(last))}: price ${price}, positions ${positions}`;
