/** The history filled from the model's upstreams, through a real socket and in processes that are really killed. */
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { build, started, type Running } from "./support/built.ts";
import { command } from "./support/command.ts";
import { relayServer, type RelayServer } from "./support/relay-server.ts";

// 2026-01-30T06:00:00Z
const model = modelOf(articleDay);
const NOW = String(model.now / 1_000);
const { http } = served(model);
/** 180 days. */
const FROM = "--from 2025-08-03";

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), "btc-report-backfill-"));
const envOf = (data: string): Record<string, string> => ({
  BTC_REPORT_DATA_DIR: data,
  BTC_REPORT_CACHE_DIR: join(data, "cache"),
  BTC_REPORT_CONFIG_DIR: join(data, "config"),
  SOURCE_DATE_EPOCH: NOW,
});

function opened<T>(data: string, read: (db: Database.Database) => T): T {
  const db = new Database(join(data, "history.db"));
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Every row with what it is of: the numbers of series depend on the order in which they came. */
const rowsOf = (data: string): readonly string[] =>
  opened(data, (db) =>
    db
      .prepare(
        `SELECT source, dataset, symbol, kind, margin, quote, expires, field, detail, unit, class, at, until, seen, value
         FROM observation JOIN series ON series.id = observation.series`,
      )
      .raw()
      .all(),
  )
    .map((row) => JSON.stringify(row))
    .toSorted();

const integrity = (data: string): unknown => opened(data, (db) => db.prepare("PRAGMA integrity_check").raw().all());

let upstream: RelayServer;
beforeAll(async () => {
  build();
  upstream = await relayServer(http);
}, 120_000);
afterAll(() => upstream.close());

describe("backfill", () => {
  it("of 180 days, killed twice and resumed, stores what an uninterrupted one stores, row for row", async () => {
    const words = `backfill ${FROM} --venues dydx,gate`;
    const whole = await folder();
    const ended = await command(`${words} --relay ${upstream.url}`, { env: envOf(whole) });
    expect(ended.code).toBe(0);

    const data = await folder();
    const counts: number[] = [];
    for (const after of [12, 8]) {
      const asked: string[] = [];
      let child: Running | undefined;
      const server = await relayServer((request) => {
        asked.push(request.url);
        if (asked.length === after) child?.kill("SIGKILL");
        return http(request);
      });
      child = started(`${words} --relay ${server.url}`.split(" "), envOf(data));
      expect((await child.ended).code).toBeNull();
      await server.close();
      counts.push(rowsOf(data).length);
    }
    const last = await started(`${words} --relay ${upstream.url}`.split(" "), envOf(data)).ended;
    expect(last).toMatchObject({ code: 0 });
    expect(integrity(data)).toEqual([["ok"]]);
    expect(counts[0]).toBeLessThan(rowsOf(whole).length);
    expect(rowsOf(data)).toEqual(rowsOf(whole));
    expect(await readdir(join(data, "locks"))).toEqual([]);
  }, 120_000);

  it("asks next time only what is missing", async () => {
    const data = await folder();
    const run = async (words: string): Promise<{ readonly asked: readonly string[]; readonly out: string }> => {
      const server = await relayServer(http);
      const { code, out } = await command(`backfill ${words} --venues dydx,gate --relay ${server.url}`, {
        env: envOf(data),
      });
      await server.close();
      expect(code).toBe(0);
      return { asked: server.asked, out };
    };
    expect((await run("--from 2025-12-10 --to 2026-01-20")).asked.length).toBeGreaterThan(5);
    const again = await run("--from 2025-12-10 --to 2026-01-20");
    expect(again.asked).toEqual([]);
    expect(again.out).toMatch(/^nothing to ask/);
    // Nine days more of open interest at dYdX: one window, from the end of what is known.
    const later = (await run("--from 2025-12-10")).asked.filter(
      (url) => url.includes("stats") && url.includes("from="),
    );
    expect(later.map((url) => /from=(\d+)/.exec(url)?.[1])).toEqual(
      later.map(() => String(Date.parse("2026-01-21T00:00:00Z") / 1_000)),
    );
    expect(later.length).toBeGreaterThan(0);
  }, 60_000);

  it("asks for every day where a report asks only for those that it compares", async () => {
    const server = await relayServer(http);
    const words = `backfill --from 2026-01-25 --venues bitfinex --relay ${server.url}`;
    const { code, out } = await command(words, { env: envOf(await folder()) });
    await server.close();
    expect(code).toBe(0);
    // 00:00Z of 25 to 30 January, each with size and price.
    expect(server.asked.filter((path) => path.includes("/status/deriv/"))).toHaveLength(6);
    expect(out).toMatch(/^bitfinex openInterestHistory: 12 values stored$/m);
  }, 60_000);

  it("keeps what a value was before the source changed it", async () => {
    const data = await folder();
    const words = `backfill --from 2026-01-01 --venues dydx --relay`;
    await command(`${words} ${upstream.url}`, { env: envOf(data) });
    const other = await relayServer(async (request) => {
      const answer = await http(request);
      if (!request.url.includes("alternative.me")) return answer;
      const text = new TextDecoder().decode(answer.body);
      const days = JSON.parse(text) as { data: { value: string }[] };
      const third = days.data[3];
      if (third !== undefined) third.value = "42";
      return { ...answer, body: new TextEncoder().encode(JSON.stringify(days)) };
    });
    expect((await command(`${words} ${other.url}`, { env: envOf(data) })).out).toMatch(/^nothing to ask/);
    const { out } = await command(`${words} ${other.url} --again`, { env: envOf(data) });
    await other.close();
    expect(out).toMatch(/^alternative-me fearGreed: 0 values stored; 1 revised$/m);
    const exported = await command("history export --source alternative-me --from 2026-01-27 --to 2026-01-27", {
      env: envOf(data),
    });
    const values = exported.out
      .split("\n")
      .filter((line) => line.includes(",value,") && line.includes(",2026-01-27T00:00:00Z,"));
    expect(values).toHaveLength(2);
    expect(values[1]).toMatch(/,42$/);
  }, 60_000);

  it("names what the upstream lacks and what failed, and goes on with it next time", async () => {
    const data = await folder();
    const words = `backfill --from 2026-01-10 --to 2026-01-20 --venues binance --relay`;
    // Two days of the archive of COIN-M are not there, and Binance's own host does not answer.
    const server = await relayServer(
      (request) =>
        /BTCUSD_PERP-metrics-2026-01-1[38]/.test(request.url)
          ? Promise.resolve({ status: 404, at: model.now, ms: 1, body: new Uint8Array() })
          : http(request),
      (host) => (host.endsWith("api.binance.com") ? 451 : null),
    );
    const { code, out } = await command(`${words} ${server.url}`, { env: envOf(data) });
    await server.close();
    expect(code).toBe(3);
    // Size and price of 11 days of BTCUSDT, BTCUSD_PERP, BTCUSDC and four quarterlies, without two days of one.
    expect(out).toMatch(
      /^binance-archive openInterestHistory: 150 values stored; lacks BTCUSD_PERP 2026-01-13, 2026-01-18; lacks BTCUSD1: the archive has no file of it$/m,
    );
    expect(out).toMatch(/^binance openInterestHistory: .*failed: refused 451/m);
    expect(out).toMatch(/not whole: run backfill again\n$/);
    // The hole of 17 days ago stays one; that of 12 days ago is asked for again.
    const next = await command(`${words} ${upstream.url}`, { env: envOf(data) });
    expect(next.code).toBe(0);
    expect(next.out).toMatch(/^binance openInterestHistory: \d+ values stored/m);
    expect(next.out).toMatch(/^binance-archive openInterestHistory: 2 values stored; lacks BTCUSD1/m);
  }, 60_000);

  it("judges a window as of its own end, and asks again for one that was refused", async () => {
    const data = await folder();
    const words = "backfill --from 2024-12-01 --to 2025-11-30 --venues dydx --relay";
    // Coinbase's answers end twelve days early, which is older than daily bars may be.
    const late = await relayServer(async (request) => {
      const answer = await http(request);
      if (!request.url.includes("/products/")) return answer;
      const end = Date.parse(new URL(request.url).searchParams.get("end") ?? "") / 1_000;
      const rows = JSON.parse(new TextDecoder().decode(answer.body)) as [number][];
      const early = rows.filter(([at]) => at < end - 12 * 86_400);
      return { ...answer, body: new TextEncoder().encode(JSON.stringify(early)) };
    });
    const first = await command(`${words} ${late.url}`, { env: envOf(data) });
    await late.close();
    expect(first.out).toMatch(/^coinbase candles: 0 values stored;.* refused Q-03: the newest daily bar is of/m);
    // Windows of 299 days, none of which ends near the clock: whole days of the other venues.
    expect(first.out).toMatch(/^bitstamp candles: \d+ values stored$/m);
    expect(first.out).toMatch(/^binance-spot candles: \d+ values stored$/m);

    const second = await command(`${words} ${upstream.url}`, { env: envOf(data) });
    expect(second.out).toMatch(/^coinbase candles: \d+ values stored$/m);
    expect(second.out).not.toMatch(/^(bitstamp|binance-spot) candles/m);
    const closes = opened(data, (db) =>
      db
        .prepare(
          `SELECT source, count(DISTINCT at) FROM observation JOIN series ON series.id = observation.series
           WHERE dataset = 'candles' AND field = 'close' AND at >= ? AND at < ? GROUP BY source ORDER BY source`,
        )
        .raw()
        .all(Date.UTC(2024, 11, 1), Date.UTC(2025, 11, 1)),
    );
    expect(closes).toEqual([
      ["binance-spot", 365],
      ["bitstamp", 365],
      ["coinbase", 365],
    ]);
  }, 60_000);

  it("names a day that is missing by its own date, whatever the history", async () => {
    const data = await folder();
    const hole = Date.UTC(2025, 11, 10) / 1_000;
    const server = await relayServer(async (request) => {
      const answer = await http(request);
      const text = new TextDecoder().decode(answer.body);
      if (request.url.includes("alternative.me")) {
        const told = JSON.parse(text) as { data: { timestamp: string }[] };
        told.data = told.data.filter(({ timestamp }) => timestamp !== String(hole));
        return { ...answer, body: new TextEncoder().encode(JSON.stringify(told)) };
      }
      if (request.url.includes("/products/")) {
        const rows = (JSON.parse(text) as [number][]).filter(([at]) => at !== hole);
        return { ...answer, body: new TextEncoder().encode(JSON.stringify(rows)) };
      }
      // The close of the day, which is what was held when it was over.
      if (request.url.includes("/open-interest?")) {
        const told = JSON.parse(text) as { result: { list: { timestamp: string }[] } };
        const close = String((hole + 86_400) * 1_000);
        told.result.list = told.result.list.filter(({ timestamp }) => timestamp !== close);
        return { ...answer, body: new TextEncoder().encode(JSON.stringify(told)) };
      }
      return answer;
    });
    const words = `backfill --from 2025-12-01 --to 2025-12-31 --venues bybit --relay ${server.url}`;
    const { out } = await command(words, { env: envOf(data) });
    await server.close();
    expect(out).toMatch(/^alternative-me fearGreed: \d+ values stored; lacks 2025-12-10$/m);
    expect(out).toMatch(/^coinbase candles: \d+ values stored; lacks 2025-12-10$/m);
    expect(out).toMatch(/^bybit openInterestHistory: \d+ values stored; lacks BTCUSDT 2025-12-10; lacks /m);
  }, 60_000);

  it("is done by one run at a time", async () => {
    const data = await folder();
    const words = `backfill ${FROM} --venues dydx --relay`;
    let second: Promise<{ code: number; err: string }> | null = null;
    const server = await relayServer(async (request) => {
      second ??= command(`${words} ${upstream.url}`, { env: envOf(data) });
      await second;
      return http(request);
    });
    expect((await command(`${words} ${server.url}`, { env: envOf(data) })).code).toBe(0);
    await server.close();
    expect(await (second as unknown as Promise<unknown>)).toMatchObject({
      code: 75,
      err: expect.stringMatching(/^btc-report: another run fills the history \(process \d+, since .*try again\n$/),
    });
  }, 60_000);

  it.each([
    ["backfill", "--from: expected the first day"],
    ["backfill --from 2026-02-30", "--from: expected a day"],
    ["backfill --from 2026-01-30", "only days that are over"],
    ["backfill --from 2026-01-20 --to 2026-01-10", "only days that are over"],
  ])("%s is wrong usage", async (words, said) => {
    const { code, out, err } = await command(words, { env: envOf(await folder()) });
    expect([code, out]).toEqual([64, ""]);
    expect(err).toContain(said);
  });
});

describe("ten runs at once", () => {
  it("leave a sound history with every reading once", async () => {
    const words = "daily --sections price,fear-greed --json -q";
    const [one, ten] = await Promise.all([folder(), folder()]);
    await command(`${words} --relay ${upstream.url}`, { env: envOf(one) });
    const runs = await Promise.all(
      Array.from(
        { length: 10 },
        () => started(`${words} --timeout 120 --relay ${upstream.url}`.split(" "), envOf(ten)).ended,
      ),
    );
    expect(runs.map(({ code, err }) => [code, err])).toEqual(runs.map(() => [0, ""]));
    expect(integrity(ten)).toEqual([["ok"]]);
    expect(rowsOf(ten).length).toBeGreaterThan(1_000);
    expect(rowsOf(ten)).toEqual(rowsOf(one));
  }, 120_000);
});
