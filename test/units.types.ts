/**
 * Mistakes that must not compile. Nothing runs here: `tsc` fails where one of the marked lines is accepted.
 */
import { likeForLike, total } from "../src/core/panel.ts";
import { change } from "../src/core/change.ts";
import { completeDays, completeMonths, lowestSince, yearToDate } from "../src/core/extremes.ts";
import { rate8h } from "../src/core/funding.ts";
import { basis } from "../src/core/basis.ts";
import type { Candle, Datasets, PastOpenInterest } from "../src/core/market.ts";
import { takerFlow } from "../src/core/positioning.ts";
import { between, series, type Series } from "../src/core/series.ts";
import { instant, startOfDay, startOfMonth, type Day, type Instant, type Month } from "../src/core/time.ts";
import { btc, inBtc, inUsd, ofUsd, ratio, sumUsd, usd, usdPerBtc, type Btc, type Usd } from "../src/core/units.ts";

const coins = btc(1);
const dollars = usd(1);
const price = usdPerBtc(1);

// @ts-expect-error A bare number is no price.
inUsd(ofUsd(1), 82_850);
// @ts-expect-error USD is no price.
inBtc(ofUsd(1), dollars);
// @ts-expect-error An amount without its unit is no quantity.
inUsd(coins, price);
// @ts-expect-error BTC is not USD.
export const asDollars: Usd = coins;
// @ts-expect-error USD is not BTC.
export const asCoins: Btc = dollars;
// @ts-expect-error A sum is a bare number until it is given its unit again.
export const sum: Btc = btc(1) + btc(2);
// @ts-expect-error So is a product.
export const product: Usd = coins * price;
// @ts-expect-error BTC in a sum of USD.
sumUsd([dollars, coins]);
// @ts-expect-error A percent is no ratio until it is made one.
rate8h(0.01, 8);
// @ts-expect-error A ratio is no price.
basis(ratio(1), price);
// @ts-expect-error Takers buying in BTC, selling in USD.
takerFlow(coins, dollars);
// @ts-expect-error Coins and dollars the wrong way round.
change([{ margin: "linear", fromBtc: dollars, fromUsd: coins, toBtc: coins, toUsd: dollars }]);
// @ts-expect-error Whether a contract is linear or inverse must be known to compare it.
likeForLike([{ member: { id: "a", series: series([]) }, from: null, to: null }]);

// @ts-expect-error An array of points may be unsorted: it is no series.
export const unsorted: Series<Btc> = [{ at: instant(0), value: coins }];
// @ts-expect-error Neither is a filtered series: `filterSeries` makes one.
export const filtered: Series<Btc> = series([{ at: instant(0), value: coins }]).filter(() => true);
// @ts-expect-error Milliseconds are no instant.
between(series([]), 0, instant(1));
// @ts-expect-error A day is no instant.
export const moment: Instant = "2026-01-30";
// @ts-expect-error Text is no day.
startOfDay("2026-01-30");
// @ts-expect-error A day is no month.
export const dayOfMonth = (day: Day): Instant => startOfMonth(day);
// @ts-expect-error A window is made of instants.
total([], [0, 1]);

// @ts-expect-error Rows that may be partial are never ranked.
lowestSince([{ period: "2026-01", value: 1, complete: true }], (value) => value);
// @ts-expect-error A history is complete by its making alone.
lowestSince<Month>({ periods: [], least: 3 }, (value) => value);
// @ts-expect-error A row says whether its period is complete.
export const silent = (month: Month) => completeMonths([{ period: month, value: 1 }]);
// @ts-expect-error The year to date is a matter of days.
yearToDate(completeMonths<number>([]));
// @ts-expect-error Labels are never ranked.
lowestSince(completeDays<string>([]), (value) => value);

// @ts-expect-error A misspelt dataset.
export type Misspelt = Datasets["openIntrest"];
// @ts-expect-error A history of bare amounts has no unit.
export const noUnit: PastOpenInterest = { size: 1 };
// @ts-expect-error The amount of a candle is BTC, not a number.
export const noAmount: Candle["btc"] = 1;
