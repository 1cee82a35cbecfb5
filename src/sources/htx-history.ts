/** What HTX tells of the past: open interest and trading of its two perpetuals. The quirks are listed in htx.ts. */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Market, Markets, PastOpenInterest, Traded } from "../core/market.ts";
import { exactly, series, type Series } from "../core/series.ts";
import { addMonths, DAY, HOUR, later, monthOf, shift, startOfMonth, type Instant } from "../core/time.ts";
import { btc, impliedPrice, ofBtc, ofContracts, ofUsd, usd } from "../core/units.ts";
import { inSeconds, upToNow, windows, type Window } from "./bars.ts";
import { level, millis, seconds } from "./decode.ts";
import { families, only, unpublished } from "./families.ts";
import { answer, COIN_M_USD, get, HELD_ONCE, INVERSE, LINEAR, TRADED_ONCE } from "./htx-api.ts";
import { sinceTheDay, sinceTheHour } from "./keep.ts";
import { anyBars } from "./listed.ts";
import type { Ask } from "./source.ts";
import { together } from "./together.ts";

const SAMPLES = 200;
/** `amount_type`: what the `volume` of a sample is counted in. */
const CONTRACTS = 1;
const COINS = 2;

/** Its clock is that of UTC+8: days end at 16:00Z. */
const AHEAD = 8 * HOUR;
const BAR = 4 * HOUR;
/** At most 1,470 bars of the 2,000 that an answer holds. */
const WINDOW_MONTHS = 8;
/** "The last two years": the running month and the 23 before it. */
const MONTHS = 24;

const ticks = <T>(tick: z.ZodType<T>) => answer(z.object({ tick: z.array(tick) }));
const LinearTicks = ticks(z.object({ volume: level, value: level, ts: millis }));
const CoinTicks = ticks(z.object({ volume: level, ts: millis }));
type Held = Series<PastOpenInterest>;

/**
 * The latest 200 days, and of the latest 200 samples of every four hours those of 00:00Z: days may be stamped at 16:00Z, and
 * what is added up over exchanges is of 00:00Z, which is on the grid of four hours on the clock of UTC+8, too. The stamp is
 * documented as the time of recording.
 */
async function samples<T extends { readonly volume: number; readonly ts: Instant }>(
  ask: Ask,
  path: string,
  told: ReturnType<typeof ticks<T>>,
): Promise<readonly T[]> {
  const [daily, closer] = await together([
    get(ask, `${path}&period=1day&size=${SAMPLES}`, told, sinceTheDay({ clock: shift(ask.clock, AHEAD) })),
    get(ask, `${path}&period=4hour&size=${SAMPLES}`, told, sinceTheHour(ask)),
  ]);
  const held = [...daily.data.tick, ...closer.data.tick.filter(({ ts }) => ts % DAY === 0)].filter(
    ({ volume, ts }) => volume > 0 && ts >= ask.since && ts <= ask.now,
  );
  if (held.length === 0) throw new Unavailable(unpublished("no open interest of the past"));
  return held;
}

async function linearHeld(ask: Ask): Promise<Held> {
  const path = `/linear-swap-api/v1/swap_his_open_interest?contract_code=${LINEAR.symbol}&amount_type=${COINS}`;
  return series(
    (await samples(ask, path, LinearTicks)).map(({ volume, value, ts }) => {
      const price = impliedPrice(usd(value), btc(volume));
      return { at: ts, value: { size: ofBtc(volume * HELD_ONCE), ...(price === null ? {} : { price }) } };
    }),
  );
}

const unavailable = (error: unknown): null => {
  if (error instanceof Unavailable) return null;
  throw error;
};

/** Coin-margined samples have no price; that of the linear perpetual at the same instant serves. */
async function coinHeld(ask: Ask): Promise<Held> {
  const path = `/swap-api/v1/swap_his_open_interest?contract_code=${INVERSE.symbol}&amount_type=${CONTRACTS}`;
  const [rows, linear] = await together([samples(ask, path, CoinTicks), linearHeld(ask).catch(unavailable)]);
  return series(
    rows.map(({ volume, ts }) => {
      const price = linear === null ? undefined : exactly(linear, ts)?.value.price;
      const size = ofContracts(volume * HELD_ONCE, ofUsd(COIN_M_USD));
      return { at: ts, value: { size, ...(price === undefined ? {} : { price }) } };
    }),
  );
}

export async function heldDaily(ask: Ask): Promise<Markets<Held>> {
  const { of, lacking } = await families({
    [LINEAR.symbol]: async () => only(LINEAR, await linearHeld(ask)),
    [INVERSE.symbol]: async () => only(INVERSE, await coinHeld(ask)),
  });
  const gap = unpublished("told by term, one contract after the other: not asked");
  return { of, lacking: [...lacking, { what: "dated contracts", gap }] };
}

const Bar = {
  id: seconds.refine((at) => at % BAR === 0, "expected a bar on the grid of four hours"),
  amount: level,
};
const barsLike = (bar: z.ZodType<Bar>) => answer(z.array(bar));
const LinearBars = barsLike(
  z.object({ ...Bar, trade_turnover: level }).transform((row) => ({ ...row, usd: row.trade_turnover })),
);
const CoinBars = barsLike(z.object({ ...Bar, vol: level }).transform((row) => ({ ...row, usd: row.vol * COIN_M_USD })));
type Bar = { readonly id: Instant; readonly amount: number; readonly usd: number };

/** Older bars are not served, so the first window does not reach beyond. */
function windowsOf(from: Instant, ask: Ask): readonly Window[] {
  return windows(from, WINDOW_MONTHS, ask).map((window) => ({ ...window, from: later(window.from, from) }));
}

/** Bars of four hours begin at 00:00Z; those of a day and a month begin on the clock of UTC+8. */
async function traded(
  ask: Ask,
  market: Market,
  path: string,
  told: ReturnType<typeof barsLike>,
): Promise<Markets<Series<Traded>>> {
  const first = startOfMonth(addMonths(monthOf(ask.clock), 1 - MONTHS));
  const answers = await together(
    windowsOf(first, ask).map(({ from, to, keep }) => {
      const which = `contract_code=${market.symbol}&period=4hour&from=${inSeconds(from)}&to=${inSeconds(to)}`;
      return get(ask, `${path}/market/history/kline?${which}`, told, keep);
    }),
  );
  const bars = series(
    answers
      .flatMap(({ data }) => data)
      .map((row) => ({
        at: row.id,
        value: {
          until: shift(row.id, BAR),
          btc: btc(row.amount * TRADED_ONCE),
          usd: usd(row.usd * TRADED_ONCE),
          typical: null,
        },
      })),
  );
  return only(market, anyBars(ask, { market }, upToNow(bars, first, ask), "data"));
}

export async function volume(ask: Ask): Promise<Markets<Series<Traded>>> {
  const { of, lacking } = await families({
    [LINEAR.symbol]: () => traded(ask, LINEAR, "/linear-swap-ex", LinearBars),
    [INVERSE.symbol]: () => traded(ask, INVERSE, "/swap-ex", CoinBars),
  });
  const gap = unpublished("less than 0.1 % of the trading, told by term, one contract after the other: not asked");
  return { of, lacking: [...lacking, { what: "dated contracts", gap }] };
}
