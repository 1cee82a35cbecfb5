/** What an `Ask` does with an answer that was kept and turns out not to be one. */
import { expect, it } from "vitest";
import { z } from "zod";
import { asker } from "../src/ask.ts";
import { instant } from "../src/core/time.ts";
import type { HttpRequest, TextAnswer } from "../src/ports.ts";
import { alternativeMe } from "../src/sources/alternative-me.ts";

const now = instant(1_769_752_800_000);
const URL = "https://api.alternative.me/fng/?limit=0";
const Answer = z.object({ value: z.number() });

function asking(answers: (request: HttpRequest) => Pick<TextAnswer, "text" | "kept" | "shelf">) {
  const asked: HttpRequest[] = [];
  const { ask, settle } = asker(alternativeMe, {
    now,
    since: now,
    web: (request) => {
      asked.push(request);
      // Whoever asks without an end is stopped here.
      if (asked.length > 10) throw new Error("asked for ever");
      return Promise.resolve({ status: 200, at: now, ms: 0, ...answers(request) });
    },
  });
  return { asked, settle, told: ask.json(URL, Answer) };
}

it("asks anew, once, where a kept answer cannot be read", async () => {
  const { asked, told } = asking(({ fresh }) =>
    fresh === true ? { text: '{"value":16}' } : { text: "{}", kept: true },
  );
  expect(await told).toEqual({ value: 16 });
  expect(asked.map(({ fresh }) => fresh)).toEqual([undefined, true]);
});

it("gives up where there is none but the kept one, as offline", async () => {
  const { asked, told } = asking(() => ({ text: "{}", kept: true }));
  await expect(told).rejects.toMatchObject({ gap: { why: "malformed", at: "value" } });
  expect(asked).toHaveLength(2);
});

it.each([
  ["sound", '{"value":16}', true, ["kept"]],
  ["of no use in the end", '{"value":16}', false, ["dropped"]],
  ["not to be read, which says nothing of the cache", "<html>", true, []],
])("puts on the shelf what belongs there: an answer that is %s", async (_, text, sound, expected) => {
  const done: string[] = [];
  const shelf = {
    keep: async () => void (await Promise.resolve(done.push("kept"))),
    drop: async () => void (await Promise.resolve(done.push("dropped"))),
  };
  const { settle, told } = asking(() => ({ text, shelf }));
  await told.catch(() => null);
  await settle(sound);
  expect(done).toEqual(expected);
});
