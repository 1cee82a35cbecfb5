/** Gaps as a reader wants them: one line for all that one source lacks for one reason. */
import type { GapLine } from "./report.ts";

export interface GapGroup extends Omit<GapLine, "dataset"> {
  readonly datasets: readonly string[];
}

/** In the order of the first of each group. */
export function grouped(gaps: readonly GapLine[]): readonly GapGroup[] {
  const groups = new Map<string, GapGroup>();
  for (const { dataset, ...gap } of gaps) {
    const key = JSON.stringify(gap);
    const before = groups.get(key);
    groups.set(key, { ...gap, datasets: [...(before?.datasets ?? []), dataset] });
  }
  return [...groups.values()];
}

/** `binance openInterest, volume: refused 451, …`, without the advice. */
export function gapWords({ source, datasets, why, status, detail }: GapGroup): string {
  return `${source} ${datasets.join(", ")}: ${why}${status === null ? "" : ` ${status}`}, ${detail}`;
}
