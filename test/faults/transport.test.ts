/**
 * Every source under every fault of the network, through a real server on loopback and the real way of asking: pace,
 * retries, bans, redirects, cache. Waiting is on a clock of its own. Made over the registry, so a new source is covered
 * by being listed.
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { Gap } from "../../src/core/gap.ts";
import { datasets, type Dataset } from "../../src/core/market.ts";
import type { Reading } from "../../src/core/reading.ts";
import { HOUR, iso, MINUTE, shift } from "../../src/core/time.ts";
import { remembering } from "../../src/io/blocked.ts";
import { overAxios } from "../../src/io/http.ts";
import { limited, LIMITS } from "../../src/io/limits.ts";
import { polite } from "../../src/io/polite.ts";
import { following } from "../../src/io/redirects.ts";
import { relayed } from "../../src/io/relay.ts";
import { keep } from "../../src/io/tape.ts";
import type { Http } from "../../src/ports.ts";
import { advice } from "../../src/report/advice.ts";
import { clockwork } from "../io/clockwork.ts";
import { memory } from "../support/memory.ts";
import {
  baseline,
  before,
  cases,
  collected,
  othersUnchanged,
  saysTheSame,
  sound,
  withThese,
  type Case,
} from "./recorded.ts";

const MB = 1024 * 1024;
const DEADLINE_MS = 150;
const MAX_BYTES = MB;

type Answering = (response: ServerResponse, request: IncomingMessage) => void;
interface Fault {
  readonly answers: Answering;
  /** Where it is not the server that the fault is about. */
  readonly base?: () => string;
  readonly gap: { readonly why: Gap["why"]; readonly status?: number; readonly detail: RegExp };
  /** Null: none is given. */
  readonly advice: RegExp;
  /** The host is left alone afterwards, in the next run too. */
  readonly bans?: true;
  /** It ends by the deadline alone, which is short for it. */
  readonly hangs?: true;
  /** An honest answer for a few hours: a file may come late. The next run is after them. */
  readonly holds?: number;
  /** Tries of one question; absent: one. */
  readonly tries?: number;
}

const says =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answering =>
  (response) =>
    void response.writeHead(status, headers).end(body);
const to = (location: string): Answering => says(307, "", { Location: location });

const NETWORK = /Check the network, --timeout, and --relay or HTTPS_PROXY where one is set/;
const REGION = /--relay with a server elsewhere, or HTTPS_PROXY/;
const WAIT = /Wait before the next run/;
const TROUBLE = /The venue has trouble\. Try again later/;
const NEWER = /Look for a newer version/;
const LATER = /Try again later\. .*look for a newer version/;
const MOVED = /moved, or the network wants a login/;
const KEY = /Check its key/;
const unreachable = (detail: RegExp): Pick<Fault, "gap" | "advice" | "tries"> => ({
  gap: { why: "unreachable", detail },
  advice: NETWORK,
  tries: 3,
});
/** All tries of the first questions: those that wait behind them hear it. */
const silent = { ...unreachable(/did not answer within 0\.15 s$/), tries: 1 };
const refused = (status: number, detail: RegExp): Fault["gap"] => ({ why: "refused", status, detail });
const nothing: Answering = () => {};

let sent = 0;
const bomb = gzipSync(Buffer.alloc(64 * MB));
const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

/** Every fault but those that hang; see below. */
const faults: Readonly<Record<string, Fault>> = {
  "connection refused": {
    answers: nothing,
    base: () => "http://127.0.0.1:1",
    ...unreachable(/^connection refused by/),
  },
  // A label of 64 letters is refused by the resolver without asking anybody.
  "DNS failure": {
    answers: nothing,
    base: () => `http://${"a".repeat(64)}.invalid`,
    ...unreachable(/^DNS lookup of a+\.invalid failed$/),
  },
  "TLS failure": { answers: nothing, base: () => tlsBase, ...unreachable(/^TLS failed: .*self signed/) },
  "connection reset": {
    answers: (response) => void response.socket?.resetAndDestroy(),
    ...unreachable(/^connection broken off by/),
  },
  "hang before headers": { answers: nothing, hangs: true, ...silent },
  "drip, never idle and never done": {
    answers: (response) => {
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    },
    hangs: true,
    ...silent,
  },
  "cut in the middle": {
    answers: (response) => {
      response.writeHead(200, { "Content-Length": "1000" }).write('{"data":[');
      setImmediate(() => response.destroy());
    },
    ...unreachable(/^connection broken off by/),
  },
  "compressed, and cut in the middle": {
    answers: (response) =>
      void response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync("[1,2,3]".repeat(50)).subarray(0, 20)),
    ...unreachable(/^compressed answer of .* cut off or damaged$/),
  },
  "400": { answers: says(400, '{"code":-1130,"msg":"bad"}'), gap: refused(400, /./), advice: LATER },
  "401": { answers: says(401, '{"message":"who are you"}'), gap: refused(401, /./), advice: KEY },
  "403 of a ban": { answers: says(403, "access too frequent"), gap: refused(403, /./), advice: WAIT, bans: true },
  "403 of a region": {
    answers: says(403, "<html>configured to block access from your country</html>"),
    gap: refused(403, /^configured to block access from your country$/),
    advice: REGION,
    bans: true,
  },
  "404": { answers: says(404, "not found"), gap: refused(404, /./), advice: LATER, holds: HOUR / 2 },
  "418": { answers: says(418, '{"code":-1003}'), gap: refused(418, /./), advice: WAIT, bans: true },
  "429": { answers: says(429, "slow down"), gap: refused(429, /./), advice: WAIT, bans: true, tries: 3 },
  "429 with Retry-After in seconds": {
    answers: says(429, "slow down", { "Retry-After": "7" }),
    gap: refused(429, /./),
    advice: WAIT,
    bans: true,
    tries: 3,
  },
  "429 with Retry-After as a date, years away": {
    answers: says(429, "slow down", { "Retry-After": "Wed, 30 Jan 2036 12:00:09 GMT" }),
    gap: refused(429, /./),
    advice: WAIT,
    bans: true,
  },
  "451": {
    answers: says(451, `{"code":0,"msg":"Service unavailable from a restricted location"}`),
    gap: refused(451, /restricted location/),
    advice: REGION,
    bans: true,
  },
  "500": { answers: says(500, "oops"), gap: refused(500, /./), advice: TROUBLE, tries: 3 },
  "503": { answers: says(503, ""), gap: refused(503, /./), advice: TROUBLE, tries: 3 },
  "a body without an end": {
    answers: (response) => {
      const part = Buffer.alloc(64 * 1024, "[");
      const more = (): void => {
        while (!response.destroyed) {
          sent += part.length;
          if (!response.write(part)) return void response.once("drain", more);
        }
      };
      more();
    },
    gap: { why: "malformed", detail: /^answer of .* larger than 1 MB$/ },
    advice: NEWER,
  },
  "a gzip bomb": {
    answers: (response) => void response.writeHead(200, { "Content-Encoding": "gzip" }).end(bomb),
    gap: { why: "malformed", detail: /^answer of .* larger than 1 MB$/ },
    advice: NEWER,
  },
  "a redirect loop": {
    answers: to("?again"),
    gap: refused(307, /redirects more than 3 times$/),
    advice: MOVED,
  },
  "a redirect to another host": {
    answers: to("https://evil.test/key"),
    gap: refused(307, /redirects to another host, evil\.test$/),
    advice: MOVED,
  },
  "a redirect to a private address": {
    answers: to("http://169.254.169.254/latest/meta-data/"),
    gap: refused(307, /redirects to another host, 169\.254\.169\.254$/),
    advice: MOVED,
  },
};

/** What a host says in place of an answer, with the seconds that it documents to wait; 0 where it documents none. */
type TooMany = readonly [body: string, seconds: number, status?: number];
const okx: readonly TooMany[] = [
  ['{"code":"50011","data":[],"msg":"Too Many Requests"}', 2],
  ['{"msg":"Requests too frequent.","code":50011}', 2],
  ['{"code":"50061","data":[],"msg":"Sub-account rate limit reached"}', 2],
];
const kucoin: readonly TooMany[] = [['{"code":"429000","msg":"Too many requests"}', 30]];
const tooMany: Readonly<Record<string, readonly TooMany[]>> = {
  "openapi.okx.com": okx,
  "www.okx.com": okx,
  "api.bybit.com": [
    ['{"retCode":10006,"retMsg":"Too many visits!","result":{},"retExtInfo":{},"time":1769752800000}', 1],
    ['{"retCode":10018,"retMsg":"Exceeded the IP Rate Limit.","result":{},"retExtInfo":{},"time":1769752800000}', 600],
  ],
  "api.mexc.com": [['{"success":false,"code":510,"message":"Excessive frequency of requests"}', 2]],
  "api.hbdm.com": [
    ['{"status":"error","err_code":1032,"err_msg":"The number of visits exceeds the limit.","ts":1769752800000}', 3],
    ['{"status":"error","err-code":"1032","err-msg":"The number of visits exceeds the limit.","ts":1769752800000}', 3],
    ['{"code":1032,"message":"The number of visits exceeds the limit.","ts":1769752800000}', 3],
  ],
  "api-futures.kucoin.com": kucoin,
  "api.kucoin.com": kucoin,
  "api.gateio.ws": [['{"label":"TOO_MANY_REQUESTS","message":"Request Rate limit Exceeded (2103)"}', 10]],
  "api.bitget.com": [['{"code":"429","msg":"Too Many Requests","requestTime":1769752800000,"data":null}', 1]],
  "www.deribit.com": [
    ['{"jsonrpc":"2.0","id":1,"error":{"code":10028,"message":"too_many_requests","data":null}}', 0, 400],
  ],
  "api-pub.bitfinex.com": [['{"error":"ERR_RATE_LIMIT"}', 60]],
  "api.crypto.com": [['{"id":1,"method":"public/get-tickers","code":42901,"message":"Too many requests"}', 1]],
  "futures.kraken.com": [['{"result":"error","serverTime":"2026-01-30T06:00:00.000Z","error":"apiLimitExceeded"}', 10]],
  "api.coingecko.com": [
    ['{"status":{"error_code":429,"error_message":"You\'ve exceeded the Rate Limit."}}', 60],
    ['{"error":{"status":{"error_code":429,"error_message":"You\'ve exceeded the Rate Limit."}}}', 60],
  ],
  "open-api-v4.coinglass.com": [
    ['{"code":"429","msg":"Too Many Requests"}', 60],
    ['{"code":429,"msg":"Too Many Requests"}', 60],
  ],
  "pro-api.coinmarketcap.com": [
    ['{"status":{"error_code":1008,"error_message":"You\'ve exceeded your API Key\'s HTTP request rate limit."}}', 60],
    ['{"status":{"error_code":"1011","error_message":"You\'ve hit an IP rate limit."}}', 0],
  ],
};

/** Ids of the runs under way, as the first part of the path: the server must know who asks. */
const underWay = new Map<string, { readonly answers: Answering | null; readonly whole: Http; asked: string[] }>();

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return port;
};
const server = createServer((request, response) => {
  response.on("error", () => {});
  const [, id = "", ...path] = (request.url ?? "").split("/");
  const run = underWay.get(id);
  if (run === undefined) return void response.writeHead(599).end();
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    run.asked.push(path[0] ?? "");
    if (run.answers !== null) return run.answers(response, request);
    const body = Buffer.concat(parts).toString();
    run.whole({ url: `https://${path.join("/")}`, headers: {}, ...(body === "" ? {} : { body }) }).then(
      (answer) => response.writeHead(answer.status).end(answer.body),
      () => response.writeHead(404).end(),
    );
    return undefined;
  });
});
const base = `http://127.0.0.1:${await listening(server)}`;
const pem = readFileSync("test/faults/self-signed.pem", "utf8");
const tls = createTlsServer({ key: pem, cert: pem }, (_, response) => response.end("{}"));
tls.on("tlsClientError", () => {});
const tlsBase = `https://127.0.0.1:${await listening(tls)}`;
closing.push(
  () => server.closeAllConnections(),
  () => server.close(),
  () => tls.close(),
);

let count = 0;
/** One run of one source, as the program asks: what it said, and whom it asked. */
async function run(
  one: Case,
  fault: Fault | null,
  files: ReturnType<typeof memory>,
  more: { readonly wanted?: ReadonlySet<Dataset>; readonly insisting?: boolean; readonly later?: number } = {},
): Promise<{
  readonly readings: readonly Reading[];
  readonly asked: readonly string[];
  readonly slept: readonly number[];
}> {
  count += 1;
  const id = String(count);
  const noted = { answers: fault?.answers ?? null, whole: one.whole, asked: [] };
  underWay.set(id, noted);
  const over = new AbortController();
  const waiting = clockwork(3_600, one.now);
  const bare = overAxios({
    version: "0.0.0",
    signal: over.signal,
    now: () => one.now,
    ...(fault?.hangs === true ? { deadlineMs: DEADLINE_MS } : {}),
    ...(fault === null ? {} : { maxBytes: MAX_BYTES }),
  });
  const there = relayed(bare, fault?.base?.() ?? `${base}/${id}`);
  const asking = polite(limited(following(there)), one.source.hosts, waiting);
  const remembered = remembering(asking, {
    files,
    folder: "cache",
    now: () => one.now,
    way: "direct",
    keyed: new Set(),
    insisting: more.insisting ?? false,
  });
  const { readings } = await collected(
    one,
    keep(remembered, files, "cache", () => shift(one.now, more.later ?? 0)),
    more.wanted,
  );
  over.abort();
  underWay.delete(id);
  return { readings, asked: noted.asked, slept: waiting.slept };
}

/** One dataset is enough: the way to the network is the same for all. */
const firstOf = ({ source }: Case): ReadonlySet<Dataset> =>
  new Set(
    datasets.filter((dataset) => source.datasets[dataset] !== undefined && !dataset.startsWith("hourly")).slice(0, 1),
  );
const gapsOf = (readings: readonly Reading[]): readonly Gap[] =>
  readings.flatMap((reading) => (reading.ok ? [] : [reading.gap]));

it("the matrix is as large as the registry makes it", () => {
  const number = Object.keys(faults).length;
  console.log(`${cases.length} sources x ${number} faults of the network = ${cases.length * number}`);
  sound(before);
});

describe.each(Object.entries(faults))("%s", async (_, fault) => {
  // All sources side by side: what hangs does so once.
  const files = new Map(cases.map(({ id }) => [id, memory()]));
  const of = (id: string): ReturnType<typeof memory> => files.get(id) ?? memory();
  const sentBefore = sent;
  const ended = new Map(
    await Promise.all(
      cases.map(async (one) => [one.id, await run(one, fault, of(one.id), { wanted: firstOf(one) })] as const),
    ),
  );
  const sentIn = sent - sentBefore;

  it.each(cases.map((one) => [one.id, one] as const))("%s", async (id, one) => {
    const { readings = [], asked = [] } = ended.get(id) ?? {};
    const gaps = gapsOf(readings);
    // The gap, with its reason, in words that help.
    expect([readings.length, gaps.length]).toEqual([1, 1]);
    for (const gap of gaps) {
      expect(gap).toMatchObject({
        why: fault.gap.why,
        ...(fault.gap.status === undefined ? {} : { status: fault.gap.status }),
      });
      expect(gap.detail).toMatch(fault.gap.detail);
      expect(advice(gap)).toMatch(fault.advice);
    }
    // A host that has said no is left alone by all who still wait.
    for (const host of new Set(asked)) {
      const times = asked.filter((other) => other === host).length;
      const { atOnce = 4 } = one.source.hosts[host] ?? {};
      if (fault.bans || fault.hangs) expect(times, host).toBeLessThanOrEqual(atOnce * (fault.tries ?? 1));
    }
    // Nothing poisonous is left: the next run says what it always says.
    const next = await run(one, null, of(id), { wanted: firstOf(one), later: fault.holds ?? 0 });
    if (fault.bans) {
      expect(next.asked).toEqual([]);
      for (const gap of gapsOf(next.readings)) {
        expect(gap).toMatchObject({ why: "refused", status: fault.gap.status });
        expect(gap.detail).toMatch(/^not asked: HTTP \d+ on .*Z; asked again from .*Z$/);
        expect(advice(gap)).toMatch(/Wait until then, .*--relay.*blocked\.json/);
      }
    }
    const healthy = fault.bans ? await run(one, null, of(id), { wanted: firstOf(one), insisting: true }) : next;
    const usual = (baseline.get(id) ?? []).filter(({ dataset }) => firstOf(one).has(dataset));
    saysTheSame(healthy.readings, usual);
  });

  it("does not read what it will not use", () => {
    const questions = [...ended.values()].flatMap(({ asked }) => asked).length;
    // The bound, and what the buffers of both sockets hold when it is reached.
    expect(sentIn).toBeLessThanOrEqual(questions * 8 * MB);
  });
});

const limits = cases.flatMap((one) => {
  const hosts = Object.keys(one.source.hosts).filter((host) => tooMany[host] !== undefined);
  const most = Math.max(0, ...hosts.map((host) => tooMany[host]?.length ?? 0));
  return Array.from({ length: most }, (_, i) => [one.id, i, one] as const);
});

describe("too many requests, said in the body", () => {
  it("is known of every host that says so, and of none that nobody asks", () => {
    expect(Object.keys(LIMITS).toSorted()).toEqual(Object.keys(tooMany).toSorted());
    const asked = new Set(cases.flatMap(({ source }) => Object.keys(source.hosts)));
    expect(Object.keys(LIMITS).filter((host) => !asked.has(host))).toEqual([]);
    expect(limits.length).toBeGreaterThanOrEqual(Object.keys(tooMany).length);
  });

  const said = (host: string, i: number): TooMany => tooMany[host]?.[i] ?? tooMany[host]?.[0] ?? ["{}", 0];
  const hostIn = ({ url = "" }: IncomingMessage): string => url.split("/")[2] ?? "";

  it.each(limits)("by %s (%i): waited for as long as it says, and left alone where it stays", async (id, i, one) => {
    const files = memory();
    const fault: Fault = {
      answers: (response, request) => {
        const [body, , status = 200] = said(hostIn(request), i);
        response.writeHead(status).end(body);
      },
      gap: refused(429, /./),
      advice: WAIT,
    };
    const wanted = firstOf(one);
    const { readings, asked, slept } = await run(one, fault, files, { wanted });
    expect([readings.length, gapsOf(readings).length]).toEqual([1, 1]);
    for (const gap of gapsOf(readings)) {
      expect(gap).toMatchObject({ why: "refused", status: 429 });
      expect(advice(gap)).toMatch(WAIT);
    }
    const host = asked[0] ?? "";
    const [, seconds] = said(host, i);
    const { atOnce = 4 } = one.source.hosts[host] ?? {};
    const tries = seconds > 20 ? 1 : 3;
    expect(asked.length).toBeGreaterThanOrEqual(tries);
    expect(asked.length).toBeLessThanOrEqual(tries * atOnce);
    // The pauses of any 429, or what the host says where that is more.
    if (tries > 1) for (const pause of [500, 2_000]) expect(slept).toContain(Math.max(pause, seconds * 1_000));
    const next = await run(one, null, files, { wanted });
    expect(next.asked).toEqual([]);
    const until = iso(shift(one.now, seconds > 20 ? seconds * 1_000 : 5 * MINUTE));
    for (const gap of gapsOf(next.readings)) {
      expect(gap).toMatchObject({ why: "refused", status: 429 });
      expect(gap.detail).toBe(`not asked: HTTP 429 on ${iso(one.now)}; asked again from ${until}`);
    }
    expect(gapsOf(next.readings)).toHaveLength(1);
    const healthy = await run(one, null, files, { wanted, insisting: true });
    saysTheSame(
      healthy.readings,
      (baseline.get(id) ?? []).filter(({ dataset }) => wanted.has(dataset)),
    );
  });

  it.each(limits.filter(([, i, { source }]) => Object.keys(source.hosts).every((host) => said(host, i)[1] <= 20)))(
    "by %s (%i), once: the answer comes with the next try",
    async (id, i, one) => {
      let first = true;
      const once: Http = (request) => {
        const wasFirst = first;
        first = false;
        const [body, , status = 200] = said(new URL(request.url).host, i);
        return wasFirst
          ? Promise.resolve({ status, at: one.now, ms: 1, body: new TextEncoder().encode(body) })
          : one.whole(request);
      };
      const wanted = firstOf(one);
      const { readings, slept } = await run({ ...one, whole: once }, null, memory(), { wanted });
      saysTheSame(
        readings,
        (baseline.get(id) ?? []).filter(({ dataset }) => wanted.has(dataset)),
      );
      expect(slept.length).toBeGreaterThan(0);
    },
  );
});

it.each(cases.map((one, i) => [one.id, one, i] as const))("%s gone: the rest stands", async (id, one, i) => {
  // Another fault for each source: which one makes no difference to the figures.
  const quick = Object.values(faults).filter(({ tries, base: other }) => tries === undefined && other === undefined);
  const fault = quick[i % quick.length];
  if (fault === undefined) throw new Error("no fault");
  const { readings } = await run(one, fault, memory());
  expect(readings.filter(({ ok }) => ok)).toEqual([]);
  const after = withThese(id, readings);
  sound(after);
  othersUnchanged(one, after);
  expect(after.gaps.filter(({ source }) => source === id).length).toBeGreaterThanOrEqual(readings.length);
});
