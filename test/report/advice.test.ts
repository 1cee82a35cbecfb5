/** What a reader is told to do about a gap must be possible: nobody can wait until a time that is not given. */
import { describe, expect, it } from "vitest";
import type { Gap } from "../../src/core/gap.ts";
import { instant } from "../../src/core/time.ts";
import { remembering } from "../../src/io/blocked.ts";
import { bans } from "../../src/io/polite.ts";
import type { Http } from "../../src/ports.ts";
import { advice } from "../../src/report/advice.ts";
import { gapOf, request } from "../io/server.ts";
import { memory } from "../support/memory.ts";

const NOW = instant(Date.UTC(2026, 0, 30, 6));

/** The gaps of a host's second question in the run in which it said no, and of the first question of the next run. */
async function gapsAfter(status: number, words = ""): Promise<{ readonly sameRun: Gap; readonly nextRun: Gap }> {
  const body = new TextEncoder().encode(words);
  const refusing: Http = () => Promise.resolve({ status, at: NOW, ms: 1, body });
  const files = memory();
  const run = (): Http =>
    remembering(bans(refusing), {
      files,
      folder: "cache",
      now: () => NOW,
      way: "direct",
      keyed: new Set(),
      insisting: false,
    });
  const asking = run();
  await asking(request("https://a.test/x"));
  return {
    sameRun: await gapOf(asking(request("https://a.test/y"))),
    nextRun: await gapOf(run()(request("https://a.test/x"))),
  };
}

/** The same of one contract, as the report names it. */
const partOf = (gap: Gap): Gap => ({ ...gap, detail: `BTCUSDT: ${gap.detail}` });

describe("of a host that has said no", () => {
  it.each([
    [403, /^The venue blocks this network or region\. Use --relay/],
    [451, /^The venue blocks this network or region\. Use --relay/],
    [418, /^Too many requests from this address\./],
  ])("after %i: what the status means in the same run, until when in the next", async (status, words) => {
    const { sameRun, nextRun } = await gapsAfter(status);
    expect(sameRun.detail).toBe(`not asked again after HTTP ${status}`);
    expect(advice(sameRun)).toMatch(words);
    expect(nextRun.detail).toMatch(/; asked again from 2026-01-30T\d\d:\d\d:00Z$/);
    expect(advice(nextRun)).toMatch(/^Wait until then, /);
    expect(advice(partOf(nextRun))).toBe(advice(nextRun));
  });

  it("after a 403 for too many requests: to wait, of a part as of all", async () => {
    const { sameRun, nextRun } = await gapsAfter(403, "access too frequent");
    expect(sameRun.detail).toBe("not asked again after HTTP 403, too many requests");
    for (const gap of [sameRun, partOf(sameRun)]) expect(advice(gap)).toMatch(/Wait before the next run\.$/);
    for (const gap of [nextRun, partOf(nextRun)]) expect(advice(gap)).toMatch(/^Wait until then, /);
  });
});

it.each([
  ["access too frequent", /^Too many requests from this address\./],
  ["The Amazon CloudFront distribution is configured to block access from your country.", /^The venue blocks this/],
  ["an empty body", /^The venue blocks this/],
])("tells Bybit's two kinds of 403 apart: %s", (detail, words) => {
  expect(advice({ why: "refused", status: 403, detail })).toMatch(words);
});

describe("every gap that somebody can do something about says what", () => {
  it.each<[string, Gap, RegExp]>([
    ["a venue's error in a 200", { why: "refused", status: 200, detail: "51001 no such id" }, /^Try again later\./],
    ["a redirect", { why: "refused", status: 302, detail: "redirects to another host" }, /^The venue has moved, or/],
    ["a bad request", { why: "refused", status: 400, detail: "bad" }, /look for a newer version/],
    ["a wrong key", { why: "refused", status: 401, detail: "who are you" }, /^Check its key/],
    ["not found", { why: "refused", status: 404, detail: "none" }, /look for a newer version/],
    ["trouble", { why: "refused", status: 503, detail: "busy" }, /^The venue has trouble\./],
    ["a rule", { why: "implausible", rule: "Q-12", detail: "a jump" }, /^It stays out as long as it breaks the rule\./],
    ["age", { why: "stale", detail: "old" }, /^Try again when the source has newer figures\./],
  ])("%s", (_, gap, words) => {
    expect(advice(gap)).toMatch(words);
  });

  it("but for what nobody publishes", () => {
    expect(advice({ why: "unpublished", detail: "nobody tells" })).toBeNull();
  });
});
