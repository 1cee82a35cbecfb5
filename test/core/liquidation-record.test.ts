import { describe, expect, it } from "vitest";
import { largestSince } from "../../src/core/liquidation-record.ts";
import { regimeStart } from "../../src/core/plausible/regimes.ts";
import { series } from "../../src/core/series.ts";
import { DAY, shift } from "../../src/core/time.ts";
import { usd } from "../../src/core/units.ts";
import { at } from "./moments.ts";

const NOW = at("2026-01-30T06:00Z");
/** Totals in millions of the days to 29 January, the newest last; null where a day is missing. */
const days = (...millions: readonly (number | null)[]) =>
  series(
    millions.flatMap((value, i) =>
      value === null
        ? []
        : [{ at: shift(at("2026-01-30T00:00Z"), (i - millions.length) * DAY), value: usd(value * 1e6) }],
    ),
  );
const flat = (count: number, value = 10): readonly number[] => Array.from({ length: count }, () => value);

describe("the largest day since", () => {
  it("names the last day that was as large", () => {
    // 960 on 21 November, 69 days before 29 January.
    expect(largestSince("gate", days(5, 960, ...flat(68), 780), NOW)).toEqual({
      day: "2026-01-29",
      usd: 780e6,
      since: "2025-11-21",
      from: "2025-11-20",
    });
  });
  it("says where the history begins when none was", () => {
    expect(largestSince("gate", days(...flat(20), 780), NOW)).toMatchObject({ since: null, from: "2026-01-09" });
  });
  it("ranks what is printed: 780.4 reads like 780", () => {
    expect(largestSince("gate", days(780.4, ...flat(10), 780), NOW)).toMatchObject({ since: "2026-01-18" });
    expect(largestSince("gate", days(781, ...flat(10), 780.4), NOW)).toMatchObject({ since: "2026-01-18" });
    expect(largestSince("gate", days(779, ...flat(10), 780), NOW)).toMatchObject({ since: null });
  });
  it.each([
    ["a larger day within the week", days(...flat(20), 900, ...flat(3), 780)],
    ["yesterday missing", days(...flat(20), 780, null)],
    ["a day in between missing", days(900, ...flat(9), null, ...flat(9), 780)],
    ["nothing liquidated", days(...flat(20, 0), 0)],
    ["too short a history", days(10, 780)],
    ["no history", days()],
  ])("says nothing with %s", (_, totals) => {
    expect(largestSince("gate", totals, NOW)).toBeNull();
  });
  it("leaves the running day out, whatever it holds", () => {
    const running = { at: at("2026-01-30T00:00Z"), value: usd(5e9) };
    expect(largestSince("gate", series([...days(5, 960, ...flat(68), 780), running]), NOW)).toMatchObject({
      usd: 780e6,
      since: "2025-11-21",
    });
  });
  it("takes a day as over at its last instant", () => {
    expect(largestSince("gate", days(...flat(20), 780), at("2026-01-30T00:00Z"))).toMatchObject({ day: "2026-01-29" });
    expect(largestSince("gate", days(...flat(20), 780), shift(at("2026-01-30T00:00Z"), -1))).toBeNull();
  });
  it("takes totals of other hours for no days", () => {
    const noon = { at: at("2026-01-15T12:00Z"), value: usd(5e9) };
    const early = { at: at("2026-01-29T05:00Z"), value: usd(5e9) };
    expect(largestSince("gate", series([...days(...flat(20), 780), noon, early]), NOW)).toMatchObject({
      usd: 780e6,
      since: null,
    });
  });
  it("does not look past a change of the feed: Bybit told all from 25 February 2025 on", () => {
    const now = at("2025-03-20T06:00Z");
    const total = (day: string, millions: number) => ({ at: at(`${day}T00:00Z`), value: usd(millions * 1e6) });
    const before = [total("2025-02-24", 900), total("2025-02-25", 900)];
    const since = Array.from({ length: 22 }, (_, i) => ({
      at: shift(at("2025-02-26T00:00Z"), i * DAY),
      value: usd(1e6),
    }));
    const all = series([...before, ...since, total("2025-03-19", 50)]);
    expect(largestSince("bybit", all, now)).toMatchObject({ since: null, from: "2025-02-26" });
    expect(largestSince("gate", all, now)).toMatchObject({ since: "2025-02-25", from: "2025-02-24" });
    expect(regimeStart("bybit", "liquidations")).toBe("2025-02-26");
    expect(regimeStart("gate", "liquidations")).toBeNull();
  });
});
