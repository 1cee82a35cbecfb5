import { describe, expect, it } from "vitest";
import { asker } from "../../src/ask.ts";
import { parseInstant, type Instant } from "../../src/core/time.ts";
import { sinceDelivery, sinceMidnight, sinceTheDay, sinceTheHour, toDate } from "../../src/sources/keep.ts";
import { alternativeMe } from "../../src/sources/alternative-me.ts";
import { coinmarketcap } from "../../src/sources/coinmarketcap.ts";
import { replay } from "../../src/io/tape.ts";
import { opened } from "../../src/io/unzip.ts";
import { diskForTests, nowOf } from "../support/tapes.ts";

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

  it("days: only what was answered after the day's first hour, until the next day", () => {
    expect(sinceTheDay(at("2026-01-30T00:20:00Z"))).toEqual({ minutes: 0 });
    expect(sinceTheDay(at("2026-01-30T01:00:00Z"))).toEqual({ minutes: 0 });
    expect(sinceTheDay(at("2026-01-30T01:12:00Z"))).toEqual({ minutes: 12 });
    expect(sinceTheDay(at("2026-01-30T23:59:59Z"))).toEqual({ minutes: 22 * 60 + 59 });
    expect(sinceTheDay(at("2026-01-31T00:00:00Z"))).toEqual({ minutes: 0 });
  });

  it("one value a day: not across midnight, ten minutes at most", () => {
    expect(sinceMidnight(at("2026-01-29T23:58:00Z"))).toEqual({ minutes: 10 });
    expect(sinceMidnight(at("2026-01-30T00:01:30Z"))).toEqual({ minutes: 1 });
    expect(sinceMidnight(at("2026-01-30T00:40:00Z"))).toEqual({ minutes: 10 });
  });

  it("lists of contracts: only what was answered an hour after the last 08:00Z, for an hour", () => {
    expect(sinceDelivery(at("2026-01-30T07:40:00Z"))).toEqual({ minutes: 60 });
    expect(sinceDelivery(at("2026-01-30T08:20:00Z"))).toEqual({ minutes: 0 });
    expect(sinceDelivery(at("2026-01-30T09:25:00Z"))).toEqual({ minutes: 25 });
    expect(sinceDelivery(at("2026-01-30T00:05:00Z"))).toEqual({ minutes: 60 });
  });

  it.each([alternativeMe, coinmarketcap])("$id keeps no index from before midnight", async (source) => {
    const folder = `fixtures/${source.id}`;
    const tapes = replay(diskForTests, folder);
    const keeps: unknown[] = [];
    const { clock } = at("2026-10-01T00:01:30Z");
    const { ask } = asker(source, {
      web: opened((request) => {
        keeps.push(request.keep);
        return tapes(request);
      }),
      now: await nowOf(folder),
      clock,
      since: clock,
    });
    await source.datasets.fearGreed(ask);
    expect(keeps).toEqual([{ minutes: 1 }]);
  });

  it("the running month: nothing on its first day, then ten minutes", () => {
    expect(toDate(at("2026-02-01T23:59:59Z"))).toEqual({ minutes: 0, running: true });
    expect(toDate(at("2026-02-02T00:00:00Z"))).toEqual({ minutes: 10, running: true });
  });
});
