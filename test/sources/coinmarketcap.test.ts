/** CoinMarketCap's code is text here and a number there, and an error comes with any status. */
import { expect, it } from "vitest";
import { Unavailable } from "../../src/core/gap.ts";
import { coinmarketcap } from "../../src/sources/coinmarketcap.ts";
import { askTapes, nowOf } from "../support/tapes.ts";

const FOLDER = "fixtures/coinmarketcap";
const data = [{ timestamp: "1733356800", value: 80, value_classification: "Extreme greed" }];

async function told(body: unknown): Promise<unknown> {
  const at = await nowOf(FOLDER);
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const answer = { status: 200, at, ms: 1, body: bytes };
  const { ask } = await askTapes(coinmarketcap, FOLDER, () => () => Promise.resolve(answer));
  return coinmarketcap.datasets
    .fearGreed(ask)
    .catch((error: unknown) => (error instanceof Unavailable ? error.gap : error));
}

it("takes 0 as a number or as text for good", async () => {
  for (const error_code of [0, "0"]) expect(await told({ data, status: { error_code } })).toHaveLength(1);
});

it("refuses any other code", async () => {
  const failed = (error_code: unknown, error_message: string | null) => told({ status: { error_code, error_message } });
  expect(await failed("1011", "Too many requests")).toEqual({
    why: "refused",
    status: 200,
    detail: "1011 Too many requests",
  });
  expect(await failed(1007, null)).toEqual({ why: "refused", status: 200, detail: "1007" });
  expect(await told({ data, status: {} })).toMatchObject({ why: "malformed" });
});
