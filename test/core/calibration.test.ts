/** What the model swept in thirty days against what was reported, with values worked out by hand. */
import { describe, expect, it } from "vitest";
import { calibrationOf, calibrationSpan, type Swept } from "../../src/core/calibration.ts";
import { liquidationMap } from "../../src/core/liquidation-map.ts";
import type { MapVenue } from "../../src/core/map-books.ts";
import type { Liquidated } from "../../src/core/market.ts";
import { filterSeries, series, type Series } from "../../src/core/series.ts";
import { DAY, HOUR, shift } from "../../src/core/time.ts";
import { ratio, usd, usdPerBtc } from "../../src/core/units.ts";
import { bars, candle, END, held } from "./map-bars.ts";
import { at } from "./moments.ts";

const SPAN = calibrationSpan(END);
/** A thousand coins at a price of 100; in some hours it comes as low or as high as said, and is back at their end. */
function venue(
  hours: Readonly<Record<string, readonly [number, number]>>,
  more: Partial<MapVenue> = {},
  days = 60,
): MapVenue {
  const odd = new Map(
    Object.entries(hours).map(([when, [low, high]]) => [at(when), candle(at(when), [low, high, 100])]),
  );
  return {
    id: "one",
    rules: { margin: "linear", maintenance: ratio(0.005) },
    candles: series(bars(days).map((bar) => odd.get(bar.at) ?? bar)),
    openInterest: held(days),
    ...more,
  };
}
function sweptOf(one: MapVenue): Swept["swept"] {
  const map = liquidationMap(usdPerBtc(100), [], [one], SPAN);
  if (map === null) throw new Error("no map");
  return map.swept[0]?.swept ?? null;
}

// The base profile: shares × price at liquidation × 1000 coins, all opened at 100. A fall to 90 reaches 10x at
// (1 - 1/10) / .995 × 100 = 90.4523 and what is levered more, a rise to 110 reaches 10x at 1.1 / 1.005 × 100.
const LONGS =
  1000 * (0.075 * 90.4523 + 0.02 * 93.8023 + 0.025 * 95.4774 + 0.01 * 96.4824 + 0.015 * 98.4925 + 0.01 * 99.4975);
const SHORTS =
  1000 * (0.075 * 109.4527 + 0.02 * 106.136 + 0.025 * 104.4776 + 0.01 * 103.4826 + 0.015 * 101.4925 + 0.01 * 100.4975);

describe("what the model swept", () => {
  const fall = { "2026-01-10T12:00Z": [90, 100] } as const;
  const rise = { "2026-01-12T12:00Z": [100, 110] } as const;

  it("is counted over the thirty whole days before midnight", () => {
    expect(SPAN).toEqual({ from: at("2025-12-31T00:00Z"), until: at("2026-01-30T00:00Z") });
    const swept = sweptOf(venue({ ...fall, ...rise }));
    expect(swept?.longs).toBeCloseTo(LONGS, 0);
    expect(swept?.shorts).toBeCloseTo(SHORTS, 0);
  });
  it.each([
    ["the last hour before", "2025-12-30T23:00Z", 0],
    ["the first", "2025-12-31T00:00Z", LONGS],
    ["the last", "2026-01-29T23:00Z", LONGS],
    ["the first after", "2026-01-30T00:00Z", 0],
  ])("takes %s as it is", (_, when, longs) => {
    expect(sweptOf(venue({ [when]: [90, 100] }))?.longs).toBeCloseTo(longs, 0);
  });
  it("is that of one set of assumptions: base, a half-life of three days", () => {
    // The first fall leaves 845 of the 1000 coins, none of them levered 10x. Six days later, two half-lives, a quarter of
    // them is left; all others have been opened since, with the whole profile.
    const second = sweptOf(venue({ ...fall, "2026-01-16T12:00Z": [90, 100] }));
    expect(second?.longs).toBeCloseTo(LONGS * (1 + 1 - 0.845 / 4), 0);
  });
  it("counts dollars for contracts of dollars", () => {
    // 100,000 USD; 10x at 1.005 / 1.1 × 100 = 91.36 and more, .155 of it.
    const inverse = { rules: { margin: "inverse", maintenance: ratio(0.005) } } as const;
    expect(sweptOf(venue(fall, inverse))?.longs).toBeCloseTo(15_500, 6);
  });
  it("is not known where the bars begin less than six days before the span, or the price was not watched for a while", () => {
    // It begins 30 days and 9 hours before the end, the first hour is the seed.
    expect(sweptOf(venue(fall, {}, 36 + 9 / 24))).toBeNull();
    expect(sweptOf(venue(fall, {}, 36 + 10 / 24))?.longs).toBeCloseTo(LONGS, 0);
    const hole = filterSeries(
      bars(60),
      ({ at: start }) => start < at("2026-01-20T00:00Z") || start >= at("2026-01-20T07:00Z"),
    );
    expect(sweptOf(venue({}, { candles: hole }))).toBeNull();
    const old = filterSeries(
      bars(60),
      ({ at: start }) => start < at("2025-12-20T00:00Z") || start >= at("2025-12-20T07:00Z"),
    );
    expect(sweptOf(venue({}, { candles: old }))).toEqual({ longs: 0, shorts: 0 });
  });
  it("is not asked for without a span", () => {
    const map = liquidationMap(usdPerBtc(100), [], [venue(fall)]);
    expect(map).toMatchObject({ swept: [{ id: "one", swept: null }] });
  });
  it("is not told where the last bars lack", () => {
    const early = filterSeries(bars(60), ({ at: start }) => start < at("2026-01-29T22:00Z"));
    expect(sweptOf(venue({}, { candles: early }))).toBeNull();
  });
});

/** Thirty days of one amount a side, in USD. */
const reported = (longs: number | null, shorts: number, count = 30): Series<Liquidated> =>
  series(
    Array.from({ length: count }, (_, i) => {
      const start = shift(SPAN.until, -(i + 1) * DAY);
      const sides = { longs: longs === null ? null : usd(longs), shorts: usd(shorts) };
      return { at: start, value: { until: shift(start, DAY), ...sides, both: usd((longs ?? 0) + shorts) } };
    }),
  );
const swept = (id: string, longs: number, shorts: number): Swept => ({
  id,
  swept: { longs: usd(longs), shorts: usd(shorts) },
});

describe("the part that was reported", () => {
  it("is reported over swept for each side: 136 of 1,000 longs, 122 of 1,000 shorts", () => {
    const days = reported(136 / 30, 122 / 30);
    const { calibration, without } = calibrationOf([swept("one", 1000, 1000)], [{ id: "one", days }], SPAN);
    expect(calibration?.longs).toBeCloseTo(0.136, 12);
    expect(calibration?.shorts).toBeCloseTo(0.122, 12);
    expect(calibration).toMatchObject({ ...SPAN, venues: [{ id: "one" }] });
    expect(without).toEqual([]);
  });
  it("is of the sums of several exchanges", () => {
    const { calibration } = calibrationOf(
      [swept("one", 1000, 400), swept("two", 3000, 600)],
      [
        { id: "one", days: reported(5, 1) },
        { id: "two", days: reported(15, 4) },
      ],
      SPAN,
    );
    // 150 + 450 of 4,000; 30 + 120 of 1,000.
    expect(calibration?.longs).toBeCloseTo(0.15, 12);
    expect(calibration?.shorts).toBeCloseTo(0.15, 12);
    expect(calibration?.venues).toEqual([
      { id: "one", reported: { longs: 150, shorts: 30 }, swept: { longs: 1000, shorts: 400 } },
      { id: "two", reported: { longs: 450, shorts: 120 }, swept: { longs: 3000, shorts: 600 } },
    ]);
  });
  it("is none where the model swept nothing", () => {
    const { calibration } = calibrationOf([swept("one", 0, 500)], [{ id: "one", days: reported(1, 1) }], SPAN);
    expect(calibration).toMatchObject({ longs: null, shorts: 0.06 });
  });
  it("looks at the days of the span alone", () => {
    const around = [SPAN.from - DAY, SPAN.until].map((start) => ({
      at: shift(SPAN.from, start - SPAN.from),
      value: { until: shift(SPAN.from, start - SPAN.from + DAY), longs: usd(1e9), shorts: usd(1e9), both: usd(2e9) },
    }));
    const days = series([...reported(2, 3), ...around]);
    const { calibration } = calibrationOf([swept("one", 600, 900)], [{ id: "one", days }], SPAN);
    expect(calibration).toMatchObject({ longs: 0.1, shorts: 0.1 });
  });
  it("leaves an exchange out that lacks a day, a side or its own bars, and says which", () => {
    const short = reported(1, 1, 29);
    const late = series(reported(1, 1).map((day, i) => (i === 3 ? { ...day, at: shift(day.at, HOUR) } : day)));
    const { calibration, without } = calibrationOf(
      ["untold", "short", "late", "sideless"].map((id) => swept(id, 10, 10)).concat({ id: "barless", swept: null }),
      [
        { id: "short", days: short },
        { id: "late", days: late },
        { id: "sideless", days: reported(null, 1) },
        { id: "barless", days: reported(1, 1) },
        { id: "other", days: reported(1, 1) },
      ],
      SPAN,
    );
    expect(calibration).toBeNull();
    expect(without).toEqual([
      { id: "untold", why: "its liquidations by side are not told" },
      { id: "short", why: "29 of the thirty days of its liquidations are told" },
      { id: "late", why: "29 of the thirty days of its liquidations are told" },
      { id: "sideless", why: "0 of the thirty days of its liquidations are told" },
      { id: "barless", why: "its bars do not tell all of the thirty days" },
    ]);
  });
  it("does not mix what a feed told before and after a change: Bybit's on 25 February 2025", () => {
    const of = (now: string) => {
      const span = calibrationSpan(at(now));
      const days = series(
        Array.from({ length: 30 }, (_, i) => {
          const start = shift(span.from, i * DAY);
          return { at: start, value: { until: shift(start, DAY), longs: usd(1), shorts: usd(1), both: usd(2) } };
        }),
      );
      return calibrationOf([swept("bybit", 300, 300)], [{ id: "bybit", days }], span);
    };
    expect(of("2025-03-27T06:00Z").calibration).toBeNull();
    expect(of("2025-03-27T06:00Z").without[0]?.why).toContain("Q-21");
    // From the 26th on: thirty days to 28 March.
    expect(of("2025-03-28T06:00Z").calibration).toMatchObject({ longs: 0.1, shorts: 0.1 });
  });
});
