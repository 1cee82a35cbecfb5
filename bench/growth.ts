/** How cost grows: with each venue, each day of history, each month of volume. In one process, so that only work counts. */
import { collect } from "../src/collect.ts";
import type { Traded } from "../src/core/market.ts";
import { venueMonths } from "../src/core/months.ts";
import { series } from "../src/core/series.ts";
import {
  addMonths,
  DAY,
  floorTo,
  HOUR,
  instant,
  monthOf,
  parseInstant,
  shift,
  startOfMonth,
  type Instant,
} from "../src/core/time.ts";
import { btc, usd } from "../src/core/units.ts";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { disk } from "../src/io/disk.ts";
import { once } from "../src/io/polite.ts";
import { replay } from "../src/io/tape.ts";
import { opened } from "../src/io/unzip.ts";
import type { HttpAnswer, Web } from "../src/ports.ts";
import { compose } from "../src/report/compose.ts";
import { sections } from "../src/report/input.ts";
import { sources } from "../src/sources/registry.ts";
import { datasets, type Dataset } from "../src/core/market.ts";
import type { Source } from "../src/sources/source.ts";
import { median } from "./measure.ts";
import { print, rounded } from "./table.ts";

const RECORDING = "fixtures/2026-01-30";
const noon = parseInstant("2026-01-30T06:00:00Z") ?? instant(0);

export async function growth(rounds: number): Promise<void> {
  await drawn("venues", "of the recording, whole pipeline", await venues(rounds));
  await drawn("days of history", "Binance's archive, 2 products", await history(rounds));
  await drawn("months of volume", "one contract in hourly bars", await months(rounds));
}

interface Step {
  readonly n: number;
  readonly ms: number;
}

/** CPU milliseconds of some work, the middle of several. */
async function cpuOf(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const found: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    if (round > 0) found.push((user + system) / 1_000);
  }
  return median(found);
}

async function report(
  of: readonly Source[],
  web: Web,
  now: Instant,
  wanted: readonly Dataset[],
  days: number,
): Promise<unknown> {
  const { readings, asked } = await collect(of, {
    web,
    now,
    since: shift(floorTo(now, DAY), -days * DAY),
    wanted: new Set(wanted),
    secret: () => undefined,
    replaying: true,
  });
  return compose({
    readings,
    asked,
    sources: of,
    now,
    asOf: now,
    mode: "replay",
    recording: null,
    anchor: { is: "days", extreme: "low", days: 180 },
    levels: [],
    sections: new Set(sections),
  });
}

async function venues(rounds: number): Promise<readonly Step[]> {
  const names = [...new Set(sources.flatMap(({ venue }) => venue ?? []))];
  const steps: Step[] = [];
  for (const n of [1, 3, 5, 7, 9, 11, 13, names.length]) {
    const chosen = sources.filter(({ venue }) => venue === null || names.slice(0, n).includes(venue));
    const ms = await cpuOf(rounds, () => report(chosen, opened(once(replay(disk, RECORDING))), noon, datasets, 200));
    steps.push({ n, ms });
  }
  return steps;
}

async function history(rounds: number): Promise<readonly Step[]> {
  const { http } = served(modelOf(articleDay));
  const known = new Map<string, Promise<HttpAnswer>>();
  const chosen = sources.filter(({ id }) => id === "binance-archive");
  const steps: Step[] = [];
  for (const n of [100, 200, 400, 800, 1_600]) {
    const ms = await cpuOf(rounds, () => {
      const web = opened((request) => {
        const answer = known.get(request.url) ?? http(request);
        known.set(request.url, answer);
        return answer;
      });
      return report(chosen, web, noon, ["openInterestHistory"], n);
    });
    steps.push({ n, ms });
  }
  return steps;
}

async function months(rounds: number): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const n of [12, 25, 50, 100, 200]) {
    const from = startOfMonth(addMonths(monthOf(noon), -n));
    const bars = series(
      Array.from({ length: Math.floor((noon - from) / HOUR) }, (_, i) => {
        const at = shift(from, i * HOUR);
        const value: Traded = { until: shift(at, HOUR), btc: btc(1 + (i % 7)), usd: usd(90_000), typical: null };
        return { at, value };
      }),
    );
    const contract = {
      market: { symbol: "X", kind: "perpetual", margin: "linear", quote: "USDT" } as const,
      value: bars,
    };
    const ms = await cpuOf(rounds, () => Promise.resolve(venueMonths([contract], noon)));
    steps.push({ n, ms });
  }
  return steps;
}

const WIDTH = 40;

/** The steps as a table with a bar each, and what one more costs between the ends. */
async function drawn(what: string, where: string, steps: readonly Step[]): Promise<void> {
  const most = Math.max(...steps.map(({ ms }) => ms));
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return;
  const each = (last.ms - first.ms) / (last.n - first.n);
  print(`Growth by ${what} (${where}): ${rounded(each * 1_000)} µs CPU each`, [
    [what, "CPU ms", ""],
    ...steps.map(({ n, ms }) => [String(n), ms, "#".repeat(Math.round((ms / most) * WIDTH)).padEnd(WIDTH)]),
  ]);
}
