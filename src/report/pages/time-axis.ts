/** Words on a time axis: few enough that they fit on a phone. */
import type { Tick } from "../page.ts";
import { shortDay, shortMonth } from "../words.ts";

/** Pixels: the axis on a phone, a letter, and between two words. */
const [WIDTH, LETTER, BETWEEN] = [260, 7, 8];
/** As near to an end of the axis. */
const EDGE = 0.06;
/** Months or days between two words. */
const STRIDES = [1, 2, 3, 6, 12, 24, 60] as const;
const DAYS = [1, 2, 5, 7, 14] as const;

/** Of days in order: the first days of months, or days of one distance back from the last where there are not two. */
export function dayTicks(days: readonly string[]): readonly Tick[] {
  const firsts = days.flatMap((day, at) => (day.endsWith("-01") ? [{ at, month: day.slice(0, 7) }] : []));
  if (firsts.length >= 2) return monthly(firsts, days.length);
  return fitting(
    DAYS.map((step) =>
      days.flatMap((day, at) => ((days.length - 1 - at) % step === 0 ? [{ at, text: shortDay(day) }] : [])),
    ),
    days.length,
  );
}

/** Of months in order. */
export const monthTicks = (months: readonly string[]): readonly Tick[] =>
  monthly(
    months.map((month, at) => ({ at, month })),
    months.length,
  );

interface Begun {
  readonly at: number;
  readonly month: string;
}

/** The year stands with the first word and where a year has begun since the word before. */
function monthly(months: readonly Begun[], count: number): readonly Tick[] {
  const every = (stride: number): readonly Begun[] =>
    months.filter(({ month }) => (Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1) % stride === 0);
  const worded = (some: readonly Begun[]): readonly Tick[] =>
    some.map(({ at, month }, i) => ({
      at,
      text: shortMonth(month, month.slice(0, 4) === some[i - 1]?.month.slice(0, 4) ? null : "year"),
    }));
  return fitting(
    STRIDES.map((stride) => worded(every(stride))),
    count,
  );
}

/** The first choice of which no two words meet. */
const fitting = (choices: readonly (readonly Tick[])[], count: number): readonly Tick[] =>
  choices.find((ticks) => {
    const places = ticks.map((tick) => placeOf(tick, count));
    return places.every(({ left }, i) => i === 0 || left - (places[i - 1]?.right ?? 0) >= BETWEEN);
  }) ?? [];

/** A word stands in the middle over its place, but for those at the edges, which keep within the axis. */
function placeOf({ at, text }: Tick, count: number): { readonly left: number; readonly right: number } {
  const [part, wide] = [at / Math.max(1, count - 1), text.length * LETTER];
  const left = part * WIDTH - (part < EDGE ? 0 : part > 1 - EDGE ? wide : wide / 2);
  return { left, right: left + wide };
}
