/** What sources share when they are asked about a past instant. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Unavailable } from "../../src/core/gap.ts";
import { HOUR, instant, parseInstant, shift, type Instant } from "../../src/core/time.ts";
import { lastSettled, pagesOfThen } from "../../src/sources/past.ts";
import type { Ask } from "../../src/sources/source.ts";

const at = (text: string): Instant => parseInstant(text) ?? instant(0);
/** Asked at a clock about an earlier instant; nothing is asked of it here. */
const asked = (now: string, clock: string): Ask => ({
  now: at(now),
  clock: at(clock),
  since: at(now),
  json: () => Promise.reject(new Error("not asked")),
  csv: () => Promise.reject(new Error("not asked")),
});
const gapOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return z.instanceof(Unavailable).parse(error).gap;
  }
};

describe("the pages of settlements that hold a past instant", () => {
  it.each([
    // The newest two, or three if one has come out just now.
    ["2026-01-30T06:00Z", "2026-01-30T06:00Z", [1]],
    // 3 a day over 10 days: rows 29 to 32 of pages of 100.
    ["2026-01-20T06:00Z", "2026-01-30T06:00Z", [1]],
    // 33 days are 99 settlements: rows 98 to 101 lie on two pages.
    ["2025-12-28T06:00Z", "2026-01-30T06:00Z", [1, 2]],
    // 34 days are 102: rows 101 to 104.
    ["2025-12-27T06:00Z", "2026-01-30T06:00Z", [2]],
    // 400 days are 1,200: row 1,199 is the last of the twelfth page.
    ["2024-12-26T06:00Z", "2026-01-30T06:00Z", [12, 13]],
  ])("of %s at %s", (now, clock, pages) => {
    expect(pagesOfThen(asked(now, clock), 8, 100)).toEqual(pages);
  });
});

describe("the last settlement of then", () => {
  const rows = (from: string): { at: Instant; rate: number }[] =>
    [0, 1, 2].map((n) => ({ at: shift(at(from), n * 8 * HOUR), rate: 0.0001 * (n + 1) }));

  it("is the newest one that was over, and its distance to the one before is the interval", () => {
    const ask = asked("2026-01-20T15:59Z", "2026-01-30T06:00Z");
    expect(lastSettled(ask, rows("2026-01-20T00:00Z"))).toEqual({
      at: at("2026-01-20T08:00Z"),
      rate: 0.0002,
      everyHours: 8,
      kind: "settled",
    });
  });

  it("is unknown where the answer ends before it", () => {
    const ask = asked("2026-01-21T01:01Z", "2026-01-30T06:00Z");
    expect(gapOf(() => lastSettled(ask, rows("2026-01-20T00:00Z")))).toEqual({
      why: "unpublished",
      detail: "no settlement of then",
    });
    // An hour is left for a settlement that is stamped late.
    const late = asked("2026-01-21T01:00Z", "2026-01-30T06:00Z");
    expect(lastSettled(late, rows("2026-01-20T00:00Z")).at).toBe(at("2026-01-20T16:00Z"));
  });

  it("is unknown where there is one alone", () => {
    const ask = asked("2026-01-20T07:00Z", "2026-01-30T06:00Z");
    expect(gapOf(() => lastSettled(ask, rows("2026-01-20T00:00Z")))).toEqual({
      why: "unpublished",
      detail: "no two settlements of then",
    });
  });
});
