import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assumptions } from "../../src/core/leverage-profiles.ts";
import { liquidationMap, type LiquidationMap, type MapLevel } from "../../src/core/liquidation-map.ts";
import type { MapVenue } from "../../src/core/map-books.ts";
import { filterSeries, series } from "../../src/core/series.ts";
import { HOUR, shift } from "../../src/core/time.ts";
import { ratio, usdPerBtc } from "../../src/core/units.ts";
import { bars, candle, END, held } from "./map-bars.ts";

const LINEAR = { margin: "linear", maintenance: ratio(0.005) } as const;
/** A thousand coins for sixty days at a price of 100 that never moves. */
const flat: MapVenue = { id: "flat", rules: LINEAR, candles: bars(60), openInterest: held(60) };
const prices = (...targets: readonly number[]) => targets.map(usdPerBtc);

function mapOf(targets: readonly number[], venues: readonly MapVenue[] = [flat], price = 100): LiquidationMap {
  const found = liquidationMap(usdPerBtc(price), prices(...targets), venues);
  if (found === null) throw new Error("no map");
  return found;
}
function levelOf(target: number, venues?: readonly MapVenue[]): MapLevel {
  const [level] = mapOf([target], venues).levels;
  if (level === undefined) throw new Error(`no level for ${target}`);
  return level;
}

// Where the price never moves each profile has its own share at each level, whatever the half-life. To 110 that is 10x
// and more (15x: (1 + 1/15) / 1.005 × 100 = 106.1360). Shares × price at liquidation × 1000 coins:
const LOW = 1000 * (0.05 * 109.4527 + 0.02 * 104.4776 + 0.01 * 101.4925 + 0.01 * 100.4975);
const BASE =
  1000 * (0.075 * 109.4527 + 0.02 * 106.136 + 0.025 * 104.4776 + 0.01 * 103.4826 + 0.015 * 101.4925 + 0.01 * 100.4975);
const HIGH = 1000 * (0.27 * 109.4527 + 0.15 * 104.4776 + 0.13 * 103.4826 + 0.12 * 101.4925 + 0.08 * 100.4975);

describe("a price that never moved", () => {
  it("has the range over the assumptions, its geometric mean and its share", () => {
    const level = levelOf(110);
    expect(level).toMatchObject({ price: 110, side: "shorts", digits: 1, coarse: false });
    expect(level.distance).toBeCloseTo(0.1, 12);
    expect(level.low).toBeCloseTo(LOW, 0);
    expect(level.high).toBeCloseTo(HIGH, 0);
    expect(level.usd / Math.cbrt(LOW * BASE * HIGH)).toBeCloseTo(1, 5);
    expect(level.shareOfOi).toBeCloseTo(Math.cbrt(LOW * BASE * HIGH) / 100_000, 5);
    expect(level.members).toHaveLength(12);
    for (const [i, { profile }] of assumptions.entries()) {
      expect(level.members[i]).toBeCloseTo({ low: LOW, base: BASE, high: HIGH }[profile], 0);
    }
  });
  it("has longs below: to 90 all of 20x and more, 10x at 90.4523 too", () => {
    const level = levelOf(90);
    expect(level).toMatchObject({ side: "longs" });
    expect(level.low).toBeCloseTo(
      1000 * (0.05 * 90.4523 + 0.02 * (95 / 0.995) + 0.01 * (98 / 0.995) + 0.01 * (99 / 0.995)),
      0,
    );
    expect(levelOf(90.5).low).toBeCloseTo(level.low - 1000 * 0.05 * 90.4523, 0);
  });
  it("prints the same distances up and down, and no skew where there is none", () => {
    const { bands } = mapOf([]);
    expect(bands.map(({ distance, up, down }) => [distance, up.price, down.price])).toEqual([
      [0.05, 105, 95],
      [0.1, expect.closeTo(110, 9), 90],
    ]);
    expect(bands[1]?.up.low).toBeCloseTo(LOW, 0);
    expect(bands.map(({ skew }) => skew.heavier)).toEqual([null, null]);
    expect(bands[1]?.skew.imbalance).toBeGreaterThan(0);
    expect(bands[1]?.skew.imbalance).toBeLessThan(0.1);
  });
  it("has nothing at the price itself", () => {
    expect(levelOf(100)).toMatchObject({ usd: 0, low: 0, high: 0, shareOfOi: 0, distance: 0 });
  });
  it("refuses targets farther than 40 %", () => {
    const map = mapOf([140, 140.1, 60, 59.9]);
    expect(map.levels.map(({ price }) => price)).toEqual([140, 60]);
    expect(map.tooFar).toEqual([140.1, 59.9]);
  });
  it("is not coarse where all that is modelled has fine bars", () => {
    const fine = { ...flat, fine: true };
    expect(levelOf(101.9, [fine]).coarse).toBe(false);
    expect(levelOf(101.9, [fine, { ...flat, id: "other" }]).coarse).toBe(true);
  });
  it("says where hourly bars are too coarse", () => {
    expect(levelOf(101.9).coarse).toBe(true);
    expect(levelOf(98.1).coarse).toBe(true);
    expect(levelOf(102.1).coarse).toBe(false);
  });
  it("knows how much is older than the history: it halves with each half-life", () => {
    const days = 60 - 1 / 24;
    const left = [1, 3, 10, 30].map((halfLife) => 2 ** (-days / halfLife));
    expect(mapOf([]).seedShare).toBeCloseTo(left.reduce((sum, x) => sum + x, 0) / 4, 9);
  });
});

describe("venues", () => {
  const half: MapVenue = { ...flat, id: "half", openInterest: held(60, () => 500) };
  const inverse: MapVenue = {
    id: "inverse",
    rules: { margin: "inverse", maintenance: ratio(0.005) },
    candles: bars(60),
    openInterest: held(60),
  };

  it("keeps contracts of dollars in dollars", () => {
    // 20x at .995 / .95 × 100 = 104.74; 10x at 110.56 is beyond. The notional of 100,000 USD is what it is.
    expect(levelOf(110, [inverse]).low).toBeCloseTo(100_000 * 0.04, 6);
    expect(mapOf([], [inverse]).openInterest).toBe(100_000);
    expect(mapOf([], [inverse], 80).openInterest).toBe(100_000);
    expect(mapOf([], [flat], 80).openInterest).toBe(80_000);
  });
  it("leaves out a venue with too short a history", () => {
    const short: MapVenue = { ...half, id: "short", openInterest: held(20) };
    expect(mapOf([], [flat, short])).toMatchObject({ modelled: ["flat"], without: ["short"], openInterest: 100_000 });
  });
  it("names the holes of each", () => {
    const holed = filterSeries(held(60), ({ at }) => at < END - 30 * HOUR || at >= END - 20 * HOUR);
    expect(mapOf([], [{ ...flat, openInterest: holed }, half]).holes).toEqual([
      { id: "flat", of: "open interest", from: END - 31 * HOUR, until: END - 20 * HOUR },
    ]);
  });
  it("weighs the seed by open interest", () => {
    const young: MapVenue = { ...flat, id: "young", openInterest: held(25, () => 3000) };
    const [old, other] = [mapOf([]).seedShare, mapOf([], [young]).seedShare];
    expect(other).toBeGreaterThan(old);
    expect(mapOf([], [flat, young]).seedShare).toBeCloseTo((old + 3 * other) / 4, 9);
  });
});

describe("a history that carries no map", () => {
  const ask = (venues: readonly MapVenue[]) => liquidationMap(usdPerBtc(100), prices(110), venues);

  it("is none, or less than three weeks", () => {
    expect(ask([])).toBeNull();
    expect(ask([{ ...flat, openInterest: held(21) }])).not.toBeNull();
    expect(ask([{ ...flat, openInterest: held(20.9) }])).toBeNull();
  });
  it("is one of which over a quarter is still the seed", () => {
    // Four fifths are closed in 25 days: with half-lives of 10 and 30 days nobody has to open anything.
    const closing = (share: number) => held(25, (daysAgo) => 1000 * (1 - share) ** (1 - daysAgo / 25));
    expect(ask([{ ...flat, openInterest: closing(0.8) }])).toBeNull();
    expect(ask([{ ...flat, openInterest: closing(0.2) }])).not.toBeNull();
  });
});

describe("a market that moves", () => {
  const shapes = fc.record({
    waves: fc.array(fc.tuple(fc.double({ min: 0, max: 0.1, noNaN: true }), fc.integer({ min: 3, max: 200 })), {
      minLength: 1,
      maxLength: 3,
    }),
    trend: fc.double({ min: -0.003, max: 0.003, noNaN: true }),
    coins: fc.double({ min: 100, max: 1e5, noNaN: true }),
    tide: fc.double({ min: 0, max: 0.3, noNaN: true }),
  });
  const venues = fc
    .tuple(shapes, fc.constantFrom("linear" as const, "inverse" as const))
    .map(([{ waves, trend, coins, tide }, margin]): MapVenue => {
      const priceAt = (i: number): number =>
        waves.reduce((price, [size, period]) => price * (1 + size * Math.sin(i / period)), 90_000) *
        Math.exp(trend * i);
      return {
        id: `${coins}`,
        rules: { margin, maintenance: ratio(0.005) },
        candles: bars(40, priceAt, 4),
        openInterest: held(40, (daysAgo) => coins * (1 + tide * Math.cos(daysAgo)), 90_000),
      };
    });
  const targets = (price: number): number[] => [0.7, 0.9, 0.99, 1.01, 1.1, 1.3].map((x) => x * price);
  const lastOf = (venue: MapVenue): number => venue.candles.at(-1)?.value.close ?? 0;
  const memberSums = (...maps: readonly LiquidationMap[]): number[][] =>
    targets(1).map((_, target) =>
      assumptions.map((_, member) =>
        maps.reduce((sum, { levels }) => sum + Number(levels[target]?.members[member]), 0),
      ),
    );

  it("I7: two venues are their sum", () => {
    fc.assert(
      fc.property(venues, venues, (a, b) => {
        const two = { ...b, id: "b" };
        const price = lastOf(a);
        const [one, other, both] = [[a], [two], [a, two]].map((set) => mapOf(targets(price), set, price));
        if (one === undefined || other === undefined || both === undefined) throw new Error("three maps");
        const sums = memberSums(one, other).flat();
        memberSums(both)
          .flat()
          .forEach((sum, i) => {
            expect(Math.abs(sum - (sums[i] ?? 0))).toBeLessThanOrEqual(1e-9 * sum);
          });
        expect(both.openInterest).toBeCloseTo(one.openInterest + other.openInterest, 3);
      }),
      { numRuns: 15 },
    );
  });
  it("I3, Q-18: every member and the centre rise with the distance, and stay below the open interest", () => {
    fc.assert(
      fc.property(venues, (venue) => {
        const { levels, openInterest } = mapOf(targets(lastOf(venue)), [venue], lastOf(venue));
        const [far, middle, near, close, mid, away] = levels;
        for (const [less, more] of [
          [near, middle],
          [middle, far],
          [close, mid],
          [mid, away],
        ] as const) {
          expect(less?.usd).toBeLessThanOrEqual(Number(more?.usd) * (1 + 1e-12));
          less?.members.forEach((value, i) => expect(value).toBeLessThanOrEqual(more?.members[i] ?? 0));
        }
        // A short is worth more at its liquidation than now: at most 30 % here.
        for (const level of levels) expect(level.high).toBeLessThanOrEqual(openInterest * 1.3 * (1 + 1e-9));
      }),
      { numRuns: 15 },
    );
  });
  it("I11: the same bars give the same bytes", () => {
    fc.assert(
      fc.property(venues, (venue) => {
        const ask = (): string => JSON.stringify(mapOf(targets(lastOf(venue)), [venue], lastOf(venue)));
        expect(ask()).toBe(ask());
      }),
      { numRuns: 10 },
    );
  });
  it("names the heavier side after a fall from 100 to 93 in the last hour", () => {
    // Shorts of 10x and more at 100 are liquidated above 100, farther than 5 %; the longs of 10x wait at 90.45.
    const fallen = { ...flat, candles: bars(60, (i) => (i === 60 * 24 - 1 ? 93 : 100)) };
    const [near] = mapOf([], [fallen], 93).bands;
    expect(near?.skew.heavier).toBe("longs");
    expect(near?.skew.imbalance).toBeLessThan(-0.9);
    // What is left of 50 coins after an hour of a half-life of 30 days, and longs of 20x and more opened at 93.
    expect(near?.down.members[3]).toBeGreaterThan(50 * 90.4523 * 2 ** (-1 / 720));
    expect(near?.down.members[3]).toBeLessThan(50 * 90.4523 + 0.04 * 45 * 93);
  });
});

it("a position liquidated within the hour of its entry is gone only with five-minute bars", () => {
  // The last hour: ten minutes at 100, then a fall to 98.9, then 100 again. 100x longs opened at 100 end at
  // 99 / 0.995 = 99.4975. In the hour as one bar nothing that it opened can be swept by it.
  const hour = shift(END, -HOUR);
  const flatUntil = filterSeries(bars(60), ({ at }) => at < hour);
  const fives = Array.from({ length: 12 }, (_, i) =>
    candle(shift(hour, (i * HOUR) / 12), i === 2 ? [98.9, 100, 100] : [100, 100, 100], 1, 1 / 12),
  );
  // A tenth more open interest in the last hour, 100 coins, of which straight lines open 100 / 12 in each bar.
  const more = held(60, (daysAgo) => (daysAgo === 0 ? 1100 : 1000));
  const one = series([...flatUntil, candle(hour, [98.9, 100, 100], 12)]);
  const many = series([...flatUntil, ...fives]);
  const longs = (candles: typeof one): readonly number[] =>
    levelOf(99, [{ ...flat, candles, openInterest: more }]).members;
  const [coarse, fine] = [longs(one), longs(many)];
  // Of longs of 100x a share w is due: w × 1100 coins, less what the fall took and nobody has opened again. In one bar it
  // takes w × 1000; of the other (1 - w) × 1000 a half-life closes a part, and only that and the 100 new coins are opened
  // again. In five minutes it takes w × 1016.67, of which two bars' 16.67 are younger than the hour, and ten bars are left
  // for the half-life.
  for (const [i, { profile, halfLife }] of assumptions.entries()) {
    const w = profile === "high" ? 0.08 : 0.01;
    const missing = (coins: number, bars: number): number => w * (1 - w) * coins * 2 ** (-bars / 288 / halfLife);
    expect(coarse[i], profile).toBeCloseTo((w * 1100 - missing(1000, 12)) * (99 / 0.995), 6);
    expect(fine[i], profile).toBeCloseTo((w * 1100 - missing(1000 + 200 / 12, 10)) * (99 / 0.995), 6);
  }
  // The base profile with a half-life of three days: 1.195 coins against 1.015.
  expect([coarse[5], fine[5]]).toEqual([expect.closeTo(118.88, 2), expect.closeTo(101.03, 2)]);
});
