/** Quirks of Bybit that the fixture cannot show: who is refused and how, sides, what may be kept. */
import { describe, expect, it } from "vitest";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import { HOUR, parseInstant, type Instant } from "../../src/core/time.ts";
import type { Http, HttpRequest } from "../../src/ports.ts";
import { bybit } from "../../src/sources/bybit.ts";
import { askTapes } from "../support/tapes.ts";

const FOLDER = "fixtures/bybit";

/** The fixture's answers, those to URLs that contain `part` changed. */
const instead =
  (part: string, change: (body: string) => string, status = 200) =>
  (http: Http): Http =>
  async (request) => {
    const answer = await http(request);
    if (!request.url.includes(part)) return answer;
    const body = new TextEncoder().encode(change(new TextDecoder().decode(answer.body)));
    return { ...answer, status, body };
  };

const gapOf = (promise: Promise<unknown>): Promise<Gap> =>
  promise.then(
    () => Promise.reject(new Error("expected a gap")),
    (error: unknown) => (error instanceof Unavailable ? error.gap : Promise.reject(error)),
  );

const at = (text: string): Instant => {
  const found = parseInstant(text);
  if (found === null) throw new Error(text);
  return found;
};

describe("a refusal", () => {
  it.each([
    [
      403,
      "<html><head><title>ERROR: The request could not be satisfied</title></head><body><h1>403 ERROR</h1><p>The Amazon CloudFront distribution is configured to block access from your country.</p></body></html>",
      "block access from your country",
    ],
    [
      403,
      '{"error":"The Amazon CloudFront distribution is configured to block access from your country"}',
      "your country",
    ],
    [403, "access too frequent", "access too frequent"],
  ])("with status %i keeps the words that tell a country from too many requests", async (status, body, words) => {
    const { ask } = await askTapes(
      bybit,
      FOLDER,
      instead("/v5/", () => body, status),
    );
    const gap = await gapOf(bybit.datasets.openInterest(ask));
    expect(gap).toMatchObject({ why: "refused", status });
    expect(gap.why === "refused" && gap.detail).toContain(words);
  });

  it.each([
    ['{"retCode":10006,"retMsg":"Too many visits!","result":{},"time":1789475695188}', "10006 Too many visits!"],
    ['{"retCode":10009,"retMsg":"Service Restricted","result":{},"time":1789475695188}', "10009 Service Restricted"],
  ])("with status 200 is one: %s", async (body, detail) => {
    const { ask } = await askTapes(
      bybit,
      FOLDER,
      instead("account-ratio", () => body),
    );
    expect(await gapOf(bybit.datasets.longShort(ask))).toEqual({ why: "refused", status: 200, detail });
  });
});

it("counts each contract once, with the venue's own single figure and without it", async () => {
  // Recorded 2026-09-15: 52,664.642 on both sides, 26,332.321 on one.
  const without = instead("tickers?category=linear", (body) => body.replace('"singleOpenInterest":"26332.321",', ""));
  for (const answers of [(http: Http) => http, without]) {
    const { of } = await bybit.datasets.openInterest((await askTapes(bybit, FOLDER, answers)).ask);
    expect(of[0]?.value.size).toEqual({ in: "BTC", value: 26_332.321 });
  }
});

it("names a category that fails and keeps the other", async () => {
  const { ask } = await askTapes(
    bybit,
    FOLDER,
    instead("instruments-info?category=linear", () => "no", 503),
  );
  const { of, lacking } = await bybit.datasets.volume(ask);
  expect(of.map(({ market }) => market.symbol)).toEqual(["BTCUSD", "BTCUSDZ26"]);
  expect(lacking).toMatchObject([{ what: "linear", gap: { why: "refused", status: 503 } }]);
});

it("refuses months that open on another clock than UTC's; states shares of accounts that do not add up", async () => {
  const eight = instead("symbol=BTCUSD&interval=M", (body) =>
    body.replace(`${at("2026-05-01T00:00:00Z")}`, `${at("2026-05-01T00:00:00Z") - 8 * HOUR}`),
  );
  const { lacking } = await bybit.datasets.volume((await askTapes(bybit, FOLDER, eight)).ask);
  expect(lacking.find(({ what }) => what === "BTCUSD")?.gap).toMatchObject({ why: "malformed", at: "start" });
  const off = instead("account-ratio", (body) => body.replace('"sellRatio":"0.4"', '"sellRatio":"0.42"'));
  const { ask } = await askTapes(bybit, FOLDER, off);
  const { of } = await bybit.datasets.longShort(ask);
  expect(of[0]?.value.shares).toEqual({ long: 0.6, short: 0.42 });
});

it("keeps the windows of hours that are over", async () => {
  const requests: HttpRequest[] = [];
  const { ask } = await askTapes(bybit, FOLDER, (http) => (request) => {
    requests.push(request);
    return http(request);
  });
  await bybit.datasets.hourlyCandles(ask);
  const windows = requests.filter(({ url }) => url.includes("kline"));
  expect(windows.map(({ url, keep }) => [new URL(url).searchParams.get("start"), keep])).toEqual([
    [`${at("2026-05-10T08:00:00Z")}`, "forever"],
    [`${at("2026-06-21T00:00:00Z")}`, "forever"],
    [`${at("2026-08-01T16:00:00Z")}`, "forever"],
    [`${at("2026-09-12T08:00:00Z")}`, { minutes: 10 }],
  ]);
});
