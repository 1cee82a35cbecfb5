/** How Gate is asked, its BTC contracts that are trading, and what one of each is worth. The quirks are listed in gate.ts. */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Market, Markets } from "../core/market.ts";
import type { Instant } from "../core/time.ts";
import { ofBtc, ofUsd, ratio, type Quantity } from "../core/units.ts";
import { decimal, level, ownRows, positive, priceIfAny, seconds } from "./decode.ts";
import { families, unpublished } from "./families.ts";
import { everyListed, isOver } from "./listed.ts";
import type { Ask } from "./source.ts";

export const API = "https://api.gateio.ws/api/v4";

export const LINEAR = {
  symbol: "BTC_USDT",
  margin: "linear",
  quote: "USDT",
  type: "direct",
  path: "futures/usdt",
} as const;
const INVERSE = { symbol: "BTC_USD", margin: "inverse", quote: "USD", type: "inverse", path: "futures/btc" } as const;
type Listed = typeof LINEAR | typeof INVERSE;
const DELIVERY = "delivery/usdt";

const quoted = {
  mark_price: priceIfAny,
  index_price: priceIfAny,
  position_size: level.nullish(),
};
/** Of a contract that is made anew only the launch is that of its trading. What is no time says nothing. */
const listedAt = seconds.optional().catch(undefined);
const Perpetual = z.object({
  ...quoted,
  quanto_multiplier: level,
  funding_rate: decimal.transform(ratio),
  funding_interval: positive,
  status: z.string(),
  in_delisting: z.boolean(),
  launch_time: listedAt,
  create_time: listedAt,
});
const Dated = ownRows(
  (row) => row["underlying"] === LINEAR.symbol && row["in_delisting"] === false,
  z.object({ ...quoted, name: z.string(), quanto_multiplier: positive, expire_time: seconds }),
);

export interface Contract {
  readonly market: Market;
  readonly listed?: Instant | undefined;
  readonly path: string;
  readonly each: Quantity;
  readonly row: Pick<z.infer<typeof Perpetual>, keyof typeof quoted>;
  readonly funding?: Pick<z.infer<typeof Perpetual>, "funding_rate" | "funding_interval">;
}

export async function perpetual(ask: Ask, { symbol, margin, quote, type, path }: Listed): Promise<Contract> {
  const own = Perpetual.extend({ name: z.literal(symbol), type: z.literal(type) });
  const row = await ask.json(`${API}/${path}/contracts/${symbol}`, own);
  if (row.status !== "trading" || row.in_delisting) {
    throw new Unavailable(unpublished(row.in_delisting ? "in delisting" : row.status));
  }
  if (margin === "linear" && row.quanto_multiplier === 0) {
    throw new Unavailable({ why: "malformed", at: "quanto_multiplier", detail: "expected a number above 0" });
  }
  const each = margin === "linear" ? ofBtc(row.quanto_multiplier) : ofUsd(1);
  const listed = row.launch_time ?? row.create_time;
  return { market: { symbol, kind: "perpetual", margin, quote }, listed, path, each, row, funding: row };
}

async function dated(ask: Ask): Promise<readonly Contract[]> {
  const rows = await ask.json(`${API}/${DELIVERY}/contracts`, Dated);
  if (rows.length === 0) throw new Unavailable({ why: "malformed", at: "body", detail: "no BTC contract is listed" });
  return rows
    .filter(({ expire_time: expires }) => !isOver(expires, ask.now))
    .map(({ name: symbol, expire_time: expires, quanto_multiplier, ...row }) => ({
      market: { symbol, kind: "dated", margin: "linear", quote: "USDT", expires },
      path: DELIVERY,
      each: ofBtc(quanto_multiplier),
      row,
    }));
}

export type One<T> = (ask: Ask, contract: Contract) => Markets<T> | Promise<Markets<T>>;

export const perpetuals = <T>(ask: Ask, one: One<T>): Promise<Markets<T>> =>
  families(
    Object.fromEntries(
      [LINEAR, INVERSE].map((listed) => [listed.symbol, async () => one(ask, await perpetual(ask, listed))]),
    ),
  );

export const everyContract = <T>(ask: Ask, one: One<T>): Promise<Markets<T>> =>
  families(
    {
      perpetuals: () => perpetuals(ask, one),
      delivery: async () => everyListed({ contracts: await dated(ask), lacking: [] }, (contract) => one(ask, contract)),
    },
    (family) => family === "delivery",
  );
