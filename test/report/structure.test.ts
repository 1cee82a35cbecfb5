/** The structure of the price on the days before its hours: the real ones of section 3 of the methods, quiet ones before them. */
import { describe, expect, it } from "vitest";
import type { Candle, Market } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { filterSeries, series, type Series } from "../../src/core/series.ts";
import { DAY, HOUR, iso, shift } from "../../src/core/time.ts";
import { btc } from "../../src/core/units.ts";
import { compose } from "../../src/report/compose.ts";
import { structureBlocks } from "../../src/report/pages/structure.ts";
import type { Report } from "../../src/report/report.ts";
import { barsOf, REAL, REAL_START, VECTOR_P } from "../core/daily-bars.ts";
import { at } from "../core/moments.ts";

/** The close of 29 January 2026. */
const asOf = at("2026-01-30");
const MAIN: Market = { symbol: "MAIN", kind: "perpetual", margin: "linear", quote: "USDT" };
const real = filterSeries(barsOf(REAL, REAL_START), (bar) => bar.at < asOf);
const repeated = (bar: string, n: number): string => Array.from({ length: n }, () => bar).join("\n");
/** So many days before the real ones, one of them with a high of its own. */
const before = (count: number): Series<Candle> =>
  barsOf(
    Array.from({ length: count }, (_, i) => `100000 ${i === 20 ? 126000 : 100100} 99900 100000 100`).join("\n"),
    new Date(at(REAL_START) - count * DAY).toISOString().slice(0, 10),
  );
/** Hours of days, each with the extremes of its day. */
const hoursOf = (days: Series<Candle>): Series<Candle> =>
  series(
    days.flatMap((day) =>
      Array.from({ length: 24 }, (_, i) => {
        const start = shift(day.at, i * HOUR);
        const value = { ...day.value, until: shift(start, HOUR), btc: btc((day.value.btc ?? 0) / 24) };
        return { at: start, value };
      }),
    ),
  );
const told = (
  source: string,
  dataset: "hourlyCandles" | "dailyCandles",
  value: Series<Candle>,
  market = MAIN,
): Reading => ({
  source,
  dataset,
  evidence: [],
  ok: true,
  value: { market, value },
});
const reportOf = (...readings: readonly Reading[]): Report =>
  compose({
    readings,
    sources: ["alpha", "beta"].map((id) => ({ id, venue: id, name: id })),
    asked: [],
    now: asOf,
    asOf,
    mode: "live",
    recording: null,
    anchor: { is: "days", extreme: "low", days: 180 },
    levels: [],
    sections: new Set(["structure"]),
  });
const own = told("alpha", "hourlyCandles", hoursOf(series(real.slice(-10))));
const days = (count: number): Series<Candle> => series([...before(count), ...real.slice(0, -1)]);
const words = (report: Report): string => JSON.stringify(structureBlocks(report));

describe("the days of a structure", () => {
  // 72 real days to 29 January, 118 before them: 190.
  const whole = reportOf(own, told("alpha", "dailyCandles", days(118)));

  it("are daily bars before the hours, and whole days of hours", () => {
    expect(whole.structure).toMatchObject({ from: "2025-07-24", until: "2026-01-29" });
    expect(words(whole)).toContain("closed days from 24 Jul 2025 to 29 Jan 2026");
  });

  it("have the spring of the methods", () => {
    expect(whole.structure?.spring).toMatchObject({
      state: "re-entered",
      since: "2026-01-29",
      event: "2026-01-29",
      support: 83_786,
      resistance: 97_932.1,
      rangeDays: 60,
    });
    expect(whole.structure?.spring?.depth).toBeCloseTo(0.00534, 5);
  });

  it("tell the swings of long ago", () => {
    expect(whole.structure?.swings).toContainEqual({ kind: "high", price: 126_000, date: "2025-08-13" });
  });

  it("tell no spring where they are fewer than 190, nor that there is none", () => {
    for (const report of [reportOf(own, told("alpha", "dailyCandles", days(117))), reportOf(own)]) {
      expect(report.structure?.spring).toBeNull();
      expect(words(report)).toContain("Wyckoff spring: not told from fewer than 190 days");
    }
    expect(words(reportOf(own, told("alpha", "dailyCandles", before(140))))).toContain(
      "Wyckoff spring: none in the last 90 days",
    );
  });

  it("tell no spring of longer ago than 90 days", () => {
    // A thousand times vector P: it has its event on its 26th day, and is confirmed on the 32nd; quiet days follow.
    const after = (quiet: number): Report => {
      const start = shift(asOf, -(33 + quiet) * DAY);
      const all = series([
        ...barsOf(
          VECTOR_P.replaceAll(/[\d.]+/g, (n) => `${Number(n) * 1000}`),
          iso(start).slice(0, 10),
        ),
        ...barsOf(repeated("90000 90100 89900 90000 10", quiet), iso(shift(asOf, -quiet * DAY)).slice(0, 10)),
      ]);
      const earlier = barsOf(repeated("90000 90100 89900 90000 10", 160), iso(shift(start, -160 * DAY)).slice(0, 10));
      const daily = told("alpha", "dailyCandles", series([...earlier, ...all]));
      return reportOf(told("alpha", "hourlyCandles", hoursOf(series(all.slice(-2)))), daily);
    };
    // The event is the 26th of 33: seven days, and the quiet ones, are after it.
    expect(after(82).structure?.spring).toMatchObject({ state: "confirmed", support: 84_000 });
    expect(after(83).structure?.spring).toBeNull();
  });

  it("are of one contract of one exchange", () => {
    const other = { ...MAIN, symbol: "OTHER" };
    expect(reportOf(own, told("alpha", "dailyCandles", days(118), other)).structure?.from).toBe("2026-01-20");
    expect(reportOf(own, told("beta", "dailyCandles", days(118))).structure?.from).toBe("2026-01-20");
  });
});
