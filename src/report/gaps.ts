/** Gaps as a reader wants them: one line for all that one source lacks for one reason. */
import { isOffline } from "../core/gap.ts";
import type { Dataset } from "../core/market.ts";
import type { GapLine } from "./report.ts";
import { plural } from "./words.ts";

export interface GapGroup extends Omit<GapLine, "dataset"> {
  readonly datasets: readonly string[];
}

/** In the order of the first of each group. */
function grouped(gaps: readonly GapLine[]): readonly GapGroup[] {
  const groups = new Map<string, GapGroup>();
  for (const { dataset, ...gap } of gaps) {
    const key = JSON.stringify(gap);
    const before = groups.get(key);
    groups.set(key, { ...gap, datasets: [...(before?.datasets ?? []), dataset] });
  }
  return [...groups.values()];
}

/** One sentence for each source and reason; one for all that a run that asks nobody has not kept. */
export function gapSentences(gaps: readonly GapLine[]): readonly string[] {
  const unasked = gaps.filter(isOffline);
  const sources = new Set(unasked.map(({ source }) => source)).size;
  return [
    ...(sources === 0
      ? []
      : [
          `offline: of ${plural(sources, "source")} not all is in the cache; what the history keeps of them is told with its age. Run without --offline to ask them.`,
        ]),
    ...grouped(gaps.filter((gap) => !isOffline(gap))).map(
      (gap) => `${gapWords(gap)}.${gap.advice === null ? "" : ` ${gap.advice}`}`,
    ),
  ];
}

/** What is missing, in words: datasets, and figures that are no number of their own. Others go by their id. */
const WORDS: Readonly<Record<Dataset, string>> = {
  fearGreed: "Fear & Greed",
  price: "price",
  candles: "daily prices",
  openInterest: "open interest",
  openInterestHistory: "history of open interest",
  volume: "volume",
  funding: "funding",
  longShort: "long/short ratio",
  taker: "taker flow",
  liquidations: "liquidations",
  liquidationDays: "days of liquidations",
  hourlyCandles: "hourly prices",
  dailyCandles: "daily prices of its perpetual",
  hourlyOpenInterest: "hourly open interest",
  fineCandles: "five-minute prices",
  fineOpenInterest: "five-minute open interest",
  traderClasses: "trader classes",
  reportedOpenInterest: "open interest of other venues",
  reportedLiquidations: "liquidations of other venues",
  reportedMap: "its liquidation map",
  supply: "bitcoins in circulation",
};
const words = new Map<string, string>([
  ...Object.entries(WORDS),
  ["liquidationMap", "liquidation map"],
  ["volume.toDate.range", "range of the running month"],
  ["openInterest.quadrant", "open interest against the price"],
  ...["1d", "7d", "30d"].map((window): [string, string] => [
    `openInterest.changes.${window}`,
    `change of all open interest over ${window}`,
  ]),
  ["openInterest.changes.anchor", "change of all open interest since the anchor"],
]);

export const datasetWords = (dataset: string): string => words.get(dataset) ?? dataset;

/** `binance open interest, volume: refused 451, …`, without the advice. */
export function gapWords({ source, datasets, why, status, detail }: GapGroup): string {
  const named = datasets.map(datasetWords).join(", ");
  return `${source === "all" ? "" : `${source} `}${named}: ${why}${status === null ? "" : ` ${status}`}, ${detail}`;
}
