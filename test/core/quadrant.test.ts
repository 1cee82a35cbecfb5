import { describe, expect, it } from "vitest";
import { classify, quadrant } from "../../src/core/quadrant.ts";
import { ratio } from "../../src/core/units.ts";
import { at, daily } from "./moments.ts";

describe("classify", () => {
  it("calls the week to 30 January 2026 price down, positions added", () => {
    const found = classify(-0.0616, 0.0387, 0.051, 0.0692);
    expect(found).toMatchObject({ price: "down", positions: "added" });
    expect(found.p / found.sigmaP).toBeCloseTo(-1.21, 2);
    expect(found.o / found.sigmaO).toBeCloseTo(0.56, 2);
  });
  it("would have had the other sign in USD, there still flat", () => {
    expect(classify(-0.0616, Math.log(1 - 0.023), 0.051, 0.0692).positions).toBe("flat");
  });
  it.each([
    [1, 1, "up", "added"],
    [1, -1, "up", "closed"],
    [-1, 1, "down", "added"],
    [-1, -1, "down", "closed"],
    [0.5, -0.5, "up", "closed"],
    [0.49, -0.49, "flat", "flat"],
    [0, 0, "flat", "flat"],
  ])("of %d and %d deviations is %s, %s", (p, o, price, positions) => {
    expect(classify(p, o, 1, 1)).toMatchObject({ price, positions });
  });
  it("calls no change flat where nothing ever changes", () => {
    expect(classify(0, 0, 0, 0)).toMatchObject({ price: "flat", positions: "flat" });
  });
});

describe("quadrant", () => {
  /** Windows that end every day, in turn up and down by a tenth (as logarithms). */
  const windows = (count: number, start = "2025-10-01") =>
    daily(
      start,
      Array.from({ length: count }, (_, i) => ({
        price: ratio(Math.exp(i % 2 === 0 ? -0.1 : 0.1) - 1),
        position: ratio(Math.exp(i % 2 === 0 ? 0.2 : -0.2) - 1),
      })),
    );
  // 120 days from 1 October end on 28 January; the last window is an odd one: up, closed.
  const last = at("2026-01-28");

  it("takes the window that ends at the instant, against all of the year", () => {
    const found = quadrant(windows(120), last);
    expect(found).toMatchObject({ price: "up", positions: "closed" });
    expect(found?.p).toBeCloseTo(0.1, 12);
    expect(found?.o).toBeCloseTo(-0.2, 12);
    // 120 values of ±0.1 around 0, sample deviation.
    expect(found?.sigmaP).toBeCloseTo(0.1 * Math.sqrt(120 / 119), 12);
    expect(found?.sigmaO).toBeCloseTo(0.2 * Math.sqrt(120 / 119), 12);
  });
  it("needs 120 windows and the newest one", () => {
    expect(quadrant(windows(119), at("2026-01-27"))).toBeNull();
    expect(quadrant(windows(120), at("2026-01-29"))).toBeNull();
    expect(quadrant(windows(0), last)).toBeNull();
  });
  it("looks back 365 days and no further", () => {
    const wild = daily("2025-01-27", [{ price: ratio(9), position: ratio(9) }]);
    const usual = windows(120);
    const found = quadrant(
      daily(
        "2025-10-01",
        [...usual].map(({ value }) => value),
      ),
      last,
    );
    const all = quadrant(daily("2025-01-27", fill(wild[0]?.value, usual)), last);
    expect(all?.sigmaP).toBeCloseTo(Number(found?.sigmaP), 12);
  });
});

/** The one value, then nothing until the windows begin, 247 days later. */
function fill<T>(first: T | undefined, rest: readonly { readonly value: T }[]): (T | undefined)[] {
  return [first, ...Array.from({ length: 246 }, () => undefined), ...rest.map(({ value }) => value)];
}
