import { describe, expect, it } from "vitest";
import { clean, valid } from "../../src/core/clean.ts";
import { instant, MINUTE } from "../../src/core/time.ts";

const samples = (values: readonly number[]) => values.map((value, i) => ({ at: instant(i * 5 * MINUTE), value }));

// Five-minute samples: a zero, a spike, then a real fall.
const FALL = [
  100.2, 100.3, 100.1, 100.2, 0, 100.3, 100.2, 100.4, 85.0, 100.3, 100.2, 100.1, 99.8, 96, 91, 88, 87.5, 87.6, 87.4,
  87.9, 88.2, 88.5, 88.4, 88.9, 89.1,
];

describe("clean", () => {
  const found = () => clean(samples(FALL));

  it("flags the zero and the spike and nothing of the real fall", () => {
    expect(found().flags.map(({ at, value, why }) => [at / (5 * MINUTE), value, why])).toEqual([
      [4, 0, "empty"],
      [8, 85, "spike"],
    ]);
    expect(found().series).toHaveLength(FALL.length - 2);
  });
  it("leaves a low of 87.4, where the raw minimum is 0 and the smallest positive value 85.0", () => {
    expect(Math.min(...FALL)).toBe(0);
    expect(Math.min(...FALL.filter((n) => n > 0))).toBe(85);
    expect(Math.min(...found().series.map(({ value }) => value))).toBe(87.4);
  });
  it("calls nothing within 3 % a spike, however still the rest is", () => {
    const still = [100, 100, 100, 100, 100, 100, 100];
    expect(clean(samples([...still, 102.9, ...still])).flags).toEqual([]);
    expect(clean(samples([...still, 103, ...still])).flags).toEqual([]);
    expect(clean(samples([...still, 103.1, ...still])).flags.map(({ why }) => why)).toEqual(["spike"]);
  });
  it("calls nothing a spike that the spread of its neighbours explains", () => {
    // Median 100, median deviation 5: five sigmas are 37.
    const wild = [95, 105, 95, 105, 100, 95, 105];
    expect(clean(samples([...wild, 130, ...wild])).flags).toEqual([]);
    expect(clean(samples([...wild, 140, ...wild])).flags.map(({ value }) => value)).toEqual([140]);
  });
  it("looks at six samples on either side, and at what there is of them at the ends", () => {
    const spikes = (values: readonly number[]): number[] =>
      clean(samples(values)).flags.map(({ at }) => at / (5 * MINUTE));
    // The last sample is one of three against four; with a seventh sample before it they would be four of eight.
    expect(spikes([110, 100, 100, 100, 100, 110, 110, 110])).toContain(7);
    // The third is one of four against five, the very first sample being the fifth.
    expect(spikes([110, 110, 100, 110, 110, 110, 100, 100, 100])).toContain(2);
  });
  it("takes nothing", () => {
    expect(clean([])).toEqual({ series: [], flags: [] });
  });
});

describe("valid", () => {
  it("drops what is not finite and positive", () => {
    const found = valid(samples([1, Number.NaN, -1, 0, Infinity, 2]));
    expect(found.series.map(({ value }) => value)).toEqual([1, 2]);
    expect(found.flags.map(({ why }) => why)).toEqual(["empty", "empty", "empty", "empty"]);
  });
  it("keeps the later of two rows and flags those that differ by more than 0.1 %", () => {
    const at = instant(0);
    const rows = (a: number, b: number) => [
      { at, value: a },
      { at, value: b },
    ];
    expect(valid(rows(1000, 1001))).toEqual({ series: [{ at, value: 1001 }], flags: [] });
    expect(valid(rows(1000, 1002))).toEqual({
      series: [{ at, value: 1002 }],
      flags: [{ at, value: 1000, why: "differs" }],
    });
    expect(valid(rows(1000, 0)).series).toEqual([{ at, value: 1000 }]);
  });
});
