/** What an `Ask` makes of bodies, and what it does with an answer that was kept and turns out not to be one. */
import { expect, it } from "vitest";
import { z } from "zod";
import { asker } from "../src/ask.ts";
import { Unavailable } from "../src/core/gap.ts";
import { DAY, instant, MINUTE, shift, type Instant } from "../src/core/time.ts";
import type { HttpRequest, TextAnswer } from "../src/ports.ts";
import { alternativeMe } from "../src/sources/alternative-me.ts";

const now = instant(1_769_752_800_000);
const URL = "https://api.alternative.me/fng/?limit=0";
const Answer = z.object({ value: z.number() });

function asking(
  answers: (request: HttpRequest) => Pick<TextAnswer, "text" | "kept" | "shelf"> & { readonly at?: Instant },
) {
  const asked: HttpRequest[] = [];
  const { ask, settle, evidence } = asker(alternativeMe, {
    now,
    since: now,
    web: (request) => {
      asked.push(request);
      // Whoever asks without an end is stopped here.
      if (asked.length > 10) throw new Error("asked for ever");
      return Promise.resolve({ status: 200, at: now, ms: 0, ...answers(request) });
    },
  });
  return { ask, asked, settle, evidence };
}

it("asks anew, once, where a kept answer cannot be read", async () => {
  const { ask, asked } = asking(({ fresh }) =>
    fresh === true ? { text: '{"value":16}' } : { text: "{}", kept: true },
  );
  expect(await ask.json(URL, Answer)).toEqual({ value: 16 });
  expect(asked.map(({ fresh }) => fresh)).toEqual([undefined, true]);
});

it("gives up where there is none but the kept one, as offline", async () => {
  const { ask, asked } = asking(() => ({ text: "{}", kept: true }));
  await expect(ask.json(URL, Answer)).rejects.toMatchObject({ gap: { why: "malformed", at: "value" } });
  expect(asked).toHaveLength(2);
});

it.each([
  ["a time that is over", "an empty list of ten minutes ago", "forever", 10, '{"value":[]}', "full", 2],
  ["a time that is over", "one of less", "forever", 9.9, '{"value":[]}', "none", 1],
  [
    "a time that is over",
    "one of the future, as a clock that was set back leaves it",
    "forever",
    -1,
    '{"value":[]}',
    "full",
    2,
  ],
  ["a time that is over", "one with a row", "forever", 600, '{"value":[1]}', "full", 1],
  ["the present", "an empty list", { minutes: 60 }, 1, '{"value":[]}', "full", 2],
  ["the present", "one with a row", { minutes: 60 }, 1, '{"value":[1]}', "full", 1],
] as const)("asks anew about %s where what is kept is %s", async (_, __, keep, minutes, text, found, asks) => {
  const { ask, asked } = asking(({ fresh }) =>
    fresh === true ? { text: '{"value":[1]}' } : { text, kept: true, at: shift(now, -minutes * MINUTE) },
  );
  const List = z.object({ value: z.array(z.number()) });
  expect((await ask.json(URL, List, keep)).value).toEqual(found === "full" ? [1] : []);
  expect(asked).toHaveLength(asks);
});

it.each(["forever", { minutes: 60 }] as const)(
  "asks once more, offline, where an old empty list is all (%j)",
  async (keep) => {
    const { ask, asked } = asking(() => ({ text: "[]", kept: true, at: shift(now, -DAY) }));
    expect(await ask.json(URL, z.array(z.number()), keep)).toEqual([]);
    expect(asked).toHaveLength(2);
  },
);

it("has the old empty list where nobody answers now", async () => {
  const { ask } = asking(({ fresh }) => {
    if (fresh === true) throw new Unavailable({ why: "unreachable", detail: "offline" });
    return { text: "[]", kept: true, at: shift(now, -DAY) };
  });
  expect(await ask.json(URL, z.array(z.number()), "forever")).toEqual([]);
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
  const { ask, settle } = asking(() => ({ text, shelf }));
  await ask.json(URL, Answer).catch(() => null);
  await settle(sound);
  expect(done).toEqual(expected);
});

it("takes what is looked through aside for no evidence, and blames nothing on it", async () => {
  const dropped: string[] = [];
  const { ask, settle, evidence } = asking(({ url }) => ({
    text: url === URL ? '{"value":16}' : "<html>",
    shelf: { keep: () => Promise.resolve(), drop: async () => void (await Promise.resolve(dropped.push(url))) },
  }));
  await ask.json(URL, Answer);
  await expect(ask.json({ url: `${URL}1`, aside: true }, Answer)).rejects.toBeInstanceOf(Unavailable);
  expect(evidence().map(({ url }) => url)).toEqual([URL]);
  await settle(false);
  expect(dropped).toEqual([URL]);
});

const Row = z.tuple([z.string(), z.string().regex(/^\d+$/, "expected digits")]);
const csv = (text: string) => asking(() => ({ text })).ask.csv(URL, Row);

it("keeps a checksum that a file fits, also where another file makes the dataset unsound", async () => {
  const settled: string[] = [];
  const { ask, settle } = asking(({ url, sha256 }) => {
    if (sha256 === "0") throw new Unavailable({ why: "malformed", at: "checksum", detail: "expected 0, found 1" });
    const shelf = (what: string) => () => {
      settled.push(`${what} ${url.slice(URL.length)}`);
      return Promise.resolve();
    };
    return { text: "a,b", shelf: { keep: shelf("keep"), drop: shelf("drop") } };
  });
  const row = z.array(z.string());
  const checksums = [`${URL}1`, `${URL}2`];
  for (const url of checksums) await ask.csv(url, row, "forever");
  const [first, second] = checksums.map((provenBy, i) =>
    ask.csv({ url: `${provenBy}.zip`, sha256: String(i), provenBy }, row, "forever"),
  );
  await expect(first).rejects.toMatchObject({ gap: { why: "malformed" } });
  await second;
  expect(settled).toEqual(["keep 2"]);
  await settle(false);
  expect(settled.toSorted()).toEqual(["drop 1", "drop 2.zip", "keep 2"]);
});

it("reads rows of CSV: without empty lines, and cells without the blanks around them", async () => {
  expect(await csv('a, 1 \r\n\r\n"b,c",2\r\n')).toEqual([
    ["a", "1"],
    ["b,c", "2"],
  ]);
  expect(await csv("")).toEqual([]);
});

it.each([
  ["the first row that does not fit, empty lines not counted", "a,1\n\nb,x\nc,y\n", "row 2.1", "expected digits"],
  ["a body that is no CSV, whatever its rows hold", 'b,x\n"c,2\n', "body", 'expected CSV, found b,x "c,2'],
])("names %s", async (_, text, at, detail) => {
  await expect(csv(text)).rejects.toMatchObject({ gap: { why: "malformed", at, detail } });
});
