import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, instant, iso, MINUTE, SECOND, shift, type Instant } from "../../src/core/time.ts";
import { remembering, wayOf, type Remembering } from "../../src/io/blocked.ts";
import { disk, DiskError } from "../../src/io/disk.ts";
import type { Files, Http, HttpAnswer } from "../../src/ports.ts";
import { folder } from "./folder.ts";
import { answer, gapOf, request } from "./server.ts";

const SIX = instant(Date.UTC(2026, 0, 30, 6));
const question = request("https://a.test/x");
const GEO = "The Amazon CloudFront distribution is configured to block access from your country.";
const BINANCE_GEO = `{"code":0,"msg":"Service unavailable from a restricted location according to 'b. Eligibility'"}`;
const BAN = `{"code":-1003,"msg":"Way too many requests; IP(1.2.3.4) banned until ${SIX + 40 * MINUTE}."}`;

/** Runs of the program one after the other, with one cache folder: each is told when it runs and what the host says. */
function runs(path = folder(), files: Files = disk) {
  const asked: string[] = [];
  return {
    path,
    asked,
    file: join(path, "blocked.json"),
    run: (now: Instant, says: HttpAnswer, more: Partial<Remembering> = {}): Http =>
      remembering(
        ({ url }) => {
          asked.push(url);
          return Promise.resolve(says);
        },
        { files, folder: path, now: () => now, way: "direct", keyed: new Set(), insisting: false, ...more },
      ),
  };
}

describe("a host that blocks us", () => {
  it.each<[string, HttpAnswer, number]>([
    ["418", answer(418), 15 * MINUTE],
    ["418 with Retry-After in seconds", answer(418, "", { retryAfter: "7200" }), 2 * HOUR],
    ["418 with Retry-After as a date", answer(418, "", { retryAfter: "Fri, 30 Jan 2026 07:30:00 GMT" }), 90 * MINUTE],
    ["418 with the end of the ban in its words", answer(418, BAN), 40 * MINUTE],
    ["418 that asks for a month", answer(418, "", { retryAfter: "2592000" }), 3 * DAY],
    ["429", answer(429), 5 * MINUTE],
    ["429 with Retry-After", answer(429, "", { retryAfter: "60" }), MINUTE],
    ["429 with more than the retries wait", answer(429, "", { retryAfter: "21" }), 21 * SECOND],
    ["429 that was waited for in vain", answer(429, "", { retryAfter: "20" }), 5 * MINUTE],
    ["418 with as little", answer(418, "", { retryAfter: "20" }), 20 * SECOND],
    ["451", answer(451, BINANCE_GEO), 6 * HOUR],
    ["403 that names the country", answer(403, GEO), 6 * HOUR],
    ["403 for asking too often", answer(403, "access too frequent"), 15 * MINUTE],
    ["403 of a firewall", answer(403, "<h1>Attention Required! | Cloudflare</h1>"), HOUR],
  ])("is not asked again by later runs for its time: %s", async (_, says, ms) => {
    const { run, asked } = runs();
    expect(await run(SIX, says)(question)).toEqual(says);
    const last = shift(SIX, ms - 1);
    expect(await gapOf(run(last, answer(200))(request("https://a.test/y")))).toEqual({
      why: "refused",
      status: says.status,
      detail: `not asked: HTTP ${says.status} on 2026-01-30T06:00:00Z; asked again from ${iso(shift(SIX, ms))}`,
    });
    expect(asked).toEqual(["https://a.test/x"]);
    expect(await run(shift(SIX, ms), answer(200))(question)).toMatchObject({ status: 200 });
  });

  it.each([200, 400, 401, 404, 500, 503])("is not meant by %i", async (status) => {
    const { run, asked } = runs();
    await run(SIX, answer(status, GEO))(question);
    await run(SIX, answer(200))(question);
    expect(asked).toHaveLength(2);
  });

  it("is one host only, on one way only", async () => {
    const { run, asked } = runs();
    const relay = wayOf("https://relay.test/key", undefined);
    await run(SIX, answer(451))(question);
    await run(SIX, answer(200))(request("https://b.test/"));
    await run(SIX, answer(200), { way: relay })(question);
    expect(asked).toHaveLength(3);
    // What the relay is told says nothing of the direct way, and both are remembered.
    await run(SIX, answer(418), { way: relay })(request("https://c.test/"));
    await run(SIX, answer(200))(request("https://c.test/"));
    expect(await gapOf(run(SIX, answer(200), { way: relay })(request("https://c.test/")))).toMatchObject({
      status: 418,
    });
    expect(await gapOf(run(SIX, answer(200))(question))).toMatchObject({ status: 451 });
  });

  it("may have meant the key: 403 of a host that takes one is not remembered, a country is", async () => {
    const { run, asked } = runs();
    const keyed = { keyed: new Set(["a.test"]) };
    await run(SIX, answer(403, "invalid API key"), keyed)(question);
    await run(SIX, answer(403, GEO), keyed)(question);
    expect(await gapOf(run(SIX, answer(200), keyed)(question))).toMatchObject({ status: 403 });
    expect(asked).toHaveLength(2);
  });

  it("is asked by one who insists, and forgotten when it answers", async () => {
    const { run, asked } = runs();
    await run(SIX, answer(451))(question);
    await run(SIX, answer(503), { insisting: true })(question);
    expect(await gapOf(run(SIX, answer(200))(question))).toMatchObject({ status: 451 });
    await run(SIX, answer(200), { insisting: true })(question);
    expect(await run(SIX, answer(200))(question)).toMatchObject({ status: 200 });
    expect(asked).toHaveLength(4);
  });

  it("is remembered beside others that are found blocking at the same moment, and by another run", async () => {
    const { run, file } = runs();
    const [one, other] = [run(SIX, answer(451)), run(SIX, answer(418))];
    await Promise.all(["a", "b", "c"].map((name) => one(request(`https://${name}.test/`))));
    await other(request("https://d.test/"));
    const { blocked }: { blocked: { host: string }[] } = JSON.parse(readFileSync(file, "utf8"));
    expect(blocked.map(({ host }) => host).toSorted()).toEqual(["a.test", "b.test", "c.test", "d.test"]);
  });
});

describe("the file", () => {
  it.each([
    ["cut off", '{"blocked":[{"host":"a.te'],
    ["of another format", '{"blocked":{"a.test":true}}'],
    ["with another time", '{"blocked":[{"host":"a.test","way":"direct","status":451,"at":"now","until":"later"}]}'],
    ["empty", ""],
  ])("is as good as none where it is %s", async (_, text) => {
    const { run, file, asked } = runs();
    writeFileSync(file, text);
    await run(SIX, answer(200))(question);
    expect(asked).toHaveLength(1);
  });

  it("says nothing of a time before it was written: the clock was set back", async () => {
    const { run, asked } = runs();
    await run(SIX, answer(451))(question);
    await run(shift(SIX, -HOUR), answer(200))(question);
    expect(asked).toHaveLength(2);
  });

  it("may be impossible to read and write: the host is asked", async () => {
    const broken: Files = {
      read: (path) => Promise.reject(new DiskError("read", path, new Error("EIO"))),
      write: (path) => Promise.reject(new DiskError("write", path, new Error("ENOSPC"))),
      list: () => Promise.resolve([]),
    };
    const { run, asked } = runs("/nowhere", broken);
    await run(SIX, answer(451))(question);
    await run(SIX, answer(200))(question);
    expect(asked).toHaveLength(2);
  });

  it("holds no address of a relay or a proxy, where a password may stand", () => {
    expect(wayOf(null, undefined)).toBe("direct");
    expect(wayOf(null, "")).toBe("direct");
    const ways = [wayOf("https://relay.test/secret", undefined), wayOf(null, "http://me:secret@proxy.test:3128")];
    for (const way of ways) expect(way).toMatch(/^via [0-9a-f]{12}$/);
    expect(new Set(ways).size).toBe(2);
  });
});
