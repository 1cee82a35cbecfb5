/** The day that has just begun: dYdX has its candle, if it is asked far enough. */
import { expect, it } from "vitest";
import { asker } from "../../src/ask.ts";
import { DAY, iso, parseInstant, shift, type Instant } from "../../src/core/time.ts";
import { dydx } from "../../src/sources/dydx.ts";

const at = (text: string): Instant => {
  const found = parseInstant(text);
  if (found === null) throw new Error(`${text} is no instant`);
  return found;
};

/**
 * An upstream that has a candle of every day that has begun and takes `toISO` for the first instant left out; its stamps are
 * `late`.
 */
async function daysAt(clock: string, late = 0, asked = clock): Promise<readonly string[]> {
  const now = at(clock);
  const { ask } = asker(dydx, {
    web: ({ url }) => {
      const query = new URL(url).searchParams;
      const from = at(query.get("fromISO") ?? "");
      const until = Math.min(at(query.get("toISO") ?? ""), now);
      const candles: unknown[] = [];
      for (let day = from; day < until; day = shift(day, DAY)) {
        candles.unshift({
          startedAt: iso(shift(day, late)).replace("Z", ".000Z"),
          open: "80000",
          baseTokenVolume: "2",
          usdVolume: "160000",
          startingOpenInterest: "400",
        });
      }
      return Promise.resolve({ status: 200, at: now, ms: 1, text: JSON.stringify({ candles }) });
    },
    now: at(asked),
    clock: now,
    since: shift(now, -2 * DAY),
  });
  const [perpetual] = (await dydx.datasets.volume(ask)).of;
  return (perpetual?.value ?? []).slice(-2).map((bar) => iso(bar.at));
}

it.each([
  ["2026-02-01T00:20Z", ["2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"]],
  ["2026-02-01T07:20Z", ["2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"]],
  // Nothing was traded yet.
  ["2026-02-01T00:00Z", ["2026-01-30T00:00:00Z", "2026-01-31T00:00:00Z"]],
])("has the running day from its first hour on: %s", async (clock, days) => {
  expect(await daysAt(clock)).toEqual(days);
});

it("leaves a day of the future in, to be judged, but for one that is only later than a past instant", async () => {
  const days = ["2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"];
  expect(await daysAt("2026-02-01T07:20Z", DAY)).toEqual(days);
  expect(await daysAt("2026-02-01T07:20Z", DAY, "2026-01-31T12:00Z")).toEqual([
    "2026-01-30T00:00:00Z",
    "2026-01-31T00:00:00Z",
  ]);
});
