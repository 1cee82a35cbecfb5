import { describe, expect, it } from "vitest";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import { kucoin } from "../../src/sources/kucoin.ts";
import { askTapes } from "../support/tapes.ts";

type Name = keyof typeof kucoin.datasets;

/** A dataset read from the fixture after `edit` has changed every answer whose URL has `part`. */
async function read(dataset: Name, part: string, edit: (body: string) => string) {
  const { ask } = await askTapes(kucoin, "fixtures/kucoin", (http) => async (request) => {
    const answer = await http(request);
    if (!request.url.includes(part)) return answer;
    return { ...answer, body: new TextEncoder().encode(edit(new TextDecoder().decode(answer.body))) };
  });
  return kucoin.datasets[dataset](ask);
}
const gapOf = (promise: Promise<unknown>): Promise<Gap> =>
  promise.then(
    () => Promise.reject(new Error("expected a gap")),
    (error: unknown) => (error instanceof Unavailable ? error.gap : Promise.reject(error)),
  );

describe("kucoin", () => {
  it("tells a rate limit inside a 200", async () => {
    const limit = '{"code":"429000","msg":"Too many requests"}';
    expect(await gapOf(read("openInterest", "/active", () => limit))).toEqual({
      why: "refused",
      status: 429,
      detail: "429000 Too many requests",
    });
  });

  it.each([
    ["a linear contract counted in USD", '"multiplier":0.001,', '"multiplier":-1,'],
    ["an inverse contract of another size", '"multiplier":-1,', '"multiplier":-10,'],
  ])("refuses %s", async (_, from, to) => {
    const edit = (body: string) => body.replaceAll(from, to);
    expect(await gapOf(read("openInterest", "/active", edit))).toMatchObject({ why: "malformed" });
  });

  it("refuses a list without Bitcoin", async () => {
    const edit = (body: string) => body.replaceAll('"XBT"', '"BTC"');
    expect(await gapOf(read("openInterest", "/active", edit))).toMatchObject({ why: "malformed" });
  });

  it("refuses days that are none of UTC", async () => {
    const east = (body: string) => body.replace("1773964800000", "1773936000000");
    expect((await read("volume", "symbol=XBTUSDTM", east)).lacking).toContainEqual({
      what: "XBTUSDTM",
      gap: { why: "malformed", at: "data.1.0", detail: "expected a day that begins at 00:00Z" },
    });
  });

  it("asks at most 20 questions, of candles at most 500 days each", async () => {
    const urls = new Set<string>();
    const { ask } = await askTapes(kucoin, "fixtures/kucoin", (http) => (request) => {
      urls.add(request.url);
      return http(request);
    });
    await Promise.all(Object.values(kucoin.datasets).map((dataset) => dataset(ask)));
    expect(urls.size).toBeLessThanOrEqual(20);
    for (const url of urls) {
      const query = new URL(url).searchParams;
      const days = (Number(query.get("to")) - Number(query.get("from"))) / 86_400_000;
      expect(days, url).toBeLessThanOrEqual(500);
    }
  });
});
