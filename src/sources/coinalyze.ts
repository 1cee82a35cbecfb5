/**
 * Coinalyze, with a free key: liquidations and open interest of perpetuals. https://api.coinalyze.net/v1/doc/
 *
 * - 40 calls a minute for a key, and **each symbol of a question is a call**; a question takes 20 symbols. A run asks
 *   two lists, about 11 symbols for liquidations, about 15 for open interest and 4 for days of liquidations.
 * - A symbol ends in a code for its exchange; `.A` is Binance, not a sum. Code tables found elsewhere contradict each
 *   other, so codes and symbols come from Coinalyze's own lists, whose order changes.
 * - Silence is not zero: a symbol that is unknown or has no data is missing from the answer, or has no rows.
 * - Without `convert_to_usd=true` every market has a unit of its own.
 * - `t` is the start of a bucket in seconds, `update` is in milliseconds; from and to are inclusive. The newest bucket
 *   is still filling.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type {
  Lacking,
  Liquidated,
  Liquidations,
  Market,
  Of,
  ReportedLiquidations,
  ReportedOpenInterest,
} from "../core/market.ts";
import { between, series, type Series } from "../core/series.ts";
import { DAY, earlier, floorTo, HOUR, shift } from "../core/time.ts";
import { sumUsd, usd } from "../core/units.ts";
import { inSeconds } from "./bars.ts";
import { level, millis, ownRows, seconds } from "./decode.ts";
import { unpublished } from "./families.ts";
import { sinceTheDay } from "./keep.ts";
import { bothSides } from "./liquidated.ts";
import { ALL } from "./past.ts";
import type { Ask, Source } from "./source.ts";
import { together } from "./together.ts";

const API = "https://api.coinalyze.net/v1";
const HOURS = 24;
/** Of days, which Coinalyze never deletes: two years, in which a record has something to be compared with. */
const DAYS = 730;
/** Open interest is told live: an older value is of a feed that has stopped, a later one is not of the time asked about. */
const STALE = HOUR;
const LISTS = { minutes: 24 * 60 } as const;
const QUOTES: ReadonlySet<unknown> = new Set(["USD", "USDT", "USDC"]);

interface Exchange {
  readonly venue: string;
  readonly name: string;
  /** As Coinalyze has it. */
  readonly listed: readonly string[];
}
/** On 2026-08-22 liquidations of BTC came from these and from BitMEX, which has closed; other exchanges were silent. */
const LIQUIDATING: readonly Exchange[] = [
  { venue: "binance", name: "Binance", listed: ["Binance"] },
  { venue: "bybit", name: "Bybit", listed: ["Bybit"] },
  { venue: "okx", name: "OKX", listed: ["OKX"] },
  { venue: "htx", name: "HTX", listed: ["Huobi", "HTX"] },
];
/** Venues whose perpetuals are nearly all of their open interest: dated contracts would go beyond the limit. */
const HOLDING: readonly Exchange[] = [
  ...LIQUIDATING,
  { venue: "hyperliquid", name: "Hyperliquid", listed: ["Hyperliquid"] },
  { venue: "gate", name: "Gate", listed: ["Gate.io", "Gate"] },
  { venue: "bitfinex", name: "Bitfinex", listed: ["Bitfinex"] },
];

/** A row is all BTC perpetuals of an exchange, linear and inverse. */
const ALL_PERPETUALS = { kind: "perpetual", margin: "linear", quote: "USD" } as const satisfies Partial<Market>;

const Exchanges = z.array(z.object({ name: z.string(), code: z.string() }));
const BtcPerpetual = z.object({
  symbol: z.string().min(1),
  exchange: z.string(),
  symbol_on_exchange: z.string().nullish(),
  quote_asset: z.string(),
  margined: z.string().nullish(),
});
const BtcPerpetuals = ownRows(
  (row) => row["base_asset"] === "BTC" && row["is_perpetual"] === true && QUOTES.has(row["quote_asset"]),
  BtcPerpetual,
  "expected a BTC perpetual",
);

/** Buckets of one length, from `t` on. */
const historiesOf = (bar: number, what: string) =>
  z.array(
    z.object({
      symbol: z.string(),
      history: z.array(
        z
          .object({ t: seconds.refine((at) => at % bar === 0, `expected ${what}`), l: level, s: level })
          .transform(({ t, l, s }) => ({ at: t, value: { longs: usd(l), shorts: usd(s) } })),
      ),
    }),
  );
const Hours = historiesOf(HOUR, "an hour");
const Days = historiesOf(DAY, "a day that begins at 00:00Z");
const Held = z.array(z.object({ symbol: z.string(), value: level.transform(usd), update: millis }));

interface Listed extends Exchange {
  /** Sorted: the same run asks the same URL. */
  readonly symbols: readonly string[];
  /** The perpetual in USDT, where most is traded: null where there is none, or more than one. */
  readonly main: { readonly symbol: string; readonly own: string } | null;
}

async function listed(ask: Ask, exchanges: readonly Exchange[]): Promise<readonly Listed[]> {
  const [named, markets] = await together([
    ask.json(`${API}/exchanges`, Exchanges, LISTS),
    ask.json(`${API}/future-markets`, BtcPerpetuals, LISTS),
  ]);
  const all = exchanges.map((exchange) => {
    const codes = new Set(named.filter(({ name }) => exchange.listed.includes(name)).map(({ code }) => code));
    const own = markets.filter((market) => codes.has(market.exchange));
    const [main, ...more] = own.filter((market) => market.quote_asset === "USDT" && market.margined === "STABLE");
    return {
      ...exchange,
      symbols: own.map(({ symbol }) => symbol).toSorted(),
      main:
        main === undefined || more.length > 0
          ? null
          : { symbol: main.symbol, own: main.symbol_on_exchange ?? main.symbol },
    };
  });
  if (all.some(({ symbols }) => symbols.length > 0)) return all;
  throw new Unavailable({ why: "malformed", at: "exchanges", detail: "no known exchange with a BTC perpetual" });
}

const inUrl = (symbols: readonly string[]): string => symbols.map(encodeURIComponent).join(",");
const symbolsOf = (all: readonly Listed[]): string => inUrl(all.flatMap(({ symbols }) => symbols));

/** The last 24 hours that are over, a bar for each hour of an exchange that one of its perpetuals tells. */
async function liquidations(ask: Ask): Promise<Liquidations> {
  const all = await listed(ask, LIQUIDATING);
  const end = floorTo(ask.now, HOUR);
  const start = shift(end, -HOURS * HOUR);
  const window = `interval=1hour&from=${inSeconds(start)}&to=${inSeconds(end) - 1}`;
  const url = `${API}/liquidation-history?symbols=${symbolsOf(all)}&${window}&convert_to_usd=true`;
  const answers = await ask.json(url, Hours, { minutes: 10 });
  const told = new Map(answers.map(({ symbol, history }) => [symbol, between(series(history), start, end)]));
  const of: Of<Series<Liquidated>>[] = [];
  const lacking: Lacking[] = [];
  for (const { name, symbols } of all) {
    const buckets = symbols.flatMap((symbol) => told.get(symbol) ?? []);
    const bars = [...new Set(buckets.map(({ at }) => at))].map((at) => {
      const own = buckets.filter((bucket) => bucket.at === at).map(({ value }) => value);
      const longs = sumUsd(own.map((value) => value.longs));
      const shorts = sumUsd(own.map((value) => value.shorts));
      return { at, value: bothSides(shift(at, HOUR), longs, shorts) };
    });
    if (bars.length > 0) of.push({ market: { symbol: name, ...ALL_PERPETUALS }, value: series(bars) });
    if (symbols.length === 0) lacking.push({ what: name, gap: unpublished("no BTC perpetual is listed") });
    for (const symbol of symbols) {
      if ((told.get(symbol)?.length ?? 0) > 0) continue;
      lacking.push({ what: symbol, gap: unpublished("no answer, which is not the same as no liquidations") });
    }
  }
  if (of.length === 0) throw new Unavailable({ why: "malformed", at: "body", detail: "no liquidations of any symbol" });
  return { feed: "throttled", of, lacking };
}

/** Days that are over, of the perpetual in USDT of each exchange that tells them. */
async function liquidationDays(ask: Ask): Promise<readonly ReportedLiquidations[]> {
  const mains = (await listed(ask, LIQUIDATING)).flatMap(({ venue, main }) =>
    main === null ? [] : { venue, ...main },
  );
  if (mains.length === 0) {
    throw new Unavailable({ why: "malformed", at: "future-markets", detail: "no exchange with one perpetual in USDT" });
  }
  const end = floorTo(ask.now, DAY);
  const start = shift(end, -DAYS * DAY);
  const window = `interval=daily&from=${inSeconds(start)}&to=${inSeconds(end) - 1}`;
  const symbols = inUrl(mains.map(({ symbol }) => symbol));
  const url = `${API}/liquidation-history?symbols=${symbols}&${window}&convert_to_usd=true`;
  const answers = await ask.json(url, Days, sinceTheDay(ask));
  const told = mains.flatMap(({ venue, symbol, own }) => {
    const history = answers.find((one) => one.symbol === symbol)?.history ?? [];
    const value = between(
      series(
        history.map(({ at, value: { longs, shorts } }) => ({
          at,
          value: bothSides(shift(at, DAY), longs, shorts),
        })),
      ),
      start,
      end,
    );
    const market: Market = { symbol: own, kind: "perpetual", margin: "linear", quote: "USDT" };
    return value.length === 0 ? [] : [{ venue, market, value }];
  });
  if (told.length > 0) return told;
  throw new Unavailable({ why: "malformed", at: "body", detail: "no day of liquidations of any exchange" });
}

/** A venue is told only if all its perpetuals are: a sum without one of them would pass for the whole. */
async function reported(ask: Ask): Promise<readonly ReportedOpenInterest[]> {
  const all = await listed(ask, HOLDING);
  const rows = await ask.json(`${API}/open-interest?symbols=${symbolsOf(all)}&convert_to_usd=true`, Held);
  const live = rows.filter(({ update }) => Math.abs(ask.now - update) <= STALE);
  const told = all.flatMap(({ venue, symbols }) => {
    const own = symbols.flatMap((symbol) => live.find((row) => row.symbol === symbol) ?? []);
    const held = sumUsd(own.map(({ value }) => value));
    if (own.length < symbols.length || held === 0) return [];
    return [
      { venue, at: own.map(({ update }) => update).reduce(earlier, ask.now), usd: held, scope: "perpetuals" as const },
    ];
  });
  if (told.length === 0) throw new Unavailable({ why: "stale", detail: "no venue was told whole in the last hour" });
  return told;
}

export const coinalyze = {
  id: "coinalyze",
  venue: null,
  name: "Coinalyze",
  docs: "https://api.coinalyze.net/v1/doc/",
  hosts: { "api.coinalyze.net": { everyMs: 1_500 } },
  key: { env: "COINALYZE_API_KEY", header: "api_key", required: true },
  note: "Perpetuals only. Open interest as Coinalyze has it, without dated contracts and CME, beside ours and never in it. Liquidations of Binance, Bybit, OKX and HTX as far as their feeds show them: a lower bound. Days of liquidations are those of the perpetual in USDT of each.",
  attribution: { text: "Data: Coinalyze", url: "https://coinalyze.net/" },
  // At least 1,500 buckets of an hour.
  keeps: { liquidations: 1_500 * HOUR, reportedLiquidations: ALL },
  facts: {
    reportedOpenInterest: {
      endpoint: "GET /v1/open-interest?convert_to_usd=true, with the symbols of /v1/exchanges and /v1/future-markets",
      unit: "USD",
      proof: "documentation; the history of 2026-07-24 has 6,787,210,608 for Binance BTCUSDT, about 107,000 BTC",
      counting: "BTC perpetuals in USD, USDT and USDC; a venue only with all that are listed",
      lookBack: "now",
      uncertain: "whether a perpetual that is no longer traded stays listed, which would leave its venue out",
    },
    liquidations: {
      endpoint:
        "GET /v1/liquidation-history?interval=1hour&convert_to_usd=true, with the symbols of /v1/exchanges and /v1/future-markets",
      unit: "USD",
      proof:
        "documentation; recorded 2026-07-24: 281,390 of longs and 1,587,451 of shorts in 4 hours of Binance BTCUSDT",
      counting: "l: longs liquidated, s: shorts liquidated; sums of the perpetuals of an exchange by hour",
      lookBack: "1,500 to 2,000 buckets; 24 hours that are over are asked",
      uncertain: "whether an hour that is missing had no liquidations or is not known",
    },
    reportedLiquidations: {
      endpoint:
        "GET /v1/liquidation-history?interval=daily&convert_to_usd=true, with the symbols of /v1/exchanges and /v1/future-markets",
      unit: "USD",
      proof: "as liquidations",
      counting: "l: longs liquidated, s: shorts liquidated; the perpetual in USDT of each exchange, by UTC day",
      lookBack: "days are never deleted; 730 that are over are asked",
      uncertain: "since when it takes every liquidation of Bybit, not one a second",
    },
  },
  datasets: { reportedOpenInterest: reported, liquidations, reportedLiquidations: liquidationDays },
} as const satisfies Source;
