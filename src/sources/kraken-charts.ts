/**
 * What Kraken keeps as series: candles, and analytics in buckets stamped by their start (the 03:50Z bucket of open
 * interest of 2026-07-31 closes at 1,848.1574 BTC, and so says the ticker of 03:54:46Z).
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Lacking, LongShort, Market, Markets, PastOpenInterest, Taker, Traded } from "../core/market.ts";
import { isAhead } from "../core/plausible/times.ts";
import { between, joinSeries, series, type Series } from "../core/series.ts";
import { addMonths, DAY, floorTo, HOUR, later, monthOf, shift, startOfMonth, type Instant } from "../core/time.ts";
import { btc, usd, usdPerBtc, type Quantity, type UsdPerBtc } from "../core/units.ts";
import { firstInstant, inSeconds, typicalPrice, upToNow, windows, type Window } from "./bars.ts";
import { level, millis, positive, seconds } from "./decode.ts";
import { only, unpublished } from "./families.ts";
import { HOURS_OVER, sinceTheDay, toDate } from "./keep.ts";
import { beside, contractsOf, PF_XBTUSD, sizeOf, type Contract } from "./kraken-contracts.ts";
import { anyBars, dueOf, everyListed } from "./listed.ts";
import { nothing } from "./past.ts";
import type { Ask, Keep } from "./source.ts";
import { together } from "./together.ts";
import { alsoBeside } from "./unlisted.ts";

const CHARTS = "https://futures.kraken.com/api/charts/v1";

const BAR = 4 * HOUR;
/** At most 1,470 candles of the 2,000 that an answer holds. */
const WINDOW_MONTHS = 8;
/** A dated contract is asked for once, over the running month and the nine before it: 1,842 candles of 4 hours. */
const DATED_MONTHS = 10;

const Candles = z.object({
  candles: z.array(
    z.object({
      time: millis.refine((at) => at % BAR === 0, "expected a candle on the grid of four hours"),
      open: positive,
      high: positive,
      low: positive,
      close: positive,
      volume: level,
    }),
  ),
  more_candles: z.literal(false),
});

type Candle = z.infer<typeof Candles>["candles"][number];

async function candlesOf(ask: Ask, market: Market, asked: readonly Window[]): Promise<readonly Candle[]> {
  const answers = await together(
    asked.map(({ from, to, keep }) => {
      const url = `${CHARTS}/trade/${market.symbol}/4h?from=${inSeconds(from)}&to=${inSeconds(to)}`;
      return ask.json(url, Candles, keep);
    }),
  );
  return answers.flatMap(({ candles }) => candles);
}

async function barsOf(ask: Ask, market: Market, asked: readonly Window[]): Promise<Series<Traded>> {
  const bars = series(
    (await candlesOf(ask, market, asked)).map(({ time, open, high, low, close, volume }) => ({
      at: time,
      value: {
        until: shift(time, BAR),
        btc: market.margin === "linear" ? btc(volume) : null,
        usd: market.margin === "inverse" ? usd(volume) : null,
        typical: typicalPrice(open, high, low, close),
      },
    })),
  );
  return upToNow(bars, firstInstant(ask.now), ask);
}

async function traded(ask: Ask, contract: Contract): Promise<Markets<Series<Traded>>> {
  const { market, listed } = contract;
  const from = later(startOfMonth(addMonths(monthOf(ask.now), 1 - DATED_MONTHS)), floorTo(listed, BAR));
  const asked =
    market.kind === "dated"
      ? [{ from, to: floorTo(ask.now, HOUR), keep: toDate(ask) }]
      : windows(firstInstant(ask.now), WINDOW_MONTHS, ask);
  const bars = anyBars(ask, contract, await barsOf(ask, market, asked), "candles");
  return only(market, bars, dueOf(contract, firstInstant(ask.now)));
}

export async function volume(ask: Ask): Promise<Markets<Series<Traded>>> {
  const listing = await contractsOf(ask);
  const more = alsoBeside(ask, (aside) => beside(aside, listing));
  return everyListed(listing, (contract) => traded(ask, contract), more);
}

/** How many answers a series may take. How long they are is not documented: at 50 rows each, five years of days. */
const PAGES = 40;
const RATIO_HOURS = 4;
const TAKER_HOURS = 24;

/** The closed buckets of PF_XBTUSD with `from <= start`; `rows` reads what stands beside the timestamps. */
async function buckets<T>(
  ask: Ask,
  type: string,
  rows: z.ZodType<readonly T[]>,
  every: number,
  from: Instant,
  keep: Keep,
): Promise<Series<T>> {
  const to = floorTo(ask.now, every);
  const Answer = z.object({
    result: z
      .object({
        timestamp: z.array(
          seconds
            .refine((at) => at % every === 0, "expected a bucket on the grid of its interval")
            .refine((at) => !isAhead(at, ask.clock), "expected a bucket that has begun"),
        ),
        data: rows,
        more: z.boolean(),
      })
      .refine(({ timestamp, data }) => timestamp.length === data.length, "expected as many rows as timestamps"),
  });
  let found = series<T>([]);
  let since = from;
  for (let page = 0; page < PAGES; page += 1) {
    const query = `since=${inSeconds(since)}&interval=${inSeconds(every)}&to=${inSeconds(to)}`;
    const { result } = await ask.json(`${CHARTS}/analytics/${PF_XBTUSD.symbol}/${type}?${query}`, Answer, keep);
    const points = result.timestamp.flatMap((at, i) => {
      const value = result.data[i];
      return value === undefined ? [] : [{ at, value }];
    });
    found = joinSeries(found, series(points));
    const last = found.at(-1);
    if (!result.more || last === undefined) return between(found, from, to);
    since = shift(last.at, every);
    if (since >= to) return between(found, from, to);
  }
  throw new Unavailable({ why: "malformed", at: "more", detail: `${type} takes more than ${PAGES} answers` });
}

const Ohlc = z.tuple([level, level, level, level]).rest(z.unknown());

/** What PF_XBTUSD was last traded at before each instant, from the windows of its volume: the same questions. */
async function lastTrades(ask: Ask, since: Instant): Promise<ReadonlyMap<Instant, UsdPerBtc>> {
  const asked = windows(later(since, firstInstant(ask.now)), WINDOW_MONTHS, ask);
  const candles = await candlesOf(ask, PF_XBTUSD, asked);
  if (candles.length === 0) throw nothing(ask, "candles", "no candle");
  return new Map(candles.map(({ time, close }) => [shift(time, BAR), usdPerBtc(close)]));
}

/** A day's close is what was held at the midnight after it. Without a price of its own it is worth the spot close. */
export async function heldDaily(ask: Ask): Promise<Markets<Series<PastOpenInterest>>> {
  const from = shift(floorTo(ask.since, DAY), -DAY);
  const [days, prices] = await together([
    buckets(ask, "open-interest", z.array(Ohlc), DAY, from, sinceTheDay(ask)),
    lastTrades(ask, from).catch(unavailable),
  ]);
  const held = series(
    days.flatMap(({ at: start, value: [, , , close] }) => {
      const at = shift(start, DAY);
      const price = prices instanceof Unavailable ? undefined : prices.get(at);
      const value = { size: sizeOf(PF_XBTUSD, close), ...(price === undefined ? {} : { price }) };
      return close > 0 ? [{ at, value }] : [];
    }),
  );
  if (held.length === 0) throw new Unavailable(unpublished("no history of PF_XBTUSD"));
  const gap = unpublished("whether they have a history, and in which unit, is not documented");
  const others = { what: "PI_XBTUSD and dated contracts", gap };
  const priceless: Lacking[] =
    prices instanceof Unavailable
      ? [{ what: "prices of PF_XBTUSD", gap: prices.gap, contract: PF_XBTUSD.symbol, minor: true }]
      : [];
  return { of: [{ market: PF_XBTUSD, value: held }], lacking: [others, ...priceless] };
}

function unavailable(error: unknown): Unavailable {
  if (error instanceof Unavailable) return error;
  throw error;
}

/** The ratio at the end of the last hour that is over. */
export async function longToShort(ask: Ask): Promise<Markets<LongShort>> {
  const from = shift(floorTo(ask.now, HOUR), -RATIO_HOURS * HOUR);
  const last = (await buckets(ask, "long-short-ratio", z.array(positive), HOUR, from, HOURS_OVER)).at(-1);
  if (last === undefined) throw new Unavailable(unpublished(`no ratio of the last ${RATIO_HOURS} hours`));
  return only(PF_XBTUSD, { at: shift(last.at, HOUR), ratio: last.value, counts: "accounts" });
}

/** The wire has snake_case where the documentation has camelCase. */
const Volumes = z
  .object({ buy_volume: z.array(level), sell_volume: z.array(level) })
  .refine((data) => data.buy_volume.length === data.sell_volume.length, "expected columns of one length")
  .transform((data) =>
    data.buy_volume.flatMap((buy, i) => {
      const sell = data.sell_volume[i];
      return sell === undefined ? [] : [{ buy, sell }];
    }),
  );

/** The last 24 whole hours, taken to be in the unit of the contract. */
export async function takerDay(ask: Ask): Promise<Markets<Taker>> {
  const until = floorTo(ask.now, HOUR);
  const from = shift(until, -TAKER_HOURS * HOUR);
  const hours = await buckets(ask, "cvd", Volumes, HOUR, from, HOURS_OVER);
  if (hours.length !== TAKER_HOURS) {
    throw new Unavailable(unpublished(`taker volume of ${hours.length} of the last ${TAKER_HOURS} hours`));
  }
  const sum = (side: "buy" | "sell"): Quantity =>
    sizeOf(
      PF_XBTUSD,
      hours.reduce((total, hour) => total + hour.value[side], 0),
    );
  return only(PF_XBTUSD, { from, until, buy: sum("buy"), sell: sum("sell") });
}
