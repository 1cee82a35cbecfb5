import { expect, it } from "vitest";
import { percent, wholePercent } from "../../src/report/numbers.ts";

it("a percentage is rounded half up from its decimal text", () => {
  // 0.285 · 100 is 28.499999999999996 in binary fractions.
  expect([0.285, 0.284, 0.995, 0, 1].map(wholePercent)).toEqual(["29 %", "28 %", "100 %", "0 %", "100 %"]);
  expect([0.285, 0.31945, 12.345].map(percent)).toEqual(["28.5 %", "31.9 %", "1,235 %"]);
});
