/** How Bybit is asked, its BTC contracts that are trading, and what its numbers count. The quirks are listed in bybit.ts. */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Market } from "../core/market.ts";
import type { Instant } from "../core/time.ts";
import { ofBtc, ofUsd, type Quantity } from "../core/units.ts";
import { envelope, level, millis } from "./decode.ts";
import { sinceDelivery } from "./keep.ts";
import {
  isOver,
  listingTime,
  listOf,
  otherQuote,
  otherType,
  perContractOf,
  type Listed,
  type WholeListing,
} from "./listed.ts";
import type { Ask, Keep } from "./source.ts";

/**
 * What makes `openInterest` count each contract once, where `singleOpenInterest` is missing. Documented since
 * 2023-11-14 ("the sum of both sides"); recorded 2026-09-15: 52,664.642 beside a single 26,332.321.
 */
const ONE_SIDE = 0.5;

const Refusal = z
  .object({ retCode: z.number(), retMsg: z.string() })
  .refine(({ retCode }) => retCode !== 0)
  .transform(({ retCode, retMsg }) => ({ text: `${retCode} ${retMsg}`.trim() }));

/** The `list` of an answer, and when it was given. */
export const answer = <T>(list: z.ZodType<T>): z.ZodType<{ readonly list: T; readonly at: Instant }> =>
  envelope(
    z
      .object({ retCode: z.literal(0), result: z.object({ list }), time: millis })
      .transform(({ result, time }) => ({ list: result.list, at: time })),
    Refusal,
  );

/** What an answer tells. */
export const get = <T>(ask: Ask, path: string, told: z.ZodType<T>, keep?: Keep): Promise<T> =>
  ask.json(`https://api.bybit.com/v5/market/${path}`, told, keep);

type Category = Market["margin"];
export interface Contract extends Listed {
  readonly fundingMinutes: number;
}

const KINDS: Readonly<Record<Category, ReadonlyMap<unknown, Market["kind"]>>> = {
  linear: new Map([
    ["LinearPerpetual", "perpetual"],
    ["LinearFutures", "dated"],
  ]),
  inverse: new Map([
    ["InversePerpetual", "perpetual"],
    ["InverseFutures", "dated"],
  ]),
};
const Quote = z.enum(["USDT", "USDC", "USD"]);
const named = { symbol: z.string(), contractType: z.string() };
const listIn = (category: Category) =>
  answer(
    listOf(
      ["baseCoin", "status"],
      (row) => row["baseCoin"] === "BTC" && row["status"] === "Trading",
      (row) => KINDS[category].has(row["contractType"]) && Quote.safeParse(row["quoteCoin"]).success,
      z.object({
        ...named,
        quoteCoin: Quote,
        // "0" for a perpetual that is not being delisted.
        deliveryTime: z.union([millis, z.literal("0").transform(() => undefined)]),
        launchTime: listingTime,
        fundingInterval: level,
      }),
      z.object({ ...named, quoteCoin: z.string() }),
    ),
  );

/** The perpetual in USDT, where most is traded. */
export const MAIN = "BTCUSDT";

/** Each symbol is taken from the list of its own category alone; one of no known type is named by the linear one. */
async function contractsOf(ask: Ask, category: Category): Promise<WholeListing<Contract>> {
  const path = `instruments-info?category=${category}&baseCoin=BTC&limit=1000`;
  const { known, others, symbols } = (await get(ask, path, listIn(category), sinceDelivery(ask))).list;
  const contracts = known.flatMap((row): Contract[] => {
    const { symbol, quoteCoin: quote, deliveryTime: expires, launchTime: listed } = row;
    const kind = KINDS[category].get(row.contractType);
    if (kind === undefined || isOver(expires, ask.now)) return [];
    const terms = { symbol, kind, margin: category, quote };
    const market = kind === "dated" && expires !== undefined ? { ...terms, expires } : terms;
    return [{ market, fundingMinutes: row.fundingInterval, listed }];
  });
  const lacking = others.flatMap(({ symbol, contractType, quoteCoin }) => {
    if (KINDS[category].has(contractType)) return [otherQuote(symbol, quoteCoin)];
    const isKnown = Object.values(KINDS).some((kinds) => kinds.has(contractType));
    return isKnown || category !== "linear" ? [] : [otherType(symbol, contractType)];
  });
  if (contracts.length > 0) return { contracts, lacking, symbols };
  throw new Unavailable({ why: "malformed", at: "result.list", detail: `no ${category} BTC contract is trading` });
}

/** One value for each contract. */
export const perContract = perContractOf<Category, Contract>(["linear", "inverse"], contractsOf);

export async function mainMarket(ask: Ask): Promise<Market> {
  const { contracts } = await contractsOf(ask, "linear");
  const found = contracts.find(({ market }) => market.symbol === MAIN);
  if (found === undefined) throw new Unavailable({ why: "malformed", at: "list", detail: `${MAIN} is not trading` });
  return found.market;
}

/** Contracts are worth 1 BTC if linear and 1 USD if inverse. */
export const sizeOf = (category: Category, count: number): Quantity =>
  category === "linear" ? ofBtc(count) : ofUsd(count);

export const heldOnce = (row: {
  readonly openInterest: number;
  readonly singleOpenInterest?: number | undefined;
}): number => row.singleOpenInterest ?? row.openInterest * ONE_SIDE;
