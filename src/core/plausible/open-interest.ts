/** Open interest against its own past, its price and what was traded. */
import type { Amount } from "../panel.ts";
import type { Point } from "../series.ts";
import { DAY, iso } from "../time.ts";
import { impliedPrice, type Btc, type Usd, type UsdPerBtc } from "../units.ts";
import { amount, dollars, graded, percent, verdict, type Verdict } from "./verdict.ts";

/** no more can be closed on balance than was open. */
export function decreaseInStock(decrease: Btc, atStart: Btc): readonly Verdict[] {
  const share = decrease / atStart;
  const text = `a net decrease of ${amount(decrease)} BTC is ${percent(share)} of the ${amount(atStart)} BTC open at the start`;
  return graded("Q-07", text, share, { error: 1, shown: percent });
}

/** dollars over coins is the price, within 1.7 % for 99 % of the values of 20 venues. */
export function impliedPriceFits(held: Amount, price: UsdPerBtc): readonly Verdict[] {
  const implied = impliedPrice(held.usd, held.btc);
  if (implied === null) return [];
  const off = Math.abs(implied / price - 1);
  const text = (): string =>
    `${dollars(held.usd)} over ${amount(held.btc)} BTC implies a price of ${dollars(implied)}, ${percent(off)} ${implied < price ? "below" : "above"} ${dollars(price)}`;
  return graded("Q-10", text, off, { warning: 0.025, error: 0.1, shown: percent });
}

const LEAST_TURNOVER = 0.05;

/**
 * one venue's volume of 24 hours, or of the usual day of a month, over its open interest; medians of venues run
 * from 0.06 to 10.4.
 */
export function turnover(volume: Usd, openInterest: Usd, when = "in 24 h"): readonly Verdict[] {
  const times = volume / openInterest;
  const text = `the ${dollars(volume)} traded ${when} are ${amount(times)} times the open interest of ${dollars(openInterest)}`;
  return times < LEAST_TURNOVER
    ? [verdict("Q-11", "warning", `${text}; less than ${LEAST_TURNOVER} is unusual`, times, LEAST_TURNOVER)]
    : graded("Q-11", text, times, { warning: 12, error: 50, shown: amount });
}

/** 0.171 at the 99th percentile of days, 0.531 at most. */
const IN_A_DAY = { warning: 0.17, error: 0.6 } as const;
/** However long it took, more than 400 times as much (six as a logarithm) is another unit. */
const MOST_DAYS = 10;

const distance = (a: Btc, b: Btc): number => Math.abs(Math.log(a / b));

/** Whether one venue's open interest may move from one to the other in a day. Both are above zero. */
export const isDailyMove = (before: Btc, after: Btc): boolean => distance(before, after) <= IN_A_DAY.error;

/**
 * how far one venue's open interest moves in a day, as a logarithm. Over n days it is n times as far: on one of
 * them it must have moved more than in a day. Empty samples are another matter.
 */
export function stepBetween(before: Point<Btc>, after: Point<Btc>): readonly Verdict[] {
  if (before.value <= 0 || after.value <= 0) return [];
  const days = Math.min(Math.max((after.at - before.at) / DAY, 1), MOST_DAYS);
  const step = distance(before.value, after.value);
  const time = after.at - before.at <= DAY ? "day" : `${amount((after.at - before.at) / DAY)} days`;
  const text = `open interest went from ${amount(before.value)} to ${amount(after.value)} BTC in the ${time} to ${iso(after.at)}, a logarithmic step of ${amount(step)}`;
  return graded("Q-12", text, step, {
    warning: IN_A_DAY.warning * days,
    error: IN_A_DAY.error * days,
    shown: amount,
  });
}

/** A unit is a thousand times another, or more; a contract moves less than 55 times (four as a logarithm) in a day. */
const UNIT = 4;
/** A smaller part of its venue may have been listed the day before, and move as far. */
const LEAST_PART = 0.005;

/** Q-12 of one contract at two ends of a day, beside the `rest` of its venue: a contract moves farther than a venue does. */
export function unitStep(symbol: string, before: Point<Btc>, after: Point<Btc>, rest: Btc): readonly Verdict[] {
  if (before.value <= 0 || after.value <= 0) return [];
  if (Math.max(before.value, after.value) < LEAST_PART * rest) return [];
  const step = distance(before.value, after.value);
  const text = `the open interest of ${symbol} went from ${amount(before.value)} BTC at ${iso(before.at)} to ${amount(after.value)} BTC, a logarithmic step of ${amount(step)}`;
  return graded("Q-12", text, step, { error: UNIT, shown: amount });
}

/** Of the perpetual that is most of a venue; medians of venues begin at 0.06. */
const LEAST_OF_UNIT = 0.005;
/** Of any contract; medians of venues end at 10.4. */
const MOST_OF_UNIT = 100;
/** What is traded less than this of what the venue holds says nothing of a unit. */
const LEAST_TRADED = 0.01;

/**
 * Q-11 of one contract whose past is not known, in BTC: what was traded in 24 h against what is open, where that is another
 * unit. A dated contract may go without trades, and so may a small perpetual. A 0 is what a venue says that does not know.
 */
export function unitTurnover(
  symbol: string,
  kind: "perpetual" | "dated",
  { traded, open, rest }: { readonly traded: Btc; readonly open: Btc; readonly rest: Btc },
): readonly Verdict[] {
  if (traded <= 0 || open <= 0) return [];
  const times = traded / open;
  const text = `the ${amount(traded)} BTC traded in ${symbol} in 24 h are ${amount(times)} times its open interest of ${amount(open)} BTC`;
  if (kind === "perpetual" && open > rest && times < LEAST_OF_UNIT) {
    return [verdict("Q-11", "error", `${text}; less than ${LEAST_OF_UNIT} is not credible`, times, LEAST_OF_UNIT)];
  }
  return traded < LEAST_TRADED * rest ? [] : graded("Q-11", text, times, { error: MOST_OF_UNIT, shown: amount });
}

/** what is traded in one perpetual on a usual day of the last month, against what is open in it. */
export function ownTurnover(symbol: string, traded: Usd, open: Usd): readonly Verdict[] {
  const times = traded / open;
  const text = `the ${dollars(traded)} traded in ${symbol} on a usual day of the last month are ${amount(times)} times its open interest of ${dollars(open)}`;
  return graded("Q-11", text, times, { error: MOST_OF_UNIT, shown: amount });
}

/** All that there will be. */
const BITCOINS = 21_000_000;

/** a contract holds no tenth of all bitcoins. All venues together held 656,880 on 2026-01-24, a thirtieth. */
export function withinSupply(symbol: string, open: Btc): readonly Verdict[] {
  const share = open / BITCOINS;
  const text = `the open interest of ${symbol}, ${amount(open)} BTC, is ${percent(share)} of all bitcoins that there will be`;
  return graded("Q-01", text, share, { error: 0.1, shown: percent });
}

/**
 * one dated contract is the smaller part of its venue. On Deribit, where they are largest, all of them together held
 * about what the perpetual did at the end of 2025: 27,000 BTC in all, 13,000 of these in BTC-PERPETUAL.
 */
export function datedInPerpetuals(symbol: string, open: Btc, perpetuals: Btc): readonly Verdict[] {
  if (perpetuals <= 0) return [];
  const times = open / perpetuals;
  const text = `the open interest of ${symbol}, a dated contract, is ${amount(open)} BTC, ${amount(times)} times that of all perpetuals of its venue`;
  return graded("Q-01", text, times, { error: 1.5, shown: amount });
}
