/** Histories on two levels. A day is 100 BTC unless it is said what it is. */
import { describe, expect, it } from "vitest";
import { levels, type HeldOn } from "../../../src/core/plausible/steps.ts";
import { series } from "../../../src/core/series.ts";
import { DAY, shift } from "../../../src/core/time.ts";
import { btc } from "../../../src/core/units.ts";
import { at } from "../moments.ts";

const first = at("2026-01-01");
/** By contract; null for a day that was not told. */
type Day = Readonly<Record<string, number>> | null;
const found = (...days: readonly Day[]) =>
  levels(
    series(
      days.flatMap((day, i) => {
        const value: HeldOn = new Map(Object.entries(day ?? {}).map(([symbol, held]) => [symbol, btc(held)]));
        return day === null ? [] : [{ at: shift(first, i * DAY), value }];
      }),
    ),
  );
const a = (...values: readonly (number | null)[]): readonly Day[] =>
  values.map((held) => (held === null ? null : { A: held }));
const outOf = (days: readonly Day[]) =>
  found(...days).out.map(({ after, before }) => [
    after === null ? null : (after - first) / DAY,
    (before - first) / DAY,
  ]);
const many = (count: number, held: number): readonly number[] => Array.from({ length: count }, () => held);

describe("Q-12 levels", () => {
  it("has nothing to say of a history that moves as venues do", () => {
    expect(found()).toEqual({ out: [], warning: null });
    expect(found(...a(100))).toEqual({ out: [], warning: null });
    expect(found(...a(100, 110, 95, 105))).toEqual({ out: [], warning: null });
  });

  it("tells the largest unusual day, and that alone", () => {
    // ln 1.3 = 0.2624, ln (130 / 95) = 0.3137.
    const { out, warning } = found(...a(100, 130, 95, 96));
    expect(out).toEqual([]);
    expect(warning).toMatchObject({ rule: "Q-12", severity: "warning" });
    expect(warning?.value).toBeCloseTo(0.3137, 4);
    // The older one is the larger: ln 1.4 = 0.3365, ln (140 / 110) = 0.2412.
    expect(found(...a(100, 140, 110, 111)).warning?.value).toBeCloseTo(0.3365, 4);
  });

  it("knows no step from nothing or to nothing: that is another matter", () => {
    expect(found({ A: 0 }, { A: 100 })).toEqual({ out: [], warning: null });
    expect(found({ A: 100 }, { A: 0 })).toEqual({ out: [], warning: null });
  });

  it("compares contracts that are just half of the younger day, and no smaller part", () => {
    expect(outOf([{ A: 0.05 }, { A: 50, B: 50 }])).toEqual([[null, 1]]);
    expect(outOf([{ A: 0.05 }, { A: 50, B: 50.1 }])).toEqual([]);
  });

  it("leaves out all that is older than a step that no venue makes", () => {
    const { out } = found(...a(0.1, 0.1, 0.1, 100, 101));
    expect(out).toMatchObject([{ after: null, before: shift(first, 3 * DAY), error: { rule: "Q-12" } }]);
    // ln 1,000 = 6.9078.
    expect(out[0]?.error.value).toBeCloseTo(6.9078, 4);
    // Half of it: ln 2 = 0.6931.
    expect(outOf(a(50, 50, 100, 100))).toEqual([[null, 2]]);
    // Of two steps the younger one.
    expect(outOf(a(...many(10, 1), ...many(10, 10), ...many(10, 100)))).toEqual([[null, 20]]);
  });

  it("leaves out a dip, or a rise, that comes back to its level within a week", () => {
    expect(outOf(a(100, 0.1, 0.1, 101, 102))).toEqual([[0, 3]]);
    expect(outOf(a(100, 250, 250, 101, 102))).toEqual([[0, 3]]);
    expect(outOf(a(100, 0.1, 100, 100, 0.2, 0.2, 100))).toEqual([
      [3, 6],
      [0, 2],
    ]);
    // Six days between two that are a week apart.
    expect(outOf(a(100, ...many(6, 0.1), 100))).toEqual([[0, 7]]);
    expect(outOf(a(100, ...many(7, 0.1), 100))).toEqual([[null, 8]]);
    // ln (100 / 50) is more than a day's step: another level, not the old one.
    expect(outOf(a(50, 0.1, 0.1, 100))).toEqual([[null, 3]]);
  });

  it("over days that are missing lets a venue move so many times as far", () => {
    // Three days: up to e ^ 1.8 = 6.05 times.
    expect(outOf(a(17, null, null, 100))).toEqual([]);
    expect(outOf(a(16, null, null, 100))).toEqual([[null, 3]]);
    // Weekly values of a thousand times as much: e ^ (7 x 0.6) = 66.7.
    expect(outOf(a(1, ...many(6, 0).map(() => null), 1000))).toEqual([[null, 7]]);
    // A move over missing days is no step of one day.
    expect(found(...a(100, null, 140)).warning).toBeNull();
    // ln 1.5 = 0.4055, more than two days' 0.34.
    expect(found(...a(100, null, 150)).warning).toBeNull();
  });

  it("makes no step of what is listed, expires or was not told", () => {
    expect(outOf([{ A: 100 }, { A: 100, B: 90 }])).toEqual([]);
    expect(outOf([{ A: 100, B: 300 }, { A: 100 }])).toEqual([]);
    // A new contract of 1, 3 and 9 BTC beside 100.
    expect(outOf([{ A: 100 }, { A: 100, B: 1 }, { A: 100, B: 3 }, { A: 100, B: 9 }])).toEqual([]);
    // Only the small one is told of a day on which it is a tenth of what it is the day after.
    expect(outOf([{ A: 100, B: 1 }, { B: 1 }, { A: 100, B: 10 }])).toEqual([]);
    // A large contract whose history begins later.
    const old = Array.from({ length: 20 }, () => ({ B: 40 }));
    expect(outOf([...old, { A: 60, B: 41 }, { A: 60, B: 41 }])).toEqual([]);
  });

  it("sees a step behind a day that tells too little", () => {
    expect(outOf([{ A: 0.1, B: 0.001 }, { B: 0.001 }, { A: 100, B: 1 }])).toEqual([[null, 2]]);
    // An expiry on the same day hides none.
    expect(outOf([{ A: 0.1, B: 50 }, { A: 100 }])).toEqual([[null, 1]]);
  });

  it("compares what is older than the beginning of a large contract among itself, after a week", () => {
    const old = (count: number, held: number) => Array.from({ length: count }, () => ({ B: held }));
    expect(outOf([...old(5, 0.04), ...old(20, 40), { A: 60, B: 40 }])).toEqual([[null, 5]]);
  });
});
