/** The price as it is shown: extremes and volatility rest on closes that are there. */
import type { Candle } from "../../../core/market.ts";
import { rankedIsWhole } from "../../../core/plausible/claims.ts";
import { extremeIsSample, gaps, gridOf } from "../../../core/plausible/series.ts";
import { labelled, type Verdict } from "../../../core/plausible/verdict.ts";
import type { Series } from "../../../core/series.ts";
import { DAY, endOfDay, floorTo, parseDay, shift, startOfDay, type Instant } from "../../../core/time.ts";
import { told, type Input } from "../../input.ts";
import type { PriceSection } from "../../report.ts";
import { closesOf, endOf, RECENT } from "../price.ts";
import type { Admits } from "./ledger.ts";
import { asPrice, growthFits } from "./printed.ts";

export function priceChecked(input: Input, section: PriceSection, admits: Admits): PriceSection {
  const { usd: now, changes, sinceHigh, drawdown, source } = section;
  const about = (figure: string) => ({ section: "price", source, figure: `price.${figure}` }) as const;
  const fits = (ratio: number, from: number): readonly Verdict[] => growthFits(ratio, asPrice(from), asPrice(now));
  for (const [window, one] of Object.entries(changes)) {
    if (one !== null) admits(about(`changes.${window}`), labelled(window, fits(one.ratio, one.from)));
  }
  const last = told(input, "price").find((one) => one.source.id === source);
  const bars = told(input, "candles").find((one) => one.source.id === source)?.value;
  const holes = last === undefined || bars === undefined ? null : closesMissing(bars, endOf(input, last), input.asOf);
  const day = parseDay(sinceHigh?.highDate ?? "");
  const high =
    sinceHigh === null || day === null || bars === undefined
      ? []
      : [
          ...rankedIsWhole({ period: day, complete: endOfDay(day) <= input.asOf }),
          ...extremeIsSample(startOfDay(day), bars),
          ...fits(sinceHigh.ratio, sinceHigh.high),
        ];
  const fall = drawdown === null ? [] : fits(drawdown.ratio, drawdown.high);
  const kept = (figure: string, what: string, verdicts: readonly Verdict[]): boolean =>
    admits(about(figure), labelled(what, verdicts));
  return {
    ...section,
    sinceHigh: kept("sinceHigh", "the 30-day high", [...(holes?.high ?? []), ...high]) ? sinceHigh : null,
    drawdown: kept("drawdown", "the drawdown", [...(holes?.all ?? []), ...fall]) ? drawdown : null,
    realizedVol30d: kept("realizedVol30d", "the 30-day volatility", holes?.returns ?? [])
      ? section.realizedVol30d
      : null,
  };
}

/**
 * Q-04 for what is looked through for the highest close: 30 of them, or all that there are; and for the closes between
 * which the returns of 30 days lie. A return over a missing day is left out of a volatility: here that is said.
 */
function closesMissing(
  bars: Series<Candle>,
  end: Instant,
  asOf: Instant,
): Readonly<Record<"high" | "all" | "returns", readonly Verdict[]>> {
  const closes = closesOf(bars, asOf);
  const newest = floorTo(end, DAY);
  const over = (first: Instant): readonly Verdict[] => gaps(closes, gridOf(first, newest, DAY));
  return {
    high: over(shift(newest, (1 - RECENT) * DAY)),
    all: over(closes[0]?.at ?? newest),
    returns: over(shift(newest, -RECENT * DAY)),
  };
}
