/** CoinGecko's errors come with status 200 and in three shapes. */
import { expect, it } from "vitest";
import { Unavailable } from "../../src/core/gap.ts";
import { coingecko } from "../../src/sources/coingecko.ts";
import { askTapes, nowOf } from "../support/tapes.ts";

const FOLDER = "fixtures/coingecko";

const limit = { error_code: 429, error_message: "You've exceeded the Rate Limit." };
const quiet = { market: "Deribit", index_id: "BTC", open_interest: 1, last_traded_at: 1_779_800_000, expired_at: null };

it.each([
  [{ status: limit }, { why: "refused", status: 429, detail: "429 You've exceeded the Rate Limit." }],
  [
    { error: { status: { error_code: 10005, error_message: "no such plan" } } },
    { why: "refused", status: 200, detail: "10005 no such plan" },
  ],
  [{ error: "coin not found" }, { why: "refused", status: 200, detail: "coin not found" }],
  [[], { why: "malformed", at: "body", detail: "expected bitcoin at a known venue" }],
  [[quiet], { why: "stale", detail: "no bitcoin row of the last hour" }],
])("reads %j", async (body, gap) => {
  const at = await nowOf(FOLDER);
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const { ask } = await askTapes(
    coingecko,
    FOLDER,
    () => () => Promise.resolve({ status: 200, at, ms: 1, body: bytes }),
  );
  const error: unknown = await coingecko.datasets.reportedOpenInterest(ask).catch((thrown: unknown) => thrown);
  expect(error instanceof Unavailable ? error.gap : error).toEqual(gap);
});
