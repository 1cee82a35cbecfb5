/** A number that is printed as 0 has no sign and no direction. */
import { expect, it } from "vitest";
import { change, modelPercent, net, percent, points, rate, wholePercent } from "../../src/report/numbers.ts";

it("a percentage is rounded half up from its decimal text", () => {
  // 0.285 · 100 is 28.499999999999996 in binary fractions.
  expect([0.285, 0.284, 0.995, 0, 1].map(wholePercent)).toEqual(["29 %", "28 %", "100 %", "0 %", "100 %"]);
  expect([0.285, 0.31945, 12.345].map(percent)).toEqual(["28.5 %", "31.9 %", "1,235 %"]);
});

it.each([
  [change(0.319), "+31.9 %"],
  [change(-0.145), "-14.5 %"],
  [change(0.0005), "+0.1 %"],
  [change(0.00049), "0.0 %"],
  [change(-0.00049), "0.0 %"],
  [change(10.5), "+1,050 %"],
  [rate(0.000071), "+0.0071 %"],
  [rate(4e-7), "0.0000 %"],
  [rate(-4e-7), "0.0000 %"],
  [points(5), "+5"],
  [net(0.4), "0"],
])("%s", (text, printed) => {
  expect(text).toBe(printed);
});

it("a model's share has the digits of its dollars, and two decimals at most", () => {
  const [one, two] = [1, 2].map(
    (digits) =>
      (ratio: number): string =>
        modelPercent(ratio, digits),
  );
  expect([0.104, 0.237, 0.053, 0.0054].map((ratio) => one?.(ratio))).toEqual(["10 %", "20 %", "5 %", "0.5 %"]);
  expect([0.104, 0.237, 0.0549].map((ratio) => two?.(ratio))).toEqual(["10 %", "24 %", "5.5 %"]);
  // 0.0149 % to two decimals; 0.0046 % is not rounded to 0.005 % first.
  expect([one?.(0), two?.(0.000149), one?.(0.000046)]).toEqual(["0 %", "0.01 %", "0 %"]);
});
