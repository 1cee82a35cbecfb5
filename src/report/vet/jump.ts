/** A unit that jumps, on one side only, gives itself away by what else the venue tells. */
import type { Datasets, Market, OpenInterest, Of } from "../../core/market.ts";
import { ownTurnover, stepBetween, turnover } from "../../core/plausible/open-interest.ts";
import type { Verdict } from "../../core/plausible/verdict.ts";
import { latest, type Point } from "../../core/series.ts";
import { DAY, HOUR, shift, type Instant } from "../../core/time.ts";
import { btc, inBtc, inUsd, sumUsd, usd, type Btc } from "../../core/units.ts";

/** How old a history's last sample may be to be a day's step away from now. */
const STEP = 36 * HOUR;

/** The last sample of a contract, in the first history that has one; null where it is too old or there is none. */
export function lastBefore(
  { symbol }: Market,
  held: OpenInterest,
  past: readonly Datasets["openInterestHistory"][],
  asOf: Instant,
): Point<Btc> | null {
  for (const value of past) {
    const own = value.of.find((one) => one.market.symbol === symbol);
    const sample = own === undefined ? null : latest(own.value, asOf, STEP);
    if (sample === null) continue;
    return { at: sample.at, value: inBtc(sample.value.size, sample.value.price ?? held.price) };
  }
  return null;
}

/** Q-12 between the last sample of each contract, in the first history that has one, and now. */
export function stepTo(
  of: readonly Of<OpenInterest>[],
  past: readonly Datasets["openInterestHistory"][],
  asOf: Instant,
): readonly Verdict[] {
  let before = 0;
  let now = 0;
  for (const { market, value: held } of of) {
    const sample = lastBefore(market, held, past, asOf);
    if (sample === null) continue;
    before += sample.value;
    now += inBtc(held.size, held.price);
  }
  if (before <= 0) return [];
  return stepBetween({ at: shift(asOf, -DAY), value: btc(before) }, { at: asOf, value: btc(now) });
}

/** The last month is over at most this long ago. */
const MONTH = 31 * DAY;

/**
 * Q-11 over the bars that ended in the last month, of the contracts whose open interest is known: of all of them, and of a
 * perpetual that is traded more than the others together, as in another unit it would be.
 */
export function usualTurnover(
  traded: Datasets["volume"]["of"],
  held: readonly Of<OpenInterest>[],
  asOf: Instant,
): readonly Verdict[] {
  const all = traded.flatMap(({ market, value: bars }) => {
    const own = held.find((one) => one.market.symbol === market.symbol)?.value;
    const over = bars.filter(({ value }) => value.until <= asOf && value.until >= asOf - MONTH);
    if (own === undefined || over.length === 0) return [];
    const time = over.reduce((sum, { at, value }) => sum + value.until - at, 0);
    const sum = over.reduce((before, { value }) => before + Math.max(value.usd ?? 0, (value.btc ?? 0) * own.price), 0);
    return [{ market, day: usd((sum / time) * DAY), open: inUsd(own.size, own.price) }];
  });
  const day = sumUsd(all.map((each) => each.day));
  const open = sumUsd(all.map((each) => each.open));
  if (day <= 0 || open <= 0) return [];
  const most = all.find((each) => each.market.kind === "perpetual" && each.day * 2 > day && each.day < day);
  return [
    ...turnover(day, open, "on a usual day of the last month"),
    ...(most === undefined || most.open <= 0 ? [] : ownTurnover(most.market.symbol, most.day, most.open)),
  ];
}
