/** CoinGlass says no with status 200, and the key must not show in what is made of it. */
import { describe, expect, it } from "vitest";
import { asker } from "../../src/ask.ts";
import { Unavailable } from "../../src/core/gap.ts";
import type { HttpRequest } from "../../src/ports.ts";
import { coinglass } from "../../src/sources/coinglass.ts";
import { sources } from "../../src/sources/registry.ts";
import { nowOf } from "../support/tapes.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const { reportedOpenInterest, liquidations, reportedMap } = coinglass.datasets;
const held = (exchange: string, open_interest_usd: number, symbol = "BTC") => ({ exchange, symbol, open_interest_usd });
const good = (...data: unknown[]) => ({ code: "0", msg: "success", data });

/** One answer to every question, or one for each path. */
async function asked(body: unknown, byPath: Readonly<Record<string, unknown>> = {}) {
  const at = await nowOf("fixtures/coinglass");
  const requests: HttpRequest[] = [];
  const { ask } = asker(coinglass, {
    web: (request) => {
      requests.push(request);
      return Promise.resolve({
        status: 200,
        at,
        ms: 1,
        text: JSON.stringify(byPath[new URL(request.url).pathname] ?? body),
      });
    },
    now: at,
    since: at,
    secret: () => KEY,
  });
  return { ask, requests };
}
const gapOf = (thrown: unknown): unknown => (thrown instanceof Unavailable ? thrown.gap : thrown);

it.each([
  [{ code: "401", msg: "API key missing." }, 401, "401 API key missing."],
  [{ code: "400", msg: "Invalid API key provided" }, 400, "400 Invalid API key provided"],
  [{ code: "40001", msg: "Upgrade plan" }, 200, "40001 Upgrade plan"],
  [{ code: 400, msg: "Upgrade plan", data: [] }, 400, "400 Upgrade plan"],
  [{ code: 429, msg: null }, 429, "429"],
])("passes on %j, without the key", async (body, status, detail) => {
  const { ask, requests } = await asked(body);
  for (const dataset of [reportedOpenInterest, liquidations, reportedMap]) {
    const error: unknown = await dataset(ask).catch((thrown: unknown) => thrown);
    expect(gapOf(error)).toEqual({ why: "refused", status, detail });
    expect(String(error)).not.toContain(KEY);
  }
  expect(new Set(requests.map(({ headers }) => headers["CG-API-KEY"]))).toEqual(new Set([KEY]));
  expect(requests.map(({ url }) => url).join(" ")).not.toContain(KEY);
});

it.each([
  [{ code: "40001", msg: "Upgrade plan" }, "40001 Upgrade plan"],
  [{ code: "400", msg: "Upgrade plan" }, "400 Upgrade plan"],
  [{ code: "401", msg: "Upgrade plan" }, "401 Upgrade plan"],
])("takes %j for the plan's where the key has an answer otherwise", async (body, words) => {
  const row = { exchange: "Bybit", longLiquidation_usd: 1, shortLiquidation_usd: 2 };
  const { ask, requests } = await asked(body, { "/api/futures/liquidation/exchange-list": good(row) });
  const gap = gapOf(await reportedMap(ask).catch((thrown: unknown) => thrown));
  expect(gap).toEqual({
    why: "unpublished",
    detail: `the plan of this key has no liquidation map, which is part of Professional and above (${words})`,
  });
  // The second question is one that the run asks anyway.
  await liquidations(ask);
  expect(new Set(requests.map(({ url }) => url)).size).toBe(2);
});

it("a limit or trouble at the vendor is not the plan's", async () => {
  const row = { exchange: "Bybit", longLiquidation_usd: 1, shortLiquidation_usd: 2 };
  for (const code of ["429", "500"]) {
    const { ask } = await asked({ code, msg: "no" }, { "/api/futures/liquidation/exchange-list": good(row) });
    const gap = gapOf(await reportedMap(ask).catch((thrown: unknown) => thrown));
    expect(gap).toEqual({ why: "refused", status: Number(code), detail: `${code} no` });
  }
});

it.each([
  ["no exchange of ours", good(held("All", 5), held("WhiteBIT", 5)), { why: "malformed", at: "data" }],
  ["another coin", good(held("Binance", 5, "ETH")), { why: "malformed", at: "data.0.symbol" }],
  ["nothing held anywhere", good(held("Binance", 0)), { why: "implausible", rule: "Q-01" }],
  ["neither code nor rows", {}, { why: "malformed" }],
])("has no open interest where there is %s", async (_, body, gap) => {
  const { ask } = await asked(body);
  expect(gapOf(await reportedOpenInterest(ask).catch((thrown: unknown) => thrown))).toMatchObject(gap);
});

it.each([
  ["the total alone", { exchange: "All", liquidation_usd: 3, longLiquidation_usd: 1, shortLiquidation_usd: 2 }],
  ["a row without a side", { exchange: "Bybit", liquidation_usd: 3, longLiquidation_usd: 3 }],
])("has no liquidations where there is %s", async (_, row) => {
  const { ask } = await asked(good(row));
  expect(gapOf(await liquidations(ask).catch((thrown: unknown) => thrown))).toMatchObject({ why: "malformed" });
});

it("names exchanges as our sources do: by its names its liquidations find what is open", async () => {
  const names = sources.flatMap(({ id, venue, name }) => (venue === id ? [name] : []));
  const { ask } = await asked(good(...names.map((name) => held(name, 5))));
  const told = await reportedOpenInterest(ask);
  expect(told.map(({ venue }) => venue)).toEqual(sources.flatMap(({ id, venue }) => (venue === id ? [id] : [])));
});

describe("the liquidation map", () => {
  // The documented entry; the others are made up in its shape.
  const documented = { "48935": [[48935, 1579370.77, null, null]] };
  const of = (exName: string, liqMapV2: unknown, baseAsset = "BTC") => ({
    instrument: { exName, baseAsset },
    liqMapV2,
  });
  const okx = of("OKX", { "48935.5": [[48935.5, 7, null, null]], "48935": [[48935, 0.23, null, null]] });
  const told = async (data: unknown) => {
    const { ask, requests } = await asked({ code: "0", msg: "success", data });
    const map = await reportedMap(ask).catch(gapOf);
    expect(requests.map(({ url }) => new URL(url).search)).toEqual(["?symbol=BTC&range=7d"]);
    return map;
  };

  it("is read as documented, without a price, and where one is told with it", async () => {
    const map = {
      at: await nowOf("fixtures/coinglass"),
      price: null,
      levels: [{ price: 48_935, level: 1_579_370.77 }],
      exchanges: [],
      range: "7d",
    };
    expect(await told({ data: documented })).toEqual(map);
    expect(await told({ data: documented, last_price: 49_000 })).toEqual({ ...map, price: 49_000 });
  });

  it.each(["last_price", "lastPrice"])("is read as a list of exchanges beside %s", async (name) => {
    expect(await told({ data: [okx, of("Binance", documented)], [name]: "49000.5" })).toMatchObject({
      price: 49_000.5,
      levels: [
        { price: 48_935, level: 1_579_371 },
        { price: 48_935.5, level: 7 },
      ],
      exchanges: ["OKX", "Binance"],
    });
  });

  it("is read as a list alone, which has no price", async () => {
    expect(await told([okx, of("Binance", documented)])).toMatchObject({
      price: null,
      levels: [
        { price: 48_935, level: 1_579_371 },
        { price: 48_935.5, level: 7 },
      ],
      exchanges: ["OKX", "Binance"],
    });
  });

  it.each([
    ["another coin", [of("OKX", documented, "ETH")], "data.data.0.instrument.baseAsset"],
    ["a level below 0", { "48935": [[48935, -1, null, null]] }, "data.data.0.liqMapV2.48935.0.1"],
    ["a price of 0", { "0": [[0, 1, null, null]] }, "data.data.0.liqMapV2.0.0.0"],
    ["nothing above 0", { "48935": [[48935, 0, null, null]] }, "data.data"],
    ["no exchange", [], "data.data"],
  ])("is refused with %s", async (_, data, at) => {
    expect(await told({ data, last_price: 49_000 })).toMatchObject({ why: "malformed", at });
  });
});
