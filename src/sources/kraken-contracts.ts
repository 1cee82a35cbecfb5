/** The BTC contracts of Kraken Futures and what their numbers count. */
import { z } from "zod";
import type { Gap } from "../core/gap.ts";
import type { Lacking, Market, Markets } from "../core/market.ts";
import type { Instant } from "../core/time.ts";
import { ofBtc, ofContracts, ofUsd, type Quantity } from "../core/units.ts";
import { decimal, envelope, isoTime } from "./decode.ts";
import { sinceTheHour } from "./keep.ts";
import { isOver, otherQuote, otherType, type Listed, type Listing } from "./listed.ts";
import { nothing } from "./past.ts";
import type { Ask } from "./source.ts";

export const API = "https://futures.kraken.com/derivatives/api/v3";
export const PF_XBTUSD: Market = { symbol: "PF_XBTUSD", kind: "perpetual", margin: "linear", quote: "USD" };

export const unpublished = (detail: string): Gap => ({ why: "unpublished", detail });
export const only = <T>(market: Market, value: T): Markets<T> => ({ of: [{ market, value }], lacking: [] });

/** PF and FF count BTC, PI and FI contracts of 1 USD. */
export const sizeOf = (market: Market, count: number): Quantity =>
  market.margin === "linear" ? ofBtc(count) : ofContracts(count, ofUsd(1));

/** Errors of the v3 API come with status 200. */
export const answer = <T>(good: z.ZodType<T>): z.ZodType<T> =>
  envelope(
    good,
    z.object({ result: z.literal("error"), error: z.string() }).transform(({ error }) => ({
      status: error === "apiLimitExceeded" ? 429 : 200,
      text: error,
    })),
  );

const KINDS = new Map<string, Market["margin"]>([
  ["flexible_futures", "linear"],
  ["futures_inverse", "inverse"],
]);
const Instrument = z.object({
  symbol: z.string(),
  type: z.string(),
  quote: z.string(),
  // 1 BTC or 1 USD.
  contractSize: decimal.refine((n) => n === 1, "expected contracts of 1"),
  openingDate: isoTime,
  lastTradingTime: isoTime.optional(),
});
const Instruments = answer(
  z.object({
    result: z.literal("success"),
    instruments: z
      .array(z.looseObject({}))
      .transform((rows): unknown[] => rows.filter((row) => row["base"] === "BTC" && row["tradeable"] === true))
      .pipe(z.array(Instrument)),
  }),
);

export interface Contract extends Listed {
  readonly listed: Instant;
}

/** The contracts that are trading. PF_AIXBTUSD is another token: the base must be BTC. */
export async function contractsOf(ask: Ask): Promise<Listing<Contract>> {
  // Contracts end in the afternoon, at another hour in summer.
  const { instruments } = await ask.json(`${API}/instruments`, Instruments, sinceTheHour(ask));
  const contracts: Contract[] = [];
  const lacking: Lacking[] = [];
  for (const { symbol, type, quote, openingDate: listed, lastTradingTime: expires } of instruments) {
    if (listed > ask.now || isOver(expires, ask.now)) continue;
    const margin = KINDS.get(type);
    if (margin === undefined) lacking.push(otherType(symbol, type, expires !== undefined));
    else if (quote !== "USD") lacking.push(otherQuote(symbol, quote));
    else {
      const named = { symbol, margin, quote } as const;
      const market: Market =
        expires === undefined ? { ...named, kind: "perpetual" } : { ...named, kind: "dated", expires };
      contracts.push({ market, listed });
    }
  }
  if (contracts.length > 0) return { contracts, lacking };
  throw nothing(ask, "instruments", "no BTC contract is tradeable");
}
