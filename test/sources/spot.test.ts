/** The spot sources as of a past instant: nothing that began after it is asked for, kept or priced. */
import { describe, expect, it } from "vitest";
import { asker } from "../../src/ask.ts";
import { iso, parseInstant, shift, DAY, type Instant } from "../../src/core/time.ts";
import { binanceSpot } from "../../src/sources/binance-spot.ts";
import { bitstamp } from "../../src/sources/bitstamp.ts";
import { coinbase } from "../../src/sources/coinbase.ts";
import type { Ask, Source } from "../../src/sources/source.ts";

const at = (text: string): Instant => {
  const found = parseInstant(text);
  if (found === null) throw new Error(text);
  return found;
};

/** Closes of three days in the shape of each venue. */
const DAYS = [
  [at("2026-01-29T00:00:00Z"), 84_000],
  [at("2026-01-30T00:00:00Z"), 84_200],
  [at("2026-01-31T00:00:00Z"), 78_000],
] as const;
const rows = (count: number) => DAYS.slice(0, count);
const venues = [
  {
    source: binanceSpot,
    window: "startTime=1683417600000&endTime=1769817599999",
    body: (count: number): unknown =>
      rows(count).map(([day, close]) => [
        day,
        "83000.0",
        "90000.0",
        "70000.0",
        `${close}`,
        "1.0",
        day + DAY - 1,
        "84000.0",
        1,
        "0",
        "0",
        "0",
      ]),
  },
  {
    source: coinbase,
    window: "start=2025-04-06T00:00:00Z&end=2026-01-30T00:00:00Z",
    body: (count: number): unknown =>
      rows(count)
        .map(([day, close]) => [day / 1000, 70_000, 90_000, 83_000, close, 1])
        .toReversed(),
  },
  {
    source: bitstamp,
    window: "limit=1000&end=1769731200",
    body: (count: number): unknown => ({
      data: {
        pair: "BTC/USD",
        ohlc: rows(count).map(([day, close]) => ({
          timestamp: `${day / 1000}`,
          open: "83000",
          high: "90000",
          low: "70000",
          close: `${close}`,
          volume: "1",
        })),
      },
    }),
  },
] as const;

describe.each(venues.map((venue) => [venue.source.id, venue] as const))("%s", (_, { source, window, body }) => {
  function asking(now: Instant, days: number): { ask: Ask; urls: string[] } {
    const urls: string[] = [];
    const general: Source = source;
    const { ask } = asker(general, {
      now,
      since: shift(now, -200 * DAY),
      web: (request) => {
        urls.push(request.url);
        return Promise.resolve({ status: 200, at: now, ms: 1, text: JSON.stringify(body(days)) });
      },
    });
    return { ask, urls };
  }

  it.each([at("2026-01-31T00:00:00Z"), at("2026-01-30T23:59:59.999Z")])(
    "asks up to the bar that began before %s",
    async (now) => {
      const { ask, urls } = asking(now, 3);
      await source.datasets.candles(ask);
      await source.datasets.price(ask);
      expect(urls[0]).toContain(window);
      expect(urls[1]).toBe(urls[0]);
    },
  );

  it("gives at midnight the close of the day just over, whatever follows", async () => {
    const now = at("2026-01-31T00:00:00Z");
    const { ask } = asking(now, 3);
    expect(await source.datasets.price(ask)).toMatchObject({ at: now, price: 84_200 });
    expect((await source.datasets.candles(ask)).map((bar) => iso(bar.at).slice(0, 10))).toEqual([
      "2026-01-29",
      "2026-01-30",
    ]);
  });

  it("gives the forming bar's close at any other instant", async () => {
    const now = at("2026-01-31T09:30:00Z");
    expect(await source.datasets.price(asking(now, 3).ask)).toMatchObject({ at: now, price: 78_000 });
  });

  it("dates a price by the end of its bar where the forming one is not there yet", async () => {
    const { ask } = asking(at("2026-01-31T00:00:20Z"), 2);
    expect(await source.datasets.price(ask)).toMatchObject({ at: at("2026-01-31T00:00:00Z"), price: 84_200 });
  });

  it("takes an answer without a bar for malformed", async () => {
    await expect(source.datasets.candles(asking(at("2026-01-31T09:30:00Z"), 0).ask)).rejects.toThrow(
      "expected a daily bar",
    );
  });
});
