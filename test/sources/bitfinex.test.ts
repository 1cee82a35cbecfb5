/** Quirks of Bitfinex that the fixture cannot show: answers that are errors, and a list of liquidations that is full. */
import { expect, it } from "vitest";
import { Unavailable } from "../../src/core/gap.ts";
import { HOUR, iso } from "../../src/core/time.ts";
import type { Http } from "../../src/ports.ts";
import { bitfinex } from "../../src/sources/bitfinex.ts";
import { askTapes, nowOf } from "../support/tapes.ts";

const FOLDER = "fixtures/bitfinex";

const answering = (body: unknown) => (): Http => async () => ({
  status: 200,
  at: await nowOf(FOLDER),
  ms: 1,
  body: new TextEncoder().encode(JSON.stringify(body)),
});
const gapOf = async (body: unknown): Promise<unknown> => {
  const { ask } = await askTapes(bitfinex, FOLDER, answering(body));
  const error: unknown = await bitfinex.datasets.openInterest(ask).catch((thrown: unknown) => thrown);
  return error instanceof Unavailable ? error.gap : error;
};

it("takes no row for an unknown key, never for a market without open interest", async () => {
  expect(await gapOf([])).toMatchObject({ why: "malformed" });
});

it("reads errors inside a 200", async () => {
  expect(await gapOf(["error", 10020, "symbol: invalid"])).toMatchObject({
    why: "refused",
    status: 200,
    detail: "10020 symbol: invalid",
  });
  expect(await gapOf({ error: "ERR_RATE_LIMIT" })).toMatchObject({ why: "refused", status: 429 });
});

/** Rows every two minutes back from the minute of the clock, alternately of our symbol and of another. */
async function liquidated(rows: number) {
  const end = (await nowOf(FOLDER)) - 40_000;
  const list = Array.from({ length: rows }, (_, i) => [
    [
      "pos",
      i,
      end - (i + 1) * 120_000,
      null,
      i % 2 === 0 ? "tBTCF0:USTF0" : "tBTCUSD",
      0.01,
      1,
      null,
      1,
      1,
      null,
      80_000,
    ],
  ]);
  const { ask } = await askTapes(bitfinex, FOLDER, answering(list));
  const { of } = await bitfinex.datasets.liquidations(ask);
  return of[0]?.value ?? [];
}

it("has no bar for hours that a full list does not reach", async () => {
  // 500 rows two minutes apart reach 16 h 40 min back: 16 whole hours, each with 15 rows of ours of 800 USD.
  const bars = await liquidated(500);
  expect(bars).toHaveLength(16);
  expect(bars.map(({ value }) => value.longs)).toEqual(Array.from({ length: 16 }, () => 12_000));
  expect(bars[0]?.at).toBe((await nowOf(FOLDER)) - 40_000 - 16 * HOUR);
});

it("has a bar of 0 for hours in which a list that is not full shows nothing", async () => {
  const bars = await liquidated(30);
  expect(bars).toHaveLength(24);
  expect(bars.map(({ value }) => value.both)).toEqual([...Array.from({ length: 23 }, () => 0), 12_000]);
  expect(bars.map(({ at, value }) => [iso(at), iso(value.until)])[0]).toEqual([
    "2026-09-22T03:19:00Z",
    "2026-09-22T04:19:00Z",
  ]);
});

it("takes a liquidation that is neither a trigger nor an execution for another format, not for none", async () => {
  const end = await nowOf(FOLDER);
  const row = ["pos", 1, end - 600_000, null, "tBTCF0:USTF0", 0.01, 1, null, 2, 1, null, 80_000];
  const { ask } = await askTapes(bitfinex, FOLDER, answering([[row]]));
  await expect(bitfinex.datasets.liquidations(ask)).rejects.toMatchObject({
    gap: { why: "malformed", detail: "expected 0 or 1" },
  });
});
