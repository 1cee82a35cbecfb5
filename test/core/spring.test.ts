import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candle } from "../../src/core/market.ts";
import { between, filterSeries, mapSeries, series, type Series } from "../../src/core/series.ts";
import { hasStrength, isTested, volumeRatio } from "../../src/core/spring-evidence.ts";
import { springs, type Spring } from "../../src/core/spring.ts";
import { endOfDay } from "../../src/core/time.ts";
import { barsOf, REAL, REAL_START, VECTOR_P } from "./daily-bars.ts";
import { at, day } from "./moments.ts";

const P = barsOf(VECTOR_P);
const first = (bars: Series<Candle>, n: number): Series<Candle> =>
  filterSeries(bars, (point) => bars.indexOf(point) < n);
/** Vector P up to the bar before one, and others from there on. */
const fromBar = (n: number, ...bars: readonly string[]): Series<Candle> =>
  barsOf([...VECTOR_P.trim().split("\n").slice(0, n), ...bars].join("\n"));
const last = (bars: Series<Candle>): Spring | undefined => springs(bars).at(-1);
const repeated = (bar: string, n: number): string[] => Array.from({ length: n }, () => bar);
/** Does nothing: inside the range, below its middle (89), above the lower half of the rise (83.35). */
const IDLE = "85 86 84.5 85 5";

describe("vector P", () => {
  it("is a confirmed spring", () => {
    const all = springs(P);
    expect(all).toHaveLength(1);
    const [spring] = all;
    expect(spring).toMatchObject({
      range: { bars: 25, support: 84, resistance: 94 },
      event: { index: 25, at: at("2026-01-26") },
      low: 82.1,
      state: "confirmed",
      since: { index: 31, at: at("2026-02-01") },
      reentry: { index: 26, at: at("2026-01-27"), tested: false, strength: false },
    });
    expect(spring?.depth).toBeCloseTo(0.02262, 5);
    expect(spring?.volumeRatio).toBeCloseTo(12 / 9, 12);
  });
  it("is pending for 26 bars, re-entered from 27 on, nothing before", () => {
    expect(springs(first(P, 25))).toEqual([]);
    expect(last(first(P, 26))).toMatchObject({ state: "pending", since: { index: 25 }, low: 82.6, reentry: null });
    expect(last(first(P, 27))).toMatchObject({ state: "re-entered", since: { index: 26 }, low: 82.1 });
    expect(last(first(P, 31))).toMatchObject({ state: "re-entered", since: { index: 26 } });
    expect(last(first(P, 32))).toMatchObject({ state: "confirmed", since: { index: 31 } });
  });
  it("fails at bar 30 where the price closes below the low", () => {
    const failed = last(fromBar(29, "88 88.2 84 84.2 12", "84.2 84.3 81.0 81.5 20"));
    expect(failed).toMatchObject({ state: "failed", since: { index: 30 }, low: 81 });
  });
});

describe("springs", () => {
  it("needs a tenth of a percent below the support", () => {
    expect(springs(fromBar(25, "85 85.6 83.95 85 12"))).toEqual([]);
    expect(last(fromBar(25, "85 85.6 83.9 85 12"))).toMatchObject({ state: "re-entered", event: { index: 25 } });
  });
  it("is a breakdown below half the height of the range: 79", () => {
    expect(last(fromBar(25, "85 85.6 79.1 83.4 12"))?.state).toBe("pending");
    expect(last(fromBar(25, "85 85.6 78.9 85 12"))).toMatchObject({
      state: "too deep",
      since: { index: 25 },
      reentry: null,
    });
    expect(last(fromBar(25, "85 85.6 82 83 12", "83 84 78.9 85 9"))).toMatchObject({
      state: "too deep",
      since: { index: 26 },
    });
  });
  it("is a breakdown below 8 % even of a high range", () => {
    // The same bars with highs of 104: the range is 84 to 104, half of it 11.9 %.
    const wide = VECTOR_P.trim()
      .split("\n")
      .slice(0, 25)
      .map((bar, i) => (i === 6 ? "91 104 90.5 93 14" : bar));
    expect(last(barsOf([...wide, "85 85.6 77.4 85 12"].join("\n")))?.state).toBe("re-entered");
    expect(last(barsOf([...wide, "85 85.6 77.2 85 12"].join("\n")))?.state).toBe("too deep");
  });
  it("has three bars after the event to close above the support", () => {
    const below = "83 84.1 82.7 83.5 9";
    expect(last(fromBar(25, ...repeated(below, 3), "83.5 85 83 84.1 9"))).toMatchObject({
      state: "re-entered",
      since: { index: 28 },
    });
    expect(last(fromBar(25, ...repeated(below, 3)))?.state).toBe("pending");
    expect(last(fromBar(25, ...repeated(below, 4)))).toMatchObject({ state: "too long", since: { index: 28 } });
    expect(last(fromBar(25, ...repeated("83 84.1 82.7 84 9", 4)))?.state).toBe("too long");
  });
  it("expires twenty bars after the re-entry", () => {
    expect(last(fromBar(27, ...repeated(IDLE, 19)))?.state).toBe("re-entered");
    expect(last(fromBar(27, ...repeated(IDLE, 20)))).toMatchObject({ state: "expired", since: { index: 46 } });
  });
  it("keeps a lower low that closes above the one before, and fails where it is too deep", () => {
    const lower = last(fromBar(27, "84 84.5 80 82.1 9"));
    expect(lower).toMatchObject({ state: "re-entered", low: 80 });
    expect(lower?.depth).toBeCloseTo(4 / 84, 12);
    expect(last(fromBar(27, "84 84.5 80 82.1 9", "82 83 81 81.9 9"))?.state).toBe("re-entered");
    expect(last(fromBar(27, "84 84.5 80 82.1 9", "82 83 79.5 79.9 9"))).toMatchObject({
      state: "failed",
      since: { index: 28 },
    });
    expect(last(fromBar(27, "84 84.5 78.9 83 9"))).toMatchObject({ state: "failed", since: { index: 27 } });
  });
  it("is confirmed at the middle of the range, in a bar after the re-entry", () => {
    expect(last(fromBar(27, "85 89.5 84.5 88.99 9"))?.state).toBe("re-entered");
    expect(last(fromBar(27, "85 89.5 84.5 89 9"))).toMatchObject({ state: "confirmed", since: { index: 27 } });
    const atOnce = last(fromBar(25, "85 90 82.6 89.5 12"));
    expect(atOnce).toMatchObject({ state: "re-entered", reentry: { index: 25 } });
  });

  it("is tested by a bar in the lower half of the rise (83.35) on less volume than the event's", () => {
    const tested = (bar: string) => last(fromBar(27, IDLE, bar))?.reentry?.tested;
    expect(tested("85 85 83.3 84.5 11")).toBe(true);
    expect(tested("85 85 83.3 84.5 12")).toBe(false);
    expect(tested("85 85 83.4 84.5 11")).toBe(false);
    expect(tested("85 85 82.1 84.5 11")).toBe(true);
    expect(tested("85 85 82.0 84.5 11")).toBe(false);
  });
  it("shows strength in a close above the range on more than the usual volume, also once confirmed", () => {
    const strength = (...bars: readonly string[]) => last(fromBar(27, ...bars))?.reentry?.strength;
    expect(strength("86 95 86 94.5 20")).toBe(true);
    expect(strength("86 95 86 94.5 8")).toBe(false);
    expect(strength("86 95 86 94 20")).toBe(false);
    expect(strength("86 90 86 89.5 9", "90 95 89 94.5 20")).toBe(true);
  });
  it("looks for signs for twenty bars after the re-entry", () => {
    const strong = "86 95 86 94.5 20";
    expect(last(fromBar(27, "86 90 86 89.5 9", ...repeated("89 90 86 89 5", 18), strong))?.reentry?.strength).toBe(
      true,
    );
    expect(last(fromBar(27, "86 90 86 89.5 9", ...repeated("89 90 86 89 5", 19), strong))?.reentry?.strength).toBe(
      false,
    );
  });
  it("looks for none after it failed", () => {
    const failed = last(fromBar(27, "84 84.5 81 81.5 9", "82 95 82 94.5 20"));
    expect(failed).toMatchObject({ state: "failed", reentry: { strength: false, tested: false } });
  });

  it("says nothing of volume that is not known", () => {
    const silent = mapSeries(P, (bar, from) => (from === at("2026-01-20") ? { ...bar, btc: null } : bar));
    expect(last(silent)).toMatchObject({ state: "confirmed", volumeRatio: null });
    const mute = mapSeries(P, (bar, from) => (from === at("2026-01-26") ? { ...bar, btc: null } : bar));
    expect(last(mute)).toMatchObject({ state: "confirmed", volumeRatio: null, reentry: { tested: false } });
    const signs = fromBar(27, "85 85 83.3 84.5 11", "90 95 89 94.5 20");
    expect(last(signs)?.reentry).toMatchObject({ tested: true, strength: true });
    const unsigned = mapSeries(signs, (bar, from) => (from >= at("2026-01-28") ? { ...bar, btc: null } : bar));
    expect(last(unsigned)?.reentry).toMatchObject({ tested: false, strength: false });
    const dead = barsOf(VECTOR_P.replaceAll(/ \d+$/gm, " 0"));
    expect(last(dead)).toMatchObject({ state: "confirmed", volumeRatio: null });
  });
  it.each([
    ["too few bars", first(P, 19)],
    ["no bars", series<Candle>([])],
    [
      "touches too near each other",
      fromBar(
        6,
        "91 94 90.5 93 14",
        "85 85.5 84.3 85 9",
        "85 88 85 87 9",
        "87 88 86 87 9",
        ...repeated("87 88 86.5 87 9", 15),
        "85 85 83 85 9",
      ),
    ],
    ["a range that is too high", barsOf(VECTOR_P.replace("91 94 90.5", "91 106 90.5"))],
    ["closes outside", fromBar(22, "90 95 89 94.5 9", "94.5 96 94 95 9", "95 97 94.5 96 9", "90 90 82.6 83.4 12")],
  ])("finds no range in %s", (_, bars) => {
    expect(springs(bars)).toEqual([]);
  });

  const walks = fc
    .array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.nat(10), fc.nat(10), fc.integer({ min: 1, max: 9 })), {
      minLength: 80,
      maxLength: 200,
    })
    .map((steps) => {
      let close = 1000;
      const bars = steps.map(([step, up, down, volume]) => {
        const open = close;
        // Pulled back to 1000, so that ranges form.
        close += step - Math.round((close - 1000) / 6);
        return `${open} ${Math.max(open, close) + up} ${Math.min(open, close) - down} ${close} ${volume}`;
      });
      return barsOf(bars.join("\n"));
    });
  it("never says at a bar what it could not know there, and never takes it back", () => {
    let seen = 0;
    fc.assert(
      fc.property(walks, fc.nat(199), (bars, n) => {
        const whole = springs(bars);
        seen += whole.length;
        const known = springs(first(bars, n));
        expect(known.map(({ event, range }) => [event, range])).toEqual(
          whole.filter(({ event }) => event.index < n).map(({ event, range }) => [event, range]),
        );
        for (const [i, spring] of known.entries()) {
          if (Number(whole[i]?.since.index) < n) expect(spring.state).toBe(whole[i]?.state);
          else expect(["pending", "re-entered"]).toContain(spring.state);
        }
      }),
      { numRuns: 60 },
    );
    expect(seen).toBeGreaterThan(20);
  });
  it("has one at a time, in a range that formed after the last", () => {
    fc.assert(
      fc.property(walks, (bars) => {
        const all = springs(bars);
        all.forEach((spring, i) => {
          const before = all[i - 1];
          if (before !== undefined) expect(spring.event.index - spring.range.bars).toBeGreaterThan(before.since.index);
          expect(spring.low).toBeLessThan(spring.range.support);
          expect(spring.range.bars).toBeGreaterThanOrEqual(20);
          expect(spring.range.bars).toBeLessThanOrEqual(60);
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe("the Binance perpetual in January 2026", () => {
  const asOf = (end: string): Spring | undefined =>
    last(between(barsOf(REAL, REAL_START), at(REAL_START), endOfDay(day(end))));

  it("re-enters on the 29th", () => {
    const spring = asOf("2026-01-29");
    expect(spring).toMatchObject({
      state: "re-entered",
      event: { at: at("2026-01-29") },
      since: { at: at("2026-01-29") },
      range: { bars: 60, support: 83_786, resistance: 97_932.1 },
    });
    expect(spring?.depth).toBeCloseTo(0.00534, 5);
    expect(spring?.volumeRatio).toBeCloseTo(1.82, 2);
  });
  it("has a lower low on the 30th", () => {
    expect(asOf("2026-01-30")).toMatchObject({ state: "re-entered", low: 81_000 });
    expect(asOf("2026-01-30")?.depth).toBeCloseTo(0.03325, 5);
  });
  it("fails on the 31st, and stays so", () => {
    const failed = { state: "failed", since: { at: at("2026-01-31") } };
    expect(asOf("2026-01-31")).toMatchObject(failed);
    expect(asOf("2026-02-03")).toMatchObject(failed);
  });
});

describe("the signs after a re-entry", () => {
  // Twenty bars of 10, then others: the usual volume is 10.
  const after = (...bars: readonly string[]): Series<Candle> =>
    barsOf([...repeated("90 91 89 90 10", 20), ...bars].join("\n"));

  it("strength is a close above the range after the re-entry, up to the end, on more than usual volume", () => {
    const strength = (reentry: number, until: number, ...bars: readonly string[]): boolean =>
      hasStrength(after(...bars), 100, reentry, until);
    const [strong, idle] = ["99 102 98 101 11", "90 91 89 90 10"];
    expect(strength(20, 21, idle, strong)).toBe(true);
    expect(strength(20, 20, idle, strong)).toBe(false);
    // The bar of the re-entry itself, and one before it, are none.
    expect(strength(20, 22, strong, idle, idle)).toBe(false);
    expect(strength(21, 22, strong, idle, idle)).toBe(false);
    expect(strength(20, 21, idle, "99 102 98 101 10")).toBe(false);
    expect(strength(20, 21, idle, "99 102 98 100 11")).toBe(false);
  });

  it("a test falls back into the lower half of the rise, holds the low, on less volume than the event", () => {
    // From 80 up to a close of 90: the middle is 85. The event is bar 20, the re-entry bar 21.
    const place = (index: number) => ({ index, at: at("2026-01-01") });
    const tested = (until: number, ...bars: readonly string[]): boolean =>
      isTested(
        after("85 86 80 83 30", "83 91 82 90 20", ...bars),
        { event: 20, reentry: place(21), low: 80, close: 90 },
        until,
      );
    const idle = "90 92 88 91 10";
    expect(tested(22, "90 91 85 88 29")).toBe(true);
    expect(tested(24, idle, idle, "90 91 85 88 29")).toBe(true);
    expect(tested(23, idle, idle, "90 91 85 88 29")).toBe(false);
    expect(tested(22, "90 91 85.1 88 29")).toBe(false);
    expect(tested(22, "90 91 80 88 29")).toBe(true);
    expect(tested(22, "90 91 79.9 88 29")).toBe(false);
    expect(tested(22, "90 91 85 88 30")).toBe(false);
  });

  it("volume has no usual size before twenty bars, and of nothing but zeros", () => {
    expect(volumeRatio(after("90 91 89 90 15"), 20)).toBe(1.5);
    expect(volumeRatio(after("90 91 89 90 15"), 19)).toBeNull();
    expect(volumeRatio(barsOf(repeated("90 91 89 90 0", 21).join("\n")), 20)).toBeNull();
    expect(volumeRatio(after(), 20)).toBeNull();
  });
});

describe("the bounds of a spring", () => {
  /** Ten times vector P, so that a tenth of a percent and 8 % are whole numbers: the support is 1,000. */
  const tenfold = (event: string): Series<Candle> =>
    barsOf(
      [
        ...Array.from({ length: 25 }, (_, i) => {
          if (i === 3 || i === 10) return "1010 1030 1000 1020 10";
          return i === 6 ? "1100 1200 1090 1100 10" : "1050 1060 1040 1050 10";
        }),
        event,
      ].join("\n"),
    );

  it("include a tenth of a percent below the support, and 8 %", () => {
    expect(springs(tenfold("1010 1020 999.1 1010 10"))).toEqual([]);
    expect(last(tenfold("1010 1020 999 1010 10"))).toMatchObject({ range: { support: 1000 }, state: "re-entered" });
    expect(last(tenfold("1010 1020 920 1010 10"))).toMatchObject({ state: "re-entered", depth: 0.08 });
    expect(last(tenfold("1010 1020 919.9 1010 10"))?.state).toBe("too deep");
  });
});

describe("half of the range", () => {
  /** A range of 90 to 96: half of it is 3, a thirtieth of the support. */
  const low = (event: number): Spring | undefined =>
    last(
      barsOf(
        [
          ...Array.from({ length: 25 }, (_, i) => {
            if (i === 3 || i === 10) return "91 92 90 91 10";
            return i === 6 ? "92 96 92 93 10" : "92 93 91 92 10";
          }),
          `91 92 ${event} 91 10`,
        ].join("\n"),
      ),
    );

  it("is no more than half of it", () => {
    expect(low(87)).toMatchObject({ range: { support: 90, resistance: 96 }, state: "re-entered" });
    expect(low(86.9)?.state).toBe("too deep");
  });
});
