/** Of several questions that fail, which one the report names does not depend on which answer came first. */
import { expect, it } from "vitest";
import { articleDay, modelOf } from "../../fixtures/build/market.ts";
import { served } from "../../fixtures/build/serve.ts";
import { collect } from "../../src/collect.ts";
import type { Dataset } from "../../src/core/market.ts";
import { DAY, shift } from "../../src/core/time.ts";
import { once } from "../../src/io/polite.ts";
import { opened } from "../../src/io/unzip.ts";
import type { Http } from "../../src/ports.ts";
import { sources } from "../../src/sources/registry.ts";
import type { Source } from "../../src/sources/source.ts";
import { together } from "../../src/sources/together.ts";

const model = modelOf(articleDay);
const { http } = served(model);

/** What a source tells where those after the first question are refused, each with its address. */
async function told(source: Source, dataset: Dataset, order: "first" | "last") {
  const waiting: (() => void)[] = [];
  let first: string | null = null;
  const late: Http = async (request) => {
    const question = `${request.url} ${request.body ?? ""}`;
    first ??= question;
    await new Promise<void>((go) => {
      waiting.push(go);
      setImmediate(() => (order === "first" ? waiting.shift() : waiting.pop())?.());
    });
    if (question === first) return http(request);
    return { status: 500, at: model.now, ms: 1, body: Buffer.from(question) };
  };
  const { readings } = await collect([source], {
    web: once(opened(late)),
    now: model.now,
    since: shift(model.now, -200 * DAY),
    wanted: new Set([dataset]),
    secret: () => "key",
    replaying: false,
  });
  return readings;
}

const pagesAndParts = ["openInterest", "openInterestHistory", "volume", "longShort", "liquidations"] as const;

// The archive asks some thousand files, each by itself.
it.each(sources.filter(({ id }) => id !== "binance-archive").map((source) => [source.id, source] as const))(
  "%s has the same gaps, whichever answer comes first",
  async (_, source) => {
    for (const dataset of pagesAndParts.filter((one) => source.datasets[one] !== undefined)) {
      expect(await told(source, dataset, "last")).toEqual(await told(source, dataset, "first"));
    }
  },
);

it("tells the first failure of the list, and all that was answered in its order", async () => {
  const fast = Promise.reject(new Error("second"));
  const slow = new Promise((_, fail) => setImmediate(() => fail(new Error("first"))));
  await expect(together([Promise.resolve(1), slow, fast])).rejects.toThrow("first");
  expect(await together([Promise.resolve(1), "two"])).toEqual([1, "two"]);
});
