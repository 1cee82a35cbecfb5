/** When a report counts as published, and reports that cannot be true. */
import { expect, it } from "vitest";
import { asker } from "../../src/ask.ts";
import { Unavailable } from "../../src/core/gap.ts";
import { DAY, iso, parseInstant, shift, type Instant } from "../../src/core/time.ts";
import { cme } from "../../src/sources/cme.ts";
import type { Ask } from "../../src/sources/source.ts";

const at = (text: string): Instant => {
  const found = parseInstant(text);
  if (found === null) throw new Error(text);
  return found;
};

/** Longs 400, shorts 400, spreads 100, and on each side 100 outside the classes: 600 contracts. */
const report = (day: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  report_date_as_yyyy_mm_dd: `${day}T00:00:00.000`,
  cftc_contract_market_code: "133741",
  futonly_or_combined: "FutOnly",
  open_interest_all: "600",
  dealer_positions_long_all: "100",
  dealer_positions_short_all: "50",
  dealer_positions_spread_all: "40",
  asset_mgr_positions_long: "150",
  asset_mgr_positions_short: "30",
  asset_mgr_positions_spread: "30",
  lev_money_positions_long: "120",
  lev_money_positions_short: "300",
  lev_money_positions_spread: "20",
  other_rept_positions_long: "30",
  other_rept_positions_short: "20",
  other_rept_positions_spread: "10",
  nonrept_positions_long_all: "100",
  nonrept_positions_short_all: "100",
  ...more,
});

function asking(now: string, rows: readonly unknown[]): Ask {
  const clock = at(now);
  const web = () => Promise.resolve({ status: 200, at: clock, ms: 1, text: JSON.stringify(rows) });
  return asker(cme, { web, now: clock, since: shift(clock, -200 * DAY) }).ask;
}
const known = async (now: string, ...days: readonly string[]): Promise<readonly string[]> => {
  const { of } = await cme.datasets.openInterestHistory(
    asking(
      now,
      days.map((day) => report(day)),
    ),
  );
  return (of[0]?.value ?? []).map((point) => iso(point.at));
};
const failure = async (asked: Promise<unknown>): Promise<unknown> => {
  const error = await asked.catch((thrown: unknown) => thrown);
  return error instanceof Unavailable ? error.gap : error;
};

it("knows a Tuesday's report from Friday 20:30Z on", async () => {
  expect(await known("2026-01-30T20:29:59Z", "2026-01-20", "2026-01-27")).toEqual(["2026-01-21T00:00:00Z"]);
  expect(await known("2026-01-30T20:30:00Z", "2026-01-20", "2026-01-27")).toEqual([
    "2026-01-21T00:00:00Z",
    "2026-01-28T00:00:00Z",
  ]);
});

it("knows a Monday's report on the same Friday", async () => {
  expect(await known("2025-11-14T20:29:59Z", "2025-11-10")).toEqual([]);
  expect(await known("2025-11-14T20:30:00Z", "2025-11-10")).toEqual(["2025-11-11T00:00:00Z"]);
});

it("adds up the classes of both sides", async () => {
  const told = await cme.datasets.traderClasses(asking("2026-02-01T00:00:00Z", [report("2026-01-27")]));
  expect(told.map(({ value }) => value)).toEqual([{ leveragedNet: -900, assetManagersNet: 600 }]);
});

it("refuses an open interest that its classes do not add up to: which of them is wrong nothing tells", async () => {
  for (const side of ["lev_money_positions_long", "lev_money_positions_short"]) {
    const ask = asking("2026-02-01T00:00:00Z", [report("2026-01-27", { [side]: "121" })]);
    expect(await failure(cme.datasets.traderClasses(ask))).toMatchObject({
      why: "malformed",
      detail: "expected classes that add up to open_interest_all",
    });
    expect(await failure(cme.datasets.openInterestHistory(ask))).toMatchObject({ why: "malformed" });
  }
  const ask = asking("2026-02-01T00:00:00Z", [
    report("2026-01-27", { open_interest_all: "6000" }),
    report("2026-01-20"),
  ]);
  expect(await failure(cme.datasets.openInterestHistory(ask))).toMatchObject({
    why: "malformed",
    detail: "expected classes that add up to open_interest_all",
  });
});

it("tells the open interest of a report in which a class is missing", async () => {
  const ask = asking("2026-02-01T00:00:00Z", [report("2026-01-27", { asset_mgr_positions_spread: "" })]);
  expect((await cme.datasets.openInterestHistory(ask)).of).toHaveLength(1);
  expect(await failure(cme.datasets.traderClasses(ask))).toMatchObject({ why: "malformed" });
});

it("refuses two different reports of one day, and takes the same one twice for one", async () => {
  const twice = asking("2026-02-01T00:00:00Z", [report("2026-01-27"), report("2026-01-27")]);
  expect((await cme.datasets.openInterestHistory(twice)).of[0]?.value).toHaveLength(1);
  const more = { open_interest_all: "700", nonrept_positions_long_all: "200", nonrept_positions_short_all: "200" };
  const other = asking("2026-02-01T00:00:00Z", [report("2026-01-27"), report("2026-01-27", more)]);
  for (const asked of [cme.datasets.openInterestHistory(other), cme.datasets.traderClasses(other)]) {
    expect(await failure(asked)).toMatchObject({
      why: "malformed",
      detail: "two different reports of 133741 of 2026-01-27",
    });
  }
});

it("refuses the combined report, an answer without Bitcoin and an empty one", async () => {
  for (const rows of [
    [report("2026-01-27", { futonly_or_combined: "Combined" })],
    [report("2026-01-27", { cftc_contract_market_code: "133LM5" })],
    [],
  ]) {
    const told = cme.datasets.openInterestHistory(asking("2026-02-01T00:00:00Z", rows));
    expect(await failure(told)).toMatchObject({ why: "malformed" });
  }
});

it("names a contract without a report", async () => {
  const { lacking } = await cme.datasets.openInterestHistory(asking("2026-02-01T00:00:00Z", [report("2026-01-27")]));
  expect(lacking.map(({ what, gap }) => [what, gap.why])).toEqual([["MBT", "unpublished"]]);
});

it("tells no report in which the contract of 5 BTC is missing, and names Micro where it is missing in the newest", async () => {
  const micro = (day: string) => report(day, { cftc_contract_market_code: "133742" });
  const read = async (...rows: readonly unknown[]) => {
    const { of, lacking } = await cme.datasets.openInterestHistory(asking("2026-02-01T00:00:00Z", rows));
    return { days: of.map(({ market, value }) => [market.symbol, ...value.map(({ at: held }) => iso(held))]), lacking };
  };
  const both = [report("2026-01-20"), micro("2026-01-20")];
  expect(await read(micro("2026-01-27"), ...both)).toEqual({
    days: [
      ["BTC", "2026-01-21T00:00:00Z"],
      ["MBT", "2026-01-21T00:00:00Z"],
    ],
    lacking: [],
  });
  expect(await read(report("2026-01-27"), ...both)).toEqual({
    days: [
      ["BTC", "2026-01-21T00:00:00Z", "2026-01-28T00:00:00Z"],
      ["MBT", "2026-01-21T00:00:00Z"],
    ],
    lacking: [{ what: "MBT", gap: { why: "unpublished", detail: "not in the newest report" }, minor: true }],
  });
});
