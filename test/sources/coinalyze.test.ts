/** What Coinalyze is asked, which its limit counts by symbol, and what becomes of silence. */
import { expect, it } from "vitest";
import { Unavailable } from "../../src/core/gap.ts";
import type { Http, HttpRequest } from "../../src/ports.ts";
import { coinalyze } from "../../src/sources/coinalyze.ts";
import { askTapes, nowOf } from "../support/tapes.ts";

const FOLDER = "fixtures/coinalyze";
const now = await nowOf(FOLDER);
const { reportedOpenInterest, liquidations, reportedLiquidations } = coinalyze.datasets;

/** Answers by path; what is not given comes from the fixture. */
const instead =
  (bodies: Readonly<Record<string, unknown>>, status = 200) =>
  (http: Http): Http =>
  (request) => {
    const body = bodies[new URL(request.url).pathname];
    return body === undefined
      ? http(request)
      : Promise.resolve({ status, at: now, ms: 1, body: new TextEncoder().encode(JSON.stringify(body)) });
  };
const gapOf = (thrown: unknown): unknown => (thrown instanceof Unavailable ? thrown.gap : thrown);

/** Every perpetual in USD, USDT and USDC that the exchanges of the fixture could have. */
const crowded = ["A", "6", "3", "4", "H", "Y"].flatMap((exchange) =>
  ["USD", "USDT", "USDC"]
    .slice(0, exchange === "H" ? 1 : exchange === "4" || exchange === "Y" ? 2 : 3)
    .map((quote_asset) => ({
      symbol: `BTC${quote_asset}_PERP.${exchange}`,
      exchange,
      base_asset: "BTC",
      quote_asset,
      is_perpetual: true,
      margined: quote_asset === "USD" ? "COIN" : "STABLE",
    })),
);

it("stays within 40 calls a minute and 20 symbols a question, and never asks for what is not over", async () => {
  const asked: HttpRequest[] = [];
  const empty = { "/v1/future-markets": crowded, "/v1/liquidation-history": [], "/v1/open-interest": [] };
  const { ask } = await askTapes(coinalyze, FOLDER, (http) => (request) => {
    asked.push(request);
    return instead(empty)(http)(request);
  });
  await liquidations(ask).catch(() => undefined);
  await reportedOpenInterest(ask).catch(() => undefined);
  await reportedLiquidations(ask).catch(() => undefined);
  // The lists are asked by all; within a run the port answers the next time.
  const urls = [...new Set(asked.map(({ url }) => url))].map((url) => new URL(url));
  const symbols = urls.map((url) => url.searchParams.get("symbols")?.split(",").length ?? 0);
  expect(symbols).toEqual([0, 0, 11, 14, 4]);
  // A list is one call, of a question each symbol is.
  expect(symbols.reduce((calls, count) => calls + Math.max(1, count), 0)).toBeLessThanOrEqual(40);
  expect(
    urls.filter((url) => url.searchParams.has("symbols")).map((url) => url.searchParams.get("convert_to_usd")),
  ).toEqual(["true", "true", "true"]);
  const window = urls[2]?.searchParams;
  // 2026-07-23T09:00:00Z to 2026-07-24T08:59:59Z, in seconds.
  expect([window?.get("from"), window?.get("to")]).toEqual(["1784797200", "1784883599"]);
  const days = urls[4]?.searchParams;
  // 730 days to 2026-07-23T23:59:59Z.
  expect([days?.get("interval"), days?.get("from"), days?.get("to")]).toEqual(["daily", "1721779200", "1784851199"]);
  expect(days?.get("symbols")).toBe("BTCUSDT_PERP.A,BTCUSDT_PERP.6,BTCUSDT_PERP.3,BTCUSDT_PERP.4");
});

it("asks the same URL whatever the order of the lists", async () => {
  const urls: string[] = [];
  for (const markets of [crowded, crowded.toReversed()]) {
    const { ask } = await askTapes(coinalyze, FOLDER, (http) => (request) => {
      urls.push(request.url);
      return instead({ "/v1/future-markets": markets, "/v1/open-interest": [] })(http)(request);
    });
    await reportedOpenInterest(ask).catch(() => undefined);
  }
  expect(urls[2]).toBe(urls[5]);
});

it("knows HTX by both names, and names an exchange that is not listed", async () => {
  const binance = { name: "Binance", code: "A" };
  const told = [{ symbol: "BTCUSDT_PERP.A", history: [{ t: 1784880000, l: 1, s: 2 }] }];
  const whats = async (...exchanges: unknown[]) => {
    const answers = { "/v1/exchanges": exchanges, "/v1/liquidation-history": told };
    const { ask } = await askTapes(coinalyze, FOLDER, instead(answers));
    return (await liquidations(ask)).lacking.map(({ what }) => what);
  };
  expect(await whats(binance)).toEqual(["BTCUSD_PERP.A", "Bybit", "OKX", "HTX"]);
  expect(await whats(binance, { name: "HTX", code: "4" })).toEqual(["BTCUSD_PERP.A", "Bybit", "OKX", "BTCUSD_PERP.4"]);
});

it.each([
  ["liquidations", liquidations, "/v1/liquidation-history", [], { why: "malformed" }],
  ["open interest", reportedOpenInterest, "/v1/open-interest", [], { why: "stale" }],
  ["day of liquidations", reportedLiquidations, "/v1/liquidation-history", [], { why: "malformed" }],
  ["known exchange", liquidations, "/v1/exchanges", [{ name: "BitMEX", code: "0" }], { why: "malformed" }],
  ["perpetual", reportedOpenInterest, "/v1/future-markets", [], { why: "malformed" }],
])("has no figure without any %s", async (_, dataset, path, body, gap) => {
  const { ask } = await askTapes(coinalyze, FOLDER, instead({ [path]: body }));
  const error: unknown = await Promise.resolve(dataset(ask)).catch((thrown: unknown) => thrown);
  expect(gapOf(error)).toMatchObject(gap);
});

it("does not take the value of another time", async () => {
  const value = (hours: number) => ({ symbol: "BTC.H", value: 5, update: now + hours * 3_600_000 });
  for (const [hours, count] of [
    [-1, 1],
    [1, 1],
    [1.001, 0],
    [-1.001, 0],
  ] as const) {
    const { ask } = await askTapes(coinalyze, FOLDER, instead({ "/v1/open-interest": [value(hours)] }));
    expect(await reportedOpenInterest(ask).catch(() => [])).toHaveLength(count);
  }
});

it("passes on the words of a refusal", async () => {
  const { ask } = await askTapes(coinalyze, FOLDER, instead({ "/v1/exchanges": { message: "Invalid API key" } }, 401));
  expect(gapOf(await liquidations(ask).catch((thrown: unknown) => thrown))).toMatchObject({
    why: "refused",
    status: 401,
    detail: '{"message":"Invalid API key"}',
  });
});

it("tells days of an exchange with one perpetual in USDT, and of none whose main one is not certain", async () => {
  const market = (symbol: string, exchange: string, more: Readonly<Record<string, unknown>> = {}) => ({
    symbol,
    exchange,
    symbol_on_exchange: `own ${symbol}`,
    base_asset: "BTC",
    quote_asset: "USDT",
    is_perpetual: true,
    margined: "STABLE",
    ...more,
  });
  const day = (t: number) => ({ t, l: 3, s: 4 });
  const markets = [
    market("ONE.A", "A"),
    market("USDC.A", "A", { quote_asset: "USDC" }),
    market("COIN.A", "A", { margined: "COIN" }),
    market("ONE.6", "6"),
    market("TWO.6", "6"),
    market("NONE.3", "3", { quote_asset: "USDC" }),
  ];
  const told = ["ONE.A", "USDC.A", "COIN.A", "ONE.6", "TWO.6", "NONE.3"].map((symbol) => ({
    symbol,
    // 2026-07-23T00:00Z.
    history: [day(1_784_764_800)],
  }));
  const { ask } = await askTapes(
    coinalyze,
    FOLDER,
    instead({ "/v1/future-markets": markets, "/v1/liquidation-history": told }),
  );
  const found = await reportedLiquidations(ask);
  expect(found.map(({ venue, market: { symbol } }) => [venue, symbol])).toEqual([["binance", "own ONE.A"]]);
  expect(found[0]?.value[0]?.value).toMatchObject({ longs: 3, shorts: 4, both: 7 });
});

it("refuses days that do not begin at 00:00 UTC", async () => {
  const told = [{ symbol: "BTCUSDT_PERP.A", history: [{ t: 1_784_764_800 + 16 * 3600, l: 1, s: 2 }] }];
  const { ask } = await askTapes(coinalyze, FOLDER, instead({ "/v1/liquidation-history": told }));
  const error: unknown = await reportedLiquidations(ask).catch((thrown: unknown) => thrown);
  expect(gapOf(error)).toMatchObject({ why: "malformed" });
});
