/** One venue under every assumption of the liquidation map. */
import { bookOf, quantityIn, usdIn, type Book } from "./cohorts.ts";
import { sweptOver, type Sides, type Span } from "./calibration.ts";
import { ladderOf, livingBetween, livingWhere, type Ladder, type Rules } from "./ladder.ts";
import { assumptions, profiles } from "./leverage-profiles.ts";
import type { Side } from "./liquidation-price.ts";
import { historyOf, type History, type Hole } from "./map-history.ts";
import type { Candle } from "./market.ts";
import type { Amount } from "./panel.ts";
import type { Series } from "./series.ts";
import { btc, ratio, usd, type Btc, type Ratio, type Usd, type UsdPerBtc } from "./units.ts";

export interface MapVenue {
  readonly id: string;
  readonly rules: Rules;
  /** The last days of `candles` are of five minutes. */
  readonly fine?: boolean;
  /** Closed bars of one contract, hourly ones but for those. */
  readonly candles: Series<Candle>;
  readonly openInterest: Series<Amount>;
}

export interface Modelled {
  readonly id: string;
  readonly fine: boolean;
  /** At the end of the history, at the price asked about. */
  readonly openInterest: Usd;
  /** Part of it that was opened before its history begins: the mean over sides and assumptions. */
  readonly seedShare: Ratio;
  readonly holes: readonly Hole[];
  /** In the span that was asked about, under one set of assumptions; null where the bars do not tell all of it. */
  readonly swept: Sides | null;
  readonly longs: Sided;
  readonly shorts: Sided;
}
interface Sided {
  readonly ladder: Ladder;
  /** One for each assumption. */
  readonly books: readonly Book[];
}

/** Of the open interest: with more in the seed the map would show what was assumed about it. */
const MOST_SEED = 0.25;

/** Null where the history is too short: less than three weeks, or too much of the open interest is older. */
export function modelled(
  { id, rules, candles, openInterest, fine = false }: MapVenue,
  price: UsdPerBtc,
  span: Span | null = null,
): Modelled | null {
  const history = historyOf(candles, openInterest, rules.margin === "linear" ? "btc" : "usd");
  if (history === null) return null;
  const longs = sided(history, "long", rules);
  const shorts = sided(history, "short", rules);
  const seedShare = (seedOf(longs) + seedOf(shorts)) / (2 * history.held);
  if (seedShare > MOST_SEED) return null;
  return {
    id,
    fine,
    openInterest: usd(rules.margin === "linear" ? history.held * price : history.held),
    seedShare: ratio(seedShare),
    holes: history.holes,
    swept: span === null ? null : sweptOver(history, { longs: longs.books, shorts: shorts.books }, span),
    longs,
    shorts,
  };
}

function sided(history: History, side: Side, rules: Rules): Sided {
  const ladder = ladderOf(history, side, rules);
  return { ladder, books: assumptions.map(({ profile, halfLife }) => bookOf(ladder, profiles[profile], halfLife)) };
}

/** What is left of the seed, the mean over the assumptions. */
function seedOf({ ladder, books }: Sided): number {
  const seed = livingWhere(ladder, ({ bar }) => bar < ladder.history.seed);
  return books.reduce((sum, book) => sum + quantityIn(book, seed), 0) / books.length;
}

/** What each side of a venue holds under each assumption: every contract has a long and a short. */
export interface BothSides {
  readonly id: string;
  readonly openInterest: Btc;
  readonly longs: readonly Btc[];
  readonly shorts: readonly Btc[];
}

export function sidesOf({ id, longs, shorts }: Modelled, price: UsdPerBtc): BothSides {
  const { history, rules } = longs.ladder;
  const inCoins = (quantity: number): Btc => btc(rules.margin === "linear" ? quantity : quantity / price);
  const heldBy = ({ ladder, books }: Sided): readonly Btc[] => {
    const living = livingWhere(ladder, () => true);
    return books.map((book) => inCoins(quantityIn(book, living)));
  };
  return { id, openInterest: inCoins(history.held), longs: heldBy(longs), shorts: heldBy(shorts) };
}

/** What each assumption has liquidated between two prices: shorts above the first, longs below it. */
export function liquidated({ longs, shorts }: Modelled, from: UsdPerBtc, to: UsdPerBtc): readonly Usd[] {
  const { ladder, books } = to > from ? shorts : longs;
  const part = livingBetween(ladder, from, to);
  return books.map((book) => usdIn(book, part));
}
