/** when a feed began to mean something else. */
import type { Dataset } from "../market.ts";
import { addDays, closedDay, dayOf, iso, parseDay, type Day, type Instant } from "../time.ts";
import { verdict, type Verdict } from "./verdict.ts";

export interface RegimeChange {
  /** The source, or the venue whose feed others pass on. */
  readonly feed: string;
  readonly dataset: Dataset;
  /** The first and the last day, `YYYY-MM-DD`, on which it may have happened: the same where the day is known. */
  readonly from: string;
  readonly to: string;
  /** What the feed tells from then on. */
  readonly now: string;
}

/**
 * Of the throttles only the months are known: K33, August 2024, on Binance (April 2021) and Bybit (September 2021).
 * OKX pushes at most one order a second per contract too, since when is not known. The end of Bybit's: topic
 * `allLiquidation` of its API. Label: https://github.com/binance/binance-public-data/issues/491.
 */
export const regimeChanges: readonly RegimeChange[] = [
  {
    feed: "binance",
    dataset: "liquidations",
    from: "2021-04-01",
    to: "2021-04-30",
    now: "at most one liquidation a second per symbol",
  },
  {
    feed: "bybit",
    dataset: "liquidations",
    from: "2021-09-01",
    to: "2021-09-30",
    now: "at most one liquidation a second per symbol",
  },
  { feed: "bybit", dataset: "liquidations", from: "2025-02-25", to: "2025-02-25", now: "every liquidation" },
  {
    feed: "binance-archive",
    dataset: "openInterestHistory",
    from: "2026-06-25",
    to: "2026-06-25",
    now: "samples labelled with the start of their five minutes, no longer with the end",
  },
];

/** The first day from which on a feed has meant what it means now; null where it never changed, as far as is known. */
export function regimeStart(feed: string, dataset: Dataset): Day | null {
  const last = regimeChanges
    .filter((change) => change.feed === feed && change.dataset === dataset)
    .flatMap(({ to }) => parseDay(to) ?? [])
    .toSorted()
    .at(-1);
  // On the day itself it may have been either.
  return last === undefined ? null : addDays(last, 1);
}

/**
 * a window (`from` to `until`, which is outside it) over which a feed changed is told with a flag; nothing in it
 * may be called the largest or lowest since.
 */
export function feedRegime(
  feed: string,
  dataset: Dataset,
  from: Instant,
  until: Instant,
  use: "figure" | "since",
): readonly Verdict[] {
  return regimeChanges
    .filter((change) => change.feed === feed && change.dataset === dataset)
    .filter((change) => dayOf(from) <= change.to && closedDay(until) >= change.from)
    .map((change) => {
      const when = change.from === change.to ? `on ${change.from}` : `between ${change.from} and ${change.to}`;
      const text = `the feed changed ${when}, within ${iso(from)} to ${iso(until)}: from then on it tells ${change.now}`;
      return verdict("Q-21", use === "since" ? "error" : "warning", text);
    });
}
