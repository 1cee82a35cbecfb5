import { describe, expect, it } from "vitest";
import { series } from "../../src/core/series.ts";
import { parseInstant, shift, type Instant } from "../../src/core/time.ts";
import { btc, usd } from "../../src/core/units.ts";
import { changeSince, startOf } from "../../src/report/sections/compared.ts";
import type { Contract } from "../../src/report/sections/holdings.ts";

const at = (text: string): Instant => parseInstant(text) as Instant;
const NOW = at("2026-01-30T09:00:00Z");
const amount = (n: number): { btc: ReturnType<typeof btc>; usd: ReturnType<typeof usd> } => ({
  btc: btc(n),
  usd: usd(n * 90_000),
});
const contract = (symbol: string, was: readonly [string, number], now: number): Contract => ({
  market: { symbol, kind: "perpetual", margin: "linear", quote: "USDT" },
  now: { at: NOW, ...amount(now) },
  past: series([{ at: at(was[0]), value: amount(was[1]) }]),
});

describe("a change of contracts that earlier runs have told one by one", () => {
  const contracts = [
    contract("A", ["2026-01-29T08:59:30Z", 100], 110),
    contract("B", ["2026-01-29T08:58:00Z", 50], 40),
  ];

  it("takes the samples of one run together", () => {
    const start = startOf(contracts, shift(NOW, -86_400_000));
    expect(start).toBe(at("2026-01-29T08:59:30Z"));
    expect(changeSince(contracts, start)).toMatchObject({ contracts: 2, fromBtc: 150, toBtc: 150, btc: 0 });
  });

  it("takes a run of the same time a day ago that was some seconds later, but no bar of the hour", () => {
    const target = shift(NOW, -86_400_000);
    expect(startOf([contract("A", ["2026-01-29T09:00:04Z", 100], 110)], target)).toBe(at("2026-01-29T09:00:04Z"));
    expect(startOf([contract("A", ["2026-01-29T09:05:01Z", 100], 110)], target)).toBeNull();
    expect(startOf([contract("A", ["2026-01-29T10:00:00Z", 100], 110)], shift(target, 3_599_000))).toBeNull();
  });
  it("takes a day's last value, seconds before midnight, through the whole of the day after it", () => {
    const days = [contract("A", ["2026-01-22T23:59:07Z", 100], 110)];
    expect(startOf(days, at("2026-01-23T23:59:59Z"))).toBe(at("2026-01-22T23:59:07Z"));
    expect(startOf(days, at("2026-01-24T00:04:08Z"))).toBeNull();
    const hour = [contract("A", ["2026-01-23T00:00:00Z", 100], 110)];
    expect(startOf(hour, at("2026-01-24T00:00:01Z"))).toBeNull();
  });
  it("takes samples on either side of the start, seconds apart", () => {
    const both = [...contracts, contract("D", ["2026-01-29T09:03:00Z", 30], 33)];
    expect(changeSince(both, at("2026-01-29T09:00:00Z"))).toMatchObject({ contracts: 3, fromBtc: 180, toBtc: 183 });
  });

  it("leaves out a sample of another time", () => {
    const apart = [...contracts, contract("C", ["2026-01-29T08:50:00Z", 7], 9)];
    expect(changeSince(apart, startOf(apart, shift(NOW, -86_400_000)))).toMatchObject({ contracts: 2, toBtc: 150 });
  });
});
