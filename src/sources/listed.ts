/**
 * What follows from a venue's own list of contracts: each of them is asked about, and what the venue then does not tell
 * of one that it says is trading is missing, not unpublished.
 */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { Lacking, Market, Markets, OpenInterest, Traded } from "../core/market.ts";
import { nothingHeld } from "../core/plausible/values.ts";
import type { Series } from "../core/series.ts";
import { DAY, later, shift, type Instant } from "../core/time.ts";
import type { UsdPerBtc } from "../core/units.ts";
import { anyRow, millis, type Fields } from "./decode.ts";
import { families, only, unpublished } from "./families.ts";
import { nothing } from "./past.ts";
import type { Ask } from "./source.ts";
import { together } from "./together.ts";

/** A contract of the list; `listed`: since when it is traded, absent where the list does not say. */
export interface Listed {
  readonly market: Market;
  readonly listed?: Instant | undefined;
}

/**
 * Since when a series is due that is asked since `since`: undefined where the list does not tell when a perpetual was
 * listed. A dated contract may go without a trade for days.
 */
export const dueOf = ({ market, listed }: Listed, since: Instant | undefined): Instant | undefined =>
  market.kind === "dated" || listed === undefined || since === undefined ? undefined : later(listed, since);

/** The contracts that are trading, and those of them whose terms we do not know. */
export interface Listing<C extends Listed> {
  readonly contracts: readonly C[];
  readonly lacking: readonly Lacking[];
}

/** With the symbols of all that the list has, trading or not: of the rows that say which of both. */
export interface WholeListing<C extends Listed> extends Listing<C> {
  readonly symbols: ReadonlySet<unknown>;
}

/** A contract in a currency that is not known to be a dollar: no part of what the venue's figures speak for, but named. */
export const otherQuote = (symbol: string, quote: string): Lacking => ({
  what: symbol,
  gap: { why: "malformed", at: "quote", detail: `${quote} is not known to count as USD` },
  minor: true,
  apart: true,
});

/** A contract of a type that the venue did not document: whatever it is, the venue's sum is without it. */
export const otherType = (symbol: string, type: string): Lacking => ({
  what: symbol,
  gap: { why: "malformed", at: "type", detail: `${type} is not known` },
});

interface List<T, U> {
  readonly known: readonly T[];
  readonly others: readonly U[];
  /** The name of every row that says what it is of and whether it is trading, whatever that is. */
  readonly symbols: ReadonlySet<unknown>;
}

/**
 * The rows of Bitcoin: those whose terms are known, read by `row`, and of the others no more than tells which they are.
 * `says` are the fields that `isBitcoin` looks at: a row without one of them is as good as none, and is no part of
 * `symbols`. `name` is the field that names a contract.
 */
export const listOf = <T, U>(
  says: readonly string[],
  isBitcoin: (row: Fields) => boolean,
  isKnown: (row: Fields) => boolean,
  row: z.ZodType<T>,
  other: z.ZodType<U>,
  name = "symbol",
): z.ZodType<List<T, U>> =>
  z
    .array(anyRow)
    .transform((all): { known: unknown[]; others: unknown[]; symbols: Set<unknown> } => {
      const rows = all.filter(isBitcoin);
      const symbols = new Set(
        all.filter((each) => says.every((field) => isTold(each[field]))).map((each) => each[name]),
      );
      return { known: rows.filter(isKnown), others: rows.filter((each) => !isKnown(each)), symbols };
    })
    .pipe(z.object({ known: z.array(row), others: z.array(other), symbols: z.set(z.unknown()) }));

const isTold = (field: unknown): boolean => field !== undefined && field !== null && field !== "";

/**
 * Main perpetuals that the list does not have, for venues where nothing else tells what it lacks. They have been there
 * since before any instant that is asked about: where one is gone, either the list was cut short or the venue has closed it.
 */
export const absentMain = (names: readonly string[], symbols: ReadonlySet<unknown>, list: string): readonly Lacking[] =>
  names
    .filter((name) => !symbols.has(name))
    .map((what) => ({
      what,
      gap: { why: "malformed", at: list, detail: "a main perpetual of the venue, but not among those that trade" },
    }));

/** When a contract was listed. Venues that do not know it have "", "0" or -1: that says nothing. */
export const listingTime = millis.optional().catch(undefined);

/** Whether a contract has been delivered at `now`: the list may have been told before. */
export const isOver = (expires: Instant | null | undefined, now: Instant): boolean =>
  expires !== undefined && expires !== null && expires <= now;

/**
 * Asks `one` of every contract, side by side. What fails is named, of a dated one as minor; see `families`. `more` is what
 * is open beside the list, see `unlisted`.
 */
export async function everyListed<C extends Listed, T>(
  { contracts, lacking: unknown }: Listing<C>,
  one: (contract: C) => Markets<T> | Promise<Markets<T>>,
  more: readonly Lacking[] | Promise<readonly Lacking[]> = [],
): Promise<Markets<T>> {
  const dated = new Set(contracts.flatMap(({ market }) => (market.kind === "dated" ? market.symbol : [])));
  const [{ of, lacking }, beside] = await together([
    families(Object.fromEntries(contracts.map((contract) => [contract.market.symbol, async () => one(contract)]))),
    more,
  ]);
  const named = lacking.map((each): Lacking => (dated.has(each.what) ? { ...each, minor: true } : each));
  return { of, lacking: [...named, ...unknown, ...beside] };
}

/** Those that tell of contracts of these kinds. */
export const ofKinds = (kinds: readonly Market["kind"][], lacking: readonly Lacking[]): readonly Lacking[] =>
  lacking.filter(({ minor }) => kinds.includes(minor === true ? "dated" : "perpetual"));

interface Wanted<F> {
  /** Both, if not said. */
  readonly kinds?: readonly Market["kind"][];
  /** All, if not said. */
  readonly families?: readonly F[];
  /** Since when a series is asked of every perpetual: with what its list says of it, since when it is due. */
  readonly since?: Instant;
  /** What is open in contracts of a family that its list, of these symbols, lacks. */
  readonly beside?: ((ask: Ask, family: F, listed: ReadonlySet<unknown>) => Promise<readonly Lacking[]>) | undefined;
}

/**
 * For a venue that lists its contracts in families: a function that asks one value of each contract that is wanted. A
 * contract or a family that fails is named, the others count. `mixed` may hold perpetuals or not: it is minor where its list
 * was read and has none.
 */
export const perContractOf =
  <F extends string, C extends Listed>(
    all: readonly F[],
    contractsOf: (ask: Ask, family: F) => Promise<WholeListing<C>>,
    mixed?: F,
  ) =>
  <T>(
    ask: Ask,
    one: (ask: Ask, contract: C) => Promise<T>,
    { kinds = ["perpetual", "dated"], families: some = all, since, beside }: Wanted<F> = {},
  ): Promise<Markets<T>> => {
    const minor = new Set<string>();
    const inFamily = async (family: F): Promise<Markets<T>> => {
      const { contracts, lacking, symbols } = await contractsOf(ask, family);
      const asked = contracts.filter(({ market }) => kinds.includes(market.kind));
      if (family === mixed && asked.every(({ market }) => market.kind === "dated")) minor.add(family);
      return everyListed(
        { contracts: asked, lacking },
        async (contract) => only(contract.market, await one(ask, contract), dueOf(contract, since)),
        beside?.(ask, family, symbols).then((more) => ofKinds(kinds, more)),
      );
    };
    return families(Object.fromEntries(some.map((family) => [family, () => inFamily(family)])), (family) =>
      minor.has(family),
    );
  };

/** The price of what a contract holds; throws where there is none. Where nothing is held either, that is what is said. */
export function priceOfHeld(ask: Ask, count: number, price: UsdPerBtc | null, at: string): UsdPerBtc {
  if (price !== null) return price;
  throw count === 0 ? new Unavailable(nothingHeld()) : nothing(ask, at, "no price");
}

/** What `OpenInterest` says of an index that a venue gives beside the price. */
export const indexOf = (index: UsdPerBtc | null, at: string): Pick<OpenInterest, "index" | "noIndex"> =>
  index === null ? { noIndex: { why: "malformed", at, detail: "no index" } } : { index };

/**
 * What it means that a contract has no bar at all: nothing where it is dated, which may go without a trade, or where a
 * perpetual was listed within a day. A perpetual of the list that was traded before is missing.
 */
export function noBar(ask: Ask, { market, listed }: Listed, at: string): Unavailable {
  const detail = "no bar";
  if (market.kind === "dated") return new Unavailable(unpublished(detail));
  return isSince(shift(ask.now, -DAY), listed) ? justListed() : nothing(ask, at, detail);
}

/** A contract's bars of trading; throws where it has none, see `noBar`. */
export function anyBars(ask: Ask, contract: Listed, bars: Series<Traded>, at: string): Series<Traded> {
  if (bars.length === 0) throw noBar(ask, contract, at);
  return bars;
}

const isSince = (from: Instant, listed: Instant | undefined): boolean => listed !== undefined && listed > from;
const justListed = (): Unavailable => new Unavailable(unpublished("listed too lately"));
