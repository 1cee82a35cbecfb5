/** Changes of open interest over a window: contracts with a value at both ends, each at the price of its instant. */
import { change, type Ends } from "../../core/change.ts";
import { onGrid } from "../../core/panel.ts";
import { COVERAGE } from "../../core/plausible/claims.ts";
import { closedDay, DAY, HOUR, iso, MINUTE, type Instant } from "../../core/time.ts";
import { sumUsd, type Usd } from "../../core/units.ts";
import type { Change } from "../report.ts";
import type { Contract } from "./holdings.ts";

/**
 * A run that is started at the same time every day is told its values some seconds earlier or later than the day before:
 * what an earlier run was told, at no full hour, counts as of then.
 */
const RUNS_APART = 5 * MINUTE;
const isBy = (at: Instant, target: Instant): boolean => at <= target || (at % HOUR !== 0 && at - target <= RUNS_APART);

/** As near to the other end: a day's value that was told seconds before midnight is of that midnight. */
const isTooOld = (at: Instant, target: Instant): boolean => target - at > DAY + (at % HOUR === 0 ? 0 : RUNS_APART);

/** The latest instant at or before `target`, at most a day older, at which any of the contracts has a sample. */
export function startOf(contracts: readonly Contract[], target: Instant): Instant | null {
  let best: Instant | null = null;
  for (const contract of contracts) {
    if (contract.now === null) continue;
    for (const { at } of contract.past) {
      if (isBy(at, target) && !isTooOld(at, target) && (best === null || at > best)) best = at;
    }
  }
  return best;
}

/** A contract with a value now and a sample at `at`, which is another: an old value is no change of itself. */
function endsAt({ market, now, past }: Contract, at: Instant): Ends | null {
  // The contracts of a venue that has no history are told one by one, seconds apart.
  const then = onGrid(past, at);
  if (now === null || then === null || now.at <= at) return null;
  const { btc: fromBtc, usd: fromUsd } = then.value;
  return { margin: market.margin, fromBtc, fromUsd, toBtc: now.btc, toUsd: now.usd };
}

/**
 * A change rests on contracts that hold at least this part of what `of` holds: where the largest one has not answered, or
 * its history is missing, the others say nothing of the venue.
 */
const LEAST_SHARE = COVERAGE.error;
/** A contract that is not told now was told so lately, or it has been delisted. */
const LATELY = 2 * DAY;

export function suffices(compared: readonly Contract[], of: readonly Contract[]): boolean {
  const newest = Math.max(...of.flatMap(({ now }) => now?.at ?? []));
  const held = ({ market: { expires }, now, past }: Contract): readonly Usd[] => {
    const last = now ?? past.at(-1);
    const isOver = expires !== undefined && expires <= newest;
    if (last === undefined || isOver || newest - last.at > LATELY) return [];
    return ["usd" in last ? last.usd : last.value.usd];
  };
  return sumUsd(compared.flatMap(held)) >= sumUsd(of.flatMap(held)) * LEAST_SHARE;
}

/** The change of a venue or scope `of` since `at`, or null where too few of its contracts have both ends. */
export function changeSince(
  contracts: readonly Contract[],
  at: Instant | null,
  of: readonly Contract[] = contracts,
): Change | null {
  if (at === null) return null;
  const both = contracts.filter((contract) => endsAt(contract, at) !== null);
  const moved = suffices(both, of) ? change(both.flatMap((contract) => endsAt(contract, at) ?? [])) : null;
  return moved === null ? null : { ...moved, fromAt: iso(at), fromDate: closedDay(at), contracts: both.length };
}
