/**
 * dYdX v4, indexer. https://docs.dydx.xyz
 * One BTC contract, BTC-USD: linear, in USDC, 1 contract = 1 BTC. Numbers are text.
 *
 * - `baseOpenInterest` is another figure, about twice as large: `openInterest` is what the candle of the same minute
 *   has as `startingOpenInterest`.
 * - Candles come newest first, at most 1,000; daily ones begin at 00:00Z. `startingOpenInterest` held at that instant.
 * - No mark price: positions are valued at the oracle price. No ratios; liquidations are only single trades.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Market } from "../core/market.ts";
import { between, filterSeries, joinSeries, mapSeries, series, type Series } from "../core/series.ts";
import { DAY, floorTo, HOUR, iso, later, shift, type Instant } from "../core/time.ts";
import { btc, ofBtc, ofUsd, ratio, usd, usdPerBtc } from "../core/units.ts";
import { firstInstant, upToNow } from "./bars.ts";
import { decimal, isoTime, level, positive } from "./decode.ts";
import { only, unpublished } from "./families.ts";
import { toDate } from "./keep.ts";
import { ALL, isPast, lastSettled, nothing } from "./past.ts";
import type { Ask, Keep, Source } from "./source.ts";
import { together } from "./together.ts";

const API = "https://indexer.dydx.trade/v4";
const BTC_USD: Market = { symbol: "BTC-USD", kind: "perpetual", margin: "linear", quote: "USDC" };
const FUNDING_HOURS = 1;
/** The most candles of an answer, and more than the days of 25 months. */
const LIMIT = 1_000;

const Perpetual = z.object({
  status: z.string(),
  openInterest: level,
  oraclePrice: positive.transform(usdPerBtc),
  volume24H: level,
  nextFundingRate: decimal,
});
const Perpetuals = z.object({ markets: z.object({ "BTC-USD": Perpetual }) });

const Candle = z.object({
  startedAt: isoTime.refine((at) => at % DAY === 0, "expected a day that begins at 00:00Z"),
  open: positive.transform(usdPerBtc),
  baseTokenVolume: level.transform(btc),
  usdVolume: level.transform(usd),
  startingOpenInterest: level,
});
const Candles = z.object({ candles: z.array(Candle) });

const Settled = z.object({ historicalFunding: z.array(z.object({ rate: decimal, effectiveAt: isoTime })) });

async function perpetual(ask: Ask): Promise<z.infer<typeof Perpetual>> {
  const market = (await ask.json(`${API}/perpetualMarkets?ticker=BTC-USD`, Perpetuals)).markets["BTC-USD"];
  if (market.status === "ACTIVE") return market;
  throw new Unavailable(unpublished(`BTC-USD is ${market.status}`));
}

/** The days of 25 months: one answer serves volume and history. */
async function days(ask: Ask): Promise<Series<z.infer<typeof Candle>>> {
  // Whether `toISO` is in the answer is not documented: a later hour has the day that has just begun in it either way.
  const to = shift(floorTo(ask.now, HOUR), HOUR);
  const from = firstInstant(ask.now);
  const found = await daysBetween(ask, from, to, toDate(ask));
  if (found.length === 0) throw nothing(ask, "candles", "expected a day of BTC-USD");
  // The day that begins at a past midnight tells what was held then.
  return isPast(ask) ? between(found, from, shift(ask.now, 1)) : upToNow(found, from, ask);
}

/** Those before, where open interest is wanted of them: one answer more. */
async function daysBefore(ask: Ask): Promise<Series<z.infer<typeof Candle>>> {
  const until = firstInstant(ask.now);
  const from = later(floorTo(ask.since, DAY), shift(until, -LIMIT * DAY));
  return from < until ? between(await daysBetween(ask, from, until, "forever"), from, until) : series([]);
}

async function daysBetween(ask: Ask, from: Instant, to: Instant, keep: Keep): Promise<Series<z.infer<typeof Candle>>> {
  const window = `fromISO=${iso(from)}&toISO=${iso(to)}`;
  const url = `${API}/candles/perpetualMarkets/BTC-USD?resolution=1DAY&${window}&limit=${LIMIT}`;
  const { candles } = await ask.json(url, Candles, keep);
  return series(candles.map((candle) => ({ at: candle.startedAt, value: candle })));
}

export const dydx = {
  id: "dydx",
  venue: "dydx",
  name: "dYdX",
  docs: "https://docs.dydx.xyz",
  // 100 requests in 10 seconds.
  hosts: { "indexer.dydx.trade": { everyMs: 200, atOnce: 2 } },
  note: "BTC-USD perpetual (USDC taken as USD), valued at the oracle price.",
  keeps: { funding: ALL },
  facts: {
    openInterest: {
      endpoint: "GET /v4/perpetualMarkets?ticker=BTC-USD openInterest",
      unit: "BTC",
      proof:
        "recorded 2025-12-08: 381.7348, the startingOpenInterest of the minute's candle; 34 million USD at 89,919 USD",
      counting: "each contract once; not documented",
      lookBack: "now",
      uncertain: "sidedness; baseOpenInterest of the same answer is 782.0931",
    },
    openInterestHistory: {
      endpoint: "GET /v4/candles/perpetualMarkets/BTC-USD?resolution=1DAY startingOpenInterest",
      unit: "BTC at the candle's open, with its opening price",
      proof: "as openInterest",
      counting: "each contract once; not documented",
      lookBack: "not documented; 200 days are asked",
      uncertain: "look-back",
    },
    volume: {
      endpoint: "GET /v4/candles/perpetualMarkets/BTC-USD?resolution=1DAY usdVolume, baseTokenVolume",
      unit: "USD and BTC",
      proof: "recorded 2025-12-08: 294,697.4391 / 3.2767 = 89,937 USD, within the minute's range",
      counting: "each trade once; not documented",
      lookBack: "not documented; 25 months are asked, a month begun in the middle is left out",
      uncertain: "sidedness",
    },
    funding: {
      endpoint: "GET /v4/perpetualMarkets?ticker=BTC-USD nextFundingRate",
      unit: "ratio per hour",
      proof: "recorded 2025-12-08: 0.0000025 beside hourly rows of historicalFunding of the same size",
      counting: "running estimate of the hour in progress",
      lookBack: "now; of the past what was settled: GET /v4/historicalFunding/BTC-USD",
    },
  },
  datasets: {
    openInterest: async (ask) => {
      const { openInterest, oraclePrice, volume24H } = await perpetual(ask);
      return only(BTC_USD, { at: ask.now, size: ofBtc(openInterest), price: oraclePrice, traded24h: ofUsd(volume24H) });
    },
    openInterestHistory: async (ask) => {
      const all = joinSeries(...(await together([daysBefore(ask), days(ask)])));
      const wanted = filterSeries(all, ({ at }) => at >= floorTo(ask.since, DAY));
      const held = filterSeries(wanted, ({ value }) => value.startingOpenInterest > 0);
      if (held.length === 0) throw new Unavailable(unpublished("no history of BTC-USD"));
      return only(
        BTC_USD,
        // A day's first trade comes after its beginning: at the instant asked about there is none yet.
        mapSeries(held, ({ startingOpenInterest, open }, at) => ({
          size: ofBtc(startingOpenInterest),
          ...(at < ask.now ? { price: open } : {}),
        })),
      );
    },
    volume: async (ask) => {
      const bars = await days(ask);
      if (bars.length === 0) throw nothing(ask, "candles", "no day of BTC-USD");
      return only(
        BTC_USD,
        mapSeries(bars, ({ baseTokenVolume, usdVolume }, at) => ({
          until: shift(at, DAY),
          btc: baseTokenVolume,
          usd: usdVolume,
          typical: null,
        })),
      );
    },
    funding: async (ask) => {
      if (isPast(ask)) {
        const url = `${API}/historicalFunding/BTC-USD?limit=4&effectiveBeforeOrAt=${iso(ask.now)}`;
        const { historicalFunding: rows } = await ask.json(url, Settled);
        return only(
          BTC_USD,
          lastSettled(
            ask,
            rows.map(({ effectiveAt: at, rate }) => ({ at, rate })),
          ),
        );
      }
      const { nextFundingRate } = await perpetual(ask);
      return only(BTC_USD, { at: ask.now, rate: ratio(nextFundingRate), everyHours: FUNDING_HOURS, kind: "predicted" });
    },
  },
} as const satisfies Source;
