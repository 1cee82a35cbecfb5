import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { likeForLike, total, unbroken, type Amount, type Comparison, type Contract } from "../../src/core/panel.ts";
import { series } from "../../src/core/series.ts";
import { DAY, instant, shift, type Instant } from "../../src/core/time.ts";
import { btc, usd } from "../../src/core/units.ts";
import { at, daily } from "./moments.ts";

const amount = (coins: number, dollars = coins * 10): Amount => ({ btc: btc(coins), usd: usd(dollars) });
const amounts = (coins: readonly (number | undefined)[]): (Amount | undefined)[] =>
  coins.map((n) => (n === undefined ? undefined : amount(n)));
const member = (
  id: string,
  coins: readonly (number | undefined)[],
  margin: "linear" | "inverse" = "linear",
): Contract => ({
  id,
  margin,
  series: daily("2026-01-01", amounts(coins)),
});
const grid = (days: number): Instant[] => Array.from({ length: days }, (_, i) => shift(at("2026-01-01"), i * DAY));
const without = (coins: readonly number[], ...holes: readonly number[]): (number | undefined)[] =>
  coins.map((n, i) => (holes.includes(i) ? undefined : n));
const ones = (days: number): number[] => Array.from({ length: days }, () => 1);

describe("total", () => {
  it("sums members that have every instant", () => {
    const found = total([member("a", [1, 2, 3]), member("b", [10, 20, 30])], grid(3));
    expect(found.series.map(({ value }) => value)).toEqual([amount(11), amount(22), amount(33)]);
    expect(found.series.map((point) => point.at)).toEqual(grid(3));
    expect(found.of).toEqual(["a", "b"]);
  });
  it("skips instants that a summed member lacks", () => {
    const found = total([member("a", ones(10)), member("b", without(ones(10), 3))], grid(10));
    expect(found.of).toEqual(["a", "b"]);
    expect(found.series.map((point) => point.at)).toEqual(grid(10).filter((day) => day !== at("2026-01-04")));
    expect(found.series.every(({ value }) => value.btc === 2)).toBe(true);
  });
  it("leaves out a member that lacks more than a tenth of the instants", () => {
    const found = total([member("a", ones(10)), member("b", without(ones(10), 3, 7))], grid(10));
    expect(found.of).toEqual(["a"]);
    expect(found.series).toHaveLength(10);
    expect(found.series.every(({ value }) => value.btc === 1)).toBe(true);
  });
  it("looks at the window alone, in any order and with repetitions", () => {
    const [first, , third] = grid(3);
    const window = [third, first, third].flatMap((instants) => instants ?? []);
    const found = total([member("a", without([1, 2, 3, 4], 1))], window);
    expect(found.series.map((point) => point.at)).toEqual([first, third]);
  });
  it("takes no value of another instant: five minutes apart at most", () => {
    const off = (ms: number) =>
      total([{ id: "off", series: series([{ at: instant(at("2026-01-01") + ms), value: amount(1) }]) }], grid(1));
    expect(off(300_000).of).toEqual(["off"]);
    expect(off(-300_000).of).toEqual(["off"]);
    expect(off(300_001)).toEqual({ of: [], series: [] });
    expect(off(-300_001)).toEqual({ of: [], series: [] });
  });
  describe("in which an extreme is looked for", () => {
    // The low of the large one, 7, is on the day that the small one lacks.
    const large = member("large", [10, 10, 10, 7, 10, 10, 10, 10, 10, 9]);
    const small = member("small", without(ones(10), 3));
    const held = (weights: Readonly<Record<string, number>>) =>
      unbroken([large, small], grid(10), (id) => weights[id] ?? 0);
    it("is of those that lack no instant, where they are 80 % of all", () => {
      const found = held({ large: 8, small: 2 });
      expect(found.of).toEqual(["large", "small"]);
      expect(Math.min(...found.series.map(({ value }) => value.btc))).toBe(7);
    });
    it("is of all where these are too few, and lacks the instant", () => {
      const found = held({ large: 7.9, small: 2.1 });
      expect(found.of).toEqual(["large", "small"]);
      expect(found.series).toHaveLength(9);
      expect(Math.min(...found.series.map(({ value }) => value.btc))).toBe(10);
    });
    it("is of all where each lacks one", () => {
      const found = unbroken([member("large", without(ones(10), 5)), small], grid(10), () => 1);
      expect(found.of).toEqual(["large", "small"]);
      expect(found.series).toHaveLength(8);
    });
  });
  it("has no total of nobody: no 0", () => {
    expect(total([], grid(2))).toEqual({ series: [], of: [] });
  });

  const coins = fc.array(fc.option(fc.double({ min: 1, max: 1e6, noNaN: true }), { nil: undefined, freq: 20 }), {
    minLength: 12,
    maxLength: 12,
  });
  const panel = fc
    .array(coins, { minLength: 1, maxLength: 5 })
    .map((all) => all.map((values, i) => member(`m${i}`, values)));

  it("is the sum of its members: dropping one takes away its own value and nothing else", () => {
    fc.assert(
      fc.property(panel, fc.nat(), (members, n) => {
        const dropped = members[n % members.length];
        const whole = total(members, grid(12));
        const rest = total(
          members.filter((other) => other !== dropped),
          grid(12),
        );
        expect(rest.of).toEqual(whole.of.filter((id) => id !== dropped?.id));
        for (const point of whole.series) {
          const own = whole.of.includes(dropped?.id ?? "")
            ? (dropped?.series.find((other) => other.at === point.at)?.value.btc ?? Number.NaN)
            : 0;
          const other = rest.series.find((candidate) => candidate.at === point.at)?.value.btc ?? 0;
          expect(point.value.btc / (own + other)).toBeCloseTo(1, 9);
        }
      }),
    );
  });
  it("has every instant that all of its members have, and no other", () => {
    fc.assert(
      fc.property(panel, (members) => {
        const found = total(members, grid(12));
        const summed = members.filter(({ id }) => found.of.includes(id));
        const isWhole = (day: Instant): boolean =>
          summed.length > 0 && summed.every((one) => one.series.some((point) => point.at === day));
        expect(found.series.map((point) => point.at)).toEqual(grid(12).filter(isWhole));
      }),
    );
  });
  it("scales", () => {
    fc.assert(
      fc.property(panel, fc.double({ min: 0.01, max: 100, noNaN: true }), (members, scale) => {
        const scaled = members.map((one) => ({
          ...one,
          series: series(
            one.series.map((p) => ({ at: p.at, value: amount(p.value.btc * scale, p.value.usd * scale) })),
          ),
        }));
        const found = total(scaled, grid(12));
        total(members, grid(12)).series.forEach(({ value }, i) => {
          expect(Number(found.series[i]?.value.usd) / (value.usd * scale)).toBeCloseTo(1, 9);
        });
      }),
    );
  });
});

describe("likeForLike", () => {
  /** Between the first day and the second. */
  function compared(...panel: readonly Contract[]): Comparison<Contract> {
    const [from, to] = grid(2);
    const on = (one: Contract, day: Instant | undefined): Amount | null =>
      one.series.find((point) => point.at === day)?.value ?? null;
    return likeForLike(panel.map((one) => ({ member: one, from: on(one, from), to: on(one, to) })));
  }
  const ids = (of: readonly { readonly id: string }[]): string[] => of.map(({ id }) => id);

  it("compares like for like: a venue that drops out is no fall", () => {
    const panel = [member("binance", [100, 110]), member("okx", [30, undefined]), member("bybit", [60, 57])];
    const found = compared(...panel);
    expect(Number(found.change?.btc)).toBeCloseTo(0.04375, 12);
    expect(found.coverage).toBeCloseTo(160 / 190, 12);
    expect(Number(found.coverage) * 100).toBeCloseTo(84.2, 1);
    expect(found.why).toBeNull();
    expect(ids(found.of)).toEqual(["binance", "bybit"]);
  });
  it("compares no newcomer, which takes nothing from the coverage", () => {
    const found = compared(member("a", [100, 110]), member("new", [undefined, 500]));
    expect(found.coverage).toBe(1);
    expect(found.change?.btc).toBeCloseTo(0.1, 12);
    expect(ids(found.of)).toEqual(["a"]);
  });
  it("says nothing of a member that is known at neither end", () => {
    const found = compared(member("a", [1, 1]), member("later", [undefined, undefined, 9]));
    expect([ids(found.of), found.coverage]).toEqual([["a"], 1]);
  });
  it.each([
    [50, 50, null],
    [49, 51, "less than half comparable"],
  ])("with %i of coverage and %i without: %s", (known, lost, why) => {
    const found = compared(member("a", [known, known]), member("b", [lost, undefined]));
    expect(found.coverage).toBeCloseTo(known / 100, 12);
    expect(found.why).toBe(why);
    expect(found.change === null).toBe(why !== null);
  });
  it("weighs the coverage by USD, not by coins", () => {
    const cheap = { id: "a", margin: "linear" as const, series: daily("2026-01-01", [amount(90, 10), amount(90, 10)]) };
    const dear = { id: "b", margin: "linear" as const, series: daily("2026-01-01", [amount(10, 90)]) };
    expect(compared(cheap, dear)).toMatchObject({ coverage: 0.1, why: "less than half comparable" });
  });
  it("knows when there is nothing to compare", () => {
    const nothing = { change: null, coverage: 0, why: "nothing comparable" };
    expect(compared()).toMatchObject(nothing);
    expect(compared(member("a", [1, undefined]))).toMatchObject(nothing);
    expect(compared(member("a", [undefined, 1]))).toMatchObject(nothing);
    expect(compared(member("a", [0, 1]))).toMatchObject(nothing);
  });
  it("splits by margin type", () => {
    const lin = { id: "l", margin: "linear" as const, series: daily("2026-01-01", [amount(5, 500), amount(5, 450)]) };
    const inv = {
      id: "i",
      margin: "inverse" as const,
      series: daily("2026-01-01", [amount(1, 100), amount(1 / 0.9, 100)]),
    };
    expect(compared(lin, inv).change?.position).toBeCloseTo(0, 12);
  });
  it("takes amounts below 1", () => {
    expect(compared(member("a", [0.01, 0.02]))).toMatchObject({ coverage: 1, change: { btc: 1 } });
  });
  const end = fc.option(fc.double({ min: 1, max: 1e6, noNaN: true }).map((n) => amount(n)));
  const pairs = fc
    .array(fc.tuple(end, end, fc.constantFrom("linear" as const, "inverse" as const)), { minLength: 1, maxLength: 6 })
    .map((all) => all.map(([from, to, margin], i) => ({ member: { ...member(`m${i}`, [], margin) }, from, to })));

  it("is the change of the sums of what is common, whoever else drops out", () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const common = all.filter(({ from, to }) => from !== null && to !== null);
        const whole = likeForLike(all);
        const alone = likeForLike(common);
        expect(whole.of).toEqual(common.map((pair) => pair.member));
        expect(alone.coverage === 1 || common.length === 0).toBe(true);
        if (whole.change !== null) expect(whole.change).toEqual(alone.change);
        expect(whole.change === null).toBe(common.length === 0 || whole.coverage < 0.5);
      }),
    );
  });
});
