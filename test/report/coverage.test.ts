/** Which part of the last known open interest has answered, by made-up readings; prices are 80,000 throughout. */
import { describe, expect, it } from "vitest";
import type { Datasets, Lacking, Market } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { series } from "../../src/core/series.ts";
import { DAY, floorTo, instant, shift } from "../../src/core/time.ts";
import { ofBtc, usdPerBtc } from "../../src/core/units.ts";
import { shortcomings } from "../../src/exit.ts";
import { compose } from "../../src/report/compose.ts";
import { footnotes } from "../../src/report/footnotes.ts";
import type { Input } from "../../src/report/input.ts";
import { openInterestBlocks } from "../../src/report/pages/open-interest.ts";
import type { Report } from "../../src/report/report.ts";

/** 2026-01-30T06:00:00Z. */
const asOf = instant(1_769_752_800_000);
const today = floorTo(asOf, DAY);
const price = usdPerBtc(80_000);

const market = (symbol: string, more: Partial<Market> = {}): Market => ({
  symbol,
  kind: "perpetual",
  margin: "linear",
  quote: "USDT",
  ...more,
});
const reading = <D extends keyof Datasets>(source: string, dataset: D, value: Datasets[D]): Reading => ({
  source,
  dataset,
  evidence: [],
  ok: true,
  value,
});
const failed = (source: string, dataset: keyof Datasets): Reading => ({
  source,
  dataset,
  evidence: [],
  ok: false,
  gap: { why: "refused", status: 403, detail: "no" },
});
type Coins = readonly (readonly [Market, number, number?])[];
const held = (source: string, coins: Coins, lacking: readonly Lacking[] = []): Reading =>
  reading(source, "openInterest", {
    of: coins.map(([contract, size]) => ({ market: contract, value: { at: asOf, size: ofBtc(size), price } })),
    lacking,
  });
/** What was held at the midnight so many days ago: today's where not said. */
const history = (source: string, coins: Coins, lacking: readonly Lacking[] = []): Reading =>
  reading(source, "openInterestHistory", {
    of: coins.map(([contract, size, ago = 0]) => ({
      market: contract,
      value: series([{ at: shift(today, -ago * DAY), value: { size: ofBtc(size), price } }]),
    })),
    lacking,
  });
const lost = (what: string, more: Partial<Lacking> = {}): Lacking => ({
  what,
  gap: { why: "malformed", at: "data", detail: "no ticker" },
  ...more,
});

const named = (...ids: readonly string[]): Input["sources"] =>
  ids.map((id) => ({ id, venue: id, name: id, note: `All contracts of ${id}.` }));
const inputOf = (readings: readonly Reading[]): Input => ({
  readings,
  sources: named("alpha", "beta"),
  asked: [],
  now: asOf,
  asOf,
  mode: "live",
  recording: null,
  anchor: { is: "days", extreme: "low", days: 30 },
  levels: [],
  sections: new Set(["open-interest"]),
});
const made = (...readings: readonly Reading[]): Report => compose(inputOf(readings));
const whole = held("beta", [[market("BTCUSD"), 1_000]]);

describe("the share of open interest that answered", () => {
  it("counts a contract that is missing with what it held last", () => {
    const report = made(
      whole,
      held("alpha", [[market("BTCUSD"), 200]], [lost("BTCUSDT")]),
      history("alpha", [[market("BTCUSDT"), 3_800]]),
    );
    // 1,000 and 200 of 1,000 + 200 + 3,800.
    expect(report.coverage).toEqual({ venues: { answered: 2, expected: 2 }, oiShare: 0.24 });
    expect(shortcomings(report, new Set(), false)).toEqual([
      "only 24 % of the open interest is covered, 90 % would be good",
    ]);
  });

  it("counts a family by those of its contracts that are known, without what was delivered or delisted since", () => {
    const report = made(
      whole,
      held("alpha", [[market("BTCUSD"), 200]], [lost("USDT-M")]),
      history("alpha", [
        [market("BTCUSDT"), 2_000],
        [market("BTCUSDC"), 800, 7],
        [market("BTCBUSD"), 500, 8],
        [market("BTCUSDT_260130", { kind: "dated", expires: shift(asOf, -1) }), 900],
      ]),
    );
    // 1,200 of 1,200 + 2,000 + 800.
    expect(report.coverage.oiShare).toBe(0.3);
  });

  it("is unknown where nothing is known of a contract that is missing", () => {
    const unknown = held("alpha", [[market("BTCUSD"), 200]], [lost("BTCUSDT")]);
    expect(made(whole, unknown).coverage.oiShare).toBeNull();
    expect(made(whole, unknown, history("alpha", [[market("BTCUSD"), 210]])).coverage.oiShare).toBeNull();
    expect(made(whole, failed("alpha", "openInterest")).coverage.oiShare).toBeNull();
  });

  it("is whole where a venue told all that it lists, whatever it listed before", () => {
    const told = held("alpha", [[market("BTCUSDT"), 200]]);
    const before = history("alpha", [
      [market("BTCUSDT"), 210],
      [market("BTCBUSD"), 500],
    ]);
    expect(made(whole, told, before).coverage.oiShare).toBe(1);
  });

  it("lacks nothing by a currency that figures do not speak for, by what nobody publishes, by a new contract's 0", () => {
    const told = held(
      "alpha",
      [[market("BTCUSDT"), 200]],
      [
        lost("BTCU", { minor: true, apart: true }),
        { what: "dated", gap: { why: "unpublished", detail: "not asked" } },
        { what: "BTCUSDT_260626", minor: true, gap: { why: "implausible", rule: "Q-01", detail: "0" } },
      ],
    );
    expect(made(whole, told).coverage.oiShare).toBe(1);
  });

  it("has a venue that failed in it with all that is known of it", () => {
    const report = made(whole, failed("alpha", "openInterest"), history("alpha", [[market("BTCUSDT"), 3_000, 3]]));
    expect(report.coverage).toEqual({ venues: { answered: 1, expected: 2 }, oiShare: 0.25 });
  });
});

describe("the concentration", () => {
  const main = market("BTCUSDT");
  const of = (report: Report) => report.openInterest?.concentration;
  const said = (report: Report): string => JSON.stringify(openInterestBlocks(report, footnotes(report)));

  it("is of all that was asked where all has answered", () => {
    const report = made(held("alpha", [[main, 3_000]]), held("beta", [[main, 1_000]]));
    // 75² + 25².
    expect(of(report)?.hhi).toBeCloseTo(6_250, 9);
    expect(said(report)).toContain("The largest 2 hold 100 %; concentration (HHI) 6,250 of 10,000");
  });
  it("is a lower bound where what is missing is known", () => {
    const report = made(
      held("alpha", [[main, 1_000]], [lost("BTCUSD")]),
      history("alpha", [[market("BTCUSD"), 2_000]]),
      held("beta", [[main, 1_000]]),
    );
    // The known thousands of four: 25² + 25².
    expect(of(report)?.hhi).toBeCloseTo(1_250, 9);
    expect(said(report)).toContain(
      "The largest 2 hold 100 % within what has answered; concentration (HHI) at least 1,250 of 10,000",
    );
  });
  it("has no index where an exchange is missing of which nothing is known", () => {
    const report = compose({
      ...inputOf([whole, held("gamma", [[main, 1_000]]), failed("alpha", "openInterest")]),
      sources: named("alpha", "beta", "gamma"),
    });
    expect(report.coverage.oiShare).toBeNull();
    expect(of(report)).toEqual({
      top: [
        { id: "beta", share: 0.5 },
        { id: "gamma", share: 0.5 },
      ],
      hhi: null,
    });
    expect(said(report)).toContain("The largest 2 hold 100 % within what has answered");
    expect(said(report)).not.toContain("HHI");
  });
});

it("counts CME as answered where no exchange is asked beside it", () => {
  const report = compose({
    ...inputOf([history("cme", [[market("BTC", { kind: "dated" }), 1_000, 3]])]),
    sources: named("cme"),
  });
  expect(report.openInterest).toBeNull();
  expect(report.coverage).toEqual({ venues: { answered: 1, expected: 1 }, oiShare: 1 });
  expect(report.takeaways.map(({ id }) => id)).not.toContain("missing");
});

it("names what is missing of figures that come from a history", () => {
  const report = made(
    whole,
    failed("alpha", "openInterest"),
    history(
      "alpha",
      [[market("BTCUSDC"), 300]],
      [
        { what: "BTCUSDT", gap: { why: "unreachable", detail: "the deadline" } },
        { what: "BTCUSDT_260327", minor: true, gap: { why: "unpublished", detail: "no history" } },
      ],
    ),
  );
  const alpha = report.openInterest?.venues.find(({ id }) => id === "alpha");
  expect(alpha?.btc).toBe(300);
  expect(alpha?.note).toBe(
    "This time without BTCUSDT, BTCUSDT_260327. All contracts of alpha. The last sample, from its archive, is of 2026-01-30T00:00:00Z.",
  );
  expect(report.coverage.oiShare).toBeNull();
});

it("names what is missing once, and nothing that another source of the venue told", () => {
  const report = made(
    whole,
    held("alpha", [[market("BTCUSDT"), 300]], [lost("BTCUSD"), lost("BTCUSDT"), lost("BTCUSD")]),
    history("alpha", [[market("BTCUSDT"), 300]], [lost("BTCUSDC")]),
  );
  const alpha = report.openInterest?.venues.find(({ id }) => id === "alpha");
  expect(alpha?.note).toBe("This time without BTCUSD. All contracts of alpha.");
});

describe("a piece of a history that cannot be read", () => {
  const day = lost("BTCUSDT 2026-01-20", { contract: "BTCUSDT" });
  const aged = "The last sample, from its archive, is of 2026-01-30T00:00:00Z.";

  it("is nothing that the present lacks, where the history stands in for it", () => {
    const report = made(whole, failed("alpha", "openInterest"), history("alpha", [[market("BTCUSDT"), 300]], [day]));
    const alpha = report.openInterest?.venues.find(({ id }) => id === "alpha");
    expect(alpha?.note).toBe(`All contracts of alpha. ${aged}`);
    expect(report.coverage.oiShare).toBe(1);
  });

  it("names its contract where that is too old to stand for now", () => {
    const coins: Coins = [
      [market("BTCUSD"), 300],
      [market("BTCUSDT"), 100, 9],
    ];
    const report = made(whole, failed("alpha", "openInterest"), history("alpha", coins, [day]));
    const alpha = report.openInterest?.venues.find(({ id }) => id === "alpha");
    expect(alpha?.note).toBe(`This time without BTCUSDT. All contracts of alpha. ${aged}`);
    expect(report.coverage.oiShare).toBeLessThan(1);
  });
});
