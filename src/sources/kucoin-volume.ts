/**
 * What was traded at KuCoin. Linear contracts: bars of the unified API, which have turnover; else, and for
 * inverse contracts, the days of the classic one. The quirks are listed in kucoin.ts.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Traded } from "../core/market.ts";
import { between, series, type Series } from "../core/series.ts";
import { DAY, floorTo, HOUR, later, shift, type Instant } from "../core/time.ts";
import { btc, inBtc, inUsd, ofContracts, usd } from "../core/units.ts";
import { askedUntil, firstInstant, inSeconds, typicalPrice, windows, type Window } from "./bars.ts";
import { level, millis, positive, seconds } from "./decode.ts";
import { unpublished } from "./families.ts";
import { answer, CLASSIC, UNIFIED, type Contract } from "./kucoin-contracts.ts";
import { toDate } from "./keep.ts";
import { anyBars } from "./listed.ts";
import type { Ask } from "./source.ts";
import { together } from "./together.ts";

/** Four hours, which begin at 00:00Z on the clock of UTC and of UTC+8 alike. */
const BAR = 4 * HOUR;
/** At most 1,470 bars: an answer holds 1,500 by the documentation, fewer by some clients. */
const BAR_MONTHS = 8;
/** Bars without a trade are left out, so a whole answer may lack some; one that was cut off lacks more. */
const WHOLE = 0.9;
/** How far turnover / volume may lie outside a bar's prices. */
const TOLERANCE = 0.01;

/** At most 488 days: an answer holds 500 candles. */
const DAILY_MONTHS = 16;
const DAY_MINUTES = 1_440;

/** start, open, close, high, low, volume, turnover. */
const Bar = z
  .tuple([
    seconds.refine((at) => at % BAR === 0, "expected a bar of four hours in UTC"),
    positive,
    positive,
    positive,
    positive,
    level,
    level,
  ])
  .rest(z.unknown());
type Bar = z.infer<typeof Bar>;
const Bars = answer(z.object({ list: z.array(Bar) }));

/** start, open, high, low, close, lots, turnover. */
const Candle = z
  .tuple([
    millis.refine((at) => at % DAY === 0, "expected a day that begins at 00:00Z"),
    positive,
    positive,
    positive,
    positive,
    level,
    level.optional(),
  ])
  .rest(z.unknown());
const Candles = answer(z.array(Candle));

/** The bars of a window, which begins no earlier than `since`: all of them, or none. */
async function barsOf(ask: Ask, symbol: string, since: Instant, { from, to, keep }: Window): Promise<Series<Bar>> {
  const which = `symbol=${symbol}&interval=4hour&startAt=${inSeconds(from)}&endAt=${inSeconds(to)}`;
  const { list } = await ask.json(`${UNIFIED}/market/kline?tradeType=FUTURES&${which}`, Bars, keep);
  const start = later(from, since);
  const told = between(series(list.map((row) => ({ at: row[0], value: row }))), start, shift(to, 1));
  const over = Math.floor((to - start) / BAR);
  if (told.length < WHOLE * over) throw new Unavailable(unpublished(`${told.length} of ${over} bars`));
  return told;
}

/** Whether the volume, counted in `unit`, was traded at the bar's prices. Their order in the row does not matter. */
function fits([, open, close, high, low, volume, turnover]: Bar, unit: number): boolean {
  const paid = turnover / (volume * unit);
  const prices = [open, close, high, low];
  return (
    volume === 0 || (paid >= Math.min(...prices) * (1 - TOLERANCE) && paid <= Math.max(...prices) * (1 + TOLERANCE))
  );
}

async function withTurnover(ask: Ask, { market, row }: Contract): Promise<Series<Traded>> {
  const since = later(firstInstant(ask.now), floorTo(row.firstOpenDate, BAR));
  const asked = windows(since, BAR_MONTHS, ask);
  const bars = (await together(asked.map((window) => barsOf(ask, market.symbol, since, window)))).flat();
  if (bars.length === 0) throw new Unavailable(unpublished("no bar"));
  // Lots, as everywhere else? Only spot is documented, where the unit is BTC. The one that every bar bears out holds.
  const unit = [row.multiplier, 1].find((one) => bars.every(({ value }) => fits(value, one)));
  if (unit === undefined) {
    throw new Unavailable({ why: "malformed", at: "data.list", detail: "turnover fits neither lots nor BTC" });
  }
  return series(
    bars.map(({ at, value: [, , , , , volume, turnover] }) => ({
      at,
      value: { until: shift(at, BAR), btc: btc(volume * unit), usd: usd(turnover), typical: null },
    })),
  );
}

async function candles(ask: Ask, symbol: string, { from, to, keep }: Window): Promise<z.infer<typeof Candles>> {
  const which = `symbol=${symbol}&granularity=${DAY_MINUTES}&from=${from}&to=${to}`;
  return ask.json(`${CLASSIC}/kline/query?${which}`, Candles, keep);
}

/** A dated contract is asked for once, since its listing. */
const windowsOf = ({ market, row }: Contract, ask: Ask): readonly Window[] => {
  const first = firstInstant(ask.now);
  return market.kind === "perpetual"
    ? windows(first, DAILY_MONTHS, ask)
    : [{ from: later(first, floorTo(row.firstOpenDate, DAY)), to: askedUntil(ask.now), keep: toDate(ask) }];
};

async function daily(ask: Ask, contract: Contract): Promise<Series<Traded>> {
  const { market, each } = contract;
  const asked = windowsOf(contract, ask);
  const rows = (await together(asked.map((window) => candles(ask, market.symbol, window)))).flat();
  const days = series(
    rows.map(([at, open, high, low, close, lots, turnover]) => {
      const typical = typicalPrice(open, high, low, close);
      const amount = ofContracts(lots, each);
      const amounts =
        market.margin === "inverse"
          ? { btc: null, usd: inUsd(amount, typical) }
          : { btc: inBtc(amount, typical), usd: turnover === undefined ? null : usd(turnover) };
      return { at, value: { until: shift(at, DAY), ...amounts, typical } };
    }),
  );
  return anyBars(ask, contract, between(days, firstInstant(ask.now), ask.now), "data");
}

export async function traded(ask: Ask, contract: Contract): Promise<Series<Traded>> {
  if (contract.market.margin === "inverse") return daily(ask, contract);
  try {
    return await withTurnover(ask, contract);
  } catch (error) {
    if (error instanceof Unavailable) return daily(ask, contract);
    throw error;
  }
}
