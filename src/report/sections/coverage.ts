/** How much of what is asked for has answered. */
import { DAY, type Instant } from "../../core/time.ts";
import type { Lacking } from "../../core/market.ts";
import type { Input } from "../input.ts";
import type { Report } from "../report.ts";
import type { Contract, Venue } from "./holdings.ts";
import { WEEKLY, weeklyLine } from "./weekly.ts";

/** A contract that told nothing and was last known so long before others that told nothing has been delisted since. */
const DELISTED = 7 * DAY;

/**
 * Venues that have told an open interest, of those asked; and the share in USD of the last known one, contract by
 * contract, that they told. Null while nothing is known of a venue, or of a contract that it is known to lack.
 */
export function coverage(input: Input, venues: readonly Venue[], section: Report["openInterest"]): Report["coverage"] {
  if (!input.sections.has("open-interest")) return { venues: { answered: 0, expected: 0 }, oiShare: null };
  const shown = new Map((section?.venues ?? []).map((line) => [line.id, line.usd]));
  // Without an exchange beside it CME's report is in no total, and has been told all the same.
  const weekly = weeklyLine(
    venues.find(({ id }) => id === WEEKLY),
    input.asOf,
  );
  if (weekly !== null) shown.set(WEEKLY, weekly.usd);
  const answered = venues.flatMap(({ id, kept }) => (kept ? [] : (shown.get(id) ?? [])));
  const total = knownTotal(venues, shown, input.asOf);
  return {
    venues: { answered: answered.length, expected: venues.length },
    oiShare: total === null || total === 0 ? null : sum(answered) / total,
  };
}

/**
 * What venues hold, USD: what is shown of them and, of what they lack, the last sample. Null while nothing is known of one
 * of them, or of a contract that it is known to lack.
 */
export function knownTotal(venues: readonly Venue[], shown: ReadonlyMap<string, number>, asOf: Instant): number | null {
  const known = venues.flatMap((venue) => lastKnown(venue, shown.get(venue.id) ?? null, asOf) ?? []);
  return known.length < venues.length ? null : sum(known);
}

/** What is shown of a venue and, of each contract that it lacks, the last sample, USD; null where there is none. */
function lastKnown(venue: Venue, shown: number | null, asOf: Instant): number | null {
  const { contracts, lost } = venue;
  const now = contracts.flatMap((contract) => contract.now?.usd ?? []);
  const told = shown ?? sum(now);
  // It told all that it lists, or (a weekly report) what is shown is its last sample.
  if (now.length > 0 ? lost.length === 0 : shown !== null) return told;
  const absent = contracts.flatMap((contract) => {
    const last = contract.now === null && !isOver(contract, asOf) ? contract.past.at(-1) : undefined;
    return last === undefined ? [] : [{ symbol: contract.market.symbol, at: last.at, usd: last.value.usd }];
  });
  const isNamed = (symbol: string): boolean => lost.some(({ what }) => what === symbol);
  const newest = Math.max(...absent.map(({ at }) => at));
  // Those of a family, or of a venue, that could not be had as a whole.
  const others = absent.filter(({ symbol, at }) => !isNamed(symbol) && at >= newest - DELISTED);
  const unknown = lost.filter((each) => counts(each) && !absent.some(({ symbol }) => symbol === each.what));
  if (others.length === 0 && (unknown.length > 0 || (now.length === 0 && absent.length === 0))) return null;
  const usd = [...absent.filter(({ symbol }) => isNamed(symbol)), ...others].map((each) => each.usd);
  return told + sum(usd);
}

const isOver = ({ market: { expires } }: Contract, asOf: number): boolean => expires !== undefined && expires <= asOf;

/** Not what the figures do not speak for, nor a dated contract of which a 0 is all that was ever told: it is new. */
const counts = ({ gap, minor, apart }: Lacking): boolean =>
  apart !== true && !(minor === true && gap.why === "implausible" && gap.rule === "Q-01");

const sum = (usd: readonly number[]): number => usd.reduce((total, each) => total + each, 0);
