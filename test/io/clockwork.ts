import type { Waiting } from "../../src/io/polite.ts";

export const NOON = Date.UTC(2026, 0, 30, 12);

export interface Clockwork extends Waiting {
  /** The pauses in the order they were asked for. */
  readonly slept: readonly number[];
  readonly now: () => number;
}

/** Time that passes only when nothing else is left to do: then the sleeper who is due first wakes. */
export function clockwork(seconds = 3_600, start = NOON): Clockwork {
  const slept: number[] = [];
  const sleepers: { readonly due: number; readonly wake: () => void }[] = [];
  let now = start;
  const tick = (): void => {
    const first = sleepers.toSorted((a, b) => a.due - b.due)[0];
    if (first === undefined) return;
    sleepers.splice(sleepers.indexOf(first), 1);
    now = first.due;
    first.wake();
    setImmediate(tick);
  };
  return {
    slept,
    now: () => now,
    until: start + seconds * 1000,
    clock: () => now,
    sleep: (ms) => {
      slept.push(ms);
      if (sleepers.length === 0) setImmediate(tick);
      return new Promise((wake) => {
        sleepers.push({ due: now + ms, wake });
      });
    },
  };
}
