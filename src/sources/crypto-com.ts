/**
 * Crypto.com Exchange derivatives. https://exchange-docs.crypto.com/exchange/v1/rest-ws/index.html
 * Linear contracts of 1 BTC in USD: BTCUSD-PERP and dated ones, BTCUSD-YYMMDD. Numbers are text, `code` is 0 or "0".
 *
 * - Warrants are named like dated contracts; only `inst_type` tells them apart.
 * - A ticker has the last price, `a`, null where nothing was traded in 24 h: the index stands in for it, as it does
 *   for every contract. `b` and `k` are the best bid and ask. The ticker's time is not that of the last trade.
 * - Candles: at most 300, volume in BTC, no quote column. "1M" is documented as the UTC calendar month. Whether
 *   `start_ts` and `end_ts` include what they name is not.
 * - Funding is fixed for 4 hours and paid in each of them: `funding_rate` is the rate of one hour.
 * - No history of open interest, no ratios, no liquidations.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Funding, Lacking, Market, Markets, OpenInterest, Traded } from "../core/market.ts";
import { nothingHeld } from "../core/plausible/values.ts";
import { series, type Point, type Series } from "../core/series.ts";
import { DAY, earlier, floorTo, HOUR, MINUTE, shift, type Instant } from "../core/time.ts";
import { btc, ofBtc, ratio, usdPerBtc } from "../core/units.ts";
import { askedUntil, firstInstant, typicalPrice, upToNow } from "./bars.ts";
import { anyRow, asOldAs, decimal, envelope, level, millis, ownRows, positive } from "./decode.ts";
import { none, only, unpublished } from "./families.ts";
import { sinceDelivery, toDate } from "./keep.ts";
import { anyBars, everyListed, isOver, listOf, otherQuote, type WholeListing } from "./listed.ts";
import { tradedByMonth } from "./month-bars.ts";
import { isPast, lastSettled, nothing } from "./past.ts";
import type { Ask, Keep, Source } from "./source.ts";
import { together } from "./together.ts";
import { alsoBeside, dayNamed, unlisted } from "./unlisted.ts";

const API = "https://api.crypto.com/exchange/v1/public";
/** What all contracts in USD settle to. */
const INDEX = "BTCUSD-INDEX";
/** A last trade this near to what is bid and asked now has the price of now: a basis is made of it. */
const NEAR_QUOTES = 0.001;
/** So far apart ticker and index are of one moment: rule Q-03 of prices. */
const TOGETHER = 2 * MINUTE;
const FUNDING_HOURS = 1;
/** Rates of past hours in one answer. */
const HOURS_TOLD = 300;
/** The most that an answer has. */
const MOST_BARS = 300;
/** 294 bars, a few below the most: no reading of the bounds pushes one out. */
const WINDOW = 294 * DAY;

const answer = <T>(result: z.ZodType<T>): z.ZodType<T> =>
  envelope(
    z.object({ code: decimal, result }).transform((body) => body.result),
    z
      .object({ code: decimal.refine((code) => code !== 0), message: z.string().nullish() })
      .transform(({ code, message }) => ({ text: `${code} ${message ?? ""}`.trim() })),
  );

// Open interest is in BTC only as long as a contract is 1 BTC.
const named = {
  symbol: z.string().min(1),
  contract_size: decimal.refine((n) => n === 1, "expected contracts of 1 BTC").optional(),
};
/** What is neither a perpetual nor a future is another product. */
const Contracts = answer(
  z.object({
    data: listOf(
      ["base_ccy", "tradable", "inst_type"],
      (row) =>
        row["base_ccy"] === "BTC" &&
        row["tradable"] === true &&
        (row["inst_type"] === "PERPETUAL_SWAP" || row["inst_type"] === "FUTURE"),
      (row) => row["quote_ccy"] === "USD",
      z
        .discriminatedUnion("inst_type", [
          z.object({ inst_type: z.literal("PERPETUAL_SWAP"), ...named }),
          z.object({ inst_type: z.literal("FUTURE"), expiry_timestamp_ms: millis, ...named }),
        ])
        .transform((row): Market => {
          const { symbol } = row;
          return row.inst_type === "FUTURE"
            ? { symbol, kind: "dated", margin: "linear", quote: "USD", expires: row.expiry_timestamp_ms }
            : { symbol, kind: "perpetual", margin: "linear", quote: "USD" };
        }),
      z.object({ symbol: z.string(), quote_ccy: z.string() }),
    ).refine(({ known }) => known.length > 0, "expected a BTC contract"),
  }),
).transform(({ data }) => data);
const Ticker = z.object({
  i: z.string(),
  a: positive.transform(usdPerBtc).nullish(),
  b: positive.nullish(),
  k: positive.nullish(),
  v: level,
  oi: level.nullish(),
  t: millis,
});
const newest = <T>(value: z.ZodType<T>): z.ZodType<{ v: T; t: Instant }> =>
  answer(z.object({ data: z.array(z.object({ v: value, t: millis })).min(1, "expected a valuation") })).transform(
    ({ data }) => data.reduce((last, row) => (row.t > last.t ? row : last)),
  );
const Index = newest(positive.transform(usdPerBtc));
const Rate = newest(decimal.transform(ratio));
const Settled = answer(z.object({ data: z.array(z.object({ v: decimal, t: millis })) })).transform(({ data }) => data);
const Candles = answer(
  z.object({ data: z.array(z.object({ t: millis, o: positive, h: positive, l: positive, c: positive, v: level })) }),
).transform(({ data }) => data);

/** The contracts that are trading. */
async function contractsOf(ask: Ask): Promise<WholeListing<{ readonly market: Market }>> {
  const { known, others, symbols } = await ask.json(`${API}/get-instruments`, Contracts, sinceDelivery(ask));
  const contracts = known.filter(({ expires }) => !isOver(expires, ask.now)).map((market) => ({ market }));
  return { contracts, lacking: others.map(({ symbol, quote_ccy }) => otherQuote(symbol, quote_ccy)), symbols };
}

/** Spot is BTC_USD; warrants go on behind the day. */
const NAME = /^BTCUSD-(?:PERP|(?<dated>\d{6}))$/;
const Tickers = answer(z.object({ data: z.array(anyRow) }));

/** What is open beside the list. */
async function beside(ask: Ask, listed: ReadonlySet<unknown>): Promise<readonly Lacking[]> {
  const { data: rows } = await ask.json(`${API}/get-tickers`, Tickers);
  return unlisted(ask, {
    rows,
    field: "i",
    name: NAME,
    listed,
    read: ({ oi: open }, dated) => ({ open, expires: dayNamed(dated) }),
    list: "get-instruments",
  });
}

async function held(ask: Ask): Promise<Markets<OpenInterest>> {
  const listing = await contractsOf(ask);
  return everyListed(listing, ({ market }) => heldNow(ask, market), beside(ask, listing.symbols));
}

const valuations = <T>(ask: Ask, symbol: string, which: string, value: z.ZodType<T>): Promise<T> =>
  ask.json(`${API}/get-valuations?instrument_name=${symbol}&valuation_type=${which}`, value);

/** One question, whichever contract asks it. */
const indexNow = (ask: Ask): Promise<z.infer<typeof Index>> => valuations(ask, INDEX, "index_price&count=1", Index);

/** The index beside a dated contract's last price, or why the two make no basis. */
async function indexBeside(
  ask: Ask,
  { a: last, b: bid, k: offer, t: at }: z.infer<typeof Ticker>,
): Promise<Pick<OpenInterest, "index" | "noIndex">> {
  if (last === null || last === undefined) return { noIndex: unpublished("no trade in 24 h, so no price of its own") };
  if (!(last >= (bid ?? Infinity) * (1 - NEAR_QUOTES) && last <= (offer ?? 0) * (1 + NEAR_QUOTES))) {
    return { noIndex: unpublished("its last trade is away from what is bid and asked now") };
  }
  try {
    const { v: index, t } = await indexNow(ask);
    if (Math.abs(t - at) <= TOGETHER) return { index };
    return { noIndex: { why: "stale", detail: "its ticker and the index are more than two minutes apart" } };
  } catch (error) {
    if (error instanceof Unavailable) return { noIndex: error.gap };
    throw error;
  }
}

async function heldNow(ask: Ask, market: Market): Promise<Markets<OpenInterest>> {
  const all = z.array(anyRow).min(1, "expected a list of all instruments");
  const own = answer(z.object({ data: all.pipe(ownRows((row) => row["i"] === market.symbol, Ticker)) }));
  const [ticker] = (await ask.json(`${API}/get-tickers`, own)).data;
  const size = ticker?.oi ?? null;
  if (ticker === undefined || size === null) throw nothing(ask, "data", "no open interest");
  // Where nothing is held the price may be missing too: not worth another question.
  const last = ticker.a ?? null;
  if (size === 0 && last === null) return none(market.symbol, nothingHeld());
  const worth = last === null ? await indexNow(ask) : { v: last, t: ticker.t };
  return only(market, {
    at: asOldAs(ask.now, ticker.t, worth.t),
    size: ofBtc(size),
    price: worth.v,
    ...(market.kind === "dated" ? await indexBeside(ask, ticker) : {}),
    traded24h: ofBtc(ticker.v),
  });
}

async function fundingNow(ask: Ask, market: Market): Promise<Markets<Funding>> {
  if (market.kind === "dated") return { of: [], lacking: [] };
  if (isPast(ask)) {
    const rows = await valuations(ask, market.symbol, `funding_hist&count=${HOURS_TOLD}`, Settled);
    return only(
      market,
      lastSettled(
        ask,
        rows.map(({ v: rate, t: at }) => ({ at, rate })),
      ),
    );
  }
  const { v, t } = await valuations(ask, market.symbol, "funding_rate&count=1", Rate);
  return only(market, { at: t, rate: v, everyHours: FUNDING_HOURS, kind: "predicted" });
}

const candlesOf = (
  ask: Ask,
  { symbol }: Market,
  timeframe: string,
  [from, to]: readonly [Instant, Instant],
  keep: Keep,
): Promise<z.infer<typeof Candles>> => {
  // A millisecond before: the bar that begins at `from` is in the answer either way.
  const window = `start_ts=${from - 1}&end_ts=${to}`;
  const url = `${API}/get-candlestick?instrument_name=${symbol}&timeframe=${timeframe}&${window}&count=${MOST_BARS}`;
  return ask.json(url, Candles, keep);
};

const amountsOf = ({ t, o, h, l, c, v }: z.infer<typeof Candles>[number]): Point<Omit<Traded, "until">> => ({
  at: t,
  value: { btc: btc(v), usd: null, typical: typicalPrice(o, h, l, c) },
});

/** Days in windows counted from 1970, of which the past ones are asked once. */
async function tradedByDay(ask: Ask, market: Market): Promise<Series<Traded>> {
  const until = askedUntil(ask.now);
  const starts: Instant[] = [];
  for (let at = floorTo(firstInstant(ask.now), WINDOW); at < until; at = shift(at, WINDOW)) starts.push(at);
  const answers = await together(
    starts.map((from) => {
      const end = shift(from, WINDOW);
      const keep = end + HOUR <= ask.now ? "forever" : toDate(ask);
      return candlesOf(ask, market, "1D", [from, earlier(shift(end, -1), until)], keep);
    }),
  );
  const bars = answers.flat().map((row) => {
    if (row.t % DAY !== 0) throw new Unavailable({ why: "malformed", at: "t", detail: "no day of UTC" });
    return { at: row.t, value: { ...amountsOf(row).value, until: shift(row.t, DAY) } };
  });
  const wanted = upToNow(series(bars), firstInstant(ask.now), ask);
  if (wanted.length === 0) throw nothing(ask, "data", "no candle");
  return wanted;
}

/**
 * Dated contracts are small: a question for their months, one for their days. Their BTC is exact, their USD as good as
 * the bar's typical price.
 */
const tradedByMonths = (ask: Ask, market: Market): Promise<Series<Traded>> =>
  tradedByMonth(
    ask,
    { market },
    (length, { from, to, keep }) => candlesOf(ask, market, length === "month" ? "1M" : "1D", [from, to], keep),
    amountsOf,
    "t",
  );

async function volume(ask: Ask): Promise<Markets<Series<Traded>>> {
  const listing = await contractsOf(ask);
  const { of, lacking } = await everyListed(
    listing,
    async ({ market }) => {
      const bars = await (market.kind === "perpetual" ? tradedByDay : tradedByMonths)(ask, market);
      return only(market, anyBars(ask, { market }, bars, "data"));
    },
    alsoBeside(ask, (aside) => beside(aside, listing.symbols)),
  );
  // Months before the perpetual's first one would be those of dated contracts alone.
  const from = of.find(({ market }) => market.kind === "perpetual")?.value[0]?.at ?? firstInstant(ask.now);
  const told = of.map(({ market, value }) => ({ market, value: upToNow(value, from, ask) }));
  return { of: told.filter(({ value }) => value.length > 0), lacking };
}

const COUNTED_ONCE = "each contract once; not documented";

export const cryptoCom = {
  id: "crypto-com",
  venue: "crypto-com",
  name: "Crypto.com",
  docs: "https://exchange-docs.crypto.com/exchange/v1/rest-ws/index.html",
  // 100 requests a second for each method.
  hosts: { "api.crypto.com": { everyMs: 20, atOnce: 6 } },
  keeps: { funding: HOURS_TOLD * HOUR },
  note: "Open interest is valued at the last price, without a trade in 24 hours at the index; a basis is told where the last trade is near what is bid and asked now. Monthly volume in USD is made from days at their typical price, which may be 0.5 % off, that of dated contracts from the month's until some months ago; contracts that have expired are not in it. No history of open interest.",
  facts: {
    openInterest: {
      endpoint:
        "GET /public/get-instruments, /public/get-tickers a; where it is null, and for the basis of dated contracts, /public/get-valuations?instrument_name=BTCUSD-INDEX&valuation_type=index_price",
      unit: "BTC: contract_size is 1",
      proof:
        "recorded 2024-04-14: 1,805.8306 for BTCUSD-PERP, and 24 h volume 770,370,279.39 USD / 12,027.5429 = 64,050 USD, the price",
      counting: COUNTED_ONCE,
      lookBack: "now",
      uncertain: "sidedness",
    },
    volume: {
      endpoint: "GET /public/get-candlestick, timeframe 1D, of dated contracts until some months ago 1M",
      unit: "BTC",
      proof: "as the 24 h volume of the ticker",
      counting: "each trade once; not documented",
      lookBack: "not documented; 25 months are asked, a month begun in the middle is left out",
      uncertain: "sidedness, look-back",
    },
    funding: {
      endpoint: "GET /public/get-valuations?valuation_type=funding_rate",
      unit: "ratio per hour",
      proof: "documentation: the hourly rate of the current 4 hours",
      counting: "fixed for the 4 hours in progress",
      lookBack: "now; of the last 300 hours what was paid: valuation_type=funding_hist",
    },
  },
  datasets: {
    openInterest: held,
    volume,
    funding: async (ask) => everyListed(await contractsOf(ask), ({ market }) => fundingNow(ask, market)),
  },
} as const satisfies Source;
