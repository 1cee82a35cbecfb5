/** What becomes a reading does not depend on what came first, nor on whether it is asked live or of a recording. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { collect } from "../src/collect.ts";
import { Unavailable } from "../src/core/gap.ts";
import { DAY, instant, shift } from "../src/core/time.ts";
import type { HttpRequest, TextAnswer, Web } from "../src/ports.ts";
import { coinglass } from "../src/sources/coinglass.ts";
import { htx } from "../src/sources/htx.ts";
import type { Ask, Source } from "../src/sources/source.ts";

const NOW = instant(1_769_752_800_000);

const nobody: Web = () => Promise.reject(new Unavailable({ why: "unrecorded", detail: "not in the recording" }));

describe("a source without its key", () => {
  it.each([
    ["a past day", 30, "unpublished"],
    ["the present", 0, "unconfigured"],
  ])("has the same gaps live and in the replay, of %s", async (_, days, why) => {
    const of = async (replaying: boolean): Promise<readonly string[]> => {
      const { readings } = await collect([coinglass], {
        web: nobody,
        now: shift(NOW, -days * DAY),
        clock: NOW,
        since: shift(NOW, -200 * DAY),
        wanted: new Set(["reportedOpenInterest", "liquidations"]),
        secret: () => undefined,
        replaying,
      });
      return readings.map((one) => `${one.dataset} ${one.ok ? "told" : `${one.gap.why}: ${one.gap.detail}`}`);
    };
    const live = await of(false);
    expect(live).toHaveLength(2);
    expect(live.every((gap) => gap.includes(` ${why}: `))).toBe(true);
    expect(await of(true)).toEqual(live);
  });
});

describe("a dataset of which one question fails", () => {
  const HOST = "https://api.hbdm.com/";
  const Body = z.object({ page: z.number() });
  /** Two questions side by side; what follows from the second is a third. */
  const both = async (ask: Ask): Promise<never> => {
    const pages = async (): Promise<void> => {
      await ask.json(`${HOST}first`, Body);
      await ask.json(`${HOST}second`, Body);
    };
    await Promise.all([ask.json(`${HOST}fails`, Body), pages()]);
    throw new Error("one of them fails");
  };
  const source: Source = { ...htx, datasets: { openInterestHistory: both } };

  /** Answers come in the order in which they are let go. `kept` is what enters the cache, or leaves it. */
  async function told(order: "failure first" | "failure last", failure: Pick<TextAnswer, "status" | "text">) {
    const kept: string[] = [];
    let letGo = (): void => {};
    const late = new Promise<void>((resolve) => (letGo = resolve));
    let asked = 0;
    const web: Web = async ({ url }: HttpRequest) => {
      asked += 1;
      const fails = url.endsWith("fails");
      if (fails === (order === "failure last")) await late;
      const page = { status: 200, text: '{"page":1}' };
      const shelf = {
        keep: () => Promise.resolve(void kept.push(`keep ${url}`)),
        drop: () => Promise.resolve(void kept.push(`drop ${url}`)),
      };
      return { at: NOW, ms: 7, shelf, ...(fails ? failure : page) };
    };
    const wanted = new Set(["openInterestHistory"] as const);
    const collected = collect([source], {
      web,
      now: NOW,
      since: NOW,
      wanted,
      secret: () => undefined,
      replaying: false,
    });
    // All that can be done without what is late has been done.
    for (let i = 0; i < 5; i++) await new Promise((done) => setImmediate(done));
    letGo();
    const { readings, asked: spent } = await collected;
    return { readings, kept: kept.toSorted(), requests: asked, counted: spent[0]?.requests };
  }

  it.each([
    ["is refused", { status: 500, text: "" }, [`keep ${HOST}first`, `keep ${HOST}second`]],
    // Neither kept nor taken out: it is not suspected, but the answer as a whole proves nothing.
    ["cannot be read", { status: 200, text: "{}" }, []],
  ])("has the same evidence in any order where it %s, and keeps the same", async (_, failure, kept) => {
    const first = await told("failure first", failure);
    expect(first.readings[0]?.evidence.map(({ url }) => url)).toEqual([
      `${HOST}fails`,
      `${HOST}first`,
      `${HOST}second`,
    ]);
    expect(first.readings[0]?.ok).toBe(false);
    expect(first).toMatchObject({ kept, requests: 3, counted: 3 });
    expect(await told("failure last", failure)).toEqual(first);
  });
});
