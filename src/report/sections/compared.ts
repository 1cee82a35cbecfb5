/** Changes of open interest over a window: contracts with a value at both ends, each at the price of its instant. */
import { change, type Ends } from "../../core/change.ts";
import { latest } from "../../core/series.ts";
import { DAY, MINUTE, dayOf, iso, shift, type Instant } from "../../core/time.ts";
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

/** Contracts with a value now and a sample at `at`, which is another: an old value is no change of itself. */
function endsAt(contracts: readonly Contract[], at: Instant): readonly Ends[] {
  return contracts.flatMap(({ market, now, past }) => {
    const then = latest(past, at, TOGETHER);
    return now === null || then === null || now.at <= at
      ? []
      : [
          {
            margin: market.margin,
            fromBtc: then.value.btc,
            fromUsd: then.value.usd,
            toBtc: now.btc,
            toUsd: now.usd,
          },
        ];
  });
}

/** The change of a venue or scope since `at`, or null where no contract has both ends. */
export function changeSince(contracts: readonly Contract[], at: Instant | null): Change | null {
  if (at === null) return null;
  const ends = endsAt(contracts, at);
  const moved = change(ends);
  return moved === null ? null : { ...moved, fromAt: iso(at), fromDate: dayOf(shift(at, -1)), contracts: ends.length };
}
