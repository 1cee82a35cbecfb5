/** What Binance keeps under /futures/data: 30 days of samples. An empty answer means that there is no such series. */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { LongShort, Market, Markets, Of, PastOpenInterest, Supply, Taker } from "../core/market.ts";
import { between, filterSeries, latest, series, type Series } from "../core/series.ts";
import { DAY, floorTo, HOUR, iso, later, shift, type Instant } from "../core/time.ts";
import { btc, ofBtc, ratio, type Quantity } from "../core/units.ts";
import { BTCUSDT, heldSince, sampleOf, USD_M, type Contract, type Family } from "./binance-contracts.ts";
import { level, millis, positive } from "./decode.ts";
import { none, only, unpublished } from "./families.ts";
import { HOURS_OVER, sinceTheDay } from "./keep.ts";
import { isPast, newestOf } from "./past.ts";
import type { Ask } from "./source.ts";
import { together } from "./together.ts";

/** From a taker row's stamp to the start of its hour. Undocumented; in the archive the stamp is the start. */
const TAKER_STAMP_TO_START = 0;
const TAKER_HOURS = 24;
/** What is kept under /futures/data. */
export const KEPT = 30 * DAY;
/** Bitcoins mined before the halving of April 2024, and ever. The documented sample has 165,880, which is neither. */
const [MINED_BY_2024, MINED_EVER] = [19_687_500, 21_000_000];

const Samples = z.array(z.object({ sumOpenInterest: level, sumOpenInterestValue: level, timestamp: millis }));
/** Recorded answers of 2022 lack the supply. */
const Supplies = z.array(
  z.object({
    CMCCirculatingSupply: positive
      .refine((n) => n >= MINED_BY_2024 && n <= MINED_EVER, "expected the bitcoins in circulation")
      .nullish(),
    timestamp: millis,
  }),
);
const Accounts = z.array(
  z.object({ longShortRatio: positive, longAccount: positive, shortAccount: positive, timestamp: millis }),
);
const TakerBars = z.array(z.object({ buyVol: level, sellVol: level, timestamp: millis }));

/** Samples at or before now. A sample's stamp is the instant it was taken at. */
const samplesOf = (rows: z.infer<typeof Samples>, market: Market, now: Instant): Series<PastOpenInterest> =>
  series(
    rows
      .filter((row) => row.timestamp <= now && row.sumOpenInterest > 0)
      .map((row) => ({
        at: row.timestamp,
        value: sampleOf(market.margin, row.sumOpenInterest, row.sumOpenInterestValue),
      })),
  );

const daily = (family: Family, which: string): string =>
  `${family.statistics}/openInterestHist?${which}&period=1d&limit=30`;

/** One sample a day of one contract. */
export async function heldDaily(
  ask: Ask,
  family: Family,
  contract: Contract,
): Promise<Markets<Series<PastOpenInterest>>> {
  const { market, type } = contract;
  const which = family.margin === "linear" ? `symbol=${market.symbol}` : `pair=BTCUSD&contractType=${type}`;
  const rows = await ask.json(daily(family, which), Samples, sinceTheDay(ask));
  // By type, COIN-M rows from before the last delivery are of the contract that was delivered or has moved up.
  const since = family.margin === "linear" ? null : heldSince(contract);
  const own = filterSeries(samplesOf(rows, market, ask.now), (point) => since === null || point.at > since);
  return own.length === 0 ? none(market.symbol, unpublished("no history")) : only(market, own);
}

/** What the newest daily sample of BTCUSDT says in passing; openInterestHistory asks the same URL. */
export async function circulating(ask: Ask): Promise<Supply> {
  const rows = await ask.json(daily(USD_M, `symbol=${BTCUSDT.symbol}`), Supplies, sinceTheDay(ask));
  const told = series(rows.map((row) => ({ at: row.timestamp, value: row.CMCCirculatingSupply ?? null })));
  const last = latest(told, ask.now);
  if (last === null || last.value === null) throw new Unavailable(unpublished("no circulating supply"));
  return { at: last.at, btc: btc(last.value) };
}

/** Accounts, not positions: those are one to one. */
export async function accountsLongToShort(ask: Ask): Promise<Markets<LongShort>> {
  const url = `${USD_M.statistics}/globalLongShortAccountRatio?symbol=BTCUSDT&period=1h&limit=2&endTime=${floorTo(ask.now, HOUR)}`;
  const row = newestOf(ask, await ask.json(url, Accounts, HOURS_OVER), ({ timestamp }) => timestamp);
  if (row === undefined) throw new Unavailable(unpublished("no account ratio of BTCUSDT"));
  const shares = { long: ratio(row.longAccount), short: ratio(row.shortAccount) };
  return only(BTCUSDT, { at: row.timestamp, ratio: row.longShortRatio, counts: "accounts", shares });
}

/** The latest 24 whole hours that are served; the hour just over may come some minutes late. */
export async function takerDay(ask: Ask): Promise<Markets<Taker>> {
  const hour = floorTo(ask.now, HOUR);
  const url = `${USD_M.statistics}/takerlongshortRatio?symbol=BTCUSDT&period=1h&limit=${TAKER_HOURS + 2}&endTime=${hour}`;
  const bars = series(
    (await ask.json(url, TakerBars, HOURS_OVER)).map((row) => ({
      at: shift(row.timestamp, TAKER_STAMP_TO_START),
      value: row,
    })),
  );
  const last = latest(bars, shift(hour, -HOUR));
  if (last === null) throw new Unavailable(unpublished("no taker volume of BTCUSDT"));
  const until = shift(last.at, HOUR);
  const from = shift(until, -TAKER_HOURS * HOUR);
  const day = between(bars, from, until);
  if (day.length !== TAKER_HOURS) {
    throw new Unavailable(unpublished(`taker volume of ${day.length} of the ${TAKER_HOURS} hours to ${iso(until)}`));
  }
  const sum = (side: "buyVol" | "sellVol"): Quantity => ofBtc(day.reduce((total, bar) => total + bar.value[side], 0));
  return only(BTCUSDT, { from, until, buy: sum("buyVol"), sell: sum("sellVol") });
}

/** The most rows that a page can have: of a longer span the latest are served. */
const PAGE = 500;

/** Two pages of 500 hours hold the 30 days. The older one ends on a grid of ten days: it is over, and asked once. */
const GRID = 10 * DAY;

export const heldHourly = (ask: Ask): Promise<Of<Series<PastOpenInterest>>> => {
  const hour = floorTo(ask.now, HOUR);
  return heldEvery(ask, "1h", [hour, floorTo(shift(hour, PAGE * HOUR - KEPT), GRID)]);
};

/**
 * Of five minutes a page of 500 holds 41 hours: pages that end every 40, of which one is not over. Binance keeps 30 days
 * of them; days that are over are in its archive, of which the last may come out late.
 */
const FINE_GRID = 40 * HOUR;
const FINE_DAYS = 4;

export function heldFine(ask: Ask): Promise<Of<Series<PastOpenInterest>>> {
  const hour = floorTo(ask.now, HOUR);
  const ends = [hour];
  const from = later(oldest(ask), shift(hour, -FINE_DAYS * DAY));
  for (let end = floorTo(shift(hour, -1), FINE_GRID); end > from; end = shift(end, -FINE_GRID)) ends.push(end);
  return heldEvery(ask, "5m", ends);
}

/** What ends before it is refused, not left out. */
const oldest = (ask: Ask): Instant => shift(ask.clock, HOUR - KEPT);

/** Samples in pages by their ends; the first of them is the last hour's. */
async function heldEvery(
  ask: Ask,
  period: "1h" | "5m",
  ends: readonly Instant[],
): Promise<Of<Series<PastOpenInterest>>> {
  const pages = await together(
    ends
      .filter((end) => !isPast(ask) || end > oldest(ask))
      .map((end) =>
        ask.json(
          `${USD_M.statistics}/openInterestHist?symbol=BTCUSDT&period=${period}&limit=${PAGE}&endTime=${end}`,
          Samples,
          end === ends[0] ? HOURS_OVER : "forever",
        ),
      ),
  );
  const value = samplesOf(pages.flat(), BTCUSDT, ask.now);
  if (value.length === 0) throw new Unavailable(unpublished("no open interest of BTCUSDT by the hour or finer"));
  return { market: BTCUSDT, value };
}
