/** Open interest against its own past, its price and what was traded. */
import type { Amount } from "../panel.ts";
import type { Series } from "../series.ts";
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

/**
 * how far one venue's open interest moves in a day, as a logarithm; 0.171 at the 99th percentile, 0.531 at most.
 * Steps of another length than a day are left alone, and so are empty samples.
 */
export function dailySteps(held: Series<Btc>): readonly Verdict[] {
  return held.flatMap((here, i) => {
    const before = held[i - 1];
    if (before === undefined || here.at - before.at !== DAY || before.value <= 0 || here.value <= 0) return [];
    const step = Math.abs(Math.log(here.value / before.value));
    const text = `open interest went from ${amount(before.value)} to ${amount(here.value)} BTC in the day to ${iso(here.at)}, a logarithmic step of ${amount(step)}`;
    return graded("Q-12", text, step, { warning: 0.17, error: 0.6, shown: amount });
  });
}
