/**
 * Binance spot BTCUSDT, market-data mirror. https://developers.binance.com/docs/binance-spot-api-docs
 * The mirror answers from places where api.binance.com does not. Bars are UTC days, oldest first, the last one
 * forming; prices are in USDT.
 */
import { z } from "zod";
import type { Candle } from "../core/market.ts";
import type { Series } from "../core/series.ts";
import { DAY, HOUR, shift, type Instant } from "../core/time.ts";
import { usdPerBtc, type UsdPerBtc } from "../core/units.ts";
import { candleOf } from "./bars.ts";
import { level, millis, positive } from "./decode.ts";
import { ALL } from "./past.ts";
import type { Ask, Source } from "./source.ts";
import { dailyBars, lastBar, priceOf } from "./spot.ts";

const DAYS = 1_000;

/** Open time, open, high, low, close, volume in BTC, close time, volume in USDT. */
const Klines = z.array(
  z.tuple([millis, positive, positive, positive, positive, level, millis, level]).rest(z.unknown()),
);

async function candles(ask: Ask): Promise<Series<Candle>> {
  const last = lastBar(ask.now);
  const window = `startTime=${shift(last, -(DAYS - 1) * DAY)}&endTime=${shift(last, DAY - 1)}`;
  const url = `https://data-api.binance.vision/api/v3/klines?symbol=BTCUSDT&interval=1d&${window}&limit=${DAYS}`;
  const bars = (await ask.json(url, Klines)).map(([at, open, high, low, close, volume, , quoteVolume]) => ({
    at,
    value: candleOf(shift(at, DAY), [open, high, low, close], volume, quoteVolume),
  }));
  return dailyBars(bars, ask);
}

async function closeOfHour(ask: Ask, start: Instant): Promise<UsdPerBtc | undefined> {
  const window = `startTime=${start}&endTime=${shift(start, HOUR - 1)}&limit=1`;
  const bars = await ask.json(
    `https://data-api.binance.vision/api/v3/klines?symbol=BTCUSDT&interval=1h&${window}`,
    Klines,
  );
  const close = bars.find(([at]) => at === start)?.[4];
  return close === undefined ? undefined : usdPerBtc(close);
}

export const binanceSpot = {
  id: "binance-spot",
  venue: null,
  name: "Binance spot",
  docs: "https://developers.binance.com/docs/binance-spot-api-docs",
  // 6,000 weights a minute.
  hosts: { "data-api.binance.vision": { everyMs: 100 } },
  note: "BTCUSDT: prices are in USDT.",
  keeps: { price: ALL },
  facts: {
    candles: {
      endpoint: "GET /api/v3/klines?symbol=BTCUSDT&interval=1d",
      unit: "USDT per BTC, BTC, USDT",
      proof: "recorded 2026-06-06: 188,513,289 / 19,545.4 = 9,645 USDT, within the day's range",
      counting: "UTC days, each trade once",
      lookBack: "since 2017-08-17; 1,000 days are asked",
    },
    price: {
      endpoint: "GET /api/v3/klines?symbol=BTCUSDT&interval=1d",
      unit: "USDT per BTC",
      proof: "as candles",
      counting: "close of the forming day; at midnight of the day just over",
      lookBack: "now; of the past the close of the last hour (interval=1h), at midnight of the day",
    },
  },
  datasets: {
    candles,
    price: (ask) => priceOf(ask, "USDT", candles, (start) => closeOfHour(ask, start)),
  },
} as const satisfies Source;
