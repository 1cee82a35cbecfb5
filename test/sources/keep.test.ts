import { describe, expect, it } from "vitest";
import { parseInstant, type Instant } from "../../src/core/time.ts";
import { sinceTheDay, sinceTheHour, toDate } from "../../src/sources/keep.ts";

const at = (text: string): { clock: Instant } => {
  const clock = parseInstant(text);
  if (clock === null) throw new Error(text);
  return { clock };
};

describe("how long an answer of a period that is not over may serve", () => {
  it("hours without an end in the address: not across the full hour, ten minutes at most", () => {
    expect(sinceTheHour(at("2026-01-30T06:00:59Z"))).toEqual({ minutes: 0 });
    expect(sinceTheHour(at("2026-01-30T06:07:30Z"))).toEqual({ minutes: 7 });
    expect(sinceTheHour(at("2026-01-30T06:59:59Z"))).toEqual({ minutes: 10 });
  });

  it("days: only what was answered after the day's first hour, for an hour", () => {
    expect(sinceTheDay(at("2026-01-30T00:20:00Z"))).toEqual({ minutes: 0 });
    expect(sinceTheDay(at("2026-01-30T01:00:00Z"))).toEqual({ minutes: 0 });
    expect(sinceTheDay(at("2026-01-30T01:12:00Z"))).toEqual({ minutes: 12 });
    expect(sinceTheDay(at("2026-01-30T23:59:59Z"))).toEqual({ minutes: 60 });
  });

  it("the running month: nothing on its first day, then ten minutes", () => {
    expect(toDate(at("2026-02-01T23:59:59Z"))).toEqual({ minutes: 0, running: true });
    expect(toDate(at("2026-02-02T00:00:00Z"))).toEqual({ minutes: 10, running: true });
  });
});
