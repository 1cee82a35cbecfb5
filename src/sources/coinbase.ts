/**
 * Coinbase Exchange BTC-USD. https://docs.cdp.coinbase.com/exchange/reference/exchangerestapi_getproductcandles
 * Rows are [time, low, high, open, close, volume]: low comes first. Newest first, at most 300; both ends of the window
 * are in it. A day without trades has no row and stays missing.
 */
import { z } from "zod";
import type { Candle } from "../core/market.ts";
import type { Series } from "../core/series.ts";
import { DAY, iso, shift, type Instant } from "../core/time.ts";
import { usdPerBtc, type UsdPerBtc } from "../core/units.ts";
import { candleOf } from "./bars.ts";
import { level, positive, seconds } from "./decode.ts";
import { ALL } from "./past.ts";
import type { Ask, Source } from "./source.ts";
import { dailyBars, lastBar, priceOf } from "./spot.ts";

const DAYS = 300;

const Candles = z.array(z.tuple([seconds, positive, positive, positive, positive, level]).rest(z.unknown()));

async function candles(ask: Ask): Promise<Series<Candle>> {
  const last = lastBar(ask.now);
  const window = `start=${iso(shift(last, -(DAYS - 1) * DAY))}&end=${iso(last)}`;
  const url = `https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=86400&${window}`;
  const bars = (await ask.json(url, Candles)).map(([at, low, high, open, close, volume]) => ({
    at,
    value: candleOf(shift(at, DAY), [open, high, low, close], volume, null),
  }));
  return dailyBars(bars, ask);
}

async function closeOfHour(ask: Ask, start: Instant): Promise<UsdPerBtc | undefined> {
  const window = `start=${iso(start)}&end=${iso(start)}`;
  const url = `https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=3600&${window}`;
  const close = (await ask.json(url, Candles)).find(([at]) => at === start)?.[4];
  return close === undefined ? undefined : usdPerBtc(close);
}

export const coinbase = {
  id: "coinbase",
  venue: null,
  name: "Coinbase",
  docs: "https://docs.cdp.coinbase.com/exchange/reference/exchangerestapi_getproductcandles",
  // 10 requests a second.
  hosts: { "api.exchange.coinbase.com": { everyMs: 150 } },
  headers: { "User-Agent": "btc-report" },
  keeps: { price: ALL },
  facts: {
    candles: {
      endpoint: "GET /products/BTC-USD/candles?granularity=86400",
      unit: "USD per BTC, BTC",
      proof: "recorded 2026-09-19: in each row the second figure is the smallest and the third the largest",
      counting: "UTC days, each trade once",
      lookBack: "since 2015; 300 days are asked",
      uncertain: "that the window's end is inclusive is read from clients, the page does not say it",
    },
    price: {
      endpoint: "GET /products/BTC-USD/candles?granularity=86400",
      unit: "USD per BTC",
      proof: "as candles",
      counting: "close of the forming day; at midnight of the day just over",
      lookBack: "now; of the past the close of the last hour (granularity=3600), at midnight of the day",
    },
  },
  datasets: {
    candles,
    price: (ask) => priceOf(ask, "USD", candles, (start) => closeOfHour(ask, start)),
  },
} as const satisfies Source;
