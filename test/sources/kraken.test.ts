import { describe, expect, it } from "vitest";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import { ofBtc } from "../../src/core/units.ts";
import { kraken } from "../../src/sources/kraken.ts";
import { askTapes } from "../support/tapes.ts";

type Name = "openInterest" | "volume" | "taker";

/** The fixture after `edit` has changed every answer whose URL has `part`; `heard` is told every URL. */
const edited = (part: string, edit: (body: string) => string, heard: (url: string) => void = () => {}) =>
  askTapes(kraken, "fixtures/kraken", (http) => async (request) => {
    heard(request.url);
    const answer = await http(request);
    if (!request.url.includes(part)) return answer;
    return { ...answer, body: new TextEncoder().encode(edit(new TextDecoder().decode(answer.body))) };
  });
async function read(dataset: Name, part: string, edit: (body: string) => string) {
  const urls: string[] = [];
  const { ask } = await edited(part, edit, (url) => urls.push(url));
  return { value: await kraken.datasets[dataset](ask), urls };
}
const gapOf = (promise: Promise<unknown>): Promise<Gap> =>
  promise.then(
    () => Promise.reject(new Error("expected a gap")),
    (error: unknown) => (error instanceof Unavailable ? error.gap : Promise.reject(error)),
  );

describe("kraken", () => {
  it("reads an error inside a 200", async () => {
    const error = '{"result":"error","serverTime":"2026-07-31T03:54:46.98Z","error":"apiLimitExceeded"}';
    expect(await gapOf(read("openInterest", "/tickers", () => error))).toEqual({
      why: "refused",
      status: 200,
      detail: "apiLimitExceeded",
    });
  });

  it("refuses a contract of another size", async () => {
    const resized = (body: string) => body.replace('"contractSize":1,', '"contractSize":10,');
    expect(await gapOf(read("openInterest", "/instruments", resized))).toMatchObject({ why: "malformed" });
  });

  it("names a contract that has open interest and is not in the list, and counts the others", async () => {
    const row = (symbol: string, rest: object = {}) =>
      JSON.stringify({ symbol, markPrice: 64_400, openInterest: 31.5, vol24h: 2, suspended: false, ...rest });
    const more = [
      row("FF_XBTUSD_260828"),
      // Delivered today, nothing open, suspended, another token.
      row("FI_XBTUSD_260731"),
      row("FI_XBTUSD_260828", { openInterest: 0 }),
      row("FI_XBTUSD_261030", { suspended: true }),
      row("FF_AIXBTUSD_260828"),
    ];
    const added = (body: string) => body.replace('"tickers":[', `"tickers":[${more.join()},`);
    const { value } = await read("openInterest", "/tickers", added);
    const { value: before } = await read("openInterest", "/tickers", (body) => body);
    const gap = { why: "malformed", at: "instruments", detail: "has open interest, but is not among those that trade" };
    expect(value.of).toEqual(before.of);
    expect(value.lacking).toEqual([...before.lacking, { what: "FF_XBTUSD_260828", gap, minor: true }]);
  });

  it.each(["markPrice", "openInterest"])("names a dated contract without %s and counts the others", async (field) => {
    const without = (body: string) =>
      body.replace(/\{"symbol":"FF_XBTUSD_260925"[^}]*\}/, (row) =>
        row.replace(new RegExp(`"${field}":[^,}]*`), `"${field}":null`),
      );
    const { value } = await read("openInterest", "/tickers", without);
    const gap = { why: "malformed", at: field, detail: "expected a number" };
    expect(value.of.map(({ market }) => market.symbol)).toEqual(expect.arrayContaining(["PF_XBTUSD", "PI_XBTUSD"]));
    expect(value.lacking).toContainEqual({ what: "FF_XBTUSD_260925", gap, minor: true });
  });

  it("lacks a part of the venue where the list has no PF_XBTUSD, which has a ticker", async () => {
    const without = (body: string) =>
      body.replace('"PF_XBTUSD","type":"flexible_futures"', '"PF_ETHUSD","type":"options"');
    const { value } = await read("openInterest", "/instruments", without);
    expect(value.lacking.find(({ what }) => what === "PF_XBTUSD")).toEqual({
      what: "PF_XBTUSD",
      gap: { why: "malformed", at: "instruments", detail: "has open interest, but is not among those that trade" },
    });
  });

  it.each([
    ["cannot be had", "<html>", "body"],
    ["are none", '{"candles":[],"more_candles":false}', "candles"],
  ])("has the history without prices where the candles %s, and says so", async (_, body, at) => {
    const { ask } = await edited("/trade/PF_XBTUSD/", () => body);
    const { of, lacking } = await kraken.datasets.openInterestHistory(ask);
    expect(of.flatMap(({ value: held }) => held.map((point) => point.value))).toEqual([
      { size: ofBtc(1_790.1) },
      { size: ofBtc(1_801.25) },
      { size: ofBtc(1_850.75) },
    ]);
    const lost = lacking.find(({ what }) => what === "prices of PF_XBTUSD");
    expect(lost).toMatchObject({ gap: { why: "malformed", at }, contract: "PF_XBTUSD", minor: true });
  });

  it("values its history by candles that its volume asks for, too", async () => {
    const asked = await askTapes(kraken, "fixtures/kraken");
    await kraken.datasets.volume(asked.ask);
    const known = new Set(asked.evidence().map(({ url }) => url));
    await kraken.datasets.openInterestHistory(asked.ask);
    const more = asked.evidence().flatMap(({ url }) => (known.has(url) ? [] : [new URL(url).pathname]));
    expect(new Set(more)).toEqual(new Set(["/api/charts/v1/analytics/PF_XBTUSD/open-interest"]));
  });

  it("gives up on a series that never ends", async () => {
    const { ask } = await askTapes(kraken, "fixtures/kraken", (http) => async (request) => {
      if (!request.url.includes("open-interest")) return http(request);
      const since = Number(new URL(request.url).searchParams.get("since"));
      const body = `{"result":{"timestamp":[${since}],"data":[["1","1","1","1"]],"more":true},"errors":[]}`;
      return { status: 200, at: ask.now, ms: 1, body: new TextEncoder().encode(body) };
    });
    expect(await gapOf(kraken.datasets.openInterestHistory(ask))).toMatchObject({ why: "malformed", at: "more" });
  });

  it("has no taker volume for 23 of 24 hours", async () => {
    const without = (body: string) =>
      body
        .replace('"timestamp":[1785380400,', '"timestamp":[')
        .replace('"buy_volume":["10.5",', '"buy_volume":[')
        .replace('"sell_volume":["9.25",', '"sell_volume":[');
    expect(await gapOf(read("taker", "/cvd", without))).toEqual({
      why: "unpublished",
      detail: "taker volume of 23 of the last 24 hours",
    });
  });

  it("names a contract whose candles are cut off and keeps the others, in 15 requests at most", async () => {
    const cut = (body: string) => body.replace('"more_candles":false', '"more_candles":true');
    const { value, urls } = await read("volume", "/trade/PI_XBTUSD/", cut);
    expect(value.lacking.map(({ what }) => what)).toContain("PI_XBTUSD");
    expect(value.of.map(({ market }) => market.symbol)).toContain("PF_XBTUSD");
    // 4 windows of PF_XBTUSD, 4 of PI_XBTUSD, 4 dated contracts, the list, the tickers.
    expect(urls).toHaveLength(14);
  });
});
