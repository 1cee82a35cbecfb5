/** For test/core/plausible once the branch `rules` is in: what it added to the core without a test of the core. */
import { describe, expect, it } from "vitest";
import { gridOf } from "../../../src/core/plausible/series.ts";
import { nothingHeld } from "../../../src/core/plausible/values.ts";
import { gapOf, verdict } from "../../../src/core/plausible/verdict.ts";
import { HOUR, MINUTE } from "../../../src/core/time.ts";
import { at } from "../moments.ts";

describe("gapOf", () => {
  it("is stale by Q-03, and implausible by every other rule, which it names", () => {
    expect(gapOf(verdict("Q-03", "error", "a day old"))).toEqual({ why: "stale", detail: "a day old" });
    expect(gapOf(verdict("Q-12", "error", "a jump"))).toEqual({ why: "implausible", rule: "Q-12", detail: "a jump" });
  });
});

describe("nothingHeld", () => {
  it("is the gap of a 0 by Q-01", () => {
    const detail = (what: string): string => `${what} is 0; it must be above 0`;
    expect(nothingHeld()).toEqual({ why: "implausible", rule: "Q-01", detail: detail("open interest") });
    expect(nothingHeld("the pool")).toEqual({ why: "implausible", rule: "Q-01", detail: detail("the pool") });
  });
});

describe("gridOf", () => {
  const [six, eight] = [at("2026-01-30T06:00Z"), at("2026-01-30T08:00Z")];
  it("has both ends where the last is on it", () => {
    expect(gridOf(six, eight, HOUR)).toEqual([six, at("2026-01-30T07:00Z"), eight]);
    expect(gridOf(six, at("2026-01-30T07:59Z"), HOUR)).toEqual([six, at("2026-01-30T07:00Z")]);
    expect(gridOf(six, six, 5 * MINUTE)).toEqual([six]);
  });
  it("is empty where the last is before the first", () => {
    expect(gridOf(eight, six, HOUR)).toEqual([]);
  });
});
