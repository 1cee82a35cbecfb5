/** Instants, days and months from their text, and daily series, for tests. */
import { series, type Series } from "../../src/core/series.ts";
import {
  DAY,
  parseDay,
  parseInstant,
  parseMonth,
  shift,
  type Day,
  type Instant,
  type Month,
} from "../../src/core/time.ts";

function found<T>(value: T | null, text: string): T {
  if (value === null) throw new Error(`a test names the impossible ${text}`);
  return value;
}

export const at = (text: string): Instant => found(parseInstant(text.length === 10 ? `${text}T00:00Z` : text), text);
export const day = (text: string): Day => found(parseDay(text), text);
export const month = (text: string): Month => found(parseMonth(text), text);

/** One value a day from `start` on; undefined leaves its day out. */
export const daily = <T>(start: string, values: readonly (T | undefined)[]): Series<T> =>
  series(values.flatMap((value, i) => (value === undefined ? [] : [{ at: shift(at(start), i * DAY), value }])));
