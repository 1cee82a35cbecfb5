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
