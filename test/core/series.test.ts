import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  between,
  exactly,
  filterSeries,
  joinSeries,
  latest,
  mapSeries,
  nearest,
  series,
  type Series,
} from "../../src/core/series.ts";
import { instant } from "../../src/core/time.ts";

const point = (ms: number, value: string) => ({ at: instant(ms), value });
let s: Series<string>;
beforeEach(() => {
  s = series([point(30, "c"), point(10, "a"), point(20, "b")]);
});
const values = (of: readonly { readonly value: string }[]): string => of.map(({ value }) => value).join("");

describe("series", () => {
  it("sorts and keeps the last of two points with one instant", () => {
    expect(values(s)).toBe("abc");
    expect(series([point(5, "old"), point(1, "a"), point(5, "new")])).toEqual([point(1, "a"), point(5, "new")]);
  });
  it("keeps the last of two neighbours with one instant, too", () => {
    expect(series([point(1, "old"), point(1, "new"), point(2, "b")])).toEqual([point(1, "new"), point(2, "b")]);
    expect(series([point(1, "a"), point(2, "old"), point(2, "new")])).toEqual([point(1, "a"), point(2, "new")]);
  });
  it("is strictly increasing whatever it is given", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 })), (times) => {
        const made = series(times.map((ms) => point(ms, "")));
        expect(made.map(({ at }) => at)).toEqual([...new Set(times)].toSorted((a, b) => a - b));
      }),
    );
  });
  it("maps, filters, joins and cuts", () => {
    expect(mapSeries(s, (value, at) => `${value}${at}`)[1]?.value).toBe("b20");
    expect(values(filterSeries(s, ({ value }) => value !== "b"))).toBe("ac");
    expect(values(joinSeries(s, series([point(20, "B"), point(40, "d")])))).toBe("aBcd");
    expect(values(between(s, instant(10), instant(30)))).toBe("ab");
    expect(values(between(s, instant(11), instant(31)))).toBe("bc");
  });
});

describe("nearest", () => {
  it.each([
    [4, 5, null],
    [5, 5, "a"],
    [14, 5, "a"],
    // Of two as near the earlier one.
    [15, 5, "a"],
    [16, 5, "b"],
    [20, 0, "b"],
    [21, 0, null],
    [35, 5, "c"],
    [36, 5, null],
  ])("to %s within %s is %s", (ms, within, value) => {
    expect(nearest(s, instant(ms), within)?.value ?? null).toBe(value);
  });
  it("is the one that a look at all of them finds", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 })), fc.nat({ max: 60 }), fc.nat({ max: 9 }), (times, ms, within) => {
        const made = series(times.map((at) => point(at, "")));
        const [best] = made
          .filter(({ at }) => Math.abs(at - ms) <= within)
          .toSorted((a, b) => Math.abs(a.at - ms) - Math.abs(b.at - ms));
        expect(nearest(made, instant(ms), within)).toEqual(best ?? null);
      }),
    );
  });
});

describe("latest", () => {
  it.each([
    [9, null],
    [10, "a"],
    [19, "a"],
    [20, "b"],
    [30, "c"],
    [99, "c"],
  ])("at %i is %s", (ms, value) => {
    expect(latest(s, instant(ms))?.value ?? null).toBe(value);
  });
  it("keeps to its age", () => {
    expect(latest(s, instant(25), 5)?.value).toBe("b");
    expect(latest(s, instant(25), 4)).toBeNull();
  });
  it("is exact where asked", () => {
    expect(exactly(s, instant(20))?.value).toBe("b");
    expect(exactly(s, instant(21))).toBeNull();
    expect(exactly(series<string>([]), instant(0))).toBeNull();
  });
  it("agrees with a search from the end", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 100 })), fc.nat({ max: 110 }), (times, ms) => {
        const made = series(times.map((t) => point(t, String(t))));
        expect(latest(made, instant(ms))).toEqual(made.findLast(({ at }) => at <= ms) ?? null);
      }),
    );
  });
});
