/**
 * KuCoin futures. https://www.kucoin.com/docs-new/introduction
 * Two generations, both keyless: classic for contracts and candles, unified (`ua`) for the history of open interest.
 * Refusals come with status 200 and a `code` other than "200000".
 *
 * - Bitcoin is XBT. Sizes are lots of `multiplier` BTC; of inverse contracts -1 stands for 1 USD.
 * - Candles: at most 500, days without a trade are left out. The seventh column, turnover in the quote currency, is there
 *   since 2025-09-12. Candles of the unified API are not used: their columns and their number are told in different ways.
 * - 24-hour volume of inverse contracts has no documented unit.
 * - No ratios, no liquidations.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Funding, OpenInterest, PastOpenInterest, Traded } from "../core/market.ts";
import { between, series, type Series } from "../core/series.ts";
import { DAY, floorTo, HOUR, later, shift, type Instant } from "../core/time.ts";
import { inBtc, inUsd, ofBtc, ofContracts, ratio, usd } from "../core/units.ts";
import { firstInstant, fromWholeMonth, typicalPrice, windows, type Window } from "./bars.ts";
import { level, millis, positive } from "./decode.ts";
import { answer, CLASSIC, perContract, unpublished, type Contract } from "./kucoin-contracts.ts";
import type { Ask, Source } from "./source.ts";

const UNIFIED = "https://api.kucoin.com/api/ua/v1";

/** At most 488 days: an answer holds 500 candles. */
const WINDOW_MONTHS = 16;
const DAY_MINUTES = 1_440;
const SAMPLES = 200;
/** From a sample's stamp to the instant at which it held. Undocumented. */
const STAMP_TO_INSTANT = 0;

const Samples = answer(z.array(z.object({ symbol: z.string(), openInterest: level, ts: millis })));
/** start, open, high, low, close, lots, turnover. */
const Candle = z
  .tuple([
    millis.refine((at) => at % DAY === 0, "expected a day that begins at 00:00Z"),
    positive,
    positive,
    positive,
    positive,
    level,
    level.optional(),
  ])
  .rest(z.unknown());
const Candles = answer(z.array(Candle));

function heldNow(ask: Ask, { market, each, row }: Contract): OpenInterest {
  const lots = row.openInterest ?? null;
  if (lots === null) throw new Unavailable(unpublished("no open interest"));
  if (lots === 0) throw new Unavailable({ why: "implausible", rule: "Q-01", detail: "open interest is 0" });
  return {
    at: ask.now,
    size: ofContracts(lots, each),
    price: row.markPrice,
    index: row.indexPrice,
    ...(market.margin === "linear" ? { traded24h: ofBtc(row.volumeOf24h) } : {}),
  };
}

function rateNow(ask: Ask, { row }: Contract): Funding {
  const rate = row.fundingFeeRate ?? null;
  const interval = row.fundingRateGranularity ?? null;
  if (rate === null || interval === null) throw new Unavailable(unpublished("no funding rate"));
  return { at: ask.now, rate: ratio(rate), everyHours: interval / HOUR, kind: "predicted" };
}

/** One page: the samples at 00:00Z of the 200 days to today. */
async function heldDaily(ask: Ask, { market, each }: Contract): Promise<Series<PastOpenInterest>> {
  const [from, until] = [shift(floorTo(ask.since, DAY), DAY), floorTo(ask.now, DAY)];
  const which = `symbol=${market.symbol}&interval=1day&startAt=${from}&endAt=${until}&pageSize=${SAMPLES}`;
  const rows = await ask.json(`${UNIFIED}/market/open-interest?${which}`, Samples);
  const held = series(
    rows
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

async function candles(ask: Ask, symbol: string, { from, to, keep }: Window): Promise<z.infer<typeof Candles>> {
  const which = `symbol=${symbol}&granularity=${DAY_MINUTES}&from=${from}&to=${to}`;
  return ask.json(`${CLASSIC}/kline/query?${which}`, Candles, ...keep);
}

/** A dated contract is asked for once, since its listing. */
const windowsOf = ({ market, row }: Contract, now: Instant): readonly Window[] =>
  market.kind === "perpetual"
    ? windows(firstInstant(now), WINDOW_MONTHS, now)
    : [{ from: later(firstInstant(now), floorTo(row.firstOpenDate, DAY)), to: floorTo(now, HOUR), keep: [] }];

async function traded(ask: Ask, contract: Contract): Promise<Series<Traded>> {
  const { market, each } = contract;
  const asked = windowsOf(contract, ask.now);
  const rows = (await Promise.all(asked.map((window) => candles(ask, market.symbol, window)))).flat();
  const days = series(
    rows.map(([at, open, high, low, close, lots, turnover]) => {
      const typical = typicalPrice(open, high, low, close);
      const amount = ofContracts(lots, each);
      const amounts =
        market.margin === "inverse"
          ? { btc: null, usd: inUsd(amount, typical) }
          : { btc: inBtc(amount, typical), usd: turnover === undefined ? null : usd(turnover) };
      return { at, value: { until: shift(at, DAY), ...amounts, typical } };
    }),
  );
  const wanted = between(days, firstInstant(ask.now), ask.now);
  const whole = market.kind === "perpetual" ? fromWholeMonth(wanted) : wanted;
  if (whole.length === 0) throw new Unavailable(unpublished("no candle"));
  return whole;
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
  note: "XBT contracts in USDT, USDC and USD. Monthly volume lacks dated contracts that have expired; of inverse contracts its BTC is made with each day's typical price. Sidedness is not documented: each contract and each trade is taken to count once.",
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
      endpoint: "GET /api/v1/kline/query?granularity=1440",
      unit: "lots; turnover: USDT, USDC",
      proof:
        "documented sample of XBTUSDTM: 69,424.9528 / (602 lots × 0.001 BTC) = 115,324, within the bar; each day's stamp is checked to be 00:00Z",
      counting: "each trade once; not documented",
      lookBack: "not documented; 25 months are asked",
      uncertain: "sidedness; look-back; whether old candles have turnover, else the day's typical price makes USD",
    },
    funding: {
      endpoint: "GET /api/v1/contracts/active fundingFeeRate, fundingRateGranularity",
      unit: "ratio per interval; milliseconds",
      proof: "documentation",
      counting: "rate of the interval in progress",
      lookBack: "now",
    },
  },
  datasets: {
    openInterest: (ask) => perContract(ask, heldNow),
    openInterestHistory: (ask) => perContract(ask, heldDaily),
    volume: (ask) => perContract(ask, traded),
    funding: (ask) => perContract(ask, rateNow, ({ kind }) => kind === "perpetual"),
  },
} as const satisfies Source;
