/** The whole program in a region that Binance and Bybit block: what it says, and whom it asks the next time. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { replay } from "../src/io/tape.ts";
import { Report } from "../src/report/report.ts";
import { command, DAY_OF_THE_ARTICLE } from "./support/command.ts";
import { relayServer } from "./support/relay-server.ts";
import { diskForTests } from "./support/tapes.ts";

const AT_SIX = Date.parse("2026-01-30T06:00:00Z") / 1000;
const home = await mkdtemp(join(tmpdir(), "btc-report-blocked-"));
const tapes = replay(diskForTests, DAY_OF_THE_ARTICLE);
const blocking = await relayServer(tapes, (host) =>
  host.endsWith("api.binance.com") ? 451 : host === "api.bybit.com" ? 403 : null,
);
const BUSY =
  '{"retCode":10018,"retMsg":"Exceeded the IP Rate Limit.","result":{},"retExtInfo":{},"time":1769752800000}';
const busy = await relayServer(tapes, (host) => (host === "api.bybit.com" ? { says: BUSY } : null));
const elsewhere = await relayServer(tapes);
afterAll(async () => {
  await blocking.close();
  await busy.close();
  await elsewhere.close();
  await bothBan.close();
  await oneBans.close();
  await oneBansAlone.close();
  await rm(home, { recursive: true, force: true });
});

/** Binance's two products are two hosts, of which each may have had enough of us. */
const isLive = (host: string): boolean => /^[fd]api\.binance\.com$/.test(host);
const bothBan = await relayServer(tapes, (host) => (isLive(host) ? 418 : null));
const oneBans = await relayServer(tapes, (host) => (host === "fapi.binance.com" ? 418 : null));
const oneBansAlone = await relayServer(tapes, (host) =>
  host === "fapi.binance.com" ? 418 : host === "data.binance.vision" ? 403 : null,
);

const blocked = /^(?:[fd]api\.binance\.com|api\.bybit\.com)\//;
/** Runs with one cache for all; how many questions went to hosts that block us. */
async function run(words: string, hours = 0): Promise<{ code: number; out: string; err: string; insisted: number }> {
  const before = blocking.asked.length;
  const env = { SOURCE_DATE_EPOCH: String(AT_SIX + hours * 3_600), BTC_REPORT_CACHE_DIR: home };
  const ended = await command(words, { env });
  return { ...ended, insisted: blocking.asked.slice(before).filter((path) => blocked.test(path)).length };
}
const reportOf = (text: string): Report => Report.parse(JSON.parse(text));
const words = `open-interest --json --relay ${blocking.url}`;

describe("a region that Binance and Bybit block", async () => {
  const whole = reportOf((await command(`open-interest --json --replay ${DAY_OF_THE_ARTICLE}`)).out);
  const first = await run(words);
  const report = reportOf(first.out);

  it("is a report with gaps that say what to do", () => {
    expect(first.code).toBe(0);
    for (const [source, status] of [
      ["binance", 451],
      ["bybit", 403],
    ] as const) {
      const gap = report.gaps.find((one) => one.source === source && one.dataset === "openInterest");
      expect(gap).toMatchObject({ why: "refused", status });
      expect(gap?.advice).toMatch(
        /blocks this network or region\. Use --relay with a server elsewhere, or HTTPS_PROXY/,
      );
      expect(first.err).toMatch(
        new RegExp(`^btc-report: ${source} open interest.*: refused ${status}, .*--relay`, "m"),
      );
    }
  });

  it("takes from the archive what it has, six hours old, and says so", () => {
    const binance = report.openInterest?.venues.find(({ id }) => id === "binance");
    expect(binance?.asOf).toBe("2026-01-30T00:00:00Z");
    expect(binance?.note).toMatch(/from its archive/);
  });

  it("counts what is there and nothing else, in totals and in what they cover", () => {
    const here = report.openInterest?.venues ?? [];
    const ids = here.map(({ id }) => id);
    expect(ids).not.toContain("bybit");
    expect(report.coverage.venues).toEqual({ answered: 14, expected: 15 });
    // The last that is known of Bybit is unknown too, so the share of what is there cannot be told.
    expect(report.coverage.oiShare).toBeNull();
    const sum = here.filter(({ id }) => id !== "cme").reduce((all, { usd }) => all + usd, 0);
    expect(report.openInterest?.usd).toBeCloseTo(sum, 0);
    for (const [name, change] of Object.entries(report.openInterest?.changes ?? {})) {
      const before = whole.openInterest?.changes[name === "anchor" ? "anchor" : (name as "1d")];
      expect(change?.venues).not.toContain("bybit");
      // Like for like: both ends are sums over the same venues.
      const ends = here.filter(({ id }) => change?.venues.includes(id));
      const from = ends.reduce((all, venue) => all + (venue.changes[name as "1d"]?.fromBtc ?? 0), 0);
      expect(change?.fromBtc).toBeCloseTo(from, 3);
      expect(before?.venues).toContain("bybit");
    }
    for (const venue of whole.openInterest?.venues ?? []) {
      if (venue.id === "binance" || venue.id === "bybit") continue;
      const now = here.find(({ id }) => id === venue.id);
      expect({ ...now, share: null }).toEqual({ ...venue, share: null });
    }
  });

  it("is asked a little, and not at all the next time", async () => {
    // As many as were under way when the first no arrived.
    expect(first.insisted).toBeLessThanOrEqual(6 + 6 + 10);
    const second = await run(words);
    expect(second.insisted).toBe(0);
    expect(second.code).toBe(0);
    const again = reportOf(second.out);
    for (const source of ["binance", "bybit"]) {
      const gap = again.gaps.find((one) => one.source === source && one.dataset === "openInterest");
      expect(gap?.detail).toMatch(
        /^not asked: HTTP \d+ on 2026-01-30T06:00:00Z; asked again from 2026-01-30T\d\d:00:00Z$/,
      );
      expect(gap?.advice).toMatch(
        /^Wait until then, take another way with --relay or HTTPS_PROXY, or delete blocked\.json/,
      );
    }
    expect(again.openInterest).toEqual(report.openInterest);
  });

  it("is asked again after its time, by `sources`, and on another way", async () => {
    expect((await run(`${words} --venues bybit`, 0.5)).insisted).toBe(0);
    expect((await run(`${words} --venues bybit`, 1)).insisted).toBeGreaterThan(0);
    expect((await run(`sources --json --relay ${blocking.url}`)).insisted).toBeGreaterThan(0);
    const other = await run(`open-interest --json --relay ${elsewhere.url}`);
    expect(reportOf(other.out).openInterest?.venues.map(({ id }) => id)).toContain("bybit");
  });
});

describe("a venue that answers that there were too many requests, with status 200", async () => {
  const asking = `open-interest --json --venues bybit,kraken --relay ${busy.url}`;
  const asked: number[] = [];
  const gaps: (Report["gaps"][number] | undefined)[] = [];
  for (const seconds of [0, 599, 600]) {
    const before = busy.asked.length;
    const { out } = await run(asking, seconds / 3_600);
    asked.push(busy.asked.slice(before).filter((path) => path.startsWith("api.bybit.com/")).length);
    gaps.push(reportOf(out).gaps.find((one) => one.source === "bybit" && one.dataset === "openInterest"));
  }

  it("is a gap with its reason, and is left alone for the ten minutes that it wants", () => {
    const advice = "Too many requests from this address. Wait before the next run.";
    expect(gaps[0]).toMatchObject({ why: "refused", status: 429, detail: BUSY, advice });
    expect(gaps[1]?.detail).toBe("not asked: HTTP 429 on 2026-01-30T06:00:00Z; asked again from 2026-01-30T06:10:00Z");
    expect(gaps[2]).toMatchObject({ status: 429, detail: BUSY });
    // No more than are under way when the first no arrives.
    for (const run of [0, 2]) {
      expect(asked[run]).toBeGreaterThan(0);
      expect(asked[run]).toBeLessThanOrEqual(10);
    }
    expect(asked[1]).toBe(0);
  });
});

describe("a ban by one of Binance's two hosts", async () => {
  const volumeBy = async ({ url }: { readonly url: string }) => {
    const env = { SOURCE_DATE_EPOCH: String(AT_SIX) };
    const report = reportOf((await command(`volume --json --venues binance,kraken --relay ${url}`, { env })).out);
    const own = (report.volume?.months ?? []).flatMap(({ month, venues }) => {
      const binance = venues.find(({ id }) => id === "binance");
      return binance === undefined ? [] : [{ month, usd: binance.usd, btc: binance.btc }];
    });
    const gap = report.gaps.find((one) => one.source === "binance" && one.dataset === "volume");
    return { own, gap, figures: report.figures };
  };
  const one = await volumeBy(oneBans);
  const both = await volumeBy(bothBan);
  const alone = await volumeBy(oneBansAlone);

  it("leaves its volume to the archive, as a ban by both does", () => {
    expect(both.own.length).toBeGreaterThanOrEqual(24);
    expect(one.own).toEqual(both.own);
    expect(one.gap).toMatchObject({ why: "refused", status: 418, detail: expect.stringMatching(/^USD-M: /) });
    const evidence = one.figures["volume.months.2025-12.venues.binance.usd"]?.evidence ?? [];
    expect(new Set(evidence.map((url) => new URL(url).host))).toEqual(new Set(["data.binance.vision"]));
  });

  it("leaves it uncounted where the archive cannot be had either", () => {
    expect(alone.own).toEqual([]);
    expect(alone.gap).toMatchObject({ status: 418, detail: expect.stringMatching(/^USD-M: /) });
  });
});
