import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BINANCE_BTCUSDT_2024_10,
  classicLiquidation,
  inverseLiquidation,
  linearLiquidation,
  tieredLiquidation,
  tiersOf,
  type Side,
} from "../../src/core/liquidation-price.ts";
import { btc, ratio, usd, usdPerBtc } from "../../src/core/units.ts";

const linear = (side: Side, entry: number, leverage: number, size = 1) => ({
  side,
  entry: usdPerBtc(entry),
  leverage,
  size: btc(size),
});
const inverse = (side: Side, entry: number, leverage: number, size = 10_000) => ({
  side,
  entry: usdPerBtc(entry),
  leverage,
  size: usd(size),
});
const price = (found: { readonly is: string; readonly price?: number }): number => found.price ?? Number.NaN;
const terms = (rate: number, fee?: number) => ({
  rate: ratio(rate),
  ...(fee === undefined ? {} : { fee: ratio(fee) }),
});
const tiered = (side: Side, entry: number, leverage: number, size: number) =>
  tieredLiquidation(linear(side, entry, leverage, size), BINANCE_BTCUSDT_2024_10);

const sides = fc.constantFrom<Side>("long", "short");
const entries = fc.double({ min: 1_000, max: 500_000, noNaN: true });
const leverages = fc.double({ min: 1.01, max: 125, noNaN: true });
const rates = fc.double({ min: 0, max: 0.05, noNaN: true });

describe("tieredLiquidation, Binance's table", () => {
  it.each([
    ["long", 90_000, 10, 1, 81_356.78],
    ["short", 90_000, 10, 1, 98_557.21],
    ["long", 90_000, 20, 1, 85_879.4],
    ["long", 90_000, 50, 0.5, 88_554.22],
    ["short", 90_000, 100, 0.5, 90_537.85],
    ["long", 90_000, 5, 10, 72_375.44],
    ["short", 90_000, 3, 100, 118_925.25],
  ] as const)("a %s at %d, %dx, of %d BTC: %d", (side, entry, leverage, size, expected) => {
    expect(price(tiered(side, entry, leverage, size))).toBeCloseTo(expected, 2);
  });
  it("changes the tier where the notional at liquidation is in another", () => {
    expect(price(tiered("short", 90_000, 5, 0.55))).toBeCloseTo(107_553.14, 2);
    expect(price(linearLiquidation(linear("short", 90_000, 5, 0.55), terms(0.004)))).toBeCloseTo(107_569.72, 2);
  });
  it("refuses leverage above that of the tier at entry, and a size above the last tier", () => {
    expect(tiered("long", 100_000, 101, 0.5)).toMatchObject({ is: "at" });
    expect(tiered("long", 100_000, 100, 0.51)).toMatchObject({ is: "at" });
    expect(tiered("long", 100_000, 101, 0.51)).toEqual({ is: "refused", why: "leverage" });
    expect(tiered("long", 100_000, 1, 18_000)).toMatchObject({ is: "never" });
    expect(tiered("long", 100_000, 1, 18_000.1)).toEqual({ is: "refused", why: "size" });
    expect(tieredLiquidation(linear("long", 90_000, 1), [])).toEqual({ is: "refused", why: "size" });
  });
  it("keeps the last terms for a short that outgrows the table", () => {
    const found = tiered("short", 100_000, 1, 18_000);
    expect(price(found)).toBeCloseTo((100_000 * 2 + 421_481_450 / 18_000) / 1.5, 2);
  });
  it("leaves exactly the maintenance margin that the table asks", () => {
    fc.assert(
      fc.property(
        sides,
        entries,
        leverages,
        fc.double({ min: 0.001, max: 3_000, noNaN: true }),
        (side, entry, l, size) => {
          const found = tiered(side, entry, l, size);
          if (found.is !== "at") return;
          const notional = size * found.price;
          const balance = (size * entry) / l + (side === "long" ? 1 : -1) * size * (found.price - entry);
          // The margin is continuous and convex: the tier that asks most is the one of the notional.
          const asked = Math.max(...BINANCE_BTCUSDT_2024_10.map(({ rate, deduction }) => rate * notional - deduction));
          expect(Math.abs(balance - asked) / notional).toBeLessThan(1e-9);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("tiersOf", () => {
  it("has the twelve tiers of Binance, from 125x to 1x", () => {
    expect(BINANCE_BTCUSDT_2024_10).toHaveLength(12);
    expect(BINANCE_BTCUSDT_2024_10[1]).toEqual({
      floor: 50_000,
      cap: 600_000,
      rate: 0.005,
      deduction: 50,
      maxLeverage: 100,
    });
  });
  it("refuses a table whose maintenance margin jumps, or whose caps do not rise", () => {
    expect(() =>
      tiersOf([
        [50_000, 0.004, 0, 125],
        [600_000, 0.005, 51, 100],
      ]),
    ).toThrow(new RangeError("the tier up to 600000 does not continue the one before: 51, not 50"));
    expect(() => tiersOf([[50_000, 0.004, 1, 125]])).toThrow(RangeError);
    expect(() =>
      tiersOf([
        [50_000, 0.004, 0, 125],
        [50_000, 0.005, 50, 100],
      ]),
    ).toThrow(RangeError);
  });
});

describe("linearLiquidation", () => {
  it.each([
    ["long", 81_366.15],
    ["short", 98_556.5],
  ] as const)("OKX-like, with a fee: %s 10x", (side, expected) => {
    expect(price(linearLiquidation(linear(side, 90_000, 10), terms(0.004, 0.0005)))).toBeCloseTo(expected, 2);
  });
  it.each([
    ["long", 91.1392],
    ["short", 108.642],
  ] as const)("Hyperliquid, 1.25 %%: %s 10x", (side, expected) => {
    expect(price(linearLiquidation(linear(side, 100, 10), terms(0.0125)))).toBeCloseTo(expected, 4);
  });
  it.each([
    [2, 50.2513, 149.2537],
    [5, 80.402, 119.403],
    [10, 90.4523, 109.4527],
    [25, 96.4824, 103.4826],
    [100, 99.4975, 100.4975],
  ])("a flat half percent, %dx: %d and %d", (leverage, long, short) => {
    expect(price(linearLiquidation(linear("long", 100, leverage), terms(0.005)))).toBeCloseTo(long, 4);
    expect(price(linearLiquidation(linear("short", 100, leverage), terms(0.005)))).toBeCloseTo(short, 4);
  });
  it("never liquidates a long without leverage", () => {
    expect(linearLiquidation(linear("long", 90_000, 1), terms(0.005))).toEqual({ is: "never" });
    expect(linearLiquidation(linear("long", 90_000, 0.5), terms(0.005))).toEqual({ is: "never" });
    expect(linearLiquidation(linear("short", 90_000, 1), terms(0.005))).toMatchObject({ is: "at" });
  });
  it("is liquidated at entry with leverage above 1 / maintenance", () => {
    expect(linearLiquidation(linear("long", 90_000, 101), terms(0.01))).toEqual({ is: "at entry" });
    expect(linearLiquidation(linear("short", 90_000, 101), terms(0.01))).toEqual({ is: "at entry" });
    expect(linearLiquidation(linear("long", 90_000, 99), terms(0.01))).toMatchObject({ is: "at" });
    expect(linearLiquidation(linear("short", 90_000, 99), terms(0.01))).toMatchObject({ is: "at" });
  });
  it("is Hyperliquid's price - side · available / size / (1 - l · side)", () => {
    fc.assert(
      fc.property(sides, entries, leverages, rates, (side, entry, leverage, rate) => {
        const found = linearLiquidation(linear(side, entry, leverage), terms(rate));
        if (found.is !== "at") return;
        const s = side === "long" ? 1 : -1;
        const available = entry / leverage - rate * entry;
        expect(found.price / (entry - (s * available) / (1 - rate * s))).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe("inverseLiquidation", () => {
  it.each([
    ["long", 45_681.82],
    ["short", 55_277.78],
  ] as const)("%s at 50,000, 10x, half a percent: %d", (side, expected) => {
    expect(price(inverseLiquidation(inverse(side, 50_000, 10), terms(0.005)))).toBeCloseTo(expected, 2);
  });
  it("liquidates a long without leverage, and never such a short", () => {
    expect(price(inverseLiquidation(inverse("long", 50_000, 1), terms(0.005)))).toBeCloseTo(25_125, 2);
    expect(inverseLiquidation(inverse("short", 50_000, 1), terms(0.005))).toEqual({ is: "never" });
    expect(inverseLiquidation(inverse("short", 50_000, 0.5), terms(0.005))).toEqual({ is: "never" });
  });
  it("takes a deduction in coins", () => {
    const position = inverse("long", 50_000, 10, 50_000);
    // 50,000 · 1.005 / (1 · 1.1 + 0.001)
    expect(price(inverseLiquidation(position, { rate: ratio(0.005), deduction: btc(0.001) }))).toBeCloseTo(
      45_640.33,
      2,
    );
  });
  it("leaves exactly the maintenance margin, in coins", () => {
    fc.assert(
      fc.property(sides, entries, leverages, rates, (side, entry, leverage, rate) => {
        const size = 10_000;
        const found = inverseLiquidation(inverse(side, entry, leverage, size), terms(rate));
        if (found.is !== "at") return;
        const s = side === "long" ? 1 : -1;
        const balance = size / entry / leverage + s * size * (1 / entry - 1 / found.price);
        expect(Math.abs(balance - (rate * size) / found.price) / (size / found.price)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe("classicLiquidation", () => {
  it("takes the maintenance margin at entry", () => {
    expect(price(classicLiquidation("linear", linear("long", 20_000, 50), ratio(0.005)))).toBeCloseTo(19_700, 9);
    expect(price(linearLiquidation(linear("long", 20_000, 50), terms(0.005)))).toBeCloseTo(19_698.49, 2);
    expect(price(classicLiquidation("linear", linear("short", 20_000, 50), ratio(0.005)))).toBeCloseTo(20_300, 9);
  });
  it("is at entry where the margin is the maintenance margin, and never where it covers every price", () => {
    for (const side of ["long", "short"] as const) {
      expect(classicLiquidation("linear", linear(side, 20_000, 20), ratio(0.05))).toEqual({ is: "at entry" });
    }
    expect(classicLiquidation("inverse", inverse("short", 20_000, 1), ratio(0))).toEqual({ is: "never" });
  });
  it.each([
    ["long", 45_662.1],
    ["short", 55_248.62],
  ] as const)("inverse %s at 50,000, 10x: %d", (side, expected) => {
    expect(price(classicLiquidation("inverse", inverse(side, 50_000, 10), ratio(0.005)))).toBeCloseTo(expected, 2);
  });
});

describe("every form", () => {
  it("moves toward the entry with more leverage and with more maintenance margin, on the side of the loss", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("linear", "inverse"),
        sides,
        entries,
        leverages,
        rates,
        (margin, side, entry, l, rate) => {
          const at = (leverage: number, m: number): number => {
            const found =
              margin === "linear"
                ? linearLiquidation(linear(side, entry, leverage), terms(m))
                : inverseLiquidation(inverse(side, entry, leverage), terms(m));
            return found.is === "at" ? found.price : found.is === "at entry" ? entry : side === "long" ? 0 : Infinity;
          };
          const loss = (p: number): number => (side === "long" ? entry - p : p - entry);
          expect(loss(at(l, rate))).toBeGreaterThanOrEqual(0);
          expect(loss(at(l * 1.1, rate))).toBeLessThanOrEqual(loss(at(l, rate)));
          expect(loss(at(l, rate + 0.001))).toBeLessThanOrEqual(loss(at(l, rate)));
        },
      ),
    );
  });
});
