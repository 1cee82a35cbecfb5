/** What Bitget tells of who is on which side of BTCUSDT. The quirks are listed in bitget.ts. */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Liquidations, LongShort, Markets, Taker } from "../core/market.ts";
import { series } from "../core/series.ts";
import { HOUR, shift, type Instant } from "../core/time.ts";
import { inUsd, ofBtc, ratio, usdPerBtc } from "../core/units.ts";
import { answer, get, mainMarket } from "./bitget-contracts.ts";
import { level, millis, positive } from "./decode.ts";
import { only, unpublished } from "./families.ts";
import { sinceTheHour } from "./keep.ts";
import { hoursTo, liquidatedIn } from "./liquidated.ts";
import { newestOf } from "./past.ts";
import type { Ask } from "./source.ts";

const HOURS = 24;
const LIQUIDATION_PAGES = 4;

const Accounts = answer(z.array(z.object({ longAccountRatio: positive, shortAccountRatio: positive, ts: millis })));
const Takers = answer(z.array(z.object({ buyVolume: level, sellVolume: level, ts: millis })));
const Order = z.object({
  symbol: z.string(),
  side: z.enum(["buy", "sell"]),
  price: positive,
  amount: positive,
  ts: millis,
});
type Order = z.infer<typeof Order>;
const Orders = answer(z.object({ list: z.array(Order), cursor: z.string().nullish() }));

export async function accounts(ask: Ask): Promise<Markets<LongShort>> {
  const market = await mainMarket(ask);
  const rows = await get(
    ask,
    `v2/mix/market/account-long-short?symbol=${market.symbol}&period=1h`,
    Accounts,
    sinceTheHour(ask),
  );
  const row = newestOf(ask, rows, ({ ts }) => ts);
  if (row === undefined) throw new Unavailable(unpublished("no account ratio"));
  const { longAccountRatio: long, shortAccountRatio: short } = row;
  const shares = { long: ratio(long), short: ratio(short) };
  return only(market, { at: row.ts, ratio: long / short, counts: "accounts", shares });
}

/** The latest 24 hours that are over. */
export async function takerDay(ask: Ask): Promise<Markets<Taker>> {
  const market = await mainMarket(ask);
  const rows = await get(
    ask,
    `v2/mix/market/taker-buy-sell?symbol=${market.symbol}&period=1h`,
    Takers,
    sinceTheHour(ask),
  );
  const over = rows.filter(({ ts }) => shift(ts, HOUR) <= ask.now);
  const hours = series(over.map(({ ts, ...value }) => ({ at: ts, value }))).slice(-HOURS);
  const [first, last] = [hours[0], hours.at(-1)];
  if (first === undefined || last === undefined || hours.length < HOURS || last.at - first.at !== (HOURS - 1) * HOUR) {
    throw new Unavailable(unpublished(`taker volume of ${hours.length} hours in place of ${HOURS} in a row`));
  }
  const sum = (side: "buyVolume" | "sellVolume") => ofBtc(hours.reduce((total, { value }) => total + value[side], 0));
  const value = { from: first.at, until: shift(last.at, HOUR), buy: sum("buyVolume"), sell: sum("sellVolume") };
  return only(market, value);
}

/** Page after page, newest first, until one reaches further back than `from`. */
async function ordersSince(ask: Ask, symbol: string, from: Instant): Promise<readonly Order[]> {
  const orders: Order[] = [];
  let next = "";
  for (let page = 0; page < LIQUIDATION_PAGES; page += 1) {
    const path = `v3/market/liquidations?category=USDT-FUTURES&symbol=${symbol}&limit=100${next}`;
    const { list, cursor } = await get(ask, path, Orders);
    orders.push(...list.filter((order) => order.symbol === symbol));
    if (cursor === undefined || cursor === null || cursor === "" || list.some(({ ts }) => ts < from)) break;
    next = `&cursor=${encodeURIComponent(cursor)}`;
  }
  return orders;
}

/** In hours counted back from now. They are told late. */
export async function liquidations(ask: Ask): Promise<Liquidations> {
  const market = await mainMarket(ask);
  const orders = await ordersSince(ask, market.symbol, shift(ask.now, -HOURS * HOUR));
  const worth = orders.map(({ ts: at, side, amount, price }) => ({
    at,
    usd: inUsd(ofBtc(amount), usdPerBtc(price)),
    long: side === "buy",
  }));
  const value = liquidatedIn(worth, hoursTo(ask.now), HOUR, null);
  if (value.length === 0) throw new Unavailable(unpublished("no liquidation of the last 24 h"));
  const gap = unpublished(`only those of ${market.symbol} are asked`);
  return { feed: "partial", of: [{ market, value }], lacking: [{ what: "other contracts", gap }] };
}
