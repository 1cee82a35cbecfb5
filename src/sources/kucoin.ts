/**
 * KuCoin futures. https://www.kucoin.com/docs-new/introduction
 * Two generations, both keyless: classic for contracts and the days of inverse ones, unified (`ua`) for the history of
 * open interest and the hours of linear contracts.
 * Refusals come with status 200 and a `code` other than "200000".
 *
 * - Bitcoin is XBT. Sizes are lots of `multiplier` BTC; of inverse contracts -1 stands for 1 USD.
 * - Unified candles: text, seconds, newest first; start, open, close, high, low, volume, turnover. Documented for 1,500,
 *   clients tell of fewer; the unit of a futures contract's volume is not documented. So an answer that lacks more than a
 *   tenth of its hours is not used, and each row must bear the unit out: turnover / volume lies within its prices.
 * - Classic candles: numbers, milliseconds, oldest first; start, open, high, low, close, lots. At most 500. A seventh
 *   column, turnover in the quote currency, is there since 2025-09-12. They serve where the unified ones do not.
 * - Both leave out a bar without a trade.
 * - 24-hour volume of inverse contracts has no documented unit.
 * - No ratios, no liquidations.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Funding, OpenInterest, PastOpenInterest } from "../core/market.ts";
import { series, type Series } from "../core/series.ts";
import { DAY, floorTo, HOUR, shift } from "../core/time.ts";
import { ofBtc, ofContracts, ratio } from "../core/units.ts";
import { firstInstant, midnightPages } from "./bars.ts";
import { decimal, fundingHours, level, millis } from "./decode.ts";
import { unpublished } from "./families.ts";
import { answer, CLASSIC, perContract, UNIFIED, type Contract } from "./kucoin-contracts.ts";
import { traded } from "./kucoin-volume.ts";
import { indexOf, priceOfHeld } from "./listed.ts";
import { ALL, isPast, lastSettled, nothing, SETTLEMENTS } from "./past.ts";
import type { Ask, Source } from "./source.ts";
import { together } from "./together.ts";

const SAMPLES = 200;
/** From a sample's stamp to the instant at which it held. Undocumented. */
const STAMP_TO_INSTANT = 0;

const Settled = answer(z.array(z.object({ fundingRate: decimal, timepoint: millis })));
const Samples = answer(z.array(z.object({ symbol: z.string(), openInterest: level, ts: millis })));

function heldNow(ask: Ask, { market, each, row }: Contract): OpenInterest {
  const lots = row.openInterest ?? null;
  const traded = row.volumeOf24h ?? null;
  if (lots === null) throw nothing(ask, "openInterest", "no open interest");
  return {
    at: ask.now,
    size: ofContracts(lots, each),
    price: priceOfHeld(ask, lots, row.markPrice, "markPrice"),
    ...indexOf(row.indexPrice, "indexPrice"),
    ...(market.margin === "linear" && traded !== null ? { traded24h: ofBtc(traded) } : {}),
  };
}

async function rateNow(ask: Ask, { market, row }: Contract): Promise<Funding> {
  if (isPast(ask)) {
    const window = `from=${shift(ask.now, -SETTLEMENTS)}&to=${ask.now}`;
    const rows = await ask.json(`${CLASSIC}/contract/funding-rates?symbol=${market.symbol}&${window}`, Settled);
    return lastSettled(
      ask,
      rows.map(({ timepoint: at, fundingRate: rate }) => ({ at, rate })),
    );
  }
  const rate = row.fundingFeeRate ?? null;
  const interval = row.fundingRateGranularity ?? null;
  if (rate === null || interval === null) throw nothing(ask, "fundingFeeRate", "no rate");
  const everyHours = fundingHours(interval / HOUR, "fundingRateGranularity");
  return { at: ask.now, rate: ratio(rate), everyHours, kind: "predicted" };
}

/** The samples at 00:00Z to today. */
async function heldDaily(ask: Ask, { market, each }: Contract): Promise<Series<PastOpenInterest>> {
  const [from, until] = [shift(floorTo(ask.since, DAY), DAY), floorTo(ask.now, DAY)];
  const pages = await together(
    midnightPages(ask, SAMPLES).map((page) => {
      const which = `symbol=${market.symbol}&interval=1day&startAt=${page.from}&endAt=${page.to}&pageSize=${SAMPLES}`;
      return ask.json(`${UNIFIED}/market/open-interest?${which}`, Samples, page.keep);
    }),
  );
  const held = series(
    pages
      .flat()
      .filter(({ symbol, openInterest: lots }) => symbol === market.symbol && lots > 0)
      .map(({ ts, openInterest: lots }) => ({
        at: shift(ts, STAMP_TO_INSTANT),
        value: { size: ofContracts(lots, each) },
      }))
      .filter(({ at }) => at >= from && at <= until),
  );
  if (held.length === 0) throw new Unavailable(unpublished("no open interest of the past"));
  return held;
}

const COUNTED_ONCE = "each contract once; not documented, the size of an aggregator agrees";

export const kucoin = {
  id: "kucoin",
  venue: "kucoin",
  name: "KuCoin",
  docs: "https://www.kucoin.com/docs-new/introduction",
  // 2,000 weights in 30 seconds; contracts and candles weigh 3.
  hosts: {
    "api-futures.kucoin.com": { everyMs: 60, atOnce: 4 },
    "api.kucoin.com": { everyMs: 60, atOnce: 4 },
  },
  note: "XBT contracts in USDT, USDC and USD. Monthly volume lacks dated contracts that have expired; of inverse contracts its BTC is made with each day's typical price. Where the bars with turnover are refused, cut short or contradictory, days serve instead, and those without turnover are made USD with their typical price. Sidedness is not documented: each contract and each trade is taken to count once.",
  keeps: { funding: ALL },
  facts: {
    openInterest: {
      endpoint: "GET /api/v1/contracts/active",
      unit: "lots of multiplier BTC; inverse: of 1 USD (multiplier -1)",
      proof:
        "documented sample: 6,748,176 lots × 0.001 = 6,748 BTC of XBTUSDTM; an aggregator had 5,898 BTC in USDT on 2025-11-14",
      counting: COUNTED_ONCE,
      lookBack: "now",
    },
    openInterestHistory: {
      endpoint: "GET https://api.kucoin.com/api/ua/v1/market/open-interest?interval=1day",
      unit: "lots; no price",
      proof: "read as lots, as in contracts/active",
      counting: COUNTED_ONCE,
      lookBack: "not documented; 200 days are asked",
      uncertain: "unit; look-back; that a sample is of the instant of its stamp",
    },
    volume: {
      endpoint:
        "GET https://api.kucoin.com/api/ua/v1/market/kline?tradeType=FUTURES&interval=4hour; inverse contracts, and where it fails: GET /api/v1/kline/query?granularity=1440",
      unit: "lots (BTC, if that is what all rows of a contract bear out) and turnover in USDT, USDC; inverse: lots of 1 USD",
      proof:
        "every row is checked: turnover / (lots × multiplier) lies within the bar's prices, give or take 1 %; documented sample of XBTUSDTM, classic: 69,424.9528 / (602 lots × 0.001 BTC) = 115,324, within the bar; stamps are checked to be on the grid of four hours, of days to be 00:00Z",
      counting: "each trade once; not documented",
      lookBack: "not documented; 25 months are asked",
      uncertain:
        "sidedness; look-back; unified: unit of volume, limit of rows; classic: whether old candles have turnover, else the day's typical price makes USD",
    },
    funding: {
      endpoint: "GET /api/v1/contracts/active fundingFeeRate, fundingRateGranularity",
      unit: "ratio per interval; milliseconds",
      proof: "documentation",
      counting: "rate of the interval in progress",
      lookBack: "now; of the past what was settled: GET /api/v1/contract/funding-rates",
    },
  },
  datasets: {
    openInterest: (ask) => perContract(ask, heldNow),
    openInterestHistory: (ask) => perContract(ask, heldDaily),
    volume: (ask) => perContract(ask, traded, { since: firstInstant(ask.now) }),
    funding: (ask) => perContract(ask, rateNow, { kinds: ["perpetual"] }),
  },
} as const satisfies Source;
