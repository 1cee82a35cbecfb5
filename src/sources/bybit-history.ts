/** What Bybit tells of the past: open interest, hours of the main perpetual, months of trading. */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Candle, Market, Of, PastOpenInterest, Traded } from "../core/market.ts";
import { series, type Series } from "../core/series.ts";
import { DAY, earlier, floorTo, HOUR, MINUTE, shift, type Instant } from "../core/time.ts";
import { btc, usd } from "../core/units.ts";
import { candleOf, DAILY_DAYS, FINE_BAR, FINE_DAYS, midnightPages } from "./bars.ts";
import { answer, get, heldOnce, MAIN, mainMarket, sizeOf, type Contract } from "./bybit-contracts.ts";
import { level, millis, positive } from "./decode.ts";
import { unpublished } from "./families.ts";
import { HOURS_OVER, sinceTheDay } from "./keep.ts";
import { anyBars } from "./listed.ts";
import { MOST, tradedByMonth } from "./month-bars.ts";
import { nothing } from "./past.ts";
import type { Ask } from "./source.ts";
import { together } from "./together.ts";

const HOURLY_DAYS = 90;
/** Of open interest, where days tell what was before. */
const HELD_DAYS = 30;
/** The most rows that a page can have. */
const CANDLES = 1_000;
const SAMPLES = 200;
/**
 * From a sample's stamp to the instant at which it held. Undocumented; samples of five minutes follow the venue's live
 * figures without a shift.
 */
const STAMP_TO_INSTANT = 0;

const Sample = z.object({ openInterest: level, singleOpenInterest: level.optional(), timestamp: millis });
const Samples = answer(z.array(Sample));
/** start, open, high, low, close, volume, turnover. */
const Bars = answer(z.array(z.tuple([millis, positive, positive, positive, positive, level, level]).rest(z.unknown())));
type Held = Series<PastOpenInterest>;

const samplesOf = (
  rows: readonly z.infer<typeof Sample>[],
  { margin }: Market,
  from: Instant,
  until: Instant,
): Held => {
  const samples = series(
    rows
      .map((row) => ({ at: shift(row.timestamp, STAMP_TO_INSTANT), count: heldOnce(row) }))
      .filter(({ at, count }) => count > 0 && at >= from && at <= until)
      .map(({ at, count }) => ({ at, value: { size: sizeOf(margin, count) } })),
  );
  if (samples.length === 0) throw new Unavailable(unpublished("no open interest of the past"));
  return samples;
};

/** The samples at 00:00Z to today. */
export async function heldDaily(ask: Ask, { market }: Contract): Promise<Held> {
  const which = `category=${market.margin}&symbol=${market.symbol}&intervalTime=1d`;
  const pages = await together(
    midnightPages(ask, SAMPLES).map(({ from, to, keep }) => {
      const path = `open-interest?${which}&startTime=${from}&endTime=${to}&limit=${SAMPLES}`;
      return get(ask, path, Samples, keep);
    }),
  );
  return samplesOf(
    pages.flatMap(({ list }) => list),
    market,
    shift(floorTo(ask.since, DAY), DAY),
    floorTo(ask.now, DAY),
  );
}

/** Rows of the bars `from` to `until`, in windows of `count` on a grid fixed since the epoch. Those over are kept. */
async function barByBar<T>(
  ask: Ask,
  [from, until]: readonly [Instant, Instant],
  [count, bar]: readonly [count: number, bar: number],
  path: (first: Instant, last: Instant) => string,
  told: z.ZodType<{ readonly list: readonly T[] }>,
): Promise<readonly T[]> {
  const over = bar === DAY ? sinceTheDay(ask) : HOURS_OVER;
  const windows: Instant[] = [];
  for (let at = floorTo(from, count * bar); at <= until; at = shift(at, count * bar)) windows.push(at);
  const answers = await together(
    windows.map((first) => {
      const last = shift(first, (count - 1) * bar);
      return get(ask, path(first, earlier(last, until)), told, last < until ? "forever" : over);
    }),
  );
  return answers.flatMap(({ list }) => list);
}

export const heldHourly = (ask: Ask): Promise<Of<Held>> => heldEvery(ask, "1h", HOUR, HELD_DAYS);
export const heldFine = (ask: Ask): Promise<Of<Held>> => heldEvery(ask, "5min", FINE_BAR, FINE_DAYS);

/** To the last full hour. */
async function heldEvery(ask: Ask, interval: "1h" | "5min", bar: number, days: number): Promise<Of<Held>> {
  const market = await mainMarket(ask);
  const until = floorTo(ask.now, HOUR);
  const from = shift(until, -days * DAY);
  const which = `category=linear&symbol=${MAIN}&intervalTime=${interval}&limit=${SAMPLES}`;
  const path = (first: Instant, last: Instant) => `open-interest?${which}&startTime=${first}&endTime=${last}`;
  const rows = await barByBar(ask, [from, until], [SAMPLES, bar], path, Samples);
  return { market, value: samplesOf(rows, market, from, until) };
}

export const hourlyCandles = (ask: Ask): Promise<Of<Series<Candle>>> => candles(ask, HOUR, HOURLY_DAYS);
export const dailyCandles = (ask: Ask): Promise<Of<Series<Candle>>> => candles(ask, DAY, DAILY_DAYS);
export const fineCandles = (ask: Ask): Promise<Of<Series<Candle>>> => candles(ask, FINE_BAR, FINE_DAYS);

/** Closed bars to the end of the last hour, or of the last day. */
async function candles(ask: Ask, bar: number, days: number): Promise<Of<Series<Candle>>> {
  const market = await mainMarket(ask);
  const end = floorTo(ask.now, Math.max(bar, HOUR));
  const [from, until] = [shift(end, -days * DAY), shift(end, -bar)];
  const which = `category=linear&symbol=${MAIN}&interval=${bar === DAY ? "D" : bar / MINUTE}&limit=${CANDLES}`;
  const path = (first: Instant, last: Instant) => `kline?${which}&start=${first}&end=${last}`;
  const value = series(
    (await barByBar(ask, [from, until], [CANDLES, bar], path, Bars))
      .filter(([at]) => at >= from && at <= until)
      .map(([at, open, high, low, close, volume, turnover]) => ({
        at,
        value: candleOf(shift(at, bar), [open, high, low, close], volume, turnover),
      })),
  );
  if (value.length === 0) throw nothing(ask, "result.list", "no closed bar");
  return { market, value };
}

export async function months(ask: Ask, contract: Contract): Promise<Series<Traded>> {
  const { symbol, margin } = contract.market;
  const bars = await tradedByMonth(
    ask,
    contract,
    async (length, { from, to, keep }) => {
      const which = `category=${margin}&symbol=${symbol}&interval=${length === "month" ? "M" : "D"}`;
      return (await get(ask, `kline?${which}&start=${from}&end=${to}&limit=${MOST[length]}`, Bars, keep)).list;
    },
    ([at, , , , , volume, turnover]) => {
      const [inCoin, inQuote] = margin === "linear" ? [volume, turnover] : [turnover, volume];
      return { at, value: { btc: btc(inCoin), usd: usd(inQuote), typical: null } };
    },
    "start",
  );
  return anyBars(ask, contract, bars, "result.list");
}
