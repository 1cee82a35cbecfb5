/** Quirks of OKX that the fixture cannot show: the second host, refusals in a 200, rows and bars that do not hold. */
import { describe, expect, it } from "vitest";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import { floorTo, HOUR, parseInstant, shift, type Instant } from "../../src/core/time.ts";
import type { Http, HttpRequest } from "../../src/ports.ts";
import { pageEnds } from "../../src/sources/okx-contracts.ts";
import { okx } from "../../src/sources/okx.ts";
import { askTapes } from "../support/tapes.ts";

const FOLDER = "fixtures/okx";

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

describe("the second host", () => {
  /** The fixture served by www.okx.com alone; openapi.okx.com answers `status` to everything. */
  const onlyOld =
    (status: number, hosts: string[]) =>
    (http: Http): Http =>
    async (request) => {
      const { host } = new URL(request.url);
      hosts.push(host);
      const answer = await http({ ...request, url: request.url.replace("www.okx.com", "openapi.okx.com") });
      return host === "www.okx.com" ? answer : { ...answer, status, body: new TextEncoder().encode("no") };
    };

  it.each([403, 404, 451, 500, 503])("answers where the first one says %i", async (status) => {
    const hosts: string[] = [];
    const { ask } = await askTapes(okx, FOLDER, onlyOld(status, hosts));
    const { of } = await okx.datasets.longShort(ask);
    expect(of[0]?.value.ratio).toBeCloseTo(1.58932701928, 10);
    expect(hosts).toEqual(["openapi.okx.com", "www.okx.com", "openapi.okx.com", "www.okx.com"]);
  });

  it.each([400, 429])("is not asked after a %i", async (status) => {
    const hosts: string[] = [];
    const { ask } = await askTapes(okx, FOLDER, onlyOld(status, hosts));
    expect(await gapOf(okx.datasets.longShort(ask))).toMatchObject({ why: "refused", status });
    expect(hosts).toEqual(["openapi.okx.com"]);
  });
});

describe("a refusal with status 200", () => {
  it.each([
    [
      '{"code":"50011","msg":"Too Many Requests","data":[]}',
      { why: "refused", status: 200, detail: "50011 Too Many Requests" },
    ],
    [
      '{"code":"51001","msg":"Instrument ID does not exist","data":[]}',
      { why: "refused", status: 200, detail: "51001 Instrument ID does not exist" },
    ],
    ['{"msg":"","data":[]}', { why: "malformed" }],
  ])("%s", async (body, gap) => {
    const { ask } = await askTapes(
      okx,
      FOLDER,
      instead("taker-volume", () => body),
    );
    expect(await gapOf(okx.datasets.taker(ask))).toMatchObject(gap);
  });
});

describe("open interest", () => {
  it("is refused where OKX's own conversion to BTC differs by more than 1 %", async () => {
    const wrong = instead("instType=SWAP", (body) => body.replace('"ctVal":"0.01"', '"ctVal":"0.0099"'));
    const { ask } = await askTapes(okx, FOLDER, wrong);
    const { of, lacking } = await okx.datasets.openInterest(ask);
    expect(of.map(({ market }) => market.symbol)).not.toContain("BTC-USDT-SWAP");
    expect(lacking[0]).toMatchObject({ what: "BTC-USDT-SWAP", gap: { why: "malformed", at: "oiCcy" } });
  });

  it("of one contract that cannot be read leaves the others", async () => {
    const broken = instead("open-interest?instType=SWAP", (body) => body.replace('"oi":"4321000"', '"oi":""'));
    const { ask } = await askTapes(okx, FOLDER, broken);
    const { of, lacking } = await okx.datasets.openInterest(ask);
    expect(of).toHaveLength(3);
    expect(lacking[0]).toMatchObject({ what: "BTC-USD-SWAP", gap: { why: "malformed" } });
  });

  it("of one kind leaves the other, and a list without Bitcoin is no empty market", async () => {
    const none = instead("instruments?instType=FUTURES", () => '{"code":"0","msg":"","data":[]}');
    const { ask } = await askTapes(okx, FOLDER, none);
    const { of, lacking } = await okx.datasets.openInterest(ask);
    expect(of.map(({ market }) => market.symbol)).toEqual(["BTC-USD-SWAP", "BTC-USDT-SWAP"]);
    expect(lacking).toMatchObject([{ what: "FUTURES", gap: { why: "malformed" } }]);
  });
});

it.each([
  // 2026-05-31T16:00Z, where the bar `1M` opens.
  ["months", "history-candles?instId=BTC-USDT-SWAP", "1780272000000", "1780243200000"],
  // 2026-10-07T16:00Z, where the bar `1D` opens.
  ["days", "market/candles?instId=BTC-USDT-SWAP", "1791417600000", "1791388800000"],
])("refuses %s that open on another clock than UTC's", async (_, part, utc, east) => {
  const eight = instead(part, (body) => body.replace(utc, east));
  const { ask } = await askTapes(okx, FOLDER, eight);
  const { lacking } = await okx.datasets.volume(ask);
  expect(lacking[0]).toMatchObject({ what: "BTC-USDT-SWAP", gap: { why: "malformed", at: "ts" } });
});

it("has no taker volume for 23 of 24 hours", async () => {
  const short = instead("taker-volume", (body) => body.replace(/,\["1791500400000".*?\]/, ""));
  const { ask } = await askTapes(okx, FOLDER, short);
  expect(await gapOf(okx.datasets.taker(ask))).toMatchObject({ why: "unpublished" });
});

describe("pages", () => {
  it("reach back to the instant wanted without a hole, on a grid that stays", () => {
    const from = at("2026-09-01T00:00:00Z");
    const seen = new Set<number>();
    for (let now = at("2026-10-05T00:10:00Z"); now < at("2026-10-12T00:00:00Z"); now = shift(now, HOUR)) {
      const ends = pageEnds(now, HOUR, 100, from);
      expect(ends[0]).toBe(floorTo(now, HOUR));
      ends.slice(1).forEach((end, index) => {
        expect(end % (100 * HOUR)).toBe(0);
        expect((ends[index] ?? 0) - end).toBeLessThanOrEqual(100 * HOUR);
        // A page that is kept is over for a bar at least.
        expect(end).toBeLessThanOrEqual(floorTo(now, HOUR) - HOUR);
        seen.add(end);
      });
      expect((ends.at(-1) ?? 0) - 100 * HOUR).toBeLessThan(from);
    }
    expect(seen.size).toBe(10);
  });

  it("are kept but for the newest", async () => {
    const requests: HttpRequest[] = [];
    const { ask } = await askTapes(okx, FOLDER, (http) => (request) => {
      requests.push(request);
      return http(request);
    });
    await okx.datasets.hourlyOpenInterest(ask);
    const pages = requests.filter(({ url }) => url.includes("history"));
    expect(pages.map(({ url, keep }) => [new URL(url).searchParams.get("end"), keep])).toEqual([
      [`${at("2026-10-09T23:00:00Z")}`, { minutes: 10 }],
      [`${at("2026-10-07T08:00:00Z")}`, "forever"],
      [`${at("2026-10-03T04:00:00Z")}`, "forever"],
      [`${at("2026-09-29T00:00:00Z")}`, "forever"],
      [`${at("2026-09-24T20:00:00Z")}`, "forever"],
      [`${at("2026-09-20T16:00:00Z")}`, "forever"],
    ]);
  });
});
