import { describe, expect, it } from "vitest";
import { series } from "../../src/core/series.ts";
import { iso, parseInstant, type Instant } from "../../src/core/time.ts";
import { firstInstant, fromWholeMonth, typicalPrice, windows } from "../../src/sources/bars.ts";

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

describe("bars", () => {
  const days = (...texts: string[]) => series(texts.map((text) => ({ at: at(text), value: text })));

  it("lose a month that is told from the middle on", () => {
    const from = days("2025-02-28T23:00:00Z", "2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z");
    expect(fromWholeMonth(from).map((point) => point.value)).toEqual(["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z"]);
    expect(fromWholeMonth(days("2025-02-01T01:00:00Z"))).toEqual([]);
  });

  it("keep a month that is told from its first instant", () => {
    const whole = days("2025-02-01T00:00:00Z", "2025-02-01T01:00:00Z");
    expect(fromWholeMonth(whole)).toEqual(whole);
    expect(fromWholeMonth(series<string>([]))).toEqual([]);
  });

  it("have the mean of their four prices as typical price", () => {
    expect(typicalPrice(64_900, 65_101, 64_800, 65_200)).toBe(65_000.25);
    expect(() => typicalPrice(0, 0, 0, 0)).toThrow(RangeError);
  });
});
