/** What a run asks, and a second one: nothing twice, closed periods never again. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { replay } from "../src/io/tape.ts";
import { command, DAY_OF_THE_ARTICLE } from "./support/command.ts";
import { relayServer } from "./support/relay-server.ts";
import { diskForTests } from "./support/tapes.ts";

/** Venues with many contracts, or windows of two hours, and a documented pace. */
const PACED = ["fapi.binance.com", "dapi.binance.com", "openapi.okx.com", "api.hbdm.com"];

it("takes closed periods from the cache, and all of it when offline", async () => {
  const cache = await mkdtemp(join(tmpdir(), "btc-report-cache-"));
  const env = { SOURCE_DATE_EPOCH: "1769752800", BTC_REPORT_CACHE_DIR: cache };
  const first = await relayServer(replay(diskForTests, DAY_OF_THE_ARTICLE));
  const second = await relayServer(replay(diskForTests, DAY_OF_THE_ARTICLE));
  try {
    const cold = await command(`daily --relay ${first.url} --json --timeout 120`, { env });
    const warm = await command(`daily --relay ${second.url} --json --timeout 120`, { env });
    const untimed = (text: string): string => text.replaceAll(/"ms": \d+/g, '"ms": 0');
    expect(untimed(warm.out)).toBe(untimed(cold.out));
    const archive = (asked: readonly string[]): number =>
      asked.filter((path) => path.startsWith("data.binance.vision")).length;
    expect(archive(first.asked)).toBe(800);
    expect(archive(second.asked)).toBe(0);
    const live = first.asked.filter((path) => !path.startsWith("data.binance.vision"));
    const paced = live.filter((path) => PACED.some((host) => path.startsWith(host)));
    process.stdout.write(`cold ${live.length} requests beside the archive, warm ${second.asked.length}\n`);
    expect(live.length).toBeLessThanOrEqual(275);
    expect(live.length - paced.length).toBeLessThanOrEqual(150);
    expect(second.asked.length).toBeLessThanOrEqual(60);
    expect(new Set(live).size).toBe(live.length);
    const offline = await command("daily --offline --json", { env });
    expect(offline.code).toBe(0);
    expect(untimed(offline.out)).toBe(untimed(cold.out));
  } finally {
    await first.close();
    await second.close();
    await rm(cache, { recursive: true, force: true });
  }
}, 180_000);
