import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, dayOf, instant, parseInstant, shift, type Day, type Instant } from "../../src/core/time.ts";
import { daysInWords, missingDays, uncovered, windowsOf, type Span } from "../../src/history/windows.ts";

const at = (text: string): Instant => parseInstant(`${text}T00:00:00Z`) as Instant;
const span = (from: string, until: string): Span => ({ from: at(from), until: at(until) });
const text = ({ from, until }: Span): string => `${dayOf(from)} ${dayOf(until)}`;

describe("what is left to ask", () => {
  it.each<[string, Span[], string[]]>([
    ["nothing known", [], ["2026-01-01 2026-02-01"]],
    ["all known", [span("2025-12-01", "2026-03-01")], []],
    ["known at the start", [span("2025-12-01", "2026-01-10")], ["2026-01-10 2026-02-01"]],
    [
      "known in the middle, twice",
      [span("2026-01-10", "2026-01-20"), span("2026-01-05", "2026-01-15")],
      ["2026-01-01 2026-01-05", "2026-01-20 2026-02-01"],
    ],
    ["known outside", [span("2025-01-01", "2026-01-01"), span("2026-02-01", "2026-03-01")], ["2026-01-01 2026-02-01"]],
  ])("%s", (_, covered, left) => {
    expect(uncovered(span("2026-01-01", "2026-02-01"), covered).map(text)).toEqual(left);
  });

  it("with what is known is the whole, and overlaps nothing", () => {
    const spans = fc
      .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }))
      .map(([from, days]): Span => ({ from: instant(from * DAY), until: instant((from + days) * DAY) }));
    fc.assert(
      fc.property(spans, fc.array(spans, { maxLength: 6 }), (whole, covered) => {
        const left = uncovered(whole, covered);
        for (let day = whole.from; day < whole.until; day = shift(day, DAY)) {
          const has = (one: Span): boolean => one.from <= day && day < one.until;
          expect(left.filter(has).length).toBe(covered.some(has) ? 0 : 1);
        }
      }),
    );
  });
});

describe("windows", () => {
  it("end with months, the newest first", () => {
    expect(windowsOf(span("2025-11-20", "2026-01-10"), "months").map(text)).toEqual([
      "2026-01-01 2026-01-10",
      "2025-12-01 2026-01-01",
      "2025-11-20 2025-12-01",
    ]);
  });

  it("are of so many days, counted from the end", () => {
    expect(windowsOf(span("2026-01-01", "2026-01-26"), { days: 10 }).map(text)).toEqual([
      "2026-01-16 2026-01-26",
      "2026-01-06 2026-01-16",
      "2026-01-01 2026-01-06",
    ]);
    expect(windowsOf(span("1970-01-02", "1970-01-04"), { days: 100_000 }).map(text)).toEqual(["1970-01-02 1970-01-04"]);
  });
});

it("a day is missing where nothing tells of it", () => {
  const told = new Set(["2026-01-02", "2026-01-04"] as Day[]);
  expect(missingDays(span("2026-01-01", "2026-01-04"), told)).toEqual(["2026-01-01", "2026-01-03"]);
  expect(missingDays(span("2026-01-02", "2026-01-03"), told)).toEqual([]);
});

it("days in words", () => {
  const days = ["2024-02-28", "2024-03-01", "2024-02-29", "2024-03-04", "2024-03-04"] as Day[];
  expect(daysInWords(days)).toBe("2024-02-28 to 2024-03-01, 2024-03-04");
  expect(daysInWords([])).toBe("");
});
