/**
 * Bitget futures. https://www.bitget.com/api-doc/contract/intro (v2), https://www.bitget.com/api-doc/uta/intro (v3)
 * Every scalar is text. A refusal may come with status 200 and a `code` other than "00000".
 *
 * - Open interest is stated in BTC, of coin-margined contracts too, and very likely counts both sides.
 * - Daily bars open on the clock of UTC+8 without the suffix `utc`.
 * - A request for bars may span at most 90 days. `history-candles` has those that are over, `candles` the running one.
 * - Ratios cannot be asked for a time; rows come oldest first.
 * - The side of a liquidation is that of the position: "buy" was long. They are told late, and for three days.
 * - No history of open interest.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Funding, Lacking, Market, OpenInterest, Traded } from "../core/market.ts";
import { between, series, type Series } from "../core/series.ts";
import { addMonths, DAY, earlier, floorTo, HOUR, monthOf, shift, startOfMonth, type Instant } from "../core/time.ts";
import { btc, ofBtc, ratio, usd, usdPerBtc } from "../core/units.ts";
import { askedUntil, firstInstant, type Window } from "./bars.ts";
import { answer, get, perContract, type Contract, type Type } from "./bitget-contracts.ts";
import { accounts, liquidations, takerDay } from "./bitget-statistics.ts";
import { anyRow, decimal, fundingHours, level, millis, ownRows, positive } from "./decode.ts";
import { unpublished } from "./families.ts";
import { toDate } from "./keep.ts";
import { anyBars } from "./listed.ts";
import { ALL, isPast, lastSettled, nothing, pagesOfThen } from "./past.ts";
import type { Ask, Source } from "./source.ts";
import { together } from "./together.ts";
import { alsoBeside, unlisted } from "./unlisted.ts";

/**
 * How many sides of a contract `holdingAmount` counts. Medium confidence: Bitget's help says that its open interest is
 * that of longs and shorts (article 12560603819924), but not that the API tells the same one. That told 26,000 to
 * 28,700 BTC of BTCUSDT when an aggregator that counts once had 14,258 BTC.
 */
const SIDES = 2;

/** The most that one request for bars may span. */
const SPAN = 90 * DAY;
const LIMIT = 200;

const Ticker = z.object({
  markPrice: positive.transform(usdPerBtc),
  indexPrice: positive.transform(usdPerBtc),
  holdingAmount: level.nullish(),
  baseVolume: level,
  ts: millis,
});
const Rate = z.object({ fundingRate: decimal, ts: millis });
/** ts, open, high, low, close, BTC, quote currency (USD for coin-margined contracts, too). */
const Bar = z
  .tuple([
    millis.refine((at) => at % DAY === 0, "expected a day that begins at 00:00Z"),
    positive,
    positive,
    positive,
    positive,
    level,
    level,
  ])
  .rest(z.unknown());
const Bars = answer(z.array(Bar));

/** A contract's row in the answer about all. */
async function ticker<T>(ask: Ask, { market, type }: Contract, row: z.ZodType<T>): Promise<T> {
  const own = answer(ownRows((each) => each["symbol"] === market.symbol, row));
  const [found] = await get(ask, `v2/mix/market/tickers?productType=${type}`, own);
  if (found === undefined) throw nothing(ask, "data", "no ticker");
  return found;
}

/** Quarterlies are documented with a date and recorded with the letter of a month. */
const NAME = /^BTC(?:USDT|PERP|USD(?<dated>_\d{6}|[A-Z]\d{2})?)$/;

const Tickers = answer(z.array(anyRow));

/** What is open beside the list. */
async function beside(ask: Ask, type: Type, listed: ReadonlySet<unknown>): Promise<readonly Lacking[]> {
  return unlisted(ask, {
    rows: await get(ask, `v2/mix/market/tickers?productType=${type}`, Tickers),
    field: "symbol",
    name: NAME,
    listed,
    read: ({ holdingAmount: open, deliveryTime }) => ({ open, expires: millis.safeParse(deliveryTime).data }),
    list: "contracts",
  });
}

async function heldNow(ask: Ask, contract: Contract): Promise<OpenInterest> {
  const row = await ticker(ask, contract, Ticker);
  const held = row.holdingAmount ?? null;
  if (held === null) throw nothing(ask, "holdingAmount", "no open interest");
  return {
    at: row.ts,
    size: ofBtc(held / SIDES),
    price: row.markPrice,
    index: row.indexPrice,
    traded24h: ofBtc(row.baseVolume),
  };
}

const Settled = answer(z.array(z.object({ fundingRate: decimal, fundingTime: millis })));
const SETTLED = 100;

async function rateThen(ask: Ask, { market, type }: Contract, everyHours: number): Promise<Funding> {
  const pages = await together(
    pagesOfThen(ask, everyHours, SETTLED).map((page) =>
      get(
        ask,
        `v2/mix/market/history-fund-rate?symbol=${market.symbol}&productType=${type}&pageSize=${SETTLED}&pageNo=${page}`,
        Settled,
      ),
    ),
  );
  return lastSettled(
    ask,
    pages.flat().map(({ fundingTime: at, fundingRate: rate }) => ({ at, rate })),
  );
}

async function rateNow(ask: Ask, contract: Contract): Promise<Funding> {
  if (contract.fundingHours === null) throw new Unavailable(unpublished("no funding interval"));
  const everyHours = fundingHours(contract.fundingHours, "fundInterval");
  if (isPast(ask)) return rateThen(ask, contract, everyHours);
  const { fundingRate, ts } = await ticker(ask, contract, Rate);
  return { at: ts, rate: ratio(fundingRate), everyHours, kind: "predicted" };
}

async function bars(ask: Ask, { market, type }: Contract, asked: Window): Promise<readonly z.infer<typeof Bar>[]> {
  const { from, to, keep } = asked;
  const which = `symbol=${market.symbol}&productType=${type}&granularity=1Dutc&startTime=${from}&endTime=${to}`;
  const path = `v2/mix/market/${keep === "forever" ? "history-candles" : "candles"}?${which}&limit=${LIMIT}`;
  return get(ask, path, Bars, keep);
}

/** Of a perpetual on a grid fixed since the epoch, of a dated contract the running month and the one before it. */
function windowsOf({ kind }: Market, ask: Ask): readonly Window[] {
  const until = askedUntil(ask.now);
  const starts: Instant[] = [];
  if (kind === "dated") starts.push(startOfMonth(addMonths(monthOf(ask.now), -1)));
  else for (let at = floorTo(firstInstant(ask.now), SPAN); at < until; at = shift(at, SPAN)) starts.push(at);
  return starts.map((from): Window => {
    const end = shift(from, SPAN);
    return end + HOUR <= ask.now
      ? { from, to: shift(end, -1), keep: "forever" }
      : { from, to: earlier(end, until), keep: toDate(ask) };
  });
}

async function traded(ask: Ask, contract: Contract): Promise<Series<Traded>> {
  const asked = windowsOf(contract.market, ask);
  const rows = (await together(asked.map((window) => bars(ask, contract, window)))).flat();
  const days = series(
    rows.map(([at, , , , , inCoin, inQuote]) => ({
      at,
      value: { until: shift(at, DAY), btc: btc(inCoin), usd: usd(inQuote), typical: null },
    })),
  );
  return anyBars(ask, contract, between(days, firstInstant(ask.now), ask.now), "data");
}

export const bitget = {
  id: "bitget",
  venue: "bitget",
  name: "Bitget",
  docs: "https://www.bitget.com/api-doc/contract/intro",
  // 20 requests a second for each endpoint.
  hosts: { "api.bitget.com": { everyMs: 60, atOnce: 4 } },
  keeps: { funding: ALL },
  note: "All BTC contracts that are trading, in USDT, USDC and coin-margined. Bitget's API is taken to count open interest on both sides, which its help says of its platform but nobody of the API, and is halved: medium confidence. No history of open interest. Monthly volume lacks dated contracts that have expired. Liquidations are those of BTCUSDT that Bitget has told so far.",
  facts: {
    openInterest: {
      endpoint: "GET /api/v2/mix/market/contracts, /api/v2/mix/market/tickers",
      unit: "holdingAmount: BTC, of coin-margined contracts too",
      proof: "documentation (BTCUSD 125.6844); not verified for coin-margined contracts",
      counting: "taken as both sides, halved",
      lookBack: "now",
      uncertain:
        "whether the API counts both sides: the help says so of the platform, and the API's figure was twice an aggregator's",
    },
    volume: {
      endpoint: "GET /api/v2/mix/market/history-candles, /api/v2/mix/market/candles; granularity=1Dutc",
      unit: "BTC; quote currency, of coin-margined contracts USD",
      proof:
        "documentation: 687,897.63 / 26.26 = 26,196 USDT, within the bar; each day's stamp is checked to be 00:00Z",
      counting: "each trade once; not documented",
      lookBack: "25 months are asked, of dated contracts the running month and the one before it",
      uncertain: "sidedness; the columns of coin-margined contracts",
    },
    funding: {
      endpoint: "GET /api/v2/mix/market/tickers fundingRate, /api/v2/mix/market/contracts fundInterval",
      unit: "ratio per interval; hours",
      proof: "documentation",
      counting: "rate of the interval in progress",
      lookBack: "now; of the past what was settled: GET /api/v2/mix/market/history-fund-rate",
    },
    longShort: {
      endpoint: "GET /api/v2/mix/market/account-long-short?symbol=BTCUSDT&period=1h",
      unit: "share of accounts long / share of accounts short",
      proof: "documentation; the shares must add up to 1",
      counting: "accounts that hold BTCUSDT, whatever their size",
      lookBack: "not documented; the newest row is used",
      uncertain: "that a row is of the instant of its stamp",
    },
    taker: {
      endpoint: "GET /api/v2/mix/market/taker-buy-sell?symbol=BTCUSDT&period=1h",
      unit: "BTC",
      proof: "documentation",
      counting: "each trade once by its taker, the last 24 hours that are over",
      lookBack: "not documented; 24 hours in a row must be told",
      uncertain: "that a row is stamped by the start of its hour",
    },
    liquidations: {
      endpoint: "GET /api/v3/market/liquidations?category=USDT-FUTURES&symbol=BTCUSDT",
      unit: "amount: BTC, valued at price (near the price of bankruptcy)",
      proof: "observed 2026-10: amounts of BTC; all of side buy while the market fell on 2026-10-07",
      counting: "orders by the side of the position that was liquidated, told late",
      lookBack: "3 days; the newest 400 orders are asked",
      uncertain: "unit and side are observed, not documented",
    },
  },
  datasets: {
    openInterest: (ask) => perContract(ask, heldNow, { beside }),
    volume: (ask) =>
      perContract(ask, traded, {
        since: firstInstant(ask.now),
        beside: (_, type, listed) => alsoBeside(ask, (aside) => beside(aside, type, listed)),
      }),
    funding: (ask) => perContract(ask, rateNow, { kinds: ["perpetual"], beside: isPast(ask) ? undefined : beside }),
    longShort: accounts,
    taker: takerDay,
    liquidations,
  },
} as const satisfies Source;
