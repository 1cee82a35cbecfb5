/**
 * Open interest as the report uses it: every contract of every venue, now and in the past, in BTC and USD. Each
 * sample is converted with the price of its own instant, never with today's.
 */
import { isExpected } from "../../core/gap.ts";
import type { Lacking, Market, PastOpenInterest } from "../../core/market.ts";
import { exactly, filterSeries, joinSeries, series, type Point, type Series } from "../../core/series.ts";
import { HOUR, iso, type Instant } from "../../core/time.ts";
import { inBtc, inUsd, type UsdPerBtc } from "../../core/units.ts";
import type { Amount } from "../../core/panel.ts";
import { lackingOf, told, type Found, type Input, type SourceInfo } from "../input.ts";
import { WEEKLY } from "./weekly.ts";

export interface Contract {
  readonly market: Market;
  /** The latest value, or null for a contract that is only known in the past. */
  readonly now: (Amount & { readonly at: Instant }) | null;
  readonly past: Series<Amount>;
}
export interface Venue {
  readonly id: string;
  readonly source: SourceInfo;
  /** What a reader must know of its figures. */
  readonly note: string | null;
  readonly contracts: readonly Contract[];
  /** Instant of the oldest of its current values; null where it has none. */
  readonly asOf: Instant | null;
  /** What its current values lack, of all that it lists, and not because nobody publishes it. */
  readonly lost: readonly Lacking[];
  /** Its current values were told by earlier runs: it has not answered. */
  readonly kept: boolean;
}

/** A venue known only from its archive counts with its last sample up to this age. */
const ARCHIVE_AGE = 36 * HOUR;

export function holdings(
  input: Input,
  spotCloses: Series<UsdPerBtc>,
): { venues: readonly Venue[]; found: readonly Found[] } {
  const found: Found[] = [];
  const ids = [...new Set(input.sources.flatMap((source) => source.venue ?? []))];
  const venues = ids.map((id) => venueOf(id, input, spotCloses, found));
  return { venues, found };
}

function venueOf(id: string, input: Input, spotCloses: Series<UsdPerBtc>, found: Found[]): Venue {
  const own = input.sources.filter((source) => source.venue === id);
  const source = own.find((candidate) => candidate.id === id) ?? own[0];
  if (source === undefined) throw new Error(`no source speaks for ${id}`);
  const past = new Map<string, { market: Market; past: Series<Amount> }>();
  // Later entries win where two sources have the same instant, so the preferred source comes last.
  for (const { source: from, value } of told(input, "openInterestHistory").toReversed()) {
    if (from.venue !== id) continue;
    found.push(...lackingOf(from, "openInterestHistory", value.lacking));
    for (const { market, value: samples } of value.of) {
      const converted = amounts(samples, spotCloses, input.asOf);
      const before = past.get(market.symbol);
      past.set(market.symbol, { market, past: before === undefined ? converted : joinSeries(before.past, converted) });
    }
  }

  const contracts = new Map<string, Contract>();
  for (const { source: from, value } of told(input, "openInterest").filter((one) => one.source.venue === id)) {
    found.push(...lackingOf(from, "openInterest", value.lacking));
    for (const { market, value: held } of value.of) {
      if (contracts.has(market.symbol)) continue;
      contracts.set(market.symbol, {
        market,
        now: { at: held.at, btc: inBtc(held.size, held.price), usd: inUsd(held.size, held.price) },
        past: past.get(market.symbol)?.past ?? series([]),
      });
    }
  }

  const live = contracts.size > 0;
  for (const [symbol, { market, past: samples }] of past) {
    if (contracts.has(symbol)) continue;
    const last = samples.at(-1);
    const settled = market.expires !== undefined && market.expires <= input.asOf;
    const recent = !live && !settled && id !== WEEKLY && last !== undefined && input.asOf - last.at <= ARCHIVE_AGE;
    contracts.set(symbol, { market, now: recent ? { at: last.at, ...last.value } : null, past: samples });
  }
  const all = [...contracts.values()];
  const times = all.flatMap((contract) => (contract.now === null ? [] : [contract.now.at]));
  const asOf = times.reduce<Instant | null>((oldest, at) => (oldest === null || at < oldest ? at : oldest), null);
  const origins = told(input, live ? "openInterest" : "openInterestHistory").filter((one) => one.source.venue === id);
  const kept = origins.length > 0 && origins.every((one) => one.kept);
  const aged = (live && !kept) || asOf === null ? null : agedWords(asOf, input, kept ? "earlier runs" : "its archive");
  // Of where the figures come from; what one of its sources lacks another may have told. A history that stands in for the
  // present lacks what it does not publish, too.
  const standsIn = !live && input.mode !== "history" && id !== WEEKLY;
  const lost = [...told(input, "openInterest"), ...(live ? [] : told(input, "openInterestHistory"))].flatMap(
    ({ source: from, value }) =>
      from.venue === id
        ? value.lacking
            .map((one) => ({ ...one, what: one.contract ?? one.what }))
            .filter(({ what, gap }) => (standsIn || !isExpected(gap)) && (contracts.get(what)?.now ?? null) === null)
        : [],
  );
  const names = [...new Set(lost.map(({ what }) => what))];
  const without = names.length === 0 ? null : `This time without ${names.join(", ")}.`;
  const notes = [without, source.note, aged].filter((text) => text !== undefined && text !== null);
  return { id, source, note: notes.length === 0 ? null : notes.join(" "), contracts: all, asOf, lost, kept };
}

/** What is said of a venue whose figures are samples of its past. */
function agedWords(asOf: Instant, input: Input, origin: string): string | null {
  if (input.mode !== "history") return `The last sample, from ${origin}, is of ${iso(asOf)}.`;
  return asOf === input.asOf ? null : `The last sample before then is of ${iso(asOf)}.`;
}

function amounts(samples: Series<PastOpenInterest>, spotCloses: Series<UsdPerBtc>, asOf: Instant): Series<Amount> {
  const points: Point<Amount>[] = [];
  for (const { at, value } of filterSeries(samples, (point) => point.at <= asOf)) {
    const price = value.price ?? exactly(spotCloses, at)?.value;
    if (price === undefined) continue;
    points.push({ at, value: { btc: inBtc(value.size, price), usd: inUsd(value.size, price) } });
  }
  return series(points);
}
