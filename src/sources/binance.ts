/**
 * Binance futures, live. https://developers.binance.com/docs/derivatives
 * USD-M (fapi) and COIN-M (dapi) are two exchanges with two lists and two units: see binance-contracts.ts. From the
 * United States and from many data centres both answer 451; binance-archive.ts still works there.
 *
 * - No bulk open interest: one request a contract. An unknown symbol under /futures/data is `[]` with status 200.
 * - /futures/data holds 30 days and refuses an older `startTime`; a range longer than `limit` gives its latest rows.
 *   So no `startTime` is sent there, and pages go backward by `endTime`.
 * - COIN-M keeps its statistics by contract type, and a request for klines spans at most 200 days.
 * - Continuous klines run on through deliveries: expired quarterlies are in them.
 * - Liquidations have no keyless endpoint.
 */
import { z } from "zod";
import type { Funding, Lacking, Markets, OpenInterest } from "../core/market.ts";
import { shift } from "../core/time.ts";
import { ratio, usdPerBtc } from "../core/units.ts";
import {
  COIN_M,
  contractsOf,
  premiumsOf,
  priced,
  sizeOf,
  USD_M,
  type Contract,
  type Family,
} from "./binance-contracts.ts";
import { dailyCandles, fineCandles, hourlyCandles, monthlyVolume } from "./binance-klines.ts";
import {
  accountsLongToShort,
  circulating,
  heldDaily,
  heldFine,
  heldHourly,
  KEPT,
  takerDay,
} from "./binance-statistics.ts";
import { asOldAs, decimal, fundingHours, level, millis, ownRows, positive } from "./decode.ts";
import { families, only } from "./families.ts";
import { everyListed, ofKinds } from "./listed.ts";
import { ALL, isPast, lastSettled, nothing, SETTLEMENTS } from "./past.ts";
import type { Ask, Source } from "./source.ts";
import { together } from "./together.ts";

/** Hours a contract's funding period lasts where `fundingInfo` does not list it; COIN-M's BTC contracts always. */
const FUNDING_HOURS = 8;

const Held = z.object({ openInterest: level, time: millis });
const Premium = z.object({
  symbol: z.string(),
  markPrice: positive.transform(usdPerBtc),
  indexPrice: positive.transform(usdPerBtc),
  // Dated contracts have "".
  lastFundingRate: z.union([decimal, z.literal("").transform(() => null)]),
  time: millis,
});
const Settled = z.array(z.object({ fundingTime: millis, fundingRate: decimal }));
const Intervals = z.array(z.object({ symbol: z.string(), fundingIntervalHours: positive }));

/**
 * Asks one question per contract of each family; a contract that fails is named, the others count. `more` is what the
 * family's list, of these symbols, lacks.
 */
const perContract = <T>(
  ask: Ask,
  one: (ask: Ask, family: Family, contract: Contract) => Promise<Markets<T>>,
  more?: (family: Family, listed: ReadonlySet<unknown>) => Promise<readonly Lacking[]>,
): Promise<Markets<T>> =>
  families(
    Object.fromEntries(
      [USD_M, COIN_M].map((family) => [
        family.name,
        async () => {
          const listing = await contractsOf(ask, family);
          return everyListed(listing, (contract) => one(ask, family, contract), more?.(family, listing.symbols));
        },
      ]),
    ),
  );

/** Mark price, index and funding of one contract, out of the one answer for all. */
async function premiumOf(ask: Ask, family: Family, symbol: string): Promise<z.infer<typeof Premium>> {
  const [premium] = await ask.json(
    premiumsOf(family),
    ownRows((row) => row["symbol"] === symbol, Premium),
  );
  if (premium === undefined) throw nothing(ask, "premiumIndex", "no row");
  return premium;
}

async function heldNow(ask: Ask, family: Family, { market }: Contract): Promise<Markets<OpenInterest>> {
  const [held, premium] = await together([
    ask.json(`${family.v1}/openInterest?symbol=${market.symbol}`, Held),
    premiumOf(ask, family, market.symbol),
  ]);
  return only(market, {
    // Worth what its mark price says.
    at: asOldAs(ask.now, held.time, premium.time),
    size: sizeOf(family.margin, held.openInterest),
    price: premium.markPrice,
    index: premium.indexPrice,
  });
}

async function fundingNow(ask: Ask, family: Family, { market }: Contract): Promise<Markets<Funding>> {
  if (market.kind === "dated") return { of: [], lacking: [] };
  if (isPast(ask)) {
    const window = `startTime=${shift(ask.now, -SETTLEMENTS)}&endTime=${ask.now}&limit=100`;
    const rows = await ask.json(`${family.v1}/fundingRate?symbol=${market.symbol}&${window}`, Settled);
    return only(
      market,
      lastSettled(
        ask,
        rows.map(({ fundingTime: at, fundingRate: rate }) => ({ at, rate })),
      ),
    );
  }
  const [premium, intervals] = await together([
    premiumOf(ask, family, market.symbol),
    family === USD_M ? ask.json(`${family.v1}/fundingInfo`, Intervals, { minutes: 60 }) : [],
  ]);
  if (premium.lastFundingRate === null) throw nothing(ask, "lastFundingRate", "no rate");
  const adjusted = intervals.find((row) => row.symbol === market.symbol);
  return only(market, {
    at: premium.time,
    rate: ratio(premium.lastFundingRate),
    everyHours: fundingHours(adjusted?.fundingIntervalHours ?? FUNDING_HOURS, "fundingIntervalHours"),
    kind: "predicted",
  });
}

/** 1,000 requests in five minutes are allowed; bans were seen at a twenty-fifth of that. */
const STATISTICS = { "/futures/data/": 1_200 } as const;
const COUNTED_ONCE = "each contract once; not documented, no answer contradicts it";

export const binance = {
  id: "binance",
  venue: "binance",
  name: "Binance",
  docs: "https://developers.binance.com/docs/derivatives",
  hosts: {
    // 2,400 weights a minute.
    "fapi.binance.com": { everyMs: 200, atOnce: 6, paths: STATISTICS },
    // 6,000 weights a minute.
    "dapi.binance.com": { everyMs: 100, atOnce: 6, paths: STATISTICS },
  },
  note: "All BTC contracts of USD-M (USDT, USDC and USD1 taken as USD) and COIN-M. Binance does not say whether open interest and volume are counted once; they are read so. Monthly volume lacks contracts that were delisted, other than quarterlies in USDT and USD.",
  keeps: {
    openInterestHistory: KEPT,
    funding: ALL,
    longShort: KEPT,
    taker: KEPT,
    hourlyOpenInterest: KEPT,
    fineOpenInterest: KEPT,
    supply: KEPT,
  },
  // What articles call "Binance open interest" is one of these, rarely all of it.
  scopes: [["BTCUSDT"], ["BTCUSDT", "BTCUSD_PERP"]],
  facts: {
    openInterest: {
      endpoint: "GET fapi, dapi: /v1/exchangeInfo, /v1/openInterest?symbol=, /v1/premiumIndex",
      unit: "USD-M: BTC; COIN-M: contracts of 100 USD",
      proof: "exchangeInfo contractSize; archive row 5,578,700 contracts × 100 USD / 30,543 = 18,265 BTC, as published",
      counting: COUNTED_ONCE,
      lookBack: "now",
      uncertain: "sidedness",
    },
    openInterestHistory: {
      endpoint: "GET fapi, dapi: /futures/data/openInterestHist?period=1d",
      unit: "USD-M: BTC, value in USDT; COIN-M: contracts of 100 USD, value in BTC",
      proof: "recorded 2022-01-14: 3,248,828,884 / 75,375.617 = 43,102 USDT, the price; COIN-M as the archive",
      counting: COUNTED_ONCE,
      lookBack: "30 days; COIN-M quarterlies since they hold their type",
      uncertain: "which dated contracts and whether BTCUSDC are served: an empty answer is taken as not published",
    },
    volume: {
      endpoint:
        "GET fapi: /v1/klines, /v1/continuousKlines; dapi: /v1/continuousKlines; interval=1M, of the last months 1d",
      unit: "USD-M: BTC and USDT; COIN-M: contracts of 100 USD and BTC",
      proof: "documentation of the fields; COIN-M 206 contracts × 100 USD / 9,641 = 2.137 BTC, as in its sample",
      counting: "each trade once; not documented",
      lookBack: "since listing; 25 months are asked",
      uncertain: "sidedness",
    },
    funding: {
      endpoint: "GET fapi, dapi: /v1/premiumIndex lastFundingRate; fapi: /v1/fundingInfo",
      unit: "ratio per interval",
      proof: "documentation",
      counting: "running estimate of the period that ends at nextFundingTime; 8 h where fundingInfo names no other",
      lookBack: "now; of the past what was settled: GET fapi, dapi: /v1/fundingRate",
    },
    longShort: {
      endpoint: "GET fapi: /futures/data/globalLongShortAccountRatio?period=1h",
      unit: "accounts net long / accounts net short",
      proof: "longAccount / shortAccount gives the ratio within 1 %, or it is flagged",
      counting: "accounts of BTCUSDT, whatever their size",
      lookBack: "30 days",
    },
    taker: {
      endpoint: "GET fapi: /futures/data/takerlongshortRatio?period=1h",
      unit: "BTC",
      proof: "documentation: 387.33 against 248.503 in five minutes of 2020 is BTC",
      counting: "BTCUSDT, each trade once by its taker, 24 whole hours",
      lookBack: "30 days",
      uncertain: "whether a row bears the start or the end of its hour: read as the start",
    },
    hourlyCandles: {
      endpoint: "GET fapi: /v1/klines?symbol=BTCUSDT&interval=1h",
      unit: "USDT per BTC, BTC, USDT",
      proof: "documentation",
      counting: "last-price bars",
      lookBack: "since 2019-09-08; 90 days are asked",
    },
    dailyCandles: {
      endpoint: "GET fapi: /v1/klines?symbol=BTCUSDT&interval=1d",
      unit: "USDT per BTC, BTC, USDT",
      proof: "documentation",
      counting: "last-price bars, UTC days",
      lookBack: "since 2019-09-08; 200 days are asked",
    },
    hourlyOpenInterest: {
      endpoint: "GET fapi: /futures/data/openInterestHist?symbol=BTCUSDT&period=1h",
      unit: "BTC, value in USDT",
      proof: "as openInterestHistory",
      counting: COUNTED_ONCE,
      lookBack: "30 days",
    },
    fineCandles: {
      endpoint: "GET fapi: /v1/klines?symbol=BTCUSDT&interval=5m",
      unit: "USDT per BTC, BTC, USDT",
      proof: "documentation",
      counting: "last-price bars",
      lookBack: "since 2019-09-08; 30 days are asked, and only where a level of the map is nearer than 2 %",
    },
    fineOpenInterest: {
      endpoint: "GET fapi: /futures/data/openInterestHist?symbol=BTCUSDT&period=5m",
      unit: "BTC, value in USDT",
      proof: "as openInterestHistory",
      counting: COUNTED_ONCE,
      lookBack: "30 days; the last 4 are asked, with fineCandles: at most 4 pages. The archive has those before",
    },
    supply: {
      endpoint: "GET fapi: /futures/data/openInterestHist?symbol=BTCUSDT&period=1d CMCCirculatingSupply",
      unit: "BTC",
      proof: "19.7 to 21 million bitcoins, what can have been mined by now, or the row is refused",
      counting: "as CoinMarketCap counts it",
      lookBack: "30 days; the newest row is taken",
      uncertain: "when CoinMarketCap counted it: taken as the instant of the row; the documented sample has 165,880",
    },
  },
  datasets: {
    openInterest: (ask) => perContract(ask, heldNow, (family, listed) => priced(ask, family, listed)),
    openInterestHistory: (ask) => perContract(ask, heldDaily),
    volume: monthlyVolume,
    funding: (ask) =>
      perContract(
        ask,
        fundingNow,
        isPast(ask) ? undefined : async (...of) => ofKinds(["perpetual"], await priced(ask, ...of)),
      ),
    longShort: accountsLongToShort,
    taker: takerDay,
    fineCandles,
    hourlyCandles,
    dailyCandles,
    hourlyOpenInterest: heldHourly,
    fineOpenInterest: heldFine,
    supply: circulating,
  },
} as const satisfies Source;
