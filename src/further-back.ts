/**
 * An anchor further back than the usual look-back makes a report ask for more of the past. Where the older part cannot
 * be had, what is usually asked stands and the time before it is named: one old page must not cost the change of a day.
 */
import { isExpected, Unavailable } from "./core/gap.ts";
import type { Lacking, Markets, PastOpenInterest } from "./core/market.ts";
import type { Series } from "./core/series.ts";
import { dayOf, type Instant } from "./core/time.ts";
import type { Ask, Source } from "./sources/source.ts";

type Held = Markets<Series<PastOpenInterest>>;

/** The source, whose history of open interest falls back from `ask.since` to `usual`, contract by contract. */
export function fallingBackTo(usual: Instant, source: Source): Source {
  const { openInterestHistory: told } = source.datasets;
  if (told === undefined) return source;
  return { ...source, datasets: { ...source.datasets, openInterestHistory: (ask) => furtherBack(ask, usual, told) } };
}

async function furtherBack(ask: Ask, usual: Instant, told: (ask: Ask) => Promise<Held>): Promise<Held> {
  const whole = await told(ask).catch((error: unknown): Held => {
    if (error instanceof Unavailable) return { of: [], lacking: [{ what: "all", gap: error.gap }] };
    throw error;
  });
  if (whole.lacking.every(({ gap }) => isExpected(gap))) return whole;
  const lately = await told({ ...ask, since: usual });
  const saved = lately.of.filter(({ market: { symbol } }) => whole.of.every(({ market }) => market.symbol !== symbol));
  // Contracts, or whole families of them, that only what is old was missing of.
  const stands = ({ what, contract }: Lacking): boolean =>
    contract !== undefined || lately.lacking.some((still) => still.what === what);
  const mended = whole.lacking.filter((one) => !stands(one));
  const before = saved.flatMap(({ market: { symbol, kind } }): readonly Lacking[] => {
    const { gap } = mended.find(({ what }) => what === symbol) ?? mended[0] ?? {};
    const what = `${symbol} before ${dayOf(usual)}`;
    return gap === undefined ? [] : [{ what, gap, contract: symbol, ...(kind === "dated" ? { minor: true } : {}) }];
  });
  const isSaved = (contract: string | undefined): boolean => saved.some(({ market }) => market.symbol === contract);
  const pieces = [
    ...whole.lacking.filter(({ contract }) => contract !== undefined && !isSaved(contract)),
    ...lately.lacking.filter(({ contract }) => contract === undefined || isSaved(contract)),
  ];
  return { of: [...whole.of, ...saved], lacking: [...pieces, ...before] };
}
