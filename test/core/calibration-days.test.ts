/** For test/core once `map` and `rules` are in: days that are none, and what each side of a venue holds. */
import { expect, it } from "vitest";
import { calibrationOf, calibrationSpan } from "../../src/core/calibration.ts";
import { modelled, sidesOf, type MapVenue } from "../../src/core/map-books.ts";
import type { Liquidated } from "../../src/core/market.ts";
import { series, type Point } from "../../src/core/series.ts";
import { DAY, HOUR, shift } from "../../src/core/time.ts";
import { ratio, usd, usdPerBtc } from "../../src/core/units.ts";
import { bars, END, held } from "./map-bars.ts";

const SPAN = calibrationSpan(END);

it.each<[string, (day: Point<Liquidated>) => Point<Liquidated>]>([
  ["a day of 23 hours", ({ at, value }) => ({ at, value: { ...value, until: shift(at, 23 * HOUR) } })],
  [
    "24 hours that are no day",
    ({ at, value }) => ({ at: shift(at, HOUR), value: { ...value, until: shift(at, DAY + HOUR) } }),
  ],
  ["a day without its shorts", ({ at, value }) => ({ at, value: { ...value, shorts: null } })],
  ["a day without its longs", ({ at, value }) => ({ at, value: { ...value, longs: null } })],
])("%s is no day of a calibration", (_, odd) => {
  const days = Array.from({ length: 30 }, (__, i): Point<Liquidated> => {
    const start = shift(SPAN.from, i * DAY);
    return { at: start, value: { until: shift(start, DAY), longs: usd(1), shorts: usd(1), both: usd(2) } };
  });
  const of = (all: readonly Point<Liquidated>[]) =>
    calibrationOf(
      [{ id: "one", swept: { longs: usd(300), shorts: usd(300) } }],
      [{ id: "one", days: series(all) }],
      SPAN,
    );
  expect(of(days).calibration).toMatchObject({ longs: 0.1, shorts: 0.1 });
  const { calibration, without } = of(days.map((day, i) => (i === 10 ? odd(day) : day)));
  expect(calibration).toBeNull();
  expect(without).toEqual([{ id: "one", why: "29 of the thirty days of its liquidations are told" }]);
});

it.each([
  // A thousand coins are open on either side of linear contracts; 100,000 dollars of inverse ones are 1,250 coins at 80.
  ["linear", 1_000],
  ["inverse", 1_250],
] as const)("each side of %s contracts holds what is open, %i coins, under every assumption", (margin, coins) => {
  const venue: MapVenue = {
    id: "one",
    rules: { margin, maintenance: ratio(0.005) },
    candles: bars(60),
    openInterest: held(60),
  };
  const price = usdPerBtc(80);
  const found = modelled(venue, price);
  if (found === null) throw new Error("no model");
  const { id, openInterest, longs, shorts } = sidesOf(found, price);
  expect([id, openInterest]).toEqual(["one", coins]);
  expect([longs.length, shorts.length]).toEqual([12, 12]);
  for (const side of [...longs, ...shorts]) expect(side).toBeCloseTo(coins, 6);
});
