/** What a run asks, and a second one: nothing twice, closed periods never again. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { replay } from "../src/io/tape.ts";
import type { Http, HttpRequest } from "../src/ports.ts";
import { Report } from "../src/report/report.ts";
import { command, DAY_OF_THE_ARTICLE } from "./support/command.ts";
import { relayServer, type RelayServer } from "./support/relay-server.ts";
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
    expect(live.length).toBeLessThanOrEqual(295);
    expect(live.length - paced.length).toBeLessThanOrEqual(160);
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

it("keeps nothing of an answer that was cut short, so that the next run has all of it", async () => {
  const cache = await mkdtemp(join(tmpdir(), "btc-report-cache-"));
  const good = replay(diskForTests, DAY_OF_THE_ARTICLE);
  // Eight months that are over: the later half of their bars is missing.
  const Page = z.object({ candles: z.array(z.unknown()), more_candles: z.boolean().optional() });
  const cut: Http = async (request) => {
    const answer = await good(request);
    if (!request.url.includes("/PF_XBTUSD/4h?from=1725148800")) return answer;
    const page = Page.parse(JSON.parse(new TextDecoder().decode(answer.body)));
    const candles = page.candles.slice(0, page.candles.length / 2);
    return { ...answer, body: new TextEncoder().encode(JSON.stringify({ ...page, candles })) };
  };
  const servers = [await relayServer(cut), await relayServer(good)];
  try {
    const volumeFrom = async (server: RelayServer | undefined, own: Readonly<Record<string, string>>) => {
      const words = `volume --relay ${server?.url} --json --timeout 120 --venues kraken`;
      const { out } = await command(words, { env: { SOURCE_DATE_EPOCH: "1769752800", ...own } });
      return Report.parse(JSON.parse(out)).volume;
    };
    const kept = { BTC_REPORT_CACHE_DIR: cache };
    const bad = await volumeFrom(servers[0], kept);
    const next = await volumeFrom(servers[1], kept);
    const whole = await volumeFrom(servers[1], {});
    expect(bad).not.toEqual(whole);
    expect(next).toEqual(whole);
  } finally {
    await Promise.all(servers.map(({ close }) => close()));
    await rm(cache, { recursive: true, force: true });
  }
}, 60_000);

it("asks again for a file that did not fit its checksum, and for no other of the archive", async () => {
  const cache = await mkdtemp(join(tmpdir(), "btc-report-cache-"));
  const good = replay(diskForTests, DAY_OF_THE_ARTICLE);
  const isWrong = ({ url }: HttpRequest): boolean => url.endsWith("/BTCUSDT-metrics-2026-01-20.zip.CHECKSUM");
  const asked: string[] = [];
  const servers = [
    await relayServer(async (request) => {
      const answer = await good(request);
      const text = `${"0".repeat(64)}  BTCUSDT-metrics-2026-01-20.zip\n`;
      return isWrong(request) ? { ...answer, body: new TextEncoder().encode(text) } : answer;
    }),
    await relayServer((request) => {
      if (request.url.includes("data.binance.vision/data/futures")) asked.push(request.url.replace(/^.*\//, ""));
      return good(request);
    }),
  ];
  try {
    const run = async (server: RelayServer | undefined) => {
      const words = `open-interest --relay ${server?.url} --json --timeout 120 --venues binance`;
      const env = { SOURCE_DATE_EPOCH: "1769752800", BTC_REPORT_CACHE_DIR: cache };
      return Report.parse(JSON.parse((await command(words, { env })).out));
    };
    const holes = ({ gaps }: Report) => gaps.filter(({ why }) => why === "malformed").map(({ detail }) => detail);
    expect(holes(await run(servers[0]))).toEqual([expect.stringContaining("BTCUSDT 2026-01-20")]);
    expect(holes(await run(servers[1]))).toEqual([]);
    expect(asked.toSorted()).toEqual(["BTCUSDT-metrics-2026-01-20.zip", "BTCUSDT-metrics-2026-01-20.zip.CHECKSUM"]);
  } finally {
    await Promise.all(servers.map(({ close }) => close()));
    await rm(cache, { recursive: true, force: true });
  }
}, 60_000);
