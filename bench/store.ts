/** The history after five years: a report without the network on it and on an empty one, and what a backfill takes. */
import { mkdir } from "node:fs/promises";
import { articleDay } from "../fixtures/build/market.ts";
import type { Market } from "../src/core/market.ts";
import type { Reading } from "../src/core/reading.ts";
import { series, type Point, type Series } from "../src/core/series.ts";
import { DAY, floorTo, MINUTE, shift, type Instant } from "../src/core/time.ts";
import { btc, ofBtc, usd, usdPerBtc } from "../src/core/units.ts";
import { observationsOf } from "../src/history/observations.ts";
import { openStore, type Store } from "../src/history/store.ts";
import { sources } from "../src/sources/registry.ts";
import { daily } from "./live.ts";
import { inFolder, median, middle, node, type Cost } from "./measure.ts";
import { print, times, verdict } from "./table.ts";
import { withUpstreams } from "./upstreams.ts";

const BAR = 5 * MINUTE;
const YEARS = 5;
const YEAR = 365 * DAY;
const MONTHS = 12;
const DAYS = 3_652;
const MOST = 2;
const MOST_APPEND_MS = 1_000;

/** The perpetuals that have five-minute samples, by source. */
const PERPETUALS: readonly (readonly [string, string])[] = [
  ["binance", "BTCUSDT"],
  ["okx", "BTC-USDT-SWAP"],
  ["bybit", "BTCUSDT"],
  ["bitget", "BTCUSDT"],
  ["gate", "BTC_USDT"],
];
const perpetual = (symbol: string): Market => ({ symbol, kind: "perpetual", margin: "linear", quote: "USDT" });

export async function store(rounds: number): Promise<void> {
  await inFolder(async (folder) => {
    const kept = `${folder}/full/data`;
    await mkdir(kept, { recursive: true });
    const years = await built(`${kept}/history.db`);
    const yearMs = median(years.map(({ wallMs }) => wallMs));
    print("Store: a year of open interest every five minutes, five markets, appended month by month", [
      ["values", "wall ms", "CPU ms", "target", ""],
      [
        String(PERPETUALS.length * (YEAR / BAR)),
        yearMs,
        median(years.map(({ cpuMs }) => cpuMs)),
        `${String(MOST_APPEND_MS)} ms`,
        verdict(yearMs <= MOST_APPEND_MS),
      ],
    ]);
    await mkdir(`${folder}/nothing`, { recursive: true });
    await withUpstreams(async ({ url, set }) => {
      await set({ delay: 0 });
      await daily(url, `${folder}/first`, articleDay.now);
    });
    const runs = [
      ["empty", "with the cache", `${folder}/empty/data`, `${folder}/first/cache`],
      ["full", "with the cache", kept, `${folder}/first/cache`],
      ["empty", "nothing cached", `${folder}/empty/data`, `${folder}/nothing`],
      ["full", "nothing cached", kept, `${folder}/nothing`],
    ] as const;
    const costs: Cost[][] = runs.map(() => []);
    for (let round = 0; round <= rounds; round += 1) {
      for (const [i, [, , data, cache]] of runs.entries()) {
        const cost = await offline(data, cache, `${folder}/config`);
        if (round > 0) costs[i]?.push(cost);
      }
    }
    const middles = costs.map(middle);
    const plain = middles[0]?.wallMs ?? Number.NaN;
    print(`Store: daily --offline on ${YEARS} years, median of ${rounds}`, [
      ["store", "answers", "wall ms", "CPU ms", "peak MB", "ratio", "target", ""],
      ...runs.map(([name, answers], i) => {
        const { wallMs, cpuMs, peakMB } = middles[i] ?? { wallMs: 0, cpuMs: 0, peakMB: 0 };
        const ratio = wallMs / plain;
        return [
          name,
          answers,
          wallMs,
          cpuMs,
          peakMB,
          times(ratio),
          name === "empty" ? "" : times(MOST),
          name === "empty" ? "" : verdict(ratio <= MOST),
        ];
      }),
    ]);
  });
}

const offline = (data: string, cache: string, config: string): Promise<Cost> =>
  node(["bin/btc-report.js", "daily", "--offline", "--json", "--quiet"], {
    BTC_REPORT_CACHE_DIR: cache,
    BTC_REPORT_DATA_DIR: data,
    BTC_REPORT_CONFIG_DIR: config,
    SOURCE_DATE_EPOCH: String(articleDay.now / 1_000),
  });

type Took = Pick<Cost, "wallMs" | "cpuMs">;

/** Makes the history, by the store's own append; what each year of five-minute samples took. */
async function built(path: string): Promise<readonly Took[]> {
  const history = await openStore(path);
  try {
    const { now } = articleDay;
    for (const source of sources) {
      const readings = dailyOf(source.id, floorTo(now, DAY)).filter(
        ({ dataset }) => source.datasets[dataset] !== undefined,
      );
      history.append(observationsOf(readings, now), now);
    }
    const years: Took[] = [];
    for (let year = YEARS; year > 0; year -= 1) years.push(appended(history, shift(floorTo(now, DAY), -year * YEAR)));
    return years;
  } finally {
    history.close();
  }
}

/** A year that begins at `from`, in a transaction a month and market, as a backfill stores it. */
function appended(history: Store, from: Instant): Took {
  const took = { wallMs: 0, cpuMs: 0 };
  for (const [source, symbol] of PERPETUALS) {
    for (let month = 0; month < MONTHS; month += 1) {
      const start = shift(from, (month * YEAR) / MONTHS);
      const until = shift(start, YEAR / MONTHS);
      const value = { of: [{ market: perpetual(symbol), value: samples(start, until, BAR) }], lacking: [] };
      const dataset = "openInterestHistory";
      const observed = observationsOf([{ source, dataset, evidence: [], ok: true, value }], articleDay.now);
      const started = performance.now();
      const before = process.cpuUsage();
      history.append(observed, articleDay.now, [{ source, dataset, since: start, until, lacking: "" }]);
      took.wallMs += performance.now() - started;
      const { user, system } = process.cpuUsage(before);
      took.cpuMs += (user + system) / 1_000;
    }
  }
  return took;
}

/** Something that moves and is the same in every run. */
const wave = (at: Instant): number => Math.sin(at / (40 * DAY)) + Math.sin(at / (3 * DAY)) / 5;
const pointsOf = <T>(from: Instant, until: Instant, step: number, value: (at: Instant) => T): Series<T> => {
  const points: Point<T>[] = [];
  for (let at = from; at < until; at = shift(at, step)) points.push({ at, value: value(at) });
  return series(points);
};
const samples = (from: Instant, until: Instant, step: number) =>
  pointsOf(from, until, step, (at) => ({ size: ofBtc(90_000 + 9_000 * wave(at)) }));

/** Ten years of every daily history that a source could have. */
function dailyOf(source: string, until: Instant): readonly (Reading & { readonly ok: true })[] {
  const from = shift(until, -DAYS * DAY);
  const price = (at: Instant) => usdPerBtc(80_000 + 9_000 * wave(at));
  const market = perpetual(PERPETUALS.find(([id]) => id === source)?.[1] ?? "BTCUSDT");
  const about = { source, evidence: [], ok: true } as const;
  const candles = pointsOf(from, until, DAY, (at) => ({
    until: shift(at, DAY),
    open: price(at),
    high: usdPerBtc(price(at) * 1.02),
    low: usdPerBtc(price(at) * 0.98),
    close: price(shift(at, DAY)),
    btc: btc(20_000),
    usd: usd(20_000 * price(at)),
  }));
  const traded = pointsOf(from, until, DAY, (at) => ({
    until: shift(at, DAY),
    btc: btc(150_000 + 9_000 * wave(at)),
    usd: usd((150_000 + 9_000 * wave(at)) * price(at)),
    typical: null,
  }));
  return [
    { ...about, dataset: "fearGreed", value: pointsOf(from, until, DAY, fearGreedAt) },
    { ...about, dataset: "candles", value: candles },
    {
      ...about,
      dataset: "openInterestHistory",
      value: { of: [{ market, value: samples(from, until, DAY) }], lacking: [] },
    },
    { ...about, dataset: "volume", value: { of: [{ market, value: traded }], lacking: [] } },
    { ...about, dataset: "traderClasses", value: pointsOf(from, until, 7 * DAY, classesAt) },
  ];
}
const fearGreedAt = (at: Instant) => ({ value: Math.round(50 + 30 * wave(at)), label: "Neutral" });
const classesAt = (at: Instant) => ({ leveragedNet: btc(-9_000 * wave(at)), assetManagersNet: btc(9_000 * wave(at)) });
