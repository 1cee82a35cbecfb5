import { expect, it } from "vitest";
import { DAY, HOUR, instant, shift } from "../../src/core/time.ts";
import { usd } from "../../src/core/units.ts";
import { hoursTo, liquidatedIn, wasLong } from "../../src/sources/liquidated.ts";

/** 2026-01-30T06:30Z. */
const NOW = instant(1_769_754_600_000);

it("has 24 hours to the instant, oldest first", () => {
  const hours = hoursTo(NOW);
  expect(hours).toHaveLength(24);
  expect([hours[0], hours.at(-1)]).toEqual([shift(NOW, -DAY), shift(NOW, -HOUR)]);
});

it("adds up each side from the bar's start to before its end", () => {
  const [first, second] = [shift(NOW, -2 * HOUR), shift(NOW, -HOUR)];
  const orders = [
    { at: shift(first, -1), usd: usd(1), long: true },
    { at: first, usd: usd(10), long: true },
    { at: shift(second, -1), usd: usd(200), long: false },
    { at: shift(second, -1), usd: usd(3), long: true },
  ];
  const bar = { at: first, value: { until: second, longs: 13, shorts: 200, both: 213 } };
  expect(liquidatedIn(orders, [first, second], HOUR, null)).toEqual([bar]);
  expect(liquidatedIn(orders, [first, second], HOUR, 0)).toEqual([
    bar,
    { at: second, value: { until: NOW, longs: 0, shorts: 0, both: 0 } },
  ]);
});

it.each([
  ["long", "buy", true],
  ["short", "sell", false],
  ["net", "sell", true],
  ["net", "buy", false],
] as const)("takes a position %s that had to %s for a long: %s", (position, side, is) => {
  expect(wasLong(position, side)).toBe(is);
});
