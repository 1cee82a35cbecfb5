/**
 * What a venue tells beside its own list of contracts: a list that was cut short is as well formed as a whole one, and
 * what it lacks has open interest all the same.
 */
import { Unavailable, type Gap } from "../core/gap.ts";
import type { Lacking } from "../core/market.ts";
import { parseDay, startOfDay, type Instant } from "../core/time.ts";
import { level, type Fields } from "./decode.ts";
import { isOver } from "./listed.ts";
import { isPast } from "./past.ts";
import type { Ask } from "./source.ts";

/** What a ticker tells of a contract whose terms are not known. */
interface Quoted {
  /** What there is of it, see `shows`: where that is 0 or no number the contract lacks nothing. */
  readonly open: unknown;
  /** Its delivery; where only the day is known, the start of it. */
  readonly expires?: Instant | undefined;
}

export interface Tickers {
  /** Of all contracts. */
  readonly rows: readonly Fields[];
  /** The field that names the contract. */
  readonly field: string;
  /** How contracts of Bitcoin are called: what stands in the group `dated` is only in names of dated ones. */
  readonly name: RegExp;
  /** Contracts that the list has, trading or not. */
  readonly listed: ReadonlySet<unknown>;
  /** Null for a contract that does not trade. */
  readonly read: (row: Fields, dated: string | undefined) => Quoted | null;
  /** What the list is called in the gap. */
  readonly list: string;
  /** What the rows tell that gives a contract away; a price where the venue tells of open interest one by one. */
  readonly shows?: "open interest" | "a price";
}

/**
 * Contracts of Bitcoin in which something is open and that the list lacks. It may have been told up to an hour earlier. As
 * their terms are not known they are not counted, but named. A ticker may outlive its contract: one that has been
 * delivered lacks nothing.
 */
export const unlisted = (
  ask: Ask,
  { rows, field, name, listed, read, list, shows = "open interest" }: Tickers,
): readonly Lacking[] =>
  rows.flatMap((row): Lacking[] => {
    const what = row[field];
    const found = typeof what === "string" && !listed.has(what) ? name.exec(what) : null;
    if (found === null) return [];
    const dated = found.groups?.["dated"];
    const quoted = read(row, dated);
    if (quoted === null || isOver(quoted.expires, ask.now)) return [];
    if ((level.safeParse(quoted.open).data ?? 0) === 0) return [];
    const gap: Gap = { why: "malformed", at: list, detail: `has ${shows}, but is not among those that trade` };
    return [{ what: found[0], gap, ...(dated === undefined ? {} : { minor: true }) }];
  });

/**
 * What `beside` tells, for figures that are not made of tickers: those are no evidence of them. Tickers of now tell nothing
 * of a past instant, and where they cannot be had the list is believed.
 */
export async function alsoBeside(
  ask: Ask,
  beside: (aside: Ask) => Promise<readonly Lacking[]>,
): Promise<readonly Lacking[]> {
  if (isPast(ask)) return [];
  try {
    return await beside({
      ...ask,
      json: (request, answer, keep) =>
        ask.json({ ...(typeof request === "string" ? { url: request } : request), aside: true }, answer, keep),
    });
  } catch (error) {
    if (error instanceof Unavailable) return [];
    throw error;
  }
}

/** The start of the day that ends a name as YYMMDD. */
export function dayNamed(name: string | undefined): Instant | undefined {
  const [, year, month, date] = /(\d\d)(\d\d)(\d\d)$/.exec(name ?? "") ?? [];
  const day = parseDay(`20${year}-${month}-${date}`);
  return day === null ? undefined : startOfDay(day);
}
