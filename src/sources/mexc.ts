/**
 * MEXC futures. https://www.mexc.com/api-docs/futures/market-endpoints/get-contract-info
 * Perpetuals only, linear in USDT, USDC and USD1, inverse in USD. Numbers are JSON numbers; an error comes with status
 * 200 and `success` false.
 *
 * - Amounts are contracts. `contractSize` is BTC for linear contracts (0.0001) and USD for inverse ones (100).
 * - A contract that stops trading leaves the list; its ticker stays, with prices of 0.
 * - Klines are columns, times in seconds, at most 2,000. `vol` is contracts, `amount` the quote currency; what it is
 *   for inverse contracts is not documented, so their USD is `vol` × 100. Days and months may follow UTC+8, which
 *   bars of 8 hours do not notice.
 * - No history of open interest, no ratios, no liquidations.
 * - From November 2025 to September 2026 the volume a day fell from 22 to 3 billion USD while open interest stayed among
 *   the largest of all.
 */
import { z } from "zod";
import type { Funding, Lacking, Market, Markets, OpenInterest, Traded } from "../core/market.ts";
import { between, series, type Series } from "../core/series.ts";
import { earlier, HOUR, later, shift } from "../core/time.ts";
import { btc, inBtc, inUsd, ofBtc, ofContracts, ofUsd, ratio, usd, usdPerBtc, type Quantity } from "../core/units.ts";
import { firstInstant, inSeconds, typicalPrice, windows } from "./bars.ts";
import {
  anyRow,
  decimal,
  envelope,
  fundingHours,
  level,
  millis,
  ownRows,
  positive,
  seconds,
  type Fields,
} from "./decode.ts";
import { only, unpublished } from "./families.ts";
import { sinceDelivery } from "./keep.ts";
import { everyListed, listOf, noBar, otherQuote, otherType, type WholeListing } from "./listed.ts";
import { ALL, isPast, lastSettled, nothing, pagesOfThen } from "./past.ts";
import type { Ask, Source } from "./source.ts";
import { together } from "./together.ts";
import { alsoBeside, dayNamed, unlisted } from "./unlisted.ts";

const API = "https://api.mexc.com/api/v1/contract";
const TRADING = 0;
const PERPETUAL = 1;
const DATED = 2;
/** What a contract is priced in, and what we take it for. */
const QUOTES = { USDT: "USDT", USDC: "USDC", USD: "USD", USD1: "USD" } as const;
const Quote = z.enum(["USDT", "USDC", "USD", "USD1"]);
const BAR = 8 * HOUR;
/** At most 611 days, 1,833 bars. */
const WINDOW_MONTHS = 20;

const answer = <T>(data: z.ZodType<T>): z.ZodType<T> =>
  envelope(
    z.object({ success: z.literal(true), data }).transform((body) => body.data),
    z
      .object({ success: z.literal(false), code: decimal, message: z.string().nullish() })
      .transform(({ code, message }) => ({ text: `${code} ${message ?? ""}`.trim() })),
  );

interface Contract {
  readonly market: Market;
  readonly each: Quantity;
}
const typeOf = (row: Fields): unknown =>
  // Documented since 2026; every contract was a perpetual before.
  row["futureType"] ?? PERPETUAL;
const marginOf = ({ quoteCoin, settleCoin }: Fields): Market["margin"] | null =>
  settleCoin === quoteCoin ? "linear" : settleCoin === "BTC" && quoteCoin === "USD" ? "inverse" : null;
const isQuote = (coin: unknown): boolean => Quote.safeParse(coin).success;
const named = { symbol: z.string().min(1), settleCoin: z.string() };
const Contracts = answer(
  listOf(
    ["baseCoin", "state"],
    (row) => row["baseCoin"] === "BTC" && row["state"] === TRADING,
    (row) => typeOf(row) === PERPETUAL && isQuote(row["quoteCoin"]) && marginOf(row) !== null,
    z.object({ ...named, quoteCoin: Quote, contractSize: positive }),
    z.object({ ...named, quoteCoin: z.string(), futureType: z.unknown().optional() }),
  ).refine(({ known }) => known.length > 0, "expected a BTC contract"),
);

/** The contracts that are trading. */
async function contractsOf(ask: Ask): Promise<WholeListing<Contract>> {
  const { known, others, symbols } = await ask.json(`${API}/detail`, Contracts, sinceDelivery(ask));
  const contracts = known.map(({ symbol, quoteCoin, contractSize, ...row }): Contract => {
    const inverse = marginOf({ quoteCoin, ...row }) === "inverse";
    const terms = { symbol, kind: "perpetual", quote: QUOTES[quoteCoin] } as const;
    return inverse
      ? { market: { ...terms, margin: "inverse" }, each: ofUsd(contractSize) }
      : { market: { ...terms, margin: "linear" }, each: ofBtc(contractSize) };
  });
  const lacking = others.map(({ symbol, ...row }): Lacking => {
    const type = typeOf(row);
    if (type === DATED) return { what: symbol, gap: unpublished("dated: not asked"), minor: true };
    if (type !== PERPETUAL) return otherType(symbol, `futureType ${JSON.stringify(type)}`);
    if (!isQuote(row.quoteCoin)) return otherQuote(symbol, row.quoteCoin);
    return otherType(symbol, `${row.quoteCoin} settled in ${row.settleCoin}`);
  });
  return { contracts, lacking, symbols };
}

const Ticker = z.object({
  holdVol: level.nullish(),
  fairPrice: positive.transform(usdPerBtc),
  indexPrice: positive.transform(usdPerBtc),
  volume24: level,
  timestamp: millis,
});
const Rate = z.object({ fundingRate: decimal, collectCycle: positive, timestamp: millis });

const column = z.array(level);
const Klines = answer(
  z.object({
    time: z.array(seconds.refine((at) => at % BAR === 0, "expected a bar of 8 hours in UTC")),
    open: column,
    high: column,
    low: column,
    close: column,
    vol: column,
    amount: column,
  }),
).transform(({ time, ...columns }, ctx) => {
  const { open, high, low, close, vol, amount } = columns;
  const rows = time.flatMap((at, i) => {
    const [o, h, l, c, contracts, quote] = [open[i], high[i], low[i], close[i], vol[i], amount[i]];
    if (o === undefined || h === undefined || l === undefined || c === undefined) return [];
    if (contracts === undefined || quote === undefined) return [];
    const isPriced = [o, h, l, c].every((price) => price > 0);
    if (!isPriced && (contracts > 0 || quote > 0)) {
      ctx.addIssue({ code: "custom", path: [i], message: "traded, and a price of it is 0" });
    }
    return [{ at, typical: isPriced ? typicalPrice(o, h, l, c) : null, contracts, quote }];
  });
  if (Object.values(columns).every(({ length }) => length === rows.length) && rows.length === time.length) return rows;
  ctx.addIssue({ code: "custom", message: "expected columns of one length" });
  return z.NEVER;
});

const NAME = /^BTC_(?:USDT|USDC|USD1|USD)(?<dated>_\d{6})?$/;
const Tickers = answer(z.array(anyRow));

/** What is open beside the list: not what has no price any more, because it has left the list. */
async function beside(ask: Ask, listed: ReadonlySet<unknown>): Promise<readonly Lacking[]> {
  return unlisted(ask, {
    rows: await ask.json(`${API}/ticker`, Tickers),
    field: "symbol",
    name: NAME,
    listed,
    read: ({ holdVol: open, fairPrice }, dated) =>
      positive.safeParse(fairPrice).success ? { open, expires: dayNamed(dated) } : null,
    list: "detail",
  });
}

async function held(ask: Ask): Promise<Markets<OpenInterest>> {
  const listing = await contractsOf(ask);
  return everyListed(listing, (contract) => heldNow(ask, contract), beside(ask, listing.symbols));
}

async function volume(ask: Ask): Promise<Markets<Series<Traded>>> {
  const listing = await contractsOf(ask);
  const more = alsoBeside(ask, (aside) => beside(aside, listing.symbols));
  return everyListed(listing, (contract) => traded(ask, contract), more);
}

/** A contract's row of the answer for all. */
async function rowOf<T>(ask: Ask, path: string, { market }: Contract, row: z.ZodType<T>): Promise<T | undefined> {
  const all = z.array(anyRow).min(1, "expected a list of all contracts");
  const own = answer(all.pipe(ownRows(({ symbol }) => symbol === market.symbol, row)));
  return (await ask.json(`${API}/${path}`, own))[0];
}

async function heldNow(ask: Ask, contract: Contract): Promise<Markets<OpenInterest>> {
  const { market, each } = contract;
  const ticker = await rowOf(ask, "ticker", contract, Ticker);
  const count = ticker?.holdVol ?? null;
  if (ticker === undefined || count === null) throw nothing(ask, "data", "no open interest");
  return only(market, {
    at: ticker.timestamp,
    size: ofContracts(count, each),
    price: ticker.fairPrice,
    index: ticker.indexPrice,
    traded24h: ofContracts(ticker.volume24, each),
  });
}

const Settled = answer(z.object({ resultList: z.array(z.object({ fundingRate: decimal, settleTime: millis })) }));
/** The documentation allows 1,000 rows, client libraries ask for 100. */
const SETTLED = 100;
const SETTLED_EVERY_HOURS = 8;

async function fundingThen(ask: Ask, { market }: Contract): Promise<Funding> {
  const pages = await together(
    pagesOfThen(ask, SETTLED_EVERY_HOURS, SETTLED).map((page) =>
      ask.json(`${API}/funding_rate/history?symbol=${market.symbol}&page_num=${page}&page_size=${SETTLED}`, Settled),
    ),
  );
  const rows = pages.flatMap(({ resultList }) => resultList);
  return lastSettled(
    ask,
    rows.map(({ settleTime: at, fundingRate: rate }) => ({ at, rate })),
  );
}

async function fundingNow(ask: Ask, contract: Contract): Promise<Markets<Funding>> {
  const { market } = contract;
  if (isPast(ask)) return only(market, await fundingThen(ask, contract));
  const row = await rowOf(ask, "funding_rate", contract, Rate);
  if (row === undefined) throw nothing(ask, "data", "no funding rate");
  const { timestamp: at, fundingRate, collectCycle } = row;
  const everyHours = fundingHours(collectCycle, "collectCycle");
  return only(market, { at, rate: ratio(fundingRate), everyHours, kind: "predicted" });
}

async function traded(ask: Ask, { market, each }: Contract): Promise<Markets<Series<Traded>>> {
  const from = firstInstant(ask.now);
  const answers = await together(
    windows(from, WINDOW_MONTHS, ask).map(({ from: start, to, keep }) => {
      // A second before: whether `start` includes what it names is not documented.
      const window = `start=${inSeconds(start) - 1}&end=${inSeconds(to)}`;
      return ask.json(`${API}/kline/${market.symbol}?interval=Hour8&${window}`, Klines, keep);
    }),
  );
  const rows = answers.flat();
  // Before the first price there was nothing to trade; a bar without one after it is of hours without a trade.
  const begun = rows.reduce((first, { at, typical }) => (typical === null ? first : earlier(first, at)), ask.now);
  const bars = rows.map(({ at, typical, contracts, quote }) => {
    const until = shift(at, BAR);
    const amount = ofContracts(contracts, each);
    if (typical === null) return { at, value: { until, btc: btc(0), usd: usd(0), typical } };
    return market.margin === "linear"
      ? { at, value: { until, btc: inBtc(amount, typical), usd: usd(quote), typical: null } }
      : { at, value: { until, btc: null, usd: inUsd(amount, typical), typical } };
  });
  const wanted = between(series<Traded>(bars), later(from, begun), ask.now);
  if (wanted.length === 0) throw noBar(ask, { market }, "data");
  return only(market, wanted);
}

export const mexc = {
  id: "mexc",
  venue: "mexc",
  name: "MEXC",
  docs: "https://www.mexc.com/api-docs/futures/market-endpoints/get-contract-info",
  // 10 requests in 2 seconds.
  hosts: { "api.mexc.com": { everyMs: 200, atOnce: 4 } },
  keeps: { funding: ALL },
  note: "Self-reported and doubtful: volume and open interest do not fit. USDT, USDC and USD1 are taken as USD. No history of open interest.",
  facts: {
    openInterest: {
      endpoint: "GET /api/v1/contract/detail, /api/v1/contract/ticker",
      unit: "contracts of contractSize: 0.0001 BTC (linear), 100 USD (inverse)",
      proof:
        "2026-09-25, BTC_USDT: amount24 3,231,038,549.8 / (volume24 383,507,569 × 0.0001) = 84,250 USDT, the price; holdVol 553,033,453 is 55,303 BTC",
      counting: "each contract once; not documented",
      lookBack: "now",
      uncertain: "sidedness; whether the figures are true",
    },
    volume: {
      endpoint: "GET /api/v1/contract/kline/{symbol}?interval=Hour8",
      unit: "linear: contracts and quote currency; inverse: contracts of 100 USD",
      proof: "documentation sample: 67,332 × 0.0001 × 33,040 = 222,465, amount 222,515.86",
      counting: "each trade once; not documented",
      lookBack: "not documented; 25 months are asked, a month begun in the middle is left out",
      uncertain:
        "sidedness; whether the figures are true: from November 2025 to September 2026 the volume a day fell from 22 to 3 billion USD while open interest stayed among the largest of all",
    },
    funding: {
      endpoint: "GET /api/v1/contract/funding_rate",
      unit: "ratio per collectCycle hours",
      proof: "documentation; recorded 2026-09-15: 0.000067 with a cycle of 8",
      counting: "running estimate of the next settlement",
      lookBack: "now; of the past what was settled: GET /api/v1/contract/funding_rate/history",
    },
  },
  datasets: {
    openInterest: held,
    volume,
    funding: async (ask) => everyListed(await contractsOf(ask), (contract) => fundingNow(ask, contract)),
  },
} as const satisfies Source;
