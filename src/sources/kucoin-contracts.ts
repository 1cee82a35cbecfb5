/** How KuCoin is asked, its XBT contracts that are open, and what one lot of each is worth. The quirks are listed in kucoin.ts. */
import { z } from "zod";
import type { Market, Markets } from "../core/market.ts";
import type { Instant } from "../core/time.ts";
import { ofBtc, ofUsd, type Quantity } from "../core/units.ts";
import { decimal, envelope, level, millis, positive, priceIfAny } from "./decode.ts";
import { only } from "./families.ts";
import {
  absentMain,
  dueOf,
  everyListed,
  isOver,
  listOf,
  otherQuote,
  otherType,
  type Listed,
  type Listing,
} from "./listed.ts";
import type { Ask } from "./source.ts";

export const CLASSIC = "https://api-futures.kucoin.com/api/v1";
export const UNIFIED = "https://api.kucoin.com/api/ua/v1";
const GOOD = "200000";

export const answer = <T>(data: z.ZodType<T>): z.ZodType<T> =>
  envelope(
    z.object({ code: z.literal(GOOD), data }).transform((body) => body.data),
    z
      .object({ code: z.string(), msg: z.string().optional() })
      .refine(({ code }) => code !== GOOD)
      .transform(({ code, msg }) => ({ text: `${code} ${msg ?? ""}`.trim() })),
  );

const KINDS: ReadonlyMap<unknown, Market["kind"]> = new Map([
  ["FFWCSX", "perpetual"],
  ["FFICSX", "dated"],
]);
const Quote = z.enum(["USDT", "USDC", "USD"]);
const Row = z
  .object({
    symbol: z.string().min(1),
    type: z.string(),
    quoteCurrency: Quote,
    isInverse: z.boolean(),
    multiplier: decimal,
    firstOpenDate: millis,
    expireDate: millis.nullish(),
    openInterest: level.nullish(),
    volumeOf24h: level.nullish(),
    markPrice: priceIfAny,
    indexPrice: priceIfAny,
    fundingFeeRate: decimal.nullish(),
    fundingRateGranularity: positive.nullish(),
  })
  .refine(({ isInverse, multiplier }) => (isInverse ? Math.abs(multiplier) === 1 : multiplier > 0), {
    path: ["multiplier"],
    message: "expected -1 for an inverse contract, else a number above 0",
  });
type Row = z.infer<typeof Row>;
const Contracts = answer(
  listOf(
    ["baseCurrency", "status"],
    (row) => row["baseCurrency"] === "XBT" && row["status"] === "Open",
    (row) => KINDS.has(row["type"]) && Quote.safeParse(row["quoteCurrency"]).success,
    Row,
    z.object({ symbol: z.string(), type: z.string(), quoteCurrency: z.string() }),
  ).refine(({ known }) => known.length > 0, "expected a contract of XBT"),
);

/** The documented ones. No other answer of all contracts tells whether one of them is missing in the list. */
const PERPETUALS = ["XBTUSDTM", "XBTUSDCM", "XBTUSDM"];

export interface Contract extends Listed {
  readonly listed: Instant;
  readonly each: Quantity;
  readonly row: Row;
}

/** The contracts that are open. */
async function contractsOf(ask: Ask): Promise<Listing<Contract>> {
  const { known, others, symbols } = await ask.json(`${CLASSIC}/contracts/active`, Contracts);
  const contracts = known
    .map(contractOf)
    .filter(({ market, listed }) => listed <= ask.now && !isOver(market.expires, ask.now));
  const lacking = others.map(({ symbol, type, quoteCurrency }) =>
    KINDS.has(type) ? otherQuote(symbol, quoteCurrency) : otherType(symbol, type),
  );
  return { contracts, lacking: [...lacking, ...absentMain(PERPETUALS, symbols, "contracts/active")] };
}

function contractOf(row: Row): Contract {
  const { symbol, isInverse, quoteCurrency: quote, multiplier, firstOpenDate: listed } = row;
  const kind = KINDS.get(row.type) ?? "dated";
  const expires = row.expireDate ?? null;
  const market: Market = {
    symbol,
    kind,
    margin: isInverse ? "inverse" : "linear",
    quote,
    ...(expires === null ? {} : { expires }),
  };
  return { market, listed, each: isInverse ? ofUsd(1) : ofBtc(multiplier), row };
}

/**
 * One value for each contract; a contract that fails is named, the others count. A series that is asked since `since` is
 * due since then, or since its contract was listed.
 */
export async function perContract<T>(
  ask: Ask,
  one: (ask: Ask, contract: Contract) => T | Promise<T>,
  {
    kinds = ["perpetual", "dated"],
    since,
  }: { readonly kinds?: readonly Market["kind"][]; readonly since?: Instant } = {},
): Promise<Markets<T>> {
  const { contracts, lacking } = await contractsOf(ask);
  const asked = contracts.filter(({ market }) => kinds.includes(market.kind));
  return everyListed({ contracts: asked, lacking }, async (contract) =>
    only(contract.market, await one(ask, contract), dueOf(contract, since)),
  );
}
