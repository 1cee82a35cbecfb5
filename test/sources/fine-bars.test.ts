/** Pages of five minutes: whatever the clock, they cover what they should without a hole, and most are asked once. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asker } from "../../src/ask.ts";
import { DAY, floorTo, HOUR, instant, MINUTE, shift, type Instant } from "../../src/core/time.ts";
import { replay } from "../../src/io/tape.ts";
import { opened } from "../../src/io/unzip.ts";
import type { HttpRequest } from "../../src/ports.ts";
import { binance } from "../../src/sources/binance.ts";
import { bybit } from "../../src/sources/bybit.ts";
import { okx } from "../../src/sources/okx.ts";
import type { Ask, Source } from "../../src/sources/source.ts";
import { diskForTests } from "../support/tapes.ts";

const FIVE = 5 * MINUTE;

interface Page {
  /** [from, until): bars that begin there; of samples those in (from, until]. */
  readonly from: number;
  readonly until: number;
  readonly rows: number;
  readonly forEver: boolean;
}
interface Case {
  readonly source: Source;
  readonly dataset: (ask: Ask) => Promise<unknown>;
  readonly days: number;
  readonly pages: number;
  /** The most rows that an answer has. */
  readonly most: number;
  readonly isPage: RegExp;
  readonly read: (query: URLSearchParams) => readonly [from: number, until: number];
}
const number = (query: URLSearchParams, name: string): number => Number(query.get(name));
const back = (query: URLSearchParams, name: string): readonly [number, number] => {
  const end = number(query, name);
  return [end - number(query, "limit") * FIVE, end];
};

const cases: Readonly<Record<string, Case>> = {
  "Binance's bars": {
    source: binance,
    dataset: binance.datasets.fineCandles,
    days: 30,
    pages: 8,
    most: 1_500,
    isPage: /klines/,
    read: (query) => [number(query, "startTime"), number(query, "endTime") + 1],
  },
  "Binance's open interest": {
    source: binance,
    dataset: binance.datasets.fineOpenInterest,
    days: 4,
    pages: 4,
    most: 500,
    isPage: /openInterestHist/,
    read: (query) => back(query, "endTime"),
  },
  "Bybit's bars": {
    source: bybit,
    dataset: bybit.datasets.fineCandles,
    days: 30,
    pages: 10,
    most: 1_000,
    isPage: /kline/,
    read: (query) => [number(query, "start"), number(query, "end") + FIVE],
  },
  "Bybit's open interest": {
    source: bybit,
    dataset: bybit.datasets.fineOpenInterest,
    days: 30,
    pages: 45,
    most: 200,
    isPage: /open-interest/,
    read: (query) => [number(query, "startTime") - FIVE, number(query, "endTime")],
  },
  "OKX's bars": {
    source: okx,
    dataset: okx.datasets.fineCandles,
    days: 30,
    pages: 82,
    most: 300,
    isPage: /candles/,
    read: (query) => back(query, "after"),
  },
  "OKX's open interest": {
    source: okx,
    dataset: okx.datasets.fineOpenInterest,
    days: 5,
    pages: 16,
    most: 100,
    isPage: /open-interest/,
    read: (query) => back(query, "end"),
  },
};

async function pagesAt({ source, dataset, isPage, read }: Case, now: Instant, clock = now): Promise<readonly Page[]> {
  const tapes = replay(diskForTests, `fixtures/${source.id}`);
  const asked: HttpRequest[] = [];
  const { ask } = asker(source, {
    web: opened((request) => {
      if (isPage.test(request.url)) asked.push(request);
      return tapes(request);
    }),
    now,
    clock,
    since: shift(now, -200 * DAY),
  });
  // Of another clock there is no answer: only the questions are looked at.
  await dataset(ask).catch(() => undefined);
  // A host that has no answer is asked for by its other name too.
  const own = asked.filter(({ url }) => !url.includes("www.okx.com"));
  return own.map(({ url, keep }): Page => {
    const query = new URL(url).searchParams;
    const [from, until] = read(query);
    return { from, until, rows: number(query, "limit"), forEver: keep === "forever" };
  });
}

const clocks = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }).map((ms) => instant(ms));

describe.each(Object.entries(cases))("%s", (_, one) => {
  it("are asked to the last full hour without a hole, in few pages, of which the last alone is not over", async () => {
    await fc.assert(
      fc.asyncProperty(clocks, async (now) => {
        const pages = (await pagesAt(one, now)).toSorted((a, b) => a.from - b.from);
        const hour = floorTo(now, HOUR);
        expect(pages.length).toBeLessThanOrEqual(one.pages);
        let reached = pages[0]?.from ?? Infinity;
        expect(reached).toBeLessThanOrEqual(hour - one.days * DAY);
        for (const { from, until, rows } of pages) {
          expect(from).toBeLessThanOrEqual(reached);
          expect((until - from) / FIVE).toBeLessThanOrEqual(rows);
          expect(rows).toBeLessThanOrEqual(one.most);
          reached = Math.max(reached, until);
        }
        expect(reached).toBe(hour);
        const running = pages.filter(({ forEver }) => !forEver);
        // A page that has ended within the hour may still be put right.
        expect(running.length).toBeLessThanOrEqual(2);
        for (const { until } of running) expect(until).toBeGreaterThan(hour - 2 * HOUR);
      }),
      { numRuns: 40 },
    );
  });
  it("are the same questions an hour later, but for the newest", async () => {
    await fc.assert(
      fc.asyncProperty(clocks, async (now) => {
        const keyOf = ({ from, until }: Page): string => `${from} ${until}`;
        const before = new Set((await pagesAt(one, now)).filter(({ forEver }) => forEver).map(keyOf));
        const anew = (await pagesAt(one, shift(now, HOUR))).filter((page) => !before.has(keyOf(page)));
        // The newest of each endpoint, and where a page of the grid has just ended that one and the next.
        expect(anew.length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 20 },
    );
  });
});

it("OKX's older bars come in pages of a hundred, and of a past instant all of them do", async () => {
  const now = instant(Date.UTC(2026, 9, 9, 23, 21));
  const okxBars = cases["OKX's bars"];
  if (okxBars === undefined) throw new Error("no such case");
  const rowsOf = async (clock: Instant) => new Set((await pagesAt(okxBars, now, clock)).map(({ rows }) => rows));
  expect(await rowsOf(now)).toEqual(new Set([100, 300]));
  expect(await rowsOf(shift(now, 20 * DAY))).toEqual(new Set([100]));
});
