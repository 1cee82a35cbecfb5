/** How HTX is asked, its BTC contracts, and what its numbers count. The quirks are listed in htx.ts. */
import { z } from "zod";
import type { Market } from "../core/market.ts";
import { HOUR, parseDay, shift, startOfDay, type Instant } from "../core/time.ts";
import { envelope, millis, positive } from "./decode.ts";
import { sinceDelivery } from "./keep.ts";
import { isOver, listOf, type Listed, type WholeListing } from "./listed.ts";
import type { Ask, Keep } from "./source.ts";

const API = "https://api.hbdm.com";
const GOOD = 200;

const Code = z.union([z.number(), z.string()]);
const refusal = (code: number | string, words: string) => ({ text: `${code} ${words}` });
/** One form for each generation: v1, market data, v3 and v5, and while the venue is being maintained. */
const Refusal = z.union([
  z
    .object({ status: z.literal("error"), err_code: Code, err_msg: z.string() })
    .transform((body) => refusal(body.err_code, body.err_msg)),
  z
    .object({ status: z.literal("error"), "err-code": Code, "err-msg": z.string() })
    .transform((body) => refusal(body["err-code"], body["err-msg"])),
  z
    .object({
      code: z.number().refine((code) => code !== GOOD),
      message: z.string().optional(),
      msg: z.string().optional(),
    })
    .transform((body) => refusal(body.code, body.message ?? body.msg ?? "")),
  z.object({ status: z.literal("maintain") }).transform(() => ({ text: "maintenance" })),
]);

/** The `data` of an answer, and when it was given. */
export const answer = <T>(data: z.ZodType<T>): z.ZodType<{ readonly data: T; readonly ts: Instant }> =>
  envelope(z.object({ data, ts: millis }), Refusal);

/** What an answer tells. */
export const get = <T>(ask: Ask, path: string, told: z.ZodType<T>, keep?: Keep): Promise<T> =>
  ask.json(`${API}${path}`, told, keep);

/**
 * What makes trades count once. Documented: volumes, amounts and turnovers are the "sum of both buy and sell sides";
 * observers find even counts, and an aggregator halves them, too.
 */
export const TRADED_ONCE = 0.5;
/**
 * What makes open interest count each contract once. It is documented in the same words for coin-margined contracts, but
 * there are odd counts (48,419; linear: 10,925; 201,143; 4,385,435), which a sum of two equal sides cannot be.
 */
export const HELD_ONCE = 1;
/** What a coin-margined contract of BTC is worth. */
export const COIN_M_USD = 100;

/** The perpetuals: most is traded in the linear one. */
export const LINEAR: Market = { symbol: "BTC-USDT", kind: "perpetual", margin: "linear", quote: "USDT" };
export const INVERSE: Market = { symbol: "BTC-USD", kind: "perpetual", margin: "inverse", quote: "USD" };

const SETTLEMENT = 8 * HOUR;

/** A coin-margined contract as its code names it: BTC-USD, BTC220930 (settles at 08:00Z). Null for a code of another form. */
export function coinMarket(symbol: string): Market | null {
  if (symbol === INVERSE.symbol) return INVERSE;
  const [, year = "", month = "", day = ""] = /^BTC(\d{2})(\d{2})(\d{2})$/.exec(symbol) ?? [];
  const settles = parseDay(`20${year}-${month}-${day}`);
  if (settles === null) return null;
  const expires = shift(startOfDay(settles), SETTLEMENT);
  return { symbol, kind: "dated", margin: "inverse", quote: "USD", expires };
}

const Contracts = answer(
  listOf(
    ["symbol", "pair", "contract_status"],
    (row) => row["symbol"] === "BTC" && row["pair"] === LINEAR.symbol && row["contract_status"] === 1,
    () => true,
    z.object({
      contract_code: z.string().min(1),
      contract_size: positive,
      business_type: z.enum(["swap", "futures"]),
      delivery_time: z.union([millis, z.literal("")]),
    }),
    z.never(),
    "contract_code",
  ).refine(({ known }) => known.length > 0, "expected a contract of BTC-USDT"),
);

interface Linear extends Listed {
  /** BTC that a contract is worth. */
  readonly worth: number;
}

/** The linear contracts that are trading. */
export async function linearContracts(ask: Ask): Promise<WholeListing<Linear>> {
  const path = `/linear-swap-api/v1/swap_contract_info?pair=${LINEAR.symbol}&business_type=all`;
  const { data } = await get(ask, path, Contracts, sinceDelivery(ask));
  const trading = data.known.filter((row) => row.delivery_time === "" || !isOver(row.delivery_time, ask.now));
  const contracts = trading.map((row): Linear => {
    const worth = row.contract_size;
    if (row.business_type === "swap") return { market: LINEAR, worth };
    const dated = { symbol: row.contract_code, kind: "dated", margin: "linear", quote: "USDT" } as const;
    return { market: row.delivery_time === "" ? dated : { ...dated, expires: row.delivery_time }, worth };
  });
  return { contracts, lacking: [], symbols: data.symbols };
}
