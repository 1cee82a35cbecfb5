/**
 * Bitstamp BTC/USD. https://www.bitstamp.net/api/#tag/Market-info/operation/GetOHLCData
 * Every value is text, oldest first, the last row may be forming. With both `start` and `end` the venue uses `end`, so
 * only `end` is sent: it gives the `limit` bars up to and including the one that begins there.
 */
import { z } from "zod";
import type { Candle } from "../core/market.ts";
import type { Series } from "../core/series.ts";
import { DAY, shift, type Instant } from "../core/time.ts";
import { usdPerBtc, type UsdPerBtc } from "../core/units.ts";
import { candleOf, inSeconds } from "./bars.ts";
import { level, positive, seconds } from "./decode.ts";
import { ALL } from "./past.ts";
import type { Ask, Source } from "./source.ts";
import { dailyBars, lastBar, priceOf } from "./spot.ts";

const Answer = z.object({
  data: z.object({
    pair: z.literal("BTC/USD"),
    ohlc: z.array(
      z.object({ timestamp: seconds, open: positive, high: positive, low: positive, close: positive, volume: level }),
    ),
  }),
});

async function candles(ask: Ask): Promise<Series<Candle>> {
  const end = inSeconds(lastBar(ask.now));
  const url = `https://www.bitstamp.net/api/v2/ohlc/btcusd/?step=86400&limit=1000&end=${end}`;
  const { data } = await ask.json(url, Answer);
  const bars = data.ohlc.map((row) => ({
    at: row.timestamp,
    value: candleOf(shift(row.timestamp, DAY), [row.open, row.high, row.low, row.close], row.volume, null),
  }));
  return dailyBars(bars, ask);
}

async function closeOfHour(ask: Ask, start: Instant): Promise<UsdPerBtc | undefined> {
  const url = `https://www.bitstamp.net/api/v2/ohlc/btcusd/?step=3600&limit=1&end=${inSeconds(start)}`;
  const { data } = await ask.json(url, Answer);
  const close = data.ohlc.find(({ timestamp }) => timestamp === start)?.close;
  return close === undefined ? undefined : usdPerBtc(close);
}

export const bitstamp = {
  id: "bitstamp",
  venue: null,
  name: "Bitstamp",
  docs: "https://www.bitstamp.net/api/#tag/Market-info/operation/GetOHLCData",
  // 10,000 requests in ten minutes.
  hosts: { "www.bitstamp.net": { everyMs: 100 } },
  keeps: { price: ALL },
  facts: {
    candles: {
      endpoint: "GET /api/v2/ohlc/btcusd/?step=86400",
      unit: "USD per BTC, BTC",
      proof: "the pair is named in the answer; recorded 2025: opens within 0.04 % of Kraken's on the same days",
      counting: "UTC days, each trade once",
      lookBack: "since 2011; 1,000 days are asked",
      uncertain: "that `end` is inclusive is read from clients, the documentation does not say it",
    },
    price: {
      endpoint: "GET /api/v2/ohlc/btcusd/?step=86400",
      unit: "USD per BTC",
      proof: "as candles",
      counting: "close of the forming day; at midnight of the day just over",
      lookBack: "now; of the past the close of the last hour (step=3600), at midnight of the day",
    },
  },
  datasets: {
    candles,
    price: (ask) => priceOf(ask, "USD", candles, (start) => closeOfHour(ask, start)),
  },
} as const satisfies Source;
