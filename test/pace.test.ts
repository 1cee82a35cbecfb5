/**
 * The documented limits of every host, and a whole run that keeps them on a clock of its own. A host without a line
 * here fails: whoever adds a source looks its limits up.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { backfill } from "../src/backfill.ts";
import { collect } from "../src/collect.ts";
import { datasets, type Dataset } from "../src/core/market.ts";
import { DAY, floorTo, shift } from "../src/core/time.ts";
import { openStore } from "../src/history/store.ts";
import { once, pacesOf, polite } from "../src/io/polite.ts";
import { replay } from "../src/io/tape.ts";
import { opened } from "../src/io/unzip.ts";
import type { Http, HttpRequest } from "../src/ports.ts";
import { sources } from "../src/sources/registry.ts";
import { clockwork } from "./io/clockwork.ts";
import { DAY_OF_THE_ARTICLE } from "./support/command.ts";
import { diskForTests, nowOf } from "./support/tapes.ts";

interface Limit {
  /** So much in so many seconds. */
  readonly most: number;
  readonly seconds: number;
  /** What a question costs; 1 where requests are counted. 0: it is counted elsewhere. */
  readonly costs?: (url: URL) => number;
  /** Counted for each path alone, or for each instrument of a path. */
  readonly by?: (url: URL) => string;
}
const path = (url: URL): string => url.pathname;
/** OKX: "IP + instrument ID" for statistics and rates, 10 in two seconds; candles allow twice as much at least. */
const pathAndInstrument = (url: URL): string => `${url.pathname} ${url.searchParams.get("instId") ?? ""}`;
const among = (part: string) => (url: URL) => (url.pathname.includes(part) ? 1 : 0);
const OKX: readonly Limit[] = [
  { most: 40, seconds: 2 },
  { most: 20, seconds: 2, costs: among("/market/history-candles") },
  { most: 20, seconds: 2, costs: among("/public/") },
  { most: 10, seconds: 2, by: pathAndInstrument, costs: (url) => (url.pathname.endsWith("candles") ? 0 : 1) },
];
const rows = (url: URL): number => Number(url.searchParams.get("limit") ?? 500);
/** Binance's weights; statistics have a bucket of their own. */
const weight = (url: URL): number => {
  if (url.pathname.startsWith("/futures/data/")) return 0;
  if (/klines$/i.test(url.pathname)) return rows(url) > 1000 ? 10 : rows(url) > 500 ? 5 : 2;
  return url.pathname.endsWith("premiumIndex") ? 10 : 1;
};
const isStatistic = (url: URL): number => (url.pathname.startsWith("/futures/data/") ? 1 : 0);

/** By host, from the documentation of each, as the sources cite it. Null: none is published. */
const LIMITS: Readonly<Record<string, readonly Limit[] | null>> = {
  "api.alternative.me": [{ most: 60, seconds: 60 }],
  "pro-api.coinmarketcap.com": [{ most: 30, seconds: 60 }],
  "data-api.binance.vision": [{ most: 6_000, seconds: 60, costs: () => 2 }],
  "api.exchange.coinbase.com": [{ most: 10, seconds: 1 }],
  "www.bitstamp.net": [
    { most: 400, seconds: 1 },
    { most: 10_000, seconds: 600 },
  ],
  // Of statistics 1,000 in five minutes are allowed; bans were seen at 4 % of that.
  "fapi.binance.com": [
    { most: 2_400, seconds: 60, costs: weight },
    { most: 1, seconds: 1.2, costs: isStatistic },
  ],
  "dapi.binance.com": [
    { most: 6_000, seconds: 60, costs: weight },
    { most: 1, seconds: 1.2, costs: isStatistic },
  ],
  "data.binance.vision": null,
  "www.okx.com": OKX,
  "openapi.okx.com": OKX,
  "api.bybit.com": [{ most: 600, seconds: 5 }],
  "api.bitget.com": [
    { most: 20, seconds: 1, by: path },
    { most: 6_000, seconds: 60 },
  ],
  "api.gateio.ws": [{ most: 200, seconds: 10, by: path }],
  // Credits; the list of instruments costs twenty times as much.
  "www.deribit.com": [
    { most: 50_000, seconds: 5, costs: (url) => (url.pathname.endsWith("get_instruments") ? 10_000 : 500) },
  ],
  "futures.kraken.com": [{ most: 5, seconds: 1 }],
  "api.hbdm.com": [{ most: 120, seconds: 3 }],
  "api.hyperliquid.xyz": [{ most: 1_200, seconds: 60, costs: () => 20 + 5_000 / 60 }],
  "api-futures.kucoin.com": [{ most: 2_000, seconds: 30, costs: () => 3 }],
  "api.kucoin.com": [{ most: 2_000, seconds: 30, costs: () => 3 }],
  "api.crypto.com": [{ most: 100, seconds: 1, by: path }],
  "api-pub.bitfinex.com": [
    { most: 90, seconds: 60, costs: (url) => (url.pathname.includes("/status/") ? 1 : 0) },
    { most: 30, seconds: 60, costs: (url) => (url.pathname.includes("/candles/") ? 1 : 0) },
    { most: 3, seconds: 60, costs: (url) => (url.pathname.includes("/liquidations/") ? 1 : 0) },
  ],
  "api.mexc.com": [{ most: 10, seconds: 2, by: path }],
  "indexer.dydx.trade": [{ most: 100, seconds: 10 }],
  "publicreporting.cftc.gov": null,
  "api.coingecko.com": [{ most: 10, seconds: 60 }],
  "open-api-v4.coinglass.com": [{ most: 30, seconds: 60 }],
  "api.coinalyze.net": [{ most: 40, seconds: 60 }],
};

const now = await nowOf(DAY_OF_THE_ARTICLE);
const paces = pacesOf(sources);

/** A way to ask on a clock of its own, where every question takes a fifth of a second, and what was asked when. */
function watching(answers: Http) {
  const waiting = clockwork(7 * 86_400, now);
  const asked: { readonly at: number; readonly url: URL }[] = [];
  const under = new Map<string, number>();
  const most = new Map<string, number>();
  const watched: Http = async (request: HttpRequest) => {
    const url = new URL(request.url);
    asked.push({ at: waiting.clock(), url });
    const count = (under.get(url.host) ?? 0) + 1;
    under.set(url.host, count);
    most.set(url.host, Math.max(most.get(url.host) ?? 0, count));
    await waiting.sleep(200);
    under.set(url.host, (under.get(url.host) ?? 1) - 1);
    return answers(request);
  };
  return { http: polite(watched, paces, waiting), asked, most, waiting };
}
type Watched = ReturnType<typeof watching>;

function staysWithin(host: string, { asked, most }: Watched): void {
  const own = asked.filter(({ url }) => url.host === host);
  for (const { most: bound, seconds, costs = () => 1, by = () => "" } of LIMITS[host] ?? []) {
    for (const [i, { at, url: first }] of own.entries()) {
      let spent = 0;
      for (let k = i; k < own.length; k += 1) {
        const one = own[k];
        if (one === undefined || one.at >= at + seconds * 1000) break;
        if (by(one.url) === by(first)) spent += costs(one.url);
      }
      expect(spent, `${host} ${by(first)} in ${seconds} s`).toBeLessThanOrEqual(bound);
    }
  }
  expect(most.get(host) ?? 0).toBeLessThanOrEqual(paces[host]?.atOnce ?? 4);
}

const whole = watching(replay(diskForTests, DAY_OF_THE_ARTICLE));
const web = opened(once(whole.http));
const near = new Set<Dataset>(["fineCandles", "fineOpenInterest"]);
// As `run` does: what only a near level needs is asked when the rest is there.
for (const wanted of [new Set(datasets.filter((dataset) => !near.has(dataset))), near]) {
  await collect(sources, {
    web,
    now,
    since: shift(floorTo(now, DAY), -200 * DAY),
    wanted,
    secret: () => "a-key-for-tests",
    replaying: false,
  });
}
const elapsed = (whole.waiting.clock() - now) / 1000;

const hosts = [...new Set(sources.flatMap((source) => Object.keys(source.hosts)))];

it("names the limits of every host", () => {
  expect(hosts.filter((host) => LIMITS[host] === undefined)).toEqual([]);
  const { asked } = whole;
  console.log(`${asked.length} questions to ${new Set(asked.map(({ url }) => url.host)).size} hosts in ${elapsed} s`);
});

it.each(hosts)("a whole run stays within the limits of %s", (host) => {
  staysWithin(host, whole);
});

it("asks nothing twice", () => {
  const questions = whole.asked.map(({ url }) => url.href).filter((url) => !url.includes("hyperliquid"));
  expect(new Set(questions).size).toBe(questions.length);
});

it("so does a backfill, which asks one window after the other", async () => {
  const filled = watching(served(modelOf(articleDay)).http);
  const store = await openStore(join(await mkdtemp(join(tmpdir(), "btc-report-pace-")), "history.db"));
  const today = floorTo(now, DAY);
  await backfill({
    sources: sources.filter(({ id }) => ["okx", "binance", "bybit", "kucoin", "gate"].includes(id)),
    web: () => opened(once(filled.http)),
    store,
    now,
    span: { from: shift(today, -365 * DAY), until: today },
    again: false,
    secret: () => undefined,
    told: () => {},
    ended: () => {},
  });
  store.close();
  for (const host of ["openapi.okx.com", "fapi.binance.com", "dapi.binance.com", "api.bybit.com", "api.gateio.ws"]) {
    expect(filled.asked.filter(({ url }) => url.host === host).length, host).toBeGreaterThan(10);
    staysWithin(host, filled);
  }
}, 60_000);
