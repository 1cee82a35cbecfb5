/**
 * What must hold whatever the market does, over histories that go from hours to five minutes: made as the program makes
 * them, with hours among the five minutes whose bars are missing and open interest that is finer for some hours only.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookOf, quantityIn, usdIn, type Book } from "../../src/core/cohorts.ts";
import { heightOf, ladderOf, livingBetween, livingWhere, type Rules } from "../../src/core/ladder.ts";
import { assumptions, profiles, type Profile } from "../../src/core/leverage-profiles.ts";
import type { Side } from "../../src/core/liquidation-price.ts";
import { liquidationMap, type LiquidationMap } from "../../src/core/liquidation-map.ts";
import type { MapVenue } from "../../src/core/map-books.ts";
import { historyOf, refined, type Bar, type History } from "../../src/core/map-history.ts";
import type { Candle } from "../../src/core/market.ts";
import type { Amount } from "../../src/core/panel.ts";
import { joinSeries, series, type Point, type Series } from "../../src/core/series.ts";
import { DAY, HOUR, MINUTE, shift } from "../../src/core/time.ts";
import { btc, ratio, usd, usdPerBtc } from "../../src/core/units.ts";
import { END } from "./map-bars.ts";

const FIVE = 5 * MINUTE;
const DAYS = 22;
const SIDES = ["long", "short"] as const;
const none = (): never => {
  throw new Error("there is one");
};

interface Shape {
  /** Sizes and periods, in bars of five minutes, of what the price swings by. */
  readonly waves: readonly (readonly [number, number])[];
  readonly wick: number;
  /** Bars of five minutes, counted back from the end, that reach farther: down, up. */
  readonly spikes: readonly (readonly [number, number, number])[];
  readonly coins: number;
  readonly tide: number;
  /** Hours at the end that are told in five minutes, those of them that lack a bar, and hours of fine open interest. */
  readonly fine: number;
  readonly broken: readonly number[];
  readonly heldFine: number;
  readonly margin: Rules["margin"];
}
const share = (max: number) => fc.double({ min: 0, max, noNaN: true });
const shapes: fc.Arbitrary<Shape> = fc.record({
  waves: fc.array(fc.tuple(share(0.12), fc.integer({ min: 5, max: 3000 })), { minLength: 1, maxLength: 3 }),
  wick: share(0.01),
  spikes: fc.array(fc.tuple(fc.nat(DAYS * 288 - 1), share(0.2), share(0.2)), { maxLength: 6 }),
  coins: fc.double({ min: 100, max: 1e5, noNaN: true }),
  tide: share(0.4),
  fine: fc.integer({ min: 1, max: 12 * 24 }),
  broken: fc.array(fc.nat(12 * 24), { maxLength: 5 }),
  heldFine: fc.nat(72),
  margin: fc.constantFrom("linear" as const, "inverse" as const),
});

interface Mixed {
  readonly candles: Series<Candle>;
  readonly openInterest: Series<Amount>;
  readonly rules: Rules;
  readonly history: History;
}

/** `prices` and `amounts` scale the market. */
function mixedOf(shape: Shape, prices = 1, amounts = 1): Mixed {
  const count = DAYS * 288;
  const priceAt = (i: number): number =>
    shape.waves.reduce((price, [size, period]) => price * (1 + size * Math.sin(i / period)), 90_000) * prices;
  const spikes = new Map(shape.spikes.map(([back, down, up]) => [count - 1 - back, [down, up] as const]));
  const fives = Array.from({ length: count }, (_, i): Point<Candle> => {
    const [open, close] = [priceAt(i), priceAt(i + 1)];
    const [down, up] = spikes.get(i) ?? [0, 0];
    const start = shift(END, (i - count) * FIVE);
    const volume = (1 + (i % 7)) * amounts;
    return {
      at: start,
      value: {
        until: shift(start, FIVE),
        open: usdPerBtc(open),
        high: usdPerBtc(Math.max(open, close) * (1 + Math.max(up, shape.wick))),
        low: usdPerBtc(Math.min(open, close) * (1 - Math.max(down, shape.wick))),
        close: usdPerBtc(close),
        btc: btc(volume),
        usd: usd((volume * (open + close)) / 2),
      },
    };
  });
  const hourly = series(
    Array.from({ length: DAYS * 24 }, (_, hour): Point<Candle> => {
      const own = fives.slice(hour * 12, hour * 12 + 12);
      const [first, last] = [own[0] ?? none(), own.at(-1) ?? none()];
      return {
        at: first.at,
        value: {
          until: last.value.until,
          open: first.value.open,
          high: usdPerBtc(Math.max(...own.map(({ value }) => value.high))),
          low: usdPerBtc(Math.min(...own.map(({ value }) => value.low))),
          close: last.value.close,
          btc: btc(own.reduce((sum, { value }) => sum + (value.btc ?? 0), 0)),
          usd: usd(own.reduce((sum, { value }) => sum + (value.usd ?? 0), 0)),
        },
      };
    }),
  );
  const told = fives.filter(
    ({ at }) =>
      at >= END - shape.fine * HOUR && !shape.broken.some((hour) => at === shift(END, -(hour + 1) * HOUR + 3 * FIVE)),
  );
  const heldEvery = (every: number, back: number): Series<Amount> =>
    series(
      Array.from({ length: back / every + 1 }, (_, i) => {
        const coins = shape.coins * amounts * (1 + shape.tide * Math.cos((i * every) / (5 * HOUR)));
        const dollars = coins * 90_000 * prices;
        return { at: shift(END, -i * every), value: { btc: btc(coins), usd: usd(dollars) } };
      }),
    );
  const { candles } = refined(hourly, series(told));
  const openInterest = joinSeries(heldEvery(HOUR, DAYS * DAY), heldEvery(FIVE, shape.heldFine * HOUR));
  const history = historyOf(candles, openInterest, shape.margin === "linear" ? "btc" : "usd") ?? none();
  return { candles, openInterest, rules: { margin: shape.margin, maintenance: ratio(0.005) }, history };
}

const bookFor = (
  { history, rules }: Pick<Mixed, "history" | "rules">,
  side: Side,
  profile: Profile,
  halfLife: number,
): Book => bookOf(ladderOf(history, side, rules), profile, halfLife);
const priceOf = ({ candles }: Mixed): number => candles.at(-1)?.value.close ?? none();
const total = (book: Book): number =>
  quantityIn(
    book,
    livingWhere(book.ladder, () => true),
  );
const between = (book: Book, from: number, to: number) => {
  const part = livingBetween(book.ladder, usdPerBtc(from), usdPerBtc(to));
  return { coins: quantityIn(book, part), dollars: usdIn(book, part) };
};
const away = (from: number, side: Side, distance: number): number =>
  from * (side === "long" ? 1 - distance : 1 + distance);
const same = (found: number, expected: number, scale = expected): void =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1e-6, Math.abs(scale)));

const sides = fc.constantFrom(...SIDES);
const members = fc.constantFrom(...assumptions);
const RUNS = { numRuns: 15 };
const each = (shape: Shape, side: Side, { profile, halfLife }: (typeof assumptions)[number]) => {
  const mixed = mixedOf(shape);
  return { mixed, side, book: bookFor(mixed, side, profiles[profile], halfLife), profile: profiles[profile], halfLife };
};

it("the histories are of both kinds of bars, in one row", () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const { bars } = mixedOf({ ...shape, fine: 100, broken: [5] }).history;
      const lengths = bars.map(({ days }) => Math.round(days * 288));
      expect(new Set(lengths)).toEqual(new Set([12, 1]));
      // 100 hours less the one that lacks a bar; the first hour is the seed.
      expect(lengths.filter((length) => length === 1)).toHaveLength(99 * 12);
      expect(bars.reduce((sum, { days }) => sum + days, 0)).toBeCloseTo(DAYS, 9);
      expect(bars.at(-1)?.until).toBe(END);
    }),
    { numRuns: 5 },
  );
});

describe("over hours and five minutes", () => {
  it("I1: longs = shorts = open interest after every bar", () => {
    fc.assert(
      fc.property(shapes, members, fc.nat(), (shape, { profile, halfLife }, n) => {
        const mixed = mixedOf(shape);
        const { bars, seed } = mixed.history;
        // The last bars are the short ones: half of the looks fall among them.
        for (const count of [1 + (n % bars.length), bars.length - (n % 200), bars.length]) {
          const some = bars.slice(0, Math.max(seed, count));
          const held = some.at(-1)?.held ?? none();
          const history = { ...mixed.history, bars: some, held };
          for (const side of SIDES) {
            expect(total(bookFor({ ...mixed, history }, side, profiles[profile], halfLife)) / held).toBeCloseTo(1, 9);
          }
        }
      }),
      RUNS,
    );
  });
  it("I2: no quantity is negative", () => {
    fc.assert(
      fc.property(shapes, sides, members, (shape, side, member) => {
        const { book } = each(shape, side, member);
        expect(book.opened.every((quantity) => quantity >= 0)).toBe(true);
        expect(book.scales.every((scale) => scale > 0)).toBe(true);
        expect(book.scale).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });
  it("I3: nothing at the price itself, more with distance, never more than the open interest", () => {
    fc.assert(
      fc.property(shapes, sides, members, share(0.4), share(0.4), (shape, side, member, a, b) => {
        const { mixed, book } = each(shape, side, member);
        const at = (distance: number) => between(book, priceOf(mixed), away(priceOf(mixed), side, distance));
        expect(at(0)).toEqual({ coins: 0, dollars: 0 });
        expect(at(Math.max(a, b)).coins).toBeGreaterThanOrEqual(at(Math.min(a, b)).coins);
        expect(at(Math.max(a, b)).dollars).toBeGreaterThanOrEqual(at(Math.min(a, b)).dollars);
        expect(at(0.4).coins).toBeLessThanOrEqual(mixed.history.held * (1 + 1e-9));
      }),
      RUNS,
    );
  });
  it("I4: what lies between two targets is the difference", () => {
    fc.assert(
      fc.property(shapes, sides, members, share(0.4), share(0.4), (shape, side, member, a, b) => {
        const { mixed, book } = each(shape, side, member);
        const from = priceOf(mixed);
        const [near, far] = [away(from, side, Math.min(a, b)), away(from, side, Math.max(a, b))];
        const [to, whole] = [between(book, from, near), between(book, from, far)];
        same(whole.dollars - to.dollars, between(book, near, far).dollars, whole.dollars);
        same(whole.coins - to.coins, between(book, near, far).coins, whole.coins);
      }),
      RUNS,
    );
  });
  it("I5: no living level was crossed after its bar, and every other one was", () => {
    fc.assert(
      fc.property(shapes, sides, members, (shape, side, member) => {
        const { mixed, book, profile } = each(shape, side, member);
        const { bars } = mixed.history;
        // How far the price came after each bar.
        const reach: number[] = [];
        let [low, high] = [Infinity, 0];
        for (const bar of bars.toReversed()) {
          reach.unshift(side === "long" ? low : high);
          [low, high] = [Math.min(low, bar.low), Math.max(high, bar.high)];
        }
        const living = livingWhere(book.ladder, () => true);
        for (const { leverage } of profile) {
          if (leverage === null) continue;
          const alive = new Set((living.get(leverage) ?? []).map(({ bar }) => bar));
          const height = Math.abs(heightOf(mixed.rules, side, leverage));
          const wrong = [...bars.entries()].filter(([t, { entry }]) => {
            const [level, end] = [height * entry, reach[t] ?? none()];
            // Where the two are the same but for rounding, either will do.
            const lives = side === "long" ? level < end : level > end;
            return Math.abs(level / end - 1) > 1e-8 && alive.has(t) !== lives;
          });
          expect(wrong).toEqual([]);
        }
      }),
      RUNS,
    );
  });
  it("I6: scales with prices and with open interest", () => {
    const scales = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(shapes, sides, members, share(0.4), scales, scales, (shape, side, member, distance, x, y) => {
        const { mixed, book, profile, halfLife } = each(shape, side, member);
        const scaled = mixedOf(shape, x, y);
        const from = priceOf(mixed);
        const to = away(from, side, distance);
        const found = between(bookFor(scaled, side, profile, halfLife), from * x, to * x);
        const expected = between(book, from, to);
        // The open interest of contracts of dollars is stated in dollars: it is worth `x` times as much by itself.
        const ofDollars = mixed.rules.margin === "inverse";
        const scale = mixed.history.held;
        same(found.coins / y / (ofDollars ? x : 1), expected.coins, scale);
        same(found.dollars / y / x, expected.dollars, ofDollars ? scale : scale * from);
      }),
      RUNS,
    );
  });
  it("I8: a fresh cohort is spread as its profile says", () => {
    fc.assert(
      fc.property(shapes, sides, members, (shape, side, member) => {
        const { mixed, book, profile } = each(shape, side, member);
        const last = mixed.history.bars.length - 1;
        const fresh = livingWhere(book.ladder, ({ bar }) => bar === last);
        const quantity = (book.opened[last] ?? none()) * book.scale;
        same(quantityIn(book, fresh), quantity);
        for (const { leverage, share: part } of profile) {
          const own = new Map([...fresh].filter(([key]) => key === leverage));
          same(quantityIn(book, own), part * quantity, quantity);
        }
      }),
      RUNS,
    );
  });
  it("I9: a bar of either length without a crossing, a change or a turnover changes nothing", () => {
    fc.assert(
      fc.property(shapes, sides, members, fc.constantFrom(1 / 288, 1 / 24), (shape, side, member, days) => {
        const { mixed, profile } = each(shape, side, member);
        const { bars, held } = mixed.history;
        const { entry, until } = bars.at(-1) ?? none();
        const quiet: Bar = { until: shift(until, days * DAY), days, low: entry, high: entry, entry, traded: 1, held };
        const before = bookFor(mixed, side, profile, Infinity);
        const longer = { ...mixed, history: { ...mixed.history, bars: [...bars, quiet] } };
        const after = bookFor(longer, side, profile, Infinity);
        expect(after.scale).toBe(before.scale);
        expect([...after.opened]).toEqual([...before.opened, 0]);
        expect(total(after)).toBe(total(before));
      }),
      RUNS,
    );
  });
  it("I10: more maintenance margin moves the levels of a fresh cohort toward the entry", () => {
    fc.assert(
      fc.property(shapes, sides, share(0.009), share(0.009), (shape, side, a, b) => {
        const mixed = mixedOf(shape);
        const last = mixed.history.bars.length - 1;
        const { entry } = mixed.history.bars[last] ?? none();
        const away = (m: number): ReadonlyMap<number | null, number> => {
          const { ladder } = bookFor(
            { ...mixed, rules: { ...mixed.rules, maintenance: ratio(m) } },
            side,
            profiles.base,
            3,
          );
          const fresh = livingWhere(ladder, ({ bar }) => bar === last);
          return new Map(
            [...fresh].map(([leverage, [one]]) => [leverage, Math.abs(Math.abs(one?.height ?? 0) - entry)]),
          );
        };
        const [near, far] = [away(Math.max(a, b)), away(Math.min(a, b))];
        expect([...near.keys()]).toEqual([...far.keys()]);
        for (const [leverage, distance] of near) {
          if (leverage !== null) expect(distance).toBeLessThanOrEqual((far.get(leverage) ?? 0) * (1 + 1e-12));
        }
      }),
      RUNS,
    );
  });

  const venueOf = (id: string, shape: Shape): MapVenue => {
    const { candles, openInterest, rules } = mixedOf(shape);
    return { id, rules, candles, openInterest };
  };
  const mapOf = (price: number, ...venues: readonly MapVenue[]): LiquidationMap => {
    const targets = [0.7, 0.9, 0.99, 1.01, 1.1, 1.3].map((x) => usdPerBtc(x * price));
    const map = liquidationMap(usdPerBtc(price), targets, venues);
    if (map === null) throw new Error("no map");
    return map;
  };
  // Over two weeks nearly all has been opened anew: no shape leaves too much in the seed.
  const steady = shapes.map((shape) => ({ ...shape, tide: shape.tide / 4 }));

  it("I7: two venues are their sum, whatever their bars", () => {
    fc.assert(
      fc.property(steady, steady, (a, b) => {
        const [one, other] = [venueOf("a", { ...a, fine: 200 }), venueOf("b", b)];
        const price = mixedOf(a).candles.at(-1)?.value.close ?? none();
        const [first, second, both] = [mapOf(price, one), mapOf(price, other), mapOf(price, one, other)];
        both.levels.forEach(({ members: sums }, level) => {
          sums.forEach((sum, i) => {
            const parts = Number(first.levels[level]?.members[i]) + Number(second.levels[level]?.members[i]);
            same(sum, parts);
          });
        });
      }),
      { numRuns: 4 },
    );
  });
  it("I11: the same bars give the same bytes", () => {
    fc.assert(
      fc.property(steady, (shape) => {
        const ask = (): string => JSON.stringify(mapOf(priceOf(mixedOf(shape)), venueOf("a", shape)));
        expect(ask()).toBe(ask());
      }),
      { numRuns: 5 },
    );
  });
});
