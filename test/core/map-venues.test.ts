/** Which venues of the liquidation map are taken to be like which. */
import { expect, it } from "vitest";
import { liquidationMap, type LiquidationMap } from "../../src/core/liquidation-map.ts";
import type { MapVenue } from "../../src/core/map-books.ts";
import { ratio, usd, usdPerBtc } from "../../src/core/units.ts";
import { bars, held } from "./map-bars.ts";

/** So many coins for sixty days at a price of 100 that never moves. */
const venue = (id: string, margin: "linear" | "inverse", coins: number): MapVenue => ({
  id,
  rules: { margin, maintenance: ratio(0.005) },
  candles: bars(60),
  openInterest: held(60, () => coins),
});
function mapOf(venues: readonly MapVenue[], others: readonly { id: string; openInterest: number }[]): LiquidationMap {
  const tracked = others.map(({ id, openInterest }) => ({ id, openInterest: usd(openInterest) }));
  const found = liquidationMap(usdPerBtc(100), [usdPerBtc(105)], venues, tracked);
  if (found.is === "refused") throw new Error(found.why);
  return found;
}

it("a venue without a history is like the largest one, wherever that stands", () => {
  const [linear, inverse] = [venue("linear", "linear", 1_000), venue("inverse", "inverse", 500)];
  const others = [{ id: "small", openInterest: 20_000 }];
  const [one, other] = [mapOf([linear, inverse], others), mapOf([inverse, linear], others)];
  expect(one.assumed).toEqual(["small"]);
  // To 105 the linear one has 20x at 104.4776 and the inverse one at 104.7368: the weights tell them apart.
  const alone = mapOf([linear], []).levels[0]?.low ?? 0;
  const beside = mapOf([inverse], []).levels[0]?.low ?? 0;
  for (const { levels } of [one, other]) expect(levels[0]?.low).toBeCloseTo(1.2 * alone + beside, 6);
});

it("a venue that is modelled is not assumed once more", () => {
  const map = mapOf([venue("linear", "linear", 1_000)], [{ id: "linear", openInterest: 20_000 }]);
  expect(map).toMatchObject({ assumed: [], without: [], openInterest: 100_000 });
});

it("three tenths of the whole may be assumed, and no more", () => {
  const map = (assumed: number): LiquidationMap =>
    mapOf([venue("linear", "linear", 700)], [{ id: "other", openInterest: assumed }]);
  expect(map(30_000)).toMatchObject({ assumed: ["other"], openInterest: 100_000 });
  expect(map(30_001)).toMatchObject({ assumed: [], without: ["other"], openInterest: 70_000 });
});
