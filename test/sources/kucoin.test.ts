import { describe, expect, it } from "vitest";
import { articleDay, modelOf } from "../../fixtures/build/market.ts";
import { served } from "../../fixtures/build/serve.ts";
import { asker } from "../../src/ask.ts";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import { between } from "../../src/core/series.ts";
import { addMonths, DAY, endOfMonth, monthOf, shift, startOfMonth } from "../../src/core/time.ts";
import { opened } from "../../src/io/unzip.ts";
import { kucoin } from "../../src/sources/kucoin.ts";
import type { Ask } from "../../src/sources/source.ts";
import { askTapes } from "../support/tapes.ts";

type Name = keyof typeof kucoin.datasets;

type Edit = (body: string, url: string) => string;

/** The fixture, after `edit` has changed every answer whose URL has `part`. */
async function edited(part: string, edit: Edit): Promise<Ask> {
  const { ask } = await askTapes(kucoin, "fixtures/kucoin", (http) => async (request) => {
    const answer = await http(request);
    if (!request.url.includes(part)) return answer;
    return { ...answer, body: new TextEncoder().encode(edit(new TextDecoder().decode(answer.body), request.url)) };
  });
  return ask;
}
const read = async (dataset: Name, part: string, edit: Edit) => kucoin.datasets[dataset](await edited(part, edit));
const gapOf = (promise: Promise<unknown>): Promise<Gap> =>
  promise.then(
    () => Promise.reject(new Error("expected a gap")),
    (error: unknown) => (error instanceof Unavailable ? error.gap : Promise.reject(error)),
  );

describe("kucoin", () => {
  it("reads an error inside a 200", async () => {
    const limit = '{"code":"429000","msg":"Too many requests"}';
    expect(await gapOf(read("openInterest", "/active", () => limit))).toEqual({
      why: "refused",
      status: 200,
      detail: "429000 Too many requests",
    });
  });

  it.each([
    ["a linear contract counted in USD", '"multiplier":0.001,', '"multiplier":-1,'],
    ["an inverse contract of another size", '"multiplier":-1,', '"multiplier":-10,'],
  ])("refuses %s", async (_, from, to) => {
    const edit = (body: string) => body.replaceAll(from, to);
    expect(await gapOf(read("openInterest", "/active", edit))).toMatchObject({ why: "malformed" });
  });

  it("refuses a list without Bitcoin", async () => {
    const edit = (body: string) => body.replaceAll('"XBT"', '"BTC"');
    expect(await gapOf(read("openInterest", "/active", edit))).toMatchObject({ why: "malformed" });
  });

  it("refuses days that are none of UTC", async () => {
    const east = (body: string) => body.replace("1773964800000", "1773936000000");
    expect((await read("volume", "symbol=XBTUSDTM", east)).lacking).toContainEqual({
      what: "XBTUSDTM",
      gap: { why: "malformed", at: "data.1.0", detail: "expected a day that begins at 00:00Z" },
    });
  });

  it("asks at most 20 questions, of candles at most 500 days and 1,470 bars of four hours each", async () => {
    const urls = new Set<string>();
    const { ask } = await askTapes(kucoin, "fixtures/kucoin", (http) => (request) => {
      urls.add(request.url);
      return http(request);
    });
    await Promise.all(Object.values(kucoin.datasets).map((dataset) => dataset(ask)));
    expect(urls.size).toBeLessThanOrEqual(20);
    for (const url of urls) {
      const query = new URL(url).searchParams;
      const days = (Number(query.get("to")) - Number(query.get("from"))) / 86_400_000;
      expect(days, url).toBeLessThanOrEqual(500);
      if (!url.includes("/market/kline")) continue;
      const bars = Math.floor((Number(query.get("endAt")) - Number(query.get("startAt"))) / 14_400) + 1;
      expect(bars, url).toBeLessThanOrEqual(1_470);
    }
  });
});

type Row = readonly string[];

/** What was traded of XBTUSDTM, where the unified API tells the newest `limit` rows of what is asked. */
async function tradedOf(rowAt: (second: number) => Row, limit = 1_500) {
  const ask = await edited("/market/kline?tradeType=FUTURES&symbol=XBTUSDTM", (_, url) => {
    const [start, end] = ["startAt", "endAt"].map((name) => Number(new URL(url).searchParams.get(name)));
    const list: Row[] = [];
    for (let at = Math.floor((end ?? 0) / 14_400) * 14_400; at >= (start ?? 0) && list.length < limit; at -= 14_400) {
      list.push(rowAt(at));
    }
    return JSON.stringify({ code: "200000", data: { tradeType: "FUTURES", symbol: "XBTUSDTM", list } });
  });
  const { of } = await kucoin.datasets.volume(ask);
  return of.find(({ market }) => market.symbol === "XBTUSDTM")?.value ?? [];
}
/** 2 BTC for 100,100 USDT: 50,050 each. */
const four = (at: number, volume = "2000"): Row => [`${at}`, "50000", "50060", "50100", "49990", volume, "100100"];

describe("kucoin: bars of a linear contract", () => {
  // 2024-03-01 to 2026-03-20 are 749 days, and the fourth bar has begun of the last one.
  const BARS = 749 * 6 + 4;
  const DAYS = 5;
  const LAST = Date.UTC(2026, 2, 20, 12);

  it.each([
    ["lots of 0.001 BTC", "2000"],
    ["BTC", "2"],
  ])("counts volume in %s where turnover bears it out", async (_, volume) => {
    const bars = await tradedOf((at) => four(at, volume));
    expect(bars).toHaveLength(BARS);
    expect(bars[0]?.at).toBe(Date.UTC(2024, 2, 1));
    expect(bars.at(-1)).toEqual({
      at: LAST,
      value: { until: LAST + 14_400_000, btc: 2, usd: 100_100, typical: null },
    });
    expect(bars.every(({ value }) => value.btc === 2 && value.usd === 100_100)).toBe(true);
  });

  it("takes a bar without a trade", async () => {
    const still = (at: number): Row => [`${at}`, "50000", "50000", "50000", "50000", "0", "0"];
    const bars = await tradedOf((at) => (at * 1_000 === LAST ? still(at) : four(at)));
    expect(bars.at(-1)?.value).toMatchObject({ btc: 0, usd: 0 });
  });

  it.each([
    ["are of another unit", (at: number) => four(at, "20")],
    ["are of two units", (at: number) => four(at, at * 1_000 === LAST ? "2" : "2000")],
    ["are off the grid", (at: number) => four(at + 1_800)],
    ["lack turnover", (at: number) => four(at).slice(0, 6)],
  ])("reads days instead where the rows %s", async (_, rowAt) => {
    expect(await tradedOf(rowAt)).toHaveLength(DAYS);
  });

  it("tells each month of the model to the dollar's rounding", async () => {
    const model = modelOf(articleDay);
    const { now } = model;
    const { ask } = asker(kucoin, { web: opened(served(model).http), now, since: shift(now, -200 * DAY) });
    const { of } = await kucoin.datasets.volume(ask);
    const linear = of.filter(({ market }) => market.margin === "linear");
    expect(linear.map(({ market }) => market.symbol)).toEqual(["XBTUSDTM", "XBTUSDCM"]);
    for (const { market, value } of linear) {
      const contract = model.contracts("kucoin").find(({ symbol }) => symbol === market.symbol);
      if (contract === undefined) throw new Error(market.symbol);
      for (let back = 1; back <= 24; back += 1) {
        const month = addMonths(monthOf(now), -back);
        const [start, end] = [startOfMonth(month), endOfMonth(month)];
        const wanted = model.traded(contract, start, end);
        const bars = between(value, start, end).map((bar) => bar.value);
        const dollars = bars.reduce((sum, { usd }) => sum + (usd ?? 0), 0);
        const coins = bars.reduce((sum, { btc }) => sum + (btc ?? 0), 0);
        expect(Math.abs(dollars / wanted.usd - 1), `${market.symbol} ${month} USD`).toBeLessThan(1e-9);
        // Half a lot a bar.
        expect(Math.abs(coins / wanted.btc - 1), `${market.symbol} ${month} BTC`).toBeLessThan(1e-5);
      }
    }
  });

  it.each([200, 500, 1_000])("reads days instead where an answer ends after %i rows", async (limit) => {
    expect(await tradedOf(four, limit)).toHaveLength(DAYS);
  });
});
