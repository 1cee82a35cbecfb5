/**
 * Hyperliquid perpetuals. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint
 * One POST endpoint; what is asked is in the body. BTC of the main exchange only: the exchanges of builders (HIP-3)
 * have BTC contracts of their own, which are not asked for.
 *
 * - Contracts and their figures are two lists with one order; delisted contracts keep their place in both.
 * - Candles have no quote column, and only the last 5,000 of each interval exist: 208 days of hours, 833 of 4 hours.
 * - No history of open interest, no ratios, no liquidations.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Market, Markets, Traded } from "../core/market.ts";
import { between, joinSeries, series, type Series } from "../core/series.ts";
import { addMonths, DAY, earlier, floorTo, HOUR, monthOf, shift, startOfMonth, type Instant } from "../core/time.ts";
import { btc, ofBtc, ofUsd, ratio, usdPerBtc } from "../core/units.ts";
import { firstInstant, typicalPrice, upToNow } from "./bars.ts";
import { anyRow, decimal, level, millis, positive } from "./decode.ts";
import { only, unpublished } from "./families.ts";
import { toDate } from "./keep.ts";
import { ALL, isPast, lastSettled, nothing, SETTLEMENTS } from "./past.ts";
import type { Ask, Keep, Source } from "./source.ts";
import { together } from "./together.ts";

const API = "https://api.hyperliquid.xyz/info";
const BTC: Market = { symbol: "BTC", kind: "perpetual", margin: "linear", quote: "USDC" };
const FUNDING_HOURS = 1;
/**
 * How many sides of a contract `openInterest` counts. Unresolved: two observers say that longs and shorts are added
 * up, one says that they are not, and no document does. Aggregators print the figure as it is, and so do we; if it is
 * found to be two-sided, 2 halves it.
 */
const SIDES = 1;
/** Hours are asked for from the first month that begins in so many days. */
const DAYS_OF_HOURS = 200;

const Context = z.object({
  openInterest: level,
  markPx: positive.transform(usdPerBtc),
  oraclePx: positive.transform(usdPerBtc),
  dayNtlVlm: level,
  funding: decimal,
});
const Settled = z.array(z.object({ time: millis, fundingRate: decimal }));
const Answer = z
  .tuple([z.object({ universe: z.array(anyRow) }), z.array(z.unknown())])
  .refine(([{ universe }, contexts]) => universe.length === contexts.length, "expected two lists of one length")
  .transform(([{ universe }, contexts]) => {
    const i = universe.findIndex((coin) => coin["name"] === BTC.symbol);
    return { coin: universe[i], context: contexts[i] };
  })
  .pipe(z.object({ coin: z.object({ isDelisted: z.boolean().nullish() }), context: Context }));

async function contextOf(ask: Ask): Promise<z.infer<typeof Context>> {
  const { coin, context } = await ask.json({ url: API, body: { type: "metaAndAssetCtxs" } }, Answer);
  if (coin.isDelisted === true) throw new Unavailable(unpublished("BTC is delisted"));
  return context;
}

async function candles(
  ask: Ask,
  [interval, every]: readonly [string, number],
  from: Instant,
  until: Instant,
  keep: Keep,
): Promise<Series<Traded>> {
  const Candles = z.array(
    z.object({
      t: millis.refine((at) => at % every === 0, "expected a candle on the grid of its interval"),
      o: positive,
      h: positive,
      l: positive,
      c: positive,
      v: level,
    }),
  );
  const endTime = Math.min(until - 1, floorTo(ask.now, HOUR));
  const body = { type: "candleSnapshot", req: { coin: BTC.symbol, interval, startTime: from, endTime } };
  const bars = series(
    (await ask.json({ url: API, body }, Candles, keep)).map(({ t, o, h, l, c, v }) => ({
      at: t,
      value: { until: shift(t, every), btc: btc(v), usd: null, typical: typicalPrice(o, h, l, c) },
    })),
  );
  return until < ask.now ? between(bars, from, until) : upToNow(bars, from, ask);
}

/** Hours of the latest months and 4 hours of those before: no instant is in both. */
async function volume(ask: Ask): Promise<Markets<Series<Traded>>> {
  const served = startOfMonth(addMonths(monthOf(shift(ask.clock, -DAYS_OF_HOURS * DAY)), 1));
  const change = earlier(served, ask.now);
  const parts = await together([
    candles(ask, ["4h", 4 * HOUR], firstInstant(ask.now), change, "forever"),
    change < ask.now ? candles(ask, ["1h", HOUR], change, ask.now, toDate(ask)) : series<Traded>([]),
  ]);
  const bars = joinSeries(...parts);
  if (bars.length === 0) throw nothing(ask, "candles", "no candle of BTC");
  return only(BTC, bars);
}

export const hyperliquid = {
  id: "hyperliquid",
  venue: "hyperliquid",
  name: "Hyperliquid",
  docs: "https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint",
  // 1,200 weights a minute; 5,000 candles are about 100.
  hosts: { "api.hyperliquid.xyz": { everyMs: 500, atOnce: 2 } },
  note: "BTC perpetual in USDC (taken as USD). Open interest is printed as published; whether it adds up longs and shorts, which would make it twice as large as that of other venues, is disputed. Monthly volume in USD is made from hourly bars, beyond some 200 days bars of 4 hours, at their typical price.",
  keeps: { funding: ALL },
  facts: {
    openInterest: {
      endpoint: "POST /info metaAndAssetCtxs",
      unit: "BTC",
      proof: "recorded 2026: 27,353.17682 at 77,562 USD; dayNtlVlm 1,516,669,192 / dayBaseVlm 19,707.77 = 76,958 USD",
      counting: "as published",
      lookBack: "now",
      uncertain: "sidedness: observers contradict each other",
    },
    volume: {
      endpoint: "POST /info candleSnapshot, 1h and 4h",
      unit: "BTC",
      proof: "documentation: base currency",
      counting: "each trade once; not documented",
      lookBack: "5,000 candles of each interval",
      uncertain: "sidedness",
    },
    funding: {
      endpoint: "POST /info metaAndAssetCtxs funding",
      unit: "ratio per hour",
      proof: "documentation: paid every hour",
      counting: "running estimate of the hour in progress",
      lookBack: "now; of the past what was settled: POST /info fundingHistory",
    },
  },
  datasets: {
    openInterest: async (ask) => {
      const { openInterest, markPx, oraclePx, dayNtlVlm } = await contextOf(ask);
      return only(BTC, {
        at: ask.now,
        size: ofBtc(openInterest / SIDES),
        price: markPx,
        index: oraclePx,
        traded24h: ofUsd(dayNtlVlm),
      });
    },
    volume,
    funding: async (ask) => {
      if (isPast(ask)) {
        const window = { startTime: shift(ask.now, -SETTLEMENTS), endTime: ask.now };
        const rows = await ask.json(
          { url: API, body: { type: "fundingHistory", coin: BTC.symbol, ...window } },
          Settled,
        );
        return only(
          BTC,
          lastSettled(
            ask,
            rows.map(({ time: at, fundingRate: rate }) => ({ at, rate })),
          ),
        );
      }
      const { funding } = await contextOf(ask);
      return only(BTC, { at: ask.now, rate: ratio(funding), everyHours: FUNDING_HOURS, kind: "predicted" });
    },
  },
} as const satisfies Source;
