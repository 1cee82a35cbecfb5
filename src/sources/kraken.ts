/**
 * Kraken Futures. https://docs.kraken.com/api/docs/futures-api
 *
 * - PF and FF are linear and count BTC, PI and FI inverse in contracts of 1 USD. Tickers write XBT, instruments BTC.
 * - Candles have no quote column. That daily ones begin at 00:00Z is nowhere written, so bars of
 *   4 hours are added up.
 * - `fundingRate` is an amount per contract and hour: USD per BTC for PF, BTC per USD for PI.
 * - `liquidation-volume` has no sides and no documented unit, and no price stands beside it: it is not used.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Funding, Market, Markets, OpenInterest } from "../core/market.ts";
import { DAY, type Instant } from "../core/time.ts";
import { ratio, usdPerBtc } from "../core/units.ts";
import { decimal, isoTime, level, ownRows, positive, told } from "./decode.ts";
import { only, unpublished } from "./families.ts";
import { heldDaily, longToShort, takerDay, volume } from "./kraken-charts.ts";
import { answer, API, beside, contractsOf, sizeOf, type Contract } from "./kraken-contracts.ts";
import { everyListed, ofKinds } from "./listed.ts";
import { ALL, isPast, lastSettled, nothing } from "./past.ts";
import type { Ask, Source } from "./source.ts";

const FUNDING_HOURS = 1;

const Ticker = z.object({
  symbol: z.string(),
  markPrice: positive.transform(usdPerBtc).nullish(),
  indexPrice: positive.transform(usdPerBtc).nullish(),
  openInterest: level.nullish(),
  vol24h: level.nullish(),
  fundingRate: decimal.nullish(),
  suspended: z.boolean(),
});
const Settled = answer(
  z.object({
    result: z.literal("success"),
    rates: z.array(z.object({ timestamp: isoTime, relativeFundingRate: decimal })),
  }),
);
type Ticker = z.infer<typeof Ticker>;

/** Reads `one` from the ticker of every contract of these kinds. Index rows and other coins are in the same list. */
async function perTicker<T>(
  ask: Ask,
  kinds: readonly Market["kind"][],
  one: (market: Market, ticker: Ticker, at: Instant) => T,
): Promise<Markets<T>> {
  const listing = await contractsOf(ask);
  const contracts = listing.contracts.filter(({ market }) => kinds.includes(market.kind));
  const symbols = new Set<unknown>(contracts.map(({ market }) => market.symbol));
  const own = z.object({
    result: z.literal("success"),
    serverTime: isoTime,
    tickers: ownRows(({ symbol }) => symbols.has(symbol), Ticker),
  });
  const { tickers, serverTime } = await ask.json(`${API}/tickers`, answer(own));
  const read = ({ market }: Contract): Markets<T> => {
    const ticker = tickers.find((row) => row.symbol === market.symbol);
    if (ticker === undefined) throw nothing(ask, "tickers", "no ticker");
    if (ticker.suspended) throw new Unavailable(unpublished("suspended"));
    return only(market, one(market, ticker, serverTime));
  };
  return everyListed({ contracts, lacking: listing.lacking }, read, ofKinds(kinds, await beside(ask, listing)));
}

function held(market: Market, ticker: Ticker, at: Instant): OpenInterest {
  const { indexPrice: index, vol24h: traded } = ticker;
  return {
    at,
    size: sizeOf(market, told(ticker.openInterest, "openInterest")),
    price: told(ticker.markPrice, "markPrice"),
    ...(index === undefined || index === null ? {} : { index }),
    ...(traded === undefined || traded === null ? {} : { traded24h: sizeOf(market, traded) }),
  };
}

/** Of a past instant: what was paid last, as the venue itself makes it relative. Its answer is all that it keeps. */
async function fundingThen(ask: Ask): Promise<Markets<Funding>> {
  const { contracts, lacking } = await contractsOf(ask);
  const perpetuals = contracts.filter(({ market }) => market.kind === "perpetual");
  return everyListed({ contracts: perpetuals, lacking }, async ({ market }) => {
    const { rates } = await ask.json(`${API}/historical-funding-rates?symbol=${market.symbol}`, Settled);
    return only(
      market,
      lastSettled(
        ask,
        rates.map(({ timestamp: at, relativeFundingRate: rate }) => ({ at, rate })),
      ),
    );
  });
}

/** The rate of the hour in progress, made relative: USD per BTC divided by USD/BTC, BTC per USD multiplied by it. */
function funding(market: Market, ticker: Ticker, at: Instant): Funding {
  const amount = told(ticker.fundingRate, "fundingRate");
  const price = told(ticker.markPrice, "markPrice");
  const rate = market.margin === "linear" ? amount / price : amount * price;
  return { at, rate: ratio(rate), everyHours: FUNDING_HOURS, kind: "predicted" };
}

const COUNTED_ONCE = "each contract once; not documented";

export const kraken = {
  id: "kraken",
  venue: "kraken",
  name: "Kraken",
  docs: "https://docs.kraken.com/api/docs/futures-api",
  // No limit is published for charts; other public requests cost nothing.
  hosts: { "futures.kraken.com": { everyMs: 200, atOnce: 4 } },
  note: "Kraken Futures: PF, PI and dated FF and FI. The history of open interest, the ratio and taker volume are of PF_XBTUSD alone. Monthly volume in USD is made from bars of 4 hours at their typical price, less than 0.5 % off, and lacks dated contracts that have expired. Liquidations are told without sides and are left out.",
  // Settlements of about a year.
  keeps: { funding: 365 * DAY, longShort: ALL, taker: ALL },
  facts: {
    openInterest: {
      endpoint: "GET /derivatives/api/v3/instruments, /derivatives/api/v3/tickers",
      unit: "PF, FF: BTC; PI, FI: contracts of 1 USD",
      proof:
        "recorded 2026-07-31: PF vol24h 4,057.7149 × vwap24h 64,638.29 = volumeQuote 262,283,771 USD; contractSize 1; a third party has PF at 2,141 BTC and PI at 80 BTC",
      counting: COUNTED_ONCE,
      lookBack: "now",
      uncertain: "sidedness",
    },
    openInterestHistory: {
      endpoint:
        "GET /api/charts/v1/analytics/PF_XBTUSD/open-interest?interval=86400; price: /api/charts/v1/trade/PF_XBTUSD/4h",
      unit: "BTC; USD per BTC: the last trade before midnight",
      proof: "recorded 2026-07-31: the 03:50Z bucket closes at 1,848.1574, the ticker of 03:54:46Z says 1,848.1574",
      counting: COUNTED_ONCE,
      lookBack: "since 2023-03-07",
      uncertain: "how many days an answer holds; that the day's bucket begins at 00:00Z is checked by its stamp",
    },
    volume: {
      endpoint: "GET /api/charts/v1/trade/{symbol}/4h",
      unit: "PF, FF: BTC; PI, FI: contracts of 1 USD",
      proof: "the unit of the ticker; not documented for candles",
      counting: "each trade once; not documented",
      lookBack: "perpetuals 25 months are asked; dated contracts still trading 10",
      uncertain: "sidedness; the unit of candles; whether expired contracts are still served",
    },
    funding: {
      endpoint: "GET /derivatives/api/v3/tickers fundingRate",
      unit: "PF: USD per BTC and hour; PI: BTC per USD and hour; divided by, or times, the mark price",
      proof: "recorded 2026-07-31: 0.3845 USD / 64,377 USD is 0.0006 % an hour; as a ratio it would be 38 %",
      counting: "the hour in progress",
      lookBack:
        "now; of the past what was settled, about a year: GET /derivatives/api/v3/historical-funding-rates relativeFundingRate",
      uncertain:
        "that PI is an amount of BTC per USD; whether a settled rate is stamped by the start or the end of its hour",
    },
    longShort: {
      endpoint: "GET /api/charts/v1/analytics/PF_XBTUSD/long-short-ratio?interval=3600",
      unit: "long / short",
      proof: "documentation: beside it long-short-info counts long and short holders",
      counting: "accounts that hold PF_XBTUSD, whatever their size",
      lookBack: "not documented; four hours are asked",
      uncertain: "that the ratio is of the accounts that long-short-info counts",
    },
    taker: {
      endpoint: "GET /api/charts/v1/analytics/PF_XBTUSD/cvd?interval=3600",
      unit: "BTC",
      proof: "not documented; taken as the unit of the contract",
      counting: "each trade once by its taker, the last 24 whole hours of PF_XBTUSD",
      lookBack: "not documented; 24 hours are asked",
      uncertain: "the unit",
    },
  },
  datasets: {
    openInterest: (ask) => perTicker(ask, ["perpetual", "dated"], held),
    openInterestHistory: heldDaily,
    volume,
    funding: (ask) => (isPast(ask) ? fundingThen(ask) : perTicker(ask, ["perpetual"], funding)),
    longShort: longToShort,
    taker: takerDay,
  },
} as const satisfies Source;
