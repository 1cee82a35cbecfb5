/** What there is in the store, a line for every source, dataset and market. */
import type { Instant } from "../core/time.ts";
import type { Identity } from "./observations.ts";
import type { Kept } from "./rows.ts";

export interface Listed {
  readonly source: string;
  readonly dataset: Kept;
  readonly market: string | null;
  readonly first: Instant;
  readonly last: Instant;
  readonly points: number;
  readonly revised: number;
  /** Days between the first and the last of which nothing is known, beyond the usual step from day to day. */
  readonly missingDays: number;
}

/** How far a series reaches; null where the file holds what is no instant. */
export interface Extent {
  readonly first: Instant | null;
  readonly last: Instant | null;
  readonly points: number;
  readonly revised: number;
}

/** So often the next day with a value is so many days on. */
export interface Step {
  readonly days: number;
  readonly count: number;
}

/** `extents` and `steps` are those of each series, by its id. */
export function listedOf(
  series: readonly { readonly id: number; readonly of: Identity }[],
  extents: ReadonlyMap<number, Extent>,
  steps: ReadonlyMap<number, readonly Step[]>,
): readonly Listed[] {
  const lines = new Map<string, Listed>();
  for (const { id, of } of series) {
    const { first = null, last = null, points = 0, revised = 0 } = extents.get(id) ?? {};
    if (first === null || last === null) continue;
    const { source, dataset, market } = of;
    const key = JSON.stringify([source, dataset, market?.symbol]);
    const before = lines.get(key);
    const more = before === undefined || points > before.points;
    lines.set(key, {
      source,
      dataset,
      market: market?.symbol ?? null,
      first: before === undefined || first < before.first ? first : before.first,
      last: before === undefined || last > before.last ? last : before.last,
      // The fields of a point are series of their own: the one with the most points stands for all.
      points: more ? points : before.points,
      revised: Math.max(revised, before?.revised ?? 0),
      missingDays: more ? missingDays(steps.get(id) ?? []) : before.missingDays,
    });
  }
  return [...lines.values()].toSorted((a, b) => (keyIn(a) < keyIn(b) ? -1 : 1));
}

const keyIn = ({ source, dataset, market }: Listed): string => `${source} ${dataset} ${market ?? ""}`;

/** The most frequent step is the cadence: what is told weekly lacks no days between. */
function missingDays(steps: readonly Step[]): number {
  const usual = steps.toSorted((a, b) => b.count - a.count || a.days - b.days)[0]?.days ?? 1;
  return steps.reduce((sum, { days, count }) => sum + Math.max(0, days - usual) * count, 0);
}
