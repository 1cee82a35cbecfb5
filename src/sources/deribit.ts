/**
 * Deribit futures. https://docs.deribit.com
 * JSON-RPC over GET. drb.coinbase.com is announced as a second door to the same book: one is asked, never both added.
 *
 * - Open interest and volume of the list for BTC (inverse) are in USD, those of the list for USDC (linear) in BTC.
 *   `contract_size` is no factor of either.
 * - Charts tell volume in BTC and `cost` in the quote currency, at most 5,000 bars a request, empty ones included. The
 *   alignment of daily bars is not documented, so 120-minute bars are added up. `no_data` means that there are none.
 * - Funding accrues all the time: `funding_8h` is what the last 8 hours came to. `current_funding` of the linear
 *   perpetual is 0 while its `funding_8h` is not.
 * - No history of open interest, no ratios; liquidations are only a flag on single trades.
 * - The lists are those of today: `creation_timestamp` is the answer's time in a summary, the listing's in get_instruments.
 */
import { z } from "zod";
import type { Funding, Market, Markets, OpenInterest, Traded } from "../core/market.ts";
import { series, type Series } from "../core/series.ts";
import { addMonths, floorTo, HOUR, MINUTE, monthOf, parseDay, shift, startOfDay, startOfMonth } from "../core/time.ts";
import { btc, ofBtc, ofUsd, ratio, usd, usdPerBtc } from "../core/units.ts";
import { firstInstant, upToNow, windows, type Window } from "./bars.ts";
import { decimal, envelope, level, millis, positive, told } from "./decode.ts";
import { families, none, only, unpublished } from "./families.ts";
import { toDate } from "./keep.ts";
import { absentMain, indexOf, isOver, noBar } from "./listed.ts";
import { ALL, isPast, newestOf } from "./past.ts";
import type { Ask, Source } from "./source.ts";
import { together } from "./together.ts";

const API = "https://www.deribit.com/api/v2/public";
const INVERSE = { currency: "BTC", pair: "BTC", margin: "inverse", quote: "USD" } as const;
const LINEAR = { currency: "USDC", pair: "BTC_USDC", margin: "linear", quote: "USDC" } as const;
type Family = typeof INVERSE | typeof LINEAR;

const BAR_MINUTES = 120;
const BAR = BAR_MINUTES * MINUTE;
/** A calendar year is at most 4,392 bars. */
const WINDOW_MONTHS = 12;
/** Dated contracts are listed about a year ahead; 13 months are at most 4,764 bars. */
const DATED_MONTHS = 13;
const FUNDING_HOURS = 8;
const MONTH_NAMES = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

const answer = <T>(result: z.ZodType<T>): z.ZodType<T> =>
  envelope(
    z.object({ testnet: z.literal(false), result }).transform((body) => body.result),
    z
      .object({ error: z.object({ code: decimal, message: z.string() }) })
      .transform(({ error }) => ({ text: `${error.code} ${error.message}` })),
  );

const Summary = z.object({
  instrument_name: z.string(),
  open_interest: level.nullish(),
  mark_price: positive.transform(usdPerBtc).nullish(),
  // The index until half an hour before expiry: in both recorded answers it equals `index_price`.
  estimated_delivery_price: positive.transform(usdPerBtc).nullish(),
  volume_usd: level.nullish(),
  creation_timestamp: millis,
  funding_8h: decimal.nullish(),
});

const Instruments = answer(z.array(z.object({ instrument_name: z.string(), creation_timestamp: millis })));

const Realised = answer(z.array(z.object({ timestamp: millis, interest_8h: decimal })));

const onGrid = millis.refine((at) => at % BAR === 0, "expected a bar on the grid of two hours");
const Chart = answer(
  z.discriminatedUnion("status", [
    z.object({ status: z.literal("ok"), ticks: z.array(onGrid), volume: z.array(level), cost: z.array(level) }),
    z.object({ status: z.literal("no_data") }),
  ]),
).transform((chart, ctx) => {
  if (chart.status === "no_data") return [];
  const { ticks, volume, cost } = chart;
  const rows = ticks.flatMap((at, i) => {
    const [inBtc, inQuote] = [volume[i], cost[i]];
    return inBtc === undefined || inQuote === undefined ? [] : [{ at, btc: btc(inBtc), usd: usd(inQuote) }];
  });
  if (rows.length === volume.length && rows.length === cost.length && rows.length === ticks.length) return rows;
  ctx.addIssue({ code: "custom", message: "expected columns of one length" });
  return z.NEVER;
});

/** What a name tells: BTC-PERPETUAL, BTC-2JAN26 (settles at 08:00Z). Null for a name of another form. */
function marketOf(symbol: string, { margin, quote }: Family): Market | null {
  const [, term = "", ...more] = symbol.split("-");
  if (more.length > 0) return null;
  if (term === "PERPETUAL") return { symbol, kind: "perpetual", margin, quote };
  const [, day = "", month = "", year = ""] = /^(\d{1,2})([A-Z]{3})(\d{2})$/.exec(term) ?? [];
  const number = String(MONTH_NAMES.indexOf(month) + 1).padStart(2, "0");
  const expiry = parseDay(`20${year}-${number}-${day.padStart(2, "0")}`);
  if (expiry === null) return null;
  return { symbol, kind: "dated", margin, quote, expires: shift(startOfDay(expiry), 8 * HOUR) };
}

type Row = z.infer<typeof Summary>;
type PerContract<T> = (market: Market, row: Row) => Markets<T> | Promise<Markets<T>>;

/** Asks `one` of every contract. The list for USDC holds other coins too: the pair must match exactly. */
async function perContract<T>(ask: Ask, family: Family, one: PerContract<T>): Promise<Markets<T>> {
  const own = answer(
    z
      .array(z.looseObject({ instrument_name: z.string() }))
      .transform((rows) => rows.filter((row) => row.instrument_name.split("-")[0] === family.pair))
      .pipe(z.array(Summary).min(1, `expected a contract of ${family.pair}`)),
  );
  const rows = await ask.json(`${API}/get_book_summary_by_currency?currency=${family.currency}&kind=future`, own);
  const { of, lacking } = await families(
    Object.fromEntries(
      rows.map((row) => [
        row.instrument_name,
        async () => {
          const market = marketOf(row.instrument_name, family);
          if (market === null) {
            const detail = "neither a perpetual nor a date";
            return none(row.instrument_name, { why: "malformed", at: "instrument_name", detail });
          }
          return isOver(market.expires, ask.now) ? { of: [], lacking: [] } : one(market, row);
        },
      ]),
    ),
    (name) => !name.endsWith("-PERPETUAL"),
  );
  const names = new Set(rows.map((row) => row.instrument_name));
  return {
    of,
    lacking: [...lacking, ...absentMain([`${family.pair}-PERPETUAL`], names, "get_book_summary_by_currency")],
  };
}

const everyContract = <T>(ask: Ask, one: PerContract<T>): Promise<Markets<T>> =>
  families(Object.fromEntries([INVERSE, LINEAR].map((family) => [family.pair, () => perContract(ask, family, one)])));

const held: PerContract<OpenInterest> = (market, row) => {
  const size = told(row.open_interest, "open_interest");
  const { estimated_delivery_price: index, volume_usd: traded } = row;
  return only(market, {
    at: row.creation_timestamp,
    size: market.margin === "inverse" ? ofUsd(size) : ofBtc(size),
    price: told(row.mark_price, "mark_price"),
    ...indexOf(index ?? null, "estimated_delivery_price"),
    ...(traded === undefined || traded === null ? {} : { traded24h: ofUsd(traded) }),
  });
};

/** Of a past instant: the rate that was realised over the 8 h to the last full hour. */
async function fundingThen(ask: Ask, market: Market): Promise<Markets<Funding>> {
  if (market.kind === "dated") return { of: [], lacking: [] };
  const window = `start_timestamp=${shift(ask.now, -4 * HOUR)}&end_timestamp=${ask.now}`;
  const url = `${API}/get_funding_rate_history?instrument_name=${market.symbol}&${window}`;
  const last = newestOf(ask, await ask.json(url, Realised), ({ timestamp }) => timestamp);
  if (last === undefined) return none(market.symbol, unpublished("no funding rate of then"));
  const { timestamp: at, interest_8h: rate } = last;
  return only(market, { at, rate: ratio(rate), everyHours: FUNDING_HOURS, kind: "trailing" });
}

const funding: PerContract<Funding> = (market, row) => {
  if (market.kind === "dated") return { of: [], lacking: [] };
  const rate = told(row.funding_8h, "funding_8h");
  return only(market, { at: row.creation_timestamp, rate: ratio(rate), everyHours: FUNDING_HOURS, kind: "trailing" });
};

/** Whether a contract of today's list was listed only after a past instant: then it has no part in what was then. */
async function listedLater(ask: Ask, { symbol, margin }: Market): Promise<boolean> {
  if (!isPast(ask)) return false;
  const { currency } = margin === INVERSE.margin ? INVERSE : LINEAR;
  const listed = await ask.json(`${API}/get_instruments?currency=${currency}&kind=future`, Instruments, {
    minutes: 60,
  });
  return listed.some((row) => row.instrument_name === symbol && row.creation_timestamp > ask.now);
}

async function traded(ask: Ask, market: Market): Promise<Markets<Series<Traded>>> {
  const asked = market.kind === "dated" ? datedWindow(ask) : windows(firstInstant(ask.now), WINDOW_MONTHS, ask);
  const charts = await together(
    asked.map(({ from, to, keep }) => {
      const which = `instrument_name=${market.symbol}&start_timestamp=${from}&end_timestamp=${to}`;
      return ask.json(`${API}/get_tradingview_chart_data?${which}&resolution=${BAR_MINUTES}`, Chart, keep);
    }),
  );
  const bars = series(
    charts.flat().map(({ at, ...amounts }) => ({ at, value: { until: shift(at, BAR), ...amounts, typical: null } })),
  );
  const wanted = upToNow(bars, firstInstant(ask.now), ask);
  if (wanted.length > 0) return only(market, wanted);
  if (await listedLater(ask, market)) return { of: [], lacking: [] };
  throw noBar(ask, { market }, "result");
}

const datedWindow = (ask: Ask): readonly Window[] => [
  {
    from: startOfMonth(addMonths(monthOf(ask.now), 1 - DATED_MONTHS)),
    to: floorTo(ask.now, HOUR),
    keep: toDate(ask),
  },
];

const COUNTED_ONCE = "each contract once; not documented, the size of the market agrees";

export const deribit = {
  id: "deribit",
  venue: "deribit",
  name: "Deribit",
  docs: "https://docs.deribit.com",
  // 20 requests a second are documented for accounts; what holds for an address is not published.
  hosts: { "www.deribit.com": { everyMs: 100, atOnce: 4 } },
  note: "Inverse futures in USD and BTC_USDC futures (USDC taken as USD). Volume lacks dated contracts that have expired, and of those still trading tells 13 months. Funding is what the last 8 hours came to. No history of open interest.",
  keeps: { funding: ALL },
  facts: {
    openInterest: {
      endpoint: "GET /public/get_book_summary_by_currency?currency=BTC and USDC&kind=future",
      unit: "BTC-*: USD; BTC_USDC-*: BTC; never times contract_size",
      proof:
        "recorded 2025-12-24: 1,139,551,440 for BTC-PERPETUAL, as USD 13,097 BTC, as BTC more than there are; 2026-09-30: volume 2,983.1079 against volume_usd 249,069,301.96 for BTC_USDC-PERPETUAL",
      counting: COUNTED_ONCE,
      lookBack: "now",
      uncertain:
        "that estimated_delivery_price is the index until half an hour before expiry, as in two recorded answers",
    },
    volume: {
      endpoint: "GET /public/get_tradingview_chart_data?resolution=120",
      unit: "volume: BTC; cost: USD, of BTC_USDC-* USDC",
      proof: "recorded 2025-12-23: 257,490 / 2.94375216 = 87,470 USD, within 0.02 % of the price",
      counting: "each trade once; not documented",
      lookBack:
        "perpetuals since listing, 25 months are asked; dated ones still trading 13 months; of the past without those listed later: GET /public/get_instruments creation_timestamp",
      uncertain: "sidedness; whether block trades are in",
    },
    funding: {
      endpoint: "GET /public/get_book_summary_by_currency?currency=BTC and USDC&kind=future",
      unit: "ratio per 8 hours",
      proof: "documentation",
      counting: "realised over the last 8 hours",
      lookBack:
        "now; of the past what was realised over 8 h to the hour: GET /public/get_funding_rate_history interest_8h",
    },
  },
  datasets: {
    openInterest: (ask) => everyContract(ask, held),
    volume: (ask) => everyContract(ask, (market) => traded(ask, market)),
    funding: (ask) => everyContract(ask, isPast(ask) ? (market) => fundingThen(ask, market) : funding),
  },
} as const satisfies Source;
