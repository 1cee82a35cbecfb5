import { describe, expect, it } from "vitest";
import { gate } from "../../src/sources/gate.ts";
import type { Ask } from "../../src/sources/source.ts";
import { askTapes } from "../support/tapes.ts";

/** Asks the fixture, after `edit` has changed every answer whose URL has `part`. */
async function asking(part: string, edit: (body: string) => string): Promise<Ask> {
  const { ask } = await askTapes(gate, "fixtures/gate", (http) => async (request) => {
    const answer = await http(request);
    if (!request.url.includes(part)) return answer;
    return { ...answer, body: new TextEncoder().encode(edit(new TextDecoder().decode(answer.body))) };
  });
  return ask;
}

describe("gate", () => {
  it.each([
    ["in delisting", '"in_delisting":false', '"in_delisting":true', { why: "unpublished", detail: "in delisting" }],
    ["that is closed", '"status":"trading"', '"status":"delisted"', { why: "unpublished", detail: "delisted" }],
    ["of no size", '"quanto_multiplier":"0.0001"', '"quanto_multiplier":"0"', { why: "malformed" }],
    ["of another type", '"type":"direct"', '"type":"inverse"', { why: "malformed", at: "type" }],
    ["without a figure", '"position_size":"281513731"', '"position_size":null', { why: "malformed" }],
  ])("names a perpetual %s and keeps the others", async (_, from, to, gap) => {
    const { of, lacking } = await gate.datasets.openInterest(
      await asking("contracts/BTC_USDT", (body) => body.replace(from, to)),
    );
    expect(of.map(({ market }) => market.symbol)).toEqual(["BTC_USD", "BTC_USDT_20261030", "BTC_USDT_20261225"]);
    expect(lacking[0]).toMatchObject({ what: "BTC_USDT", gap });
  });

  it("names delivery contracts as a whole where none is listed", async () => {
    const { of, lacking } = await gate.datasets.openInterest(await asking("/delivery/", () => "[]"));
    expect(of).toHaveLength(2);
    expect(lacking).toMatchObject([{ what: "delivery", gap: { why: "malformed" } }]);
  });

  it("refuses days that are none of UTC", async () => {
    const east = (body: string) => body.replaceAll(/"t":(\d+)/g, (_, t: string) => `"t":${Number(t) - 8 * 3600}`);
    const { lacking } = await gate.datasets.volume(await asking("/futures/usdt/candlesticks", east));
    expect(lacking).toContainEqual({
      what: "BTC_USDT",
      gap: { why: "malformed", at: "0.t", detail: "expected a day that begins at 00:00Z" },
    });
  });

  it("states a ratio as published beside the shares of its accounts, which tell it from that of takers", async () => {
    const taker = (body: string) => body.replaceAll('"lsr_account":1.2', '"lsr_account":1.04');
    const { of } = await gate.datasets.longShort(await asking("interval=1h", taker));
    expect(of[0]?.value.ratio).toBe(1.04);
    // 9,120 and 7,600 of 16,720.
    expect(of[0]?.value.shares?.long).toBeCloseTo(0.545_454_5, 6);
    expect(of[0]?.value.shares?.short).toBeCloseTo(0.454_545_5, 6);
  });

  it("has no shares where no account is counted", async () => {
    const nobody = (body: string) => body.replaceAll(/"(long|short)_users":\d+/g, '"$1_users":0');
    const { of } = await gate.datasets.longShort(await asking("interval=1h", nobody));
    expect(of[0]?.value).toMatchObject({ ratio: 1.2 });
    expect(of[0]?.value).not.toHaveProperty("shares");
  });

  it("takes a ratio without numbers of accounts, as before 2026-04-27", async () => {
    const { of } = await gate.datasets.longShort(
      await asking("interval=1h", (body) => body.replaceAll(/"(long|short)_users"/g, '"old"')),
    );
    expect(of[0]?.value.ratio).toBe(1.2);
  });
});
