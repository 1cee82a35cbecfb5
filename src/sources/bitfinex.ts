/**
 * Bitfinex derivatives. https://docs.bitfinex.com/reference
 * One BTC contract, tBTCF0:USTF0: a linear perpetual in USDt, 1 contract = 1 BTC. tTESTBTCF0:TESTUSDTF0 is play money,
 * contracts that end in F0:BTCF0 are other coins priced in BTC.
 *
 * - Answers are arrays by position. An unknown key of status is `[]` with status 200; other errors are
 *   `["error", code, text]` with status 500.
 * - The mark price is the index: no premium is in it. The spot price of the same row can be stale.
 * - Candles go open, **close**, high, low; hours without a trade are probably missing.
 * - Liquidations of all symbols, margin trading in them, come in one list of at most 500. A position appears when it
 *   is triggered (`is_match` 0) and again when it is executed (1).
 * - The history of open interest is a row a minute, at odd seconds: a day's sample is a request. A report asks the days
 *   that it compares, a backfill every day.
 * - Long and short sizes (stats1) are those of spot margin, another thing.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Liquidations, Market, Markets, PastOpenInterest, Traded } from "../core/market.ts";
import { series, type Series } from "../core/series.ts";
import { DAY, earlier, floorTo, HOUR, MINUTE, shift, type Instant } from "../core/time.ts";
import { btc, ofBtc, ratio, usd, usdPerBtc } from "../core/units.ts";
import { firstInstant, typicalPrice, upToNow, windows } from "./bars.ts";
import { decimal, envelope, level, millis, positive } from "./decode.ts";
import { only, unpublished } from "./families.ts";
import { HOURS_OVER } from "./keep.ts";
import { hoursTo, liquidatedIn } from "./liquidated.ts";
import { ALL, isPast, newestOf, nothing } from "./past.ts";
import type { Ask, Keep, Source } from "./source.ts";
import { together } from "./together.ts";

const API = "https://api-pub.bitfinex.com/v2";
const BTC_PERPETUAL: Market = { symbol: "tBTCF0:USTF0", kind: "perpetual", margin: "linear", quote: "USDT" };
const FUNDING_HOURS = 8;
/** A calendar year is at most 8,784 hours; an answer has at most 10,000. */
const WINDOW_MONTHS = 12;
const MOST_CANDLES = 10_000;
const MOST_LIQUIDATIONS = 500;
/** A row a minute, with holes. */
const RECENT = 10 * MINUTE;
/** So many days before the last 00:00Z a report looks. */
const COMPARED = [0, 1, 7, 30] as const;
/** Of a liquidated position's two rows the execution is counted: a trigger has the price of entry only. */
const TRIGGER = 0;
const EXECUTION = 1;

const answer = <T>(good: z.ZodType<T>): z.ZodType<T> =>
  envelope(
    good,
    z.union([
      z
        .tuple([z.literal("error"), decimal, z.string()])
        .rest(z.unknown())
        .transform(([, code, text]) => ({ text: `${code} ${text}` })),
      z.object({ error: z.string() }).transform(({ error: text }) => ({ text })),
    ]),
  );

const columns = z.array(z.unknown());
/**
 * Column 12 is the funding of the period in progress, 15 the mark price, 18 open interest in BTC. Without the key, in rows
 * of the past, every column is one further to the left.
 */
const Status = columns
  .transform((row) => ({ key: row[0], at: row[1], funding: row[12], mark: row[15], held: row[18] }))
  .pipe(
    z.object({
      key: z.unknown(),
      at: millis,
      funding: decimal,
      mark: positive.transform(usdPerBtc),
      held: level.nullable(),
    }),
  );
const Statuses = answer(z.array(Status));
const PastStatuses = answer(z.array(columns.transform((row) => [BTC_PERPETUAL.symbol, ...row]).pipe(Status)));
const PastHeld = answer(
  z.array(
    columns
      .transform((row) => ({ at: row[0], mark: row[14], held: row[17] }))
      .pipe(z.object({ at: millis, mark: positive.transform(usdPerBtc), held: level.nullable() })),
  ),
);

const Candle = z
  .tuple([millis.refine((at) => at % HOUR === 0, "expected an hour"), positive, positive, positive, positive, level])
  .rest(z.unknown())
  .transform(([at, open, close, high, low, volume]) => ({
    at,
    value: { until: shift(at, HOUR), btc: btc(volume), usd: null, typical: typicalPrice(open, high, low, close) },
  }));
const Candles = answer(z.array(Candle));

/** Every row is wrapped once more. `acquired` is the price of the execution, null for a trigger. */
const Liquidation = z
  .tuple([columns])
  .rest(z.unknown())
  .transform(([row]) => ({
    position: row[1],
    at: row[2],
    symbol: row[4],
    amount: row[5],
    entry: row[6],
    match: row[8],
    acquired: row[11],
  }))
  .pipe(
    z.object({
      position: z.unknown(),
      at: millis,
      symbol: z.unknown(),
      amount: decimal,
      entry: level,
      match: decimal.refine((match) => match === TRIGGER || match === EXECUTION, "expected 0 or 1"),
      acquired: level.nullable(),
    }),
  );
const LiquidationRows = answer(z.array(Liquidation));

/** The last row at `end` or some minutes before it; undefined where there is none. */
async function rowAt<T extends { readonly at: Instant }>(
  ask: Ask,
  end: Instant,
  rows: z.ZodType<readonly T[]>,
  keep?: Keep,
): Promise<T | undefined> {
  const start = shift(end, -RECENT);
  const url = `${API}/status/deriv/${BTC_PERPETUAL.symbol}/hist?start=${start}&end=${end}&limit=1&sort=-1`;
  const last = newestOf({ now: end }, await ask.json(url, rows, keep), ({ at }) => at);
  return last !== undefined && last.at >= start ? last : undefined;
}

async function statusThen(ask: Ask): Promise<z.infer<typeof Status>> {
  const row = await rowAt(ask, floorTo(ask.now, MINUTE), PastStatuses);
  if (row !== undefined) return row;
  throw new Unavailable(unpublished("no row of then"));
}

/** What was held at 00:00Z, at the instants of the last rows before it. */
async function heldAtMidnights(ask: Ask): Promise<Markets<Series<PastOpenInterest>>> {
  const last = floorTo(ask.now, DAY);
  const days = ask.everyDay === true ? Math.max(0, Math.floor((last - ask.since) / DAY) + 1) : null;
  const back = days === null ? COMPARED : Array.from({ length: days }, (_, day) => day);
  const rows = await together(
    back.map((day) => {
      const end = shift(last, -day * DAY);
      return rowAt(ask, end, PastHeld, end + HOUR <= ask.clock ? "forever" : HOURS_OVER);
    }),
  );
  const samples = rows.flatMap((row) =>
    row === undefined || row.held === null ? [] : [{ at: row.at, value: { size: ofBtc(row.held), price: row.mark } }],
  );
  if (samples.length === 0) throw new Unavailable(unpublished("no row before any 00:00Z asked for"));
  return only(BTC_PERPETUAL, series(samples));
}

async function status(ask: Ask): Promise<z.infer<typeof Status>> {
  if (isPast(ask)) return statusThen(ask);
  const rows = await ask.json(`${API}/status/deriv?keys=${BTC_PERPETUAL.symbol}`, Statuses);
  const row = rows.find(({ key }) => key === BTC_PERPETUAL.symbol);
  if (row !== undefined) return row;
  throw new Unavailable({ why: "malformed", at: "body", detail: `no row of ${BTC_PERPETUAL.symbol}` });
}

async function volume(ask: Ask): Promise<Markets<Series<Traded>>> {
  const from = firstInstant(ask.now);
  const answers = await together(
    windows(from, WINDOW_MONTHS, ask).map(({ from: start, to, keep }) => {
      const window = `start=${start}&end=${to}&limit=${MOST_CANDLES}&sort=1`;
      return ask.json(`${API}/candles/trade:1h:${BTC_PERPETUAL.symbol}/hist?${window}`, Candles, keep);
    }),
  );
  const bars = upToNow(series(answers.flat()), from, ask);
  if (bars.length === 0) throw nothing(ask, "body", "no candle");
  return only(BTC_PERPETUAL, bars);
}

/**
 * Hours counted back from the minute. The newest rows come first, so a full answer leaves out the oldest ones: hours
 * that it does not reach have no bar, hours that it does reach have one even if nothing was liquidated.
 */
async function liquidations(ask: Ask): Promise<Liquidations> {
  const end = floorTo(ask.now, MINUTE);
  const start = shift(end, -DAY);
  const url = `${API}/liquidations/hist?start=${start}&end=${end}&limit=${MOST_LIQUIDATIONS}&sort=-1`;
  const rows = await ask.json(url, LiquidationRows);
  // How long they are kept is not documented: of a past day no hour is told that the rows do not reach.
  const cut = rows.length >= MOST_LIQUIDATIONS || isPast(ask);
  const reach = cut ? rows.map(({ at }) => at).reduce(earlier, end) : start;
  // A row that is told twice is one execution; a position may have several.
  const unlike = new Map(rows.map((row) => [JSON.stringify(row), row]));
  const executed = [...unlike.values()]
    .filter(({ symbol, match }) => symbol === BTC_PERPETUAL.symbol && match === EXECUTION)
    .map(({ at, amount, acquired, entry }) => ({
      at,
      usd: usd(Math.abs(amount) * (acquired ?? entry)),
      long: amount > 0,
    }));
  const hours = hoursTo(end).filter((at) => at >= reach);
  const bars = liquidatedIn(executed, hours, HOUR, 0);
  if (bars.length === 0) {
    const few = `the newest ${MOST_LIQUIDATIONS} are of less than an hour`;
    throw new Unavailable(unpublished(isPast(ask) ? "no whole hour of then" : few));
  }
  return { feed: "partial", ...only(BTC_PERPETUAL, bars) };
}

export const bitfinex = {
  id: "bitfinex",
  venue: "bitfinex",
  name: "Bitfinex",
  docs: "https://docs.bitfinex.com/reference",
  // A minute: 90 requests for status, 30 for candles, 3 for liquidations. A run asks 5, 3 and 1, a backfill one a day.
  hosts: { "api-pub.bitfinex.com": { everyMs: 700 } },
  note: "One perpetual, in USDt (taken as USD), valued at the mark price, which is the index. Monthly volume in USD is made from hours at their typical price. Liquidations are executions of the 500 newest rows of all symbols. Of its history of open interest a report asks the days that its changes begin with; backfill asks every day.",
  sparse: ["openInterestHistory"],
  keeps: { openInterest: ALL, funding: ALL, liquidations: ALL },
  facts: {
    openInterest: {
      endpoint: "GET /v2/status/deriv?keys=tBTCF0:USTF0, columns 18 and 15",
      unit: "BTC",
      proof: "documentation; recorded 2024-01-26 in the history: 5,775.20348804 at 42,134 USDt",
      counting: "each contract once; not documented",
      lookBack: "now; of the past as openInterestHistory",
      uncertain: "sidedness",
    },
    openInterestHistory: {
      endpoint: "GET /v2/status/deriv/tBTCF0:USTF0/hist, columns 17 and 14",
      unit: "BTC, with the mark price of the same row",
      proof: "documentation: the columns of status without its key",
      counting: "each contract once; not documented",
      lookBack:
        "not documented; recorded for 2024-01-26. A row a minute: the last one before 00:00Z, of the days that a report compares (0, 1, 7 and 30 back) or, in a backfill, of every day",
      uncertain: "look-back",
    },
    volume: {
      endpoint: "GET /v2/candles/trade:1h:tBTCF0:USTF0/hist",
      unit: "BTC",
      proof: "documentation: quantity of the symbol; 1 contract = 1 BTC",
      counting: "each trade once; not documented",
      lookBack: "not documented; 25 months are asked, a month begun in the middle is left out",
      uncertain: "sidedness",
    },
    funding: {
      endpoint: "GET /v2/status/deriv?keys=tBTCF0:USTF0, column 12",
      unit: "ratio per 8 hours",
      proof: "documentation: funding applied in the current 8 h period",
      counting: "fixed when the period began, paid at its end",
      lookBack: "now; of the past as openInterestHistory, column 11",
    },
    liquidations: {
      endpoint: "GET /v2/liquidations/hist",
      unit: "BTC, valued at price_acquired",
      proof: "documentation of the columns",
      counting: "executions (is_match 1) by the side that was liquidated: an amount above 0 is a long",
      lookBack: "24 h, as far as 500 rows of all symbols reach",
      uncertain: "whether a position executed in parts has its whole amount in every row",
    },
  },
  datasets: {
    openInterest: async (ask) => {
      const { at, mark, held } = await status(ask);
      if (held === null) throw nothing(ask, "body", "no open interest");
      return only(BTC_PERPETUAL, { at, size: ofBtc(held), price: mark });
    },
    openInterestHistory: heldAtMidnights,
    volume,
    funding: async (ask) => {
      const { at, funding } = await status(ask);
      return only(BTC_PERPETUAL, { at, rate: ratio(funding), everyHours: FUNDING_HOURS, kind: "predicted" });
    },
    liquidations,
  },
} as const satisfies Source;
