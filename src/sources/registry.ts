/** Every source, one line each. The order is that of preference: within a venue the first that answers is used. */
import { alternativeMe } from "./alternative-me.ts";
import { binance } from "./binance.ts";
import { binanceArchive } from "./binance-archive.ts";
import { binanceSpot } from "./binance-spot.ts";
import { bitfinex } from "./bitfinex.ts";
import { bitget } from "./bitget.ts";
import { bitstamp } from "./bitstamp.ts";
import { bybit } from "./bybit.ts";
import { cme } from "./cme.ts";
import { coinalyze } from "./coinalyze.ts";
import { coinbase } from "./coinbase.ts";
import { coingecko } from "./coingecko.ts";
import { coinglass } from "./coinglass.ts";
import { coinmarketcap } from "./coinmarketcap.ts";
import { cryptoCom } from "./crypto-com.ts";
import { deribit } from "./deribit.ts";
import { dydx } from "./dydx.ts";
import { gate } from "./gate.ts";
import { htx } from "./htx.ts";
import { hyperliquid } from "./hyperliquid.ts";
import { kraken } from "./kraken.ts";
import { kucoin } from "./kucoin.ts";
import { mexc } from "./mexc.ts";
import { okx } from "./okx.ts";
import type { Source } from "./source.ts";

export const sources: readonly Source[] = [
  alternativeMe,
  coinmarketcap,
  binanceSpot,
  coinbase,
  bitstamp,
  binance,
  binanceArchive,
  okx,
  bybit,
  bitget,
  gate,
  deribit,
  kraken,
  htx,
  hyperliquid,
  kucoin,
  cryptoCom,
  bitfinex,
  mexc,
  dydx,
  cme,
  coingecko,
  coinglass,
  coinalyze,
];
