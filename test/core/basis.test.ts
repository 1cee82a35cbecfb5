import { describe, expect, it } from "vitest";
import { annualized, basis, constantMaturity, daysTo } from "../../src/core/basis.ts";
import { ratio, usdPerBtc } from "../../src/core/units.ts";
import { at } from "./moments.ts";

const spot = usdPerBtc(82_850);
const near = basis(usdPerBtc(84_150), spot);
const far = basis(usdPerBtc(86_300), spot);
const tenors = [
  { days: 147, basis: far },
  { days: 56, basis: near },
];
const percent = (value: number | null | undefined): number => Number(value) * 100;

describe("basis", () => {
  it("of 84,150 over 82,850, 56 days to run", () => {
    expect(percent(near)).toBeCloseTo(1.5691, 4);
    expect(percent(annualized(near, 56))).toBeCloseTo(10.2272, 4);
  });
  it("of 86,300, 147 days to run", () => {
    expect(percent(annualized(far, 147))).toBeCloseTo(10.3396, 4);
  });
  it("may be negative", () => {
    expect(percent(basis(usdPerBtc(82_021.5), spot))).toBeCloseTo(-1, 9);
    expect(annualized(ratio(-0.01), 73)).toBeCloseTo(-0.05, 12);
  });
  it("is not annualised within a week of settlement", () => {
    expect(annualized(near, 7)).not.toBeNull();
    expect(annualized(near, 6.99)).toBeNull();
  });
  it("counts days to the settlement hour", () => {
    expect(daysTo(at("2026-03-27T08:00Z"), at("2026-01-30T08:00Z"))).toBe(56);
    expect(daysTo(at("2026-01-30T20:00Z"), at("2026-01-30T08:00Z"))).toBe(0.5);
  });
});

describe("constantMaturity", () => {
  it("is 2.53868 % over 90 days, 10.2958 % a year", () => {
    expect(percent(constantMaturity(tenors, 90))).toBeCloseTo(10.2958, 4);
    expect((percent(constantMaturity(tenors, 90)) * 90) / 365).toBeCloseTo(2.53868, 5);
  });
  it("is the contract's own where one has just so long to run", () => {
    expect(constantMaturity(tenors, 56)).toBe(annualized(near, 56));
    expect(constantMaturity(tenors, 147)).toBeCloseTo(Number(annualized(far, 147)), 12);
    expect(constantMaturity([{ days: 90, basis: near }], 90)).toBe(annualized(near, 90));
  });
  it("takes the contracts on either side", () => {
    const more = [{ days: 7, basis: ratio(-1) }, ...tenors, { days: 300, basis: ratio(9) }];
    expect(constantMaturity(more, 90)).toEqual(constantMaturity(tenors, 90));
    expect(constantMaturity(more.toReversed(), 90)).toEqual(constantMaturity(tenors, 90));
  });
  it("is never extrapolated", () => {
    expect(constantMaturity(tenors, 55)).toBeNull();
    expect(constantMaturity(tenors, 148)).toBeNull();
    expect(constantMaturity([], 90)).toBeNull();
    expect(constantMaturity([{ days: -1, basis: near }, ...tenors], 0)).toBeNull();
  });
});
