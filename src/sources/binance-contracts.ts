/**
 * The BTC contracts of Binance's two futures families and what their numbers count: USD-M is linear and counts BTC,
 * COIN-M is inverse and counts contracts of 100 USD. The live API and the archive use the same units.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Lacking, Market, PastOpenInterest, Traded } from "../core/market.ts";
import { addMonths, DAY, endOfMonth, HOUR, instant, monthOf, type Instant, type Month } from "../core/time.ts";
import { btc, impliedPrice, ofBtc, ofContracts, ofUsd, usd, type Quantity } from "../core/units.ts";
import { anyRow, decimal, level, millis, positive } from "./decode.ts";
import { sinceDelivery } from "./keep.ts";
import { isOver, listingTime, listOf, otherQuote, otherType, type Listed, type WholeListing } from "./listed.ts";
import type { Ask } from "./source.ts";
import { dayNamed, unlisted } from "./unlisted.ts";

export const USD_M = {
  name: "USD-M",
  margin: "linear",
  v1: "https://fapi.binance.com/fapi/v1",
  statistics: "https://fapi.binance.com/futures/data",
} as const;
export const COIN_M = {
  name: "COIN-M",
  margin: "inverse",
  v1: "https://dapi.binance.com/dapi/v1",
  statistics: "https://dapi.binance.com/futures/data",
} as const;
export type Family = typeof USD_M | typeof COIN_M;

export const BTCUSDT: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };
export const BTCUSD_PERP: Market = { symbol: "BTCUSD_PERP", kind: "perpetual", margin: "inverse", quote: "USD" };

/** 2021-07-08, a day of which BTCUSD_PERP has a file in the archive: its volume is asked without a list of contracts. */
export const KNOWN_COIN_M = instant(1_625_702_400_000);

/** `contractSize` of every BTC contract of COIN-M; those of other coins are of 10 USD. */
const CONTRACT_USD = 100;

/** Open interest as stated: BTC, or contracts of 100 USD. One long and one short are one contract. */
export const sizeOf = (margin: Market["margin"], count: number): Quantity =>
  margin === "linear" ? ofBtc(count) : ofContracts(count, ofUsd(CONTRACT_USD));

/** `sumOpenInterest` with `sumOpenInterestValue`, which is USDT in USD-M and BTC in COIN-M: together they tell the price. */
export function sampleOf(margin: Market["margin"], count: number, value: number): PastOpenInterest {
  const price =
    margin === "linear" ? impliedPrice(usd(value), btc(count)) : impliedPrice(usd(count * CONTRACT_USD), btc(value));
  return { size: sizeOf(margin, count), ...(price === null ? {} : { price }) };
}

/**
 * A kline, from REST or the archive: open time, open, high, low, close, volume, close time, and at index 7 what
 * USD-M calls quote volume (USDT; `volume` is BTC) and COIN-M base asset volume (BTC; `volume` is contracts).
 */
export const Kline = z
  .tuple([millis, positive, positive, positive, positive, level, millis, level])
  .rest(z.unknown())
  .transform(([at, open, high, low, close, volume, last, other]) => ({
    at,
    until: instant(last + 1),
    open,
    high,
    low,
    close,
    volume,
    other,
  }));

/** What a kline says was traded. */
export function tradedIn(margin: Market["margin"], bar: z.infer<typeof Kline>): Traded {
  const [inBtc, inUsd] = margin === "linear" ? [bar.volume, bar.other] : [bar.other, bar.volume * CONTRACT_USD];
  return { until: bar.until, btc: btc(inBtc), usd: usd(inUsd), typical: null };
}

/** The same of a month's kline. A bar that is no UTC month is refused: months are added up as they come. */
export function tradedInMonth(margin: Market["margin"], bar: z.infer<typeof Kline>): Traded {
  if (bar.until !== endOfMonth(monthOf(bar.at))) {
    throw new Unavailable({ why: "malformed", at: "close time", detail: `the bar of ${monthOf(bar.at)} is no month` });
  }
  return tradedIn(margin, bar);
}

const TYPES = ["PERPETUAL", "CURRENT_QUARTER", "NEXT_QUARTER"] as const;
export type ContractType = (typeof TYPES)[number];
/** USD1 is a dollar stablecoin of its own. */
const QUOTES = { USD: "USD", USDT: "USDT", USDC: "USDC", USD1: "USD" } as const;
const Quote = z.enum(["USD", "USDT", "USDC", "USD1"]);

export interface Contract extends Listed {
  readonly type: ContractType;
}

const isType = (type: unknown): boolean => TYPES.some((known) => known === type);
/** The list of a family, in which this field says whether a contract is trading. */
const listIn = (status: string) =>
  z.object({
    symbols: listOf(
      ["baseAsset", status],
      (row) => row["baseAsset"] === "BTC" && row[status] === "TRADING",
      (row) => isType(row["contractType"]) && Quote.safeParse(row["quoteAsset"]).success,
      z.object({
        symbol: z.string(),
        quoteAsset: Quote,
        contractType: z.enum(TYPES),
        contractSize: decimal.optional(),
        onboardDate: listingTime,
        // Perpetuals carry the year 2100, which is no instant of the market.
        deliveryDate: z.union([millis, decimal.transform(() => null)]),
      }),
      z.object({ symbol: z.string(), quoteAsset: z.string(), contractType: z.string() }),
    ),
  });
const Lists = { linear: listIn("status"), inverse: listIn("contractStatus") } as const;
type Row = z.infer<typeof Lists.linear>["symbols"]["known"][number];

/** The BTC contracts that are trading. BTCDOM and the like are other base assets, settling contracts another status. */
export async function contractsOf(ask: Ask, family: Family): Promise<WholeListing<Contract>> {
  const { symbols } = await ask.json(`${family.v1}/exchangeInfo`, Lists[family.margin], sinceDelivery(ask));
  const contracts = symbols.known
    .filter(({ deliveryDate }) => !isOver(deliveryDate, ask.now))
    .map((row) => contractOf(row, family));
  if (contracts.length === 0) throw malformed("symbols", `no BTC contract of ${family.name} is trading`);
  const lacking = symbols.others.map(({ symbol, contractType, quoteAsset }) =>
    isType(contractType) ? otherQuote(symbol, quoteAsset) : otherType(symbol, contractType),
  );
  return { contracts, lacking, symbols: symbols.symbols };
}

/** Prices of all contracts of a family, of COIN-M those of Bitcoin. */
export const premiumsOf = ({ v1, margin }: Family): string =>
  `${v1}/premiumIndex${margin === "linear" ? "" : "?pair=BTCUSD"}`;

/** What contracts of BTC are called, dated ones with the day of their delivery. */
const NAMES: Readonly<Record<Market["margin"], RegExp>> = {
  linear: /^BTC(?:USDT|USDC|USD1|USD)(?<dated>_\d{6})?$/,
  inverse: /^BTCUSD_(?:PERP|(?<dated>\d{6}))$/,
};
const Premiums = z.array(anyRow);

/** What has a price beside the list. Open interest is told of one contract at a time. */
export async function priced(ask: Ask, family: Family, listed: ReadonlySet<unknown>): Promise<readonly Lacking[]> {
  return unlisted(ask, {
    rows: await ask.json(premiumsOf(family), Premiums),
    field: "symbol",
    name: NAMES[family.margin],
    listed,
    read: ({ markPrice: open }, dated) => ({ open, expires: dayNamed(dated) }),
    list: "exchangeInfo",
    shows: "a price",
  });
}

function contractOf(row: Row, { margin }: Family): Contract {
  const { symbol, contractType: type, contractSize, deliveryDate: expires, onboardDate: listed } = row;
  if (margin === "inverse" && contractSize !== CONTRACT_USD) {
    throw malformed(`contractSize of ${symbol}`, `expected ${CONTRACT_USD}, found ${contractSize ?? "none"}`);
  }
  const named = { symbol, margin, quote: QUOTES[row.quoteAsset] };
  if (type === "PERPETUAL") return { type, listed, market: { ...named, kind: "perpetual" } };
  if (expires === null) throw malformed(`deliveryDate of ${symbol}`, "expected an instant");
  return { type, listed, market: { ...named, kind: "dated", expires } };
}

const malformed = (at: string, detail: string): Unavailable => new Unavailable({ why: "malformed", at, detail });

/** 08:00Z of the last Friday of a month. Day 1 of the epoch was a Friday. */
function deliveryOf(month: Month): Instant {
  const lastDay = endOfMonth(month) / DAY - 1;
  return instant((lastDay - ((lastDay - 1) % 7)) * DAY + 8 * HOUR);
}

/** The last quarterly delivery before `at`: March, June, September, December. */
export function deliveryBefore(at: Instant): Instant {
  let month = monthOf(at);
  while (Number(month.slice(5)) % 3 !== 0 || deliveryOf(month) >= at) month = addMonths(month, -1);
  return deliveryOf(month);
}

/** The first one after `at`. */
export function deliveryAfter(at: Instant): Instant {
  let month = monthOf(at);
  while (Number(month.slice(5)) % 3 !== 0 || deliveryOf(month) <= at) month = addMonths(month, 1);
  return deliveryOf(month);
}

/**
 * Since when the contract has been what its type says. A quarterly moves up when the one before it is delivered, so
 * figures that Binance keeps by type belong to another contract before that.
 */
export function heldSince({ market, type }: Contract): Instant | null {
  if (market.expires === undefined || type === "PERPETUAL") return null;
  const before = deliveryBefore(market.expires);
  return type === "CURRENT_QUARTER" ? before : deliveryBefore(before);
}
