/** Changes of open interest over a window: contracts with a value at both ends, each at the price of its instant. */
import { change, type Ends } from "../../core/change.ts";
import { latest } from "../../core/series.ts";
import { DAY, MINUTE, dayOf, iso, shift, type Instant } from "../../core/time.ts";
import { sumUsd } from "../../core/units.ts";
import type { Change } from "../report.ts";
import type { Contract } from "./holdings.ts";

/** The latest instant at or before `target`, at most a day older, at which any of the contracts has a sample. */
export function startOf(contracts: readonly Contract[], target: Instant): Instant | null {
  let best: Instant | null = null;
  for (const contract of contracts) {
    if (contract.now === null) continue;
    for (const { at } of contract.past) {
      if (at <= target && target - at <= DAY && (best === null || at > best)) best = at;
    }
  }
  return best;
}

/** The contracts of a venue that has no history are told one by one, seconds apart. */
const TOGETHER = 5 * MINUTE;

/** A contract with a value now and a sample at `at`, which is another: an old value is no change of itself. */
function endsAt({ market, now, past }: Contract, at: Instant): Ends | null {
  const then = latest(past, at, TOGETHER);
  if (now === null || then === null || now.at <= at) return null;
  const { btc: fromBtc, usd: fromUsd } = then.value;
  return { margin: market.margin, fromBtc, fromUsd, toBtc: now.btc, toUsd: now.usd };
}

/**
 * A change rests on contracts that hold at least this part of what `of` holds now: where the history of the largest one is
 * missing, the others say nothing of the venue. The bound is that of rule Q-20.
 */
const LEAST_SHARE = 0.5;
const heldNow = (contracts: readonly Contract[]): number => sumUsd(contracts.flatMap(({ now }) => now?.usd ?? []));
export const suffices = (compared: readonly Contract[], of: readonly Contract[]): boolean =>
  heldNow(compared) >= heldNow(of) * LEAST_SHARE;

/** The change of a venue or scope `of` since `at`, or null where too few of its contracts have both ends. */
export function changeSince(
  contracts: readonly Contract[],
  at: Instant | null,
  of: readonly Contract[] = contracts,
): Change | null {
  if (at === null) return null;
  const both = contracts.filter((contract) => endsAt(contract, at) !== null);
  const moved = suffices(both, of) ? change(both.flatMap((contract) => endsAt(contract, at) ?? [])) : null;
  return moved === null ? null : { ...moved, fromAt: iso(at), fromDate: dayOf(shift(at, -1)), contracts: both.length };
}
