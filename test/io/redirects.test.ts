import { describe, expect, it } from "vitest";
import { following } from "../../src/io/redirects.ts";
import { relayed } from "../../src/io/relay.ts";
import type { Http, HttpRequest } from "../../src/ports.ts";
import { answer, gapOf, request } from "./server.ts";

/** Answers by URL: text is where it redirects to. */
function web(pages: Readonly<Record<string, string | null>>, status = 302): { http: Http; asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  return {
    asked,
    http: (question) => {
      asked.push(question);
      const location = pages[question.url];
      return Promise.resolve(typeof location === "string" ? answer(status, "", { location }) : answer(200, "here"));
    },
  };
}

describe("redirects", () => {
  it("are followed within the host, up to three, with headers and the time of all of them", async () => {
    const { http, asked } = web({
      "https://a.test/1": "/2",
      "https://a.test/2": "https://a.test/3",
      "https://a.test/3": "4?q=1",
    });
    expect(await following(http)(request("https://a.test/1", { headers: { key: "k" } }))).toMatchObject({
      status: 200,
      ms: 20,
    });
    expect(asked.map(({ url }) => url)).toEqual([
      "https://a.test/1",
      "https://a.test/2",
      "https://a.test/3",
      "https://a.test/4?q=1",
    ]);
    expect(asked.every(({ headers }) => headers["key"] === "k")).toBe(true);
  });

  it("in a circle end after three", async () => {
    const { http, asked } = web({ "https://a.test/1": "/1" });
    expect(await gapOf(following(http)(request("https://a.test/1")))).toEqual({
      why: "refused",
      status: 302,
      detail: "a.test redirects more than 3 times",
    });
    expect(asked).toHaveLength(4);
  });

  it.each([
    ["https://b.test/", "b.test"],
    ["//b.test/", "b.test"],
    ["https://a.test.b.test/", "a.test.b.test"],
    ["https://a.test:8443/", "a.test:8443"],
    ["https://a.test@b.test/", "b.test"],
    ["http://127.0.0.1/", "127.0.0.1"],
    ["http://2130706433/", "127.0.0.1"],
    ["http://[::1]/", "[::1]"],
    ["http://169.254.169.254/latest/meta-data", "169.254.169.254"],
    ["http://localhost/", "localhost"],
  ])("to %s are refused and nothing is sent there", async (location, host) => {
    const { http, asked } = web({ "https://a.test/1": location });
    expect(await gapOf(following(http)(request("https://a.test/1", { headers: { key: "k" } })))).toEqual({
      why: "refused",
      status: 302,
      detail: `a.test redirects to another host, ${host}`,
    });
    expect(asked).toHaveLength(1);
  });

  it("out of TLS are refused", async () => {
    const { http } = web({ "https://a.test/1": "http://a.test/1" });
    expect(await gapOf(following(http)(request("https://a.test/1")))).toMatchObject({
      detail: "a.test redirects away from https",
    });
  });

  it("without a place to go, or that would turn a POST into a GET, are handed over as answers", async () => {
    const nowhere = web({ "https://a.test/1": "http://" });
    expect(await following(nowhere.http)(request("https://a.test/1"))).toMatchObject({ status: 302 });
    const post = web({ "https://a.test/1": "/2" });
    expect(await following(post.http)(request("https://a.test/1", { body: "{}" }))).toMatchObject({ status: 302 });
    const kept = web({ "https://a.test/1": "/2" }, 307);
    expect(await following(kept.http)(request("https://a.test/1", { body: "{}" }))).toMatchObject({ status: 200 });
    expect(kept.asked[1]).toMatchObject({ url: "https://a.test/2", body: "{}" });
  });
});

describe("a relay", () => {
  it.each(["http://127.0.0.1:9000/r", "http://127.0.0.1:9000/r/"])(
    "at %s gets everything but the address as it was",
    async (relay) => {
      const { http, asked } = web({});
      const question = request("https://a.test/b/c?d=%20e&f=[1]", { headers: { key: "k" }, body: '{"g":1}' });
      await relayed(http, relay)(question);
      expect(asked).toEqual([{ ...question, url: "http://127.0.0.1:9000/r/a.test/b/c?d=%20e&f=[1]" }]);
    },
  );

  it("is asked again where the host redirects within itself", async () => {
    const { http, asked } = web({ "http://r.test/a.test/1": "/2" });
    await following(relayed(http, "http://r.test"))(request("https://a.test/1"));
    expect(asked.map(({ url }) => url)).toEqual(["http://r.test/a.test/1", "http://r.test/a.test/2"]);
  });
});
