/** Quirks of Bitfinex that the fixture cannot show: answers that are errors, and a list of liquidations that is full. */
import { describe, expect, it } from "vitest";
import { asker } from "../../src/ask.ts";
import { Unavailable } from "../../src/core/gap.ts";
import { DAY, HOUR, instant, iso, MINUTE, shift, type Instant } from "../../src/core/time.ts";
import { inBtc, usdPerBtc } from "../../src/core/units.ts";
import type { Http, HttpRequest } from "../../src/ports.ts";
import { bitfinex } from "../../src/sources/bitfinex.ts";
import { askTapes, nowOf } from "../support/tapes.ts";

const FOLDER = "fixtures/bitfinex";

const answering = (body: unknown) => (): Http => async () => ({
  status: 200,
  at: await nowOf(FOLDER),
  ms: 1,
  body: new TextEncoder().encode(JSON.stringify(body)),
});
const gapOf = async (body: unknown): Promise<unknown> => {
  const { ask } = await askTapes(bitfinex, FOLDER, answering(body));
  const error: unknown = await bitfinex.datasets.openInterest(ask).catch((thrown: unknown) => thrown);
  return error instanceof Unavailable ? error.gap : error;
};

it("takes no row for an unknown key, never for a market without open interest", async () => {
  expect(await gapOf([])).toMatchObject({ why: "malformed" });
});

it("reads errors inside a 200", async () => {
  expect(await gapOf(["error", 10020, "symbol: invalid"])).toMatchObject({
    why: "refused",
    status: 200,
    detail: "10020 symbol: invalid",
  });
  expect(await gapOf({ error: "ERR_RATE_LIMIT" })).toMatchObject({ why: "refused", status: 200 });
});

/** Rows every two minutes back from the minute of the clock, alternately of our symbol and of another. */
async function liquidated(rows: number, times = 1) {
  const end = (await nowOf(FOLDER)) - 40_000;
  const list = Array.from({ length: rows }, (_, i) => [
    [
      "pos",
      i,
      end - (i + 1) * 120_000,
      null,
      i % 2 === 0 ? "tBTCF0:USTF0" : "tBTCUSD",
      0.01,
      1,
      null,
      1,
      1,
      null,
      80_000,
    ],
  ]);
  const told = Array.from({ length: times }, () => list).flat();
  const { ask } = await askTapes(bitfinex, FOLDER, answering(told));
  const { of } = await bitfinex.datasets.liquidations(ask);
  return of[0]?.value ?? [];
}

it("has no bar for hours that a full list does not reach", async () => {
  // 500 rows two minutes apart reach 16 h 40 min back: 16 whole hours, each with 15 rows of ours of 800 USD.
  const bars = await liquidated(500);
  expect(bars).toHaveLength(16);
  expect(bars.map(({ value }) => value.longs)).toEqual(Array.from({ length: 16 }, () => 12_000));
  expect(bars[0]?.at).toBe((await nowOf(FOLDER)) - 40_000 - 16 * HOUR);
});

it("has a bar of 0 for hours in which a list that is not full shows nothing", async () => {
  const bars = await liquidated(30);
  expect(bars).toHaveLength(24);
  expect(bars.map(({ value }) => value.both)).toEqual([...Array.from({ length: 23 }, () => 0), 12_000]);
  expect(bars.map(({ at, value }) => [iso(at), iso(value.until)])[0]).toEqual([
    "2026-09-22T03:19:00Z",
    "2026-09-22T04:19:00Z",
  ]);
});

it("counts a row that is told twice once", async () => {
  expect(await liquidated(30, 2)).toEqual(await liquidated(30));
});

it("takes a liquidation that is neither a trigger nor an execution for another format, not for none", async () => {
  const end = await nowOf(FOLDER);
  const row = ["pos", 1, end - 600_000, null, "tBTCF0:USTF0", 0.01, 1, null, 2, 1, null, 80_000];
  const { ask } = await askTapes(bitfinex, FOLDER, answering([[row]]));
  await expect(bitfinex.datasets.liquidations(ask)).rejects.toMatchObject({
    gap: { why: "malformed", detail: "expected 0 or 1" },
  });
});

describe("the history of open interest", () => {
  // 2026-06-10T00:20Z
  const clock = instant(Date.UTC(2026, 5, 10, 0, 20));
  /** A row a minute at 11 seconds past it, `held` coins at a mark of 80,000; newest first, back from `end`. */
  const upstream =
    (held: (at: number) => number | null) =>
    ({ url }: HttpRequest) => {
      const query = new URL(url).searchParams;
      const at = Math.floor((Number(query.get("end")) - 11_000) / MINUTE) * MINUTE + 11_000;
      const size = held(at);
      const row = Array.from({ length: 23 }, (_, i) => (i === 0 ? at : i === 14 ? 80_000 : i === 17 ? size : null));
      return Promise.resolve({ status: 200, at: clock, ms: 1, text: JSON.stringify(size === null ? [] : [row]) });
    };
  async function told(
    held: (at: number) => number | null,
    options: { readonly now?: Instant; readonly since?: Instant; readonly everyDay?: true } = {},
  ) {
    const { now = clock, since = shift(clock, -200 * DAY), ...more } = options;
    const asked: HttpRequest[] = [];
    const answers = upstream(held);
    const web = (request: HttpRequest) => {
      asked.push(request);
      return answers(request);
    };
    const { ask } = asker(bitfinex, { web, now, clock, since, ...more });
    const { of } = await bitfinex.datasets.openInterestHistory(ask);
    const samples = (of[0]?.value ?? []).map(({ at, value: { size, price } }) => [
      iso(at),
      inBtc(size, usdPerBtc(1)),
      price,
    ]);
    return { samples, keeps: asked.map(({ url, keep }) => [iso(instant(Number(/end=(\d+)/.exec(url)?.[1]))), keep]) };
  }

  it("is asked of the days that a report compares, each stamped as its row is", async () => {
    const { samples, keeps } = await told((at) => (at < Date.UTC(2026, 5, 9) ? 6_000 : 7_000));
    expect(samples).toEqual([
      ["2026-05-10T23:59:11Z", 6_000, 80_000],
      ["2026-06-02T23:59:11Z", 6_000, 80_000],
      ["2026-06-08T23:59:11Z", 6_000, 80_000],
      ["2026-06-09T23:59:11Z", 7_000, 80_000],
    ]);
    // Until an hour after midnight a row may still come.
    expect(keeps).toEqual([
      ["2026-06-10T00:00:00Z", { minutes: 10 }],
      ["2026-06-09T00:00:00Z", "forever"],
      ["2026-06-03T00:00:00Z", "forever"],
      ["2026-05-11T00:00:00Z", "forever"],
    ]);
  });

  it("is asked of every day in a backfill", async () => {
    const now = instant(Date.UTC(2026, 4, 4, 1));
    const since = instant(Date.UTC(2026, 4, 1));
    const { samples } = await told(() => 6_000, { now, since, everyDay: true });
    expect(samples.map(([at]) => at)).toEqual([
      "2026-04-30T23:59:11Z",
      "2026-05-01T23:59:11Z",
      "2026-05-02T23:59:11Z",
      "2026-05-03T23:59:11Z",
    ]);
  });

  it("has no sample of a day without a row, and is none without any", async () => {
    const day = Date.UTC(2026, 5, 8, 23, 59, 11);
    expect((await told((at) => (at === day ? null : 6_000))).samples.map(([at]) => at)).toEqual([
      "2026-05-10T23:59:11Z",
      "2026-06-02T23:59:11Z",
      "2026-06-09T23:59:11Z",
    ]);
    await expect(told(() => null)).rejects.toMatchObject({ gap: { why: "unpublished" } });
  });
});
