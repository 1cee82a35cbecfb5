/** Answers of MEXC that the fixture cannot show: errors inside a 200, and columns that do not belong together. */
import { expect, it } from "vitest";
import { Unavailable } from "../../src/core/gap.ts";
import type { Http } from "../../src/ports.ts";
import { mexc } from "../../src/sources/mexc.ts";
import { askTapes } from "../support/tapes.ts";

const FOLDER = "fixtures/mexc";

/** The fixture's answers, with another body where the URL matches. */
const instead =
  (matching: RegExp, body: unknown) =>
  (http: Http): Http =>
  async (request) => {
    const answer = await http(request);
    return matching.test(request.url) ? { ...answer, body: new TextEncoder().encode(JSON.stringify(body)) } : answer;
  };

it("reads an error inside a 200", async () => {
  const tooOften = { success: false, code: 510, message: "Excessive frequency of requests" };
  const { ask } = await askTapes(mexc, FOLDER, instead(/detail$/, tooOften));
  const error: unknown = await mexc.datasets.openInterest(ask).catch((thrown: unknown) => thrown);
  expect(error instanceof Unavailable ? error.gap : error).toMatchObject({
    why: "refused",
    status: 200,
    detail: "510 Excessive frequency of requests",
  });
});

it("names a contract that has no klines and keeps the others", async () => {
  const unknown = { success: false, code: 1001, message: "Contract does not exist" };
  const { ask } = await askTapes(mexc, FOLDER, instead(/BTC_USD1/, unknown));
  const { of, lacking } = await mexc.datasets.volume(ask);
  expect(of.map(({ market }) => market.symbol)).toEqual(["BTC_USDT", "BTC_USDC", "BTC_USD"]);
  expect(lacking.filter(({ minor }) => minor !== true)).toEqual([
    { what: "BTC_USD1", gap: { why: "refused", status: 200, detail: "1001 Contract does not exist" } },
  ]);
});

it.each(["time", "open", "vol"])("refuses columns of which %s is shorter", async (short) => {
  const columns = { time: [1785542400, 1785571200], open: [1, 1], close: [1, 1], high: [1, 1], low: [1, 1] };
  const data = { ...columns, vol: [1, 1], amount: [1, 1], [short]: [short === "time" ? 1785542400 : 1] };
  const { ask } = await askTapes(mexc, FOLDER, instead(/BTC_USDC/, { success: true, code: 0, data }));
  const { lacking } = await mexc.datasets.volume(ask);
  expect(lacking.filter(({ minor }) => minor !== true)).toEqual([
    { what: "BTC_USDC", gap: { why: "malformed", at: "body", detail: "expected columns of one length" } },
  ]);
});

/** 2026-08-20T00:00Z in seconds: the running bar of the fixture's clock. */
const TODAY = 1_787_184_000;
const hours8 = (back: number): number => TODAY - back * 28_800;
/** Bars to now of BTC_USDC, a contract of which is 0.0001 BTC. */
async function traded(prices: readonly number[], vol: readonly number[]) {
  const time = vol.map((_, i) => hours8(vol.length - 1 - i));
  const amount = vol.map((contracts, i) => contracts * 0.0001 * (prices[i] ?? 0));
  const data = { time, open: prices, close: prices, high: prices, low: prices, vol, amount };
  const { ask } = await askTapes(mexc, FOLDER, instead(/BTC_USDC/, { success: true, code: 0, data }));
  return mexc.datasets.volume(ask);
}
const USDC = "BTC_USDC";

it("takes a bar without a price and without a trade for hours in which nothing was traded", async () => {
  const { of, lacking } = await traded([84_000, 0, 84_000], [10_000, 0, 20_000]);
  expect(lacking.filter(({ what }) => what === USDC)).toEqual([]);
  const bars = of.find(({ market }) => market.symbol === USDC)?.value;
  expect(bars?.map(({ value: { btc, usd } }) => ({ btc, usd }))).toEqual([
    { btc: 1, usd: 84_000 },
    { btc: 0, usd: 0 },
    { btc: 2, usd: 168_000 },
  ]);
});

it("begins with the first price", async () => {
  const { of } = await traded([0, 0, 84_000], [0, 0, 20_000]);
  const bars = of.find(({ market }) => market.symbol === USDC)?.value;
  expect(bars?.map(({ at }) => at / 1000)).toEqual([TODAY]);
});

it("refuses what was traded at a price of 0, and has no bar where none has a price", async () => {
  const gapOf = ({ lacking }: Awaited<ReturnType<typeof traded>>) => lacking.find(({ what }) => what === USDC)?.gap;
  expect(gapOf(await traded([84_000, 0], [10_000, 1]))).toEqual({
    why: "malformed",
    at: "1",
    detail: "traded, and a price of it is 0",
  });
  expect(gapOf(await traded([0, 0], [0, 0]))).toEqual({ why: "malformed", at: "data", detail: "no bar" });
});
