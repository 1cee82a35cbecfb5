/** How Bitget is asked, and its BTC contracts that are trading. The quirks are listed in bitget.ts. */
import { z } from "zod";
import { Unavailable, type Gap } from "../core/gap.ts";
import type { Lacking, Market, Markets } from "../core/market.ts";
import { envelope, millis, positive } from "./decode.ts";
import { families } from "./families.ts";
import { sinceDelivery } from "./keep.ts";
import { everyListed, isOver, listingTime, otherQuote, otherType, type Listed, type Listing } from "./listed.ts";
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

export interface Contract extends Listed {
  readonly type: Type;
  readonly fundingHours: number | null;
}

const Quote = z.enum(["USDT", "USDC", "USD"]);
const none = z.literal("").transform(() => null);
const Contracts = z
  .array(z.looseObject({ baseCoin: z.string(), symbolStatus: z.string() }))
  .transform((rows): unknown[] => rows.filter((row) => row.baseCoin === "BTC" && row.symbolStatus === "normal"))
  .pipe(
    z.array(
      z.object({
        symbol: z.string().min(1),
        quoteCoin: z.string(),
        symbolType: z.string(),
        deliveryTime: z.union([none, millis]),
        fundInterval: z.union([none, positive]),
        launchTime: listingTime,
      }),
    ),
  );

export const unpublished = (detail: string): Gap => ({ why: "unpublished", detail });

async function contractsOf(ask: Ask, type: Type): Promise<Listing<Contract>> {
  const rows = await get(ask, `v2/mix/market/contracts?productType=${type}`, Contracts, sinceDelivery(ask));
  const contracts: Contract[] = [];
  const lacking: Lacking[] = [];
  for (const { symbol, symbolType, deliveryTime, fundInterval, launchTime, quoteCoin } of rows) {
    const kind = KINDS.get(symbolType);
    const quote = Quote.safeParse(quoteCoin).data;
    if (isOver(deliveryTime, ask.now)) continue;
    if (kind === undefined) lacking.push(otherType(symbol, symbolType, deliveryTime !== null));
    else if (quote === undefined) lacking.push(otherQuote(symbol, quoteCoin));
    else {
      const named = { symbol, kind, margin: TYPES[type], quote };
      const market = kind === "dated" && deliveryTime !== null ? { ...named, expires: deliveryTime } : named;
      const fundingHours = kind === "perpetual" ? fundInterval : null;
      contracts.push({ market, type, fundingHours, listed: launchTime });
    }
  }
  if (contracts.length > 0) return { contracts, lacking };
  throw new Unavailable({ why: "malformed", at: "data", detail: `no BTC contract of ${type} is trading` });
}

/** One value for each contract; a contract or a product type that fails is named, the others count. */
export const perContract = <T>(
  ask: Ask,
  one: (ask: Ask, contract: Contract) => Promise<T>,
  wanted: (market: Market) => boolean = () => true,
): Promise<Markets<T>> => {
  const all = async (type: Type): Promise<Markets<T>> => {
    const { contracts, lacking } = await contractsOf(ask, type);
    const asked = contracts.filter(({ market }) => wanted(market));
    return everyListed({ contracts: asked, lacking }, async (contract) => ({
      of: [{ market: contract.market, value: await one(ask, contract) }],
      lacking: [],
    }));
  };
  return families({
    "USDT-FUTURES": () => all("USDT-FUTURES"),
    "USDC-FUTURES": () => all("USDC-FUTURES"),
    "COIN-FUTURES": () => all("COIN-FUTURES"),
  });
};

const MAIN = "BTCUSDT";

/** The perpetual in USDT, where most is traded. */
export async function mainMarket(ask: Ask): Promise<Market> {
  const { contracts } = await contractsOf(ask, "USDT-FUTURES");
  const found = contracts.find(({ market }) => market.symbol === MAIN);
  if (found === undefined) throw new Unavailable({ why: "malformed", at: "data", detail: `${MAIN} is not trading` });
  return found.market;
}
