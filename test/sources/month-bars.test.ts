/** Which part of 25 months is asked by the month and which by the day, and what may be made of the bars. */
import { describe, expect, it } from "vitest";
import { articleDay, modelOf } from "../../fixtures/build/market.ts";
import { served } from "../../fixtures/build/serve.ts";
import { asker } from "../../src/ask.ts";
import { venueMonths } from "../../src/core/months.ts";
import { Unavailable } from "../../src/core/gap.ts";
import { exactly, type Point } from "../../src/core/series.ts";
import { DAY, endOfMonth, iso, monthOf, parseInstant, shift, startOfMonth, type Instant } from "../../src/core/time.ts";
import { btc, usd } from "../../src/core/units.ts";
import type { Market } from "../../src/core/market.ts";
import { opened } from "../../src/io/unzip.ts";
import { binance } from "../../src/sources/binance.ts";
import { bybit } from "../../src/sources/bybit.ts";
import { cryptoCom } from "../../src/sources/crypto-com.ts";
import { MOST, monthsThenDays, tradedByMonth, type Length } from "../../src/sources/month-bars.ts";
import { okx } from "../../src/sources/okx.ts";
import type { Ask, Source } from "../../src/sources/source.ts";

const at = (text: string): Instant => {
  const found = parseInstant(text);
  if (found === null) throw new Error(text);
  return found;
};
const windowsAt = (now: string, clock = now) => monthsThenDays({ now: at(now), clock: at(clock) });
const told = (now: string, clock = now) => {
  const { month, day } = windowsAt(now, clock);
  return [month, day].map(({ from, to, keep }) => [iso(from), iso(to), keep]);
};
const SOON = { minutes: 10, running: true };

describe("the windows", () => {
  it("are months that are over, and days that hold the last 90 even on a month's first day", () => {
    // 90 days before 1 January are 3 October.
    expect(told("2026-01-30T06:20:00Z")).toEqual([
      ["2024-01-01T00:00:00Z", "2025-09-30T23:59:59.999Z", "forever"],
      ["2025-10-01T00:00:00Z", "2026-01-30T06:00:00Z", SOON],
    ]);
    // January to March have 90 days, so that April begins with them; February to April have 89, and January is needed.
    expect(told("2026-04-02T00:00:00Z")[1]?.[0]).toBe("2026-01-01T00:00:00Z");
    expect(told("2026-05-02T00:00:00Z")[1]?.[0]).toBe("2026-01-01T00:00:00Z");
  });

  it("never have more bars than are asked for, and always 90 days", () => {
    let most = 0;
    for (let now = at("2023-01-01T00:00:00Z"); now < at("2028-01-01T00:00:00Z"); now = shift(now, DAY)) {
      const { month, day } = monthsThenDays({ now, clock: now });
      expect(now - day.from).toBeGreaterThanOrEqual(90 * DAY);
      expect(month.to).toBe(day.from - 1);
      most = Math.max(most, Math.ceil((shift(now, DAY) - day.from) / DAY));
    }
    expect(most).toBe(MOST.day);
  });

  it("of months are the same question all month, which is kept, so that a later run asks for days alone", () => {
    const first = windowsAt("2026-01-01T00:00:01Z").month;
    expect(windowsAt("2026-01-31T23:59:59Z").month).toEqual(first);
    expect(first.keep).toBe("forever");
    expect(windowsAt("2026-02-01T00:00:00Z").month).not.toEqual(first);
  });

  it("of days are kept for nothing on a month's first day, when they end with now in its first hour", () => {
    expect(told("2026-01-01T00:20:00Z")[1]).toEqual([
      "2025-10-01T00:00:00Z",
      "2026-01-01T00:20:00Z",
      { minutes: 0, running: true },
    ]);
  });

  it("end with the last midnight at a past instant, and are kept once that is an hour ago", () => {
    const until = "2026-01-29T23:59:59.999Z";
    expect(told("2026-01-30T00:00:00Z", "2026-03-15T09:00:00Z")).toEqual([
      ["2024-01-01T00:00:00Z", "2025-09-30T23:59:59.999Z", "forever"],
      ["2025-10-01T00:00:00Z", until, "forever"],
    ]);
    expect(told("2026-01-30T06:00:00Z", "2026-03-15T09:00:00Z")[1]?.[1]).toBe(until);
    expect(told("2026-01-30T00:00:00Z", "2026-01-30T00:40:00Z")[1]).toEqual(["2025-10-01T00:00:00Z", until, SOON]);
  });
});

describe("the bars", () => {
  const now = at("2026-01-30T06:20:00Z");
  const ask = { now, clock: now } as Ask;
  const traded = (
    starts: Readonly<Record<Length, readonly string[]>>,
    listed?: Instant,
    kind: Market["kind"] = "dated",
  ) => {
    const asked: string[] = [];
    const market: Market = { symbol: "BTCUSDT", kind, margin: "linear", quote: "USDT" };
    const bars = tradedByMonth(
      ask,
      { market, listed },
      (length, { from, to }) => {
        asked.push(`${length} ${iso(from).slice(0, 10)} ${iso(to).slice(0, 10)}`);
        return Promise.resolve(starts[length]);
      },
      (start): Point<{ btc: ReturnType<typeof btc>; usd: ReturnType<typeof usd>; typical: null }> => ({
        at: at(start),
        value: { btc: btc(1), usd: usd(90_000), typical: null },
      }),
      "ts",
    );
    return { asked, bars };
  };
  const spans = async (starts: Readonly<Record<Length, readonly string[]>>) =>
    (await traded(starts).bars).map((bar) => [iso(bar.at), iso(bar.value.until)]);

  it("end where their months and days do, and cover nothing twice", async () => {
    const month = ["2023-12-01T00:00Z", "2025-09-01T00:00Z", "2025-10-01T00:00Z"];
    const day = ["2025-09-30T00:00Z", "2025-10-01T00:00Z", "2026-01-30T00:00Z", "2026-01-31T00:00Z"];
    expect(await spans({ month, day })).toEqual([
      ["2025-09-01T00:00:00Z", "2025-10-01T00:00:00Z"],
      ["2025-10-01T00:00:00Z", "2025-10-02T00:00:00Z"],
      ["2026-01-30T00:00:00Z", "2026-01-31T00:00:00Z"],
    ]);
  });

  it.each<[Length, string]>([
    ["month", "2025-08-31T16:00Z"],
    ["day", "2026-01-28T16:00Z"],
  ])("that are no %s of UTC are refused", async (length, start) => {
    const error: unknown = await spans({ month: [], day: [], [length]: [start] }).catch((thrown: unknown) => thrown);
    expect(error instanceof Unavailable ? error.gap : error).toMatchObject({ why: "malformed", at: "ts" });
  });

  it("of a contract that was listed since are days: an empty answer would be asked for again and again", () => {
    const none = { month: [], day: [] };
    expect(traded(none, at("2025-10-01T00:00Z")).asked).toEqual(["day 2025-10-01 2026-01-30"]);
    expect(traded(none, at("2025-09-30T23:59Z")).asked).toEqual([
      "month 2024-01-01 2025-09-30",
      "day 2025-10-01 2026-01-30",
    ]);
  });

  const daysOf = (from: string, to: string): readonly string[] => {
    const days: string[] = [];
    for (let day = at(from); day < at(to); day = shift(day, DAY)) days.push(iso(day));
    return days;
  };
  const september = "2025-09-01T00:00:00Z";
  const whole = daysOf("2025-10-01T00:00Z", "2026-01-30T00:00Z");
  const holed = whole.filter((day) => !day.startsWith("2025-11-10"));
  const months = [september, "2025-10-01T00:00:00Z", "2025-11-01T00:00:00Z", "2025-12-01T00:00:00Z"];
  const again = "month 2025-11-01 2025-12-31";

  it("of a perpetual's month that lacks a day are its own bar, asked for that alone", async () => {
    const { asked, bars } = traded({ month: months, day: holed }, undefined, "perpetual");
    const told = await bars;
    expect(asked.slice(2)).toEqual([again]);
    expect(told.map((bar) => iso(bar.at))).toEqual([
      september,
      ...daysOf("2025-10-01T00:00Z", "2025-11-01T00:00Z"),
      "2025-11-01T00:00:00Z",
      ...daysOf("2025-12-01T00:00Z", "2026-01-30T00:00Z"),
    ]);
    expect(iso(told[32]?.value.until ?? now)).toBe("2025-12-01T00:00:00Z");
  });

  it.each<[string, readonly string[], Market["kind"], string | undefined]>([
    ["that lacks none", whole, "perpetual", undefined],
    ["of a dated contract, which may go without a trade", holed, "dated", undefined],
    ["of the running month", whole.filter((day) => day !== "2026-01-10T00:00:00Z"), "perpetual", undefined],
    ["in which it was listed", daysOf("2025-10-20T00:00Z", "2026-01-30T00:00Z"), "perpetual", "2025-10-20T08:00Z"],
  ])("stay days %s", async (_, day, kind, listed) => {
    const { asked, bars } = traded({ month: [], day }, listed === undefined ? undefined : at(listed), kind);
    expect((await bars).map((bar) => iso(bar.at))).toEqual(day);
    expect(asked).not.toContain(again);
    expect(asked.filter((each) => each.startsWith("month")).length).toBe(listed === undefined ? 1 : 0);
  });
});

// 2026-01-30T06:00:00Z
const model = modelOf(articleDay);
const sources: readonly Source[] = [binance, bybit, okx, cryptoCom];

describe.each(sources.map((source) => [source.id, source] as const))("%s", (_, source) => {
  const readAt = async (now: Instant) => {
    const { http } = served(model);
    const { ask, evidence } = asker(source, { web: opened(http), now, clock: model.now, since: now });
    const volume = await source.datasets.volume?.(ask);
    return { of: volume?.of ?? [], asked: evidence().map(({ url }) => url) };
  };

  it.each([
    ["now", model.now],
    ["at a past instant", at("2025-12-31T00:00:00Z")],
  ])("tells every perpetual day by day for 90 days, %s", async (_when, now) => {
    const { of, asked } = await readAt(now);
    const midnight = shift(now, -(now % DAY));
    const perpetuals = of.filter(({ market }) => market.kind === "perpetual");
    expect(perpetuals.length).toBeGreaterThan(0);
    for (const { value } of perpetuals) {
      const days = value.filter((bar) => bar.at >= shift(midnight, -90 * DAY) && bar.at < midnight);
      expect(days.map((bar) => bar.value.until - bar.at)).toEqual(Array.from({ length: 90 }, () => DAY));
    }
    expect(new Set(asked).size).toBe(asked.length);
  });

  it("has months that are the sum of what the market traded", async () => {
    const { of } = await readAt(model.now);
    let compared = 0;
    const contracts = new Map(model.contracts(source.id).map((one) => [one.symbol, one]));
    for (const { market, value } of of) {
      const contract = contracts.get(market.symbol);
      // Binance tells quarterlies by their type.
      if (contract === undefined) continue;
      const months = venueMonths([{ market, value }], model.now);
      for (const month of ["2025-09", "2025-10", "2025-12"].map((text) => monthOf(at(`${text}-01T00:00Z`)))) {
        const found = exactly(months, startOfMonth(month))?.value;
        if (found === undefined) continue;
        compared += 1;
        const all = model.traded(contract, startOfMonth(month), endOfMonth(month));
        expect(found.btc / all.btc, `${market.symbol} ${month}`).toBeCloseTo(1, 6);
        // Crypto.com's USD are made of typical prices.
        expect(found.usd / all.usd, `${market.symbol} ${month}`).toBeCloseTo(1, source.id === "crypto-com" ? 2 : 6);
      }
    }
    expect(compared).toBeGreaterThan(2);
  });
});
