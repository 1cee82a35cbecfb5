import { describe, expect, it } from "vitest";
import { Overdue, Unavailable } from "../../src/core/gap.ts";
import { bans, once, paced, polite, retrying, waitingFor, type Waiting } from "../../src/io/polite.ts";
import type { Http, HttpAnswer, HttpRequest } from "../../src/ports.ts";
import { clockwork, NOON } from "./clockwork.ts";
import { answer, gapOf, request } from "./server.ts";

type Step = number | HttpAnswer | Unavailable;
/** Says one thing after the other; the last one for ever. */
function script(...steps: readonly Step[]): { http: Http; asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  return {
    asked,
    http: async (question) => {
      const step = steps[Math.min(asked.length, steps.length - 1)];
      asked.push(question);
      await Promise.resolve();
      if (step === undefined) throw new Error("nothing to say");
      if (step instanceof Unavailable) throw step;
      return typeof step === "number" ? answer(step) : step;
    },
  };
}
const broken = new Unavailable({ why: "unreachable", detail: "connection broken off by a.test" });
const silent = new Overdue("a.test did not answer within 20 s");
const later = (retryAfter: string, status = 429): HttpAnswer => answer(status, "", { retryAfter });
const question = request("https://a.test/x");

describe("retrying", () => {
  it.each<[string, readonly Step[], number, number[]]>([
    ["a good answer is taken", [200], 1, []],
    ["one transport failure", [broken, 200], 2, [500]],
    ["two transport failures", [broken, broken, 200], 3, [500, 2_000]],
    ["one 429", [429, 200], 2, [500]],
    ["500 and 503", [500, 503, 200], 3, [500, 2_000]],
    ["Retry-After in seconds", [later("3"), later("4", 503), 200], 3, [3_000, 4_000]],
    ["Retry-After of 20 s", [later("20"), 200], 2, [20_000]],
    ["Retry-After shorter than the usual pause", [later("0"), 200], 2, [500]],
    ["Retry-After as a date", [later("Fri, 30 Jan 2026 12:00:09 GMT"), 200], 2, [9_000]],
    ["Retry-After as a date that is over", [later("Fri, 30 Jan 2026 11:00:00 GMT"), 200], 2, [500]],
    ["Retry-After that cannot be read", [later("soon"), later("Fri Jan 30 12:00:09 2026"), 200], 3, [500, 2_000]],
  ])("%s", async (_, steps, times, slept) => {
    const waiting = clockwork();
    const { http, asked } = script(...steps);
    expect(await retrying(http, waiting)(question)).toMatchObject({ status: 200 });
    expect([asked.length, waiting.slept]).toEqual([times, slept]);
  });

  it.each([400, 401, 403, 404, 418, 422, 451])("%i is an answer, not asked again", async (status) => {
    const { http, asked } = script(status);
    expect(await retrying(http, clockwork())(question)).toMatchObject({ status });
    expect(asked).toHaveLength(1);
  });

  it("gives what it got last when three were not enough", async () => {
    const busy = script(429, 429, 503);
    expect(await retrying(busy.http, clockwork())(question)).toMatchObject({ status: 503 });
    expect(busy.asked).toHaveLength(3);
    const dead = script(broken);
    expect(await gapOf(retrying(dead.http, clockwork())(question))).toEqual(broken.gap);
    expect(dead.asked).toHaveLength(3);
  });

  it.each([
    ["Retry-After over 20 s", later("21"), 3_600],
    ["Retry-After of an hour, as a date", later("Fri, 30 Jan 2026 13:00:00 GMT"), 3_600],
    ["Retry-After beyond the end of the run", later("10"), 10],
    ["the usual pause beyond the end of the run", answer(503), 0.5],
  ])("gives up at once: %s", async (_, step, seconds) => {
    const waiting = clockwork(seconds);
    const { http, asked } = script(step, 200);
    expect(await retrying(http, waiting)(question)).toEqual(step);
    expect([asked.length, waiting.slept]).toEqual([1, []]);
  });

  it("does not repeat what would fail again: a body too large, a refused redirect, silence, a mistake of ours", async () => {
    const large = new Unavailable({ why: "malformed", at: "body", detail: "answer of a.test larger than 32 MB" });
    const away = new Unavailable({ why: "refused", status: 302, detail: "a.test redirects to another host, b.test" });
    for (const failure of [large, away, silent]) {
      const { http, asked } = script(failure);
      expect(await gapOf(retrying(http, clockwork())(question))).toEqual(failure.gap);
      expect(asked).toHaveLength(1);
    }
    await expect(retrying(() => Promise.reject(new TypeError("oops")), clockwork())(question)).rejects.toThrow("oops");
  });

  it("ends with the run while it waits", async () => {
    const run = new AbortController();
    const { http } = script(503);
    const asked = retrying(http, waitingFor(run.signal, 60_000))(question);
    setTimeout(() => run.abort(), 10);
    const detail = "the time of the run was over before a.test was asked";
    expect(await gapOf(asked)).toEqual({ why: "unreachable", detail });
  });
});

describe("real waiting", () => {
  it("is for many at once without a warning from Node", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    const { sleep } = waitingFor(new AbortController().signal, 60_000);
    await Promise.all(Array.from({ length: 50 }, () => sleep(1)));
    await new Promise(setImmediate);
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  it("counts to the end of the run on a clock that tells the time", () => {
    const { clock, until } = waitingFor(new AbortController().signal, 60_000);
    expect(Math.abs(clock() - Date.now())).toBeLessThan(60_000);
    expect(until).toBeGreaterThan(clock());
  });
});

describe("a pace", () => {
  /** Notes when each question starts and how many are under way at most. */
  function watched(waiting: Waiting, ms: number): { http: Http; starts: Record<string, number[]>; most: () => number } {
    const starts: Record<string, number[]> = {};
    let under = 0;
    let most = 0;
    return {
      starts,
      most: () => most,
      http: async ({ url }) => {
        const { host } = new URL(url);
        (starts[host] ??= []).push(waiting.clock() - NOON);
        under += 1;
        most = Math.max(most, under);
        for (let i = 0; i < ms; i += 1) await Promise.resolve();
        under -= 1;
        return answer(200);
      },
    };
  }
  const ask = (http: Http, host: string, times: number): Promise<unknown> =>
    Promise.all(Array.from({ length: times }, (_, i) => http(request(`https://${host}/${i}`))));

  it("is kept between the starts of questions to one host; hosts do not wait for each other", async () => {
    const waiting = clockwork();
    const { http, starts } = watched(waiting, 1);
    const slow = paced(http, { "a.test": { everyMs: 100, atOnce: 8 }, "b.test": { everyMs: 0 } }, waiting);
    await Promise.all([ask(slow, "a.test", 4), ask(slow, "b.test", 3)]);
    expect(starts["a.test"]).toEqual([0, 100, 200, 300]);
    expect(starts["b.test"]).toEqual([0, 0, 0]);
  });

  it("of some paths is theirs alone: they keep it, and the others do not wait for them", async () => {
    const waiting = clockwork();
    const starts: [string, number][] = [];
    const noted: Http = async ({ url }) => {
      starts.push([new URL(url).pathname, waiting.clock() - NOON]);
      await waiting.sleep(30);
      return answer(200);
    };
    const pace = { everyMs: 100, atOnce: 2, paths: { "/slow/": 1_000 } };
    const all = paced(noted, { "a.test": pace }, waiting);
    const paths = ["/slow/1", "/slow/2", "/1", "/slow/3", "/2", "/3", "/4"];
    await Promise.all(paths.map((path) => all(request(`https://a.test${path}`))));
    const of = (slow: boolean): readonly number[] =>
      starts.filter(([path]) => path.startsWith("/slow/") === slow).map(([, at]) => at);
    expect(of(true)).toHaveLength(3);
    for (const [i, at] of of(true).entries()) expect(at - (of(true)[i - 1] ?? -1_000)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...of(false))).toBeLessThanOrEqual(400);
    expect(Math.max(...of(true))).toBeLessThanOrEqual(2_400);
  });

  it("of some paths does not stop those behind one that is never asked", async () => {
    const waiting = clockwork();
    const { http, asked } = script(200, 451);
    const all = polite(http, { "a.test": { everyMs: 100, paths: { "/slow/": 1_000 } } }, waiting);
    const told = Array.from({ length: 5 }, (_, i) => all(request(`https://a.test/slow/${i}`)));
    const found = await Promise.allSettled(told);
    expect(found.map(({ status }) => status)).toEqual([
      ...Array<string>(2).fill("fulfilled"),
      ...Array<string>(3).fill("rejected"),
    ]);
    expect(asked).toHaveLength(2);
  });

  it("allows so many at once and no more", async () => {
    const waiting = clockwork();
    for (const atOnce of [1, 3]) {
      const { http, most } = watched(waiting, 50);
      await ask(paced(http, { "a.test": { everyMs: 0, atOnce } }, waiting), "a.test", 10);
      expect(most()).toBe(atOnce);
    }
  });

  it("is kept towards a host that nobody has described", async () => {
    const waiting = clockwork();
    const { http, starts } = watched(waiting, 1);
    await ask(paced(http, {}, waiting), "unknown.test", 3);
    expect(starts["unknown.test"]).toEqual([0, 250, 500]);
  });

  it("stops for a whole host that says when to come again", async () => {
    const waiting = clockwork();
    const { http } = script(later("5"), 200);
    const starts: number[] = [];
    const noted: Http = (asked) => {
      starts.push(waiting.now() - NOON);
      return http(asked);
    };
    await ask(paced(noted, { "a.test": { everyMs: 10, atOnce: 1 } }, waiting), "a.test", 3);
    expect(starts).toEqual([0, 5_000, 5_010]);
  });
});

describe("a ban", () => {
  it.each([403, 418, 451])("by %i: the host is not asked again, others are", async (status) => {
    const { http, asked } = script(status, 200);
    const careful = bans(http);
    expect(await careful(question)).toMatchObject({ status });
    const gap = { why: "refused", status, detail: `not asked again after HTTP ${status}` };
    expect(await gapOf(careful(request("https://a.test/y")))).toEqual(gap);
    expect(await gapOf(careful(question))).toEqual(gap);
    expect(await careful(request("https://b.test/x"))).toMatchObject({ status: 200 });
    expect(asked.map(({ url }) => url)).toEqual(["https://a.test/x", "https://b.test/x"]);
  });

  it.each([400, 401, 404, 429, 500])("is not meant by %i", async (status) => {
    const { http, asked } = script(status);
    const careful = bans(http);
    await careful(question);
    await careful(question);
    expect(asked).toHaveLength(2);
  });

  it.each<[string, Step, number]>([
    ["still 429 after the retries", 429, 3],
    ["429 until a time beyond the run", later("3600"), 1],
  ])("also by a host that has had enough: %s", async (_, step, times) => {
    const { http, asked } = script(step);
    const all = polite(http, { "a.test": { everyMs: 10 } }, clockwork());
    expect(await all(question)).toMatchObject({ status: 429 });
    const gap = { why: "refused", status: 429, detail: "not asked again after HTTP 429" };
    expect(await gapOf(all(request("https://a.test/y")))).toEqual(gap);
    expect(asked).toHaveLength(times);
  });

  it("is what the silence of a host comes to that has answered nothing yet", async () => {
    const { http, asked } = script(silent, 200);
    const all = polite(http, { "a.test": { everyMs: 10, atOnce: 1 } }, clockwork());
    const found = await Promise.all([gapOf(all(question)), gapOf(all(request("https://a.test/y")))]);
    expect(found).toEqual([silent.gap, silent.gap]);
    expect(asked).toEqual([question]);
    expect(await all(request("https://b.test/x"))).toMatchObject({ status: 200 });
  });

  it("is not what it comes to afterwards: that question alone is lost", async () => {
    const { http, asked } = script(200, silent, 200);
    const all = polite(http, { "a.test": { everyMs: 10 } }, clockwork());
    expect(await all(question)).toMatchObject({ status: 200 });
    expect(await gapOf(all(request("https://a.test/y")))).toEqual(silent.gap);
    expect(await all(request("https://a.test/z"))).toMatchObject({ status: 200 });
    expect(asked).toHaveLength(3);
  });

  it("reaches those who already wait for their turn, and at once", async () => {
    const waiting = clockwork();
    const { http, asked } = script(418);
    const all = polite(http, { "a.test": { everyMs: 1_000, atOnce: 2 } }, waiting);
    const found = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => all(request(`https://a.test/${i}`))));
    expect(found.map(({ status }) => status)).toEqual(["fulfilled", ...Array<string>(49).fill("rejected")]);
    expect(asked).toHaveLength(1);
    expect(waiting.slept).toEqual([1_000]);
  });
});

describe("polite", () => {
  it("makes a repeated question take its turn again", async () => {
    const waiting = clockwork();
    const { http, asked } = script(503, 200);
    const all = polite(http, { "a.test": { everyMs: 5_000, atOnce: 1 } }, waiting);
    expect(await all(question)).toMatchObject({ status: 200 });
    expect(asked).toHaveLength(2);
    expect(waiting.now() - NOON).toBe(5_000);
  });
});

describe("once", () => {
  it("shares the answer of identical questions, also while it is awaited, and their failure", async () => {
    const { http, asked } = script(200);
    const shared = once(http);
    const [a, b] = await Promise.all([shared(question), shared(request(question.url))]);
    expect(await shared(question)).toBe(a);
    expect(b).toBe(a);
    await shared(request(question.url, { body: "{}" }));
    await shared(request("https://a.test/x?"));
    expect(asked).toHaveLength(3);
    const dead = script(broken);
    const failing = once(dead.http);
    await gapOf(failing(question));
    await gapOf(failing(question));
    expect(dead.asked).toHaveLength(1);
  });

  it("asks again when the answer was of no use, and shares that one from then on", async () => {
    const { http, asked } = script(answer(200, "first"), answer(200, "second"), answer(200, "third"));
    const shared = once(http);
    await shared(question);
    const second = await shared({ ...question, fresh: true });
    expect(await shared(question)).toBe(second);
    expect(asked).toHaveLength(2);
  });

  it("holds the latest 96 of the files that a published checksum proves, and no more of them", async () => {
    const { http, asked } = script(...Array.from({ length: 98 }, () => answer(200, "a file")));
    const shared = once(http);
    const file = (n: number): HttpRequest => request(`https://a.test/${n}`, { sha256: "0".repeat(64) });
    const [a, b] = await Promise.all([shared(file(0)), shared(file(0))]);
    expect(b).toBe(a);
    for (let n = 1; n < 96; n += 1) await shared(file(n));
    expect(await shared(file(0))).toBe(a);
    expect(asked).toHaveLength(96);
    await shared(file(96));
    expect(await shared(file(0))).not.toBe(a);
    expect(asked).toHaveLength(98);
  });
});
