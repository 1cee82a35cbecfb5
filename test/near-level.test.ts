/** A level of the map near the price: five-minute bars are asked then, and only then. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { Unavailable } from "../src/core/gap.ts";
import type { Of, PastOpenInterest } from "../src/core/market.ts";
import { series, type Series } from "../src/core/series.ts";
import { instant } from "../src/core/time.ts";
import { ofBtc, usdPerBtc, type UsdPerBtc } from "../src/core/units.ts";
import { once } from "../src/io/polite.ts";
import { opened } from "../src/io/unzip.ts";
import type { Http } from "../src/ports.ts";
import type { Report } from "../src/report/report.ts";
import { run } from "../src/run.ts";
import { sources } from "../src/sources/registry.ts";
import type { Source } from "../src/sources/source.ts";
import { worldOf } from "./support/world.ts";

const model = modelOf(articleDay);
const IS_FINE = /[?&](?:interval=5m|interval=5|intervalTime=5min|bar=5m|period=5m)&/;

async function reportFor(
  levels: readonly UsdPerBtc[],
  answers: (http: Http) => Http = (http) => http,
  from: readonly Source[] = sources,
) {
  const asked: string[] = [];
  const upstreams = answers(served(model).http);
  const heard: Http = (request) => {
    asked.push(request.url);
    return upstreams(request);
  };
  const world = worldOf({ now: model.now, web: opened(once(heard)) });
  const given = { anchor: { is: "days", extreme: "low", days: 180 } as const, replaying: false, recording: () => null };
  const report = await run(from, { ...given, sections: new Set(["liquidations"] as const), levels }, world);
  return { report, fine: asked.filter((url) => IS_FINE.test(url)), asked };
}
const coarseOf = (report: Report): readonly boolean[] =>
  report.liquidationMap?.levels.map(({ coarse }) => coarse) ?? [];

describe("the bars of a map", async () => {
  const far = await reportFor([]);
  const price = far.report.liquidationMap?.price ?? 0;

  it("are hours where no level is nearer than 2 %", () => {
    expect(coarseOf(far.report)).toEqual([false, false, false, false]);
    expect(far.fine).toEqual([]);
  });

  it("are of five minutes in the last weeks where one is", async () => {
    const { report, fine, asked } = await reportFor([1.01, 0.985].map((part) => usdPerBtc(price * part)));
    expect(report.liquidationMap?.venues).toEqual(["binance", "okx", "bybit"]);
    expect(coarseOf(report)).toEqual([false, false, false, false, false, false]);
    expect(report.gaps.filter(({ dataset }) => dataset.startsWith("fine"))).toEqual([]);
    expect(new Set(fine.map((url) => new URL(url).host))).toEqual(
      new Set(["fapi.binance.com", "openapi.okx.com", "api.bybit.com"]),
    );
    // Thirty days of Binance in 7 or 8 pages of candles, four of open interest in 4 (the archive has the others); of Bybit in
    // 9 or 10 and in 44 or 45; of OKX in 5 and 76 or 77, and five of open interest in 16 at most.
    for (const [host, what, most] of [
      ["fapi.binance.com", /klines/, 8],
      ["fapi.binance.com", /openInterestHist/, 4],
      ["api.bybit.com", /kline/, 10],
      ["api.bybit.com", /open-interest/, 45],
      ["openapi.okx.com", /candles/, 82],
      ["openapi.okx.com", /open-interest/, 16],
    ] as const) {
      const pages = fine.filter((url) => new URL(url).host === host && what.test(url)).length;
      expect(pages, `${host} ${what.source}`).toBeGreaterThan(0);
      expect(pages, `${host} ${what.source}`).toBeLessThanOrEqual(most);
    }
    // Each source's count holds both rounds; what both ask is asked once.
    expect(asked.length - far.asked.length).toBe(fine.length);
    expect(report.liquidationMap?.openInterestUsd).toBeCloseTo(far.report.liquidationMap?.openInterestUsd ?? NaN, 0);
    // What is made of them says so.
    const made = Object.entries(report.figures).filter(([id]) =>
      /^liquidationMap\.(?:levels\.\d+\.(?:usd|low|high|shareOfOi|digits)|skew\.\w+|coverage|openInterestUsd)$/.test(
        id,
      ),
    );
    expect(made).toHaveLength(6 * 5 + (report.liquidationMap?.skew === null ? 0 : 2) + 2);
    for (const [id, { evidence }] of made)
      expect(
        evidence.some((url) => IS_FINE.test(url)),
        id,
      ).toBe(true);
  });

  it("rest on the archive's open interest of the days before those that the exchange is asked for", async () => {
    const DAY = 24 * 3_600_000;
    const midnight = Math.floor(model.now / DAY) * DAY;
    /** A day's hump of half the open interest more, every five minutes as the archive has it. */
    const humpedAt = async (day: number) => {
      const told = (): Promise<Of<Series<PastOpenInterest>>> =>
        Promise.resolve({
          market: { symbol: "BTCUSDT", kind: "perpetual", margin: "linear", quote: "USDT" },
          value: series(
            Array.from({ length: 288 }, (_, i) => ({
              at: instant(day + i * 300_000),
              value: { size: ofBtc(150_000), price: usdPerBtc(price) },
            })),
          ),
        });
      const humped = sources.map((source) =>
        source.id === "binance-archive"
          ? { ...source, datasets: { ...source.datasets, fineOpenInterest: told } }
          : source,
      );
      return longsBelow((await reportFor([usdPerBtc(price * 1.01)], undefined, humped)).report);
    };
    const longsBelow = (report: Report): number =>
      report.liquidationMap?.levels.findLast(({ side }) => side === "longs")?.usd ?? NaN;
    const plain = longsBelow((await reportFor([usdPerBtc(price * 1.01)])).report);
    expect(Math.abs((await humpedAt(midnight - 20 * DAY)) / plain - 1)).toBeGreaterThan(0.005);
    // Yesterday is the exchange's own to tell.
    expect((await humpedAt(midnight - DAY)) / plain).toBeCloseTo(1, 9);
  });

  it("stay marked where a venue does not serve them, and the reason is told", async () => {
    const { report } = await reportFor(
      [usdPerBtc(price * 1.01)],
      (http) => (request) =>
        request.url.includes("bar=5m")
          ? Promise.reject(new Unavailable({ why: "unreachable", detail: "cut" }))
          : http(request),
    );
    expect(coarseOf(report)[0]).toBe(true);
    expect(report.gaps.filter(({ dataset }) => dataset === "fineCandles")).toMatchObject([
      { source: "okx", why: "unreachable", detail: "cut" },
    ]);
  });

  it("stay hours where one of long ago is missing, which does not make the map coarse", async () => {
    const lost = model.now - 20 * 24 * 3_600_000;
    const { report } = await reportFor([usdPerBtc(price * 1.01)], (http) => async (request) => {
      const answer = await http(request);
      if (!/klines.*interval=5m/.test(request.url)) return answer;
      const rows = z
        .array(z.tuple([z.number()]).rest(z.unknown()))
        .parse(JSON.parse(new TextDecoder().decode(answer.body)));
      const some = rows.filter(([start]) => start !== lost);
      return { ...answer, body: new TextEncoder().encode(JSON.stringify(some)) };
    });
    expect(coarseOf(report)[0]).toBe(false);
    expect(report.gaps.filter(({ dataset }) => dataset.startsWith("fine"))).toMatchObject([
      {
        source: "binance",
        why: "unpublished",
        detail: "hours left as they are, for want of a five-minute bar or of fit: 1",
      },
    ]);
  });
});
