/** What the benchmark counts, what it says of it, and the lists that it serves at full size. */
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { verdictOf } from "../bench/live.ts";
import { listed } from "../bench/peers/listings.ts";
import { countsOf, PACED, Runs } from "../bench/requests.ts";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { collect } from "../src/collect.ts";
import type { Dataset } from "../src/core/market.ts";
import { DAY, floorTo, HOUR, shift, type Instant } from "../src/core/time.ts";
import { once } from "../src/io/polite.ts";
import { opened } from "../src/io/unzip.ts";
import type { Http } from "../src/ports.ts";
import { sources } from "../src/sources/registry.ts";

const { now } = articleDay;
const model: Http = served(modelOf(articleDay)).http;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (body: Uint8Array | null) => new TextDecoder().decode(body ?? bytes(""));

describe("a verdict", () => {
  const cold = { ratio: 1.3, chain: 6, requests: 200 };
  const found = { ratio: 1.3, chain: 6, requests: 200, twice: 0, closedAgain: 0 };

  it("is reached at the bounds", () => expect(verdictOf(cold, found)).toBe("reached"));

  it("names each part that is missed", () => {
    const worse = { ratio: 1.31, chain: 7, requests: 201, twice: 1, closedAgain: 6 };
    expect(verdictOf(cold, worse)).toBe("missed: ratio, chain, requests, asked twice, closed again");
  });

  it("of a later run is about the chain and what is asked again", () => {
    const later = { ...found, ratio: 1.7, requests: 170 };
    expect(verdictOf({ chain: 4 }, { ...later, chain: 4 })).toBe("reached");
    expect(verdictOf({ chain: 4 }, { ...later, chain: 4, closedAgain: 6 })).toBe("missed: closed again");
  });
});

describe("requests", () => {
  it("of the archive and of hosts whose pace is waited for are counted apart", () => {
    const hosts = ["data.binance.vision", "fapi.binance.com", "api.bitget.com", "openapi.okx.com", "api.hbdm.com"];
    expect(countsOf(hosts)).toEqual({ requests: 2, paced: 2, archive: 1 });
  });

  /** So many at once of what counts together; all of a run without pace goes out within a second. Undefined: no limit. */
  const limits: Readonly<Record<string, (url: URL) => readonly [string, number] | undefined>> = {
    "fapi.binance.com": ({ pathname }) => (pathname.startsWith("/futures/data/") ? ["statistics", 1] : ["others", 240]),
    "dapi.binance.com": ({ pathname }) => (pathname.startsWith("/futures/data/") ? ["statistics", 1] : ["others", 600]),
    "data-api.binance.vision": () => ["all", 3_000],
    "api.bitget.com": ({ pathname }) => [pathname, /long-short|taker/.test(pathname) ? 1 : 20],
    "openapi.okx.com": ({ pathname, searchParams }) => {
      if (pathname.endsWith("/candles")) return [pathname, 40];
      if (/history-candles|instruments|open-interest$/.test(pathname)) return [pathname, 20];
      return [`${pathname} ${searchParams.get("instId") ?? ""}`, 10];
    },
    "api.hbdm.com": () => ["all", 120],
    "api.bybit.com": () => ["all", 600],
    "api.gateio.ws": ({ pathname }) => [pathname, 200],
    "www.deribit.com": () => ["all", 100],
    "api.hyperliquid.xyz": () => ["all", 11],
    "api-futures.kucoin.com": () => ["all", 666],
    "api.kucoin.com": () => ["all", 666],
    "api.crypto.com": ({ pathname }) => [pathname, 100],
    "api-pub.bitfinex.com": ({ pathname }) => {
      const [, , kind = ""] = pathname.split("/");
      return [kind, kind === "liquidations" ? 3 : kind === "candles" ? 30 : 90];
    },
    "api.mexc.com": ({ pathname }) => [pathname, 10],
    "indexer.dydx.trade": () => ["all", 100],
    "api.exchange.coinbase.com": () => ["all", 10],
    "www.bitstamp.net": () => ["all", 400],
    "api.alternative.me": () => ["all", 60],
    "api.coingecko.com": () => ["all", 5],
    // None is documented.
    "futures.kraken.com": () => undefined,
    "publicreporting.cftc.gov": () => undefined,
    "data.binance.vision": () => undefined,
  };

  it("that would break a documented limit go to the hosts that are counted apart, and to no others", async () => {
    const sent = new Map<string, number>();
    const first = shift(now, -DAY);
    const at = (when: Instant): Http => served(modelOf({ ...articleDay, now: when })).http;
    const cold = at(first);
    const counting: Http = (request) => {
      const url = new URL(request.url);
      const limit = limits[url.host];
      if (limit === undefined) throw new Error(`no limits of ${url.host} are known here`);
      const [kind, most] = limit(url) ?? ["", Infinity];
      const key = `${url.host} ${kind}`;
      // The run is made twice, without pace and with it.
      sent.set(key, (sent.get(key) ?? 0) + 1 / (2 * most));
      return cold(request);
    };
    const runs = new Runs(sources);
    await runs.ask(counting, first);
    const broken = [...sent].filter(([, share]) => share > 1).map(([key]) => key.split(" ")[0] ?? "");
    expect(new Set(broken)).toEqual(PACED);
    // An hour later nothing of the days that were over is asked again. A spot venue's bars hold the running day, its price.
    const then = shift(first, HOUR);
    const warm = at(then);
    const later = new Set<string>();
    const listing: Http = (request) => {
      later.add(request.url);
      return warm(request);
    };
    await runs.ask(listing, then);
    const midnight = floorTo(first, DAY);
    const days = [...later].filter((url) => {
      const { searchParams: asked } = new URL(url);
      const end =
        asked.get("endTime") ?? asked.get("endAt") ?? asked.get("end") ?? asked.get("to") ?? asked.get("after");
      return [midnight, midnight / 1_000].includes(Number(end));
    });
    expect(days.map((url) => new URL(url).host)).toEqual(["www.bitstamp.net"]);
  }, 60_000);
});

describe("a list at full size", () => {
  it("is what the model answers, and made-up coins behind it", async () => {
    const target = "fapi.binance.com/fapi/v1/fundingInfo";
    const row = '{"symbol":"BLZUSDT","adjustedFundingRateCap":"0.02500000","adjustedFundingRateFloor":"-0.02500000"}';
    const rows: unknown = JSON.parse(text(listed(target, bytes(`[${row}]`))));
    expect(rows).toHaveLength(501);
    expect(rows).toMatchObject({ 0: { symbol: "BLZUSDT" }, 1: { symbol: "QAAAAUSDT" }, 26: { symbol: "QAABAUSDT" } });
    expect(rows).toMatchObject({ 500: { symbol: "QAAUZUSDT" } });
  });

  it("replaces nothing else", () => {
    expect(listed("fapi.binance.com/fapi/v1/openInterest?symbol=BTCUSDT", bytes("{}"))).toBeNull();
  });

  let addresses: readonly string[] = [];
  beforeAll(async () => {
    const lines = (await readFile("bench/peers/listings.tsv", "utf8")).split("\n");
    addresses = lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split("\t")[0] ?? "");
  });

  it("can be read, at each address", async () => {
    for (const target of addresses) {
      const [address = "", body] = target.split(/ (.*)/);
      const answer = await model({
        url: `https://${address}`,
        headers: {},
        ...(body === undefined ? {} : { body }),
      }).catch(() => null);
      const made = text(listed(target, answer?.body ?? bytes("")));
      expect(() => JSON.parse(made), target).not.toThrow();
      expect(made, target).not.toMatch(/"QQQ|NUMBER/);
    }
  });

  it("changes nothing of what is read", async () => {
    const wanted: ReadonlySet<Dataset> = new Set(["openInterest", "funding", "price", "reportedOpenInterest"]);
    const readingsOf = async (http: Http) => {
      const since = shift(floorTo(now, DAY), -200 * DAY);
      const of = { web: opened(once(http)), now, since, wanted, secret: () => undefined, replaying: true };
      const { readings } = await collect(sources, of);
      return readings.map((reading) => ({ ...reading, evidence: [] }));
    };
    const seen = new Set<string>();
    const full: Http = async (request) => {
      const answer = await model(request);
      const target = `${request.url.replace("https://", "")} ${request.body ?? ""}`.trimEnd();
      const body = listed(target, answer.body);
      if (body !== null) seen.add(target);
      return body === null ? answer : { ...answer, body };
    };
    const readings = await readingsOf(full);
    expect(readings.filter(({ ok }) => ok).length).toBeGreaterThan(30);
    expect(readings).toEqual(await readingsOf(model));
    expect(seen.size).toBeGreaterThan(20);
  }, 60_000);
});
