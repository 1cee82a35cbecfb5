/**
 * OKX futures. https://www.okx.com/docs-v5/en/ (base since 2026-05: openapi.okx.com; www.okx.com still answers)
 * Every scalar is text. A refusal, the rate limit among them, comes with status 200 and a `code` other than "0".
 *
 * - Sizes are contracts. What one is worth is in the list: 0.01 BTC or 100 USD for the old ones, 0.0001 BTC for
 *   X-Perps. `uly` is the index, hence base and quote; BTC-USD, BTC-USD_UM and BTC-USD_UM_XPERP have the same.
 * - X-Perps stand in the list of dated futures, run for five years and pay funding: they are perpetuals.
 * - Bars of half a day and more open on the clock of UTC+8 without the suffix `utc`.
 * - Statistics (rubik) stamp a bar by its open; the newest one is running. `end` and `after` exclude what they name.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Candle, Funding, Lacking, Liquidated, Of, OpenInterest, Traded } from "../core/market.ts";
import { series, type Series } from "../core/series.ts";
import { DAY, floorTo, HOUR, shift, type Instant } from "../core/time.ts";
import { btc, inUsd, ratio, usd, usdPerBtc } from "../core/units.ts";
import { candleOf, DAILY_DAYS, FINE_BAR, FINE_DAYS, firstInstant, type Window } from "./bars.ts";
import { anyRow, decimal, fundingHours, level, millis, positive } from "./decode.ts";
import { unpublished } from "./families.ts";
import { HOURS_OVER, sinceTheDay } from "./keep.ts";
import { hoursTo, liquidatedIn, wasLong } from "./liquidated.ts";
import { anyBars } from "./listed.ts";
import { MOST, tradedByMonth } from "./month-bars.ts";
import {
  answer,
  get,
  held,
  HOSTS,
  mainContract,
  rowsOf,
  endsBetween,
  pageEnds,
  pages,
  perContract,
  sizeOf,
  type Contract,
  type Kind,
} from "./okx-contracts.ts";
import { isPast, lastSettled, nothing } from "./past.ts";
import { accounts, heldDaily, heldFine, heldHourly, takerDay } from "./okx-statistics.ts";
import type { Ask, Keep, Source } from "./source.ts";
import { together } from "./together.ts";
import { alsoBeside, dayNamed, unlisted } from "./unlisted.ts";

/** The most rows that a page of candles can have, and as far as the endpoint's 1,440 bars reach. */
const CANDLES = 300;
const CANDLE_DAYS = 60;
/** Of a page of what is older. */
const OLD_CANDLES = 100;
/** Of five minutes the latest 1,440 are five days; of older ones 76 pages are asked once. */
const FINE_LATEST = 4;

const Held = z.object({ oi: level, oiCcy: level, oiUsd: level, ts: millis });
const Rate = z.object({ fundingRate: decimal, fundingTime: millis, nextFundingTime: millis, ts: millis });
const Settled = answer(z.array(z.object({ realizedRate: decimal, fundingTime: millis })));
/** ts, open, high, low, close, contracts, BTC, quote currency (USD for inverse contracts, too). */
const Bar = z.tuple([millis, positive, positive, positive, positive, level, level, level]).rest(z.unknown());
const Bars = answer(z.array(Bar));
const Order = z.object({
  side: z.enum(["buy", "sell"]),
  posSide: z.string(),
  bkPx: positive,
  sz: positive,
  ts: millis,
});
const Orders = z.object({ details: z.array(Order) });

async function heldNow(ask: Ask, contract: Contract): Promise<OpenInterest> {
  const [row] = await get(ask, `public/open-interest?instType=${contract.kind}`, rowsOf(contract.market.symbol, Held));
  if (row === undefined) throw nothing(ask, "data", "no open interest");
  return { at: row.ts, ...held(contract, row.oi, row.oiCcy, row.oiUsd) };
}

/** X-Perps are named by the day on which they end, and perpetuals all the same. */
const NAME = /^BTC-(?:(?:USDT|USDC|USD|USD_UM)-(?:SWAP|(?<dated>\d{6}))|USD_UM_XPERP-\d{6})$/;
const Open = answer(z.array(anyRow));

/** What is open beside the list. */
const beside = (ask: Ask, kind: Kind, listed: ReadonlySet<unknown>): Promise<readonly Lacking[]> =>
  alsoBeside(ask, async (aside) =>
    unlisted(ask, {
      rows: await get(aside, `public/open-interest?instType=${kind}`, Open),
      field: "instId",
      name: NAME,
      listed,
      read: ({ oi: open }, dated) => ({ open, expires: dayNamed(dated) }),
      list: "instruments",
    }),
  );

async function months(ask: Ask, contract: Contract): Promise<Series<Traded>> {
  const { symbol } = contract.market;
  const bars = await tradedByMonth(
    ask,
    contract,
    (length, window) => (length === "month" ? monthsOf(ask, symbol, window) : daysOf(ask, symbol, window)),
    ([at, , , , , , inCoin, inQuote]) => ({ at, value: { btc: btc(inCoin), usd: usd(inQuote), typical: null } }),
    "ts",
  );
  return anyBars(ask, contract, bars, "data");
}

const monthsOf = (ask: Ask, symbol: string, { to, keep }: Window): Promise<readonly z.infer<typeof Bar>[]> =>
  get(ask, `market/history-candles?instId=${symbol}&bar=1Mutc&after=${to}&limit=${MOST.month}`, Bars, keep);

/** One page of the latest 1,440; of a past instant, which may be further back, pages of what is older. */
const daysOf = (ask: Ask, symbol: string, { from, to, keep }: Window): Promise<readonly z.infer<typeof Bar>[]> => {
  const which = `instId=${symbol}&bar=1Dutc`;
  const end = shift(to, 1);
  return isPast(ask)
    ? pages(
        ask,
        pageEnds(end, DAY, OLD_CANDLES, from),
        (each) => `market/history-candles?${which}&after=${each}&limit=${OLD_CANDLES}`,
        Bars,
        keep,
      )
    : get(ask, `market/candles?${which}&after=${end}&limit=${CANDLES}`, Bars, keep);
};

async function rateNow(ask: Ask, { market }: Contract): Promise<Funding> {
  if (isPast(ask)) {
    const path = `public/funding-rate-history?instId=${market.symbol}&after=${ask.now + 1}&limit=4`;
    const rows = await get(ask, path, Settled);
    return lastSettled(
      ask,
      rows.map(({ fundingTime: at, realizedRate: rate }) => ({ at, rate })),
    );
  }
  const [row] = await get(ask, "public/funding-rate?instId=ANY", rowsOf(market.symbol, Rate));
  if (row === undefined) throw nothing(ask, "data", "no funding rate");
  const everyHours = fundingHours((row.nextFundingTime - row.fundingTime) / HOUR, "nextFundingTime");
  return { at: row.ts, rate: ratio(row.fundingRate), everyHours, kind: "predicted" };
}

/** Orders of the 24 h to now, in hours counted back from now. */
async function liquidated(ask: Ask, contract: Contract): Promise<Series<Liquidated>> {
  const { symbol } = contract.market;
  const path = `public/liquidation-orders?instType=SWAP&state=filled&instFamily=${contract.family}&limit=100`;
  const orders = (await get(ask, path, rowsOf(symbol, Orders))).flatMap(({ details }) => details);
  const worth = orders.map(({ ts: at, posSide, side, sz, bkPx }) => ({
    at,
    usd: inUsd(sizeOf(contract, sz), usdPerBtc(bkPx)),
    long: wasLong(posSide, side),
  }));
  const bars = liquidatedIn(worth, hoursTo(ask.now), HOUR, null);
  if (bars.length === 0) throw new Unavailable(unpublished("no liquidation among the newest 100 is of the last 24 h"));
  return bars;
}

interface Bars {
  readonly name: "1Dutc" | "1H" | "5m";
  readonly bar: number;
  readonly days: number;
  /** Of these days, those that are taken from the latest 1,440 bars. */
  readonly latest: number;
}
const hourlyCandles = (ask: Ask): Promise<Of<Series<Candle>>> =>
  candles(ask, { name: "1H", bar: HOUR, days: CANDLE_DAYS, latest: CANDLE_DAYS });
const dailyCandles = (ask: Ask): Promise<Of<Series<Candle>>> =>
  candles(ask, { name: "1Dutc", bar: DAY, days: DAILY_DAYS, latest: DAILY_DAYS });
const fineCandles = (ask: Ask): Promise<Of<Series<Candle>>> =>
  candles(ask, { name: "5m", bar: FINE_BAR, days: FINE_DAYS, latest: FINE_LATEST });

/** Closed bars to the end of the last hour, or of the last day: the newest 1,440, and further back in smaller pages. */
async function candles(ask: Ask, { name, bar, days, latest }: Bars): Promise<Of<Series<Candle>>> {
  const { market } = await mainContract(ask);
  const last = floorTo(ask.now, Math.max(bar, HOUR));
  const from = shift(last, -days * DAY);
  const some = (path: string, count: number, ends: readonly Instant[], newest: Keep) =>
    pages(
      ask,
      ends,
      (end) => `market/${path}?instId=${market.symbol}&bar=${name}&after=${end}&limit=${count}`,
      Bars,
      newest,
    );
  const split = shift(last, -latest * DAY);
  const over = bar === DAY ? sinceTheDay(ask) : HOURS_OVER;
  const answers = await together(
    isPast(ask)
      ? [some("history-candles", OLD_CANDLES, pageEnds(last, bar, OLD_CANDLES, from), over)]
      : [
          some("candles", CANDLES, pageEnds(last, bar, CANDLES, split), over),
          some("history-candles", OLD_CANDLES, endsBetween(from, split, bar * OLD_CANDLES), "forever"),
        ],
  );
  const value = series(
    answers
      .flat()
      .map(([at, ...figures]) => ({ at, until: shift(at, bar), figures }))
      .filter(({ at, until }) => at >= from && until <= last)
      .map(({ at, until, figures: [open, high, low, close, , inCoin, inQuote] }) => ({
        at,
        value: candleOf(until, [open, high, low, close], inCoin, inQuote),
      })),
  );
  if (value.length === 0) throw nothing(ask, "data", "no closed bar");
  return { market, value };
}

/** Limits per two seconds: 40 newest candles, 20 old candles and lists, 10 statistics; one line for all statistics is simpler. */
const PACE = {
  everyMs: 55,
  paths: { "/api/v5/rubik/": 220, "/api/v5/market/history-candles": 110, "/api/v5/public/": 110 },
} as const;
const COUNTED_ONCE = "each contract once; not documented";

export const okx = {
  id: "okx",
  venue: "okx",
  name: "OKX",
  docs: "https://www.okx.com/docs-v5/en/",
  hosts: { [HOSTS[0]]: PACE, [HOSTS[1]]: PACE },
  note: "All live BTC contracts in USDT, USDC and USD, X-Perps as perpetuals. OKX does not say whether open interest is counted once; it is read so. Monthly volume lacks dated contracts that have expired. Liquidations are the newest 100 orders of each perpetual, of which OKX says that they are not all.",
  // Statistics of hours: 1,440 of them. Settlements: "three months".
  keeps: {
    funding: 90 * DAY,
    longShort: 60 * DAY,
    taker: 60 * DAY,
    hourlyOpenInterest: 60 * DAY,
    fineOpenInterest: 5 * DAY,
  },
  facts: {
    openInterest: {
      endpoint: "GET /public/instruments, /public/open-interest; instType=SWAP and FUTURES",
      unit: "contracts of ctVal × ctMult ctValCcy; price: oiUsd / oiCcy",
      proof: "oiCcy / oi is 0.01 for BTC-USDT-SWAP in recorded rows; a linear row that differs by 1 % is refused",
      counting: COUNTED_ONCE,
      lookBack: "now",
      uncertain: "sidedness; which currency BTC-USD_UM states its contracts in is read from the list",
    },
    openInterestHistory: {
      endpoint: "GET /rubik/stat/contracts/open-interest-history?period=1Dutc",
      unit: "contracts, BTC, USD",
      proof: "recorded 2026-10-09: oiUsd / oiCcy is the day's closing price in 8 of 8 rows",
      counting: COUNTED_ONCE,
      lookBack: "since 2024-01-01; 200 days are asked, of dated contracts 100",
      uncertain: "sidedness; whether contracts that have expired are served: they are not asked",
    },
    volume: {
      endpoint: "GET /market/history-candles?bar=1Mutc; of the last months GET /market/candles?bar=1Dutc",
      unit: "volCcy: BTC; volCcyQuote: USDT, USDC, USD",
      proof: "documentation; recorded: contracts × 0.01 = volCcy",
      counting: "each trade once: taker buys and sells add up to it (2026-10-07: 6,930,290,314.47 USDT both)",
      lookBack: "since listing; 25 months are asked",
      uncertain: "contracts that have expired are missing",
    },
    funding: {
      endpoint: "GET /public/funding-rate?instId=ANY",
      unit: "ratio per interval",
      proof: "documentation; the interval is nextFundingTime − fundingTime",
      counting: "running estimate of the period that ends at fundingTime",
      lookBack: "now; of the past what was settled, three months: GET /public/funding-rate-history realizedRate",
    },
    longShort: {
      endpoint: "GET /rubik/stat/contracts/long-short-account-ratio-contract?period=1H",
      unit: "accounts net long / accounts net short",
      proof: "documentation",
      counting: "accounts of BTC-USDT-SWAP, whatever their size",
      lookBack: "1,440 bars",
      uncertain: "whether a row holds the value at the close of its hour, as open interest does: read so",
    },
    taker: {
      endpoint: "GET /rubik/stat/taker-volume-contract?period=1H&unit=1",
      unit: "contracts, sold before bought",
      proof: "documentation; recorded 2026-10-07: both sides in USDT add up to the candle of the same stamp",
      counting: "BTC-USDT-SWAP, each trade once by its taker, 24 closed hours",
      lookBack: "1,440 bars",
    },
    liquidations: {
      endpoint: "GET /public/liquidation-orders?instType=SWAP&state=filled",
      unit: "contracts, valued at bkPx",
      proof: "recorded 2026-10-09; documentation of the channel of the same name",
      counting: "orders by the side that was liquidated; not all of them, and 1 to 2 h late",
      lookBack: "the newest 100 orders of a perpetual: 3.5 h on a busy day, 22 h on a quiet one",
      uncertain: "the endpoint has left the documentation",
    },
    hourlyCandles: {
      endpoint: "GET /market/candles?instId=BTC-USDT-SWAP&bar=1H",
      unit: "USDT per BTC, BTC, USDT",
      proof: "as volume",
      counting: "last-price bars",
      lookBack: "60 days: the latest 1,440 bars",
    },
    dailyCandles: {
      endpoint: "GET /market/candles?instId=BTC-USDT-SWAP&bar=1Dutc",
      unit: "USDT per BTC, BTC, USDT",
      proof: "as volume",
      counting: "last-price bars, UTC days",
      lookBack: "the latest 1,440 bars; 200 days are asked",
    },
    hourlyOpenInterest: {
      endpoint: "GET /rubik/stat/contracts/open-interest-history?instId=BTC-USDT-SWAP&period=1H",
      unit: "contracts, BTC, USD",
      proof: "as openInterestHistory",
      counting: COUNTED_ONCE,
      lookBack: "60 days are served, 20 are asked: a page has 100 hours",
    },
    fineCandles: {
      endpoint: "GET /market/candles, /market/history-candles?instId=BTC-USDT-SWAP&bar=5m",
      unit: "USDT per BTC, BTC, USDT",
      proof: "as volume",
      counting: "last-price bars",
      lookBack:
        "years, in pages of 100: 30 days are asked, and only where a level of the map is nearer than 2 %; some 80 pages on a first run, 3 a day after it",
    },
    fineOpenInterest: {
      endpoint: "GET /rubik/stat/contracts/open-interest-history?instId=BTC-USDT-SWAP&period=5m",
      unit: "contracts, BTC, USD",
      proof: "as openInterestHistory",
      counting: COUNTED_ONCE,
      lookBack: "5 days, asked with fineCandles: 16 pages at most",
    },
  },
  datasets: {
    openInterest: (ask) => perContract(ask, heldNow, { beside }),
    openInterestHistory: (ask) => perContract(ask, heldDaily),
    volume: (ask) => perContract(ask, months, { since: firstInstant(ask.now), beside }),
    funding: (ask) => perContract(ask, rateNow, { kinds: ["perpetual"] }),
    longShort: accounts,
    taker: takerDay,
    liquidations: async (ask) => ({ feed: "partial", ...(await perContract(ask, liquidated, { families: ["SWAP"] })) }),
    fineCandles,
    hourlyCandles,
    dailyCandles,
    hourlyOpenInterest: heldHourly,
    fineOpenInterest: heldFine,
  },
} as const satisfies Source;
