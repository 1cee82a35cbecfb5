/**
 * What a script with ccxt does: open interest now, 30 days of it, and 24 monthly candles of each venue that has them.
 * Venues side by side, each asked in turn. RELAY stands in for the network, NOW for the clock. ccxt loads every market
 * of a venue before its first answer; with MARKETS=given the one market is given to it instead. DEBUG names what failed
 * and how many markets each venue has.
 */
import ccxt from "ccxt";

const { RELAY, NOW, MARKETS, DEBUG } = process.env;
const VENUES = [
  ["binanceusdm", "BTCUSDT", "USDT", "USDT"],
  ["binancecoinm", "BTCUSD_PERP", "USD", "BTC"],
  ["bybit", "BTCUSDT", "USDT", "USDT"],
  ["okx", "BTC-USDT-SWAP", "USDT", "USDT"],
  ["bitget", "BTCUSDT", "USDT", "USDT"],
  ["gate", "BTC_USDT", "USDT", "USDT"],
  ["deribit", "BTC-PERPETUAL", "USD", "BTC"],
  ["krakenfutures", "PF_XBTUSD", "USD", "USD"],
  ["htx", "BTC-USDT", "USDT", "USDT"],
  ["hyperliquid", "0", "USDC", "USDC"],
  ["kucoinfutures", "XBTUSDTM", "USDT", "USDT"],
  ["cryptocom", "BTCUSD-PERP", "USD", "USD"],
  ["bitfinex", "tBTCF0:USTF0", "USDT", "USDT"],
  ["mexc", "BTC_USDT", "USDT", "USDT"],
  ["dydx", "BTC-USD", "USDC", "USDC"],
];

const marketOf = (exchange, name, id, symbol, quote, settle) =>
  exchange.safeMarketStructure({
    id,
    lowercaseId: id.toLowerCase(),
    symbol,
    base: "BTC",
    baseId: "BTC",
    baseName: "BTC",
    quote,
    quoteId: quote,
    settle,
    settleId: name === "gate" ? "usdt" : settle,
    type: "swap",
    spot: false,
    swap: true,
    contract: true,
    linear: settle !== "BTC",
    inverse: settle === "BTC",
    contractSize: 1,
    active: true,
    info: { pair: `BTC${quote}` },
  });

const figures = { now: 0, history: 0, candles: 0, failed: [], markets: 0 };
await Promise.all(
  VENUES.map(async ([name, id, quote, settle]) => {
    const exchange = new ccxt[name]();
    const symbol = `BTC/${quote}:${settle}`;
    const plain = exchange.fetch.bind(exchange);
    exchange.fetch = (url, ...rest) => plain(url.replace(/^https:\/\//, `${RELAY}/`), ...rest);
    exchange.milliseconds = () => Number(NOW);
    if (MARKETS === "given") exchange.setMarkets([marketOf(exchange, name, id, symbol, quote, settle)]);
    await exchange.loadMarkets();
    const markets = Object.keys(exchange.markets).length;
    figures.markets += markets;
    if (DEBUG) console.error(`${name}: ${markets} markets`);
    const tried = async (what, work) => {
      try {
        const count = await work();
        figures[what] += count;
      } catch (error) {
        figures.failed.push(`${name} ${what}: ${error.message.slice(0, 90)}`);
      }
    };
    if (exchange.has.fetchOpenInterest) {
      await tried("now", async () => ((await exchange.fetchOpenInterest(symbol)) ? 1 : 0));
    }
    if (exchange.has.fetchOpenInterestHistory) {
      await tried("history", async () => (await exchange.fetchOpenInterestHistory(symbol, "1d", undefined, 30)).length);
    }
    await tried("candles", async () => (await exchange.fetchOHLCV(symbol, "1M", undefined, 24)).length);
  }),
);
if (DEBUG) console.error(figures.failed.join("\n"));
process.stdout.write(`${JSON.stringify(figures)}\n`);
