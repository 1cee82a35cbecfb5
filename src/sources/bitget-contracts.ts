/** How Bitget is asked, and its BTC contracts that are trading. The quirks are listed in bitget.ts. */
import { z } from "zod";
import { Unavailable, type Gap } from "../core/gap.ts";
import type { Market, Markets } from "../core/market.ts";
import { envelope, millis, positive } from "./decode.ts";
import { families } from "./families.ts";
import type { Ask, Keep } from "./source.ts";

const API = "https://api.bitget.com/api";
const GOOD = "00000";

const Refusal = z
  .object({ code: z.string(), msg: z.string() })
  .refine(({ code }) => code !== GOOD)
  .transform(({ code, msg }) => ({ text: `${code} ${msg}` }));

/** The `data` of an answer. */
export async function get<T>(ask: Ask, path: string, data: z.ZodType<T>, keep?: Keep): Promise<T> {
  const answer = envelope(z.object({ code: z.literal(GOOD), data }), Refusal);
  return (await ask.json(`${API}/${path}`, answer, keep)).data;
}

/** Product types, all linear but the coin-margined one. */
const TYPES = { "USDT-FUTURES": "linear", "USDC-FUTURES": "linear", "COIN-FUTURES": "inverse" } as const;
type Type = keyof typeof TYPES;

const KINDS: ReadonlyMap<string, Market["kind"]> = new Map([
  ["perpetual", "perpetual"],
  ["delivery", "dated"],
]);

export interface Contract {
  readonly market: Market;
  readonly type: Type;
  readonly fundingHours: number | null;
}

const Quote = z.enum(["USDT", "USDC", "USD"]);
const none = z.literal("").transform(() => null);
const Contracts = z
  .array(z.looseObject({ baseCoin: z.string(), symbolStatus: z.string(), symbolType: z.string() }))
  .transform((rows): unknown[] =>
    rows.filter(
      ({ baseCoin, symbolStatus, symbolType, ...row }) =>
        baseCoin === "BTC" &&
        symbolStatus === "normal" &&
        KINDS.has(symbolType) &&
        Quote.safeParse(row["quoteCoin"]).success,
    ),
  )
  .pipe(
    z.array(
      z.object({
        symbol: z.string().min(1),
        quoteCoin: Quote,
        symbolType: z.string(),
        deliveryTime: z.union([none, millis]),
        fundInterval: z.union([none, positive]),
      }),
    ),
  );

export const unpublished = (detail: string): Gap => ({ why: "unpublished", detail });

async function contractsOf(ask: Ask, type: Type): Promise<readonly Contract[]> {
  const rows = await get(ask, `v2/mix/market/contracts?productType=${type}`, Contracts, { minutes: 60 });
  const contracts = rows.flatMap((row): Contract[] => {
    const { symbol, quoteCoin: quote, deliveryTime: expires } = row;
    const named = { symbol, margin: TYPES[type], quote };
    if (KINDS.get(row.symbolType) === "perpetual") {
      return [{ market: { ...named, kind: "perpetual" }, type, fundingHours: row.fundInterval }];
    }
    if (expires !== null && expires <= ask.now) return [];
    const market: Market = { ...named, kind: "dated", ...(expires === null ? {} : { expires }) };
    return [{ market, type, fundingHours: null }];
  });
  if (contracts.length > 0) return contracts;
  throw new Unavailable({ why: "malformed", at: "data", detail: `no BTC contract of ${type} is trading` });
}

/** One value for each contract; a contract or a product type that fails is named, the others count. */
export const perContract = <T>(
  ask: Ask,
  one: (ask: Ask, contract: Contract) => Promise<T>,
  wanted: (market: Market) => boolean = () => true,
): Promise<Markets<T>> => {
  const all = async (type: Type): Promise<Markets<T>> =>
    families(
      Object.fromEntries(
        (await contractsOf(ask, type))
          .filter(({ market }) => wanted(market))
          .map((contract) => [
            contract.market.symbol,
            async () => ({ of: [{ market: contract.market, value: await one(ask, contract) }], lacking: [] }),
          ]),
      ),
    );
  return families({
    "USDT-FUTURES": () => all("USDT-FUTURES"),
    "USDC-FUTURES": () => all("USDC-FUTURES"),
    "COIN-FUTURES": () => all("COIN-FUTURES"),
  });
};

const MAIN = "BTCUSDT";

/** The perpetual in USDT, where most is traded. */
export async function mainMarket(ask: Ask): Promise<Market> {
  const found = (await contractsOf(ask, "USDT-FUTURES")).find(({ market }) => market.symbol === MAIN);
  if (found === undefined) throw new Unavailable({ why: "malformed", at: "data", detail: `${MAIN} is not trading` });
  return found.market;
}
