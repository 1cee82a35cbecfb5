import { describe, expect, it } from "vitest";
import { freshness, stale, timestamps } from "../../../src/core/plausible/times.ts";
import { HOUR, MINUTE, SECOND, shift } from "../../../src/core/time.ts";
import { at } from "../moments.ts";

const now = at("2026-01-30T12:00Z");
const ago = (ms: number) => shift(now, -ms);
const seen = (found: ReturnType<typeof timestamps>) => found.map(({ severity, value }) => [severity, value]);

describe("Q-02 timestamps", () => {
  it("takes stamps in order, on their grid, up to a minute ahead", () => {
    const stamps = [ago(10 * MINUTE), ago(5 * MINUTE), now];
    expect(timestamps(stamps, now, 5 * MINUTE)).toEqual([]);
    expect(timestamps([shift(now, MINUTE)], now, null)).toEqual([]);
    expect(timestamps([], now, null)).toEqual([]);
  });
  it("is the rule whatever it finds", () => {
    const wrong = timestamps([ago(30), ago(7), ago(7), ago(20), shift(now, HOUR)], now, HOUR);
    expect(wrong.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
      "Q-02 error",
      "Q-02 error",
      "Q-02 error",
      "Q-02 warning",
    ]);
  });
  it("refuses the future", () => {
    expect(timestamps([ago(HOUR), shift(now, 61 * SECOND)], now, null)).toEqual([
      {
        rule: "Q-02",
        severity: "error",
        message: "the newest stamp is 61 s after 2026-01-30T12:00:00Z",
        value: 61,
        bound: 60,
      },
    ]);
  });
  it("refuses stamps that run backwards", () => {
    expect(seen(timestamps([ago(10), ago(30), ago(20), ago(25)], now, null))).toEqual([["error", 2]]);
    expect(timestamps([ago(10), ago(30)], now, null)).toMatchObject([
      { message: "1 of 2 stamps are earlier than the one before", value: 1, bound: 0 },
    ]);
  });
  it("refuses stamps off their grid", () => {
    expect(timestamps([ago(10 * MINUTE), ago(5 * MINUTE - 1)], now, 5 * MINUTE)).toMatchObject([
      { severity: "error", message: "1 of 2 stamps are not on their grid", value: 1, bound: 0 },
    ]);
  });
  it("warns of stamps that come twice", () => {
    expect(timestamps([ago(20), ago(20), ago(10), ago(10), ago(10)], now, null)).toMatchObject([
      { severity: "warning", message: "3 of 5 stamps repeat another one", value: 3, bound: 0 },
    ]);
  });
  it("tells each of them", () => {
    const found = timestamps([shift(now, HOUR), ago(1), ago(1)], now, MINUTE);
    expect(seen(found)).toEqual([
      ["error", 3600],
      ["error", 1],
      ["error", 2],
      ["warning", 1],
    ]);
  });
});

describe("Q-03 stale", () => {
  it.each([
    ["price", freshness.price, 2],
    ["open interest", freshness.openInterest, 15],
    ["the five-minute series", freshness.fiveMinutes, 20],
    ["the daily value", freshness.daily, 2160],
    ["funding of 8 h", freshness.funding(8), 490],
    ["funding of 1 h", freshness.funding(1), 70],
  ])("takes %s up to its age, warns beyond, refuses at four times", (what, usual, minutes) => {
    const severity = (age: number) => stale(what, ago(age), now, usual).map((found) => found.severity);
    expect(severity(minutes * MINUTE)).toEqual([]);
    expect(severity(minutes * MINUTE + 1)).toEqual(["warning"]);
    expect(severity(4 * minutes * MINUTE)).toEqual(["warning"]);
    expect(severity(4 * minutes * MINUTE + 1)).toEqual(["error"]);
  });
  it("tells age and bound in minutes", () => {
    expect(stale("the price", ago(5 * MINUTE), now, freshness.price)).toEqual([
      {
        rule: "Q-03",
        severity: "warning",
        message: "the price is of 2026-01-30T11:55:00Z, 5 min old; more than 2 min is unusual",
        value: 5,
        bound: 2,
      },
    ]);
    expect(stale("the price", ago(HOUR), now, freshness.price)).toMatchObject([{ value: 60, bound: 8 }]);
  });
});
