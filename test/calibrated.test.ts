/** A whole run with a key for a vendor's days: which contracts of which exchanges they are held against. */
import { expect, it } from "vitest";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { DAY, floorTo, SECOND } from "../src/core/time.ts";
import { once } from "../src/io/polite.ts";
import { opened } from "../src/io/unzip.ts";
import type { Http } from "../src/ports.ts";
import { run } from "../src/run.ts";
import { sources } from "../src/sources/registry.ts";
import { worldOf } from "./support/world.ts";

const model = modelOf(articleDay);
/** As Coinalyze lists them: its own name, the exchange's code and name for it, quote and margin. */
const LISTED = [
  ["BTCUSDT_PERP.A", "A", "BTCUSDT", "USDT", "STABLE"],
  ["BTCUSDC_PERP.A", "A", "BTCUSDC", "USDC", "STABLE"],
  ["BTCUSD_PERP.A", "A", "BTCUSD_PERP", "USD", "COIN"],
  ["BTCUSDT.6", "6", "BTCUSDT", "USDT", "STABLE"],
  ["BTCUSDT_PERP.3", "3", "BTC-USDT-SWAP", "USDT", "STABLE"],
  ["BTCUSDT_PERP.4", "4", "BTC-USDT", "USDT", "STABLE"],
] as const;
/** USD a day: longs, shorts. */
const DAILY: Readonly<Record<string, readonly [number, number]>> = {
  "BTCUSDT_PERP.A": [1e6, 2e6],
  "BTCUSDT.6": [3e6, 4e6],
  "BTCUSDT_PERP.3": [5e5, 6e5],
  "BTCUSDT_PERP.4": [9e9, 9e9],
};

function answerOf(url: URL): unknown {
  switch (url.pathname) {
    case "/v1/exchanges":
      return [
        { name: "Binance", code: "A" },
        { name: "Bybit", code: "6" },
        { name: "OKX", code: "3" },
        { name: "Huobi", code: "4" },
      ];
    case "/v1/future-markets":
      return LISTED.map(([symbol, exchange, symbol_on_exchange, quote_asset, margined]) => ({
        symbol,
        exchange,
        symbol_on_exchange,
        base_asset: "BTC",
        quote_asset,
        is_perpetual: true,
        margined,
      }));
    case "/v1/liquidation-history": {
      if (url.searchParams.get("interval") !== "daily") return [];
      const symbols = url.searchParams.get("symbols")?.split(",") ?? [];
      const [from, to] = [Number(url.searchParams.get("from")), Number(url.searchParams.get("to"))];
      return symbols.map((symbol) => {
        const [l, s] = DAILY[symbol] ?? [];
        const count = Math.floor((to - from) / (DAY / SECOND)) + 1;
        return { symbol, history: Array.from({ length: count }, (_, i) => ({ t: from + (i * DAY) / SECOND, l, s })) };
      });
    }
    default:
      return [];
  }
}

it("Coinalyze's days of the three modelled perpetuals calibrate the map, and nothing else does", async () => {
  const upstreams = served(model).http;
  const asked: URL[] = [];
  const heard: Http = (request) => {
    const url = new URL(request.url);
    if (url.host !== "api.coinalyze.net") return upstreams(request);
    asked.push(url);
    const body = new TextEncoder().encode(JSON.stringify(answerOf(url)));
    return Promise.resolve({ status: 200, at: model.now, ms: 1, body });
  };
  const secret = (name: string): string | undefined => (name === "COINALYZE_API_KEY" ? "a-key-for-tests" : undefined);
  const world = { ...worldOf({ now: model.now, web: opened(once(heard)) }), secret };
  const report = await run(
    sources,
    {
      sections: new Set(["liquidations"] as const),
      anchor: { is: "days", extreme: "low", days: 180 },
      levels: [],
      replaying: false,
      recording: () => null,
    },
    world,
  );
  const calls = asked.map((url) => url.searchParams.get("symbols")?.split(",").length ?? 1);
  expect(calls.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(40);

  const found = report.liquidationMap?.calibration;
  expect(floorTo(model.now, DAY)).toBe(Date.UTC(2026, 0, 30));
  expect(found).toMatchObject({ from: "2025-12-31", to: "2026-01-29", source: "coinalyze" });
  expect(
    found?.venues.map(({ id, reportedLongsUsd, reportedShortsUsd }) => [id, reportedLongsUsd, reportedShortsUsd]),
  ).toEqual([
    ["binance", 30e6, 60e6],
    ["okx", 15e6, 18e6],
    ["bybit", 90e6, 120e6],
  ]);
  const swept = (side: "sweptLongsUsd" | "sweptShortsUsd"): number =>
    found?.venues.reduce((sum, one) => sum + one[side], 0) ?? NaN;
  // In thirty days with falls of 5 % some longs and shorts of each exchange are swept, of the open interest a part.
  for (const { sweptLongsUsd, sweptShortsUsd } of found?.venues ?? []) {
    expect(sweptLongsUsd).toBeGreaterThan(0);
    expect(sweptShortsUsd).toBeGreaterThan(0);
  }
  expect(found?.longs).toBeCloseTo(135e6 / swept("sweptLongsUsd"), 12);
  expect(found?.shorts).toBeCloseTo(198e6 / swept("sweptShortsUsd"), 12);
  expect(report.gaps.filter(({ dataset }) => dataset === "liquidationMap")).toEqual([]);
  expect(report.figures["liquidationMap.calibration.longs"]?.class).toBe("model");
});
