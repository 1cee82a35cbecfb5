/** Bars of trading, each month of a contract by itself: Q-14 against the prices of the time, Q-11 against other months. */
import type { Datasets, Lacking, Of, Traded } from "../../core/market.ts";
import { meanPriceFits, oddMonths, type Odd, type PriceRange } from "../../core/plausible/traded.ts";
import type { Verdict } from "../../core/plausible/verdict.ts";
import { filterSeries, type Point, type Series } from "../../core/series.ts";
import { addMonths, DAY, earlier, floorTo, monthOf, shift, type Instant, type Month } from "../../core/time.ts";
import { usdPerBtc } from "../../core/units.ts";
import { told, type Input, type SourceInfo } from "../input.ts";
import { without, type Judge } from "./judge.ts";

type Contract = Of<Series<Traded>>;

/**
 * Without the months of which a bar is wrong. They are named, and lack: the contract is due since its first bar, so that
 * they are no months before its listing where nothing older is left. `last` is the last error.
 */
export function soundMonths(
  { of, lacking }: Datasets["volume"],
  source: SourceInfo,
  { input, failed }: Judge,
): { readonly value: Datasets["volume"]; readonly last: Verdict | null } {
  const ranges = rangesOf(input);
  const wrong = (contract: Contract, odd: readonly Odd[]): readonly Odd[] =>
    odd.filter(({ verdict }) => {
      const message = `${contract.market.symbol}: ${verdict.message}`;
      return failed("volume", source, [{ ...verdict, message }]) !== null;
    });
  const priced = of.map((contract) => {
    const errors = wrong(contract, mispriced(contract, ranges, input.asOf));
    return { contract, errors, left: outside(contract, errors) };
  });
  // What is usual is told by what is left.
  const odd = oddMonths(priced.map(({ left }) => left));
  const judged = priced.map(({ contract, errors, left }, i) => {
    const more = wrong(contract, odd[i] ?? []);
    return { contract, errors: [...errors, ...more], left: outside(left, more) };
  });
  return {
    value: {
      of: judged.flatMap(({ left, errors }) => (left.value.length === 0 && errors.length > 0 ? [] : [left])),
      lacking: [...lacking, ...judged.flatMap(lost)],
    },
    last: judged.findLast(({ errors }) => errors.length > 0)?.errors.at(-1)?.verdict ?? null,
  };
}

/** What spot cost on each day, at least and at most. A bar whose prices are out of order tells nothing. */
function rangesOf(input: Input): ReadonlyMap<Instant, PriceRange> {
  const days = new Map<Instant, PriceRange>();
  for (const { at, value: bar } of told(input, "candles").flatMap(({ value }) => value)) {
    if (at % DAY !== 0 || bar.until - at !== DAY || bar.low > Math.min(bar.open, bar.close)) continue;
    if (bar.high < Math.max(bar.open, bar.close)) continue;
    const { low, high } = days.get(at) ?? bar;
    days.set(at, { low: usdPerBtc(Math.min(low, bar.low)), high: usdPerBtc(Math.max(high, bar.high)) });
  }
  return days;
}

/** Those of all days of a bar as one; null where a day has none. */
function rangeOf(
  { at, value }: Point<Traded>,
  days: ReadonlyMap<Instant, PriceRange>,
  asOf: Instant,
): PriceRange | null {
  const first = floorTo(at, DAY);
  if (value.until - first <= DAY) return days.get(first) ?? null;
  let [low, high] = [Infinity, 0];
  for (let day = first; day < earlier(value.until, asOf); day = shift(day, DAY)) {
    const range = days.get(day);
    if (range === undefined) return null;
    [low, high] = [Math.min(low, range.low), Math.max(high, range.high)];
  }
  return high === 0 ? null : { low: usdPerBtc(low), high: usdPerBtc(high) };
}

/** The months of which a bar was traded at prices that there were not (Q-14), each with the first of them. */
function mispriced({ market, value }: Contract, days: ReadonlyMap<Instant, PriceRange>, asOf: Instant): readonly Odd[] {
  const found = new Map<Month, Verdict>();
  for (const bar of value) {
    const range = rangeOf(bar, days, asOf);
    const [verdict] = range === null ? [] : meanPriceFits(market, bar, range);
    if (verdict !== undefined && !found.has(monthOf(bar.at))) found.set(monthOf(bar.at), verdict);
  }
  return [...found].map(([month, verdict]) => ({ month, verdict }));
}

function outside(contract: Contract, wrong: readonly Odd[]): Contract {
  const first = contract.value[0]?.at;
  if (wrong.length === 0 || first === undefined) return contract;
  const months = new Set(wrong.map(({ month }) => month));
  const value = filterSeries(contract.value, ({ at }) => !months.has(monthOf(at)));
  return { ...contract, value, due: earlier(contract.due ?? first, first) };
}

/** The contract, where no month of it is left; else its months, neighbours together. */
function lost({
  contract: { market },
  errors,
  left,
}: {
  readonly contract: Contract;
  readonly errors: readonly Odd[];
  readonly left: Contract;
}): readonly Lacking[] {
  const [first] = errors;
  if (first === undefined) return [];
  if (left.value.length === 0) return [without(market, first.verdict)];
  const runs: { from: Month; to: Month; verdict: Verdict }[] = [];
  for (const { month, verdict } of errors.toSorted((a, b) => (a.month < b.month ? -1 : 1))) {
    const run = runs.at(-1);
    if (run !== undefined && month === addMonths(run.to, 1)) run.to = month;
    else runs.push({ from: month, to: month, verdict });
  }
  return runs.map(({ from, to, verdict }) => ({
    ...without(market, verdict),
    what: `${market.symbol} ${from === to ? from : `${from} to ${to}`}`,
    contract: market.symbol,
  }));
}
