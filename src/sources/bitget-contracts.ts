/** How Bitget is asked, and its BTC contracts that are trading. The quirks are listed in bitget.ts. */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Market } from "../core/market.ts";
import { envelope, millis, positive } from "./decode.ts";
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

const API = "https://api.bitget.com/api";
const GOOD = "00000";

const Refusal = z
  .object({ code: z.string(), msg: z.string() })
  .refine(({ code }) => code !== GOOD)
  .transform(({ code, msg }) => ({ text: `${code} ${msg}` }));

/** The `data` of an answer. */
export const answer = <T>(data: z.ZodType<T>): z.ZodType<T> =>
  envelope(
    z.object({ code: z.literal(GOOD), data }).transform((body) => body.data),
    Refusal,
  );

/** What an answer tells. */
export const get = <T>(ask: Ask, path: string, told: z.ZodType<T>, keep?: Keep): Promise<T> =>
  ask.json(`${API}/${path}`, told, keep);

/** Product types, all linear but the coin-margined one. */
const TYPES = { "USDT-FUTURES": "linear", "USDC-FUTURES": "linear", "COIN-FUTURES": "inverse" } as const;
export type Type = keyof typeof TYPES;

const KINDS: ReadonlyMap<unknown, Market["kind"]> = new Map([
  ["perpetual", "perpetual"],
  ["delivery", "dated"],
]);

export interface Contract extends Listed {
  readonly type: Type;
  readonly fundingHours: number | null;
}

const Quote = z.enum(["USDT", "USDC", "USD"]);
const none = z.literal("").transform(() => null);
const named = { symbol: z.string().min(1), symbolType: z.string() };
const Contracts = answer(
  listOf(
    ["baseCoin", "symbolStatus"],
    (row) => row["baseCoin"] === "BTC" && row["symbolStatus"] === "normal",
    (row) => KINDS.has(row["symbolType"]) && Quote.safeParse(row["quoteCoin"]).success,
    z.object({
      ...named,
      quoteCoin: Quote,
      deliveryTime: z.union([none, millis]),
      fundInterval: z.union([none, positive]),
      launchTime: listingTime,
    }),
    z.object({ ...named, quoteCoin: z.string() }),
  ),
);

async function contractsOf(ask: Ask, type: Type): Promise<WholeListing<Contract>> {
  const path = `v2/mix/market/contracts?productType=${type}`;
  const { known, others, symbols } = await get(ask, path, Contracts, sinceDelivery(ask));
  const contracts = known.flatMap((row): Contract[] => {
    const { symbol, quoteCoin: quote, deliveryTime: expires, launchTime: listed } = row;
    if (isOver(expires, ask.now)) return [];
    const terms = { symbol, margin: TYPES[type], quote };
    if (KINDS.get(row.symbolType) === "perpetual") {
      return [{ market: { ...terms, kind: "perpetual" }, type, fundingHours: row.fundInterval, listed }];
    }
    const market: Market = { ...terms, kind: "dated", ...(expires === null ? {} : { expires }) };
    return [{ market, type, fundingHours: null, listed }];
  });
  const lacking = others.map(({ symbol, symbolType, quoteCoin }) =>
    KINDS.has(symbolType) ? otherQuote(symbol, quoteCoin) : otherType(symbol, symbolType),
  );
  if (contracts.length > 0) return { contracts, lacking, symbols };
  throw new Unavailable({ why: "malformed", at: "data", detail: `no BTC contract of ${type} is trading` });
}

/** One value for each contract. */
export const perContract = perContractOf<Type, Contract>(["USDT-FUTURES", "USDC-FUTURES", "COIN-FUTURES"], contractsOf);

const MAIN = "BTCUSDT";

/** The perpetual in USDT, where most is traded. */
export async function mainMarket(ask: Ask): Promise<Market> {
  const { contracts } = await contractsOf(ask, "USDT-FUTURES");
  const found = contracts.find(({ market }) => market.symbol === MAIN);
  if (found === undefined) throw new Unavailable({ why: "malformed", at: "data", detail: `${MAIN} is not trading` });
  return found.market;
}
