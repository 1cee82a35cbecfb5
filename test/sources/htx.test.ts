import { describe, expect, it } from "vitest";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import { HOUR } from "../../src/core/time.ts";
import { inUsd, usdPerBtc } from "../../src/core/units.ts";
import type { HttpRequest } from "../../src/ports.ts";
import { htx } from "../../src/sources/htx.ts";
import { askTapes } from "../support/tapes.ts";

/** Asks the fixture, after `edit` has changed every answer whose URL has `part`; and notes what was asked. */
async function asking(part = "", edit = (body: string) => body) {
  const requests: HttpRequest[] = [];
  const { ask } = await askTapes(htx, "fixtures/htx", (http) => async (request) => {
    requests.push(request);
    const answer = await http(request);
    if (!request.url.includes(part)) return answer;
    return { ...answer, body: new TextEncoder().encode(edit(new TextDecoder().decode(answer.body))) };
  });
  return { requests, ask };
}
const gapOf = (promise: Promise<unknown>): Promise<Gap> =>
  promise.then(
    () => Promise.reject(new Error("expected a gap")),
    (error: unknown) => (error instanceof Unavailable ? error.gap : Promise.reject(error)),
  );

describe("htx", () => {
  it.each([
    ["v1", '{"status":"error","err_code":1014,"err_msg":"no such contract","ts":1}', "1014 no such contract"],
    ["market data", '{"status":"error","err-code":"bad-request","err-msg":"period","ts":1}', "bad-request period"],
    ["v5", '{"code":1017,"message":"invalid","ts":1}', "1017 invalid"],
    ["v3", '{"code":1067,"msg":"illegal parameter","data":null,"ts":1}', "1067 illegal parameter"],
    ["maintenance", '{"status":"maintain"}', "maintenance"],
  ])("tells a refusal inside a 200: %s", async (_, body, detail) => {
    const { ask } = await asking("/", () => body);
    expect(await gapOf(htx.datasets.longShort(ask))).toEqual({ why: "refused", status: 200, detail });
  });

  it("keeps the history of the coin-margined swap, without prices, where the linear one fails", async () => {
    const { ask } = await asking("/linear-swap-api/", () => '{"status":"maintain"}');
    const { of, lacking } = await htx.datasets.openInterestHistory(ask);
    expect(of.map(({ market }) => market.symbol)).toEqual(["BTC-USD"]);
    const last = of[0]?.value.at(-1)?.value;
    expect(last?.price).toBeUndefined();
    expect(last === undefined ? null : inUsd(last.size, usdPerBtc(1))).toBe(112_055_500);
    expect(lacking[0]).toMatchObject({ what: "BTC-USDT", gap: { why: "refused" } });
  });

  it("refuses bars that do not begin with a month", async () => {
    const { ask } = await asking("/linear-swap-ex/", (body) => body.replace('"id":1781308800', '"id":1781312400'));
    expect((await htx.datasets.volume(ask)).lacking).toContainEqual({
      what: "BTC-USDT",
      gap: { why: "malformed", at: "data.1.id", detail: "expected a bar on the grid of four hours" },
    });
  });

  it("asks for no bar that is two years old, and liquidations two hours at a time", async () => {
    const { ask, requests } = await asking();
    await htx.datasets.volume(ask);
    await htx.datasets.liquidations(ask);
    for (const { url, keep } of requests) {
      const query = new URL(url).searchParams;
      const [from, to] = url.includes("kline")
        ? [Number(query.get("from")) * 1000, Number(query.get("to")) * 1000]
        : [Number(query.get("start_time")), Number(query.get("end_time"))];
      expect(from, url).toBeGreaterThanOrEqual(Date.UTC(2024, 6, 1));
      expect(to, url).toBeLessThanOrEqual(ask.now);
      expect(keep === "forever", url).toBe(to + HOUR < ask.now);
      if (!url.includes("kline")) expect(to - from, url).toBeLessThanOrEqual(2 * HOUR);
    }
    expect(requests).toHaveLength(8 + 13);
  });

  it("calls liquidations partial where two hours have as many as an answer holds", async () => {
    const { ask } = await asking("start_time=1781323200000", (body) =>
      body.replace(
        /\[(\{[^}]*\}).*\]/,
        (_, order: string) =>
          `[${Array.from({ length: 100 }, (_unused, i) => order.replace(/"id":"\d+"/, `"id":"${i}"`)).join(",")}]`,
      ),
    );
    const { feed, of } = await htx.datasets.liquidations(ask);
    expect(feed).toBe("partial");
    expect(of[0]?.value.at(-1)?.value.shorts).toBeCloseTo(12_595.7, 6);
  });

  it("counts an order that is told twice once, and takes none of another day", async () => {
    const last = "start_time=1781323200000";
    const twice = await asking(last, (body) => body.replace(/\[(\{.*\})\]/, "[$1,$1]"));
    const once = await asking();
    expect(await htx.datasets.liquidations(twice.ask)).toEqual(await htx.datasets.liquidations(once.ask));
    const astray = await asking(last, (body) =>
      body.replaceAll('"liquidation_time":"17813', '"liquidation_time":"17812'),
    );
    expect(await gapOf(htx.datasets.liquidations(astray.ask))).toMatchObject({
      why: "malformed",
      at: "data.liquidation_time",
    });
  });
});
