import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anchorText, anchorWindow, parseAnchor, pickAnchor } from "../../src/core/anchor.ts";
import type { Amount } from "../../src/core/panel.ts";
import { DAY, iso, type Instant } from "../../src/core/time.ts";
import { btc, usd } from "../../src/core/units.ts";
import { at, daily } from "./moments.ts";

const amount = (coins: number, dollars = 1): Amount => ({ btc: btc(coins), usd: usd(dollars) });
const ends = (window: readonly Instant[]): (string | number)[] => {
  const [first, last] = [window[0], window.at(-1)];
  return first === undefined || last === undefined ? [0] : [window.length, iso(first), iso(last)];
};
function anchor(text: string) {
  const found = parseAnchor(text);
  if (found === null) throw new Error(text);
  return found;
}

describe("parseAnchor", () => {
  it.each([
    ["low:2025-10", { is: "month", extreme: "low", month: "2025-10" }],
    ["high:2025-10", { is: "month", extreme: "high", month: "2025-10" }],
    ["low:180d", { is: "days", extreme: "low", days: 180 }],
    ["high:90d", { is: "days", extreme: "high", days: 90 }],
    ["2025-10-10", { is: "day", day: "2025-10-10" }],
    ["ytd", { is: "ytd" }],
  ])("reads %s and writes it again", (text, wanted) => {
    expect(parseAnchor(text)).toEqual(wanted);
    expect(anchorText(anchor(text))).toBe(text);
  });
  it.each([
    "",
    "low",
    "low:",
    "mid:2025-10",
    "low:2025-13",
    "low:2025-1",
    "low:0d",
    "low:180",
    "low:10000d",
    "low:-5d",
    "low:180days",
  ])("refuses %s", (text) => expect(parseAnchor(text)).toBeNull());
  it.each(["2025-02-30", "YTD", "low:2025-10-10", " low:180d", "2025-10-10T00:00Z", "low:1.5d"])("refuses %s", (text) =>
    expect(parseAnchor(text)).toBeNull(),
  );
});

describe("anchorWindow", () => {
  const asOf = at("2026-01-30T09:00Z");
  it.each([
    ["low:2025-10", [31, "2025-10-02T00:00:00Z", "2025-11-01T00:00:00Z"]],
    ["high:2026-01", [29, "2026-01-02T00:00:00Z", "2026-01-30T00:00:00Z"]],
    ["low:2026-02", [0]],
    // 180 days before is 3 August, 09:00Z.
    ["low:180d", [180, "2025-08-04T00:00:00Z", "2026-01-30T00:00:00Z"]],
    ["low:1d", [1, "2026-01-30T00:00:00Z", "2026-01-30T00:00:00Z"]],
    ["2025-10-10", [1, "2025-10-11T00:00:00Z", "2025-10-11T00:00:00Z"]],
    ["2026-01-29", [1, "2026-01-30T00:00:00Z", "2026-01-30T00:00:00Z"]],
    ["2026-01-30", [0]],
    ["ytd", [1, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]],
  ])("of %s", (text, wanted) => {
    expect(ends(anchorWindow(anchor(text), asOf))).toEqual(wanted);
  });
  it("of days leaves the instant asked about out and its start in", () => {
    const midnight = at("2026-01-31");
    expect(ends(anchorWindow(anchor("low:30d"), midnight))).toEqual([
      30,
      "2026-01-01T00:00:00Z",
      "2026-01-30T00:00:00Z",
    ]);
  });
  it("of a month that has just ended holds its last close", () => {
    expect(ends(anchorWindow(anchor("low:2025-10"), at("2025-11-01")))[0]).toBe(31);
    expect(ends(anchorWindow(anchor("low:2025-10"), at("2025-10-31T23:59Z")))[0]).toBe(30);
  });
  it("of a day holds its close from the moment it closes", () => {
    expect(anchorWindow(anchor("2026-01-30"), at("2026-01-31"))).toEqual([at("2026-01-31")]);
  });
  it("starts at the epoch at the earliest", () => {
    expect(ends(anchorWindow(anchor("low:9999d"), at("1970-01-03T01:00Z")))).toEqual([
      3,
      "1970-01-01T00:00:00Z",
      "1970-01-03T00:00:00Z",
    ]);
  });
  it("of the year starts with its first instant, all year", () => {
    expect(ends(anchorWindow(anchor("ytd"), at("2025-12-31T23:59Z")))[1]).toBe("2025-01-01T00:00:00Z");
    // `--at 2025-12-31` is this instant: its year is the one that was, and not a window without a length.
    expect(ends(anchorWindow(anchor("ytd"), at("2026-01-01")))[1]).toBe("2025-01-01T00:00:00Z");
    expect(ends(anchorWindow(anchor("ytd"), at("2026-01-01T00:00:01Z")))[1]).toBe("2026-01-01T00:00:00Z");
  });
  it("is a grid of midnights", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat({ max: 5 * 365 * DAY }), (days, ms) => {
        const now = at("2022-01-01") + ms;
        const window = anchorWindow({ is: "days", extreme: "low", days }, at(new Date(now).toISOString()));
        expect(window.length).toBe(days);
        window.forEach((one, i) => {
          expect(one % DAY).toBe(0);
          expect(one).toBeGreaterThanOrEqual(now - days * DAY);
          expect(one).toBeLessThan(now);
          expect(one - Number(window[0])).toBe(i * DAY);
        });
      }),
    );
  });
});

describe("pickAnchor", () => {
  const asOf = at("2026-01-30T09:00Z");
  // Binance BTCUSDT, closes of 9 to 13 October 2025: the low is the close of the 10th, sampled at 11 October 00:00Z.
  const october = daily("2025-10-10", [
    amount(96_722.01, 9),
    amount(72_439.474, 8),
    amount(74_000, 7),
    amount(73_500, 6),
  ]);

  it("finds the low by coins and prints the day that closed", () => {
    const found = pickAnchor(anchor("low:2025-10"), asOf, october);
    expect(found).toEqual({ at: at("2025-10-11"), day: "2025-10-10", value: amount(72_439.474, 8) });
  });
  it("finds the high", () => {
    expect(pickAnchor(anchor("high:180d"), asOf, october)?.day).toBe("2025-10-09");
  });
  it("takes the first of equal extremes", () => {
    const equal = daily("2025-10-10", [amount(2), amount(1), amount(1), amount(2)]);
    expect(pickAnchor(anchor("low:2025-10"), asOf, equal)?.at).toBe(at("2025-10-11"));
    expect(pickAnchor(anchor("high:2025-10"), asOf, equal)?.at).toBe(at("2025-10-10"));
  });
  it("takes one close as it is", () => {
    expect(pickAnchor(anchor("2025-10-11"), asOf, october)?.value.btc).toBe(74_000);
    const year = daily("2025-12-31", [amount(1), amount(2), amount(3)]);
    expect(pickAnchor(anchor("ytd"), asOf, year)).toEqual({
      at: at("2026-01-01"),
      day: "2025-12-31",
      value: amount(2),
    });
  });
  it("looks at nothing outside the window", () => {
    const series = daily("2025-10-01", [amount(1), amount(5), amount(4)]);
    expect(pickAnchor(anchor("low:2025-10"), asOf, series)?.value.btc).toBe(4);
    expect(pickAnchor(anchor("low:2025-12"), asOf, series)).toBeNull();
    expect(pickAnchor(anchor("2025-12-25"), asOf, series)).toBeNull();
  });
});
