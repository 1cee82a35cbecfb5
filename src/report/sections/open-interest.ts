import { anchorText, anchorWindow, pickAnchor } from "../../core/anchor.ts";
import { oiToMarketCap } from "../../core/positioning.ts";
import { coverageSuffices } from "../../core/plausible/claims.ts";
import { isExpected } from "../../core/gap.ts";
import { gapOf } from "../../core/plausible/verdict.ts";
import { likeForLike, onGrid, unbroken, type Amount, type Member } from "../../core/panel.ts";
import { herfindahl } from "../../core/concentration.ts";
import type { Series } from "../../core/series.ts";
import { closedDay, DAY, earlier, floorTo, instant, iso, shift, type Instant } from "../../core/time.ts";
import { sumBtc, sumUsd, usd, type Usd, type UsdPerBtc } from "../../core/units.ts";
import { isAged, told, type Found, type Input } from "../input.ts";
import type { Change, Changes, OpenInterestSection, TotalChange, VenueLine } from "../report.ts";
import { list, sinceWords } from "../words.ts";
import { changeSince, startOf, suffices } from "./compared.ts";
import { knownTotal } from "./coverage.ts";
import { quadrantOf } from "./quadrant.ts";
import type { Contract, Venue } from "./holdings.ts";
import { seriesSince } from "./open-interest-series.ts";
import { contractLine, tooOld, WEEKLY, weeklyLine } from "./weekly.ts";

/** Days of each window; that of the anchor begins where its extreme was. */
const DAYS = { "1d": 1, "7d": 7, "30d": 30 } as const;
type Days = keyof typeof DAYS;
const WINDOWS = ["1d", "7d", "30d", "anchor"] as const;
const TOP = 3;

export function openInterestSection(
  given: Input,
  venues: readonly Venue[],
  closes: Series<UsdPerBtc>,
): { section: OpenInterestSection | null; found: readonly Found[] } {
  const exchanges = venues.filter((venue) => venue.id !== WEEKLY && venue.asOf !== null);
  const reported = venues.find((venue) => venue.id === WEEKLY);
  const weekly = weeklyLine(reported, given.asOf);
  const late = tooOld(reported, given.asOf);
  if (exchanges.length === 0) {
    const detail = "told once a week and in no live total: there is none without an exchange beside it";
    const found: Found = { source: WEEKLY, dataset: "openInterest", gap: { why: "unpublished", detail } };
    return { section: null, found: weekly === null ? late : [found] };
  }
  const input = ended(given, exchanges);
  const found: Found[] = [...late];
  const lines = exchanges.map((venue) => lineOf(venue, input, found));
  const sum = { btc: sumOf(exchanges, "btc"), usd: sumOf(exchanges, "usd") };
  const shared = lines.map((line) => ({ ...line, share: line.usd / sum.usd })).toSorted((a, b) => b.usd - a.usd);
  const asked = venues.filter((venue) => venue.id !== WEEKLY);
  const changes = totalChanges(input, asked, found);
  const total = knownTotal(asked, new Map(lines.map((line) => [line.id, line.usd])), input.asOf);
  const shares = shared.map((line) => ({ id: line.id, share: line.share }));
  return {
    section: {
      ...sum,
      withCme:
        weekly === null
          ? null
          : { btc: sum.btc + weekly.btc, usd: sum.usd + weekly.usd, cmeAsOf: closedDay(weekly.at) },
      venues: [...shared, ...(weekly === null ? [] : [weekly.line])],
      changes,
      anchor: {
        id: anchorText(input.anchor),
        date: changes.anchor?.fromDate ?? null,
        basis: "daily close",
        btc: changes.anchor?.fromBtc ?? null,
        usd: changes.anchor?.fromUsd ?? null,
      },
      series: seriesSince(
        input,
        exchanges.map(({ id, contracts }) => ({ id, members: members(contracts) })),
        closes,
      ),
      concentration: {
        top: shares.slice(0, TOP),
        hhi:
          total === null
            ? null
            : herfindahl(
                shared.map(({ usd }) => usd),
                total,
              ),
      },
      marketCap: marketCapOf(input, usd(sum.usd)),
      quadrant: quadrantOf(exchanges, closes, input.asOf, found),
    },
    found,
  };
}

/** Where no exchange has answered, windows end with the newest value of an earlier run: "1d" is to be a day. */
function ended(input: Input, exchanges: readonly Venue[]): Input {
  if (!exchanges.every((venue) => isAged(input, venue))) return input;
  const times = exchanges.flatMap((venue) => current(venue).map(({ at }) => at));
  return { ...input, asOf: earlier(input.asOf, instant(Math.max(...times))) };
}

/** Against the spot price of the same moment; supply changes by half a thousandth a month. */
function marketCapOf(input: Input, held: Usd): OpenInterestSection["marketCap"] {
  const [supply] = told(input, "supply");
  const [spot] = told(input, "price");
  if (supply === undefined || spot === undefined) return null;
  const share = oiToMarketCap(held, spot.value.price, supply.value.btc);
  return share === null ? null : { ratio: share, supplyBtc: supply.value.btc, supplyAt: iso(supply.value.at) };
}

const current = (venue: Venue): readonly (Amount & { readonly at: Instant })[] =>
  venue.contracts.flatMap(({ now }) => now ?? []);
const sumOf = (venues: readonly Venue[], unit: "btc" | "usd"): number =>
  unit === "btc"
    ? sumBtc(venues.flatMap((venue) => current(venue).map(({ btc }) => btc)))
    : sumUsd(venues.flatMap((venue) => current(venue).map(({ usd }) => usd)));

function lineOf(venue: Venue, input: Input, found: Found[]): Omit<VenueLine, "share"> {
  const live = venue.contracts.filter(({ now }) => now !== null);
  const changes = changesOf(live, input, venue.contracts);
  found.push(...unchanged(venue, changes, input));
  const scopes = venue.source.scopes ?? [];
  const named = scopes
    .map((symbols) => ({
      id: symbols.join("+"),
      contracts: live.filter(({ market }) => symbols.includes(market.symbol)),
      symbols,
    }))
    .filter(({ contracts, symbols }) => contracts.length === symbols.length);
  return {
    id: venue.id,
    name: venue.source.name,
    btc: sumOf([venue], "btc"),
    usd: sumOf([venue], "usd"),
    asOf: iso(venue.asOf ?? input.asOf),
    note: venue.note,
    contracts: live
      .flatMap(({ market, now }) => (now === null ? [] : contractLine(market, now)))
      .toSorted((a, b) => b.usd - a.usd),
    changes,
    scopes:
      named.length === 0
        ? []
        : [...named, { id: "all", contracts: live }].map(({ id, contracts }) => ({
            id,
            btc: sumBtc(contracts.flatMap(({ now }) => now?.btc ?? [])),
            usd: sumUsd(contracts.flatMap(({ now }) => now?.usd ?? [])),
            changes: id === "all" ? changes : changesOf(contracts, input),
          })),
  };
}

/** Why a venue lacks changes; a history that was asked for in vain has its own gap. */
function unchanged(venue: Venue, changes: Changes, input: Input): readonly Found[] {
  const lacking = WINDOWS.filter((id) => changes[id] === null);
  const asked = input.readings.filter(
    ({ source, dataset }) =>
      dataset === "openInterestHistory" &&
      input.sources.some(({ id, venue: exchange }) => id === source && exchange === venue.id),
  );
  if (lacking.length === 0 || asked.some((reading) => !reading.ok && !isExpected(reading.gap))) return [];
  const words = lacking.map((id) => (id === "anchor" ? `since ${sinceWords(anchorText(input.anchor))}` : `over ${id}`));
  const detail =
    asked.length === 0
      ? "no history is published; changes show once earlier runs have stored one"
      : `no change ${list(words)}: its history does not tell enough of its contracts then`;
  return [{ source: venue.source.id, dataset: "openInterestHistory", gap: { why: "unpublished", detail } }];
}

/** Changes of a set of contracts; the anchor is its own extreme over the contracts that have the whole window. */
function changesOf(contracts: readonly Contract[], input: Input, of = contracts): Changes {
  const over = (window: Days): Change | null =>
    changeSince(contracts, startOf(contracts, shift(input.asOf, -DAYS[window] * DAY)), of);
  return { "1d": over("1d"), "7d": over("7d"), "30d": over("30d"), anchor: anchored(contracts, input, of) };
}

function anchored(contracts: readonly Contract[], input: Input, of: readonly Contract[]): Change | null {
  const whole = unbroken(members(contracts), anchorWindow(input.anchor, input.asOf), weightOf(contracts));
  const low = pickAnchor(input.anchor, input.asOf, whole.series);
  const kept = contracts.filter(({ market }) => whole.of.includes(market.symbol));
  return low === null ? null : changeSince(kept, low.at, of);
}

const weightOf =
  (contracts: readonly Contract[]) =>
  (symbol: string): number =>
    contracts.find(({ market }) => market.symbol === symbol)?.now?.usd ?? 0;

const members = (contracts: readonly Contract[]): readonly Member[] =>
  contracts.filter(({ now }) => now !== null).map(({ market, past }) => ({ id: market.symbol, series: past }));

/** Changes of the whole market, like for like: venues with a value at both ends, each over its own contracts. */
function totalChanges(input: Input, venues: readonly Venue[], found: Found[]): OpenInterestSection["changes"] {
  const contracts = venues.flatMap((venue) => venue.contracts);
  const over = (window: Days): TotalChange | null => {
    // One grid for every summand: the last 00:00Z at or before the window's start.
    const start = floorTo(shift(input.asOf, -DAYS[window] * DAY), DAY);
    return compared(venues, start, contracts, window, found);
  };
  return { "1d": over("1d"), "7d": over("7d"), "30d": over("30d"), anchor: anchoredTotal(input, venues, found) };
}

/** The anchor of the like-for-like total: each venue's contracts with the whole window, the venues that have it. */
function anchoredTotal(input: Input, venues: readonly Venue[], found: Found[]): TotalChange | null {
  const window = anchorWindow(input.anchor, input.asOf);
  const each = venues.map((venue) => ({
    venue,
    whole: unbroken(members(venue.contracts), window, weightOf(venue.contracts)),
  }));
  const panel = unbroken(
    each.filter(({ whole }) => whole.of.length > 0).map(({ venue, whole }) => ({ id: venue.id, series: whole.series })),
    window,
    (id) =>
      sumOf(
        venues.filter((venue) => venue.id === id),
        "usd",
      ),
  );
  const low = pickAnchor(input.anchor, input.asOf, panel.series);
  if (low === null) {
    found.push(incomparable("anchor"));
    return null;
  }
  const contracts = each
    .filter(({ venue }) => panel.of.includes(venue.id))
    .flatMap(({ venue, whole }) => venue.contracts.filter(({ market }) => whole.of.includes(market.symbol)));
  return compared(venues, low.at, contracts, "anchor", found);
}

const incomparable = (window: keyof Changes): Found => ({
  source: "all",
  dataset: `openInterest.changes.${window}`,
  gap: { why: "unpublished", detail: "no exchange tells enough of its contracts both then and now" },
});

/** The change of the whole since `start`, over those of `contracts` that have both ends; of a venue of which they are enough. */
function compared(
  venues: readonly Venue[],
  start: Instant,
  contracts: readonly Contract[],
  window: keyof Changes,
  found: Found[],
): TotalChange | null {
  const chosen = new Set(contracts);
  const pairs = venues.flatMap((venue) => {
    // A sample as old as the start is no change of itself.
    const both = venue.contracts.filter(
      (contract) =>
        chosen.has(contract) &&
        contract.now !== null &&
        contract.now.at > start &&
        onGrid(contract.past, start) !== null,
    );
    const counts = suffices(both, venue.contracts);
    return venue.contracts.map((contract) => ({
      member: { id: venue.id, margin: contract.market.margin, series: contract.past },
      from: onGrid(contract.past, start)?.value ?? null,
      to: counts && both.includes(contract) ? contract.now : null,
    }));
  });
  const result = likeForLike(pairs);
  if (result.change === null) {
    if (result.why === "less than half comparable") {
      for (const verdict of coverageSuffices(result.coverage)) {
        const check = { ...verdict, section: "open-interest", source: null, message: `${window}: ${verdict.message}` };
        found.push({ source: "all", dataset: `openInterest.changes.${window}`, gap: gapOf(verdict), check });
      }
    } else found.push(incomparable(window));
    return null;
  }
  return {
    ...result.change,
    fromAt: iso(start),
    fromDate: closedDay(start),
    contracts: result.of.length,
    venues: [...new Set(result.of.map(({ id }) => id))],
    coverage: result.coverage,
  };
}
