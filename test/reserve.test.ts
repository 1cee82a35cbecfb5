/** When a source in reserve takes the place of another one of its venue. */
import { describe, expect, it } from "vitest";
import { collect } from "../src/collect.ts";
import { Unavailable, type Gap } from "../src/core/gap.ts";
import type { Market, Markets, Traded } from "../src/core/market.ts";
import { series, type Series } from "../src/core/series.ts";
import { instant } from "../src/core/time.ts";
import { binance } from "../src/sources/binance.ts";
import type { Source } from "../src/sources/source.ts";

const NOW = instant(1_769_752_800_000);
const REFUSED: Gap = { why: "refused", status: 418, detail: "banned" };

type Volume = Markets<Series<Traded>>;
const perpetual = (symbol: string): Market => ({ symbol, kind: "perpetual", margin: "linear", quote: "USDT" });
const telling = (symbols: readonly string[], lacking: Volume["lacking"] = []): (() => Promise<Volume>) => {
  const of = symbols.map((symbol) => ({ market: perpetual(symbol), value: series<Traded>([]) }));
  return () => Promise.resolve({ of, lacking });
};
const failing = (): Promise<Volume> => Promise.reject(new Unavailable(REFUSED));
const lacks = (what: string): Volume["lacking"] => [{ what, gap: REFUSED }];

/** Which of the two tells the venue's volume, and the gaps of those that do not. `done` hears how many each has told. */
async function told(
  first: () => Promise<Volume>,
  reserve: () => Promise<Volume>,
  done: (id: string, readings: number) => void = () => {},
) {
  const source = (id: string, volume: () => Promise<Volume>, more: Partial<Source>): Source => ({
    ...binance,
    id,
    venue: "binance",
    ...more,
    datasets: { volume },
  });
  const { readings } = await collect([source("live", first, {}), source("archive", reserve, { reserve: ["volume"] })], {
    web: () => Promise.reject(new Error("nothing is asked")),
    now: NOW,
    since: NOW,
    wanted: new Set(["volume"]),
    secret: () => undefined,
    replaying: false,
    done: ({ id }, all) => {
      done(id, all.length);
    },
  });
  return readings.map((reading) => `${reading.source}: ${reading.ok ? "told" : reading.gap.detail}`);
}

describe("a source in reserve", () => {
  it("is not asked where the first answer is whole", async () => {
    const asked: string[] = [];
    const reserve = (): Promise<Volume> => {
      asked.push("reserve");
      return failing();
    };
    const done = new Map<string, number>();
    expect(await told(telling(["BTCUSDT", "BTCUSDC"]), reserve, (id, all) => done.set(id, all))).toEqual([
      "live: told",
    ]);
    expect(asked).toEqual([]);
    expect([...done]).toEqual([
      ["live", 1],
      ["archive", 0],
    ]);
  });

  it("stands in for an answer that failed", async () => {
    expect(await told(failing, telling(["BTCUSDT", "BTCUSD_PERP"]))).toEqual(["live: banned", "archive: told"]);
  });

  it("stands in where it has what is missing beside all that was told", async () => {
    const partly = telling(["BTCUSD_PERP"], lacks("USD-M"));
    expect(await told(partly, telling(["BTCUSDT", "BTCUSD_PERP"]))).toEqual(["live: USD-M: banned", "archive: told"]);
  });

  it.each<[string, readonly string[], string]>([
    ["has not got what is missing", ["BTCUSDT", "BTCUSD_PERP"], "BTCUSDC"],
    ["has not got what was told", ["BTCUSDC", "BTCUSD_PERP"], "BTCUSDT"],
  ])("does not where it %s: the venue would look whole", async (_, had, missing) => {
    expect(await told(telling(had, lacks(missing)), telling(["BTCUSDT", "BTCUSD_PERP"]))).toEqual(["live: told"]);
  });

  it("is named beside a part where it fails, too", async () => {
    expect(await told(telling(["BTCUSD_PERP"], lacks("USD-M")), failing)).toEqual(["live: told", "archive: banned"]);
  });
});
