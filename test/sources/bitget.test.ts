import { describe, expect, it } from "vitest";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import { DAY, HOUR } from "../../src/core/time.ts";
import type { HttpRequest } from "../../src/ports.ts";
import { bitget } from "../../src/sources/bitget.ts";
import { askTapes } from "../support/tapes.ts";

type Name = "openInterest" | "volume" | "funding" | "longShort" | "taker" | "liquidations";

/** A dataset read from the fixture after `edit` has changed every answer whose URL has `part`; and what was asked. */
async function read(dataset: Name, part = "", edit = (body: string) => body) {
  const requests: HttpRequest[] = [];
  const { ask } = await askTapes(bitget, "fixtures/bitget", (http) => async (request) => {
    requests.push(request);
    const answer = await http(request);
    if (!request.url.includes(part)) return answer;
    return { ...answer, body: new TextEncoder().encode(edit(new TextDecoder().decode(answer.body))) };
  });
  return { requests, value: await bitget.datasets[dataset](ask), now: ask.now };
}
const gapOf = (promise: Promise<unknown>): Promise<Gap> =>
  promise.then(
    () => Promise.reject(new Error("expected a gap")),
    (error: unknown) => (error instanceof Unavailable ? error.gap : Promise.reject(error)),
  );

describe("bitget", () => {
  it("asks for bars of at most 90 days, keeps those that are over, and never beyond now", async () => {
    const { requests, now } = await read("volume");
    const bars = requests.filter(({ url }) => url.includes("candles"));
    expect(bars.length).toBeGreaterThan(10);
    for (const { url, keep } of bars) {
      const query = new URL(url).searchParams;
      const [from, to] = [Number(query.get("startTime")), Number(query.get("endTime"))];
      expect(to - from, url).toBeLessThanOrEqual(90 * DAY);
      expect(from % DAY, url).toBe(0);
      expect(to, url).toBeLessThanOrEqual(now);
      expect(keep === "forever", url).toBe(to + HOUR < now && url.includes("history-candles"));
      if (keep === "forever") expect(from % (90 * DAY), url).toBe(0);
    }
  });

  it("refuses days that are none of UTC", async () => {
    const { value } = await read("volume", "market/candles?symbol=BTCUSDT", (body) =>
      body.replace("1781222400000", "1781193600000"),
    );
    expect(value.lacking).toContainEqual({
      what: "USDT-FUTURES",
      gap: { why: "malformed", at: "data.0.0", detail: "expected a day that begins at 00:00Z" },
    });
  });

  it("has no funding where the interval is not told", async () => {
    const { value } = await read("funding", "contracts?productType=COIN", (body) => body.replace('"4"', '""'));
    expect(value.lacking.at(-1)).toEqual({
      what: "COIN-FUTURES",
      gap: { why: "unpublished", detail: "no funding interval" },
    });
  });

  it("states shares that do not add up, as percentages do not", async () => {
    const percent = (body: string) => body.replaceAll("0.5", "5").replaceAll("0.4", "4");
    expect(await read("longShort", "long-short", percent)).toMatchObject({
      value: { of: [{ value: { shares: { long: 52, short: 48 } } }] },
    });
  });

  it("has no taker volume for 24 hours of which one is missing", async () => {
    const without = (body: string) => body.replace(/\{"buyVolume":"800"[^}]*\},/, "");
    expect(await gapOf(read("taker", "taker", without))).toEqual({
      why: "unpublished",
      detail: "taker volume of 24 hours in place of 24 in a row",
    });
  });

  it("stops after four pages of liquidations", async () => {
    const { ask } = await askTapes(bitget, "fixtures/bitget", (http) => async (request) => {
      if (!request.url.includes("liquidations")) return http(request);
      const page = Number(new URL(request.url).searchParams.get("cursor") ?? 0);
      const order = { symbol: "BTCUSDT", side: "buy", price: "60000", amount: "1", ts: String(ask.now - 1 - page) };
      const body = JSON.stringify({ code: "00000", data: { list: [order], cursor: String(page + 1) } });
      return { status: 200, at: ask.now, ms: 1, body: new TextEncoder().encode(body) };
    });
    const { of, feed } = await bitget.datasets.liquidations(ask);
    expect(feed).toBe("partial");
    expect(of[0]?.value.map(({ value }) => value.longs)).toEqual([240_000]);
  });
});
