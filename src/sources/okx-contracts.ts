/** How OKX is asked, and its live BTC contracts with what one of each is worth. The quirks are listed in okx.ts. */
import { z } from "zod";
import { Unavailable, type Gap } from "../core/gap.ts";
import { nothingHeld } from "../core/plausible/values.ts";
import { floorTo, shift, type Instant } from "../core/time.ts";
import {
  btc,
  impliedPrice,
  inBtc,
  ofBtc,
  ofContracts,
  ofUsd,
  usd,
  type Quantity,
  type UsdPerBtc,
} from "../core/units.ts";
import { envelope, millis, ownRows, positive } from "./decode.ts";
import { sinceDelivery } from "./keep.ts";
import { isOver, listingTime, listOf, otherQuote, perContractOf, type Listed, type WholeListing } from "./listed.ts";
import type { Ask, Keep } from "./source.ts";
import { together } from "./together.ts";

/** The documented host first. The older one is asked what the first one will not answer. */
export const HOSTS = ["openapi.okx.com", "www.okx.com"] as const;

const Refusal = z
  .object({ code: z.string(), msg: z.string() })
  .refine(({ code }) => code !== "0")
  .transform(({ code, msg }) => ({ text: `${code} ${msg}`.trim() }));

/** Whether a gap says that this host does not serve us, which another one may. */
const refusesUs = (gap: Gap): boolean =>
  gap.why === "unreachable" || (gap.why === "refused" && ([403, 404, 451].includes(gap.status) || gap.status >= 500));

/** The `data` of an answer. */
export const answer = <T>(data: z.ZodType<T>): z.ZodType<T> =>
  envelope(
    z.object({ code: z.literal("0"), data }).transform((body) => body.data),
    Refusal,
  );

/** What an answer tells. */
export async function get<T>(ask: Ask, path: string, told: z.ZodType<T>, keep?: Keep): Promise<T> {
  const from = (host: string): Promise<T> => ask.json(`https://${host}/api/v5/${path}`, told, keep);
  try {
    return await from(HOSTS[0]);
  } catch (error) {
    if (error instanceof Unavailable && refusesUs(error.gap)) return from(HOSTS[1]);
    throw error;
  }
}

/** The rows of one contract out of an answer about all. */
export const rowsOf = <T>(symbol: string, row: z.ZodType<T>): z.ZodType<T[]> =>
  answer(ownRows((each) => each["instId"] === symbol, row));

/** Pages of closed bars, newest first, each asked by its end. All but the first are kept for ever. */
export async function pages<T>(
  ask: Ask,
  ends: readonly Instant[],
  path: (end: Instant) => string,
  told: z.ZodType<readonly T[]>,
  newest: Keep,
): Promise<readonly T[]> {
  const answers = await together(ends.map((end, index) => get(ask, path(end), told, index === 0 ? newest : "forever")));
  return answers.flat();
}

/**
 * Ends of pages of `count` bars that reach back to `from`. The first is the end of the last closed bar; the others lie
 * on a grid fixed since the epoch, at least a bar before it, so that later runs ask the same.
 */
export function pageEnds(now: Instant, bar: number, count: number, from: Instant): readonly Instant[] {
  const last = floorTo(now, bar);
  const ends = [last];
  const page = bar * count;
  for (let end = floorTo(shift(last, -bar), page); end >= from; end = shift(end, -page)) ends.push(end);
  return ends;
}

/** Ends of pages of `page` milliseconds that cover [from, until), on the same grid; none where that is empty. */
export function endsBetween(from: Instant, until: Instant, page: number): readonly Instant[] {
  const ends: Instant[] = [];
  if (from >= until) return ends;
  for (let start = floorTo(from, page); start < until; start = shift(start, page)) ends.push(shift(start, page));
  return ends;
}

/** Perpetuals, and what OKX calls expiry futures. */
export type Kind = "SWAP" | "FUTURES";

export interface Contract extends Listed {
  /** What one contract is worth. */
  readonly each: Quantity;
  readonly kind: Kind;
  readonly family: string;
}

/** The indices of Bitcoin in a currency that counts as USD, exactly: a contract's name is not looked at. */
const QUOTES = { "BTC-USDT": "USDT", "BTC-USDC": "USDC", "BTC-USD": "USD" } as const;
const Underlying = z.enum(["BTC-USDT", "BTC-USDC", "BTC-USD"]);

const Instrument = z.object({
  instId: z.string(),
  instFamily: z.string(),
  uly: Underlying,
  ctType: z.enum(["linear", "inverse"]),
  ctVal: positive,
  ctMult: positive,
  ctValCcy: z.enum(["BTC", "USD"]),
  ruleType: z.string(),
  // Empty for a perpetual that is not being delisted.
  expTime: z.union([millis, z.literal("").transform(() => undefined)]),
  listTime: listingTime,
});
/** Contracts that are not live yet have empty fields. */
const Instruments = answer(
  listOf(
    ["uly", "state"],
    (row) => row["state"] === "live" && String(row["uly"]).startsWith("BTC-"),
    (row) => Underlying.safeParse(row["uly"]).success,
    Instrument,
    z.object({ instId: z.string(), uly: z.string() }),
    "instId",
  ),
);

/** The BTC contracts of one kind that are traded. */
async function contractsOf(ask: Ask, kind: Kind): Promise<WholeListing<Contract>> {
  const path = `public/instruments?instType=${kind}`;
  const { known, others, symbols } = await get(ask, path, Instruments, sinceDelivery(ask));
  const live = known.filter(({ expTime }) => !isOver(expTime, ask.now));
  if (live.length === 0) {
    throw new Unavailable({ why: "malformed", at: "data", detail: `no BTC contract of ${kind} is live` });
  }
  const contracts = live.map((row): Contract => {
    const worth = row.ctVal * row.ctMult;
    const named = { symbol: row.instId, margin: row.ctType, quote: QUOTES[row.uly] };
    const perpetual = kind === "SWAP" || row.ruleType === "xperp";
    return {
      market: perpetual
        ? { ...named, kind: "perpetual" }
        : { ...named, kind: "dated", ...(row.expTime === undefined ? {} : { expires: row.expTime }) },
      each: row.ctValCcy === "BTC" ? ofBtc(worth) : ofUsd(worth),
      kind,
      family: row.instFamily,
      listed: row.listTime,
    };
  });
  const lacking = others.map(({ instId, uly }) => otherQuote(instId, uly.slice("BTC-".length)));
  return { contracts, lacking, symbols };
}

export const sizeOf = (contract: Contract, count: number): Quantity => ofContracts(count, contract.each);

/**
 * Size as OKX counts it, and the price that its own two conversions imply. Those of a linear contract must agree with
 * what the instrument list says a contract is worth: a wrong contract size is the mistake that nothing else shows.
 */
export function held(
  contract: Contract,
  oi: number,
  oiCcy: number,
  oiUsd: number,
): { size: Quantity; price: UsdPerBtc } {
  const size = sizeOf(contract, oi);
  const price = impliedPrice(usd(oiUsd), btc(oiCcy));
  if (oi === 0 || price === null) {
    throw new Unavailable(nothingHeld());
  }
  const own = inBtc(size, price);
  if (contract.market.margin === "linear" && Math.abs(oiCcy / own - 1) > 0.01) {
    throw new Unavailable({ why: "malformed", at: "oiCcy", detail: `${oi} contracts are ${own} BTC, found ${oiCcy}` });
  }
  return { size, price };
}

const MAIN = "BTC-USDT-SWAP";

/** The perpetual in USDT, where most is traded. */
export async function mainContract(ask: Ask): Promise<Contract> {
  const { contracts } = await contractsOf(ask, "SWAP");
  const found = contracts.find(({ market }) => market.symbol === MAIN);
  if (found === undefined) throw new Unavailable({ why: "malformed", at: "data", detail: `${MAIN} is not live` });
  return found;
}

/** One value for each live contract. X-Perps may be among the futures. */
export const perContract = perContractOf<Kind, Contract>(["SWAP", "FUTURES"], contractsOf, "FUTURES");
