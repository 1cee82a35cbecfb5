/** Gaps as a reader wants them: one line for all that one source lacks for one reason. */
import { isOffline } from "../core/gap.ts";
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

/** `binance openInterest, volume: refused 451, …`, without the advice. */
export function gapWords({ source, datasets, why, status, detail }: GapGroup): string {
  return `${source} ${datasets.join(", ")}: ${why}${status === null ? "" : ` ${status}`}, ${detail}`;
}
