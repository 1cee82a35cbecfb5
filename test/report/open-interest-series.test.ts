import { describe, expect, it } from "vitest";
import { series } from "../../src/core/series.ts";
import { btc, usd, usdPerBtc } from "../../src/core/units.ts";
import { seriesSince } from "../../src/report/sections/open-interest-series.ts";
import { at, daily, month } from "../core/moments.ts";

const days = (n: number, value: (i: number) => number | undefined): (number | undefined)[] =>
  Array.from({ length: n }, (_, i) => value(i));
/** From the close of 31 December 2025, which stands at 1 January 00:00Z. */
const contract = (id: string, coins: readonly (number | undefined)[]) => ({
  id,
  series: daily(
    "2026-01-01",
    coins.map((n) => (n === undefined ? undefined : { btc: btc(n), usd: usd(n * 100) })),
  ),
});
const closes = daily(
  "2026-01-01",
  days(31, (i) => (i === 2 ? undefined : i + 1)).map((n) => (n === undefined ? undefined : usdPerBtc(n))),
);
const asOf = at("2026-01-31T06:00Z");
const week = { anchor: { is: "days", extreme: "low", days: 7 } as const, asOf };

describe("open interest day by day", () => {
  it("is the sum of the contracts and venues that have the days, printed as the days they close", () => {
    const made = seriesSince(
      week,
      [
        {
          id: "small",
          members: [
            contract(
              "A",
              days(31, (i) => 10 + i),
            ),
            contract(
              "new",
              days(31, (i) => (i < 20 ? undefined : 500)),
            ),
          ],
        },
        {
          id: "large",
          members: [
            contract(
              "B",
              days(31, () => 1000),
            ),
          ],
        },
        { id: "none", members: [contract("C", [5])] },
      ],
      closes,
    );
    // 30 closes: of 1 January (at 2 January) to 30 January.
    expect(made?.days.length).toBe(30);
    expect([made?.days[0], made?.days.at(-1)]).toEqual(["2026-01-01", "2026-01-30"]);
    // The largest first; "new" and "none" lack most days.
    expect(made?.venues.map(({ id }) => id)).toEqual(["large", "small"]);
    expect([made?.btc[0], made?.btc.at(-1)]).toEqual([1011, 1040]);
    expect([made?.usd[0], made?.usd.at(-1)]).toEqual([101_100, 104_000]);
    expect(made?.venues[1]?.btc.slice(0, 2)).toEqual([11, 12]);
    // The price of 3 January 00:00Z, the close of the 2nd, is not known; the others are.
    expect(made?.price.slice(0, 3)).toEqual([2, null, 4]);
  });

  it("has a hole for everyone where one venue lacks a day", () => {
    const made = seriesSince(
      week,
      [
        {
          id: "whole",
          members: [
            contract(
              "A",
              days(31, () => 10),
            ),
          ],
        },
        {
          id: "holed",
          members: [
            contract(
              "B",
              days(31, (i) => (i === 5 ? undefined : 20)),
            ),
          ],
        },
      ],
      series([]),
    );
    expect(made?.btc.slice(3, 6)).toEqual([30, null, 30]);
    expect(made?.venues.map(({ btc }) => btc.slice(3, 6))).toEqual([
      [20, null, 20],
      [10, null, 10],
    ]);
    expect(made?.price.every((price) => price === null)).toBe(true);
  });

  it("begins with the anchor's window where that is further back than 30 days", () => {
    const members = [
      contract(
        "A",
        days(31, () => 10),
      ),
    ];
    const from = seriesSince(
      { anchor: { is: "month", extreme: "low", month: month("2025-12") }, asOf },
      [{ id: "a", members }],
      closes,
    );
    // 61 closes from the one of 1 December on: half of them are missing, so no venue has the days.
    expect(from).toBeNull();
    const [first] = seriesSince({ anchor: { is: "ytd" }, asOf }, [{ id: "a", members }], closes)?.days ?? [];
    // The last close before the year began.
    expect(first).toBe("2025-12-31");
  });
});
