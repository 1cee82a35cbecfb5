import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  datasets,
  type Dataset,
  type Datasets,
  type Liquidated,
  type Market,
  type PastOpenInterest,
  type Traded,
} from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { series, type Series } from "../../src/core/series.ts";
import { DAY, HOUR, parseInstant, shift, type Instant } from "../../src/core/time.ts";
import { ofBtc, usd, usdPerBtc } from "../../src/core/units.ts";
import { historyIn } from "../../src/history/history.ts";
import type { Window } from "../../src/history/job.ts";
import { withHistory } from "../../src/history/merge.ts";

const at = (text: string): Instant => parseInstant(text) as Instant;
const NOW = at("2026-01-30T09:00:00Z");
const EVIDENCE = [{ url: "https://venue.test/oi", at: NOW }];

const perpetual: Market = { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" };
const SOURCES: Window["sources"] = [
  { id: "venue", venue: "venue" },
  { id: "archive", venue: "venue" },
  { id: "index", venue: null },
  { id: "spot", venue: null },
];

const told = <D extends Dataset>(source: string, dataset: D, value: Datasets[D]): Reading => ({
  source,
  dataset,
  evidence: EVIDENCE,
  ok: true,
  value,
});
const failed = (source: string, dataset: Dataset): Reading => ({
  source,
  dataset,
  evidence: [],
  ok: false,
  gap: { why: "unreachable", detail: "down" },
});

/** What a run with these answers makes of a history in which earlier runs have put theirs. */
async function run(
  readings: readonly Reading[],
  ...earlier: readonly [string, ...Reading[]][]
): Promise<readonly Reading[]> {
  const path = join(await mkdtemp(join(tmpdir(), "btc-report-history-")), "history.db");
  const notes: string[] = [];
  const history = historyIn(path, { note: (line) => notes.push(line), reads: true });
  for (const [when, ...before] of earlier) await history.append(before, at(when));
  const made = await withHistory(readings, history, {
    until: NOW,
    since: shift(at("2026-01-30T00:00:00Z"), -200 * DAY),
    wanted: new Set(datasets),
    past: false,
    offline: false,
    sources: SOURCES,
  });
  history.close();
  expect(notes).toEqual([]);
  return made;
}

const of = <T>(value: T): { readonly of: { market: Market; value: T }[]; readonly lacking: [] } => ({
  of: [{ market: perpetual, value }],
  lacking: [],
});
const past = (...points: readonly (readonly [string, number])[]): Series<PastOpenInterest> =>
  series(points.map(([when, n]) => ({ at: at(when), value: { size: ofBtc(n), price: usdPerBtc(90_000) } })));
const held = (when: string, n: number): Datasets["openInterest"] =>
  of({ at: at(when), size: ofBtc(n), price: usdPerBtc(90_000), index: usdPerBtc(90_001) });

const valueOf = <D extends Dataset>(readings: readonly Reading[], source: string, dataset: D): Datasets[D] | null =>
  (
    readings.find((one) => one.ok && one.source === source && one.dataset === dataset) as
      | { value: Datasets[D] }
      | undefined
  )?.value ?? null;
const sizes = (readings: readonly Reading[], source = "venue"): unknown =>
  valueOf(readings, source, "openInterestHistory")?.of.map(({ value }) =>
    value.map((point) => [
      new Date(point.at).toISOString().slice(0, 16),
      (point.value.size as { value: number }).value,
    ]),
  );
const evidence = (readings: readonly Reading[], source: string, dataset: Dataset): readonly string[] =>
  readings.find((one) => one.ok && one.source === source && one.dataset === dataset)?.evidence.map(({ url }) => url) ??
  [];

describe("open interest", () => {
  it("of an earlier run is told, where nobody answers, without what has been delivered since", async () => {
    const [now] = held("2026-01-30T06:00:00Z", 100).of;
    if (now === undefined) throw new Error("one contract");
    const dated = (symbol: string, expires: string) => ({
      ...now,
      market: { ...perpetual, symbol, kind: "dated" as const, expires: at(expires) },
    });
    const all = [now, dated("30JAN", "2026-01-30T08:00:00Z"), dated("27MAR", "2026-03-27T08:00:00Z")];
    const made = await run(
      [failed("venue", "openInterest")],
      ["2026-01-30T06:00:00Z", told("venue", "openInterest", { of: all, lacking: [] })],
    );
    const symbols = valueOf(made, "venue", "openInterest")?.of.map(({ market }) => market.symbol);
    expect(symbols?.toSorted()).toEqual(["27MAR", "BTCUSDT"]);
  });

  it("of a venue without a history grows from what was current in earlier runs", async () => {
    const now = told("venue", "openInterest", held("2026-01-30T09:00:00Z", 130));
    expect(await run([now])).toEqual([now]);
    const made = await run(
      [now],
      ["2026-01-23T08:30:00Z", told("venue", "openInterest", held("2026-01-23T08:30:00Z", 100))],
      ["2026-01-29T09:00:00Z", told("venue", "openInterest", held("2026-01-29T08:59:00Z", 120))],
    );
    expect(sizes(made)).toEqual([
      [
        ["2026-01-23T08:30", 100],
        ["2026-01-29T08:59", 120],
      ],
    ]);
    expect(evidence(made, "venue", "openInterestHistory")).toEqual(["history:venue/openInterestHistory"]);
    expect(made).toContain(now);
  });

  it("is taken from the venue first, then from its archive, then from the store", async () => {
    const day = "T00:00:00Z";
    const answers = [
      told("venue", "openInterestHistory", of(past([`2026-01-29${day}`, 1], [`2026-01-30${day}`, 2]))),
      told("archive", "openInterestHistory", of(past([`2026-01-28${day}`, 3], [`2026-01-29${day}`, 4]))),
    ];
    const made = await run(answers, [
      "2026-01-30T01:00:00Z",
      told(
        "venue",
        "openInterestHistory",
        of(past([`2026-01-27${day}`, 5], [`2026-01-28${day}`, 6], [`2026-01-29${day}`, 7])),
      ),
    ]);
    expect(sizes(made)).toEqual([
      [
        ["2026-01-27T00:00", 5],
        ["2026-01-29T00:00", 1],
        ["2026-01-30T00:00", 2],
      ],
    ]);
    expect(evidence(made, "venue", "openInterestHistory")).toEqual([
      "https://venue.test/oi",
      "history:venue/openInterestHistory",
    ]);
    expect(made).toContain(answers[1]);
    expect(made.filter((one) => one.dataset === "openInterestHistory")).toHaveLength(2);
  });

  it("at odd minutes is not mixed with a history that was answered for some contracts", async () => {
    const dated: Market = { ...perpetual, symbol: "BTCUSDT_260327", kind: "dated" };
    const answers = [told("venue", "openInterestHistory", of(past(["2026-01-29T00:00:00Z", 1])))];
    const before = held("2026-01-29T08:59:00Z", 120).of[0];
    if (before === undefined) throw new Error("nothing held");
    const both = { of: [before, { ...before, market: dated }], lacking: [] };
    const made = await run(answers, ["2026-01-29T09:00:00Z", told("venue", "openInterest", both)]);
    expect(made).toEqual(answers);
  });

  it("of a venue that is down is what was stored, and the failure stays a gap", async () => {
    const down = failed("venue", "openInterestHistory");
    const made = await run(
      [down, failed("venue", "openInterest")],
      ["2026-01-29T09:00:00Z", told("venue", "openInterestHistory", of(past(["2026-01-29T00:00:00Z", 1])))],
      ["2026-01-30T07:00:00Z", told("venue", "openInterest", held("2026-01-30T07:00:00Z", 2))],
    );
    expect(sizes(made)).toEqual([
      [
        ["2026-01-29T00:00", 1],
        ["2026-01-30T07:00", 2],
      ],
    ]);
    expect(made).toContain(down);
  });

  it("is never younger than the report, and of five-minute rows only what a report looks at is read", async () => {
    const rows = Array.from({ length: 12 * 24 * 3 }, (_, i) => ({
      at: shift(at("2026-01-28T00:00:00Z"), i * 5 * 60_000),
      value: { size: ofBtc(i) },
    }));
    const made = await run(
      [failed("venue", "openInterestHistory")],
      ["2026-02-01T00:00:00Z", told("venue", "openInterestHistory", of(series(rows)))],
    );
    // 00:00 of the days (28th: row 0, then 288 a day), 09:00 a day ago (288 + 108) and now (576 + 108).
    expect(sizes(made)).toEqual([
      [
        ["2026-01-28T00:00", 0],
        ["2026-01-29T00:00", 288],
        ["2026-01-29T09:00", 396],
        ["2026-01-30T00:00", 576],
        ["2026-01-30T09:00", 684],
      ],
    ]);
  });
});

describe("volume", () => {
  const bar = (from: string, until: string, n: number): { at: Instant; value: Traded } => ({
    at: at(`${from}T00:00:00Z`),
    value: { until: at(`${until}T00:00:00Z`), btc: null, usd: usd(n), typical: usdPerBtc(90_000) },
  });
  const bars = (readings: readonly Reading[], source = "venue"): unknown =>
    valueOf(readings, source, "volume")?.of.map(({ value }) =>
      value.map((point) => [new Date(point.at).toISOString().slice(0, 10), point.value.usd]),
    );
  const earlier: [string, Reading] = [
    "2026-01-15T00:00:00Z",
    told(
      "venue",
      "volume",
      of(
        series([
          // October is known from its third day on only.
          bar("2025-10-03", "2025-10-04", 1),
          bar("2025-11-01", "2025-12-01", 2),
          bar("2025-12-01", "2025-12-20", 3),
          bar("2025-12-20", "2026-01-01", 4),
          bar("2026-01-01", "2026-01-02", 5),
        ]),
      ),
    ),
  ];

  it("gets the bars before the first that was answered, in whole months and nothing twice", async () => {
    const made = await run(
      [told("venue", "volume", of(series([bar("2025-12-21", "2025-12-22", 9), bar("2026-01-01", "2026-01-02", 8)])))],
      earlier,
    );
    expect(bars(made)).toEqual([
      [
        ["2025-11-01", 2],
        ["2025-12-01", 3],
        ["2025-12-21", 9],
        ["2026-01-01", 8],
      ],
    ]);
    expect(evidence(made, "venue", "volume")).toContain("history:venue/volume");
  });

  it("of a venue that is down is told in months that are over, unless its archive answers", async () => {
    expect(bars(await run([failed("venue", "volume")], earlier))).toEqual([
      [
        ["2025-11-01", 2],
        ["2025-12-01", 3],
        ["2025-12-20", 4],
      ],
    ]);
    const archive = told("archive", "volume", of(series([bar("2025-12-01", "2026-01-01", 7)])));
    expect(bars(await run([failed("venue", "volume"), archive], earlier))).toBeUndefined();
  });
});

describe("one series", () => {
  const fear = (...points: readonly (readonly [string, number])[]): Datasets["fearGreed"] =>
    series(points.map(([day, value]) => ({ at: at(`${day}T00:00:00Z`), value: { value, label: "x" } })));

  it("is filled before its first point and in its holes; what was answered holds", async () => {
    const made = await run(
      [told("index", "fearGreed", fear(["2026-01-27", 1], ["2026-01-29", 2], ["2026-01-30", 3]))],
      [
        "2026-01-29T12:00:00Z",
        told("index", "fearGreed", fear(["2018-02-01", 9], ["2026-01-27", 8], ["2026-01-28", 7], ["2026-01-29", 6])),
      ],
    );
    expect(valueOf(made, "index", "fearGreed")?.map(({ value }) => value.value)).toEqual([9, 1, 7, 2, 3]);
    expect(evidence(made, "index", "fearGreed")).toEqual(["https://venue.test/oi", "history:index/fearGreed"]);
  });

  it("adds nothing to an answer that is whole, and no evidence", async () => {
    const answer = told("index", "fearGreed", fear(["2026-01-28", 1], ["2026-01-29", 2]));
    expect(await run([answer], ["2026-01-29T12:00:00Z", told("index", "fearGreed", fear(["2026-01-28", 5]))])).toEqual([
      answer,
    ]);
  });

  it("stands in for a source that is down, if it is fresh and nobody else tells the same", async () => {
    const stored: [string, Reading] = ["2026-01-29T12:00:00Z", told("index", "fearGreed", fear(["2026-01-29", 5]))];
    expect(valueOf(await run([failed("index", "fearGreed")], stored), "index", "fearGreed")).toHaveLength(1);
    const other = told("spot", "fearGreed", fear(["2026-01-30", 6]));
    expect(valueOf(await run([failed("index", "fearGreed"), other], stored), "index", "fearGreed")).toBeNull();
    const old: [string, Reading] = ["2026-01-20T12:00:00Z", told("index", "fearGreed", fear(["2026-01-20", 5]))];
    expect(valueOf(await run([failed("index", "fearGreed")], old), "index", "fearGreed")).toBeNull();
  });

  it("of hours speaks of now or not at all", async () => {
    const hours = (last: string): Datasets["hourlyCandles"] => ({
      market: perpetual,
      value: series(
        [2, 1].map((n) => ({
          at: shift(at(last), -n * HOUR),
          value: {
            until: shift(at(last), (1 - n) * HOUR),
            open: usdPerBtc(1),
            high: usdPerBtc(1),
            low: usdPerBtc(1),
            close: usdPerBtc(1),
            btc: null,
            usd: null,
          },
        })),
      ),
    });
    const down = [
      failed("venue", "hourlyCandles"),
      told("venue", "price", { at: NOW, price: usdPerBtc(1), quote: "USD" }),
    ];
    const fresh = await run(down, [
      "2026-01-30T08:00:00Z",
      told("venue", "hourlyCandles", hours("2026-01-30T08:00:00Z")),
    ]);
    expect(valueOf(fresh, "venue", "hourlyCandles")?.value).toHaveLength(2);
    const stale = await run(down, [
      "2026-01-30T08:00:00Z",
      told("venue", "hourlyCandles", hours("2026-01-30T06:00:00Z")),
    ]);
    expect(stale).toEqual(down);
    // Where nobody has told anything of now, the report speaks of then.
    const then = await run(down.slice(0, 1), [
      "2026-01-30T08:00:00Z",
      told("venue", "hourlyCandles", hours("2026-01-30T06:00:00Z")),
    ]);
    expect(valueOf(then, "venue", "hourlyCandles")?.value).toHaveLength(2);
  });
});

describe("days of liquidations", () => {
  const day = (when: string, n: number): { at: Instant; value: Liquidated } => {
    const start = at(`${when}T00:00:00Z`);
    return { at: start, value: { until: shift(start, DAY), longs: usd(n), shorts: usd(1), both: usd(n + 1) } };
  };
  const days = (...points: readonly (readonly [string, number])[]): Datasets["liquidationDays"] => ({
    feed: "complete",
    ...of(series(points.map(([when, n]) => day(when, n)))),
  });
  /** Hours from an instant on, each of so many dollars. */
  const hours = (from: string, count: number, n: number): Datasets["liquidations"] => ({
    feed: "complete",
    ...of(
      series(
        Array.from({ length: count }, (_, i) => {
          const start = shift(at(from), i * HOUR);
          return { at: start, value: { until: shift(start, HOUR), longs: usd(n), shorts: usd(0), both: usd(n) } };
        }),
      ),
    ),
  });
  const longsOf = (readings: readonly Reading[], source = "venue"): unknown =>
    valueOf(readings, source, "liquidationDays")?.of.map(({ value }) =>
      value.map((point) => [new Date(point.at).toISOString().slice(0, 10), point.value.longs]),
    );

  it("go further back and have no holes where earlier runs were told more; what was answered holds", async () => {
    const made = await run(
      [told("venue", "liquidationDays", days(["2026-01-27", 7], ["2026-01-29", 9]))],
      ["2026-01-29T12:00:00Z", told("venue", "liquidationDays", days(["2025-05-01", 5], ["2026-01-27", 1]))],
      ["2026-01-29T13:00:00Z", told("venue", "liquidationDays", days(["2026-01-28", 8]))],
    );
    expect(longsOf(made)).toEqual([
      [
        ["2025-05-01", 5],
        ["2026-01-27", 7],
        ["2026-01-28", 8],
        ["2026-01-29", 9],
      ],
    ]);
    expect(evidence(made, "venue", "liquidationDays")).toEqual([
      "https://venue.test/oi",
      "history:venue/liquidationDays",
    ]);
  });
  it("of another contract, or of a feed of another nature, are left where they are", async () => {
    const answer = told("venue", "liquidationDays", days(["2026-01-28", 8], ["2026-01-29", 9]));
    const throttled = { ...days(["2026-01-20", 1]), feed: "throttled" as const };
    const other = {
      ...days(["2026-01-20", 1]),
      of: [{ market: { ...perpetual, symbol: "OLD" }, value: series([day("2026-01-20", 1)]) }],
    };
    for (const before of [throttled, other]) {
      expect(await run([answer], ["2026-01-29T12:00:00Z", told("venue", "liquidationDays", before)])).toEqual([answer]);
    }
  });
  it("stand in for a source that is down if the last one is yesterday, and its failure stays a gap", async () => {
    const down = failed("venue", "liquidationDays");
    const stored = (...points: readonly (readonly [string, number])[]): [string, Reading] => [
      "2026-01-30T01:00:00Z",
      told("venue", "liquidationDays", days(...points)),
    ];
    const made = await run([down], stored(["2026-01-28", 8], ["2026-01-29", 9]));
    expect(longsOf(made)).toEqual([
      [
        ["2026-01-28", 8],
        ["2026-01-29", 9],
      ],
    ]);
    expect(made).toContain(down);
    expect(longsOf(await run([down], stored(["2026-01-27", 7], ["2026-01-28", 8])))).toBeUndefined();
  });
  it("are none where a source tells hours alone", async () => {
    const answer = told("venue", "liquidations", hours("2026-01-29T09:00:00Z", 24, 3));
    expect(
      await run(
        [answer],
        ["2026-01-29T09:00:00Z", told("venue", "liquidations", hours("2026-01-28T09:00:00Z", 24, 2))],
      ),
    ).toEqual([answer]);
  });
  it("count nothing twice of runs whose hours begin at other minutes", async () => {
    // Two runs of the hour before: the second one's 24 hours of 3 dollars are what was told last.
    const made = await run(
      [failed("venue", "liquidations")],
      ["2026-01-30T08:20:00Z", told("venue", "liquidations", hours("2026-01-29T08:20:00Z", 24, 2))],
      ["2026-01-30T08:50:00Z", told("venue", "liquidations", hours("2026-01-29T08:50:00Z", 24, 3))],
    );
    const bars = valueOf(made, "venue", "liquidations")?.of[0]?.value ?? [];
    expect(bars.map(({ value }) => value.longs)).toEqual(Array(24).fill(3));
  });
  it("of a vendor are not touched: they speak of many exchanges", async () => {
    const answer = told("index", "liquidations", hours("2026-01-29T09:00:00Z", 24, 3));
    const made = await run(
      [answer],
      ["2026-01-29T09:00:00Z", told("index", "liquidations", hours("2026-01-28T09:00:00Z", 24, 2))],
    );
    expect(made).toEqual([answer]);
  });
});
