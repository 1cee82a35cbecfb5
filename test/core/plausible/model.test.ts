import { describe, expect, it } from "vitest";
import { bridged, curveRises, sidesHold } from "../../../src/core/plausible/model.ts";
import { HOUR, instant, shift } from "../../../src/core/time.ts";
import { btc, usd, usdPerBtc } from "../../../src/core/units.ts";

describe("Q-17 sidesHold", () => {
  it("takes sides that hold the open interest to a billionth", () => {
    expect(sidesHold(btc(104_879), btc(104_879), btc(104_879))).toEqual([]);
    expect(sidesHold(btc(1e9 + 0.5), btc(1e9), btc(1e9))).toEqual([]);
    expect(sidesHold(btc(0), btc(0), btc(0))).toEqual([]);
  });
  it("refuses a split of the open interest between the sides", () => {
    const [found] = sidesHold(btc(55), btc(45), btc(100));
    expect(found).toMatchObject({ rule: "Q-17", severity: "error", bound: 1e-9 });
    expect(found?.value).toBeCloseTo(0.55, 12);
    expect(found?.message).toContain(
      "55 BTC of longs and 45 BTC of shorts for an open interest of 100 BTC, 0.55 of it",
    );
  });
  it("refuses either side alone, and anything held of nothing", () => {
    expect(sidesHold(btc(101), btc(100), btc(100))).toHaveLength(1);
    expect(sidesHold(btc(100), btc(101), btc(100))).toHaveLength(1);
    expect(sidesHold(btc(99), btc(100), btc(100))).toHaveLength(1);
    expect(sidesHold(btc(100), btc(99), btc(100))).toHaveLength(1);
    expect(sidesHold(btc(1e9 + 2), btc(1e9), btc(1e9))).toHaveLength(1);
    expect(sidesHold(btc(1), btc(1), btc(0))).toMatchObject([{ severity: "error", value: null }]);
  });
});

describe("Q-04 bridged", () => {
  const start = instant(Date.UTC(2026, 0, 1));
  const hole = (of: "price" | "open interest", from: number, hours: number) => ({
    of,
    from: shift(start, from * HOUR),
    until: shift(start, (from + hours) * HOUR),
  });
  it("notes days that are known by their close alone, all in one", () => {
    const found = bridged([hole("open interest", 0, 24), hole("open interest", 24, 24), hole("open interest", 60, 7)]);
    expect(found).toMatchObject([{ rule: "Q-04", severity: "note", value: 24, bound: 6 }]);
    expect(found[0]?.message).toBe(
      "in the map open interest is drawn straight across 3 holes of up to 24 hours, 2026-01-01T00:00:00Z to 2026-01-03T19:00:00Z; more than 6 hours are flagged",
    );
  });
  it("warns of more than a day, and of prices that nobody watched", () => {
    expect(bridged([hole("price", 0, 7), hole("open interest", 0, 25)])).toMatchObject([
      { severity: "warning", value: 7, message: expect.stringContaining("nothing is liquidated in a hole of 7 hours") },
      { severity: "warning", value: 25 },
    ]);
    expect(bridged([])).toEqual([]);
  });
});

describe("Q-18 curveRises", () => {
  const point = (target: number, dollars: number) => ({ target: usdPerBtc(target), usd: usd(dollars) });
  const price = usdPerBtc(82_850);

  it("warns of $4.5 billion up to 93,500 beside $6.5 billion up to 92,000", () => {
    const [near, far] = [point(92_000, 6.5e9), point(93_500, 4.5e9)];
    const expected = [
      {
        rule: "Q-18",
        severity: "warning",
        message:
          "$4,500,000,000 up to $93,500 is less than $6,500,000,000 up to the nearer $92,000; the two are not of one map",
        value: 4.5e9,
        bound: 6.5e9,
      },
    ];
    expect(curveRises(price, [near, far])).toEqual(expected);
    expect(curveRises(price, [far, near])).toEqual(expected);
  });
  it("takes a curve that rises or stays, up and down", () => {
    expect(curveRises(price, [point(84_000, 1), point(92_000, 5), point(93_500, 5), point(99_000, 6)])).toEqual([]);
    expect(curveRises(price, [point(80_000, 1), point(72_600, 5), point(50_000, 6)])).toEqual([]);
    expect(curveRises(price, [point(84_000, 1)])).toEqual([]);
    expect(curveRises(price, [])).toEqual([]);
  });
  it("measures by the distance from the price: below it the lower target is the farther", () => {
    expect(curveRises(price, [point(50_000, 1), point(72_600, 5)])).toHaveLength(1);
  });
  it("tells every point below the highest before it", () => {
    const points = [point(84_000, 5), point(85_000, 3), point(86_000, 4), point(87_000, 6), point(88_000, 5)];
    expect(curveRises(price, points).map(({ value, bound }) => [value, bound])).toEqual([
      [3, 5],
      [4, 5],
      [5, 6],
    ]);
  });
});
