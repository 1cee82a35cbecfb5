import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Market, Traded } from "../../src/core/market.ts";
import { daysTold, monthVolumes, venueMonths, type MonthVolume } from "../../src/core/months.ts";
import { exactly, series, type Point, type Series } from "../../src/core/series.ts";
import { DAY, HOUR, monthOf, shift, startOfMonth, type Instant } from "../../src/core/time.ts";
import { btc, usd, usdPerBtc } from "../../src/core/units.ts";
import { at, month } from "./moments.ts";

const perpetual: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };
const dated: Market = { symbol: "BTCUSDT_260116", kind: "dated", margin: "linear", quote: "USDT" };
const expiring: Market = { ...dated, expires: at("2026-01-16T08:00Z") };

type Sizes = Partial<Pick<Traded, "btc" | "usd" | "typical">>;
const bar = (from: string | Instant, until: string | Instant, sizes: Sizes = {}): Point<Traded> => ({
  at: typeof from === "string" ? at(from) : from,
  value: {
    until: typeof until === "string" ? at(until) : until,
    btc: btc(1),
    usd: usd(100),
    typical: null,
    ...sizes,
  },
});
/** One bar of 1 BTC and $100 a day; `holes` are days of the month of `from`. */
function bars(from: string, until: string, ...holes: readonly string[]): Series<Traded> {
  const count = (at(until) - at(from)) / DAY;
  const starts = Array.from({ length: count }, (_, i) => shift(at(from), i * DAY));
  return series(
    starts.filter((start) => !holes.some((hole) => at(hole) === start)).map((start) => bar(start, shift(start, DAY))),
  );
}
const of = (months: Series<MonthVolume>, text: string): MonthVolume | undefined =>
  exactly(months, startOfMonth(month(text)))?.value;

describe("monthVolumes", () => {
  it("sums bars by month", () => {
    const months = monthVolumes(bars("2025-12-01", "2026-02-01"), perpetual, at("2026-02-01"));
    expect(months.map((point) => point.at)).toEqual([at("2025-12-01"), at("2026-01-01")]);
    expect(of(months, "2026-01")).toEqual({
      usd: 3100,
      btc: 31,
      derived: false,
      from: at("2026-01-01"),
      until: at("2026-02-01"),
      complete: true,
      days: 31,
      hole: null,
    });
  });
  it("takes bars of a month", () => {
    const months = monthVolumes(
      series([bar("2025-12-01", "2026-01-01"), bar("2026-01-01", "2026-02-01", { usd: usd(7) })]),
      perpetual,
      at("2026-01-13T09:36Z"),
    );
    expect(of(months, "2025-12")).toMatchObject({ complete: true, days: 31, usd: 100 });
    // The running bar holds what was traded until asOf, 12.4 days.
    const running = of(months, "2026-01");
    expect(running).toMatchObject({ complete: false, usd: 7, until: at("2026-01-13T09:36Z") });
    expect(running?.days).toBeCloseTo(12.4, 12);
  });
  it("refuses a bar that crosses a month's end", () => {
    const week = series([bar("2026-01-29", "2026-02-05")]);
    expect(() => monthVolumes(week, perpetual, at("2026-03-01"))).toThrow(
      new RangeError("the bar from 2026-01-29T00:00:00Z crosses the end of 2026-01"),
    );
  });
  it("knows nothing of bars that start at asOf or later", () => {
    expect(monthVolumes(bars("2026-01-01", "2026-01-05"), perpetual, at("2026-01-03"))).toMatchObject([
      { value: { usd: 200, days: 2, until: at("2026-01-03") } },
    ]);
    expect(monthVolumes(bars("2026-01-01", "2026-01-05"), perpetual, at("2026-01-01"))).toEqual([]);
  });
});

describe("an amount that the venue does not publish", () => {
  const one = (sizes: Sizes): MonthVolume | undefined =>
    of(monthVolumes(series([bar("2026-01-01", "2026-02-01", sizes)]), perpetual, at("2026-02-01")), "2026-01");
  const typical = usdPerBtc(80_000);

  it("is made with the typical price, and marked", () => {
    expect(one({ btc: null, usd: usd(160_000), typical })).toMatchObject({ btc: 2, usd: 160_000, derived: true });
    expect(one({ btc: btc(2), usd: null, typical })).toMatchObject({ btc: 2, usd: 160_000, derived: true });
    expect(one({ btc: btc(2), usd: usd(5), typical })).toMatchObject({ btc: 2, usd: 5, derived: false });
  });
  it("is 0 where nothing was traded", () => {
    expect(one({ btc: btc(0), usd: null })).toMatchObject({ btc: 0, usd: 0, derived: false });
    expect(one({ btc: null, usd: usd(0) })).toMatchObject({ btc: 0, usd: 0, derived: false });
  });
  it("cannot be made of nothing", () => {
    const told = "the bar from 2026-01-01T00:00:00Z lacks an amount and a price to make it from the other one";
    expect(() => one({ btc: null, usd: null, typical })).toThrow(new RangeError(told));
    expect(() => one({ btc: null, usd: usd(5) })).toThrow(told);
    expect(() => one({ btc: btc(5), usd: null })).toThrow(told);
  });
});

describe("a complete month", () => {
  const february = at("2026-02-01");
  const january = (own: Series<Traded>, market = perpetual, asOf = february): boolean | undefined =>
    of(monthVolumes(own, market, asOf), "2026-01")?.complete;

  it("is over", () => {
    const own = bars("2026-01-01", "2026-02-01");
    expect(january(own)).toBe(true);
    expect(january(own, perpetual, shift(february, -1))).toBe(false);
  });
  it("is told to its end", () => {
    expect(january(bars("2026-01-01", "2026-01-31"))).toBe(false);
  });
  it("lacks no day: one of 31 is 3.2 %, and more than 2 % may not lack", () => {
    const december = "2025-12-01";
    expect(january(bars(december, "2026-02-01", "2026-01-05"))).toBe(false);
    expect(january(bars(december, "2026-02-01", "2026-01-01"))).toBe(false);
    expect(january(bars(december, "2026-02-01", "2025-12-05"))).toBe(true);
  });
  it("counts a bar of nothing as a bar", () => {
    const still = bar("2026-01-05", "2026-01-06", { btc: btc(0), usd: usd(0) });
    expect(january(series([...bars("2025-12-01", "2026-02-01", "2026-01-05"), still]))).toBe(true);
  });
  it("counts from the first bar in the month in which a contract was listed, and in no other", () => {
    expect(january(bars("2026-01-11", "2026-02-01"))).toBe(true);
    expect(january(bars("2026-01-11", "2026-02-01", "2026-01-12"))).toBe(false);
    expect(january(series([...bars("2025-12-01", "2025-12-31"), ...bars("2026-01-11", "2026-02-01")]))).toBe(false);
  });
  it("of a dated contract may have days without a trade, also the last ones, and is over when the month is", () => {
    const holes = ["2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06"];
    expect(january(bars("2026-01-01", "2026-02-01", ...holes), dated)).toBe(true);
    expect(january(bars("2026-01-01", "2026-01-17"), dated)).toBe(true);
    expect(january(bars("2026-01-01", "2026-01-17"), expiring)).toBe(true);
    expect(january(bars("2026-01-01", "2026-01-17"), expiring, at("2026-01-20"))).toBe(false);
  });
  describe("of a perpetual in hours", () => {
    const hours = (lacks: (hour: number) => boolean) =>
      series(
        Array.from({ length: 31 * 24 }, (_, i) => i)
          .filter((hour) => !lacks(hour))
          .map((hour) => {
            const from = shift(at("2026-01-01"), hour * HOUR);
            return { at: from, value: { until: shift(from, HOUR), usd: usd(1), btc: btc(1), typical: null } };
          }),
      );
    it("counts hours that lack from its first bar in the month of its listing", () => {
      const listed = hours((hour) => hour < 300 || hour === 400);
      expect(january(listed, perpetual)).toBe(true);
      expect(
        january(
          hours((hour) => hour < 300 || (hour >= 400 && hour < 424)),
          perpetual,
        ),
      ).toBe(false);
    });
    it.each([
      ["an hour in 33, also the last ones", (hour: number) => hour % 33 === 0 && hour > 0, true],
      ["23 hours on end", (hour: number) => hour >= 100 && hour < 123, true],
      ["a day on end", (hour: number) => hour >= 100 && hour < 124, false],
      ["its last 23 hours", (hour: number) => hour >= 744 - 23, true],
      ["its last day", (hour: number) => hour >= 744 - 24, false],
      // 74 of 744 are 9.9 %, 75 are 10.1 %.
      ["74 hours", (hour: number) => hour % 10 === 5, true],
      ["75 hours", (hour: number) => hour % 10 === 5 || hour === 100, false],
    ])("may it lack %s", (_, lacks, whole) => {
      expect(january(hours(lacks), perpetual)).toBe(whole);
    });
  });
});

describe("daysTold", () => {
  const told = (usdSum: number, days: number) => ({ usd: usd(usdSum), days });
  it("is the time of all where all are told for the same", () => {
    expect(daysTold([told(30, 29.25), told(7, 29.25)])).toBe(29.25);
  });
  it("makes the sum a day: 290 in 29 days and 150 in 15 are 20 a day, 440 in 22", () => {
    expect(daysTold([told(290, 29), told(150, 15)])).toBeCloseTo(22, 12);
  });
  it("knows nothing of who has told nothing yet", () => {
    expect(daysTold([told(290, 29), told(0, 0)])).toBe(29);
    expect(daysTold([told(0, 29), told(0, 15)])).toBe(29);
    expect(daysTold([])).toBe(0);
  });
});

describe("venueMonths", () => {
  const march = at("2026-03-01");
  const whole = { market: perpetual, value: bars("2025-12-01", "2026-03-01") };

  it("adds contracts up", () => {
    const months = venueMonths([whole, whole], march);
    expect(of(months, "2026-01")).toEqual({
      usd: 6200,
      btc: 62,
      derived: false,
      from: at("2026-01-01"),
      until: at("2026-02-01"),
      complete: true,
      days: 31,
      hole: null,
    });
    expect(months.every(({ value }) => value.complete)).toBe(true);
  });
  it("is derived where one part is", () => {
    const coins = {
      market: perpetual,
      value: series([bar("2025-12-01", "2026-01-01", { usd: null, typical: usdPerBtc(80_000) })]),
    };
    expect(of(venueMonths([whole, coins], march), "2025-12")?.derived).toBe(true);
    expect(of(venueMonths([whole, coins], march), "2026-01")?.derived).toBe(false);
  });
  it("stays complete when a contract is listed or settled in the middle of a month", () => {
    const listed = { market: perpetual, value: bars("2026-01-11", "2026-03-01") };
    const settled = { market: expiring, value: bars("2025-12-01", "2026-01-17") };
    const months = venueMonths([listed, settled, whole], march);
    expect(months.map(({ value }) => [value.complete, value.usd])).toEqual([
      [true, 6200],
      [true, 3100 + 2100 + 1600],
      [true, 5600],
    ]);
    expect(of(months, "2026-01")).toMatchObject({ from: at("2026-01-01"), until: at("2026-02-01"), days: 31 });
  });
  it("is incomplete in its own first month unless that is told from its start", () => {
    const months = venueMonths([{ market: perpetual, value: bars("2025-12-11", "2026-03-01") }], march);
    expect(months.map(({ value }) => value.complete)).toEqual([false, true, true]);
  });
  it("is incomplete where a later month lacks its first day", () => {
    const months = venueMonths([{ market: perpetual, value: bars("2025-12-01", "2026-03-01", "2026-01-01") }], march);
    expect(of(months, "2026-01")).toMatchObject({ complete: false, from: at("2026-01-02"), days: 30 });
  });
  it("names the perpetual that lacks the largest part of its time", () => {
    const other = { ...perpetual, symbol: "BTCUSDC" };
    const months = venueMonths(
      [
        { market: perpetual, value: bars("2025-12-01", "2026-03-01", "2026-01-05") },
        { market: other, value: bars("2025-12-01", "2026-03-01", "2026-01-05", "2026-01-06") },
        { market: dated, value: bars("2025-12-01", "2026-03-01", "2026-01-05", "2026-01-06", "2026-01-07") },
      ],
      march,
    );
    expect(months.map(({ value }) => value.hole)).toEqual([
      null,
      { symbol: "BTCUSDC", days: 2, of: 31, longest: 2 },
      null,
    ]);
  });
  it("lacks the whole of a month without a bar of a perpetual", () => {
    const gone = series([...bars("2025-12-01", "2026-01-01"), ...bars("2026-02-01", "2026-03-01")]);
    const months = venueMonths([whole, { market: { ...perpetual, symbol: "BTCUSDC" }, value: gone }], march);
    expect(of(months, "2026-01")).toMatchObject({
      complete: false,
      hole: { symbol: "BTCUSDC", days: 31, of: 31 },
    });
  });
  it("has a hole in a running month where a bar lacks, up to what the answer reaches", () => {
    const asOf = at("2026-01-20");
    const running = (until: string, ...holes: readonly string[]) =>
      of(venueMonths([{ market: perpetual, value: bars("2025-12-01", until, ...holes) }], asOf), "2026-01");
    expect(running("2026-01-20")).toMatchObject({ days: 19, hole: null });
    expect(running("2026-01-20", "2026-01-05")).toMatchObject({ days: 18, hole: { days: 1, of: 19, longest: 1 } });
    expect(running("2026-01-16")).toMatchObject({ days: 15, hole: { days: 4, of: 19, longest: 4 } });
    // A perpetual that the running month has nothing of, beside one that it has.
    const both = venueMonths(
      [
        { market: perpetual, value: bars("2025-12-01", "2026-01-20") },
        { market: { ...perpetual, symbol: "OTHER" }, value: bars("2025-12-01", "2026-01-01") },
      ],
      asOf,
    );
    expect(of(both, "2026-01")?.hole).toEqual({ symbol: "OTHER", days: 19, of: 19, longest: 19 });
  });
  it("is incomplete where a perpetual is, or is absent after its first month, not for a dated contract", () => {
    const cut = { market: perpetual, value: bars("2025-12-01", "2026-02-28") };
    expect(of(venueMonths([whole, cut], march), "2026-02")?.complete).toBe(false);
    const gone = series([...bars("2025-12-01", "2026-01-01"), ...bars("2026-02-01", "2026-03-01")]);
    expect(of(venueMonths([whole, { market: perpetual, value: gone }], march), "2026-01")?.complete).toBe(false);
    expect(of(venueMonths([whole, { market: dated, value: gone }], march), "2026-01")?.complete).toBe(true);
  });
  it("is told from its start in the first month of all by every perpetual", () => {
    const late = { market: { ...perpetual, symbol: "LATE" }, value: bars("2025-12-05", "2026-03-01") };
    expect(of(venueMonths([whole, late], march), "2025-12")).toMatchObject({
      complete: false,
      hole: { symbol: "LATE", days: 4, of: 31, longest: 4 },
    });
    expect(of(venueMonths([late], at("2025-12-20")), "2025-12")?.hole).toEqual({
      symbol: "LATE",
      days: 4,
      of: 19,
      longest: 4,
    });
    const soon = { market: { ...perpetual, symbol: "SOON" }, value: bars("2025-12-02", "2026-03-01") };
    expect(of(venueMonths([whole, soon], march), "2025-12")?.complete).toBe(false);
    expect(of(venueMonths([whole, { ...late, market: dated }], march), "2025-12")).toMatchObject({
      complete: true,
      hole: null,
    });
    // Listed later, it counts from its first bar.
    const young = { market: { ...perpetual, symbol: "YOUNG" }, value: bars("2026-01-20", "2026-03-01") };
    expect(of(venueMonths([whole, young], march), "2026-01")?.complete).toBe(true);
  });
  it("lacks what lies between a perpetual's listing and its first bar", () => {
    const cut = { market: { ...perpetual, symbol: "CUT" }, value: bars("2026-02-11", "2026-03-01") };
    const months = (due: string) => venueMonths([whole, { ...cut, due: at(due) }], march);
    expect(months("2025-01-01").map(({ value }) => value.hole)).toEqual([
      { symbol: "CUT", days: 31, of: 31, longest: 31 },
      { symbol: "CUT", days: 31, of: 31, longest: 31 },
      { symbol: "CUT", days: 10, of: 28, longest: 10 },
    ]);
    // Listed on January 22nd at noon, it lacks nine days and a half of that month.
    expect(months("2026-01-22T12:00Z").map(({ value }) => [value.complete, value.hole?.days ?? 0])).toEqual([
      [true, 0],
      [false, 9.5],
      [false, 10],
    ]);
    // From its listing on nothing lacks: on the day itself, or in the hours before a month's end.
    expect(months("2026-02-11T08:00Z").every(({ value }) => value.complete && value.hole === null)).toBe(true);
    const february = { ...cut, value: bars("2026-02-01", "2026-03-01"), due: at("2026-01-31T20:00Z") };
    expect(venueMonths([whole, february], march).every(({ value }) => value.complete)).toBe(true);
    // A contract of which not a bar is left lacks all months since then.
    const gone = { ...cut, value: series<Traded>([]), due: at("2026-01-01") };
    expect(venueMonths([whole, gone], march).map(({ value }) => value.complete)).toEqual([true, false, false]);
  });
  it("does not begin with its lesser contracts, where nobody tells when the main one was listed", () => {
    const lesser = {
      market: { ...perpetual, symbol: "LESSER" },
      value: series(bars("2025-12-01", "2026-03-01").map((day) => bar(day.at, day.value.until, { usd: usd(9) }))),
    };
    const cut = { market: perpetual, value: bars("2026-01-20", "2026-03-01") };
    for (const before of [lesser, { ...lesser, market: dated }]) {
      const months = venueMonths([before, cut], march);
      expect(months.map(({ value }) => value.complete)).toEqual([false, false, true]);
      expect(of(months, "2025-12")?.hole).toEqual({ symbol: "BTCUSDT", days: 31, of: 31, longest: 31 });
      expect(of(months, "2026-01")?.hole).toEqual({ symbol: "BTCUSDT", days: 19, of: 31, longest: 19 });
      // It is known to be that young.
      const young = venueMonths([before, { ...cut, due: at("2026-01-20") }], march);
      expect(young.every(({ value }) => value.complete)).toBe(true);
    }
  });
  describe("beside a perpetual of few trades, of whose days without one no bar is sent", () => {
    const thin = { ...perpetual, symbol: "THIN" };
    /** $1,000,000 a day, 31 millions in January, and the same bars with another amount. */
    const worth = (days: Series<Traded>, dollars: number): Series<Traded> =>
      series(days.map((day) => ({ at: day.at, value: { ...day.value, usd: usd(dollars) } })));
    const large = { market: perpetual, value: worth(bars("2025-12-01", "2026-03-01"), 1_000_000) };
    const january = (days: Series<Traded>, dollars: number) =>
      of(venueMonths([large, { market: thin, value: worth(days, dollars) }], march), "2026-01");
    const fourDays = ["2026-01-05", "2026-01-06", "2026-01-18", "2026-01-19"];
    const most = bars("2025-12-01", "2026-03-01", ...fourDays);

    it("is complete where four more days like its others would be less than a thousandth", () => {
      // 4 × 7,000 are 28,000 of 31,189,000; 4 × 8,000 are 32,000 of 31,216,000.
      expect(january(most, 7_000)).toMatchObject({ complete: true, hole: null });
      expect(january(most, 8_000)).toMatchObject({ complete: false, hole: { symbol: "THIN", days: 4, longest: 2 } });
    });
    it("is not where too few of its days are told, or none", () => {
      const few = series([...bars("2025-12-01", "2026-01-15"), ...bars("2026-02-01", "2026-03-01")]);
      expect(january(few, 1)).toMatchObject({ complete: false, hole: { symbol: "THIN", days: 17 } });
      const none = series([...bars("2025-12-01", "2026-01-01"), ...bars("2026-02-01", "2026-03-01")]);
      expect(january(none, 1)).toMatchObject({ complete: false, hole: { symbol: "THIN", days: 31 } });
    });
    it("lacks nothing in the first hours of a month, before its first trade in it", () => {
      const asOf = at("2026-03-01T02:00Z");
      const begun = series([...large.value, bar("2026-03-01", "2026-03-02", { usd: usd(50_000) })]);
      const running = (dollars: number) =>
        of(
          venueMonths(
            [
              { market: perpetual, value: begun },
              { market: thin, value: worth(most, dollars) },
            ],
            asOf,
          ),
          "2026-03",
        )?.hole;
      // Two hours of $500 a day are 42, of $1,000 a day 83; a thousandth of 50,000 is 50.
      expect(running(500)).toBeNull();
      expect(running(1_000)).toMatchObject({ symbol: "THIN" });
    });
  });
  it("misses a perpetual that has stopped, but no dated contract", () => {
    const stopped = bars("2025-12-01", "2026-02-01");
    const february = (market: Market): boolean | undefined =>
      of(venueMonths([whole, { market, value: stopped }], march), "2026-02")?.complete;
    expect(february(perpetual)).toBe(false);
    expect(february(dated)).toBe(true);
  });
  it("takes a contract without bars, or none at all", () => {
    expect(venueMonths([whole, { market: perpetual, value: series<Traded>([]) }], march)).toEqual(
      venueMonths([whole], march),
    );
    expect(venueMonths([], march)).toEqual([]);
  });
  it("neither loses nor invents volume", () => {
    const hour = fc.tuple(fc.nat({ max: 90 * 24 - 1 }), fc.integer({ min: 0, max: 1000 }));
    const start = at("2025-12-01");
    fc.assert(
      fc.property(fc.array(fc.array(hour), { maxLength: 4 }), (all) => {
        const contracts = all.map((hours) => ({
          market: perpetual,
          value: series(
            hours.map(([h, size]) =>
              bar(shift(start, h * HOUR), shift(start, (h + 1) * HOUR), { btc: btc(size), usd: usd(size * 100) }),
            ),
          ),
        }));
        const months = venueMonths(contracts, march);
        const sum = contracts.flatMap(({ value }) => value).reduce((total, { value }) => total + Number(value.usd), 0);
        expect(months.reduce((total, { value }) => total + value.usd, 0)).toBe(sum);
        for (const point of months) {
          expect(startOfMonth(monthOf(point.at))).toBe(point.at);
          expect(monthOf(point.value.from)).toBe(monthOf(point.at));
        }
      }),
    );
  });
});
