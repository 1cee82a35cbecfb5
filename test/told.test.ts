/** Figures of a running month from answers that were kept: days are counted to where the answers reach. */
import { expect, it } from "vitest";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { MINUTE, parseInstant, shift, type Instant } from "../src/core/time.ts";
import { once } from "../src/io/polite.ts";
import { keep } from "../src/io/tape.ts";
import { opened } from "../src/io/unzip.ts";
import type { Files, Http } from "../src/ports.ts";
import { run } from "../src/run.ts";
import { sources } from "../src/sources/registry.ts";
import { worldOf } from "./support/world.ts";

const start = parseInstant("2026-01-15T13:37:42Z");

function filesInMemory(): Files {
  const kept = new Map<string, Uint8Array>();
  return {
    read: (path) => Promise.resolve(kept.get(path) ?? null),
    write: (path, body) => {
      kept.set(path, typeof body === "string" ? new TextEncoder().encode(body) : body);
      return Promise.resolve();
    },
    list: () => Promise.resolve([]),
  };
}

async function monthToDate(now: Instant, files: Files) {
  const asked: string[] = [];
  const { http } = served(modelOf({ ...articleDay, now }));
  const counted: Http = (request) => {
    asked.push(request.url);
    return http(request);
  };
  const web = opened(once(keep(counted, files, "cache", () => now)));
  const report = await run(
    sources,
    {
      sections: new Set(["volume"] as const),
      anchor: { is: "days", extreme: "low", days: 180 },
      levels: [],
      replaying: false,
      recording: () => null,
    },
    worldOf({ now, web }),
  );
  return { toDate: report.volume?.toDate, asked };
}

it("counts the days of a month to the oldest answer, not to the clock", async () => {
  if (start === null) throw new Error("no instant");
  const files = filesInMemory();
  const later = shift(start, 8 * MINUTE);
  const first = await monthToDate(start, files);
  const second = await monthToDate(later, files);
  const afresh = await monthToDate(later, filesInMemory());
  // 14 days and 13:37:42, which are 49,062 of 86,400 seconds; eight minutes later 49,542.
  expect(first.toDate?.days).toBeCloseTo(14 + 49_062 / 86_400, 9);
  expect(second.toDate?.days).toBeCloseTo(14 + 49_062 / 86_400, 9);
  expect(afresh.toDate?.days).toBeCloseTo(14 + 49_542 / 86_400, 9);
  expect(second.toDate?.usd).toBe(first.toDate?.usd);
  expect(second.toDate?.runRateUsd).toBe(first.toDate?.runRateUsd);
  expect(afresh.toDate?.usd).toBeGreaterThan(first.toDate?.usd ?? Infinity);
  // Only what holds figures of the present: lists (Gate's three, Deribit's two and KuCoin's) and what is open beside the
  // lists of the others (Bitget's three, OKX's and Bybit's two, one of Binance, Kraken, MEXC and
  // Crypto.com); and the days of spot of three exchanges, the last of which is the price of now.
  expect(second.asked).toHaveLength(20);
});
