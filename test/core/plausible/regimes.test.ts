import { describe, expect, it } from "vitest";
import { feedRegime, regimeChanges, regimeStart } from "../../../src/core/plausible/regimes.ts";
import { parseDay } from "../../../src/core/time.ts";
import { at } from "../moments.ts";

const bybit = (from: string, until: string, use: "figure" | "since" = "figure") =>
  feedRegime("bybit", "liquidations", at(from), at(until), use);

describe("Q-21 feedRegime", () => {
  it("flags a figure over the end of a throttle and refuses a record over it", () => {
    const message =
      "the feed changed on 2025-02-25, within 2025-01-30T00:00:00Z to 2026-01-30T00:00:00Z: from then on it tells every liquidation";
    expect(bybit("2025-01-30", "2026-01-30")).toEqual([
      { rule: "Q-21", severity: "warning", message, value: null, bound: null },
    ]);
    expect(bybit("2025-01-30", "2026-01-30", "since")).toEqual([
      { rule: "Q-21", severity: "error", message, value: null, bound: null },
    ]);
  });
  it("takes a window on one side of it", () => {
    expect(bybit("2025-02-26", "2026-01-30", "since")).toEqual([]);
    expect(bybit("2021-10-01", "2025-02-25", "since")).toEqual([]);
  });
  it("counts the whole day on which it may have happened", () => {
    expect(bybit("2025-02-25T23:00Z", "2026-01-30")).toHaveLength(1);
    expect(bybit("2021-10-01", "2025-02-25T01:00Z")).toHaveLength(1);
  });
  it("counts every day of the month where the day is not known", () => {
    const binance = (from: string, until: string) =>
      feedRegime("binance", "liquidations", at(from), at(until), "since");
    expect(binance("2021-04-30", "2021-06-01")[0]?.message).toContain(
      "between 2021-04-01 and 2021-04-30, within 2021-04-30T00:00:00Z to 2021-06-01T00:00:00Z: from then on it tells at most one",
    );
    expect(binance("2021-05-01", "2026-01-30")).toEqual([]);
    expect(binance("2020-01-25", "2021-04-01")).toEqual([]);
  });
  it("tells every change within", () => {
    expect(bybit("2021-01-01", "2026-01-30")).toHaveLength(2);
  });
  it("keeps feeds and what they tell apart", () => {
    const over = (feed: string, dataset: "liquidations" | "openInterestHistory") =>
      feedRegime(feed, dataset, at("2026-06-01"), at("2026-07-01"), "figure").length;
    expect(over("binance-archive", "openInterestHistory")).toBe(1);
    expect(over("binance-archive", "liquidations")).toBe(0);
    expect(over("binance", "openInterestHistory")).toBe(0);
  });
});

describe("regimeChanges", () => {
  it.each(regimeChanges)(
    "of $feed $from has days of the calendar, in order, and says what changed",
    ({ from, to, now }) => {
      expect(now).toMatch(/^(?:at most one|every|samples) \w+/);
      expect(parseDay(from)).toBe(from);
      expect(parseDay(to)).toBe(to);
      expect(from <= to).toBe(true);
    },
  );
});

describe("regimeStart", () => {
  it("is the day after the last change of the feed", () => {
    expect(regimeStart("binance", "liquidations")).toBe("2021-05-01");
    expect(regimeStart("bybit", "liquidations")).toBe("2025-02-26");
    expect(regimeStart("binance-archive", "openInterestHistory")).toBe("2026-06-26");
  });
  it("is null for a feed, or a dataset of it, that never changed", () => {
    expect(regimeStart("gate", "liquidations")).toBeNull();
    expect(regimeStart("bybit", "openInterestHistory")).toBeNull();
  });
});
