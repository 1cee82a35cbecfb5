import { describe, expect, it } from "vitest";
import { curveRises, sidesHold } from "../../../src/core/plausible/model.ts";
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
