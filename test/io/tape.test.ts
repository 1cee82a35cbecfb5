import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Unavailable, type Gap } from "../../src/core/gap.ts";
import { DAY, HOUR, instant, MINUTE, shift, type Instant } from "../../src/core/time.ts";
import { disk, DiskError } from "../../src/io/disk.ts";
import { decodeTape, encodeTape, keep, offline, record, replay, tapePath, type Tape } from "../../src/io/tape.ts";
import type { Files, Http, HttpAnswer, HttpRequest } from "../../src/ports.ts";
import { folder } from "./folder.ts";
import { answer, gapOf, request, textOf } from "./server.ts";

const AT = instant(1_769_752_800_000);
const OI = "https://api.example.test/v1/oi?symbol=BTC";

/** Answers with these one after the other, then with the last; keeps what it was asked. */
function upstream(...answers: readonly (HttpAnswer | Unavailable)[]): { http: Http; asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  return {
    asked,
    http: (question) => {
      const next = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(question);
      return next === undefined || next instanceof Unavailable
        ? Promise.reject(next ?? new Error("nothing to say"))
        : Promise.resolve(next);
    },
  };
}

/** A cache whose reader finds every answer good. */
function caching(...given: Parameters<typeof keep>): Http {
  const http = keep(...given);
  return async (question) => {
    const found = await http(question);
    await found.shelf?.keep();
    return found;
  };
}

/** The only file below a folder. */
function fileIn(path: string): string {
  const [name, ...others] = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((n) => n.endsWith(".tape"));
  if (name === undefined || others.length > 0) throw new Error(`${others.length + 1} files`);
  return join(path, name);
}

describe("the name of a tape", () => {
  it.each([
    ["https://api.example.test/v1/oi?symbol=BTC&limit=5", "api.example.test/v1_oi_symbol=BTC_limit=5.tape"],
    ["https://api.example.test/", "api.example.test/index.tape"],
    ["http://127.0.0.1:8080/a", "127.0.0.1_8080/a.tape"],
  ])("of %s can be read", (url, path) => {
    expect(tapePath({ url })).toBe(path);
  });

  it("stays below its host and is not too long, whatever the question", () => {
    const part = fc.string({ unit: "grapheme", maxLength: 400 });
    fc.assert(
      fc.property(part, part, fc.option(part, { nil: undefined }), (path, query, body) => {
        const url = `https://a.test/${path}?${query}`;
        const name = tapePath(body === undefined ? { url } : { url, body });
        expect(name).toMatch(/^a\.test\/[A-Za-z0-9._=,-]{1,150}\.tape$/);
      }),
    );
    expect(tapePath({ url: "https://a.test/../..%2F..%2Fetc/passwd" })).toMatch(/^a\.test\/[^/]+$/);
    expect(tapePath({ url: "https://a.test/100%?x=%zz" })).toMatch(/^a\.test\/100_/);
  });

  it("differs with the body and with what a name cannot show", () => {
    const url = "https://a.test/info";
    const names = [
      tapePath({ url }),
      tapePath({ url, body: '{"type":"a"}' }),
      tapePath({ url, body: '{"type":"b"}' }),
      tapePath({ url: "https://a.test/info?q=ä" }),
      tapePath({ url: "https://a.test/info?q=ö" }),
      tapePath({ url: `https://a.test/info?q=${"x".repeat(200)}1` }),
      tapePath({ url: `https://a.test/info?q=${"x".repeat(200)}2` }),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("a tape", () => {
  it("reads as documented", () => {
    const body = new TextEncoder().encode('{"openInterest":"95211.5"}');
    const tape: Tape = {
      question: `GET ${OI}`,
      at: AT,
      ms: 120,
      from: "recorded 2026-01-30T06:00:00Z",
      answer: { status: 200, body },
    };
    expect(new TextDecoder().decode(encodeTape(tape))).toBe(
      [
        `GET ${OI}`,
        "status: 200",
        "at: 2026-01-30T06:00:00Z",
        "ms: 120",
        "from: recorded 2026-01-30T06:00:00Z",
        `sha256: ${createHash("sha256").update(body).digest("hex")}`,
        "",
        '{"openInterest":"95211.5"}',
      ].join("\n"),
    );
  });

  it("keeps any body byte for byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom("recorded now", "invented"), (body, from) => {
        const back = decodeTape(
          encodeTape({ question: `GET ${OI}`, at: AT, ms: 0, from, answer: { status: 200, body } }),
        );
        expect(back).toMatchObject({ question: `GET ${OI}`, at: AT, from });
        expect(back !== null && "body" in back.answer ? [...back.answer.body] : null).toEqual([...body]);
      }),
    );
  });

  it.each<Gap>([
    { why: "unreachable", detail: "DNS lookup of a.test failed" },
    { why: "unreachable", detail: "" },
    { why: "refused", status: 451, detail: "not asked again after HTTP 451" },
    { why: "malformed", at: "body", detail: "answer of a.test larger than 32 MB" },
  ])("keeps a failure: $why", (failed) => {
    const tape: Tape = { question: `GET ${OI}`, at: AT, ms: 0, from: "recorded now", answer: { failed } };
    expect(decodeTape(encodeTape(tape))).toEqual(tape);
  });

  it("written by hand needs neither ms nor sha256", () => {
    const text = `GET ${OI}\nstatus: 200\nat: 2026-01-30T06:00:00Z\nfrom: documented https://a.test\n\n[]`;
    expect(decodeTape(new TextEncoder().encode(text))).toMatchObject({ ms: 0, from: "documented https://a.test" });
  });

  it("that was recorded and then cut off or changed anywhere in its body is none", () => {
    const body = new TextEncoder().encode('[["2026-01-29","95211.5"],\n\n["2026-01-30","94800.1"]]');
    const whole = encodeTape({
      question: `GET ${OI}`,
      at: AT,
      ms: 9,
      from: "recorded now",
      answer: { status: 200, body },
    });
    expect(decodeTape(whole)).not.toBeNull();
    for (let length = 0; length < whole.length; length += 1) expect(decodeTape(whole.subarray(0, length))).toBeNull();
    for (let i = whole.length - body.length; i < whole.length; i += 1) {
      expect(decodeTape(whole.map((byte, at) => (at === i ? byte ^ 1 : byte)))).toBeNull();
    }
  });

  it("is none where the bytes are something else", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodeTape(bytes) === null));
    expect(
      decodeTape(new TextEncoder().encode(`GET ${OI}\nstatus: 200\nat: yesterday\nfrom: invented\n\n`)),
    ).toBeNull();
  });
});

describe("record and replay", () => {
  const binary = Uint8Array.from([0x50, 0x4b, 3, 4, 0xff, 0x0a, 0x0a, 0]);

  it("give the same answers again, byte for byte, with their times", async () => {
    const path = folder();
    const { http } = upstream({ ...answer(200, "", { ms: 41.6 }), body: binary }, answer(404, "no such symbol"));
    const live = record(http, disk, path, () => AT);
    const questions = [request(OI), request("https://api.example.test/info", { body: '{"type":"meta"}' })];
    for (const question of questions) await live(question);
    const again = replay(disk, path);
    const [first, second] = await Promise.all(questions.map((question) => again(question)));
    expect(first).toMatchObject({ status: 200, at: AT, ms: 42 });
    expect([...(first?.body ?? [])]).toEqual([...binary]);
    expect(second).toMatchObject({ status: 404 });
    expect(second === undefined ? null : textOf(second)).toBe("no such symbol");
  });

  it("fail again the same way", async () => {
    const path = folder();
    const gap: Gap = { why: "unreachable", detail: "connection refused by api.example.test" };
    const { http } = upstream(new Unavailable(gap));
    expect(await gapOf(record(http, disk, path, () => AT)(request(OI)))).toEqual(gap);
    expect(await gapOf(replay(disk, path)(request(OI)))).toEqual(gap);
  });

  it("never keep a header", async () => {
    const path = folder();
    const { http } = upstream(answer(200, "{}", { retryAfter: "secret-1", location: "secret-2" }));
    const headers = { "X-Key": "secret-3" };
    await record(http, disk, join(path, "recording"), () => AT)(request(OI, { headers }));
    await caching(http, disk, join(path, "cache"), () => AT)(request(OI, { headers }));
    for (const place of ["recording", "cache"]) {
      expect(readFileSync(fileIn(join(path, place)), "latin1")).not.toContain("secret");
    }
  });

  it("say where a recording comes from", async () => {
    const path = folder();
    await record(
      upstream(answer(200, "{}")).http,
      disk,
      path,
      () => AT,
      () => "invented",
    )(request(OI));
    expect(decodeTape(readFileSync(fileIn(path)))?.from).toBe("invented");
  });

  it("do not hide that a recording cannot be written", async () => {
    const full: Files = { ...disk, write: (path) => Promise.reject(new DiskError("write", path, new Error("full"))) };
    await expect(record(upstream(answer(200)).http, full, folder(), () => AT)(request(OI))).rejects.toThrow(DiskError);
  });

  it("name the file that is missing, damaged, of another question, or not readable", async () => {
    const path = folder();
    const again = replay(disk, path);
    const name = "api.example.test/v1_oi_symbol=BTC.tape";
    expect(await gapOf(again(request(OI)))).toEqual({ why: "unrecorded", detail: `the recording has no ${name}` });
    await record(upstream(answer(200, "{}")).http, disk, path, () => AT)(request(OI));
    const bytes = readFileSync(fileIn(path));
    const damaged = { why: "unrecorded", detail: `${name} in the recording is damaged` };
    writeFileSync(fileIn(path), bytes.subarray(0, -1));
    expect(await gapOf(again(request(OI)))).toEqual(damaged);
    writeFileSync(fileIn(path), bytes.toString().replace("symbol=BTC", "symbol=ETH"));
    expect(await gapOf(again(request(OI)))).toEqual(damaged);
    const locked: Files = { ...disk, read: (file) => Promise.reject(new DiskError("read", file, new Error("no"))) };
    expect(await gapOf(replay(locked, path)(request(OI)))).toEqual({
      why: "unrecorded",
      detail: `${name} in the recording cannot be read`,
    });
  });
});

describe("the cache", () => {
  /** Asks once to fill the cache, then again `later` ms later; tells what the second answer said. */
  async function twice(question: HttpRequest, first: HttpAnswer, later: number): Promise<string> {
    const path = folder();
    let now: Instant = AT;
    const { http } = upstream(first, answer(200, "asked again"));
    const cached = caching(http, disk, path, () => now);
    await cached(question);
    now = shift(AT, later);
    return textOf(await cached(question));
  }
  const HALF_AN_HOUR = { keep: { minutes: 30 } };

  it.each<[string, Partial<HttpRequest>, HttpAnswer, number, string]>([
    ["30 minutes, after 29", HALF_AN_HOUR, answer(200, "kept"), 29 * MINUTE, "kept"],
    ["30 minutes, after 30", HALF_AN_HOUR, answer(200, "kept"), 30 * MINUTE, "asked again"],
    ["30 minutes, of the future", HALF_AN_HOUR, answer(200, "kept"), -MINUTE, "asked again"],
    ["forever, after ten years", { keep: "forever" }, answer(200, "kept"), 87_600 * HOUR, "kept"],
    ["nothing said", {}, answer(200, "kept"), 0, "asked again"],
    ["an absence, forever, after 29 minutes", { keep: "forever" }, answer(404, "none"), 29 * MINUTE, "none"],
    ["an absence, forever, after half an hour", { keep: "forever" }, answer(404, "none"), 30 * MINUTE, "asked again"],
    ["an absence, 30 minutes", HALF_AN_HOUR, answer(404, "none"), 0, "asked again"],
    ["an error, forever", { keep: "forever" }, answer(503, "busy"), 0, "asked again"],
  ])("serves as long as it may: %s", async (_, more, first, later, expected) => {
    expect(await twice(request(OI, more), first, later)).toBe(expected);
  });

  it("tells that an answer is not new, and when it was", async () => {
    const { http } = upstream(answer(200, "kept"));
    const cached = caching(http, disk, folder(), () => AT);
    const question = request(OI, { keep: "forever" });
    expect(await cached(question)).not.toHaveProperty("kept");
    expect(await cached(question)).toMatchObject({ kept: true, at: AT, status: 200 });
  });

  it("is passed by, and mended, when its answer was of no use", async () => {
    const { http, asked } = upstream(answer(200, '{"code":"50011"}'), answer(200, '{"code":"0"}'));
    const cached = caching(http, disk, folder(), () => AT);
    const question = request(OI, { keep: "forever" });
    await cached(question);
    expect(textOf(await cached({ ...question, fresh: true }))).toBe('{"code":"0"}');
    expect(textOf(await cached(question))).toBe('{"code":"0"}');
    expect(asked).toHaveLength(2);
  });

  it.each<[string, (file: string, bytes: Buffer) => void]>([
    ["cut off", (file, bytes) => writeFileSync(file, bytes.subarray(0, bytes.length - 3))],
    ["empty", (file) => writeFileSync(file, "")],
    ["another question's", (file, bytes) => writeFileSync(file, bytes.toString().replace("symbol=BTC", "symbol=ETH"))],
    ["something else", (file) => writeFileSync(file, Buffer.alloc(5_000, 0xff))],
  ])("asks again where its file is %s, and mends it", async (_, harm) => {
    const path = folder();
    const { http, asked } = upstream(answer(200, "good"));
    const cached = caching(http, disk, path, () => AT);
    const question = request(OI, { keep: "forever" });
    await cached(question);
    harm(fileIn(path), readFileSync(fileIn(path)));
    expect(await gapOf(offline(disk, path, () => AT)(question))).toMatchObject({ detail: "offline: not in the cache" });
    expect(textOf(await cached(question))).toBe("good");
    expect(await cached(question)).toMatchObject({ kept: true });
    expect(asked).toHaveLength(2);
  });

  it("neither stores nor serves a body with another checksum than published", async () => {
    const good = answer(200, "good");
    const published = createHash("sha256").update("good").digest("hex").toUpperCase();
    const { http, asked } = upstream(answer(200, "goof"), good);
    const cached = caching(http, disk, folder(), () => AT);
    const question = request(OI, { keep: "forever", sha256: published });
    expect(textOf(await cached(question))).toBe("goof");
    expect(textOf(await cached(question))).toBe("good");
    expect(await cached(question)).toMatchObject({ kept: true });
    expect(await cached({ ...question, sha256: "0".repeat(64) })).not.toHaveProperty("kept");
    expect(asked).toHaveLength(3);
  });

  it("stores nothing before its reader has found it good, and leaves the older answer where it stands", async () => {
    const path = folder();
    await caching(upstream(answer(200, "good")).http, disk, path, () => AT)(request(OI));
    const bad = await keep(upstream(answer(200, "<html>")).http, disk, path, () => AT)(request(OI));
    expect(textOf(bad)).toBe("<html>");
    await bad.shelf?.drop();
    expect(textOf(await offline(disk, path, () => AT)(request(OI)))).toBe("good");
  });

  it("hears one who finds a shared answer wrong, whoever finds it good before or after", async () => {
    const path = folder();
    const { shelf } = await keep(upstream(answer(200, "twice the same row")).http, disk, path, () => AT)(request(OI));
    await shelf?.keep();
    await shelf?.drop();
    await shelf?.keep();
    expect(await gapOf(offline(disk, path, () => AT)(request(OI)))).toMatchObject({
      detail: "offline: not in the cache",
    });
  });

  it("gives up what turns out wrong afterwards, from this run or from an earlier one", async () => {
    const path = folder();
    const question = request(OI, { keep: "forever" });
    const cached = keep(upstream(answer(200, "wrong")).http, disk, path, () => AT);
    const first = await cached(question);
    await first.shelf?.keep();
    await first.shelf?.keep();
    expect(await cached(question)).toMatchObject({ kept: true });
    await first.shelf?.drop();
    expect(await cached(question)).not.toHaveProperty("kept");
    await (await caching(upstream(answer(200, "also wrong")).http, disk, path, () => AT)(question)).shelf?.keep();
    const earlier = await cached(question);
    expect(earlier).toMatchObject({ kept: true });
    await earlier.shelf?.drop();
    expect(await gapOf(offline(disk, path, () => AT)(question))).toMatchObject({ detail: "offline: not in the cache" });
  });

  it("never breaks anything where it cannot be read or written", async () => {
    const broken: Files = {
      read: (path) => Promise.reject(new DiskError("read", path, new Error("EIO"))),
      write: (path) => Promise.reject(new DiskError("write", path, new Error("ENOSPC"))),
      list: () => Promise.resolve([]),
    };
    const cached = caching(upstream(answer(200, "fine")).http, broken, "/nowhere", () => AT);
    expect(textOf(await cached(request(OI, { keep: "forever" })))).toBe("fine");
  });

  it("hands on the failure of an upstream and keeps the last good answer", async () => {
    const path = folder();
    const gap: Gap = { why: "unreachable", detail: "connection refused by api.example.test" };
    const { http } = upstream(answer(200, "good"), new Unavailable(gap));
    const cached = caching(http, disk, path, () => AT);
    await cached(request(OI));
    expect(await gapOf(cached(request(OI)))).toEqual(gap);
    expect(textOf(await offline(disk, path, () => AT)(request(OI)))).toBe("good");
  });
});

describe("offline", () => {
  it("answers from the cache at any age, whatever the question may keep, and has a gap for the rest", async () => {
    const path = folder();
    await caching(upstream(answer(200, "old")).http, disk, path, () => AT)(request(OI));
    const asked = offline(disk, path, () => shift(AT, 400 * DAY));
    expect(await asked(request(OI, { keep: { minutes: 1 } }))).toMatchObject({ status: 200, at: AT, kept: true });
    expect(await gapOf(asked(request("https://api.example.test/other")))).toEqual({
      why: "unreachable",
      detail: "offline: not in the cache",
    });
  });

  it("tells nothing of the future, which a clock that was set back leaves, but what is over for ever", async () => {
    const path = folder();
    await caching(upstream(answer(200, "later")).http, disk, path, () => AT)(request(OI));
    const asked = offline(disk, path, () => shift(AT, -DAY));
    for (const keep of [{}, { keep: { minutes: 60 } }]) {
      expect(await gapOf(asked(request(OI, keep)))).toMatchObject({ detail: "offline: not in the cache" });
    }
    expect(textOf(await asked(request(OI, { keep: "forever" })))).toBe("later");
  });

  it("takes what was told of the present for the present during two minutes", async () => {
    const path = folder();
    await caching(upstream(answer(200, "now")).http, disk, path, () => AT)(request(OI));
    expect(textOf(await offline(disk, path, () => shift(AT, 2 * MINUTE))(request(OI)))).toBe("now");
    expect(await gapOf(offline(disk, path, () => shift(AT, 2 * MINUTE + 1))(request(OI)))).toEqual({
      why: "unreachable",
      detail: "offline: not in the cache",
    });
  });
});
