/**
 * What a figure rests on, by made-up readings through the whole report: what it does not rest on is left out and named,
 * and where too little is left there is no figure but a gap. Numbers are worked out by hand beside each case.
 */
import { describe, expect, it } from "vitest";
import { EXIT, exitCode } from "../../src/exit.ts";
import type { Dataset, Datasets, FearGreed, Funding, Market } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { series } from "../../src/core/series.ts";
import { DAY, floorTo, HOUR, instant, shift, type Instant } from "../../src/core/time.ts";
import { ofBtc, ratio, usdPerBtc } from "../../src/core/units.ts";
import { compose } from "../../src/report/compose.ts";
import { footnotes } from "../../src/report/footnotes.ts";
import type { Input, SectionName } from "../../src/report/input.ts";
import { fundingBlocks } from "../../src/report/pages/funding.ts";
import { fearGreedBlocks } from "../../src/report/pages/fear-greed.ts";
import type { Report } from "../../src/report/report.ts";

/** 2026-01-30T06:00:00Z. */
const asOf = instant(1_769_752_800_000);
const today = floorTo(asOf, DAY);
const PRICE = usdPerBtc(80_000);

const good = <D extends keyof Datasets>(source: string, dataset: D, value: Datasets[D]): Reading => ({
  source,
  dataset,
  evidence: [],
  ok: true,
  value,
});
const market = (symbol: string, more: Partial<Market> = {}): Market => ({
  symbol,
  kind: "perpetual",
  margin: "linear",
  quote: "USDT",
  ...more,
});
const spot = good("spot", "price", { at: asOf, price: PRICE, quote: "USD" });
/** Contracts and what each holds now, in coins; prices are 80,000. */
const held = (
  venue: string,
  ...of: readonly (readonly [Market, number, { price?: number; index?: number }?])[]
): Reading =>
  good(venue, "openInterest", {
    of: of.map(([contract, coins, { price, index } = {}]) => ({
      market: contract,
      value: {
        at: asOf,
        size: ofBtc(coins),
        price: usdPerBtc(price ?? PRICE),
        ...(index === undefined ? {} : { index: usdPerBtc(index) }),
      },
    })),
    lacking: [],
  });
/** A contract's closes of days back from today 00:00Z; null leaves a day out. */
type Closes = readonly [Market, (daysAgo: number) => number | null];
const closed = (venue: string, days: number, ...of: readonly Closes[]): Reading =>
  good(venue, "openInterestHistory", {
    of: of.map(([contract, coins]) => ({
      market: contract,
      value: series(
        Array.from({ length: days + 1 }, (_, i) => days - i).flatMap((ago) => {
          const size = coins(ago);
          return size === null ? [] : [{ at: shift(today, -ago * DAY), value: { size: ofBtc(size), price: PRICE } }];
        }),
      ),
    })),
    lacking: [],
  });
/** 200 daily closes whose moves over a week differ from day to day. */
const candles = good(
  "spot",
  "candles",
  series(
    Array.from({ length: 201 }, (_, i) => {
      const price = usdPerBtc(80_000 + 500 * (i % 9));
      const at = shift(today, (i - 200) * DAY);
      return {
        at,
        value: { until: shift(at, DAY), open: price, high: price, low: price, close: price, btc: null, usd: null },
      };
    }),
  ),
);

const input = (readings: readonly Reading[], ...sections: SectionName[]): Input => ({
  readings,
  sources: [
    { id: "spot", venue: null, name: "Spot" },
    { id: "index", venue: null, name: "Index", attribution: { text: "Source: Index", url: "" } },
    ...["alpha", "beta", "gamma"].map((id) => ({ id, venue: id, name: id })),
  ],
  asked: [],
  now: asOf,
  asOf,
  mode: "live",
  recording: null,
  anchor: { is: "days", extreme: "low", days: 30 },
  levels: [],
  sections: new Set(sections),
});
const gapsOf = ({ gaps }: Report, dataset: string): readonly string[] =>
  gaps.filter((gap) => gap.dataset === dataset).map(({ source, why, detail }) => `${source} ${why}: ${detail}`);

describe("the mean of funding", () => {
  const rated = (venue: string, rate: number, everyHours: number, at: Instant = asOf): Reading => {
    const value: Funding = { at, rate: ratio(rate), everyHours, kind: "predicted" };
    return good(venue, "funding", { of: [{ market: market("BTCUSDT"), value }], lacking: [] });
  };
  const report = compose(
    input(
      [
        spot,
        held("alpha", [market("BTCUSDT"), 1_000]),
        held("beta", [market("BTCUSDT"), 3_000]),
        rated("alpha", 0.02, 8),
        // Four times replaced since.
        rated("beta", 0.0001, 1, shift(asOf, -4 * HOUR)),
        rated("gamma", 0.0005, 8),
      ],
      "funding",
    ),
  );
  it("is without rates that are over and contracts whose open interest is not known, and says so", () => {
    // Alpha alone: 2 % per 8 hours, three times a day: 2,190 % a year.
    expect(report.funding?.weighted8h).toBeCloseTo(0.02, 12);
    expect(report.funding?.apr).toBeCloseTo(21.9, 9);
    expect(gapsOf(report, "funding.weighted8h")).toEqual([
      "beta stale: BTCUSDT: the rate of 2026-01-30 02:00 UTC is older than its 1 hour, so it is not in the mean",
      "gamma unpublished: BTCUSDT: its open interest is not known, so it is not in the mean",
    ]);
    expect(report.funding?.venues.map(({ id }) => id)).toEqual(["alpha", "beta", "gamma"]);
  });
  it("has rates beyond the usual cap named", () => {
    const texts = fundingBlocks(report, footnotes(report)).flatMap((block) =>
      block.is === "text" ? block.spans.map(({ text }) => text).join("") : [],
    );
    expect(texts).toContain("Beyond 0.8 % per 8 h, about where exchanges cap the rate: alpha BTCUSDT (+2.0000 %).");
  });
  it("says that nobody pays where it is nothing", () => {
    const said = (rate: number): string | undefined =>
      compose(
        input([spot, held("alpha", [market("BTCUSDT"), 1_000]), rated("alpha", rate, 8)], "funding"),
      ).takeaways.find(({ id }) => id === "funding")?.text;
    expect(said(0)).toBe("Funding weighted by open interest is 0.0 % a year: neither side pays.");
    // 0.00004 % per 8 hours are 0.0438 % a year.
    expect(said(-4e-7)).toBe("Funding weighted by open interest is 0.0 % a year: next to nothing is paid.");
  });
});

describe("the basis at 90 days", () => {
  const dated = (symbol: string, margin: Market["margin"], days: number): Market =>
    market(symbol, {
      kind: "dated",
      margin,
      quote: margin === "linear" ? "USDT" : "USD",
      expires: shift(asOf, days * DAY),
    });
  // Linear: 0.5 % and 1 % over 60 and 120 days: 0.75 % over 90. Inverse: 2 % and 4 %: 3 %.
  const near = [dated("L60", "linear", 60), 10, { price: 80_400, index: 80_000 }] as const;
  const far = [dated("L120", "linear", 120), 10, { price: 80_800, index: 80_000 }] as const;
  const coinNear = [dated("I60", "inverse", 60), 10, { price: 81_600, index: 80_000 }] as const;
  const coinFar = [dated("I120", "inverse", 120), 10, { price: 83_200, index: 80_000 }] as const;
  it.each([
    ["linear first", [near, far, coinNear, coinFar]],
    ["inverse first", [coinFar, coinNear, far, near]],
  ])("is one curve for each kind of contract, %s", (_, of) => {
    const report = compose(input([spot, held("alpha", ...of)], "funding"));
    expect(report.basis?.constant90d).toBeCloseTo(((0.0075 + 0.03) / 2) * (365 / 90), 12);
  });
  it("is the median over exchanges: one that is far off the others does not move it", () => {
    const readings = [held("alpha", near, far), held("beta", coinNear, coinFar), held("gamma", near, far)];
    expect(compose(input([spot, ...readings], "funding")).basis?.constant90d).toBeCloseTo(0.0075 * (365 / 90), 12);
  });
  it("is not drawn from a linear contract to an inverse one", () => {
    expect(compose(input([spot, held("alpha", near, coinFar)], "funding")).basis?.constant90d).toBeNull();
  });
});

describe("a change of open interest", () => {
  const main = market("MAIN");
  const side = market("SIDE");
  it("rests on contracts that hold at least half of the venue now", () => {
    // The history of the one that holds 900 of 1,000 is missing; the other has grown by a quarter.
    const report = compose(
      input(
        [
          spot,
          candles,
          held("alpha", [main, 900], [side, 100]),
          closed("alpha", 40, [side, (ago) => (ago > 5 ? 80 : 100)]),
          held("beta", [main, 500]),
          closed("beta", 40, [main, () => 400]),
        ],
        "open-interest",
      ),
    );
    expect(report.openInterest?.venues.find(({ id }) => id === "alpha")?.changes["30d"]).toBeNull();
    expect(gapsOf(report, "openInterestHistory")).toEqual([
      "alpha unpublished: no change over 1d, over 7d, over 30d and since the low of 30 days: its history does not tell enough of its contracts then",
    ]);
    // Beta alone: 400 to 500. Known at the start are 400 and alpha's 80: 83.3 %.
    expect(report.openInterest?.changes["30d"]).toMatchObject({ btc: 0.25, venues: ["beta"] });
    expect(report.openInterest?.changes["30d"]?.coverage).toBeCloseTo(400 / 480, 12);
  });
  it("rests on no small contract while the main one, known until yesterday, has not answered", () => {
    const report = compose(
      input(
        [
          spot,
          candles,
          held("alpha", [side, 125]),
          closed("alpha", 199, [side, (ago) => (ago > 5 ? 80 : 100)], [main, () => 900]),
        ],
        "open-interest",
      ),
    );
    expect(report.openInterest?.venues[0]?.changes).toEqual({ "1d": null, "7d": null, "30d": null, anchor: null });
    expect(report.openInterest?.changes["7d"]).toBeNull();
    // 80 of 980 were known at the start of the week.
    expect(report.openInterest?.quadrant).toBeNull();
    expect(gapsOf(report, "openInterest.quadrant")[0]).toMatch(
      /^all implausible: Q-20: the comparison covers 8\.163 %/,
    );
    // Gone for longer it has been delisted.
    const delisted = compose(
      input(
        [
          spot,
          held("alpha", [side, 125]),
          closed("alpha", 40, [side, () => 100], [main, (ago) => (ago > 5 ? 900 : null)]),
        ],
        "open-interest",
      ),
    );
    expect(delisted.openInterest?.venues[0]?.changes["1d"]?.btc).toBeCloseTo(0.25, 12);
  });
  it("of all exchanges counts what was told within five minutes of midnight", () => {
    const told = (venue: string, at: Instant, coins: number): Reading =>
      good(venue, "openInterestHistory", {
        of: [{ market: main, value: series([{ at, value: { size: ofBtc(coins), price: PRICE } }]) }],
        lacking: [],
      });
    const start = shift(today, -DAY);
    const of = (seconds: number): Report =>
      compose(
        input(
          [
            spot,
            held("alpha", [main, 110]),
            told("alpha", start, 100),
            held("beta", [main, 60]),
            told("beta", shift(start, seconds * 1_000), 50),
          ],
          "open-interest",
        ),
      );
    for (const seconds of [-300, 5, 300]) {
      expect(of(seconds).openInterest?.changes["1d"]).toMatchObject({ venues: ["alpha", "beta"], coverage: 1 });
      expect(of(seconds).openInterest?.changes["1d"]?.btc).toBeCloseTo(170 / 150 - 1, 12);
    }
    // At another time it is not known then (section 5.1 of the methods): neither compared nor counted.
    for (const seconds of [-8 * 3_600, -301, 360]) {
      expect(of(seconds).openInterest?.changes["1d"]).toMatchObject({ venues: ["alpha"], coverage: 1 });
    }
  });
  it("of all exchanges does not count a contract as known that had settled by then", () => {
    const settled = market("OLD", { kind: "dated", expires: shift(today, -DAY - 16 * HOUR) });
    const report = compose(
      input(
        [
          spot,
          held("alpha", [main, 110]),
          closed("alpha", 2, [main, () => 100], [settled, (ago) => (ago === 2 ? 900 : null)]),
        ],
        "open-interest",
      ),
    );
    expect(report.openInterest?.changes["1d"]).toMatchObject({ venues: ["alpha"], coverage: 1 });
  });
  it("keeps its gap while the history of earlier runs is short", () => {
    const report = compose(
      input([spot, held("alpha", [main, 900]), closed("alpha", 2, [main, () => 800])], "open-interest"),
    );
    expect(report.openInterest?.venues[0]?.changes["1d"]?.btc).toBeCloseTo(0.125, 12);
    expect(gapsOf(report, "openInterestHistory")).toEqual([
      "alpha unpublished: no change over 7d, over 30d and since the low of 30 days: its history does not tell enough of its contracts then",
    ]);
    expect(gapsOf(report, "openInterest.changes.30d")).toEqual([
      "all unpublished: no exchange tells enough of its contracts both then and now",
    ]);
  });
});

describe("a high that is the price itself", () => {
  const highDate = (at: Instant): string | undefined => {
    const price = good("spot", "price", { at, price: usdPerBtc(90_000), quote: "USD" });
    return compose({ ...input([price, candles], "price"), now: at, asOf: at }).price?.drawdown?.highDate;
  };
  it("is of the day that its instant closes, or that it lies in", () => {
    expect(highDate(today)).toBe("2026-01-29");
    expect(highDate(asOf)).toBe("2026-01-30");
  });
});

describe("the quadrant", () => {
  const main = market("MAIN");
  const venue = [held("alpha", [main, 1_000]), closed("alpha", 199, [main, (ago) => 1_000 + 7 * (ago % 11)])];
  const quadrant = (...more: readonly Reading[]): Report =>
    compose(input([spot, candles, ...venue, ...more], "open-interest"));
  const alone = quadrant().openInterest?.quadrant;

  it("is told of the 7 days that it is of, and rests on no change over others", () => {
    const days = "7 days to 00:00 UTC of 30 January 2026: price ";
    expect(alone?.text.startsWith(days)).toBe(true);
    expect(quadrant().takeaways.find(({ id }) => id === "oi.quadrant")).toEqual({
      id: "oi.quadrant",
      text: `In the ${alone?.text}.`,
      figures: [],
      kind: "derived",
    });
  });
  it("is not lost with a contract that has settled within the week", () => {
    const settled = market("OLD", { kind: "dated", expires: shift(today, -3 * DAY) });
    const report = quadrant(held("beta", [main, 500]), closed("beta", 199, [settled, (ago) => (ago < 3 ? null : 50)]));
    expect(report.openInterest?.quadrant).toEqual(alone);
  });
  it("is not lost with a venue that lacks the last 00:00Z", () => {
    const report = quadrant(held("beta", [main, 10]), closed("beta", 199, [main, (ago) => (ago === 0 ? null : 10)]));
    expect(report.openInterest?.quadrant).toEqual(alone);
  });
  it("has a gap where it cannot be told", () => {
    const report = compose(input([spot, candles, held("alpha", [main, 1])], "open-interest"));
    expect(report.openInterest?.quadrant).toBeNull();
    expect(gapsOf(report, "openInterest.quadrant")).toHaveLength(1);
  });
});

describe("Fear & Greed", () => {
  /** Values by days before today; the days that are not named are missing. */
  const index = (values: ReadonlyMap<number, number>): Report =>
    compose(
      input(
        [
          good(
            "index",
            "fearGreed",
            series(
              [...values].map(([ago, value]) => ({
                at: shift(today, -ago * DAY),
                value: { value, label: value <= 24 ? "Extreme Fear" : "Fear" } satisfies FearGreed,
              })),
            ),
          ),
        ],
        "fear-greed",
      ),
    );
  const days = (count: number, value: (ago: number) => number | null): ReadonlyMap<number, number> =>
    new Map(
      Array.from({ length: count }, (_, i) => count - 1 - i).flatMap((ago) => {
        const found = value(ago);
        return found === null ? [] : [[ago, found] as const];
      }),
    );
  const shown = (report: Report): string =>
    fearGreedBlocks(report, footnotes(report))
      .flatMap((block) => (block.is === "list" ? block.items.flat() : []))
      .map(({ text }) => text)
      .join(" ");

  it("names the days that are missing since the last one as low", () => {
    // 100 days ago it was 16; the 50th day is missing: 1 of 100, within what rule Q-04 lets pass.
    const report = index(days(120, (ago) => (ago === 50 ? null : ago === 100 || ago === 0 ? 16 : 30)));
    expect(report.fearGreed?.lowestSince).toMatchObject({ date: "2025-10-22", equal: true, missing: 1, periods: 119 });
    expect(report.takeaways[0]?.text).toContain(", the lowest since 22 October 2025 (equal, 1 day missing).");
    expect(shown(report)).toContain("owest since 22 October 2025 (equal, 1 day missing)");
  });
  it("says how long the history is that has none as low", () => {
    const report = index(days(40, (ago) => (ago === 0 ? 16 : 30)));
    expect(report.takeaways[0]?.text).toContain(
      ", the lowest of the year, the lowest in the available history (from 22 December 2025, 40 days).",
    );
  });
  it("says that it equals the low of the year", () => {
    // 5 January is 25 days before.
    const report = index(days(60, (ago) => (ago === 0 || ago === 25 ? 16 : 30)));
    expect(report.fearGreed?.ytd).toMatchObject({ isLow: false, equalsLow: "2026-01-05", equalsHigh: null });
    expect(shown(report)).toContain("quals the low of the year, of 5 January 2026 (30 days)");
  });
});

describe("the exit code", () => {
  const report = compose(
    input([spot, held("alpha", [market("MAIN"), 1])], "open-interest", "liquidations", "structure"),
  );
  it("counts no section that none of the exchanges asked publishes", () => {
    expect(report.liquidations).toBeNull();
    expect(report.structure).toBeNull();
    expect(exitCode(report, new Set(["open-interest", "liquidations", "structure"]), true)).toBe(EXIT.ok);
  });
  const failed = (dataset: Dataset): Reading => ({
    source: "alpha",
    dataset,
    evidence: [],
    ok: false,
    gap: { why: "unreachable", detail: "connection refused" },
  });
  it("counts one whose answer did not come", () => {
    const without = compose(
      input([spot, held("alpha", [market("MAIN"), 1]), failed("hourlyCandles")], "open-interest", "structure"),
    );
    expect(exitCode(without, new Set(["open-interest"]), false)).toBe(EXIT.ok);
    expect(exitCode(without, new Set(["open-interest", "structure"]), false)).toBe(EXIT.incomplete);
  });
  it.each(["funding", "longShort", "taker", "traderClasses"] as const)("counts funding for its %s", (dataset) => {
    const without = compose(input([spot, held("alpha", [market("MAIN"), 1]), failed(dataset)], "price", "funding"));
    expect(exitCode(without, new Set(["price", "funding"]), false)).toBe(EXIT.incomplete);
  });
});
