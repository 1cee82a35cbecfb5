/** OKX's trading statistics (rubik). They hold the latest 1,440 bars of each size; the newest one is running. */
import { z } from "zod";
import { Unavailable } from "../core/gap.ts";
import type { LongShort, Markets, Of, PastOpenInterest, Taker } from "../core/market.ts";
import { series, type Series } from "../core/series.ts";
import { DAY, floorTo, HOUR, instant, later, shift, type Instant } from "../core/time.ts";
import type { Quantity } from "../core/units.ts";
import { FINE_BAR } from "./bars.ts";
import { level, millis, positive } from "./decode.ts";
import { only, unpublished } from "./families.ts";
import { HOURS_OVER, sinceTheDay } from "./keep.ts";
import { answer, get, held, mainContract, pageEnds, pages, sizeOf, type Contract } from "./okx-contracts.ts";
import type { Ask } from "./source.ts";

/**
 * When the value of a bar held. A bar is stamped by its open and holds the value at its close: in 8 of 8 recorded days
 * oiUsd / oiCcy is the close of that day's candle, and the row of 2026-10-08 is that of its last hour, 23:00Z.
 */
const heldAt = (open: Instant, bar: number): Instant => shift(open, bar);

/** The most rows that a page can have. */
const PAGE = 100;
/** Six pages of hourly open interest reach back so far; OKX holds 60 days. */
const HELD_DAYS = 20;
/** Of five minutes OKX holds five days. */
const FINE_DAYS = 5;
const HOURS = 24;
/** What OKX holds of days: 1,440 of them, and none before 2024-01-01. */
const KEPT = 1_440 * DAY;
const FIRST_DAY = instant(1_704_067_200_000);

/** ts, contracts, BTC, USD. */
const HeldBars = answer(z.array(z.tuple([millis, level, level, level]).rest(z.unknown())));
const AccountsBars = answer(z.array(z.tuple([millis, positive]).rest(z.unknown())));
/** ts, sold, bought: in this order. */
const TakerBars = answer(z.array(z.tuple([millis, level, level]).rest(z.unknown())));

async function heldBars(
  ask: Ask,
  contract: Contract,
  period: "1Dutc" | "1H" | "5m",
  bar: number,
  ends: readonly Instant[],
  from: Instant,
): Promise<Series<PastOpenInterest>> {
  const path = `rubik/stat/contracts/open-interest-history?instId=${contract.market.symbol}&period=${period}`;
  const rows = await pages(
    ask,
    ends,
    (end) => `${path}&end=${end}&limit=${PAGE}`,
    HeldBars,
    bar === DAY ? sinceTheDay(ask) : HOURS_OVER,
  );
  const samples = series(
    rows
      .map(([open, ...figures]) => ({ at: heldAt(open, bar), figures }))
      .filter(({ at, figures: [oi] }) => oi > 0 && at >= from && at <= ask.now)
      .map(({ at, figures: [oi, oiCcy, oiUsd] }) => ({ at, value: held(contract, oi, oiCcy, oiUsd) })),
  );
  if (samples.length === 0) throw new Unavailable(unpublished("no open interest of a closed bar"));
  return samples;
}

/** Dated contracts weigh little: their newest page only. */
export const heldDaily = (ask: Ask, contract: Contract): Promise<Series<PastOpenInterest>> => {
  // No bar before the first one that OKX has.
  const ends = pageEnds(ask.now, DAY, PAGE, later(ask.since, later(FIRST_DAY, shift(floorTo(ask.clock, DAY), -KEPT))));
  const asked = contract.market.kind === "dated" ? ends.slice(0, 1) : ends;
  return heldBars(ask, contract, "1Dutc", DAY, asked, ask.since);
};

export const heldHourly = (ask: Ask): Promise<Of<Series<PastOpenInterest>>> => heldEvery(ask, "1H", HOUR, HELD_DAYS);
export const heldFine = (ask: Ask): Promise<Of<Series<PastOpenInterest>>> => heldEvery(ask, "5m", FINE_BAR, FINE_DAYS);

/** To the end of the last hour. */
async function heldEvery(
  ask: Ask,
  period: "1H" | "5m",
  bar: number,
  days: number,
): Promise<Of<Series<PastOpenInterest>>> {
  const contract = await mainContract(ask);
  const hour = floorTo(ask.now, HOUR);
  const from = shift(hour, -days * DAY);
  const value = await heldBars(ask, contract, period, bar, pageEnds(hour, bar, PAGE, from), from);
  return { market: contract.market, value };
}

/** Accounts, not positions: those are one to one. */
export async function accounts(ask: Ask): Promise<Markets<LongShort>> {
  const { market } = await mainContract(ask);
  const path = `rubik/stat/contracts/long-short-account-ratio-contract?instId=${market.symbol}&period=1H`;
  const [row] = await get(ask, `${path}&end=${floorTo(ask.now, HOUR)}&limit=1`, AccountsBars, HOURS_OVER);
  if (row === undefined) throw new Unavailable(unpublished("no account ratio"));
  const [open, longToShort] = row;
  return only(market, { at: heldAt(open, HOUR), ratio: longToShort, counts: "accounts" });
}

/** The latest 24 closed hours. */
export async function takerDay(ask: Ask): Promise<Markets<Taker>> {
  const contract = await mainContract(ask);
  const path = `rubik/stat/taker-volume-contract?instId=${contract.market.symbol}&period=1H&unit=1`;
  const rows = await get(ask, `${path}&end=${floorTo(ask.now, HOUR)}&limit=${HOURS}`, TakerBars, HOURS_OVER);
  const bars = series(rows.map(([at, sold, bought]) => ({ at, value: { sold, bought } })));
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined || bars.length !== HOURS || last.at - first.at !== (HOURS - 1) * HOUR) {
    throw new Unavailable(unpublished(`taker volume of ${bars.length} hours in place of ${HOURS} in a row`));
  }
  const sum = (side: "sold" | "bought"): Quantity =>
    sizeOf(
      contract,
      bars.reduce((total, { value }) => total + value[side], 0),
    );
  const value = { from: first.at, until: shift(last.at, HOUR), buy: sum("bought"), sell: sum("sold") };
  return only(contract.market, value);
}
