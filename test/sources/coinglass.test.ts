/** CoinGlass says no with status 200, and the key must not show in what is made of it. */
import { expect, it } from "vitest";
import { asker } from "../../src/ask.ts";
import { Unavailable } from "../../src/core/gap.ts";
import type { HttpRequest } from "../../src/ports.ts";
import { coinglass } from "../../src/sources/coinglass.ts";
import { nowOf } from "../support/tapes.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const { reportedOpenInterest, liquidations } = coinglass.datasets;
const held = (exchange: string, open_interest_usd: number, symbol = "BTC") => ({ exchange, symbol, open_interest_usd });
const good = (...data: unknown[]) => ({ code: "0", msg: "success", data });

async function asked(body: unknown) {
  const at = await nowOf("fixtures/coinglass");
  const requests: HttpRequest[] = [];
  const { ask } = asker(coinglass, {
    web: (request) => {
      requests.push(request);
      return Promise.resolve({ status: 200, at, ms: 1, text: JSON.stringify(body) });
    },
    now: at,
    since: at,
    key: { [coinglass.key.header]: KEY },
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
  for (const dataset of [reportedOpenInterest, liquidations]) {
    const error: unknown = await dataset(ask).catch((thrown: unknown) => thrown);
    expect(gapOf(error)).toEqual({ why: "refused", status, detail });
    expect(String(error)).not.toContain(KEY);
  }
  expect(requests.map(({ headers }) => headers["CG-API-KEY"])).toEqual([KEY, KEY]);
  expect(requests.map(({ url }) => url).join(" ")).not.toContain(KEY);
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
