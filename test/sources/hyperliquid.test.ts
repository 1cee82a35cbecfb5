import { describe, expect, it } from "vitest";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import { hyperliquid } from "../../src/sources/hyperliquid.ts";
import { askTapes } from "../support/tapes.ts";

async function gapAfter(edit: (body: string) => string): Promise<Gap> {
  const { ask } = await askTapes(hyperliquid, "fixtures/hyperliquid", (http) => async (request) => {
    const answer = await http(request);
    return { ...answer, body: new TextEncoder().encode(edit(new TextDecoder().decode(answer.body))) };
  });
  return hyperliquid.datasets.openInterest(ask).then(
    () => Promise.reject(new Error("expected a gap")),
    (error: unknown) => (error instanceof Unavailable ? error.gap : Promise.reject(error)),
  );
}

describe("hyperliquid", () => {
  it("refuses two lists that cannot be joined", async () => {
    const gap = await gapAfter((body) =>
      body.replace(/\{"szDecimals":4,"name":"ETH"[^}]*\}/, "").replace("},]}", "}]}"),
    );
    expect(gap).toMatchObject({ why: "malformed", detail: "expected two lists of one length" });
  });

  it("tells when BTC is delisted or not listed", async () => {
    const delisted = await gapAfter((body) => body.replace('"name":"BTC"', '"name":"BTC","isDelisted":true'));
    expect(delisted).toEqual({ why: "unpublished", detail: "BTC is delisted" });
    expect(await gapAfter((body) => body.replace('"BTC"', '"kBTC"'))).toMatchObject({ why: "malformed" });
  });
});
