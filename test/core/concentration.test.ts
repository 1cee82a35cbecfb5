import { expect, it } from "vitest";
import { herfindahl } from "../../src/core/concentration.ts";

it("of 378, 169 and 156 alone is 3,961.5", () => {
  expect(herfindahl([378, 169, 156], 703)).toBeCloseTo(3_961.5, 1);
});
it("of equal venues is 10,000 divided by their number, in every unit", () => {
  expect(herfindahl([1, 1, 1, 1], 4)).toBe(2_500);
  expect(herfindahl([500, 500], 1_000)).toBe(5_000);
  expect(herfindahl([0.5, 0.5], 1)).toBe(5_000);
});
it("is not told where one venue has all", () => {
  expect(herfindahl([378], 378)).toBeNull();
  expect(herfindahl([378, 0], 378)).toBeNull();
  expect(herfindahl([], 0)).toBeNull();
});
