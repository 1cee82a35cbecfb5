import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  inverseLiquidation,
  linearLiquidation,
  type Liquidation,
  type Position,
  type Side,
} from "../../src/core/liquidation-price.ts";
import { ratio, usdPerBtc } from "../../src/core/units.ts";

const position = (side: Side, entry: number, leverage: number): Position => ({
  side,
  entry: usdPerBtc(entry),
  leverage,
});
const linear = (side: Side, entry: number, leverage: number, maintenance: number): Liquidation =>
  linearLiquidation(position(side, entry, leverage), ratio(maintenance));
const inverse = (side: Side, entry: number, leverage: number, maintenance: number): Liquidation =>
  inverseLiquidation(position(side, entry, leverage), ratio(maintenance));
const price = (found: Liquidation): number => (found.is === "at" ? found.price : Number.NaN);

const sides = fc.constantFrom<Side>("long", "short");
const entries = fc.double({ min: 1_000, max: 500_000, noNaN: true });
const leverages = fc.double({ min: 1.01, max: 125, noNaN: true });
const rates = fc.double({ min: 0, max: 0.05, noNaN: true });

describe("linearLiquidation", () => {
  it.each([
    ["long", 81_366.15],
    ["short", 98_556.5],
  ] as const)("OKX-like, with a fee: %s 10x", (side, expected) => {
    expect(price(linear(side, 90_000, 10, 0.004 + 0.0005))).toBeCloseTo(expected, 2);
  });
  it.each([
    ["long", 91.1392],
    ["short", 108.642],
  ] as const)("Hyperliquid, 1.25 %%: %s 10x", (side, expected) => {
    expect(price(linear(side, 100, 10, 0.0125))).toBeCloseTo(expected, 4);
  });
  it.each([
    [2, 50.2513, 149.2537],
    [5, 80.402, 119.403],
    [10, 90.4523, 109.4527],
    [25, 96.4824, 103.4826],
    [100, 99.4975, 100.4975],
  ])("a flat half percent, %dx: %d and %d", (leverage, long, short) => {
    expect(price(linear("long", 100, leverage, 0.005))).toBeCloseTo(long, 4);
    expect(price(linear("short", 100, leverage, 0.005))).toBeCloseTo(short, 4);
  });
  it("never liquidates a long without leverage", () => {
    expect(linear("long", 90_000, 1, 0.005)).toEqual({ is: "never" });
    expect(linear("long", 90_000, 0.5, 0.005)).toEqual({ is: "never" });
    expect(linear("short", 90_000, 1, 0.005)).toMatchObject({ is: "at" });
  });
  it("is liquidated at entry with leverage of 1 / maintenance and above", () => {
    // 20,000 · 0.95 / 0.95 and 20,000 · 1.05 / 1.05
    expect(linear("long", 20_000, 20, 0.05)).toEqual({ is: "at entry" });
    expect(linear("short", 20_000, 20, 0.05)).toEqual({ is: "at entry" });
    expect(linear("long", 90_000, 101, 0.01)).toEqual({ is: "at entry" });
    expect(linear("short", 90_000, 101, 0.01)).toEqual({ is: "at entry" });
    expect(linear("long", 90_000, 99, 0.01)).toMatchObject({ is: "at" });
    expect(linear("short", 90_000, 99, 0.01)).toMatchObject({ is: "at" });
  });
  it("is Hyperliquid's price - side · available / size / (1 - l · side)", () => {
    fc.assert(
      fc.property(sides, entries, leverages, rates, (side, entry, leverage, rate) => {
        const found = linear(side, entry, leverage, rate);
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
    expect(price(inverse(side, 50_000, 10, 0.005))).toBeCloseTo(expected, 2);
  });
  it("liquidates a long without leverage, and never such a short", () => {
    expect(price(inverse("long", 50_000, 1, 0.005))).toBeCloseTo(25_125, 2);
    expect(inverse("short", 50_000, 1, 0.005)).toEqual({ is: "never" });
    expect(inverse("short", 50_000, 0.5, 0.005)).toEqual({ is: "never" });
  });
  it("leaves exactly the maintenance margin, in coins", () => {
    fc.assert(
      fc.property(sides, entries, leverages, rates, (side, entry, leverage, rate) => {
        const size = 10_000;
        const found = inverse(side, entry, leverage, rate);
        if (found.is !== "at") return;
        const s = side === "long" ? 1 : -1;
        const balance = size / entry / leverage + s * size * (1 / entry - 1 / found.price);
        expect(Math.abs(balance - (rate * size) / found.price) / (size / found.price)).toBeLessThan(1e-9);
      }),
    );
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
            const found = margin === "linear" ? linear(side, entry, leverage, m) : inverse(side, entry, leverage, m);
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
