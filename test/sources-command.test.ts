/** `sources` as its users meet it: one question for each source, what came of it, and what to do. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { instant } from "../src/core/time.ts";
import { replay } from "../src/io/tape.ts";
import type { Http } from "../src/ports.ts";
import { sources } from "../src/sources/registry.ts";
import { command, DAY_OF_THE_ARTICLE } from "./support/command.ts";
import { relayServer } from "./support/relay-server.ts";
import { diskForTests } from "./support/tapes.ts";

const Told = z.object({
  generatedAt: z.string(),
  mode: z.string(),
  recording: z.object({ name: z.string(), note: z.string().nullable() }).nullable(),
  sources: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      venue: z.string().nullable(),
      docs: z.url(),
      gives: z.array(z.string()).min(1),
      key: z.object({ env: z.string(), required: z.boolean(), set: z.boolean() }).nullable(),
      answered: z.boolean(),
      cached: z.boolean(),
      ms: z.number().nullable(),
      gap: z.object({ why: z.string(), status: z.number().nullable(), detail: z.string() }).nullable(),
      advice: z.string().nullable(),
      lastSuccess: z.string().nullable(),
      attribution: z.object({ text: z.string(), url: z.url() }).nullable(),
    }),
  ),
});
type Told = z.infer<typeof Told>;
const toldBy = (out: string): Told => Told.parse(JSON.parse(out));
const of = (told: Told, id: string): Told["sources"][number] | undefined => told.sources.find((one) => one.id === id);

const tapes = replay(diskForTests, DAY_OF_THE_ARTICLE);
const AT_SIX = { SOURCE_DATE_EPOCH: String(Date.parse("2026-01-30T06:00:00Z") / 1000) };
const scratch = await mkdtemp(join(tmpdir(), "btc-report-sources-"));
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe("in a replay", async () => {
  const words = `sources --replay ${DAY_OF_THE_ARTICLE}`;
  const { code, out, err } = await command(words);
  const lines = out.trimEnd().split("\n");
  const line = (id: string): string => lines.find((each) => each.startsWith(`${id} `)) ?? "";

  it("has a line for each source, in their order, and says what the recording is", () => {
    expect([code, err]).toEqual([0, ""]);
    expect(lines.slice(1, -1).map((each) => each.split(" ")[0])).toEqual(sources.map(({ id }) => id));
    expect(lines.at(-1)).toMatch(/^Recording 2026-01-30, partly reconstructed/);
  });

  it("says what a source gives, its key, its speed, its last success and its attribution", () => {
    expect(line("alternative-me")).toMatch(
      /alternative\.me +answers in \d+ ms +not needed +2026-01-30T06:00:00Z +fearGreed \| Source: alternative\.me https:\/\/alternative\.me\//,
    );
    expect(line("coingecko")).toContain("COINGECKO_API_KEY not set (optional)");
    expect(line("coingecko")).toContain("Powered by CoinGecko");
    expect(line("deribit")).toMatch(/openInterest, volume, funding$/);
    expect(line("coinalyze")).toMatch(
      /not asked +COINALYZE_API_KEY not set +never +.*COINALYZE_API_KEY is not set\. Set the key/,
    );
  });

  it("keeps to the width of a terminal: what a source gives goes on below it", async () => {
    for (const columns of [80, 120]) {
      const { out: shown } = await command(words, { isTTY: true, columns });
      const rows = shown.trimEnd().split("\n");
      // Links stay whole.
      for (const row of rows) if (!row.includes("https://")) expect(row.length, row).toBeLessThanOrEqual(columns);
      expect(rows.filter((row) => /^\S/.test(row)).map((row) => row.split(" ")[0])).toEqual([
        "source",
        ...sources.map(({ id }) => id),
        "Recording",
      ]);
      expect(shown.replaceAll(/\s+/g, " ").replaceAll(/ in \d+ ms/g, "")).toBe(
        out.replaceAll(/\s+/g, " ").replaceAll(/ in \d+ ms/g, ""),
      );
    }
  });

  it("is the same bytes again, and the same in JSON", async () => {
    expect((await command(words)).out).toBe(out);
    const told = toldBy((await command(`${words} --json`)).out);
    expect(told).toMatchObject({
      generatedAt: "2026-01-30T06:00:00Z",
      mode: "replay",
      recording: { name: "2026-01-30" },
    });
    expect(told.sources.filter(({ answered }) => !answered).map(({ id }) => id)).toEqual(["coinglass", "coinalyze"]);
    expect(of(told, "binance-archive")).toMatchObject({ venue: "binance", answered: true, gap: null, key: null });
    expect(of(told, "coinglass")?.gap).toEqual({
      why: "unconfigured",
      status: null,
      detail: "COINGLASS_API_KEY is not set",
    });
  });
});

describe("over the network", () => {
  it("asks each source one small question, and tells how it failed where it did", async () => {
    const odd: Http = (request) =>
      request.url.includes("www.deribit.com")
        ? Promise.resolve({ status: 200, at: instant(0), ms: 1, body: new TextEncoder().encode('{"result":"?"}') })
        : tapes(request);
    const server = await relayServer(odd, (host) =>
      host === "fapi.binance.com" ? 451 : host === "api.mexc.com" ? 429 : null,
    );
    try {
      const { code, out } = await command(`sources --json --relay ${server.url} --timeout 30`, { env: AT_SIX });
      expect(code).toBe(0);
      const told = toldBy(out);
      expect(told.mode).toBe("live");
      expect(of(told, "binance")).toMatchObject({ answered: false, ms: null, gap: { why: "refused", status: 451 } });
      expect(of(told, "binance")?.advice).toContain("--relay");
      expect(of(told, "mexc")).toMatchObject({ gap: { why: "refused", status: 429 } });
      expect(of(told, "mexc")?.advice).toContain("Wait");
      expect(of(told, "deribit")).toMatchObject({
        answered: false,
        gap: { why: "malformed" },
        lastSuccess: null,
      });
      const good = told.sources.filter(({ answered }) => answered);
      expect(good.length).toBe(sources.length - 5);
      expect(good.every(({ ms, lastSuccess }) => ms !== null && lastSuccess === "2026-01-30T06:00:00Z")).toBe(true);
      // 429 is tried again twice; two sources have no key and are not asked.
      const hosts = server.asked.map((path) => path.split("/")[0]);
      expect(hosts.filter((host) => host === "api.mexc.com").length).toBe(3);
      expect(hosts.filter((host) => host === "data.binance.vision").length).toBe(1);
      expect(hosts.length).toBe(sources.length - 2 + 2);
    } finally {
      await server.close();
    }
  });

  it("asks with a key that is set, and never prints it", async () => {
    const server = await relayServer(tapes);
    try {
      const env = { ...AT_SIX, COINGLASS_API_KEY: "s3cret-of-mine" };
      const { out, err } = await command(`sources --relay ${server.url} --timeout 30`, { env });
      expect(server.asked.some((path) => path.startsWith("open-api-v4.coinglass.com/"))).toBe(true);
      expect(out).toMatch(/^coinglass .* refused 404 +COINGLASS_API_KEY set +never/m);
      expect(out + err).not.toContain("s3cret");
    } finally {
      await server.close();
    }
  });

  it("remembers the last success of a source that fails now; offline it tells what the cache has", async () => {
    const cache = { BTC_REPORT_CACHE_DIR: join(scratch, "cache") };
    const server = await relayServer(tapes);
    const cut = await relayServer(tapes, () => "cut");
    try {
      expect((await command(`sources --offline`, { env: { ...AT_SIX, ...cache } })).code).toBe(69);
      await command(`fear-greed --relay ${server.url}`, { env: { ...AT_SIX, ...cache } });
      // A minute later the answer could still be taken from the cache, but the question is what answers now.
      const later = { ...cache, SOURCE_DATE_EPOCH: String(Number(AT_SIX.SOURCE_DATE_EPOCH) + 60) };
      const { code, out } = await command(`sources --json --relay ${cut.url} --timeout 2`, { env: later });
      expect(code).toBe(69);
      const told = toldBy(out);
      expect(of(told, "alternative-me")).toMatchObject({
        answered: false,
        gap: { why: "unreachable" },
        lastSuccess: "2026-01-30T06:00:00Z",
      });
      expect(of(told, "alternative-me")?.advice).toContain("network");
      expect(of(told, "okx")?.lastSuccess).toBeNull();

      const offline = await command("sources --offline", { env: later });
      expect(offline.code).toBe(0);
      expect(offline.out).toMatch(/^alternative-me .* in the cache +not needed +2026-01-30T06:00:00Z/m);
      expect(offline.out).toMatch(/^okx .* unreachable +not needed +never .*offline: not in the cache/m);
    } finally {
      await server.close();
      await cut.close();
    }
  });

  it("an answer that could not be read is no success, also when it was kept", async () => {
    const cache = { BTC_REPORT_CACHE_DIR: join(scratch, "unreadable") };
    const broken = await relayServer((request) =>
      request.url.includes("api.alternative.me")
        ? Promise.resolve({ status: 200, at: instant(0), ms: 1, body: new TextEncoder().encode('{"data":[]}') })
        : tapes(request),
    );
    const cut = await relayServer(tapes, () => "cut");
    try {
      const env = { ...AT_SIX, ...cache };
      const first = toldBy((await command(`sources --json --relay ${broken.url} --timeout 5`, { env })).out);
      expect(of(first, "alternative-me")).toMatchObject({ gap: { why: "malformed" }, lastSuccess: null });
      expect(of(first, "okx")?.lastSuccess).toBe("2026-01-30T06:00:00Z");
      const then = toldBy((await command(`sources --json --relay ${cut.url} --timeout 2`, { env })).out);
      expect(of(then, "alternative-me")).toMatchObject({ gap: { why: "unreachable" }, lastSuccess: null });
      expect(of(then, "okx")?.lastSuccess).toBe("2026-01-30T06:00:00Z");
    } finally {
      await broken.close();
      await cut.close();
    }
  });

  it("a source that never answers ends with the time", async () => {
    const silent: Http = (request) =>
      request.url.includes("api.alternative.me") ? new Promise(() => undefined) : tapes(request);
    const server = await relayServer(silent);
    try {
      const { code, out } = await command(`sources --relay ${server.url} --timeout 2`, { env: AT_SIX });
      expect(code).toBe(0);
      expect(out).toMatch(/^alternative-me .* unreachable /m);
    } finally {
      await server.close();
    }
  });
});

it("keeps what a source says from being more than text", async () => {
  const hostile = "\u001b[31mno\u0007 \u202eentry";
  const server = await relayServer((request) =>
    request.url.includes("api.alternative.me")
      ? Promise.resolve({ status: 403, at: instant(0), ms: 1, body: new TextEncoder().encode(hostile) })
      : tapes(request),
  );
  try {
    const { out } = await command(`sources --relay ${server.url} --timeout 30`, { env: AT_SIX });
    expect(out).toMatch(/^alternative-me .* refused 403 /m);
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  } finally {
    await server.close();
  }
});

it("wrong usage is 64", async () => {
  for (const words of ["sources --frmat json", "sources --timeout soon", "sources --offline --replay x"]) {
    const { code, out } = await command(words);
    expect([words, code, out]).toEqual([words, 64, ""]);
  }
});
