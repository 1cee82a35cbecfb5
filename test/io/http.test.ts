import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { instant } from "../../src/core/time.ts";
import { overAxios, type HttpOptions } from "../../src/io/http.ts";
import { gapOf, request, sending, serving, textOf, tunnel } from "./server.ts";

const AT = instant(1_769_752_800_000);
const http = (more: Partial<HttpOptions> = {}) =>
  overAxios({ version: "1.2.3", signal: new AbortController().signal, now: () => AT, ...more });

/** Nothing listens on port 1. */
const CLOSED = "127.0.0.1:1";

beforeEach(() => {
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]) {
    vi.stubEnv(name, "");
    vi.stubEnv(name.toLowerCase(), "");
  }
  return () => vi.unstubAllEnvs();
});

describe("a question", () => {
  it("is a GET with the headers given and a User-Agent that says who asks", async () => {
    const host = await serving((asked, response) => {
      response.end(JSON.stringify([asked.method, asked.url, asked.headers["user-agent"], asked.headers["x-key"]]));
    });
    const found = await http()(request(`http://${host}/a/b?c=d`, { headers: { "X-Key": "k" } }));
    expect(found).toMatchObject({ status: 200, at: AT });
    expect(JSON.parse(textOf(found))).toEqual([
      "GET",
      "/a/b?c=d",
      "btc-report/1.2.3 (+https://www.npmjs.com/package/btc-report)",
      "k",
    ]);
  });

  it("is a POST of exactly the JSON text given", async () => {
    const host = await serving((asked, response) => {
      let body = "";
      asked.on("data", (part: Buffer) => (body += part.toString()));
      asked.on("end", () => response.end(`${asked.method} ${asked.headers["content-type"]} ${body}`));
    });
    const found = await http()(request(`http://${host}/info`, { body: '{ "type": "meta" } ' }));
    expect(textOf(found)).toBe('POST application/json { "type": "meta" } ');
  });

  it("goes through the proxy of the environment, except to hosts of NO_PROXY", async () => {
    const proxy = await serving((asked, response) => response.end(`proxied ${asked.url}`));
    const direct = await serving((_, response) => response.end("direct"));
    vi.stubEnv("HTTP_PROXY", `http://${proxy}`);
    vi.stubEnv("NO_PROXY", "127.0.0.1");
    expect(textOf(await http()(request("http://venue.test/oi")))).toBe("proxied http://venue.test/oi");
    expect(textOf(await http()(request(`http://${direct}/`)))).toBe("direct");
  });

  it("for HTTPS is tunnelled, so that the proxy sees the host and nothing of the question", async () => {
    let heard = "";
    const proxy = await tunnel((part) => (heard += part.toString("latin1")));
    vi.stubEnv("HTTPS_PROXY", `http://${proxy}`);
    const question = request("https://venue.test/secret-path", { headers: { "X-Key": "secret-key" } });
    expect(await gapOf(http()(question))).toMatchObject({ why: "unreachable" });
    expect(heard).toMatch(/^CONNECT venue\.test:443 /);
    expect(heard).not.toContain("secret");
  });
});

describe("an answer", () => {
  it.each([204, 301, 400, 404, 418, 429, 451, 500, 503])("of status %i is an answer", async (status) => {
    const host = await serving((_, response) => response.writeHead(status).end());
    expect((await http()(request(`http://${host}/`))).status).toBe(status);
  });

  it("carries Retry-After and Location as they were sent", async () => {
    const host = await serving((_, response) =>
      response.writeHead(429, { "Retry-After": "7", Location: "/elsewhere" }).end(),
    );
    expect(await http()(request(`http://${host}/`))).toMatchObject({ retryAfter: "7", location: "/elsewhere" });
  });

  it("is handed over byte for byte, an HTML page and bytes that are no text too", async () => {
    const page = "\uFEFF<!doctype html><title>Blocked</title>";
    const bytes = Uint8Array.from([0xff, 0, 0xfe, 0x80, 0x0a]);
    const host = await serving((asked, response) =>
      response.writeHead(200, { "Content-Type": "text/html" }).end(asked.url === "/page" ? page : bytes),
    );
    const found = await http()(request(`http://${host}/page`));
    expect(Buffer.from(found.body)).toEqual(Buffer.from(page));
    expect([...(await http()(request(`http://${host}/bytes`))).body]).toEqual([...bytes]);
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("compressed with %s is opened", async (encoding, compress) => {
    const host = await serving((_, response) =>
      response.writeHead(200, { "Content-Encoding": encoding }).end(compress("a,b\n1,2\n")),
    );
    expect(textOf(await http()(request(`http://${host}/`)))).toBe("a,b\n1,2\n");
  });
});

describe("no answer", () => {
  const secret = "do-not-tell-me";
  const ask = (url: string, more: Partial<HttpOptions> = {}) =>
    gapOf(http(more)(request(url, { headers: { "X-Key": secret } })));

  it("from a host that drips is over at the deadline, though it is never idle", async () => {
    const host = await serving((_, response) => {
      const drip = setInterval(() => response.write("x"), 10);
      onTestFinished(() => clearInterval(drip));
    });
    const detail = `${host} did not answer within 0.2 s`;
    expect(await ask(`http://${host}/`, { deadlineMs: 200 })).toEqual({ why: "unreachable", detail });
  });

  it("from a host that hangs is over at the deadline", async () => {
    const host = await serving(() => {});
    const detail = `${host} did not answer within 0.1 s`;
    expect(await ask(`http://${host}/`, { deadlineMs: 100 })).toEqual({ why: "unreachable", detail });
  });

  it("comes at the deadline also where the garbage collector ran meanwhile", async () => {
    // Node 20 forgets an AbortSignal.timeout() that only AbortSignal.any() refers to.
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    const host = await serving(() => {
      if (typeof collect === "function") collect();
    });
    expect(await ask(`http://${host}/`, { deadlineMs: 200 })).toMatchObject({ why: "unreachable" });
  });

  it("comes once the run is over, for a question under way and for the next", async () => {
    const run = new AbortController();
    const host = await serving(() => run.abort());
    const over = (before: string): unknown => ({
      why: "unreachable",
      detail: `the time of the run was over before ${host} ${before}`,
    });
    expect(await ask(`http://${host}/`, { signal: run.signal })).toEqual(over("answered"));
    expect(await ask(`http://${host}/`, { signal: run.signal })).toEqual(over("was asked"));
  });

  it("is put in words: DNS", async () => {
    // A label of 64 letters is refused by the resolver without asking anybody.
    const name = `${"a".repeat(64)}.test`;
    expect(await ask(`https://${name}/`)).toEqual({ why: "unreachable", detail: `DNS lookup of ${name} failed` });
  });

  it("is put in words: connection refused", async () => {
    expect(await ask(`http://${CLOSED}/`)).toEqual({ why: "unreachable", detail: `connection refused by ${CLOSED}` });
  });

  it("is put in words: a proxy that refuses the connection is named, without its password", async () => {
    vi.stubEnv("HTTPS_PROXY", `http://user:${secret}@${CLOSED}`);
    expect(await ask("https://venue.test/")).toEqual({
      why: "unreachable",
      detail: `connection refused by the proxy ${CLOSED} (for venue.test)`,
    });
  });

  it("is put in words: TLS", async () => {
    const host = await serving((_, response) => response.end("plain"));
    const gap = await ask(`https://${host}/`);
    expect(gap).toMatchObject({ why: "unreachable" });
    expect(gap.detail).toMatch(/^TLS failed: [a-z ]+ \(127\.0\.0\.1:\d+\)$/);
  });

  it.each([
    ["nothing", [""]],
    ["half a body", ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", "half"]],
    ["half a chunk", ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "10\r\nhalf"]],
  ])("is put in words: %s", async (_, parts) => {
    const host = await sending(...parts);
    expect(await ask(`http://${host}/`)).toEqual({
      why: "unreachable",
      detail: `connection broken off by ${host}`,
    });
  });

  it("is put in words: a compressed body cut in the middle where nothing states its length", async () => {
    const whole = gzipSync(Array.from({ length: 2_000 }, (_, i) => `2026-01-30,${i}\n`).join(""));
    const host = await sending(
      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n",
      whole.subarray(0, whole.length / 2),
    );
    expect(await ask(`http://${host}/`)).toEqual({
      why: "unreachable",
      detail: `compressed answer of ${host} cut off or damaged`,
    });
  });

  it("is put in words: no HTTP", async () => {
    const host = await sending("SSH-2.0-OpenSSH_9.6\r\n");
    expect(await ask(`http://${host}/`)).toEqual({ why: "unreachable", detail: `${host} does not speak HTTP` });
  });

  it("is too much: a body over the bound", async () => {
    const host = await serving((_, response) => response.end(Buffer.alloc(3 * 1024 * 1024)));
    const detail = `answer of ${host} larger than 2 MB`;
    expect(await ask(`http://${host}/`, { maxBytes: 2 * 1024 * 1024 })).toEqual({
      why: "malformed",
      at: "body",
      detail,
    });
  });

  it("is too much: a small body that inflates beyond 32 MB", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const host = await serving((_, response) => response.writeHead(200, { "Content-Encoding": "gzip" }).end(bomb));
    const detail = `answer of ${host} larger than 32 MB`;
    expect(await ask(`http://${host}/`)).toEqual({ why: "malformed", at: "body", detail });
  });

  it("never tells a header", async () => {
    const host = await sending("");
    for (const url of [`http://${CLOSED}/`, `http://${host}/`, `https://${host}/`]) {
      expect(JSON.stringify(await ask(url))).not.toContain(secret);
    }
  });
});
