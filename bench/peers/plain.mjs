/** The usual script: one exchange after the other, with fetch. RELAY stands in for the network. */
const relay = process.env.RELAY;
const QUESTIONS = [
  ["now", "fapi.binance.com/fapi/v1/openInterest?symbol=BTCUSDT"],
  ["history", "fapi.binance.com/futures/data/openInterestHist?symbol=BTCUSDT&period=1d&limit=30"],
  ["candles", "fapi.binance.com/fapi/v1/klines?symbol=BTCUSDT&interval=1M&limit=24"],
  ["now", "api.bybit.com/v5/market/tickers?category=linear"],
  ["history", "api.bybit.com/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=1d&limit=30"],
  ["candles", "api.bybit.com/v5/market/kline?category=linear&symbol=BTCUSDT&interval=M&limit=24"],
  ["now", "openapi.okx.com/api/v5/public/open-interest?instType=SWAP"],
  [
    "history",
    "openapi.okx.com/api/v5/rubik/stat/contracts/open-interest-history?instId=BTC-USDT-SWAP&period=1Dutc&limit=30",
  ],
  ["candles", "openapi.okx.com/api/v5/market/history-candles?instId=BTC-USDT-SWAP&bar=1Mutc&limit=24"],
  ["now", "api.bitget.com/api/v2/mix/market/tickers?productType=USDT-FUTURES"],
  ["now", "api.gateio.ws/api/v4/futures/usdt/contracts/BTC_USDT"],
  ["history", "api.gateio.ws/api/v4/futures/usdt/contract_stats?contract=BTC_USDT&interval=1d&limit=30"],
  ["now", "www.deribit.com/api/v2/public/get_book_summary_by_currency?currency=BTC&kind=future"],
  ["now", "futures.kraken.com/derivatives/api/v3/tickers"],
  ["now", "api-futures.kucoin.com/api/v1/contracts/active"],
  ["now", "api.crypto.com/exchange/v1/public/get-tickers"],
  ["now", "api.mexc.com/api/v1/contract/ticker"],
  ["now", "indexer.dydx.trade/v4/perpetualMarkets?ticker=BTC-USD"],
];

const figures = { now: 0, history: 0, candles: 0, failed: [] };
for (const [what, address] of QUESTIONS) {
  const answer = await fetch(`${relay}/${address}`);
  if (answer.ok) {
    await answer.json();
    figures[what] += 1;
  } else figures.failed.push(address);
}
process.stdout.write(`${JSON.stringify(figures)}\n`);
