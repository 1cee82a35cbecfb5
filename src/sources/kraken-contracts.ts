/** The BTC contracts of Kraken Futures and what their numbers count. */
import { z } from "zod";
import type { Lacking, Market } from "../core/market.ts";
import type { Instant } from "../core/time.ts";
import { ofBtc, ofContracts, ofUsd, type Quantity } from "../core/units.ts";
import { anyRow, decimal, envelope, isoTime } from "./decode.ts";
import { sinceTheHour } from "./keep.ts";
import { isOver, listOf, otherQuote, otherType, type Listed, type Listing } from "./listed.ts";
import { nothing } from "./past.ts";
import type { Ask } from "./source.ts";
import { dayNamed, unlisted } from "./unlisted.ts";

export const API = "https://futures.kraken.com/derivatives/api/v3";
export const PF_XBTUSD: Market = { symbol: "PF_XBTUSD", kind: "perpetual", margin: "linear", quote: "USD" };

/** PF and FF count BTC, PI and FI contracts of 1 USD. */
export const sizeOf = (market: Market, count: number): Quantity =>
  market.margin === "linear" ? ofBtc(count) : ofContracts(count, ofUsd(1));

/** Errors of the v3 API come with status 200. */
export const answer = <T>(good: z.ZodType<T>): z.ZodType<T> =>
  envelope(
    good,
    z.object({ result: z.literal("error"), error: z.string() }).transform(({ error: text }) => ({ text })),
  );

const KINDS: ReadonlyMap<unknown, Market["margin"]> = new Map([
  ["flexible_futures", "linear"],
  ["futures_inverse", "inverse"],
] as const);
const named = { symbol: z.string(), type: z.string() };
/** Options and indices are in the same list. */
const Instruments = answer(
  z.object({
    result: z.literal("success"),
    instruments: listOf(
      ["base", "tradeable", "type"],
      (row) => row["base"] === "BTC" && row["tradeable"] === true && String(row["type"]).includes("futures"),
      (row) => KINDS.has(row["type"]) && row["quote"] === "USD",
      z.object({
        ...named,
        quote: z.literal("USD"),
        // 1 BTC or 1 USD.
        contractSize: decimal.refine((n) => n === 1, "expected contracts of 1"),
        openingDate: isoTime,
        lastTradingTime: isoTime.optional(),
      }),
      z.object({ ...named, quote: z.string() }),
    ),
  }),
);

export interface Contract extends Listed {
  readonly listed: Instant;
}

/** The contracts that are trading. PF_AIXBTUSD is another token: the base must be BTC. */
export async function contractsOf(ask: Ask): Promise<Listing<Contract>> {
  // Contracts end in the afternoon, at another hour in summer.
  const { instruments } = await ask.json(`${API}/instruments`, Instruments, sinceTheHour(ask));
  const contracts = instruments.known.flatMap((row): Contract[] => {
    const { symbol, type, quote, openingDate: listed, lastTradingTime: expires } = row;
    const margin = KINDS.get(type);
    if (margin === undefined || listed > ask.now || isOver(expires, ask.now)) return [];
    const terms = { symbol, margin, quote };
    const market: Market =
      expires === undefined ? { ...terms, kind: "perpetual" } : { ...terms, kind: "dated", expires };
    return [{ market, listed }];
  });
  const lacking = instruments.others.map(({ symbol, type, quote }) =>
    KINDS.has(type) ? otherQuote(symbol, quote) : otherType(symbol, type),
  );
  if (contracts.length > 0) return { contracts, lacking };
  throw nothing(ask, "instruments", "no BTC contract is tradeable");
}

/** What contracts of BTC are called, dated ones with the day of their delivery: PF_AIXBTUSD is of another token. */
const NAME = /^(?:P[FI]_XBTUSD|F[FI]_XBTUSD_(?<dated>\d{6}))$/;
const Tickers = answer(z.object({ result: z.literal("success"), tickers: z.array(anyRow) }));

/** What is open beside the list. */
export async function beside(ask: Ask, { contracts, lacking }: Listing<Contract>): Promise<readonly Lacking[]> {
  const { tickers: rows } = await ask.json(`${API}/tickers`, Tickers);
  return unlisted(ask, {
    rows,
    field: "symbol",
    name: NAME,
    listed: new Set([...contracts.map(({ market }) => market.symbol), ...lacking.map(({ what }) => what)]),
    read: ({ openInterest: open, suspended }, dated) =>
      suspended === true ? null : { open, expires: dayNamed(dated) },
    list: "instruments",
  });
}
