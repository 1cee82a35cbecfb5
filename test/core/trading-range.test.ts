import { describe, expect, it } from "vitest";
import type { Swing } from "../../src/core/swings.ts";
import { rangeBefore } from "../../src/core/trading-range.ts";
import { usdPerBtc } from "../../src/core/units.ts";
import { barsOf } from "./daily-bars.ts";
import { at } from "./moments.ts";

/** Eighty bars that close at 90, but for those given. */
const bars = (closes: Readonly<Record<number, number>> = {}) =>
  barsOf(Array.from({ length: 80 }, (_, i) => `90 120 70 ${closes[i] ?? 90} 10`).join("\n"));
const swing = (is: "low" | "high", index: number, price: number, confirmed = index + 2): Swing => ({
  is,
  index,
  price: usdPerBtc(price),
  confirmed,
  at: at("2026-01-01"),
});
const low = (index: number, price: number, confirmed?: number): Swing => swing("low", index, price, confirmed);
const high = (index: number, price: number): Swing => swing("high", index, price);

/** Support 80 at bars 40 and 15, resistance 98 at bar 30; neither the lowest nor the highest comes first. */
const SWINGS = [low(15, 80.5), high(20, 97), high(30, 98), low(40, 80)];
const before = (
  index: number,
  swings: readonly Swing[],
  more: { earliest?: number; low?: number; closes?: object } = {},
) => rangeBefore(bars({ ...more.closes }), swings, index, more.earliest ?? 0, usdPerBtc(more.low ?? 79));

describe("the longest range before a bar", () => {
  it("is between the lowest swing low and the highest swing high of sixty bars", () => {
    expect(before(70, SWINGS)).toEqual({ bars: 60, support: 80, resistance: 98 });
  });

  it("knows a swing in its first bar, and none before", () => {
    expect(before(70, [...SWINGS, low(10, 79.9)])).toMatchObject({ bars: 60, support: 79.9 });
    expect(before(70, [...SWINGS, low(9, 79.5)])).toMatchObject({ bars: 60, support: 80 });
  });

  it("knows only what was known at the close of the bar before", () => {
    expect(before(70, [...SWINGS, low(48, 79.5, 70)])).toMatchObject({ support: 80 });
    expect(before(70, [...SWINGS, low(48, 79.5, 69)])).toMatchObject({ support: 79.5 });
  });

  it("takes lows for the support and highs for the resistance only", () => {
    expect(before(70, [...SWINGS, high(33, 79.5), low(34, 99)])).toMatchObject({ support: 80, resistance: 98 });
    expect(
      before(
        70,
        SWINGS.filter(({ is }) => is === "low"),
      ),
    ).toBeNull();
    expect(
      before(
        70,
        SWINGS.filter(({ is }) => is === "high"),
      ),
    ).toBeNull();
  });

  it("begins later where a longer one is none", () => {
    // 98 is more than a quarter above 70.
    expect(before(70, [...SWINGS, low(12, 70)])).toMatchObject({ bars: 57, support: 80 });
  });

  it("does not begin before the last spring, and has twenty bars at least", () => {
    expect(before(70, SWINGS, { earliest: 14 })).toMatchObject({ bars: 56 });
    const late = [low(50, 80), high(55, 98), low(60, 80.5)];
    expect(before(70, late, { earliest: 50 })).toMatchObject({ bars: 20 });
    expect(before(70, late, { earliest: 51 })).toBeNull();
    // Nineteen bars that would be one.
    const short = [low(52, 80), high(55, 98), low(60, 80.5)];
    expect(before(70, short, { earliest: 50 })).toMatchObject({ bars: 20 });
    expect(before(70, short, { earliest: 51 })).toBeNull();
  });

  it("is not there for a low that does not go below the support of the last twenty bars", () => {
    const late = [...SWINGS, low(50, 80.2)];
    expect(before(70, late, { low: 80.1 })).toMatchObject({ support: 80 });
    expect(before(70, late, { low: 80.2 })).toBeNull();
    expect(before(70, late, { low: 81 })).toBeNull();
    // One bar earlier it is not in every range.
    expect(before(70, [...SWINGS, low(49, 80.2)], { low: 81 })).toMatchObject({ support: 80 });
    // A swing high says nothing of the support.
    expect(before(70, [...SWINGS, high(60, 80.2)], { low: 81 })).toMatchObject({ support: 80 });
  });

  it("is a quarter high at most", () => {
    expect(before(70, [low(15, 80), low(40, 80), high(30, 100)])).toMatchObject({ resistance: 100 });
    expect(before(70, [low(15, 80), low(40, 80), high(30, 100.1)])).toBeNull();
  });

  it("has lows within one percent of its support, five bars apart", () => {
    expect(before(70, [low(15, 80.8), low(40, 80), high(30, 98)])).not.toBeNull();
    expect(before(70, [low(15, 80.81), low(40, 80), high(30, 98)])).toBeNull();
    expect(before(70, [low(35, 80), low(40, 80), high(37, 98)])).not.toBeNull();
    expect(before(70, [low(36, 80), low(40, 80), high(37, 98)])).toBeNull();
  });

  it("holds nine closes of ten, its edges included", () => {
    const edges = { 60: 80, 61: 98 };
    // 54 of 60, the last bar that counts being the one before.
    const six = { 64: 79, 65: 79, 66: 79, 67: 99, 68: 99, 69: 99, 70: 1 };
    expect(before(70, SWINGS, { closes: { ...edges, ...six } })).toMatchObject({ bars: 60 });
    expect(before(70, SWINGS, { closes: { ...edges, ...six, 63: 79 } })).toBeNull();
  });
});
