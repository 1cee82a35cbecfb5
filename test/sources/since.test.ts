/**
 * `Ask.since` has one meaning: whichever day it begins, a source tells that day's close, the sample at the midnight
 * after it, and every close since, whatever an answer may hold.
 */
import { expect, it } from "vitest";
import { articleDay, modelOf } from "../../fixtures/build/market.ts";
import { served } from "../../fixtures/build/serve.ts";
import { asker } from "../../src/ask.ts";
import { DAY, floorTo, iso, shift } from "../../src/core/time.ts";
import { opened } from "../../src/io/unzip.ts";
import type { Http } from "../../src/ports.ts";
import { binanceArchive } from "../../src/sources/binance-archive.ts";
import { bybit } from "../../src/sources/bybit.ts";
import { dydx } from "../../src/sources/dydx.ts";
import { gate } from "../../src/sources/gate.ts";
import { kraken } from "../../src/sources/kraken.ts";
import { kucoin } from "../../src/sources/kucoin.ts";
import { okx } from "../../src/sources/okx.ts";
import type { Source } from "../../src/sources/source.ts";

// 2026-01-30T06:00:00Z
const model = modelOf(articleDay);
const midnight = floorTo(model.now, DAY);

async function closesOf(source: Source, symbol: string, days: number, through = (http: Http): Http => http) {
  const { http } = served(model);
  const { ask, evidence } = asker(source, {
    web: opened(through(http)),
    now: model.now,
    since: shift(midnight, -days * DAY),
  });
  const told = await source.datasets.openInterestHistory?.(ask);
  const own = told?.of.find(({ market }) => market.symbol === symbol)?.value ?? [];
  return { at: own.map(({ at }) => at), asked: evidence().map(({ url }) => url) };
}

/** The closes of so many days, the newest of yesterday. */
const closes = (days: number): readonly string[] =>
  Array.from({ length: days }, (_, i) => iso(shift(midnight, (i + 1 - days) * DAY)));

/** A source, its main perpetual, and the most days that one answer of it has. */
const cases: readonly (readonly [Source, string, number])[] = [
  [binanceArchive, "BTCUSDT", 1],
  [bybit, "BTCUSDT", 200],
  [dydx, "BTC-USD", 760],
  [gate, "BTC_USDT", 500],
  [kraken, "PF_XBTUSD", 2_000],
  [kucoin, "XBTUSDTM", 200],
  [okx, "BTC-USDT-SWAP", 100],
];

it.each(cases.map(([source, symbol, most]) => [source.id, source, symbol, most] as const))(
  "%s tells every close from the first day wanted on",
  async (id, source, symbol, most) => {
    // A page less a day, a page, a day more, and two pages: an archive of days is asked for few.
    const spans = [1, 30, ...(most === 1 ? [] : [most - 1, most, most + 1, 2 * most, 800])].filter((n) => n <= 1_000);
    for (const days of spans) {
      // OKX has no day before 2024-01-01, 760 days ago.
      if (id === "okx" && days > 760) continue;
      const { at } = await closesOf(source, symbol, days);
      const since = shift(midnight, -days * DAY);
      expect(at.filter((one) => one % DAY === 0 && one > since).map(iso), `${days} days`).toEqual(closes(days));
    }
  },
  60_000,
);

it("asks OKX for no day before the first one that it has", async () => {
  const { at, asked } = await closesOf(okx, "BTC-USDT-SWAP", 1_200);
  expect(at.filter((one) => one % DAY === 0).map(iso)[0]).toBe("2024-01-02T00:00:00Z");
  const ends = asked.flatMap((url) => /SWAP&period=1Dutc&end=(\d+)/.exec(url)?.[1] ?? []).map(Number);
  expect(Math.min(...ends)).toBeGreaterThan(Date.UTC(2024, 0, 1));
});

it("goes on where Kraken's answers hold fifty days", async () => {
  const fifty =
    (http: Http): Http =>
    async (request) => {
      const answer = await http(request);
      if (!request.url.includes("/open-interest?")) return answer;
      const { result, errors } = JSON.parse(new TextDecoder().decode(answer.body)) as {
        result: { timestamp: number[]; data: unknown[]; more: boolean };
        errors: unknown[];
      };
      const more = result.timestamp.length > 50;
      const page = { timestamp: result.timestamp.slice(0, 50), data: result.data.slice(0, 50), more };
      return { ...answer, body: new TextEncoder().encode(JSON.stringify({ result: page, errors })) };
    };
  for (const days of [200, 1_000]) {
    const { at } = await closesOf(kraken, "PF_XBTUSD", days, fifty);
    expect(at.filter((one) => one > shift(midnight, -days * DAY)).map(iso)).toEqual(closes(days));
  }
});
