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
    status: 429,
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
