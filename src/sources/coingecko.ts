/**
 * CoinGecko, open interest by venue: a cross-check. https://docs.coingecko.com/reference/derivatives-tickers
 * One answer with the tickers of all venues, several MB; open interest in USD as the venues report it to CoinGecko.
 *
 * - Errors come with any status, 200 too, in three shapes.
 * - Rows stay after trading has stopped: those not traded for an hour, and those that have expired, are left out.
 * - Without a key the limit is shared by all who use the address.
 * - The terms forbid keeping raw data for long: an answer is used again for minutes only.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { ReportedOpenInterest } from "../core/market.ts";
import { earlier, HOUR, later } from "../core/time.ts";
import { sumUsd, usd } from "../core/units.ts";
import { decimal, envelope, level, ownRows, seconds, statusOf } from "./decode.ts";
import type { Ask, Source } from "./source.ts";

/** The only spelling seen is BTC; XBT would be the same coin. */
const BITCOIN: ReadonlySet<unknown> = new Set(["BTC", "XBT"]);
const STALE = HOUR;

/**
 * What CoinGecko calls our venues. The first two are in its documentation; the next nine are what public clients of
 * this endpoint use and CoinGecko's pages show; those of Kraken, Crypto.com and dYdX were seen in fewer and older
 * places. A name that is not right leaves its venue without a cross-check.
 */
const VENUES: ReadonlyMap<unknown, string> = new Map([
  ["Binance (Futures)", "binance"],
  ["Bybit (Futures)", "bybit"],
  ["OKX (Futures)", "okx"],
  ["Bitget Futures", "bitget"],
  ["Gate (Futures)", "gate"],
  ["Deribit", "deribit"],
  ["HTX Futures", "htx"],
  ["Hyperliquid (Futures)", "hyperliquid"],
  ["KuCoin Futures", "kucoin"],
  ["MEXC (Futures)", "mexc"],
  ["Bitfinex (Futures)", "bitfinex"],
  ["Kraken (Futures)", "kraken"],
  ["Crypto.com Exchange (Futures)", "crypto-com"],
  ["dYdX Chain", "dydx"],
]);

const Status = z
  .object({ error_code: decimal, error_message: z.string().nullish() })
  .transform(({ error_code, error_message }) => ({
    status: statusOf(error_code),
    text: `${error_code} ${error_message ?? ""}`.trim(),
  }));
const Failed = z.union([
  z.object({ status: Status }).transform(({ status }) => status),
  z.object({ error: z.object({ status: Status }) }).transform(({ error }) => error.status),
  z.object({ error: z.string() }).transform(({ error }) => ({ text: error })),
]);

const Ticker = z.object({
  market: z.string(),
  symbol: z.string().nullish(),
  open_interest: level.nullish(),
  last_traded_at: seconds.nullish(),
  expired_at: seconds.nullish(),
});
/** Bitcoin at our venues; the other rows are not looked into. */
const Tickers = envelope(
  ownRows(
    (row) => BITCOIN.has(row["index_id"]) && VENUES.has(row["market"]),
    Ticker,
    "expected bitcoin at a known venue",
  ),
  Failed,
);

async function reported(ask: Ask): Promise<readonly ReportedOpenInterest[]> {
  const rows = await ask.json("https://api.coingecko.com/api/v3/derivatives", Tickers, { minutes: 10 });
  const names = rows.flatMap(({ market, symbol }) => (typeof symbol === "string" ? `${market} ${symbol}` : []));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  // It would be added twice.
  if (twice !== undefined) {
    throw new Unavailable({ why: "malformed", at: "symbol", detail: `${twice} stands there twice` });
  }
  const live = rows.flatMap(({ market, open_interest: held, last_traded_at: at, expired_at: expires }) => {
    const known = held !== undefined && held !== null && held > 0 && at !== undefined && at !== null;
    if (!known || ask.now - at > STALE || (typeof expires === "number" && expires <= ask.now)) return [];
    return [{ market, held: usd(held), at }];
  });
  const told = [...VENUES].flatMap(([market, venue]) => {
    const own = live.filter((row) => row.market === market);
    if (own.length === 0) return [];
    const newest = own.map(({ at }) => at).reduce(later);
    return [{ venue, at: earlier(newest, ask.now), usd: sumUsd(own.map(({ held }) => held)) }];
  });
  if (told.length === 0) throw new Unavailable({ why: "stale", detail: "no bitcoin row of the last hour" });
  return told;
}

export const coingecko = {
  id: "coingecko",
  venue: null,
  name: "CoinGecko",
  docs: "https://docs.coingecko.com/reference/derivatives-tickers",
  // The limit without a key is not published; five to ten requests a minute pass.
  hosts: { "api.coingecko.com": { everyMs: 10_000 } },
  key: { env: "COINGECKO_API_KEY", header: "x-cg-demo-api-key", required: false },
  note: "Open interest as the venues report it to CoinGecko, beside ours and never in it.",
  attribution: { text: "Powered by CoinGecko", url: "https://www.coingecko.com/en/api" },
  facts: {
    reportedOpenInterest: {
      endpoint: "GET /api/v3/derivatives",
      unit: "USD",
      proof: "documentation; its sample of 2026-05-26: 7,497,508,224 for Binance BTCUSDT",
      counting: "as each venue reports it; perpetuals and dated contracts",
      lookBack: "now",
      uncertain: "the names of Kraken, Crypto.com and dYdX; whether contracts margined in coins have another index_id",
    },
  },
  datasets: { reportedOpenInterest: reported },
} as const satisfies Source;
