import { describe, expect, it } from "vitest";
import { iso, parseInstant, type Instant } from "../../src/core/time.ts";
import { askedUntil, firstInstant, typicalPrice, windows } from "../../src/sources/bars.ts";

const at = (text: string): Instant => {
  const found = parseInstant(text);
  if (found === null) throw new Error(text);
  return found;
};
const asked = (from: string, months: number, now: string) =>
  windows(at(from), months, { now: at(now), clock: at(now) }).map((window) => [
    iso(window.from),
    iso(window.to),
    ...(window.keep === "forever" ? ["forever"] : []),
  ]);

describe("windows of bars", () => {
  it("want the running month and the 24 before it", () => {
    expect(iso(firstInstant(at("2026-03-31T23:59:59Z")))).toBe("2024-03-01T00:00:00Z");
    expect(iso(firstInstant(at("2026-01-01T00:00:00Z")))).toBe("2024-01-01T00:00:00Z");
  });

  it("are calendar years where they are of twelve months, and never reach beyond now", () => {
    expect(asked("2023-12-01T00:00:00Z", 12, "2025-03-04T05:06:07Z")).toEqual([
      ["2023-01-01T00:00:00Z", "2023-12-31T23:59:59.999Z", "forever"],
      ["2024-01-01T00:00:00Z", "2024-12-31T23:59:59.999Z", "forever"],
      ["2025-01-01T00:00:00Z", "2025-03-04T05:00:00Z"],
    ]);
  });

  it("are the same ones in the next month", () => {
    const kept = (from: string, now: string) =>
      asked(from, 8, now).flatMap(([start, , keep]) => (keep === "forever" ? start : []));
    expect(kept("2024-07-01T00:00:00Z", "2026-07-31T03:00:00Z")).toEqual([
      "2024-01-01T00:00:00Z",
      "2024-09-01T00:00:00Z",
      "2025-05-01T00:00:00Z",
    ]);
    expect(kept("2024-08-01T00:00:00Z", "2026-08-01T12:00:00Z")).toEqual(
      kept("2024-07-01T00:00:00Z", "2026-07-31T03:00:00Z"),
    );
  });

  it("may be kept only an hour after their end, when the last bar is final, and end with now in their first hour", () => {
    expect(asked("2025-11-05T00:00:00Z", 2, "2026-01-01T00:59:59Z")).toEqual([
      ["2025-11-01T00:00:00Z", "2025-12-31T23:59:59.999Z"],
      ["2026-01-01T00:00:00Z", "2026-01-01T00:59:59Z"],
    ]);
    expect(asked("2025-11-05T00:00:00Z", 2, "2026-01-01T00:00:00Z")).toHaveLength(1);
    expect(asked("2025-11-05T00:00:00Z", 2, "2026-01-01T01:00:00Z")).toEqual([
      ["2025-11-01T00:00:00Z", "2025-12-31T23:59:59.999Z", "forever"],
      ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"],
    ]);
  });
});

describe("the instant up to which bars are asked for", () => {
  it.each([
    ["is the last full hour", "2026-02-28T23:58:30Z", "2026-02-28T23:00:00Z"],
    ["is now in a month's first hour, whose bar begins with that hour", "2026-03-01T00:40:07Z", "2026-03-01T00:40:07Z"],
    ["is the first full hour after it", "2026-03-01T01:00:00Z", "2026-03-01T01:00:00Z"],
    ["is the last full hour in the first one of other days", "2026-03-02T00:40:00Z", "2026-03-02T00:00:00Z"],
  ])("%s", (_, now, until) => {
    expect(iso(askedUntil(at(now)))).toBe(until);
  });

  it("ends a window of many months, too", () => {
    expect(asked("2026-01-05T00:00:00Z", 8, "2026-03-01T00:40:00Z").at(-1)).toEqual([
      "2026-01-01T00:00:00Z",
      "2026-03-01T00:40:00Z",
    ]);
  });
});

describe("bars", () => {
  it("have the mean of their four prices as typical price", () => {
    expect(typicalPrice(64_900, 65_101, 64_800, 65_200)).toBe(65_000.25);
    expect(() => typicalPrice(0, 0, 0, 0)).toThrow(RangeError);
  });
});
