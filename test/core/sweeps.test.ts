import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candle } from "../../src/core/market.ts";
import { between, filterSeries, series, type Series } from "../../src/core/series.ts";
import { levelsOf, withRunning, zoneOf, type Level } from "../../src/core/sweeps.ts";
import { fractals, type Swing } from "../../src/core/swings.ts";
import { DAY, endOfDay, shift } from "../../src/core/time.ts";
import { usdPerBtc } from "../../src/core/units.ts";
import { barsOf, REAL, REAL_START, VECTOR_P } from "./daily-bars.ts";
import { at, day } from "./moments.ts";

const P = barsOf(VECTOR_P);
const levels = (bars: Series<Candle>): readonly Level[] => levelsOf(bars, fractals(bars, 2));
/** The bars up to and with a day. */
const until = (last: string): Series<Candle> => between(barsOf(REAL, REAL_START), at(REAL_START), endOfDay(day(last)));
const low = (all: readonly Level[], price: number): Level | undefined =>
  all.find(({ swing }) => swing.is === "low" && swing.price === price);

/** A swing of 100 at bar 2, known at bar 4, and then these bars of low, high and close. */
const afterSwing = (...bars: readonly (readonly [number, number, number])[]): Series<Candle> =>
  barsOf(
    ["104 105 103 104 1", "103 104 102 103 1", "102 103 100 102 1", "102 104 101 103 1", "103 105 102 104 1"]
      .concat(bars.map(([l, h, c]) => `${c} ${h} ${l} ${c} 1`))
      .join("\n"),
  );
const sweepOf100 = (...bars: readonly (readonly [number, number, number])[]) =>
  low(levels(afterSwing(...bars)), 100)?.sweep;

describe("levelsOf", () => {
  it("finds the sweeps of vector P", () => {
    const found = levels(P);
    const shown = (price: number) => {
      const sweep = low(found, price)?.sweep;
      return [sweep?.at, (Number(sweep?.depth) * 100).toFixed(3), sweep?.class, sweep?.after];
    };
    expect(shown(84.0)).toEqual([at("2026-01-26"), "1.667", "reclaim", 1]);
    expect(shown(84.4)).toEqual([at("2026-01-26"), "2.133", "reclaim", 1]);
    expect(shown(87.0)).toEqual([at("2026-01-23"), "1.149", "breakdown", null]);
    expect(low(found, 82.1)?.sweep).toBeNull();
  });
  it.each([
    ["wick", 0, [[99, 103, 101]]],
    [
      "reclaim",
      1,
      [
        [99, 103, 99.5],
        [99, 103, 101],
      ],
    ],
    [
      "reclaim",
      3,
      [
        [99, 100, 99],
        [98, 100, 99],
        [98, 100, 100],
        [99, 102, 101],
      ],
    ],
    [
      "breakdown",
      null,
      [
        [99, 100, 99],
        [98, 100, 99],
        [98, 100, 100],
        [98, 100, 99],
        [99, 102, 101],
      ],
    ],
    [
      "pending",
      null,
      [
        [99, 100, 99],
        [98, 100, 99],
        [98, 100, 100],
      ],
    ],
  ] as const)("calls it a %s (%s)", (name, after, bars) => {
    expect(sweepOf100(...bars)).toMatchObject({ at: at("2026-01-06"), class: name, after });
  });
  it("takes the depth of the bar that sweeps, and needs more than 5 hundredths of a percent", () => {
    expect(sweepOf100([99.96, 103, 101])).toBeNull();
    // 1 of 2,000 is exactly as much.
    const at2000: Swing = { is: "low", index: 0, at: at("2026-01-01"), price: usdPerBtc(2_000), confirmed: 0 };
    const to = (low: number) => levelsOf(barsOf(`2010 2020 2000 2010 1\n2005 2010 ${low} 2005 1`), [at2000])[0]?.sweep;
    expect(to(1_999)).toBeNull();
    expect(to(1_998.9)).toMatchObject({ at: at("2026-01-02"), class: "wick" });
    expect(sweepOf100([99.96, 103, 101], [99.94, 103, 101])).toMatchObject({ at: at("2026-01-07"), class: "wick" });
    expect(sweepOf100([99, 103, 99.5], [95, 103, 101])?.depth).toBeCloseTo(0.01, 12);
  });
  it("keeps the first sweep, and looks at no bar up to the confirmation", () => {
    expect(sweepOf100([99, 103, 101], [90, 103, 91])).toMatchObject({ at: at("2026-01-06"), class: "wick" });
    const early = levelsOf(afterSwing([99, 103, 101]), [
      { is: "low", index: 0, at: at("2026-01-01"), price: usdPerBtc(103), confirmed: 4 },
    ]);
    expect(early[0]?.sweep?.at).toBe(at("2026-01-06"));
  });
  it("mirrors for highs", () => {
    const up = barsOf("96 97 95 96 1\n97 98 96 97 1\n98 100 97 98 1\n98 99 96 97 1\n97 98 95 96 1\n96 101 95 99 1");
    const high = levels(up).find(({ swing }) => swing.is === "high");
    expect(high?.sweep).toMatchObject({ at: at("2026-01-06"), class: "wick", after: 0 });
    expect(high?.sweep?.depth).toBeCloseTo(0.01, 12);
    const out = barsOf("96 97 95 96 1\n97 98 96 97 1\n98 100 97 98 1\n98 99 96 97 1\n97 98 95 96 1\n96 101 95 100.5 1");
    expect(levels(out).find(({ swing }) => swing.is === "high")?.sweep?.class).toBe("pending");
  });
  it("is the same later, but for what was pending", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 33 }), (n) => {
        const whole = levels(P);
        for (const { swing, sweep } of levels(filterSeries(P, (point) => P.indexOf(point) < n))) {
          const later = whole.find((level) => level.swing.index === swing.index && level.swing.is === swing.is);
          expect(later?.swing).toEqual(swing);
          if (sweep === null) expect(later?.sweep?.at ?? Infinity).toBeGreaterThanOrEqual(P[n]?.at ?? Infinity);
          else if (sweep.class === "pending") expect(later?.sweep?.at).toBe(sweep.at);
          else expect(later?.sweep).toEqual(sweep);
        }
      }),
    );
  });
});

describe("the Binance perpetual in January 2026", () => {
  const shown = (last: string, price: number) => {
    const level = low(levels(until(last)), price);
    if (level === undefined) return undefined;
    const { sweep } = level;
    return sweep === null ? null : [sweep.at, (sweep.depth * 100).toFixed(2), sweep.class];
  };

  it("as of the 30th", () => {
    expect(shown("2026-01-30", 83_786)).toEqual([at("2026-01-29"), "0.53", "wick"]);
    expect(shown("2026-01-30", 84_408.6)).toEqual([at("2026-01-29"), "1.27", "wick"]);
    expect(shown("2026-01-30", 86_021.7)).toEqual([at("2026-01-29"), "3.12", "pending"]);
    expect(shown("2026-01-30", 80_600)).toBeNull();
  });
  it("later", () => {
    expect(shown("2026-02-01", 86_021.7)).toEqual([at("2026-01-29"), "3.12", "breakdown"]);
    expect(shown("2026-01-31", 80_600)).toEqual([at("2026-01-31"), "6.33", "pending"]);
    expect(shown("2026-02-03", 80_600)).toEqual([at("2026-01-31"), "6.33", "breakdown"]);
  });
  it("no swing low between 80,000 and 83,000 was swept by the 30th: 0 of 1", () => {
    const zone = zoneOf(levels(until("2026-01-30")), "low", usdPerBtc(80_000), usdPerBtc(83_000));
    expect(zone.levels.map(({ swing }) => swing.price)).toEqual([80_600]);
    expect(zone).toMatchObject({ swept: 0, isSwept: false });
  });
});

describe("withRunning", () => {
  // The swing of 100 is known with the bar of the 5th. On the 6th and the 7th two bars each, as [low, high].
  const six = ["2026-01-06T00:00Z", "2026-01-06T12:00Z", "2026-01-07T00:00Z", "2026-01-07T12:00Z"];
  const bars = (...ends: readonly (readonly [number, number])[]): Series<Candle> =>
    series(
      ends.map(([l, h], i) => {
        const from = at(six[i] ?? "");
        const [low, high] = [usdPerBtc(l), usdPerBtc(h)];
        return {
          at: from,
          value: { until: shift(from, DAY / 2), open: low, low, high, close: high, btc: null, usd: null },
        };
      }),
    );
  const running = (...ends: readonly (readonly [number, number])[]) =>
    low(withRunning(levels(afterSwing()), bars(...ends)), 100)?.sweep;

  it("sweeps what the day has gone beyond, on the day on which it first did and as deep as it came", () => {
    expect(running([100, 103], [99, 103], [98, 103], [101, 103])).toEqual({
      at: at("2026-01-06T12:00Z"),
      depth: 0.02,
      class: "pending",
      after: null,
    });
  });
  it("takes the spread between venues for no sweep, and needs a bar", () => {
    expect(running([99.96, 103])).toBeNull();
    expect(running()).toBeNull();
  });
  it("leaves what closed days have swept", () => {
    const closed = levels(afterSwing([99, 103, 101]));
    expect(withRunning(closed, bars([90, 91]))).toEqual(closed);
  });
  it("counts in the zone", () => {
    const all = withRunning(levels(afterSwing()), bars([99, 103]));
    expect(zoneOf(all, "low", usdPerBtc(99), usdPerBtc(101))).toMatchObject({ swept: 1, isSwept: true });
  });
});

describe("zoneOf", () => {
  const zone = (from: number, to: number) => zoneOf(levels(P), "low", usdPerBtc(from), usdPerBtc(to));

  it("is swept where every level in it is", () => {
    expect(zone(84, 87)).toMatchObject({ swept: 3, isSwept: false });
    expect(zone(84, 85)).toMatchObject({ swept: 2, isSwept: true });
  });
  it("includes both ends", () => {
    expect(zone(84, 84.4).levels).toHaveLength(2);
    expect(zone(84.01, 84.39).levels).toHaveLength(0);
  });
  it("is not swept where there is nothing to sweep", () => {
    expect(zone(70, 75)).toMatchObject({ levels: [], swept: 0, isSwept: false });
  });
  it("looks at one kind", () => {
    expect(zoneOf(levels(P), "high", usdPerBtc(80), usdPerBtc(100)).levels.map(({ swing }) => swing.price)).toEqual([
      94, 93.6, 91,
    ]);
  });
});
