/**
 * Gate futures, APIv4. https://www.gate.com/docs/developers/apiv4/en/
 * Bare arrays and objects, times in seconds, sizes in contracts, as number or text.
 *
 * - `position_size` is the sum of all longs, `open_interest` of contract_stats that of longs and shorts.
 * - A contract is worth `quanto_multiplier` BTC. That of the inverse BTC_USD is "0": it is worth 1 USD.
 * - The list of all perpetuals is long and takes seconds, so the two of Bitcoin are asked for by name.
 * - `sum` of a candle is its turnover in USDT. Candles of BTC_USD are not documented to have it in USD, and those of
 *   delivery contracts have none.
 * - Delivery contracts have no contract_stats.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type {
  Funding,
  Liquidated,
  LongShort,
  Markets,
  OpenInterest,
  PastOpenInterest,
  Traded,
} from "../core/market.ts";
import { between, series, type Series } from "../core/series.ts";
import { addMonths, DAY, floorTo, HOUR, monthOf, SECOND, shift, startOfMonth, type Instant } from "../core/time.ts";
import { inBtc, inUsd, ofContracts, ratio, usd, usdPerBtc } from "../core/units.ts";
import { askedUntil, firstInstant, inSeconds, typicalPrice } from "./bars.ts";
import { decimal, fundingHours, level, positive, seconds } from "./decode.ts";
import { none, only, unpublished } from "./families.ts";
import { API, everyContract, LINEAR, perpetual, perpetuals, type Contract, type One } from "./gate-contracts.ts";
import { HOURS_OVER, sinceTheDay, toDate } from "./keep.ts";
import { bothSides } from "./liquidated.ts";
import { anyBars, dueOf, indexOf, priceOfHeld } from "./listed.ts";
import { ALL, isPast, lastSettled, nothing, SETTLEMENTS } from "./past.ts";
import type { Ask, Keep, Source } from "./source.ts";
import { together } from "./together.ts";

const HOURS = 24;
/** So many rows of contract_stats clients page by; how many an answer may have is not documented. */
const PAGE = 500;
/** Listed half a year ahead at most. */
const DATED_MONTHS = 10;

/**
 * What makes `open_interest` of contract_stats count each contract once. Measured 2026-10-01: 4,756,345,776 USD, while
 * position_size × multiplier × mark price is 2,379,137,289 USD.
 */
const ONE_SIDE = 0.5;

/**
 * When a row of contract_stats held. Not documented; two public collectors find that it is stamped by the start of its
 * interval, and that the running one changes until the end.
 */
const heldAt = (start: Instant, every: number): Instant => shift(start, every);

const Stats = z.array(
  z.object({
    time: seconds,
    open_interest: level,
    mark_price: positive.transform(usdPerBtc),
    lsr_account: level,
    long_users: level.optional(),
    short_users: level.optional(),
    long_liq_size: level,
    short_liq_size: level,
  }),
);
const Settled = z.array(z.object({ t: seconds, r: decimal }));
const Candles = z.array(
  z.object({
    t: seconds.refine((at) => at % DAY === 0, "expected a day that begins at 00:00Z"),
    o: positive,
    h: positive,
    l: positive,
    c: positive,
    v: level,
    sum: level.optional(),
  }),
);

/** For what contract_stats tells. */
async function withoutDelivery<T>(ask: Ask, one: One<T>): Promise<Markets<T>> {
  const { of, lacking } = await perpetuals(ask, one);
  return { of, lacking: [...lacking, { what: "delivery", gap: unpublished("no statistics of delivery contracts") }] };
}

const heldNow: One<OpenInterest> = (ask, contract) => {
  const { position_size: count, mark_price: mark, index_price: index } = contract.row;
  if (count === undefined || count === null) throw nothing(ask, "position_size", "no open interest");
  const price = priceOfHeld(ask, count, mark, "mark_price");
  const size = ofContracts(count, contract.each);
  return only(contract.market, { at: ask.now, size, price, ...indexOf(index, "index_price") });
};

const fundingNow: One<Funding> = async (ask, contract) => {
  if (contract.funding === undefined) return { of: [], lacking: [] };
  if (isPast(ask)) {
    const window = `from=${inSeconds(floorTo(shift(ask.now, -SETTLEMENTS), HOUR))}&to=${inSeconds(ask.now)}`;
    const which = `contract=${contract.market.symbol}&${window}&limit=100`;
    const rows = await ask.json(`${API}/${contract.path}/funding_rate?${which}`, Settled);
    return only(
      contract.market,
      lastSettled(
        ask,
        rows.map(({ t: at, r: rate }) => ({ at, rate })),
      ),
    );
  }
  const { funding_rate: rate, funding_interval: interval } = contract.funding;
  const everyHours = fundingHours((interval * SECOND) / HOUR, "funding_interval");
  return only(contract.market, { at: ask.now, rate, everyHours, kind: "predicted" });
};

const stats = (
  ask: Ask,
  { market, path }: Contract,
  interval: "1h" | "1d",
  from: Instant,
  limit: number,
  keep: Keep,
): Promise<z.infer<typeof Stats>> => {
  const which = `contract=${market.symbol}&interval=${interval}&from=${inSeconds(from)}&limit=${limit}`;
  return ask.json(`${API}/${path}/contract_stats?${which}`, Stats, keep);
};

/** Page after page from the first day wanted to the one that is running. */
async function dailyStats(ask: Ask, contract: Contract): Promise<z.infer<typeof Stats>> {
  const from = floorTo(ask.since, DAY);
  const starts: Instant[] = [];
  for (let start = from; start < ask.now; start = shift(start, PAGE * DAY)) starts.push(start);
  const pages = await together(
    starts.map((start) => {
      const days = Math.ceil((ask.now - start) / DAY);
      return stats(ask, contract, "1d", start, Math.min(days, PAGE), days > PAGE ? "forever" : sinceTheDay(ask));
    }),
  );
  return pages.flat().filter(({ time }) => time >= from);
}

const heldDaily: One<Series<PastOpenInterest>> = async (ask, contract) => {
  const rows = await dailyStats(ask, contract);
  const held = series(
    rows
      .filter(({ time, open_interest: count }) => count > 0 && heldAt(time, DAY) <= ask.now)
      .map(({ time, open_interest: count, mark_price: price }) => ({
        at: heldAt(time, DAY),
        value: { size: ofContracts(count * ONE_SIDE, contract.each), price },
      })),
  );
  return held.length === 0
    ? none(contract.market.symbol, unpublished("no open interest of a day that is over"))
    : only(contract.market, held);
};

/** The last 24 hours that are over. */
async function lastDay(ask: Ask, contract: Contract): Promise<z.infer<typeof Stats>> {
  const until = floorTo(ask.now, HOUR);
  const from = shift(until, -HOURS * HOUR);
  const rows = (await stats(ask, contract, "1h", from, HOURS + 1, HOURS_OVER)).filter(
    ({ time }) => time >= from && time < until,
  );
  if (rows.length === 0) throw new Unavailable(unpublished("no hour of the last day"));
  return rows.toSorted((a, b) => a.time - b.time);
}

async function accounts(ask: Ask): Promise<Markets<LongShort>> {
  const contract = await perpetual(ask, LINEAR);
  const row = (await lastDay(ask, contract)).at(-1);
  if (row === undefined || row.lsr_account === 0) throw new Unavailable(unpublished("no account ratio"));
  const { lsr_account: published, long_users: long, short_users: short } = row;
  const all = (long ?? 0) + (short ?? 0);
  // Older documents describe lsr_account and lsr_taker the other way round: the numbers of users tell which it is.
  const shares =
    long === undefined || short === undefined || all === 0
      ? {}
      : { shares: { long: ratio(long / all), short: ratio(short / all) } };
  return only(contract.market, { at: heldAt(row.time, HOUR), ratio: published, counts: "accounts", ...shares });
}

const liquidated: One<Series<Liquidated>> = async (ask, contract) =>
  only(contract.market, liquidatedIn(await lastDay(ask, contract), contract, HOUR));

/** Days that are over; openInterestHistory asks the same URL. */
const liquidatedDaily: One<Series<Liquidated>> = async (ask, contract) => {
  const rows = (await dailyStats(ask, contract)).filter(({ time }) => shift(time, DAY) <= ask.now);
  return rows.length === 0
    ? none(contract.market.symbol, unpublished("no day that is over"))
    : only(contract.market, liquidatedIn(rows, contract, DAY));
};

const liquidatedIn = (rows: z.infer<typeof Stats>, { each }: Contract, every: number): Series<Liquidated> =>
  series(
    rows.map(({ time, long_liq_size, short_liq_size, mark_price }) => {
      const worth = (count: number) => inUsd(ofContracts(count, each), mark_price);
      const [longs, shorts] = [worth(long_liq_size), worth(short_liq_size)];
      return { at: time, value: bothSides(shift(time, every), longs, shorts) };
    }),
  );

const traded: One<Series<Traded>> = async (ask, contract) => {
  const { market, path, each } = contract;
  const runs = market.kind === "perpetual";
  const from = runs ? firstInstant(ask.now) : startOfMonth(addMonths(monthOf(ask.now), 1 - DATED_MONTHS));
  const which = `contract=${market.symbol}&interval=1d&from=${inSeconds(from)}&to=${inSeconds(askedUntil(ask.now))}`;
  const rows = await ask.json(`${API}/${path}/candlesticks?${which}&timezone=utc0`, Candles, toDate(ask));
  const bars = between(
    series(
      rows.map(({ t, o, h, l, c, v, sum }) => {
        const typical = typicalPrice(o, h, l, c);
        const amount = ofContracts(v, each);
        const amounts =
          market.margin === "inverse"
            ? { btc: null, usd: inUsd(amount, typical) }
            : { btc: inBtc(amount, typical), usd: sum === undefined ? null : usd(sum) };
        return { at: t, value: { until: shift(t, DAY), ...amounts, typical } };
      }),
    ),
    from,
    ask.now,
  );
  return only(market, anyBars(ask, contract, bars, "body"), dueOf(contract, from));
};

export const gate = {
  id: "gate",
  venue: "gate",
  name: "Gate",
  docs: "https://www.gate.com/docs/developers/apiv4/en/",
  // 200 requests in 10 seconds for each endpoint.
  hosts: { "api.gateio.ws": { everyMs: 60, atOnce: 4 } },
  headers: { "X-Gate-Size-Decimal": "1" },
  note: "BTC_USDT, BTC_USD and BTC_USDT delivery contracts. The API's history of open interest counts both sides; here each contract counts once. Delivery contracts have no history, and monthly volume lacks those that have expired. Whether Gate counts each trade once is not documented; it is read so.",
  keeps: { funding: ALL, longShort: ALL, liquidations: ALL, liquidationDays: ALL },
  facts: {
    openInterest: {
      endpoint: "GET /futures/{usdt, btc}/contracts/{BTC_USDT, BTC_USD}, /delivery/usdt/contracts",
      unit: "contracts of quanto_multiplier BTC; BTC_USD: of 1 USD",
      proof:
        'documentation; recorded 2026: quanto_multiplier 0.0001 of BTC_USDT, "0" and type inverse of BTC_USD; measured 2026-10-01: 2,379,137,289 USD, half of what contract_stats says in USD',
      counting: "position_size is the sum of all longs: each contract once",
      lookBack: "now",
      uncertain: "that position_size of delivery contracts is counted in the same way",
    },
    openInterestHistory: {
      endpoint: "GET /futures/{usdt, btc}/contract_stats?interval=1d",
      unit: "contracts, with the mark price",
      proof: "recorded: 510,221,536 × 0.0001 × 85,621.77 = 4,368,607,100 USD, its open_interest_usd",
      counting: "both sides, halved (measured 2026-10-01: twice position_size)",
      lookBack: "not documented; 200 days are asked",
      uncertain: "that a row is stamped by the start of its day and holds the value at its end",
    },
    volume: {
      endpoint: "GET /futures/{usdt, btc}/candlesticks?interval=1d&timezone=utc0, /delivery/usdt/candlesticks",
      unit: "v: contracts; sum: USDT",
      proof: "documentation; each day's stamp is checked to be 00:00Z",
      counting: "each trade once; not documented",
      lookBack: "not documented; 25 months are asked, of delivery contracts 10",
      uncertain: "sidedness; USD of delivery contracts and BTC of BTC_USD are made with each day's typical price",
    },
    funding: {
      endpoint: "GET /futures/{usdt, btc}/contracts/{contract} funding_rate, funding_interval",
      unit: "ratio per interval; seconds",
      proof: "documentation",
      counting: "rate of the interval in progress",
      lookBack: "now; of the past what was settled: GET /futures/{settle}/funding_rate",
    },
    longShort: {
      endpoint: "GET /futures/usdt/contract_stats?contract=BTC_USDT&interval=1h lsr_account",
      unit: "accounts long / accounts short",
      proof: "documentation; checked against long_users / short_users of the same row",
      counting: "accounts that hold BTC_USDT, whatever their size",
      lookBack: "not documented; a day is asked",
      uncertain: "as openInterestHistory",
    },
    liquidations: {
      endpoint: "GET /futures/{usdt, btc}/contract_stats?interval=1h long_liq_size, short_liq_size",
      unit: "contracts, valued at the row's mark price, as Gate does in long_liq_usd_new",
      proof: "documentation",
      counting: "Gate's own sums by the side that was liquidated, 24 hours that are over",
      lookBack: "not documented; a day is asked",
      uncertain: "whether the sums hold every liquidation is not documented",
    },
    liquidationDays: {
      endpoint: "GET /futures/{usdt, btc}/contract_stats?interval=1d long_liq_size, short_liq_size",
      unit: "contracts, valued at the row's mark price",
      proof: "as liquidations",
      counting: "as liquidations, by UTC day",
      lookBack: "not documented; 200 days are asked, with openInterestHistory",
      uncertain: "as liquidations",
    },
  },
  datasets: {
    openInterest: (ask) => everyContract(ask, heldNow),
    openInterestHistory: (ask) => withoutDelivery(ask, heldDaily),
    volume: (ask) => everyContract(ask, traded),
    funding: (ask) => perpetuals(ask, fundingNow),
    longShort: accounts,
    liquidations: async (ask) => ({ feed: "complete", ...(await withoutDelivery(ask, liquidated)) }),
    liquidationDays: async (ask) => ({ feed: "complete", ...(await withoutDelivery(ask, liquidatedDaily)) }),
  },
} as const satisfies Source;
