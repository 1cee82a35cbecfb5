/** What HTX tells of who is on which side of BTC-USDT. The quirks are listed in htx.ts. */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Liquidations, LongShort, Markets } from "../core/market.ts";
import { DAY, earlier, floorTo, HOUR, iso, shift, type Instant } from "../core/time.ts";
import { ratio, usd } from "../core/units.ts";
import { level, millis, positive } from "./decode.ts";
import { only, unpublished } from "./families.ts";
import { answer, get, LINEAR } from "./htx-api.ts";
import { HOURS_OVER, sinceTheHour } from "./keep.ts";
import { hoursTo, liquidatedIn, wasLong } from "./liquidated.ts";
import { newestOf } from "./past.ts";
import type { Ask } from "./source.ts";
import { together } from "./together.ts";

/** The most that a question for liquidations may span, on a grid fixed since the epoch, and the most rows of an answer. */
const LIQUIDATIONS_SPAN = 2 * HOUR;
const LIQUIDATIONS = 100;

const Accounts = answer(
  z.object({
    list: z.array(z.object({ buy_ratio: positive, sell_ratio: positive, locked_ratio: level, ts: millis })),
  }),
);
const Order = z.object({
  id: z.string(),
  liquidation_time: millis,
  side: z.enum(["buy", "sell"]),
  position_side: z.string(),
  trade_turnover: positive,
});
type Order = z.infer<typeof Order>;
const Orders = answer(z.array(Order));

export async function topAccounts(ask: Ask): Promise<Markets<LongShort>> {
  const path = `/linear-swap-api/v1/swap_elite_account_ratio?contract_code=${LINEAR.symbol}&period=60min`;
  const { data } = await get(ask, path, Accounts, sinceTheHour(ask));
  const row = newestOf(ask, data.list, ({ ts }) => ts);
  if (row === undefined) throw new Unavailable(unpublished("no account ratio"));
  const { ts: at, buy_ratio: long, sell_ratio: short, locked_ratio: neither } = row;
  const shares = { long: ratio(long), short: ratio(short), neither: ratio(neither) };
  return only(LINEAR, { at, ratio: long / short, counts: "top accounts", shares });
}

interface Answer {
  readonly orders: readonly Order[];
  /** Whether there may be more of them than an answer holds. */
  readonly cut: boolean;
}

/** Orders of one window. One that is not over is of the present: it is never kept. */
async function ordersOf(ask: Ask, from: Instant): Promise<Answer> {
  const end = shift(from, LIQUIDATIONS_SPAN);
  const which = `contract_code=${LINEAR.symbol}&start_time=${from}&end_time=${earlier(shift(end, -1), ask.now)}`;
  const path = `/v5/market/liquidation_orders?${which}&limit=${LIQUIDATIONS}`;
  const over = shift(end, HOUR) <= ask.now ? "forever" : HOURS_OVER;
  const { data } = await get(ask, path, Orders, end <= ask.now ? over : undefined);
  const stray = data.find(
    ({ liquidation_time: at }) => at < shift(from, -LIQUIDATIONS_SPAN) || at >= shift(end, LIQUIDATIONS_SPAN),
  );
  if (stray !== undefined) {
    const detail = `${iso(stray.liquidation_time)} is not of the two hours that were asked`;
    throw new Unavailable({ why: "malformed", at: "data.liquidation_time", detail });
  }
  return { orders: data, cut: data.length >= LIQUIDATIONS };
}

/** Of the windows that hold [from, until). */
async function ordersBetween(ask: Ask, from: Instant, until: Instant): Promise<Answer> {
  const starts: Instant[] = [];
  for (let at = floorTo(from, LIQUIDATIONS_SPAN); at < until; at = shift(at, LIQUIDATIONS_SPAN)) starts.push(at);
  const answers = await together(starts.map((start) => ordersOf(ask, start)));
  // An order that is told twice was liquidated once.
  const orders = new Map(answers.flatMap((one) => one.orders).map((order) => [JSON.stringify(order), order]));
  return { orders: [...orders.values()], cut: answers.some(({ cut }) => cut) };
}

function told({ orders, cut }: Answer, starts: readonly Instant[], every: number): Liquidations {
  const worth = orders.map(({ liquidation_time: at, position_side, side, trade_turnover }) => ({
    at,
    usd: usd(trade_turnover),
    long: wasLong(position_side, side),
  }));
  const gap = unpublished(`only those of ${LINEAR.symbol} are asked`);
  const of = [{ market: LINEAR, value: liquidatedIn(worth, starts, every, 0) }];
  return { feed: cut ? "partial" : "complete", of, lacking: [{ what: "other contracts", gap }] };
}

/** In hours counted back from now. */
export async function liquidations(ask: Ask): Promise<Liquidations> {
  return told(await ordersBetween(ask, shift(ask.now, -DAY), ask.now), hoursTo(ask.now), HOUR);
}

/** The UTC day before: most of its windows are asked for the last 24 hours, too, or were by an earlier run. */
export async function liquidationDay(ask: Ask): Promise<Liquidations> {
  const today = floorTo(ask.now, DAY);
  const yesterday = shift(today, -DAY);
  return told(await ordersBetween(ask, yesterday, today), [yesterday], DAY);
}
