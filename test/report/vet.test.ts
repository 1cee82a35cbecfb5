/** Readings that cannot be, before anything is made of them. */
import { describe, expect, it } from "vitest";
import type { Dataset, Datasets, Market } from "../../src/core/market.ts";
import { isOf, type Reading } from "../../src/core/reading.ts";
import { series } from "../../src/core/series.ts";
import { DAY, floorTo, HOUR, instant, MINUTE, shift, type Instant } from "../../src/core/time.ts";
import { btc, inBtc, ofBtc, ofUsd, ratio, usd, usdPerBtc, type Quantity } from "../../src/core/units.ts";
import type { Input } from "../../src/report/input.ts";
import { vetted, forReport } from "../../src/report/vet.ts";
import { isHoled } from "../../src/report/vet/holes.ts";

const asOf = instant(1_769_752_800_000);
const perpetual: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };

const good = <D extends keyof Datasets>(source: string, dataset: D, value: Datasets[D]): Reading => ({
  source,
  dataset,
  evidence: [],
  ok: true,
  value,
});
const held = (size: Quantity, options: { at?: Instant; price?: number; traded?: Quantity; symbol?: string } = {}) => ({
  market: { ...perpetual, symbol: options.symbol ?? perpetual.symbol },
  value: {
    at: options.at ?? asOf,
    size,
    price: usdPerBtc(options.price ?? 83_000),
    ...(options.traded === undefined ? {} : { traded24h: options.traded }),
  },
});
const spot = (source: string, price: number, at: Instant = asOf): Reading =>
  good(source, "price", { at, price: usdPerBtc(price), quote: "USD" });

const inputOf = (readings: readonly Reading[]): Input => ({
  readings,
  sources: ["spot-a", "spot-b", "spot-c", "alternative-me", "vendor"]
    .map((id) => ({ id, venue: null as string | null, name: id }))
    .concat([
      { id: "alpha", venue: "alpha", name: "Alpha" },
      { id: "beta", venue: "beta", name: "Beta" },
    ]),
  asked: [],
  now: asOf,
  asOf,
  mode: "live",
  recording: null,
  anchor: { is: "ytd" },
  levels: [],
  sections: new Set(["price"]),
});
const rulesOf = (readings: readonly Reading[]): readonly string[] =>
  vetted(inputOf(readings)).checks.map(({ rule, severity }) => `${rule} ${severity}`);
const gapOf = (readings: readonly Reading[], source: string): unknown => {
  const reading = vetted(inputOf(readings)).input.readings.find((one) => one.source === source);
  return reading?.ok === false ? reading.gap : null;
};

it("lets through what is plausible, without a word", () => {
  const readings = [
    spot("spot-a", 82_900),
    good("alpha", "openInterest", { of: [held(ofBtc(100_000), { traded: ofBtc(180_000) })], lacking: [] }),
  ];
  expect(vetted(inputOf(readings))).toEqual({ input: inputOf(readings), checks: [], wrong: new Set() });
});

describe("prices", () => {
  it("one that is 2 % off the median of three is kept out, 0.3 % is a warning", () => {
    // Median 82,900: 84,600 is +2.05 %, 83,200 is +0.36 %.
    const off = [spot("spot-a", 82_890), spot("spot-b", 82_900), spot("spot-c", 84_600)];
    expect(rulesOf(off)).toEqual(["Q-13 error"]);
    expect(gapOf(off, "spot-c")).toMatchObject({ why: "implausible", rule: "Q-13" });
    expect(rulesOf([spot("spot-a", 82_890), spot("spot-b", 82_900), spot("spot-c", 83_200)])).toEqual(["Q-13 warning"]);
    // Two sources have no median to be off.
    expect(rulesOf([spot("spot-a", 82_890), spot("spot-b", 99_000)])).toEqual([]);
  });

  it("older than 2 minutes is a warning, than 8 stale, more than a minute ahead an error", () => {
    expect(rulesOf([spot("spot-a", 83_000, shift(asOf, -3 * MINUTE))])).toEqual(["Q-03 warning"]);
    expect(gapOf([spot("spot-a", 83_000, shift(asOf, -9 * MINUTE))], "spot-a")).toMatchObject({ why: "stale" });
    expect(gapOf([spot("spot-a", 83_000, shift(asOf, 5 * MINUTE))], "spot-a")).toMatchObject({ rule: "Q-02" });
  });

  it("a bar whose low is above its close is left out of the candles", () => {
    const today = floorTo(asOf, DAY);
    const bar = (low: number) => ({
      until: shift(today, DAY),
      open: usdPerBtc(83_000),
      high: usdPerBtc(84_000),
      low: usdPerBtc(low),
      close: usdPerBtc(83_500),
      btc: null,
      usd: null,
    });
    const candles = series([
      { at: shift(today, -DAY), value: bar(82_000) },
      { at: today, value: bar(83_900) },
    ]);
    // Days that begin at noon would price every history at another hour.
    const noon = candles.map(({ at, value }) => ({ at: shift(at, -DAY / 2), value }));
    expect(gapOf([good("spot-a", "candles", series(noon))], "spot-a")).toMatchObject({ rule: "Q-02" });
    const { input, checks } = vetted(inputOf([good("spot-a", "candles", candles)]));
    expect(checks.map(({ rule }) => rule)).toEqual(["Q-14"]);
    const [reading] = input.readings;
    expect(reading?.ok === true && Array.isArray(reading.value) ? reading.value.length : null).toBe(1);
  });
});

describe("the newest bar and the price", () => {
  // 22:00Z of a day that fell from 73,000 to 63,500: 13 %, as on 5 February 2026.
  const evening = shift(floorTo(asOf, DAY), 22 * HOUR);
  const today = floorTo(asOf, DAY);
  const day = (at: Instant, close: number) => ({
    at,
    value: {
      until: shift(at, DAY),
      open: usdPerBtc(close),
      high: usdPerBtc(close),
      low: usdPerBtc(close),
      close: usdPerBtc(close),
      btc: null,
      usd: null,
    },
  });
  const judged = (...bars: readonly ReturnType<typeof day>[]) =>
    vetted({
      ...inputOf([spot("spot-a", 63_500, evening), good("spot-a", "candles", series(bars))]),
      now: evening,
      asOf: evening,
    }).checks.map(({ rule, severity, value }) => `${rule} ${severity} ${value}`);

  it("are of other moments where the bar was over at midnight, and only another unit keeps it out", () => {
    const midnight = day(shift(today, -DAY), 73_000);
    expect(judged(midnight)).toEqual([]);
    expect(judged(midnight, day(today, 63_500))).toEqual([]);
    // 73,000,000 over 63,500; 63,500 over 63.5.
    expect(judged(day(shift(today, -DAY), 73_000_000))).toEqual([`Q-10 error ${73_000_000 / 63_500}`]);
    expect(judged(day(shift(today, -DAY), 63.5))).toEqual(["Q-10 error 1000"]);
  });

  it("are of one moment where the bar is forming", () => {
    // 73,000 over 63,500 is 14.96 % above.
    expect(judged(day(today, 73_000))).toEqual([expect.stringMatching(/^Q-10 error 0\.1496/)]);
    expect(judged(day(today, 65_500))).toEqual([expect.stringMatching(/^Q-10 warning 0\.0314/)]);
  });

  it("an hour that was over leaves room for the move since", () => {
    const hour = {
      at: shift(evening, -HOUR),
      value: { ...day(today, 73_000).value, until: evening },
    };
    const at = shift(evening, 30 * MINUTE);
    const of = (bar: typeof hour) =>
      vetted({
        ...inputOf([
          spot("spot-a", 63_500, at),
          good("alpha", "hourlyCandles", { market: perpetual, value: series([bar]) }),
        ]),
        now: at,
        asOf: at,
      }).checks.map(({ rule }) => rule);
    expect(of(hour)).toEqual([]);
    expect(of({ ...hour, value: { ...hour.value, close: usdPerBtc(73), low: usdPerBtc(73) } })).toEqual(["Q-10"]);
  });
});

describe("bars of the map", () => {
  const bar = (at: Instant, minutes: number, close: number, low = close - 10) => ({
    at,
    value: {
      until: shift(at, minutes * MINUTE),
      open: usdPerBtc(close),
      high: usdPerBtc(close + 10),
      low: usdPerBtc(low),
      close: usdPerBtc(close),
      btc: null,
      usd: null,
    },
  });
  const minutes = { hourlyCandles: 60, fineCandles: 5 } as const;
  const of = (dataset: keyof typeof minutes, closes: readonly number[], odd?: { at?: number; low?: number }) => {
    const step = minutes[dataset];
    const rows = closes.map((close, i) => {
      const isLast = i === closes.length - 1;
      const at = shift(asOf, ((i - closes.length) * step + (isLast ? (odd?.at ?? 0) : 0)) * MINUTE);
      return bar(at, step, close, isLast ? odd?.low : undefined);
    });
    return [spot("spot-a", 83_000), good("alpha", dataset, { market: perpetual, value: series(rows) })];
  };
  const kept = (readings: readonly Reading[]): number | null => {
    const reading = vetted(inputOf(readings)).input.readings.find(({ source }) => source === "alpha");
    return reading?.ok === true && (reading.dataset === "hourlyCandles" || reading.dataset === "fineCandles")
      ? Object.values(reading.value).flat().length - 1
      : null;
  };

  it.each(["hourlyCandles", "fineCandles"] as const)(
    "%s: good ones pass; a low above the close is left out",
    (dataset) => {
      expect(rulesOf(of(dataset, [82_900, 83_000]))).toEqual([]);
      const wrong = of(dataset, [82_900, 83_000], { low: 83_001 });
      expect(rulesOf(wrong)).toEqual(["Q-14 error"]);
      expect(kept(wrong)).toBe(1);
    },
  );
  it.each(["hourlyCandles", "fineCandles"] as const)(
    "%s: another unit or another grid keeps them all out",
    (dataset) => {
      // 830 for 83,000: 99 % below.
      expect(gapOf(of(dataset, [829, 830]), "alpha")).toMatchObject({ why: "implausible", rule: "Q-10" });
      expect(gapOf(of(dataset, [82_900, 83_000], { at: 1 }), "alpha")).toMatchObject({ rule: "Q-02" });
    },
  );
  it("an hour of identical closes in five-minute bars is a warning, eleven of them are not", () => {
    const still = (count: number) => of("fineCandles", [82_900, ...Array.from({ length: count }, () => 83_000)]);
    expect(rulesOf(still(11))).toEqual([]);
    expect(rulesOf(still(12))).toEqual(["Q-05 warning"]);
    expect(kept(still(12))).toBe(13);
  });
});

describe("open interest", () => {
  const market = [spot("spot-a", 83_000)];

  it("hours old, in the future, or at a price of another unit: the contract is out and named", () => {
    const of = [
      held(ofBtc(90_000), { symbol: "A" }),
      held(ofBtc(10_000), { symbol: "B", at: shift(asOf, -2 * HOUR) }),
      held(ofBtc(10_000), { symbol: "C", at: shift(asOf, 2 * HOUR) }),
      held(ofBtc(10_000), { symbol: "D", price: 83 }),
    ];
    const { input, checks } = vetted(inputOf([...market, good("alpha", "openInterest", { of, lacking: [] })]));
    const reading = input.readings.find(({ source }) => source === "alpha");
    const value = reading?.ok === true && reading.dataset === "openInterest" ? reading.value : null;
    expect(JSON.stringify(value)).toContain('"A"');
    expect(value).toMatchObject({
      of: [{ market: { symbol: "A" } }],
      lacking: [
        { what: "B", gap: { why: "stale" } },
        { what: "C", gap: { why: "implausible", rule: "Q-02" } },
        { what: "D", gap: { why: "implausible", rule: "Q-10" } },
      ],
    });
    expect(checks.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
      "Q-03 error",
      "Q-02 error",
      "Q-10 error",
    ]);
  });

  it("a thousand times yesterday's, or traded a hundred times over, is no open interest", () => {
    const history = good("alpha", "openInterestHistory", {
      of: [{ market: perpetual, value: series([{ at: shift(asOf, -DAY), value: { size: ofBtc(100) } }]) }],
      lacking: [],
    });
    const now = good("alpha", "openInterest", { of: [held(ofBtc(100_000))], lacking: [] });
    // Nothing tells which of the two is wrong: neither is used.
    for (const dataset of ["openInterestHistory", "openInterest"]) {
      const after = vetted(inputOf([...market, history, now])).input.readings.find((one) => one.dataset === dataset);
      expect(after).toMatchObject({ ok: false, gap: { rule: "Q-12" } });
    }
    const churned = good("beta", "openInterest", { of: [held(ofBtc(100), { traded: ofBtc(10_000) })], lacking: [] });
    expect(gapOf([...market, churned], "beta")).toMatchObject({ rule: "Q-11" });
  });

  it("in another unit in all that a venue tells, no midnight of it stands in for the present", () => {
    const past = (btc: number) =>
      good("alpha", "openInterestHistory", {
        of: [{ market: perpetual, value: series([{ at: shift(asOf, -DAY), value: { size: ofBtc(btc) } }]) }],
        lacking: [],
      });
    const now = (btc: number, traded?: number) =>
      good("alpha", "openInterest", {
        of: [held(ofBtc(btc), traded === undefined ? {} : { traded: ofBtc(traded) })],
        lacking: [],
      });
    const gaps = (...readings: readonly Reading[]) => {
      const { input, wrong } = vetted(inputOf([...market, ...readings]));
      const rules = input.readings.flatMap((one) => (one.source === "alpha" && !one.ok ? one.gap : []));
      return [...rules.map((gap) => (gap.why === "implausible" ? gap.rule : gap.why)), wrong.has("alpha")];
    };
    // 41,216,000 BTC are 196 % of 21,000,000.
    expect(gaps(past(41_300_000), now(41_216_000))).toEqual(["Q-01", "Q-01", true]);
    // As CME, which tells of the past only.
    expect(gaps(past(134_618_800))).toEqual(["Q-01", true]);
    // 1,211 BTC traded are 505 times 2.4 BTC, and the day before it was 2.41 BTC.
    expect(gaps(past(2.41), now(2.4, 1_211))).toEqual(["Q-11", "Q-11", true]);
    expect(gaps(past(2_410), now(2_400, 1_211))).toEqual([false]);
  });

  it("a perpetual whose month is a hundred times what is open in it, and more than all others, takes the volume away", () => {
    const small = { ...perpetual, symbol: "BTCUSDC" };
    /** A main perpetual with 1,000 BTC open and 1,500 traded a day, and another one. */
    const beside = (open: number, traded: number): readonly Reading[] => {
      const days = (coins: number) =>
        series(
          Array.from({ length: 31 }, (_, i) => {
            const at = shift(floorTo(asOf, DAY), (i - 31) * DAY);
            const value = { until: shift(at, DAY), btc: btc(coins), usd: usd(coins * 83_000), typical: null };
            return { at, value };
          }),
        );
      return [
        good("alpha", "openInterest", {
          of: [held(ofBtc(1_000)), held(ofBtc(open), { symbol: small.symbol })],
          lacking: [],
        }),
        good("alpha", "volume", {
          of: [
            { market: perpetual, value: days(1_500) },
            { market: small, value: days(traded) },
          ],
          lacking: [],
        }),
      ];
    };
    const volumeGap = (readings: readonly Reading[]): unknown => {
      const reading = vetted(inputOf(readings)).input.readings.find(({ dataset }) => dataset === "volume");
      return reading?.ok === false ? reading.gap : null;
    };
    expect(volumeGap(beside(100, 40))).toBeNull();
    // 41,500 of 1,100 BTC are 38 times in all, which some venue may trade; 40,000 of 100 BTC are 400 times.
    expect(volumeGap(beside(100, 40_000))).toMatchObject({ why: "implausible", rule: "Q-11" });
    // What is being closed was traded more than is still open.
    expect(volumeGap(beside(0.1, 40))).toBeNull();
  });

  it("a single day a thousand times too small is left out of the history, a real fall stays", () => {
    const sizes = [100, 99, 0.1, 98, 60, 59];
    const samples = series(sizes.map((size, i) => ({ at: shift(asOf, (i - 6) * DAY), value: { size: ofBtc(size) } })));
    const history = good("alpha", "openInterestHistory", { of: [{ market: perpetual, value: samples }], lacking: [] });
    const { input, checks } = vetted(inputOf([history]));
    const [reading] = input.readings;
    const kept = reading?.ok === true && reading.dataset === "openInterestHistory" ? reading.value : null;
    expect(JSON.stringify(kept)).not.toContain("0.1}");
    expect(JSON.stringify(kept)).toContain('"value":60}');
    expect(checks.map(({ rule }) => rule)).toEqual(["Q-12"]);
  });

  it("of weekly samples a week may move as far as seven days, ln(99 / 45) = 0.79 and no more than 4.2", () => {
    const of = (...sizes: readonly number[]) => {
      const samples = series(
        sizes.map((size, i) => ({ at: shift(asOf, (i - sizes.length) * 7 * DAY), value: { size: ofBtc(size) } })),
      );
      return good("alpha", "openInterestHistory", { of: [{ market: perpetual, value: samples }], lacking: [] });
    };
    const sizesOf = (reading: Reading | undefined): readonly number[] =>
      reading?.ok === true && isOf(reading, "openInterestHistory")
        ? reading.value.of.flatMap(({ value }) => value.map(({ value: { size } }) => inBtc(size, usdPerBtc(1))))
        : [];
    expect(sizesOf(vetted(inputOf([of(100, 99, 45, 98, 97)])).input.readings[0])).toEqual([100, 99, 45, 98, 97]);
    expect(sizesOf(vetted(inputOf([of(100, 99, 0.09, 98, 97)])).input.readings[0])).toEqual([100, 99, 98, 97]);
  });
});

it("a funding rate of another day is stale, Fear & Greed of 130 is none", () => {
  const funding = good("alpha", "funding", {
    of: [
      {
        market: perpetual,
        value: { at: shift(asOf, -2 * DAY), rate: ratio(0.0001), everyHours: 8, kind: "predicted" },
      },
    ],
    lacking: [],
  });
  const { input } = vetted(inputOf([funding]));
  expect(input.readings[0]).toMatchObject({ value: { of: [], lacking: [{ what: "BTCUSDT", gap: { why: "stale" } }] } });
  const index = good(
    "alternative-me",
    "fearGreed",
    series([
      { at: shift(floorTo(asOf, DAY), -DAY), value: { value: 130, label: "Extreme Greed" } },
      { at: floorTo(asOf, DAY), value: { value: 16, label: "Fear" } },
    ]),
  );
  expect(rulesOf([index])).toEqual(["Q-15 error", "Q-15 warning"]);
});

describe("the article's $800 billion of liquidations in a day", () => {
  // Open interest 58.64 B and 35.16 B traded (methods): 22.75 times the volume, 13.64 times the open interest.
  const market = [
    spot("spot-a", 83_000),
    good("alpha", "openInterest", { of: [held(ofUsd(58.64e9), { traded: ofUsd(35.16e9) })], lacking: [] }),
  ];
  const claimed = (amount: number): Reading =>
    good("vendor", "liquidations", {
      feed: "partial",
      of: [
        {
          market: { ...perpetual, symbol: "Alpha" },
          value: series([
            { at: shift(asOf, -DAY), value: { until: asOf, longs: usd(amount), shorts: usd(0), both: usd(amount) } },
          ]),
        },
      ],
      lacking: [],
    });

  it("cannot be, and dividing by 1,000 fits; the figure is kept out, not mended", () => {
    const { input, checks } = vetted(inputOf([...market, claimed(800e9)]));
    expect(checks.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
      "Q-06 error",
      "Q-08 error",
      "Q-09 note",
    ]);
    expect(checks[0]?.value).toBeCloseTo(22.753, 2);
    expect(checks[1]?.value).toBeCloseTo(13.643, 2);
    expect(checks[2]?.message).toContain("÷ 1,000");
    expect(input.readings.find(({ source }) => source === "vendor")).toMatchObject({
      ok: false,
      gap: { rule: "Q-06" },
    });
  });

  it("$800 million passes", () => {
    expect(rulesOf([...market, claimed(800e6)])).toEqual([]);
  });
});

describe("what a vendor gathered of exchanges", () => {
  /** Rows by exchange, in millions of USD. */
  const gathered = (rows: Readonly<Record<string, number>>): Reading =>
    good("vendor", "liquidations", {
      feed: "partial",
      of: Object.entries(rows).map(([symbol, millions]) => {
        const both = usd(millions * 1e6);
        return {
          market: { ...perpetual, symbol },
          value: series([{ at: shift(asOf, -DAY), value: { until: asOf, longs: both, shorts: usd(0), both } }]),
        };
      }),
      lacking: [],
    });
  const open = (venue: string, billions: number, traded?: number): Reading =>
    good(venue, "openInterest", {
      of: [held(ofUsd(billions * 1e9), traded === undefined ? {} : { traded: ofUsd(traded * 1e9) })],
      lacking: [],
    });
  const found = (...readings: readonly Reading[]) =>
    vetted(inputOf([spot("spot-a", 83_000), ...readings])).checks.map(
      ({ rule, severity, message }) => `${rule} ${severity} ${message}`,
    );

  it("is not held against one small exchange that has answered", () => {
    // 152 million over exchanges, of which 0.1 million at the one whose 0.57 billion are known: 26.7 % of these.
    expect(found(open("beta", 0.57, 0.07), gathered({ Alpha: 100, Gamma: 51.9, Beta: 0.1 }))).toEqual([]);
  });
  it("is judged by the exchanges that are here, where most of it is of them", () => {
    // Alpha has 2,100 of 3,100 million: 21 % of the 10 billion open, 10.5 % of the 20 billion traded.
    const rows = gathered({ Alpha: 2_100, Gamma: 1_000 });
    expect(found(open("alpha", 10, 20), rows)).toEqual([
      expect.stringMatching(/^Q-06 warning liquidations of \$2,100,000,000 in 24 h are 10.5 % of the \$20,000,000,000/),
      expect.stringMatching(/^Q-08 error liquidations of \$2,100,000,000 in 24 h are 21 % of the \$10,000,000,000/),
    ]);
    // 40 % are too little to judge the rest by.
    expect(found(open("alpha", 10, 20), gathered({ Alpha: 2_100, Gamma: 3_150 }))).toEqual([]);
  });
  it("is not held against the trading of some of them alone", () => {
    // Beta says nothing of what was traded: Alpha's 100 million are too little of the 300 to judge by its 500.
    const rows = gathered({ Alpha: 100, Beta: 200 });
    expect(found(open("alpha", 3, 0.5), open("beta", 3), rows)).toEqual([
      expect.stringMatching(/^Q-08 warning liquidations of \$300,000,000 in 24 h are 5 % of the \$6,000,000,000/),
    ]);
  });
});

describe("the past", () => {
  const today = floorTo(asOf, DAY);
  const past = (venue: string, samples: readonly { at: Instant; size: number; price?: number }[]): Reading =>
    good(venue, "openInterestHistory", {
      of: [
        {
          market: perpetual,
          value: series(
            samples.map(({ at, size, price }) => ({
              at,
              value: { size: ofBtc(size), ...(price === undefined ? {} : { price: usdPerBtc(price) }) },
            })),
          ),
        },
      ],
      lacking: [],
    });
  const day = (close: number) => ({
    at: shift(today, -DAY),
    value: {
      until: today,
      open: usdPerBtc(close),
      high: usdPerBtc(close),
      low: usdPerBtc(close),
      close: usdPerBtc(close),
      btc: null,
      usd: null,
    },
  });
  const sizesOf = (readings: readonly Reading[]): readonly number[] | null => {
    const reading = vetted(inputOf(readings)).input.readings.find(({ dataset }) => dataset === "openInterestHistory");
    if (reading?.ok !== true || reading.dataset !== "openInterestHistory") return null;
    return [...JSON.stringify(reading.value).matchAll(/"in":"BTC","value":(\d+)/g)].map(([, size]) => Number(size));
  };

  it("a 0 between two samples is left out and told; those before the first contract was open are not told", () => {
    const samples = [0, 0, 100, 0, 101].map((size, i) => ({ at: shift(today, (i - 4) * DAY), size }));
    expect(rulesOf([past("alpha", samples)])).toEqual(["Q-01 error"]);
    expect(sizesOf([past("alpha", samples)])).toEqual([100, 101]);
    expect(rulesOf([past("alpha", samples.slice(0, 3))])).toEqual([]);
  });

  it("a sample priced in another unit than its day's close is left out, and one of the future", () => {
    const spoiled = [
      { at: shift(today, -DAY), size: 99, price: 83_000 },
      { at: today, size: 100, price: 83 },
    ];
    const candles = good("spot-a", "candles", series([day(83_000)]));
    expect(rulesOf([candles, past("alpha", spoiled)])).toEqual(["Q-10 error"]);
    expect(sizesOf([candles, past("alpha", spoiled)])).toEqual([99]);
    const ahead = (days: number) => [
      { at: today, size: 99 },
      { at: shift(today, days * DAY), size: 100 },
    ];
    expect(rulesOf([past("alpha", ahead(3))])).toEqual(["Q-02 error"]);
    expect(sizesOf([past("alpha", ahead(3))])).toEqual([99]);
    // Where days go on into the future, all of them may be one too late.
    expect(rulesOf([past("alpha", ahead(1))])).toEqual(["Q-02 error"]);
    expect(gapOf([past("alpha", ahead(1))], "alpha")).toMatchObject({ rule: "Q-02" });
  });

  it("a dated contract's sample may be away from its day's close by a basis, and not by another unit", () => {
    const candles = good("spot-a", "candles", series([day(83_000)]));
    const dated = (price: number): readonly Reading[] => [
      candles,
      good("alpha", "openInterestHistory", {
        of: [
          {
            market: { ...perpetual, kind: "dated", margin: "inverse" },
            value: series([{ at: today, value: { size: ofUsd(1e6), price: usdPerBtc(price) } }]),
          },
        ],
        lacking: [],
      }),
    ];
    expect(rulesOf(dated(95_000))).toEqual([]);
    expect(rulesOf(dated(83))).toEqual(["Q-10 error"]);
  });

  it("a supply or a reported open interest of 0 is none", () => {
    expect(gapOf([good("vendor", "supply", { at: asOf, btc: btc(0) })], "vendor")).toMatchObject({ rule: "Q-01" });
    const rows = [
      { venue: "alpha", at: asOf, usd: usd(0) },
      { venue: "beta", at: asOf, usd: usd(1e9) },
    ];
    const [left] = vetted(inputOf([good("vendor", "reportedOpenInterest", rows)])).input.readings;
    expect(left).toMatchObject({ ok: true, value: [{ venue: "beta" }] });
    expect(gapOf([good("vendor", "reportedOpenInterest", rows.slice(0, 1))], "vendor")).toMatchObject({ rule: "Q-01" });
  });

  it("0 of a dated contract in which nothing was traded has just been listed, and is no error; else it is unknown", () => {
    const fresh = (traded?: number) => {
      const { value } = held(ofBtc(0), traded === undefined ? {} : { traded: ofBtc(traded) });
      const next = { market: { ...perpetual, symbol: "BTCUSDT-NEXT", kind: "dated" } as const, value };
      const reading = good("alpha", "openInterest", { of: [held(ofBtc(9)), next], lacking: [] });
      const { input, checks } = vetted(inputOf([spot("spot-a", 83_000), reading]));
      const left = input.readings.find(({ source }) => source === "alpha");
      const lacking = left?.ok === true && isOf(left, "openInterest") ? left.value.lacking : [];
      return [lacking.map(({ what, gap }) => `${what} ${gap.why}`), checks.map(({ rule }) => rule)];
    };
    expect(fresh(0)).toEqual([["BTCUSDT-NEXT unpublished"], []]);
    expect(fresh(1)).toEqual([["BTCUSDT-NEXT implausible"], ["Q-01"]]);
    expect(fresh()).toEqual([["BTCUSDT-NEXT implausible"], ["Q-01"]]);
  });

  it("a 0 that a venue tells day after day does not cost it its cache; a wrong unit does", () => {
    const zero = good("alpha", "openInterest", { of: [held(ofBtc(0)), held(ofBtc(9), { symbol: "A" })], lacking: [] });
    expect(vetted(inputOf([spot("spot-a", 83_000), zero])).wrong).toEqual(new Set());
    const unit = good("alpha", "openInterest", { of: [held(ofBtc(9), { price: 83 })], lacking: [] });
    const readings = [spot("spot-a", 83_000), spot("spot-b", 83_000), unit];
    expect(vetted(inputOf(readings)).wrong).toEqual(new Set(["alpha"]));
  });

  it("takes liquidations of the 24 hours alone", () => {
    const at = shift(asOf, -2 * DAY);
    const bar = { until: shift(at, DAY), longs: usd(800e9), shorts: usd(0), both: usd(800e9) };
    const before = good("vendor", "liquidations", {
      feed: "partial",
      of: [{ market: { ...perpetual, symbol: "Alpha" }, value: series([{ at, value: bar }]) }],
      lacking: [],
    });
    const of = [held(ofUsd(58.64e9), { traded: ofUsd(35.16e9) })];
    expect(rulesOf([spot("spot-a", 83_000), good("alpha", "openInterest", { of, lacking: [] }), before])).toEqual([]);
  });

  describe("on two levels", () => {
    const judged = (...readings: readonly Reading[]) => forReport(vetted(inputOf(readings)));
    const days = (sizes: readonly number[], last = today) =>
      sizes.map((size, i) => ({ at: shift(last, (i + 1 - sizes.length) * DAY), size, price: 83_000 }));
    const told = ({ input }: ReturnType<typeof judged>, source: string) =>
      input.readings.find((one) => one.source === source && one.dataset === "openInterestHistory");
    const now = good("alpha", "openInterest", { of: [held(ofBtc(100))], lacking: [] });

    it("is kept without the older one, which is named; what is stored has both, what is cached is asked again", () => {
      const readings = [now, past("alpha", days([1, 1, 100, 101]))];
      const stored = vetted(inputOf(readings));
      expect([stored.checks, stored.wrong]).toEqual([[], new Set()]);
      const found = forReport(stored);
      expect(found.checks.map(({ rule, severity, source }) => `${rule} ${severity} ${source}`)).toEqual([
        "Q-12 error alpha",
      ]);
      expect(found.wrong).toEqual(new Set(["alpha"]));
      expect(told(found, "alpha")).toMatchObject({
        ok: true,
        value: {
          of: [{ value: [{ value: { size: { value: 100 } } }, { value: { size: { value: 101 } } }] }],
          // The sample of 29 January 00:00Z is the close of the 28th.
          lacking: [{ what: "days before 2026-01-28", gap: { why: "implausible", rule: "Q-12" } }],
        },
      });
    });

    it("is one history where two sources tell a venue", () => {
      // The archive ends where the venue begins.
      const input = inputOf([
        now,
        past("alpha", days([100, 101])),
        past("archive", days([1, 1], shift(today, -2 * DAY))),
      ]);
      const sources = [...input.sources, { id: "archive", venue: "alpha", name: "Archive" }];
      const found = forReport(vetted({ ...input, sources }));
      expect(found.checks.map(({ rule, source }) => `${rule} ${source}`)).toEqual(["Q-12 archive"]);
      expect(told(found, "archive")).toMatchObject({ ok: false, gap: { why: "implausible", rule: "Q-12" } });
      expect(told(found, "alpha")).toMatchObject({ ok: true, value: { lacking: [] } });
    });

    it("warns once a venue, of the largest day", () => {
      const input = inputOf([now, past("alpha", days([100, 130, 105])), past("archive", days([100, 130, 105]))]);
      const sources = [...input.sources, { id: "archive", venue: "alpha", name: "Archive" }];
      // ln 1.3 = 0.2624; ln (130 / 105) = 0.2136.
      expect(forReport(vetted({ ...input, sources })).checks).toMatchObject([
        {
          rule: "Q-12",
          severity: "warning",
          source: "alpha",
          value: expect.closeTo(0.2624, 4),
          message: expect.stringMatching(/^Alpha: open interest went from 100 to 130 BTC/),
        },
      ]);
    });

    it("is judged by days, not by the minutes of a day or of two runs", () => {
      // A third more within an hour of the night, gone by morning: midnights are alike.
      const minutes = days([100, 100, 100]).flatMap((one) => [one, { ...one, at: shift(one.at, HOUR), size: 180 }]);
      expect(judged(past("alpha", minutes)).checks).toEqual([]);
      // Stored at six in the morning by runs.
      const runs = days([1, 100, 100], shift(today, 6 * HOUR - DAY));
      expect(judged(past("alpha", runs)).checks).toMatchObject([{ rule: "Q-12", severity: "error" }]);
    });

    it("converts with the close of the day what comes without a price, and leaves alone what has neither", () => {
      const inUsd = (...sizes: readonly number[]): Reading =>
        good("alpha", "openInterestHistory", {
          of: [
            {
              market: { ...perpetual, margin: "inverse" },
              value: series(
                sizes.map((size, i) => ({ at: shift(today, (i - 1) * DAY), value: { size: ofUsd(size) } })),
              ),
            },
          ],
          lacking: [],
        });
      const close = (at: Instant) => ({ ...day(83_000), at, value: { ...day(83_000).value, until: shift(at, DAY) } });
      const candles = good("spot-a", "candles", series([close(shift(today, -2 * DAY)), close(shift(today, -DAY))]));
      expect(judged(candles, inUsd(8.3e6, 8.3e9)).checks).toMatchObject([{ rule: "Q-12", severity: "error" }]);
      expect(judged(inUsd(8.3e6, 8.3e9)).checks).toEqual([]);
    });
  });

  describe("holes", () => {
    const holes = (readings: readonly Reading[]): readonly string[] =>
      forReport(vetted({ ...inputOf(readings), anchor: { is: "days", extreme: "low", days: 30 } })).checks.map(
        ({ rule, severity, message }) => `${rule} ${severity} ${message}`,
      );
    const grid = (count: number, step: number, end: Instant, lacks: (i: number) => boolean = () => false) =>
      Array.from({ length: count }, (_, i) => ({ at: shift(end, (i + 1 - count) * step), size: 100 })).filter(
        (_, i) => !lacks(i),
      );

    it("are none where a venue keeps fewer days, tells weeks, or has stored moments of runs", () => {
      expect(holes([past("alpha", grid(5, DAY, today))])).toEqual([]);
      expect(holes([past("alpha", grid(20, 7 * DAY, today))])).toEqual([]);
      expect(holes([past("alpha", grid(9, 3 * DAY, shift(today, 5 * HOUR)))])).toEqual([]);
    });

    it("are none between the days that a report alone asks for", () => {
      const compared = [30, 7, 1, 0].map((days) => ({ at: shift(today, -days * DAY), size: 100 }));
      const input = {
        ...inputOf([past("alpha", compared)]),
        anchor: { is: "days", extreme: "low", days: 30 } as const,
      };
      const rulesFor = (sparse: readonly Dataset[]): readonly string[] => {
        const sources = input.sources.map((one) => (one.id === "alpha" ? { ...one, sparse } : one));
        return forReport(vetted({ ...input, sources })).checks.map(({ rule, severity }) => `${rule} ${severity}`);
      };
      expect(rulesFor(["openInterestHistory"])).toEqual([]);
      expect(rulesFor([])).toEqual(["Q-04 error"]);
    });

    const hourly = (samples: readonly { at: Instant; size: number }[]): Reading =>
      good("alpha", "hourlyOpenInterest", {
        market: perpetual,
        value: series(samples.map(({ at, size }) => ({ at, value: { size: ofBtc(size) } }))),
      });
    it("of more than a tenth of the hours keep them from the map, before a hole of two days none does", () => {
      // 3 and 11 of 100.
      expect(holes([hourly(grid(100, HOUR, asOf, (i) => i >= 40 && i < 43))])).toEqual([
        expect.stringContaining("Q-04 warning BTCUSDT: 3 of 100 samples are missing (3 %)"),
      ]);
      const many = [hourly(grid(100, HOUR, asOf, (i) => i >= 40 && i < 51))];
      expect(holes(many)).toEqual([
        expect.stringContaining("Q-04 error BTCUSDT: 11 of 100 samples are missing (11 %)"),
      ]);
      expect(forReport(vetted(inputOf(many))).input.readings[0]).toMatchObject({ ok: false, gap: { rule: "Q-04" } });
      // Two days and an hour: the map begins anew.
      expect(holes([hourly(grid(100, HOUR, asOf, (i) => i >= 20 && i < 68))])).toEqual([]);
    });

    it("that cost figures may be an answer cut short", () => {
      const isSuspect = (reading: Reading, now = asOf): boolean => {
        const { sources } = inputOf([reading]);
        return isHoled(reading, sources, { is: "days", extreme: "low", days: 30 }, now);
      };
      // 3 and 4 of 30 days.
      expect(
        isSuspect(
          past(
            "alpha",
            grid(30, DAY, today, (i) => i >= 10 && i < 13),
          ),
        ),
      ).toBe(false);
      expect(
        isSuspect(
          past(
            "alpha",
            grid(30, DAY, today, (i) => i >= 10 && i < 14),
          ),
        ),
      ).toBe(true);
      // The newest midnight is missing: at 06:00Z, and in the first hour, in which it may come yet.
      const behind = past("alpha", grid(30, DAY, shift(today, -DAY)));
      expect(isSuspect(behind)).toBe(true);
      expect(isSuspect(behind, shift(today, HOUR - 1))).toBe(false);
      expect(isSuspect(behind, shift(today, HOUR))).toBe(true);
      // A day of Fear & Greed is told some moments after it has begun.
      const index = (at: Instant): Reading =>
        good("alternative-me", "fearGreed", series([{ at, value: { value: 40, label: "Fear" } }]));
      expect(isSuspect(index(today))).toBe(false);
      expect(isSuspect(index(shift(today, -DAY)))).toBe(true);
      // Samples 23 and 25 hours apart, however many there are beside them.
      expect(isSuspect(hourly(grid(1_000, HOUR, asOf, (i) => i >= 20 && i < 42)))).toBe(false);
      expect(isSuspect(hourly(grid(1_000, HOUR, asOf, (i) => i >= 20 && i < 44)))).toBe(true);
      const traded = (kind: "perpetual" | "dated", lacks: number): Reading => {
        const bars = grid(100, HOUR, asOf, (i) => i >= 20 && i < 20 + lacks).map(({ at }) => ({
          at,
          value: { until: shift(at, HOUR), btc: btc(1), usd: usd(83_000), typical: null },
        }));
        return good("alpha", "volume", { of: [{ market: { ...perpetual, kind }, value: series(bars) }], lacking: [] });
      };
      expect(isSuspect(traded("perpetual", 23))).toBe(false);
      expect(isSuspect(traded("perpetual", 24))).toBe(true);
      expect(isSuspect(traded("dated", 24))).toBe(false);
      // Bars that begin a day after they are due, and a day less.
      const bars = grid(100, HOUR, asOf).map(({ at }) => ({
        at,
        value: { until: shift(at, HOUR), btc: btc(1), usd: usd(83_000), typical: null },
      }));
      const late = (hours: number): Reading => {
        const due = shift(asOf, -(99 + hours) * HOUR);
        return good("alpha", "volume", { of: [{ market: perpetual, value: series(bars), due }], lacking: [] });
      };
      expect(isSuspect(late(23))).toBe(false);
      expect(isSuspect(late(24))).toBe(true);
    });
  });
});
