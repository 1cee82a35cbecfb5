/** Months of volume of made-up venues, most of them with $10B a day, so that every number can be worked out by hand. */
import { describe, expect, it } from "vitest";
import type { Market } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { series } from "../../src/core/series.ts";
import { addDays, addMonths, dayOf, daysBetween, endOfMonth, HOUR, shift, startOfMonth } from "../../src/core/time.ts";
import { btc, usd, usdPerBtc } from "../../src/core/units.ts";
import { compose } from "../../src/report/compose.ts";
import { document } from "../../src/report/document.ts";
import { explainer, explanation } from "../../src/report/explain.ts";
import type { Report, VolumeMonth } from "../../src/report/report.ts";
import { terminal } from "../../src/render/terminal.ts";
import { at, day, month } from "../core/moments.ts";

type Bars = ReturnType<typeof bars>;
interface Contract {
  readonly market: Market;
  readonly bars: Bars;
}
const BILLION = 1e9;
const perpetual: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };
const alone = (own: Bars): readonly Contract[] => [{ market: perpetual, bars: own }];
const one = (from: ReturnType<typeof at>, until: ReturnType<typeof at>, dollars: number) => ({
  at: from,
  value: { until, btc: btc(dollars / 80_000), usd: usd(dollars), typical: null },
});

/** Bars of `hours` from one instant to another; `perDay` says what a day trades in billions, null leaves its bars out. */
function bars(from: string, until: string, perDay: (day: string) => number | null = () => 10, hours = 24) {
  const count = (at(until) - at(from)) / (hours * HOUR);
  return Array.from({ length: count }, (_, i) => shift(at(from), i * hours * HOUR)).flatMap((start) => {
    const billions = perDay(dayOf(start));
    return billions === null ? [] : [one(start, shift(start, hours * HOUR), (billions * BILLION * hours) / 24)];
  });
}
/** Bars of whole months, oldest first, each of so many billions. */
const months = (first: string, ...billions: readonly number[]): Bars =>
  billions.map((amount, i) => {
    const own = addMonths(month(first), i);
    return one(startOfMonth(own), endOfMonth(own), amount * BILLION);
  });
const without =
  (...days: readonly string[]) =>
  (own: string): number | null =>
    days.includes(own) ? null : 10;

/** Days of spot at 80,000. */
const spot = (from: string, until: string): Reading => ({
  source: "spot",
  dataset: "candles",
  evidence: [],
  ok: true,
  value: series(
    bars(from, until).map(({ at: start, value }) => ({
      at: start,
      value: {
        until: value.until,
        open: usdPerBtc(80_000),
        high: usdPerBtc(81_000),
        low: usdPerBtc(79_000),
        close: usdPerBtc(80_000),
        btc: null,
        usd: null,
      },
    })),
  ),
});

function reportOf(
  asOf: string,
  venues: Readonly<Record<string, readonly Contract[]>>,
  ...more: readonly Reading[]
): Report {
  const readings = Object.entries(venues).map(([source, contracts]): Reading => ({
    source,
    dataset: "volume",
    evidence: [{ url: `https://${source}.test/klines`, at: at(asOf) }],
    ok: true,
    value: { of: contracts.map(({ market, bars: own }) => ({ market, value: series(own) })), lacking: [] },
  }));
  return compose({
    readings: [...readings, ...more],
    sources: [
      ...Object.keys(venues).map((id) => ({ id, venue: id, name: id })),
      ...more.map(({ source: id }) => ({ id, venue: null, name: id })),
    ],
    asked: [],
    now: at(asOf),
    asOf: at(asOf),
    mode: "live",
    recording: null,
    anchor: { is: "days", extreme: "low", days: 180 },
    levels: [],
    sections: new Set(["volume"]),
  });
}
const monthIn = (report: Report, text: string): VolumeMonth | undefined =>
  report.volume?.months.find((line) => line.month === text);
/** The report as it is read, on one line. */
const textOf = (report: Report): string =>
  terminal(document(report), { columns: 200, color: 0 }).replaceAll(/\s+/g, " ");

describe("a month with a bar whose coins and dollars do not fit", () => {
  const lesser: Market = { symbol: "BTCUSD", kind: "perpetual", margin: "inverse", quote: "USD" };
  const days = spot("2025-01-01", "2026-01-21");
  const good = bars("2025-01-01", "2026-01-21");
  /** The dollars of the days that begin with these words, so many times. */
  const wrong = (start: string, many: number): Bars =>
    good.map(({ at: own, value }) => ({
      at: own,
      value: dayOf(own).startsWith(start) ? { ...value, usd: usd((value.usd ?? 0) * many) } : value,
    }));
  const other = { market: lesser, bars: bars("2025-01-01", "2026-01-21", () => 1) };

  it.each([1_000, 0.001, 0])("times %d is not counted, and is named with its values", (many) => {
    const report = reportOf(
      "2026-01-21",
      { alpha: [...alone(wrong("2025-12-10", many)), other], beta: alone(good) },
      days,
    );
    expect(monthIn(report, "2025-12")?.venues.map(({ id, usd: own }) => [id, own])).toEqual([["beta", 310e9]]);
    expect(
      monthIn(report, "2025-11")
        ?.venues.map(({ id }) => id)
        .toSorted(),
    ).toEqual(["alpha", "beta"]);
    const dollars = many === 1_000 ? "$10,000,000,000,000" : many === 0 ? "$0" : "$10,000,000";
    const words = `${dollars} for 125,000 BTC on 2025-12-10 lie outside of $79,000 to $81,000`;
    expect(report.checks).toContainEqual(
      expect.objectContaining({
        rule: "Q-14",
        severity: "error",
        source: "alpha",
        value: 80_000 * many,
        message: expect.stringContaining(`BTCUSDT: ${words}`),
      }),
    );
    expect(report.gaps).toContainEqual(
      expect.objectContaining({
        source: "alpha",
        dataset: "volume",
        why: "implausible",
        detail: expect.stringContaining(`Q-14: BTCUSDT 2025-12: ${words}`),
      }),
    );
  });
  it("is one of many where a page is wrong, and no month from before a listing", () => {
    const report = reportOf("2026-01-21", { alpha: [...alone(wrong("2025-0", 1_000)), other] }, days);
    expect(report.volume?.months.map((line) => line.month)).toEqual(["2025-10", "2025-11", "2025-12", "2026-01"]);
    expect(report.gaps.map(({ detail }) => detail)).toContainEqual(
      expect.stringContaining("Q-14: BTCUSDT 2025-01 to 2025-09: "),
    );
  });
  it("leaves nothing of the exchange where every month is wrong", () => {
    const report = reportOf("2026-01-21", { alpha: [...alone(wrong("202", 1_000)), other] }, days);
    expect(report.volume).toBeNull();
    expect(report.gaps.map(({ detail }) => detail)).toContainEqual(
      "Q-20: not counted: its volume is known without BTCUSDT only",
    );
  });
  it("counts without a dated contract, and says so", () => {
    const dated: Market = { symbol: "BTCUSDT_260327", kind: "dated", margin: "linear", quote: "USDT" };
    const contracts = [...alone(good), { market: dated, bars: wrong("2025-12-10", 1_000) }];
    const report = reportOf("2026-01-21", { alpha: contracts }, days);
    expect(monthIn(report, "2025-12")?.usd).toBe(310e9);
    expect(monthIn(report, "2025-11")?.usd).toBe(600e9);
    expect(report.gaps.map(({ detail }) => detail)).toContainEqual(
      expect.stringContaining("Q-14: BTCUSDT_260327 2025-12: "),
    );
  });
  it("is not told where there is no price of the time", () => {
    const report = reportOf("2026-01-21", { alpha: alone(wrong("2025-12-10", 2)) }, spot("2025-12-11", "2026-01-21"));
    expect(report.checks.map(({ rule }) => rule)).not.toContain("Q-14");
  });
});

describe("a month with days that lack", () => {
  const holed = bars("2025-01-01", "2026-01-21", without("2025-12-10", "2025-12-11", "2025-12-12"));
  const report = reportOf("2026-01-21", { alpha: alone(holed) });

  it("is neither shown as whole, nor ranked, nor compared", () => {
    expect(monthIn(report, "2025-12")).toBeUndefined();
    expect(report.volume?.latest).toBe("2025-11");
    // Every other month has 10 a day: nothing is the lowest or the highest of anything by day.
    expect(report.volume?.record?.byDay ?? null).toBeNull();
    expect(report.volume?.monthOverMonth?.perDay).toBeCloseTo(0, 12);
  });
  it("is flagged with what lacks, and is a gap: 3 of 31 days are 9.68 %", () => {
    const [check] = report.checks;
    expect(check).toMatchObject({ rule: "Q-04", severity: "warning", section: "volume", source: "alpha", bound: 0.02 });
    expect(check?.value).toBeCloseTo(3 / 31, 12);
    expect(check?.message).toContain("2025-12 (BTCUSDT has no bars for 3 of 31 days)");
    expect(report.gaps).toContainEqual(
      expect.objectContaining({ source: "alpha", dataset: "volume", detail: "Q-04: 2025-12 is not wholly covered" }),
    );
  });
  it("is no part of the month of the others", () => {
    const both = reportOf("2026-01-21", { alpha: alone(holed), beta: alone(bars("2025-01-01", "2026-01-21")) });
    expect(monthIn(both, "2025-12")).toMatchObject({ complete: true, days: 31, usd: 310e9, perDayUsd: 10e9 });
    expect(monthIn(both, "2025-12")?.venues.map(({ id }) => id)).toEqual(["beta"]);
    expect(both.volume).toMatchObject({ latest: "2025-12", monthOverMonth: { venues: ["beta"] } });
  });
  it("names the five newest of many such months", () => {
    const first = without(...Array.from({ length: 12 }, (_, i) => `${addMonths(month("2025-01"), i)}-10`));
    const [check] = reportOf("2026-01-21", { alpha: alone(bars("2025-01-01", "2026-01-21", first)) }).checks;
    expect(check?.message).toMatch(/^not counted for lack of bars: 7 months before, 2025-08 \(.* and 2025-12 \(/);
  });
});

describe("a month that is whole", () => {
  const main = { market: perpetual, bars: bars("2025-01-01", "2026-01-21") };

  it("may lack an hour or two of an outage", () => {
    const hours = bars("2025-11-01", "2026-01-21", undefined, 4).filter((bar) => bar.at !== at("2025-12-10T04:00Z"));
    const report = reportOf("2026-01-21", { alpha: alone(hours) });
    expect(monthIn(report, "2025-12")?.complete).toBe(true);
    expect(report.checks).toEqual([]);
  });
  it("has a contract that was listed, or expired, in it", () => {
    const listed = { market: { ...perpetual, symbol: "BTCUSDC" }, bars: bars("2025-12-11", "2026-01-21", () => 1) };
    const expires = at("2025-12-26T08:00Z");
    const expired: Contract = {
      market: { ...perpetual, symbol: "BTCUSDT_251226", kind: "dated", expires },
      bars: bars("2025-10-01", "2025-12-27", without("2025-12-10", "2025-12-11")),
    };
    const report = reportOf("2026-01-21", { alpha: [main, listed, expired] });
    // 310 of the perpetual, 21 of the new one, 24 days of 10 of the dated one.
    expect(monthIn(report, "2025-12")?.usd).toBe(571e9);
    expect(report.checks).toEqual([]);
  });
});

describe("the running month", () => {
  it.each([
    ["stops two weeks ago", alone(bars("2025-11-01", "2026-01-16"))],
    ["lacks a day", alone(bars("2025-11-01", "2026-01-30", without("2026-01-05")))],
    ["has nothing of it", alone(bars("2025-11-01", "2026-01-01"))],
  ])("is without a venue whose perpetual %s, and says so", (_, beta) => {
    const report = reportOf("2026-01-30", { alpha: alone(bars("2025-11-01", "2026-01-30")), beta });
    // 10 a day at alpha alone.
    expect(report.volume?.toDate).toMatchObject({ month: "2026-01", usd: 290e9, days: 29 });
    expect(textOf(report)).toContain(
      "January 2026 to date over 1 venue (without beta, 50.0 % of December 2025), not ranked: $290B in 29.0 days",
    );
    expect(report.volume?.toDate?.runRateUsd).toBeCloseTo(310e9, 0);
    expect(monthIn(report, "2026-01")?.venues.map(({ id }) => id)).toEqual(["alpha"]);
    expect(report.gaps).toContainEqual(
      expect.objectContaining({
        source: "beta",
        why: "implausible",
        detail: "Q-04: 2026-01 is not wholly covered so far",
      }),
    );
  });
  it("is not counted where one of two perpetuals has nothing of it in its first minutes", () => {
    const december = bars("2025-11-01", "2026-01-01", undefined, 1);
    const forming = one(at("2026-01-01T00:00:00Z"), at("2026-01-01T01:00:00Z"), BILLION);
    const toDate = (second: Bars) =>
      reportOf("2026-01-01T00:10:00Z", {
        alpha: [
          { market: perpetual, bars: [...december, forming] },
          { market: { ...perpetual, symbol: "OTHER" }, bars: second },
        ],
      }).volume?.toDate;
    expect(toDate([...december, forming])).toMatchObject({ month: "2026-01", usd: 2 * BILLION });
    expect(toDate(december)).toBeNull();
  });
  it("is none at its first instant, and nothing is missing then", () => {
    const report = reportOf("2026-01-01", { alpha: alone(bars("2025-11-01", "2026-01-01")) });
    expect(report.volume?.toDate).toBeNull();
    expect(report.volume?.latest).toBe("2025-12");
    expect(report.gaps).toEqual([]);
  });
  it("is not flagged for venues that are told some hours apart", () => {
    const report = reportOf("2026-01-30T12:00Z", {
      alpha: alone(bars("2025-11-01", "2026-01-30T12:00Z", undefined, 4)),
      beta: alone(bars("2025-11-01", "2026-01-30")),
    });
    expect(report.checks).toEqual([]);
    expect(report.volume?.toDate?.runRateUsd).toBeCloseTo(620e9, 0);
  });
});

describe("the range of the running month", () => {
  // The 90 days before 21 February trade 1, 2, … 90: the outer tenths are 9.9 and 81.1.
  const rising = (own: string): number => daysBetween(day("2025-11-22"), day(own));
  const report = reportOf("2026-02-21", {
    alpha: alone(bars("2025-11-01", "2026-02-21", (own) => Math.max(0, rising(own)) / 2)),
    beta: alone(bars("2025-11-01", "2026-02-21", (own) => Math.max(0, rising(own)) / 2, 4)),
  });

  it("is what slow and busy days would make of it", () => {
    expect(addDays(day("2025-11-22"), 90)).toBe("2026-02-20");
    // February has told 71 + … + 90 = 1,610 in 20 days and has 8 to come.
    const toDate = report.volume?.toDate;
    expect(toDate?.usd).toBeCloseTo(1_610e9, 0);
    expect(toDate?.runRateUsd).toBeCloseTo(2_254e9, 0);
    expect(toDate?.range?.[0]).toBeCloseTo(1_689.2e9, 0);
    expect(toDate?.range?.[1]).toBeCloseTo(2_258.8e9, 0);
    expect(report.gaps).toEqual([]);
  });
  it("stands beside the run rate", () => {
    expect(textOf(report)).toContain(
      "February 2026 to date over 2 venues, not ranked: $1.61T in 20.0 days, at this rate $2.25T, with slow or busy days as in the last 90 (10 % and 90 %) $1.69T to $2.26T",
    );
  });
  it("can be explained", () => {
    const found = explainer(report, () => [])("volume.toDate.range");
    expect(found).toMatchObject({ class: "derived", unit: "USD", value: report.volume?.toDate?.range });
    const words = found === null ? "" : explanation(found);
    expect(words).toMatch(/value: \d+(?:\.\d+)? to \d+(?:\.\d+)? USD, \$1\.69T to \$2\.26T\n/);
    expect(words).toContain("  volume.toDate.days: 20 count, 20\n");
    expect(words).toContain("https://alpha.test/klines");
  });
  it("is absent, with the reason, where a venue tells months alone", () => {
    const all = { alpha: alone(bars("2025-11-01", "2026-02-21")), beta: alone(months("2025-11", 1, 1, 1, 1)) };
    const told = reportOf("2026-02-21", all);
    expect(told.volume?.toDate?.range).toBeNull();
    expect(told.gaps).toEqual([
      {
        source: "all",
        dataset: "volume.toDate.range",
        why: "unpublished",
        status: null,
        detail: "fewer than 30 of the last 90 days are told day by day by beta",
        advice: null,
      },
    ]);
    expect(told.status).toBe("complete");
    expect(explainer(told, () => [])("volume.toDate.range")).toBeNull();
    expect(textOf(told)).toContain("at this rate $281B");
  });
});

it("is not extrapolated from a part of its first day", () => {
  const report = reportOf("2026-02-01T06:30:00Z", {
    alpha: alone([...bars("2025-01-01", "2026-02-01"), one(at("2026-02-01"), at("2026-02-01T06:30:00Z"), 3 * BILLION)]),
  });
  expect(textOf(report)).toContain("February 2026 to date over 1 venue, not ranked: $3.00B in 6.5 hours");
  expect(textOf(report)).not.toContain("at this rate");
});

describe("what the running month is on track for", () => {
  // Ten billion a day, of 28 days of February ten are over. These ten are the tenth of the last 90 that is slow, or busy.
  const said = (june: number, february: number): string | undefined => {
    const own = (one: string): number => (one >= "2026-02" ? february : one.startsWith("2025-06") ? june : 10);
    const report = reportOf("2026-02-11", { alpha: alone(bars("2024-11-01", "2026-02-11", own)) });
    return report.takeaways.find(({ id }) => id === "volume.onTrack")?.text;
  };

  it("is said where slow and busy days make the same of it", () => {
    // 70 + 18 × 7 = 196 to 70 + 18 × 10 = 250: June had 30 × 6 = 180, all other months 280 or more.
    expect(said(6, 7)).toBe(
      "BTC futures volume of February 2026 is on track for the lowest since June 2025: $70.0B in 10.0 days over 1 venue come to $196B to $250B with days as slow or as busy as in the last 90 (10 % and 90 %).",
    );
    // 200 + 18 × 10 = 380 to 200 + 18 × 20 = 560: June had 600.
    expect(said(20, 20)).toContain("is on track for the highest since June 2025: $200B in 10.0 days");
  });
  it("is not said where they make two records, or one of them none", () => {
    // June's 240 lies between 196, which no month is below, and 250.
    expect(said(8, 7)).toBeUndefined();
    // June's 250 is equalled by the busy end alone.
    expect(said(250 / 30, 7)).toBeUndefined();
    // 130 + 18 × 10 = 310 is what January had; 130 + 18 × 13 = 364 would be the highest since June's 390.
    expect(said(13, 13)).toBeUndefined();
  });
  it("is no record of all months: those before the ones that are shown may deny it", () => {
    expect(said(10, 7)).toBeUndefined();
  });
  it("is not said of venues of which one lacks the months since then", () => {
    const own = (one: string): number => (one >= "2026-02" ? 7 : one.startsWith("2025-06") ? 6 : 10);
    const report = reportOf("2026-02-11", {
      alpha: alone(bars("2024-11-01", "2026-02-11", own)),
      beta: alone(bars("2025-08-01", "2026-02-11", own)),
    });
    expect(report.volume?.toDate?.range).not.toBeNull();
    expect(report.takeaways.map(({ id }) => id)).not.toContain("volume.onTrack");
  });
});

describe("the record", () => {
  // Three years and a month before December 2025, which is the lowest since then.
  const deep = months("2022-11", 50, ...Array.from({ length: 36 }, () => 100), 60, 5);

  it("looks back as far as the venues' common history, also beyond the months that are shown", () => {
    const report = reportOf("2026-01-21", { alpha: alone(deep), beta: alone(deep) });
    expect(report.volume?.months[0]?.month).toBe("2024-01");
    expect(report.volume?.record).toMatchObject({
      byTotal: { direction: "lowest", since: "2022-11", equal: false },
      historyFrom: "2022-11",
      venues: ["alpha", "beta"],
    });
    expect(report.gaps.filter(({ dataset }) => dataset === "volume.record")).toEqual([]);
    expect(report.takeaways.map(({ text }) => text)).toContain(
      "BTC futures volume of December 2025 was $120B over 2 venues: by total and per day the lowest since November 2022, over 2 venues with a common history.",
    );
  });
  it("is told by total and per day where these differ", () => {
    // Vector B of the methods: 363.796 in 30 days of September 2025 is 12.1265 a day, 375.905 in 31 of January 12.1260.
    const told: Readonly<Record<string, number>> = {
      "2023-11": 321.936,
      "2024-06": 366.43,
      "2025-09": 363.796,
      "2025-12": 383.969,
      "2026-01": 375.905,
      "2026-02": 5,
    };
    const billions = Array.from({ length: 28 }, (_, i) => told[addMonths(month("2023-11"), i)] ?? 500);
    const report = reportOf("2026-02-11", { alpha: alone(months("2023-11", ...billions)) });
    expect(report.takeaways.find(({ id }) => id === "volume.latest")).toMatchObject({
      text: "BTC futures volume of January 2026 was $376B over 1 venue: by total the lowest since September 2025, per day the lowest since September 2025 (equal), over 1 venue with a common history.",
      figures: ["volume.months.2026-01.usd", "volume.months.2026-01.perDayUsd"],
    });
  });
  it("is of the venues that reach furthest back and hold four fifths of the month", () => {
    const small = months("2025-01", ...Array.from({ length: 11 }, () => 100), 14, 5);
    const large = months("2025-01", ...Array.from({ length: 11 }, () => 100), 16, 5);
    // 60 of 74 is 81 %, 60 of 76 is 79 %.
    const recordOf = (other: Bars) => reportOf("2026-01-21", { alpha: alone(deep), beta: alone(other) }).volume?.record;
    expect(recordOf(small)).toMatchObject({ historyFrom: "2022-11", venues: ["alpha"] });
    expect(recordOf(large)).toMatchObject({ historyFrom: "2025-01", venues: ["alpha", "beta"] });
  });
  it("of a whole history says from when, and of how many months", () => {
    const report = reportOf("2026-01-21", {
      alpha: alone(months("2024-11", ...Array.from({ length: 13 }, () => 100), 60)),
    });
    expect(report.volume?.record).toMatchObject({
      byTotal: { direction: "lowest", since: null },
      historyFrom: "2024-11",
    });
    const words = "lowest in the available history (from November 2024, 14 months)";
    expect(report.takeaways.map(({ text }) => text)).toContain(
      `BTC futures volume of December 2025 was $60.0B over 1 venue: by total and per day the ${words}, over 1 venue with a common history.`,
    );
    expect(textOf(report)).toContain(`December 2025 at alpha: by total and per day the ${words}`);
  });
  it("never reaches over a month that lacks, and is none where a month before that denies it", () => {
    // March 2025 lacks a day; December trades half of what its months before do.
    const reportWith = (before: number): Report =>
      reportOf("2026-01-21", {
        alpha: alone(
          bars("2024-11-01", "2026-01-21", (own) =>
            own === "2025-03-10" ? null : own.startsWith("2025-12") ? 5 : own < "2025-03" ? before : 10,
          ),
        ),
      });
    expect(reportWith(10).volume?.record).toMatchObject({
      byTotal: { direction: "lowest", since: null },
      byDay: { direction: "lowest", since: null },
      historyFrom: "2025-04",
    });
    expect(textOf(reportWith(10))).toContain("lowest in the available history (from April 2025, 9 months)");
    expect(reportWith(4).volume?.record).toMatchObject({ byTotal: null, byDay: null });
    expect(textOf(reportWith(4))).not.toContain("lowest in the available history");
  });
});
