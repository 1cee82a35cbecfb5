/** What Binance's live klines tell: months of trading of every contract, hours of the main perpetual. */
import { z } from "zod";
import type { Candle, Market, Markets, Of, Traded } from "../core/market.ts";
import { between, series, type Series } from "../core/series.ts";
import {
  addMonths,
  DAY,
  earlier,
  floorTo,
  HOUR,
  monthOf,
  shift,
  startOfMonth,
  type Instant,
  type Month,
} from "../core/time.ts";
import { btc, usd, usdPerBtc } from "../core/units.ts";
import {
  BTCUSD_PERP,
  BTCUSDT,
  COIN_M,
  contractsOf,
  Kline,
  only,
  tradedIn,
  tradedInMonth,
  USD_M,
  type ContractType,
} from "./binance-contracts.ts";
import { FINE_BAR, FINE_DAYS } from "./bars.ts";
import { families } from "./families.ts";
import { HOURS_OVER, toDate } from "./keep.ts";
import { everyListed, noBar, type Listed } from "./listed.ts";
import { daysOfRunningMonth, isPast, nothing } from "./past.ts";
import type { Ask, Keep } from "./source.ts";

const Klines = z.array(Kline);

/** The running month and the 24 before it. */
const MONTHS = 25;
const HOURLY_DAYS = 90;
/** The most bars that an answer can have. */
const FINE_PAGE = 1_500 * FINE_BAR;
const QUARTERS = ["CURRENT_QUARTER", "NEXT_QUARTER"] as const;

/** A period may be kept for ever once it has been over for an hour: its last bar is final then. */
const keepUntil = (end: Instant, ask: Ask, running: Keep): Keep => (end + HOUR <= ask.now ? "forever" : running);

const firstMonth = (ask: Ask): Month => addMonths(monthOf(ask.now), 1 - MONTHS);

/** Months, and for a past instant the days of the month that was running, whose own bar holds what came later. */
function monthsOf(
  months: z.infer<typeof Klines>,
  days: z.infer<typeof Klines>,
  contract: Listed,
  ask: Ask,
): Markets<Series<Traded>> {
  const { market } = contract;
  const over = isPast(ask) ? months.filter(({ until }) => until <= ask.now) : months;
  const traded = series([
    ...over.map((bar) => ({ at: bar.at, value: tradedInMonth(market.margin, bar) })),
    ...days.map((bar) => ({ at: bar.at, value: tradedIn(market.margin, bar) })),
  ]);
  const wanted = between(traded, startOfMonth(firstMonth(ask)), ask.now);
  if (wanted.length === 0) throw noBar(ask, contract, "klines");
  return only(market, wanted);
}

/** The days that stand in for the running month. */
async function daysThen(ask: Ask, which: string): Promise<z.infer<typeof Klines>> {
  const days = daysOfRunningMonth(ask);
  if (days === null) return [];
  const window = `startTime=${days.from}&endTime=${shift(days.end, -1)}`;
  return ask.json(`${which}&interval=1d&${window}&limit=31`, Klines);
}

/** One request holds all months: `limit` bars from `startTime` on. */
async function usdMMonths(ask: Ask, contract: Listed, which: string): Promise<Markets<Series<Traded>>> {
  const from = startOfMonth(firstMonth(ask));
  const url = `${USD_M.v1}/${which}&interval=1M&startTime=${from}&limit=${MONTHS}`;
  const [months, days] = await Promise.all([ask.json(url, Klines, toDate(ask)), daysThen(ask, `${USD_M.v1}/${which}`)]);
  return monthsOf(months, days, contract, ask);
}

/** Half-years are the longest fixed windows of whole months within the 200 days. */
async function coinMMonths(ask: Ask, market: Market, type: ContractType): Promise<Markets<Series<Traded>>> {
  const first = firstMonth(ask);
  const windows: Month[] = [];
  const half = addMonths(first, -((Number(first.slice(5)) - 1) % 6));
  for (let month = half; startOfMonth(month) < ask.now; month = addMonths(month, 6)) windows.push(month);
  const which = `${COIN_M.v1}/continuousKlines?pair=BTCUSD&contractType=${type}`;
  const asked = windows.map((month) => {
    const end = startOfMonth(addMonths(month, 6));
    const until = earlier(shift(end, -1), floorTo(ask.now, HOUR));
    const window = `interval=1M&startTime=${startOfMonth(month)}&endTime=${until}&limit=6`;
    return ask.json(`${which}&${window}`, Klines, keepUntil(end, ask, toDate(ask)));
  });
  const [months, days] = await Promise.all([Promise.all(asked), daysThen(ask, which)]);
  return monthsOf(months.flat(), days, { market }, ask);
}

/** All contracts that hold, or held, a type. */
const rolling = (pair: string, type: ContractType, like: Market): Market => ({
  ...like,
  symbol: `${pair}_${type}`,
  kind: "dated",
});

/** Months of every live perpetual and, by type, of all quarterlies. */
export const monthlyVolume = (ask: Ask): Promise<Markets<Series<Traded>>> =>
  families({
    [USD_M.name]: async () => {
      const { contracts, lacking } = await contractsOf(ask, USD_M);
      const asked = [
        ...contracts
          .filter(({ type }) => type === "PERPETUAL")
          .map((contract) => ({ ...contract, which: `klines?symbol=${contract.market.symbol}` })),
        ...QUARTERS.map((type) => ({
          market: rolling("BTCUSDT", type, BTCUSDT),
          which: `continuousKlines?pair=BTCUSDT&contractType=${type}`,
        })),
      ];
      return everyListed({ contracts: asked, lacking }, (contract) => usdMMonths(ask, contract, contract.which));
    },
    [COIN_M.name]: () => {
      const contracts = [
        { market: BTCUSD_PERP, type: "PERPETUAL" as const },
        ...QUARTERS.map((type) => ({ market: rolling("BTCUSD", type, BTCUSD_PERP), type })),
      ];
      return everyListed({ contracts, lacking: [] }, ({ market, type }) => coinMMonths(ask, market, type));
    },
  });

/** Closed hours of BTCUSDT, asked by two calendar months (at most 1,488 hours), so that those that are over are asked once. */
export async function hourlyCandles(ask: Ask): Promise<Of<Series<Candle>>> {
  const hour = floorTo(ask.now, HOUR);
  const from = shift(hour, -HOURLY_DAYS * DAY);
  const pairs: Month[] = [];
  const first = addMonths(monthOf(from), -((Number(monthOf(from).slice(5)) - 1) % 2));
  for (let month = first; startOfMonth(month) < hour; month = addMonths(month, 2)) pairs.push(month);
  const answers = await Promise.all(
    pairs.map((month) => {
      const end = startOfMonth(addMonths(month, 2));
      const window = `startTime=${startOfMonth(month)}&endTime=${shift(earlier(end, hour), -1)}`;
      const url = `${USD_M.v1}/klines?symbol=BTCUSDT&interval=1h&${window}&limit=1500`;
      return ask.json(url, Klines, keepUntil(end, ask, HOURS_OVER));
    }),
  );
  return { market: BTCUSDT, value: barsBetween(ask, answers.flat(), from, hour) };
}

/** Five minutes to the end of the last hour, in pages of 1,500 on a grid fixed since the epoch: seven or eight of them. */
export async function fineCandles(ask: Ask): Promise<Of<Series<Candle>>> {
  const hour = floorTo(ask.now, HOUR);
  const from = shift(hour, -FINE_DAYS * DAY);
  const starts: Instant[] = [];
  for (let start = floorTo(from, FINE_PAGE); start < hour; start = shift(start, FINE_PAGE)) starts.push(start);
  const answers = await Promise.all(
    starts.map((start) => {
      const end = shift(start, FINE_PAGE);
      const window = `startTime=${start}&endTime=${shift(earlier(end, hour), -1)}`;
      const url = `${USD_M.v1}/klines?symbol=BTCUSDT&interval=5m&${window}&limit=${FINE_PAGE / FINE_BAR}`;
      return ask.json(url, Klines, keepUntil(end, ask, HOURS_OVER));
    }),
  );
  return { market: BTCUSDT, value: barsBetween(ask, answers.flat(), from, hour) };
}

function barsBetween(ask: Ask, rows: z.infer<typeof Klines>, from: Instant, until: Instant): Series<Candle> {
  const candles = series(
    rows.map((bar) => ({
      at: bar.at,
      value: {
        until: bar.until,
        open: usdPerBtc(bar.open),
        high: usdPerBtc(bar.high),
        low: usdPerBtc(bar.low),
        close: usdPerBtc(bar.close),
        btc: btc(bar.volume),
        usd: usd(bar.other),
      },
    })),
  );
  const closed = between(candles, from, until);
  if (closed.length === 0) throw nothing(ask, "klines", "no bar of BTCUSDT");
  return closed;
}
