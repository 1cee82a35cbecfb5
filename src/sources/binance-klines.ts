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
import {
  BTCUSD_PERP,
  BTCUSDT,
  COIN_M,
  contractsOf,
  KNOWN_COIN_M,
  Kline,
  priced,
  tradedIn,
  tradedInMonth,
  USD_M,
  type ContractType,
} from "./binance-contracts.ts";
import { candleOf, DAILY_DAYS, FINE_BAR, FINE_DAYS, firstInstant, type Window } from "./bars.ts";
import { families, only } from "./families.ts";
import { HOURS_OVER } from "./keep.ts";
import { anyBars, dueOf, everyListed, ofKinds, type Listed } from "./listed.ts";
import { MOST, tradedByMonth } from "./month-bars.ts";
import { nothing } from "./past.ts";
import type { Ask, Keep } from "./source.ts";
import { together } from "./together.ts";
import { alsoBeside } from "./unlisted.ts";

const Klines = z.array(Kline);

const HOURLY_DAYS = 90;
/** The most bars that an answer can have. */
const FINE_PAGE = 1_500 * FINE_BAR;
const QUARTERS = ["CURRENT_QUARTER", "NEXT_QUARTER"] as const;

/** A period may be kept for ever once it has been over for an hour: its last bar is final then. */
const keepUntil = (end: Instant, ask: Ask, running: Keep): Keep => (end + HOUR <= ask.now ? "forever" : running);

/**
 * What a contract traded: USD-M answers any number of months at once, COIN-M half-years. `listed` is when it was at the
 * latest.
 */
async function months(
  ask: Ask,
  contract: Listed,
  which: string,
  monthWindows: (window: Window) => readonly Window[],
  listed = contract.listed,
): Promise<Markets<Series<Traded>>> {
  const { market } = contract;
  const bars = await tradedByMonth(
    ask,
    contract,
    async (length, window) => {
      const [interval, asked] = length === "month" ? ["1M", monthWindows(window)] : ["1d", [window]];
      const answers = await together(
        asked.map(({ from, to, keep }) => {
          const bounds = `startTime=${from}&endTime=${to}&limit=${MOST[length]}`;
          return ask.json(`${which}&interval=${interval}&${bounds}`, Klines, keep);
        }),
      );
      return answers.flat();
    },
    (bar, length) => ({ at: bar.at, value: (length === "month" ? tradedInMonth : tradedIn)(market.margin, bar) }),
    "open time",
  );
  return only(market, anyBars(ask, contract, bars, "klines"), dueOf({ market, listed }, firstInstant(ask.now)));
}

/** A request to COIN-M spans at most 200 days: half-years are the longest fixed windows of whole months within them. */
function halfYears({ from, to, keep }: Window): readonly Window[] {
  const first = monthOf(from);
  const halves: Window[] = [];
  let month = addMonths(first, -((Number(first.slice(5)) - 1) % 6));
  while (startOfMonth(month) <= to) {
    const next = addMonths(month, 6);
    halves.push({ from: startOfMonth(month), to: earlier(shift(startOfMonth(next), -1), to), keep });
    month = next;
  }
  return halves;
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
      const { contracts, lacking, symbols } = await contractsOf(ask, USD_M);
      const asked = [
        ...contracts
          .filter(({ type }) => type === "PERPETUAL")
          .map((contract) => ({ ...contract, which: `klines?symbol=${contract.market.symbol}` })),
        ...QUARTERS.map((type) => ({
          market: rolling("BTCUSDT", type, BTCUSDT),
          which: `continuousKlines?pair=BTCUSDT&contractType=${type}`,
        })),
      ];
      return everyListed(
        { contracts: asked, lacking },
        (contract) => months(ask, contract, `${USD_M.v1}/${contract.which}`, (window) => [window]),
        // Quarterlies are asked by type, whatever the list has.
        alsoBeside(ask, async (aside) => ofKinds(["perpetual"], await priced(aside, USD_M, symbols))),
      );
    },
    [COIN_M.name]: () => {
      const contracts = [
        { market: BTCUSD_PERP, type: "PERPETUAL" as const },
        ...QUARTERS.map((type) => ({ market: rolling("BTCUSD", type, BTCUSD_PERP), type })),
      ];
      return everyListed({ contracts, lacking: [] }, ({ market, type }) =>
        months(
          ask,
          { market },
          `${COIN_M.v1}/continuousKlines?pair=BTCUSD&contractType=${type}`,
          halfYears,
          KNOWN_COIN_M,
        ),
      );
    },
  });

/** Closed hours of BTCUSDT, asked by two calendar months (at most 1,488 hours), so that those that are over are asked once. */
export async function hourlyCandles(ask: Ask): Promise<Of<Series<Candle>>> {
  const hour = floorTo(ask.now, HOUR);
  const from = shift(hour, -HOURLY_DAYS * DAY);
  const pairs: Month[] = [];
  const first = addMonths(monthOf(from), -((Number(monthOf(from).slice(5)) - 1) % 2));
  for (let month = first; startOfMonth(month) < hour; month = addMonths(month, 2)) pairs.push(month);
  const answers = await together(
    pairs.map((month) => {
      const end = startOfMonth(addMonths(month, 2));
      const window = `startTime=${startOfMonth(month)}&endTime=${shift(earlier(end, hour), -1)}`;
      const url = `${USD_M.v1}/klines?symbol=BTCUSDT&interval=1h&${window}&limit=1500`;
      return ask.json(url, Klines, keepUntil(end, ask, HOURS_OVER));
    }),
  );
  return { market: BTCUSDT, value: barsBetween(ask, answers.flat(), from, hour) };
}

/** Closed UTC days of BTCUSDT, in one answer. */
export async function dailyCandles(ask: Ask): Promise<Of<Series<Candle>>> {
  const today = floorTo(ask.now, DAY);
  const from = shift(today, -DAILY_DAYS * DAY);
  const window = `startTime=${from}&endTime=${shift(today, -1)}&limit=${DAILY_DAYS}`;
  const url = `${USD_M.v1}/klines?symbol=BTCUSDT&interval=1d&${window}`;
  const rows = await ask.json(url, Klines, keepUntil(today, ask, HOURS_OVER));
  return { market: BTCUSDT, value: barsBetween(ask, rows, from, today) };
}

/** Five minutes to the end of the last hour, in pages of 1,500 on a grid fixed since the epoch: seven or eight of them. */
export async function fineCandles(ask: Ask): Promise<Of<Series<Candle>>> {
  const hour = floorTo(ask.now, HOUR);
  const from = shift(hour, -FINE_DAYS * DAY);
  const starts: Instant[] = [];
  for (let start = floorTo(from, FINE_PAGE); start < hour; start = shift(start, FINE_PAGE)) starts.push(start);
  const answers = await together(
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
      value: candleOf(bar.until, [bar.open, bar.high, bar.low, bar.close], bar.volume, bar.other),
    })),
  );
  const closed = between(candles, from, until);
  if (closed.length === 0) throw nothing(ask, "klines", "no bar of BTCUSDT");
  return closed;
}
