/** The model on bars that are given directly: the toy vector, and what must hold whatever the market does. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookOf, quantityIn, sweptIn, usdIn, type Book } from "../../src/core/cohorts.ts";
import {
  cell,
  heightOf,
  ladderOf,
  livingBetween,
  livingWhere,
  type Ladder,
  type Rules,
} from "../../src/core/ladder.ts";
import { profiles, type Profile } from "../../src/core/leverage-profiles.ts";
import type { Side } from "../../src/core/liquidation-price.ts";
import type { Bar, History } from "../../src/core/map-history.ts";
import { rangeOf, skewOf } from "../../src/core/model-range.ts";
import { instant } from "../../src/core/time.ts";
import { ratio, usd, usdPerBtc } from "../../src/core/units.ts";

const SIDES = ["long", "short"] as const;
const bar = (low: number, high: number, entry: number, held: number | null, days = 1 / 24, traded = 1): Bar => ({
  // The model knows how long bars are, not when they were.
  until: instant(0),
  days,
  low: usdPerBtc(low),
  high: usdPerBtc(high),
  entry: usdPerBtc(entry),
  traded,
  held,
});
const history = (bars: readonly Bar[], seed = 1): History => ({
  bars,
  seed,
  held: bars.at(-1)?.held ?? Number.NaN,
  holes: [],
});
const linear = (maintenance: number): Rules => ({ margin: "linear", maintenance: ratio(maintenance) });
const all = (ladder: Ladder) => livingWhere(ladder, () => true);
const total = (book: Book): number => quantityIn(book, all(book.ladder));
/** What is left of the cohort of a bar. */
const leftOf = (book: Book, opened: number): number =>
  quantityIn(
    book,
    livingWhere(book.ladder, ({ bar }) => bar === opened),
  );
const between = (book: Book, from: number, to: number) => {
  const part = livingBetween(book.ladder, usdPerBtc(from), usdPerBtc(to));
  return { coins: quantityIn(book, part), dollars: usdIn(book, part) };
};

describe("the toy vector", () => {
  const toy: Profile = [2, 10].map((leverage) => ({ leverage, share: ratio(0.5) }));
  const bars = [bar(100, 100, 100, 100), bar(95, 104, 100, 100), bar(89, 100, 92, 90)];
  const book = (n: number, side: Side): Book =>
    bookOf(ladderOf(history(bars.slice(0, n)), side, linear(0)), toy, Infinity);

  it("does nothing in a bar that reaches no level", () => {
    for (const side of SIDES) expect([leftOf(book(2, side), 0), leftOf(book(2, side), 1)]).toEqual([100, 0]);
  });
  it("sweeps 50 longs and no short, opens 40 longs, shrinks the shorts to nine tenths", () => {
    const longs = book(3, "long");
    const shorts = book(3, "short");
    expect([leftOf(longs, 0), leftOf(longs, 1), leftOf(longs, 2)]).toEqual([50, 0, 40]);
    expect([leftOf(shorts, 0), leftOf(shorts, 1), leftOf(shorts, 2)]).toEqual([90, 0, 0]);
  });
  it("values what it swept where each position is liquidated, in the bar that reached it", () => {
    // 50 longs of 10x at 90.
    expect(sweptIn(book(3, "long"), 2, 3)).toBeCloseTo(4500, 9);
    expect(sweptIn(book(3, "long"), 0, 3)).toBeCloseTo(4500, 9);
    expect(sweptIn(book(3, "long"), 0, 2)).toBe(0);
    expect(sweptIn(book(3, "short"), 0, 3)).toBe(0);
  });
  it("sweeps what a half-life has left, at the entry of each cohort", () => {
    // After a day 50 of the first 100 are left, 25 of them at 90; the 25 of 10x opened at 98 end at 88.2, below 89.
    const days = [bar(100, 100, 100, 100, 1), bar(95, 104, 98, 100, 1), bar(89, 100, 92, 100, 1)];
    expect(sweptIn(bookOf(ladderOf(history(days), "long", linear(0)), toy, 1), 0, 3)).toBeCloseTo(2250, 9);
    // Contracts of dollars are worth what they say: 100 / 1.1 = 90.91 is reached, 98 / 1.1 = 89.09 too.
    const inverse: Rules = { margin: "inverse", maintenance: ratio(0) };
    expect(sweptIn(bookOf(ladderOf(history(days), "long", inverse), toy, 1), 0, 3)).toBeCloseTo(50, 9);
    expect(sweptIn(bookOf(ladderOf(history(days.slice(0, 2)), "long", inverse), toy, 1), 0, 2)).toBe(0);
  });
  it("has the levels of the vector from 92 on", () => {
    const longs = book(3, "long");
    const shorts = book(3, "short");
    expect(between(shorts, 92, 110).coins).toBeCloseTo(45, 9);
    expect(between(shorts, 92, 110).dollars).toBeCloseTo(4950, 9);
    expect(between(shorts, 92, 150).dollars).toBeCloseTo(11_700, 9);
    expect(between(longs, 92, 82.8).coins).toBeCloseTo(20, 9);
    expect(between(longs, 92, 82.8).dollars).toBeCloseTo(1656, 9);
    expect(between(longs, 92, 50).dollars).toBeCloseTo(4156, 9);
    expect(between(longs, 92, 46).dollars).toBeCloseTo(5076, 9);
    const skew = skewOf(
      rangeOf([between(shorts, 92, 110).dollars], usd(9000)),
      rangeOf([between(longs, 92, 82.8).dollars], usd(9000)),
    );
    expect(skew.ratio).toBeCloseTo(2.989, 3);
    expect(skew.imbalance).toBeCloseTo(0.4986, 4);
  });
});

interface Market {
  readonly history: History;
  readonly rules: Rules;
  readonly profile: Profile;
  readonly halfLife: number;
}
const share = (max: number) => fc.double({ min: 0, max, noNaN: true });
const markets: fc.Arbitrary<Market> = fc
  .record({
    steps: fc.array(
      fc.record({
        move: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
        up: share(0.08),
        down: share(0.08),
        entry: share(1),
        held: fc.double({ min: 0.6, max: 1.5, noNaN: true }),
        days: fc.constantFrom(1 / 288, 1 / 24, 1 / 3, 2),
        traded: fc.double({ min: 0.1, max: 50, noNaN: true }),
      }),
      { minLength: 2, maxLength: 30 },
    ),
    unknown: fc.nat(8),
    margin: fc.constantFrom("linear" as const, "inverse" as const),
    maintenance: fc.constantFrom(0, 0.005, 0.0125),
    profile: fc.constantFrom(...Object.values(profiles)),
    halfLife: fc.constantFrom(1, 3, 10, 30, Infinity),
  })
  .map(({ steps, unknown, margin, maintenance, profile, halfLife }) => {
    const seed = Math.min(unknown, steps.length - 1) + 1;
    let [close, held] = [100, 1000];
    const bars = steps.map((step, i) => {
      const open = close;
      close *= 1 + step.move;
      held *= step.held;
      const low = Math.min(open, close) * (1 - step.down);
      const high = Math.max(open, close) * (1 + step.up);
      return bar(low, high, low + (high - low) * step.entry, i < seed - 1 ? null : held, step.days, step.traded);
    });
    return { history: history(bars, seed), rules: { margin, maintenance: ratio(maintenance) }, profile, halfLife };
  });
const bookFor = ({ history, rules, profile, halfLife }: Market, side: Side): Book =>
  bookOf(ladderOf(history, side, rules), profile, halfLife);
/** The first n bars of a market; at least its seed. */
const firstOf = (market: Market, n: number): Market => {
  const bars = market.history.bars.slice(0, Math.max(n, market.history.seed));
  return { ...market, history: history(bars, market.history.seed) };
};
const same = (found: number, expected: number): void =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));

/** The steps as they are told, cohort by cohort. */
function plain({ history, rules, profile, halfLife }: Market, side: Side) {
  let living: { bar: number; level: number; quantity: number }[] = [];
  const swept: number[] = [];
  const scale = (by: number): void => {
    living = living.map((one) => ({ ...one, quantity: one.quantity * by }));
  };
  const sum = (): number => living.reduce((total, { quantity }) => total + quantity, 0);
  const m = rules.maintenance;
  const levelOf = (leverage: number | null): number => {
    if (side === "long") {
      if (leverage === null) return 0;
      return Math.min(1, rules.margin === "linear" ? (1 - 1 / leverage) / (1 - m) : (1 + m) / (1 + 1 / leverage));
    }
    if (leverage === null) return Infinity;
    return Math.max(1, rules.margin === "linear" ? (1 + 1 / leverage) / (1 + m) : (1 - m) / (1 - 1 / leverage));
  };
  history.bars.forEach(({ low, high, entry, held, days, traded }, t) => {
    const isSafe = ({ level }: { level: number }): boolean =>
      side === "long" ? level < low * (1 - 1e-9) : level > high * (1 + 1e-9);
    const gone = living.filter((one) => !isSafe(one));
    const worth = rules.margin === "linear" ? (level: number) => level : () => 1;
    swept.push(gone.reduce((sum, { level, quantity }) => sum + quantity * worth(level), 0));
    living = living.filter(isSafe);
    scale(2 ** (-days / halfLife));
    const open = (quantity: number): void => {
      for (const { leverage, share } of profile) {
        living.push({ bar: t, level: levelOf(leverage) * entry, quantity: quantity * share });
      }
    };
    if (t < history.seed) {
      open(traded);
      if (held !== null) scale(held / sum());
    } else if (held !== null) {
      const gap = held - sum();
      if (gap >= 0) open(gap);
      else scale(held / sum());
    }
  });
  return { living, swept };
}

describe("the model", () => {
  it("does what the steps say when every cohort is kept by itself", () => {
    fc.assert(
      fc.property(markets, fc.constantFrom(...SIDES), share(0.6), (market, side, distance) => {
        const book = bookFor(market, side);
        const { living: expected, swept } = plain(market, side);
        swept.forEach((dollars, t) => {
          same(sweptIn(book, t, t + 1), dollars);
        });
        market.history.bars.forEach((_, t) => {
          same(
            leftOf(book, t),
            expected.filter((one) => one.bar === t).reduce((sum, { quantity }) => sum + quantity, 0),
          );
        });
        const from = market.history.bars.at(-1)?.entry ?? 100;
        const to = from * (side === "long" ? 1 - distance : 1 + distance);
        const found = between(book, from, to);
        const within = expected.filter(({ level }) =>
          side === "long"
            ? level < from * (1 - 1e-9) && level >= to * (1 - 1e-9)
            : level > from * (1 + 1e-9) && level <= to * (1 + 1e-9),
        );
        same(
          found.coins,
          within.reduce((sum, { quantity }) => sum + quantity, 0),
        );
        const worth = market.rules.margin === "linear" ? (level: number) => level : () => 1;
        same(
          found.dollars,
          within.reduce((sum, { quantity, level }) => sum + quantity * worth(level), 0),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("I1: longs = shorts = open interest after every bar", () => {
    fc.assert(
      fc.property(markets, fc.nat(30), (market, n) => {
        const part = firstOf(market, n);
        for (const side of SIDES) expect(total(bookFor(part, side)) / part.history.held).toBeCloseTo(1, 9);
      }),
      { numRuns: 300 },
    );
  });
  it("I2: no quantity is negative", () => {
    fc.assert(
      fc.property(markets, (market) => {
        for (const side of SIDES) {
          const { opened, scale } = bookFor(market, side);
          expect(opened.every((quantity) => quantity >= 0)).toBe(true);
          expect(scale).toBeGreaterThan(0);
        }
      }),
    );
  });
  it("I3: nothing at the price itself, more with distance, never more than the open interest", () => {
    fc.assert(
      fc.property(markets, fc.constantFrom(...SIDES), share(0.4), share(0.4), (market, side, a, b) => {
        const book = bookFor(market, side);
        const from = market.history.bars.at(-1)?.entry ?? 100;
        const at = (distance: number) => between(book, from, from * (side === "long" ? 1 - distance : 1 + distance));
        expect(at(0)).toEqual({ coins: 0, dollars: 0 });
        expect(at(Math.max(a, b)).coins).toBeGreaterThanOrEqual(at(Math.min(a, b)).coins);
        expect(at(Math.max(a, b)).dollars).toBeGreaterThanOrEqual(at(Math.min(a, b)).dollars);
        expect(at(0.4).coins).toBeLessThanOrEqual(market.history.held * (1 + 1e-9));
      }),
    );
  });
  it("I4: what lies between two targets is the difference", () => {
    fc.assert(
      fc.property(markets, fc.constantFrom(...SIDES), share(0.4), share(0.4), (market, side, a, b) => {
        const book = bookFor(market, side);
        const from = market.history.bars.at(-1)?.entry ?? 100;
        const at = (distance: number): number => from * (side === "long" ? 1 - distance : 1 + distance);
        const [near, far] = [at(Math.min(a, b)), at(Math.max(a, b))];
        same(between(book, from, far).dollars - between(book, from, near).dollars, between(book, near, far).dollars);
      }),
    );
  });
  it("I5: no living level was crossed after its bar, and every other one was", () => {
    fc.assert(
      fc.property(markets, fc.constantFrom(...SIDES), (market, side) => {
        const { ladder, profile } = bookFor(market, side);
        const { bars } = market.history;
        const crossed = (height: number, opened: number): boolean =>
          bars.some(
            ({ low, high }, t) =>
              t > opened && (side === "long" ? -height >= low * (1 - 1e-9) : height <= high * (1 + 1e-9)),
          );
        const living = all(ladder);
        for (const { leverage } of profile) {
          const part = living.get(leverage) ?? [];
          bars.forEach(({ entry }, t) => {
            const height = heightOf(market.rules, side, leverage) * entry;
            expect(part.some((one) => one.bar === t)).toBe(!crossed(height, t));
          });
        }
      }),
    );
  });
  it("I6: scales with prices and with open interest", () => {
    const scales = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(markets, fc.constantFrom(...SIDES), share(0.4), scales, scales, (market, side, distance, x, y) => {
        const scaled = market.history.bars.map((one) =>
          bar(
            one.low * x,
            one.high * x,
            one.entry * x,
            one.held === null ? null : one.held * y,
            one.days,
            one.traded * y,
          ),
        );
        const from = market.history.bars.at(-1)?.entry ?? 100;
        const to = from * (side === "long" ? 1 - distance : 1 + distance);
        const found = between(
          bookFor({ ...market, history: history(scaled, market.history.seed) }, side),
          from * x,
          to * x,
        );
        const expected = between(bookFor(market, side), from, to);
        same(found.coins / y, expected.coins);
        same(found.dollars / y / (market.rules.margin === "linear" ? x : 1), expected.dollars);
      }),
    );
  });
  it("I8: the shares of each profile are one whole", () => {
    for (const profile of Object.values(profiles)) {
      expect(profile.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });
  it("I9: a bar without a crossing, a change or a turnover changes nothing", () => {
    fc.assert(
      fc.property(markets, fc.constantFrom(...SIDES), (market, side) => {
        const { bars, seed, held } = market.history;
        const price = bars.at(-1)?.entry ?? 100;
        // With 1.25 % a position of 100x is liquidated at its entry, which the bar would reach.
        const rules = { ...market.rules, maintenance: ratio(0.005) };
        const quiet = { ...market, rules, halfLife: Infinity };
        const longer = { ...quiet, history: history([...bars, bar(price, price, price, held)], seed) };
        const before = bookFor(quiet, side);
        const after = bookFor(longer, side);
        expect(after.scale).toBe(before.scale);
        expect([...after.opened]).toEqual([...before.opened, 0]);
        expect(total(after)).toBe(total(before));
      }),
    );
  });
  it("I10: more maintenance margin moves the levels of a fresh cohort toward the entry", () => {
    const leverages = fc.constantFrom(1.5, 2, 2.5, 3, 5, 10, 25, 50, 100);
    fc.assert(
      fc.property(
        markets,
        fc.constantFrom(...SIDES),
        leverages,
        share(0.05),
        share(0.05),
        (market, side, leverage, a, b) => {
          const at = (m: number): number =>
            Math.abs(Math.abs(heightOf({ ...market.rules, maintenance: ratio(m) }, side, leverage)) - 1);
          expect(at(Math.max(a, b))).toBeLessThanOrEqual(at(Math.min(a, b)));
        },
      ),
    );
  });
});

describe("heightOf", () => {
  it("is negative for longs, and infinite where there is no level", () => {
    expect(heightOf(linear(0.005), "long", 10)).toBeCloseTo(-0.904523, 6);
    expect(heightOf(linear(0.005), "short", 10)).toBeCloseTo(1.094527, 6);
    expect(heightOf(linear(0.005), "long", null)).toBe(Infinity);
    expect(heightOf(linear(0.005), "short", null)).toBe(Infinity);
    expect(heightOf(linear(0.005), "long", 1)).toBe(Infinity);
    expect(heightOf({ margin: "inverse", maintenance: ratio(0.005) }, "short", 1)).toBe(Infinity);
    expect(heightOf({ margin: "inverse", maintenance: ratio(0.005) }, "long", 10)).toBeCloseTo(-0.9136364, 6);
  });
  it("is the entry where the margin is too small from the start: 100x on Hyperliquid", () => {
    expect(heightOf(linear(0.0125), "long", 100)).toBe(-1);
    expect(heightOf(linear(0.0125), "short", 100)).toBe(1);
  });
});

describe("cell", () => {
  it("reads no place outside of the row", () => {
    expect(cell(new Float64Array([1, 2]), 1)).toBe(2);
    expect(() => cell(new Float64Array([1, 2]), 2)).toThrow(RangeError);
  });
});
