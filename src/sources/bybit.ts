/**
 * Bybit futures, API v5. https://bybit-exchange.github.io/docs/v5/intro
 * Everything in `result` is text. A refusal comes with status 200 and a `retCode` other than 0; status 403 is the
 * United States and mainland China, or too many requests from one address: the body tells which.
 *
 * - `openInterest` counts both sides of every contract. `singleOpenInterest` (since 2026-06-11) counts them once.
 * - Linear contracts are counted in BTC and turned over in the quote currency, inverse ones the other way round.
 * - A list asked by `baseCoin` holds linear and inverse contracts whichever `category` is asked.
 * - `start`, `end`, `startTime` and `endTime` include what they name. Bars open on UTC.
 * - Liquidations and taker volume have no keyless endpoint.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Funding, Lacking, LongShort, Market, Markets, OpenInterest } from "../core/market.ts";
import { floorTo, HOUR, shift } from "../core/time.ts";
import { ratio, usdPerBtc } from "../core/units.ts";
import { firstInstant } from "./bars.ts";
import { answer, get, heldOnce, MAIN, mainMarket, perContract, sizeOf, type Contract } from "./bybit-contracts.ts";
import { dailyCandles, fineCandles, heldDaily, heldFine, heldHourly, hourlyCandles, months } from "./bybit-history.ts";
import { anyRow, decimal, fundingHours, level, millis, ownRows, positive } from "./decode.ts";
import { only, unpublished } from "./families.ts";
import { HOURS_OVER } from "./keep.ts";
import { ALL, isPast, lastSettled, newestOf, nothing, SETTLEMENTS } from "./past.ts";
import type { Ask, Source } from "./source.ts";
import { alsoBeside, unlisted } from "./unlisted.ts";

const Ticker = z.object({
  markPrice: positive.transform(usdPerBtc),
  indexPrice: positive.transform(usdPerBtc),
  openInterest: level,
  singleOpenInterest: level.optional(),
  volume24h: level,
});
const Rate = z.object({ fundingRate: decimal });
const Settled = answer(z.array(z.object({ fundingRate: decimal, fundingRateTimestamp: millis })));
const Accounts = answer(z.array(z.object({ buyRatio: positive, sellRatio: positive, timestamp: millis })));
const Tickers = answer(z.array(anyRow));

/** A contract's row in the answer about all. */
async function ticker<T>(ask: Ask, { symbol, margin }: Market, row: z.ZodType<T>) {
  const own = answer(ownRows((each) => each["symbol"] === symbol, row));
  const { list, at } = await get(ask, `tickers?category=${margin}`, own);
  if (list[0] === undefined) throw nothing(ask, "result.list", "no ticker");
  return { row: list[0], at };
}

const NAMES: Readonly<Record<Market["margin"], RegExp>> = {
  linear: /^BTC(?:USDT|PERP|(?<dated>(?:USDT)?-\d{1,2}[A-Z]{3}\d{2}))$/,
  inverse: /^BTCUSD(?<dated>[A-Z]\d{2})?$/,
};

/** What is open beside the list, but for what is not trading yet. */
async function beside(ask: Ask, category: Market["margin"], listed: ReadonlySet<unknown>): Promise<readonly Lacking[]> {
  const { list: rows } = await get(ask, `tickers?category=${category}`, Tickers);
  return unlisted(ask, {
    rows,
    field: "symbol",
    name: NAMES[category],
    listed,
    read: ({ openInterest: open, deliveryTime, curPreListingPhase: phase }) =>
      phase === undefined || phase === "" ? { open, expires: millis.safeParse(deliveryTime).data } : null,
    list: "instruments-info",
  });
}

async function heldNow(ask: Ask, { market }: Contract): Promise<OpenInterest> {
  const { row, at } = await ticker(ask, market, Ticker);
  const count = heldOnce(row);
  return {
    at,
    size: sizeOf(market.margin, count),
    price: row.markPrice,
    index: row.indexPrice,
    traded24h: sizeOf(market.margin, row.volume24h),
  };
}

async function rateNow(ask: Ask, { market, fundingMinutes }: Contract): Promise<Funding> {
  if (isPast(ask)) {
    const which = `category=${market.margin}&symbol=${market.symbol}`;
    const window = `startTime=${shift(ask.now, -SETTLEMENTS)}&endTime=${ask.now}&limit=200`;
    const { list } = await get(ask, `funding/history?${which}&${window}`, Settled);
    return lastSettled(
      ask,
      list.map(({ fundingRateTimestamp: at, fundingRate: rate }) => ({ at, rate })),
    );
  }
  const { row, at } = await ticker(ask, market, Rate);
  if (fundingMinutes === 0) throw new Unavailable(unpublished("no funding interval"));
  return {
    at,
    rate: ratio(row.fundingRate),
    everyHours: fundingHours(fundingMinutes / 60, "fundingInterval"),
    kind: "predicted",
  };
}

/** Shares of the holders of a position, not of positions: those are one to one. */
async function accounts(ask: Ask): Promise<Markets<LongShort>> {
  const market = await mainMarket(ask);
  const last = floorTo(ask.now, HOUR);
  const which = `category=linear&symbol=${MAIN}&period=1h&startTime=${shift(last, -HOUR)}&endTime=${last}&limit=2`;
  const rows = (await get(ask, `account-ratio?${which}`, Accounts, HOURS_OVER)).list;
  const row = newestOf(ask, rows, ({ timestamp }) => timestamp);
  if (row === undefined) throw new Unavailable(unpublished("no account ratio"));
  const { timestamp: at, buyRatio: long, sellRatio: short } = row;
  const shares = { long: ratio(long), short: ratio(short) };
  const value: LongShort = { at, ratio: long / short, counts: "accounts", shares };
  return only(market, value);
}

const COUNTED = "singleOpenInterest counts each contract once; half of openInterest where it is missing";

export const bybit = {
  id: "bybit",
  venue: "bybit",
  name: "Bybit",
  docs: "https://bybit-exchange.github.io/docs/v5/intro",
  // 600 requests in five seconds from one address.
  hosts: { "api.bybit.com": { everyMs: 20, atOnce: 10 } },
  note: "All BTC contracts that are trading, linear (USDT, USDC) and inverse. Bybit's API counts open interest on both sides; here each contract counts once. Monthly volume lacks dated contracts that have expired, and is taken to count each trade once.",
  keeps: { funding: ALL, longShort: ALL },
  facts: {
    openInterest: {
      endpoint: "GET /v5/market/instruments-info, /v5/market/tickers; category=linear and inverse",
      unit: "linear: BTC; inverse: USD",
      proof: "documented sample: 240,113,967 USD / 114,898.43 = 2,089.79 BTC, its openInterestValue",
      counting: COUNTED,
      lookBack: "now",
    },
    openInterestHistory: {
      endpoint: "GET /v5/market/open-interest?intervalTime=1d",
      unit: "linear: BTC; inverse: USD; no price",
      proof: "as openInterest",
      counting: COUNTED,
      lookBack: "since listing; 200 days are asked",
      uncertain: "that a sample is of the instant of its stamp, 00:00Z; contracts that have expired are not asked",
    },
    volume: {
      endpoint: "GET /v5/market/kline?interval=M, of the last months D",
      unit: "linear: volume BTC, turnover USDT or USDC; inverse: volume USD, turnover BTC",
      proof: "documented inverse sample: 268,611 / 15.74462667 = 17,060.5 USD per BTC, within the bar",
      counting: "each trade once; not documented",
      lookBack: "since listing; 25 months are asked",
      uncertain: "sidedness; contracts that have expired are missing; a month or day that is none of UTC is refused",
    },
    funding: {
      endpoint: "GET /v5/market/tickers fundingRate, /v5/market/instruments-info fundingInterval",
      unit: "ratio per interval; minutes",
      proof: "documentation",
      counting: "running estimate of what is paid at nextFundingTime",
      lookBack: "now; of the past what was settled: GET /v5/market/funding/history",
    },
    longShort: {
      endpoint: "GET /v5/market/account-ratio?symbol=BTCUSDT&period=1h",
      unit: "share of holders long / share of holders short",
      proof: "documentation; the shares must add up to 1",
      counting: "holders of BTCUSDT, whatever their size",
      lookBack: "since 2020-07-20",
      uncertain: "that a row is of the instant of its stamp",
    },
    hourlyCandles: {
      endpoint: "GET /v5/market/kline?symbol=BTCUSDT&interval=60",
      unit: "USDT per BTC, BTC, USDT",
      proof: "as volume",
      counting: "last-price bars",
      lookBack: "since listing; 90 days are asked",
    },
    dailyCandles: {
      endpoint: "GET /v5/market/kline?symbol=BTCUSDT&interval=D",
      unit: "USDT per BTC, BTC, USDT",
      proof: "as volume",
      counting: "last-price bars, UTC days",
      lookBack: "since listing; 200 days are asked",
    },
    hourlyOpenInterest: {
      endpoint: "GET /v5/market/open-interest?symbol=BTCUSDT&intervalTime=1h",
      unit: "BTC; no price",
      proof: "as openInterest",
      counting: COUNTED,
      lookBack: "since listing; 30 days are asked, days reach further back",
      uncertain: "as openInterestHistory",
    },
    fineCandles: {
      endpoint: "GET /v5/market/kline?symbol=BTCUSDT&interval=5",
      unit: "USDT per BTC, BTC, USDT",
      proof: "as volume",
      counting: "last-price bars",
      lookBack: "since listing; 30 days are asked, and only where a level of the map is nearer than 2 %",
    },
    fineOpenInterest: {
      endpoint: "GET /v5/market/open-interest?symbol=BTCUSDT&intervalTime=5min",
      unit: "BTC; no price",
      proof: "as openInterest",
      counting: COUNTED,
      lookBack: "since listing; 30 days are asked with fineCandles, in 44 or 45 pages of 200",
      uncertain: "as openInterestHistory",
    },
  },
  datasets: {
    openInterest: (ask) => perContract(ask, heldNow, { beside }),
    openInterestHistory: (ask) => perContract(ask, heldDaily),
    volume: (ask) =>
      perContract(ask, months, {
        since: firstInstant(ask.now),
        beside: (_, category, listed) => alsoBeside(ask, (aside) => beside(aside, category, listed)),
      }),
    funding: (ask) => perContract(ask, rateNow, { kinds: ["perpetual"], beside: isPast(ask) ? undefined : beside }),
    longShort: accounts,
    fineCandles,
    hourlyCandles,
    dailyCandles,
    hourlyOpenInterest: heldHourly,
    fineOpenInterest: heldFine,
  },
} as const satisfies Source;
