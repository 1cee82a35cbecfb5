import { describe, expect, it } from "vitest";
import { fearGreedFits, numberFits, ratioOfShares, sharesOfWhole } from "../../../src/core/plausible/values.ts";
import { ratio } from "../../../src/core/units.ts";

describe("Q-01 numberFits", () => {
  it.each([Number.NaN, Infinity, -Infinity])("refuses %d wherever a number is due", (value) => {
    const message = `the price is ${value}, which is not a finite number`;
    expect(numberFits("the price", value, "any")).toEqual([
      { rule: "Q-01", severity: "error", message, value: null, bound: null },
    ]);
  });
  it("refuses what is too low for its kind", () => {
    expect(numberFits("open interest", 0, "above zero")).toEqual([
      {
        rule: "Q-01",
        severity: "error",
        message: "open interest is 0; it must be above 0",
        value: 0,
        bound: 0,
      },
    ]);
    expect(numberFits("the volume", -1, "zero")[0]?.message).toBe("the volume is -1; it must be 0 or more");
    expect(numberFits("the price", -1, "above zero")).toHaveLength(1);
  });
  it("takes the rest", () => {
    expect(numberFits("the funding rate", -0.0001, "any")).toEqual([]);
    expect(numberFits("the volume", 0, "zero")).toEqual([]);
    expect(numberFits("the volume", 1, "zero")).toEqual([]);
    expect(numberFits("the price", 1e-9, "above zero")).toEqual([]);
  });
});

describe("Q-15 fearGreedFits", () => {
  it.each([
    [0, "Extreme Fear"],
    [25, "Extreme Fear"],
    [26, "Fear"],
    [46, "Fear"],
    [47, "Neutral"],
    [54, "Neutral"],
    [55, "Greed"],
    [75, "Greed"],
    [76, "Extreme Greed"],
    [100, "Extreme Greed"],
  ])("knows %d as %s", (value, label) => {
    expect(fearGreedFits({ value, label })).toEqual([]);
  });
  it.each([
    // What the ranges printed on the web would have at their edges.
    [25, "Fear"],
    [45, "Neutral"],
    [46, "Neutral"],
    [55, "Neutral"],
    [75, "Extreme Greed"],
    [50, "Greed"],
  ])("warns of %d published as %s", (value, label) => {
    expect(fearGreedFits({ value, label })).toMatchObject([{ rule: "Q-15", severity: "warning", value }]);
  });
  it("says what the class has been", () => {
    expect(fearGreedFits({ value: 26, label: "Extreme Fear" })[0]?.message).toBe(
      "Fear & Greed of 26 is published as Extreme Fear; it has been Fear",
    );
  });
  it("says what a value must be", () => {
    expect(fearGreedFits({ value: 101, label: "Extreme Greed" })[0]?.message).toBe(
      "Fear & Greed is 101; it must be a whole number from 0 to 100",
    );
  });
  it.each([-1, 100.5, 101, 49.5, Number.NaN])("refuses %d, whatever its class", (value) => {
    for (const label of ["Extreme Fear", "Fear", "Neutral", "Greed", "Extreme Greed"]) {
      expect(fearGreedFits({ value, label })).toMatchObject([{ rule: "Q-15", severity: "error" }]);
    }
  });
});

describe("Q-16 ratioOfShares", () => {
  it("takes 1.9559 of 66.17 % and 33.82 %, which make 1.9565", () => {
    expect(ratioOfShares(1.9559, ratio(0.6617), ratio(0.3382))).toEqual([]);
  });
  it("catches 0.1960 printed for 66.22 % and 33.78 %, which make 1.960", () => {
    const [found] = ratioOfShares(0.196, ratio(0.6622), ratio(0.3378));
    expect(found).toMatchObject({ rule: "Q-16", severity: "warning", bound: 0.01 });
    expect(found?.value).toBeCloseTo(0.9, 4);
    expect(found?.message).toBe("the ratio is published as 0.196; its parts 66.22 % and 33.78 % make 1.96033");
  });
  it("finds no ratio without a short side", () => {
    expect(ratioOfShares(2, ratio(1), ratio(0))[0]?.message).toContain("100 % and 0 % make none");
    expect(ratioOfShares(2, ratio(0), ratio(0))).toMatchObject([{ severity: "warning", value: null }]);
  });
});

describe("Q-16 sharesOfWhole", () => {
  it("takes a sum within 0.1 % of 1, the edges included", () => {
    expect(sharesOfWhole([ratio(0.6617), ratio(0.3382)])).toEqual([]);
    expect(sharesOfWhole([ratio(0.5), ratio(0.499)])).toEqual([]);
    expect(sharesOfWhole([ratio(0.5), ratio(0.501)])).toEqual([]);
  });
  it("warns of the rest", () => {
    const [found] = sharesOfWhole([ratio(0.3468), ratio(0.155), ratio(0.1431)]);
    expect(found).toMatchObject({ rule: "Q-16", severity: "warning", bound: 0.001 });
    expect(found?.value).toBeCloseTo(0.3551, 9);
    expect(found?.message).toBe("3 shares sum to 64.49 %, not to 100 %");
    expect(sharesOfWhole([ratio(0.5), ratio(0.502)])).toHaveLength(1);
    expect(sharesOfWhole([])).toHaveLength(1);
  });
});
