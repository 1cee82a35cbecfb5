import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  addMonths,
  closedDay,
  DAY,
  dayOf,
  daysBetween,
  daysIn,
  earlier,
  endOfDay,
  endOfMonth,
  firstDay,
  floorTo,
  HOUR,
  instant,
  iso,
  later,
  MINUTE,
  monthOf,
  monthsBetween,
  parseDay,
  parseInstant,
  parseMonth,
  SECOND,
  shift,
  startOfDay,
  startOfMonth,
} from "../../src/core/time.ts";
import { at, day, month } from "./moments.ts";

const anyInstant = fc.integer({ min: 0, max: 253_402_300_799_999 }).map(instant);

describe("instants", () => {
  it.each([-1, 0.5, Number.NaN, Infinity, 253_402_300_800_000])("refuse %d", (ms) => {
    expect(() => instant(ms)).toThrow(new RangeError(`not an instant: ${ms}`));
  });
  // Milliseconds from `date -u -d … +%s`.
  it.each([
    ["1970-01-01T00:00:00Z", 0],
    ["2000-02-29T12:30:45Z", 951_827_445_000],
    ["2026-01-30T09:00:00Z", 1_769_763_600_000],
    ["2026-03-01T00:00:00Z", 1_772_323_200_000],
    ["2100-02-28T23:59:59Z", 4_107_542_399_000],
  ])("%s", (text, ms) => {
    expect(parseInstant(text)).toBe(ms);
    expect(iso(instant(ms))).toBe(text);
  });
  it.each([
    ["2026-01-30 09:00", "2026-01-30T09:00:00Z"],
    ["2026-01-30T09:00:00.25Z", "2026-01-30T09:00:00.250Z"],
    ["2026-01-30T09:00:00.123456789Z", "2026-01-30T09:00:00.123Z"],
    ["2026-01-30T09:00:00+05:45", "2026-01-30T03:15:00Z"],
    ["2026-01-30T22:00-0330", "2026-01-31T01:30:00Z"],
    ["2026-01-30T00:00+23:59", "2026-01-29T00:01:00Z"],
  ])("reads %s", (text, same) => {
    expect(iso(at(text))).toBe(same);
  });
  it.each([
    "",
    "2026-01-30",
    "2026-02-30T00:00Z",
    "2026-01-30T24:00Z",
    "2026-01-30T00:60Z",
    "2026-01-30T00:00:60Z",
    "2026-01-30T00:00+24:00",
    "2026-01-30T00:00+00:60",
    "1970-01-01T00:00+00:01",
    "2026-01-30T00:00Zulu",
  ])("refuses %s", (text) => {
    expect(parseInstant(text)).toBeNull();
  });
  it("agrees with the engine's calendar and reads what it writes", () => {
    fc.assert(
      fc.property(anyInstant, (ms) => {
        expect(iso(ms).replace("Z", ms % 1000 === 0 ? ".000Z" : "Z")).toBe(new Date(ms).toISOString());
        expect(parseInstant(iso(ms))).toBe(ms);
      }),
    );
  });
  it("rounds down to a grid, shifts and compares", () => {
    const noon = at("2026-01-30T12:34:56.789Z");
    expect(iso(floorTo(noon, HOUR))).toBe("2026-01-30T12:00:00Z");
    expect(iso(floorTo(noon, 5 * MINUTE))).toBe("2026-01-30T12:30:00Z");
    expect(iso(shift(noon, -SECOND))).toBe("2026-01-30T12:34:55.789Z");
    expect(earlier(noon, at("2026-01-30"))).toBe(at("2026-01-30"));
    expect(earlier(at("2026-01-30"), noon)).toBe(at("2026-01-30"));
    expect(later(noon, at("2026-01-30"))).toBe(noon);
    expect(later(at("2026-01-30"), noon)).toBe(noon);
  });
});

describe("days", () => {
  it.each([
    "2026-01-00",
    "2026-01-32",
    "2026-00-10",
    "2026-13-10",
    "2025-02-29",
    "1969-12-31",
    "0001-01-01",
    "26-01-30",
    "2026-1-30",
  ])("refuse %s", (text) => {
    expect(parseDay(text)).toBeNull();
  });
  it("know leap years", () => {
    expect(parseDay("2024-02-29")).toBe("2024-02-29");
    expect(parseDay("2000-02-29")).toBe("2000-02-29");
    expect(parseDay("2100-02-29")).toBeNull();
  });
  it("start and end at 00:00Z", () => {
    expect(iso(startOfDay(day("2026-01-30")))).toBe("2026-01-30T00:00:00Z");
    expect(iso(endOfDay(day("2025-12-31")))).toBe("2026-01-01T00:00:00Z");
    expect(dayOf(at("2026-01-30T23:59:59.999Z"))).toBe("2026-01-30");
    expect(closedDay(at("2026-01-01"))).toBe("2025-12-31");
  });
  it("count", () => {
    expect(addDays(day("2024-02-28"), 2)).toBe("2024-03-01");
    expect(addDays(day("2026-01-01"), -1)).toBe("2025-12-31");
    expect(addDays(day("1970-01-01"), -400_000)).toBe("0874-11-02");
    expect(daysBetween(day("2026-01-14"), day("2026-01-30"))).toBe(16);
    expect(daysBetween(day("2026-01-30"), day("2025-10-10"))).toBe(-112);
  });
  it("go on by one from each to the next", () => {
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: -5_000, max: 5_000 }), (ms, n) => {
        const here = dayOf(ms);
        fc.pre(ms + n * DAY >= 0 && ms + n * DAY < 253_402_300_800_000);
        expect(addDays(here, n)).toBe(dayOf(instant(ms + n * DAY)));
        expect(daysBetween(here, addDays(here, n))).toBe(n);
      }),
    );
  });
});

describe("months", () => {
  it.each(["2026-13", "2026-00", "2026-1", "2026-01-01", "1969-12", ""])("refuse %s", (text) => {
    expect(parseMonth(text)).toBeNull();
  });
  it("start, end and have days", () => {
    expect(parseMonth("2026-01")).toBe("2026-01");
    expect(monthOf(at("2026-01-31T23:59:59Z"))).toBe("2026-01");
    expect(firstDay(month("2026-01"))).toBe("2026-01-01");
    expect(iso(startOfMonth(month("2025-10")))).toBe("2025-10-01T00:00:00Z");
    expect(iso(endOfMonth(month("2025-12")))).toBe("2026-01-01T00:00:00Z");
    expect(["2026-01", "2026-02", "2024-02", "2026-04"].map((text) => daysIn(month(text)))).toEqual([31, 28, 29, 30]);
  });
  it("count over years", () => {
    expect(addMonths(month("2026-01"), -1)).toBe("2025-12");
    expect(addMonths(month("2025-12"), 1)).toBe("2026-01");
    expect(addMonths(month("2024-08"), 18)).toBe("2026-02");
    expect(addMonths(month("2026-05"), -29)).toBe("2023-12");
    expect(addMonths(month("1970-01"), -13_200)).toBe("0870-01");
    expect(monthsBetween(month("2023-11"), month("2026-01"))).toBe(26);
    expect(monthsBetween(month("2026-01"), month("2025-09"))).toBe(-4);
  });
});
