import { describe, expect, it } from "vitest";
import { apr, isCurrent, isExtreme, rate8h, weightedFunding } from "../../src/core/funding.ts";
import type { Funding } from "../../src/core/market.ts";
import { HOUR, shift } from "../../src/core/time.ts";
import { ratio, usd } from "../../src/core/units.ts";
import { at } from "./moments.ts";

const row = (percent: number, everyHours: number, billions: number) => ({
  rate: ratio(percent / 100),
  everyHours,
  usd: usd(billions * 1e9),
});
const VENUES = [row(0.01, 8, 10.4), row(0.005, 8, 5.1), row(-0.002, 8, 3.0), row(0.00125, 1, 2.4)] as const;

describe("weightedFunding", () => {
  it("weighs 8-hour equivalents of Binance, Bybit, OKX and Hyperliquid by open interest", () => {
    const found = weightedFunding(VENUES);
    expect(Number(found?.rate8h) * 100).toBeCloseTo(0.00705742, 8);
    expect(Number(found?.apr) * 100).toBeCloseTo(7.7279, 4);
  });
  it("would be wrong without the intervals", () => {
    const found = weightedFunding(VENUES.map((venue) => ({ ...venue, everyHours: 8 })));
    expect(Number(found?.rate8h) * 100).toBeCloseTo(0.00605263, 8);
    expect(Number(found?.apr) * 100).toBeCloseTo(6.63, 2);
  });
  it("weighs by share, however small the whole", () => {
    const found = weightedFunding([{ rate: ratio(0.01), everyHours: 8, usd: usd(0.5) }]);
    expect(found?.rate8h).toBeCloseTo(0.01, 12);
  });
  it("is null without open interest", () => {
    expect(weightedFunding([])).toBeNull();
    expect(weightedFunding([row(0.01, 8, 0)])).toBeNull();
  });
});

describe("single venues", () => {
  it("pay 10.95, 5.475, -2.19 and 10.95 % a year", () => {
    const perYear = VENUES.map(({ rate, everyHours }) => apr(rate8h(rate, everyHours)) * 100);
    [10.95, 5.475, -2.19, 10.95].forEach((percent, i) => expect(perYear[i]).toBeCloseTo(percent, 9));
  });
  it("convert other intervals", () => {
    expect(rate8h(ratio(0.0001), 4)).toBeCloseTo(0.0002, 12);
  });
  it("are extreme beyond 0.75 % either way", () => {
    expect([0.0075, 0.0076, -0.0075, -0.0076].map((r) => isExtreme(ratio(r)))).toEqual([false, true, false, true]);
  });
  it("are current for one interval", () => {
    const funding: Funding = { at: at("2026-01-30"), rate: ratio(0), everyHours: 8, kind: "settled" };
    expect(isCurrent(funding, at("2026-01-30T08:00Z"))).toBe(true);
    expect(isCurrent(funding, shift(at("2026-01-30T08:00Z"), 1))).toBe(false);
    expect(isCurrent({ ...funding, everyHours: 1 }, shift(funding.at, 2 * HOUR))).toBe(false);
  });
});
