import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { change, type Ends } from "../../src/core/change.ts";
import { btc, usd } from "../../src/core/units.ts";

const ends = (
  margin: "linear" | "inverse",
  from: [btc: number, usd: number],
  to: [btc: number, usd: number],
): Ends => ({
  margin,
  fromBtc: btc(from[0]),
  fromUsd: usd(from[1]),
  toBtc: btc(to[0]),
  toUsd: usd(to[1]),
});

describe("change", () => {
  it("splits Binance BTCUSDT, close of 10 October 2025 to close of 30 January 2026", () => {
    const from = 72_439.474 * 112_714.9;
    const to = 102_162.446 * 84_211.4;
    const found = change([ends("linear", [72_439.474, from], [102_162.446, to])]);
    expect(from / 1e9).toBeCloseTo(8.165, 3);
    expect(to / 1e9).toBeCloseTo(8.603, 3);
    expect(Number(found?.btc) * 100).toBeCloseTo(41.03, 2);
    expect(Number(found?.price) * 100).toBeCloseTo(-25.29, 2);
    expect(Number(found?.usd) * 100).toBeCloseTo(5.37, 2);
    expect(found?.position).toBeCloseTo(Number(found?.btc), 12);
    expect([found?.fromBtc, found?.fromUsd, found?.toBtc, found?.toUsd]).toEqual([72_439.474, from, 102_162.446, to]);
  });
  it("sees no trading where only the price moved: 500k BTC linear, 100k BTC inverse, price down 10 %", () => {
    const found = change([
      ends("linear", [500_000, 5e10], [500_000, 4.5e10]),
      ends("inverse", [100_000, 1e10], [100_000 / 0.9, 1e10]),
    ]);
    expect(Number(found?.usd) * 100).toBeCloseTo(-8.33, 2);
    expect(Number(found?.btc) * 100).toBeCloseTo(1.85, 2);
    expect(found?.position).toBeCloseTo(0, 12);
  });
  it("weighs each margin type by its dollars at the start", () => {
    // Linear 80 of 100 dollars, up a quarter in coins; inverse 20 of 100, down half in dollars: 0.8 × 0.25 - 0.2 × 0.5.
    const found = change([ends("linear", [8, 80], [10, 200]), ends("inverse", [2, 20], [0.5, 10])]);
    expect(found?.position).toBeCloseTo(0.1, 12);
  });
  it("counts positions in a margin type that was empty at the overall price of the start", () => {
    const found = change([ends("linear", [0, 0], [1, 20]), ends("inverse", [10, 100], [5, 100])]);
    expect(found?.position).toBeCloseTo(0.1, 12);
  });
  it("is null where an end is empty", () => {
    expect(change([])).toBeNull();
    expect(change([ends("linear", [0, 0], [1, 10])])).toBeNull();
    expect(change([ends("linear", [1, 10], [0, 0])])).toBeNull();
  });

  const amount = fc.double({ min: 1, max: 1e3, noNaN: true });
  const price = fc.double({ min: 1e3, max: 2e4, noNaN: true });
  const margin = fc.constantFrom("linear" as const, "inverse" as const);
  const contracts = fc.array(fc.tuple(margin, amount, amount), { minLength: 1, maxLength: 5 });
  const rowsOf = (all: readonly (readonly ["linear" | "inverse", number, number])[], p0: number, p1: number): Ends[] =>
    all.map(([kind, from, to]) => ends(kind, [from, from * p0], [to, to * p1]));

  it("multiplies out: (1 + usd) = (1 + btc)(1 + price)", () => {
    fc.assert(
      fc.property(contracts, price, price, (all, p0, p1) => {
        const found = change(rowsOf(all, p0, p1));
        const left = 1 + Number(found?.usd);
        expect(((1 + Number(found?.btc)) * (1 + Number(found?.price))) / left).toBeCloseTo(1, 9);
      }),
    );
  });
  it("does not change with the scale of the amounts", () => {
    fc.assert(
      fc.property(contracts, price, price, fc.double({ min: 0.01, max: 100, noNaN: true }), (all, p0, p1, scale) => {
        const one = change(rowsOf(all, p0, p1));
        const other = change(
          rowsOf(
            all.map(([kind, a, b]) => [kind, a * scale, b * scale]),
            p0,
            p1,
          ),
        );
        for (const key of ["btc", "usd", "price", "position"] as const) {
          expect((1 + Number(other?.[key])) / (1 + Number(one?.[key]))).toBeCloseTo(1, 8);
        }
      }),
    );
  });
  it("finds no positions added or closed where nobody trades, whatever the price does", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(margin, amount), { minLength: 1 }), price, price, (all, p0, p1) => {
        const rows = all.map(([kind, size]) =>
          kind === "linear"
            ? ends(kind, [size, size * p0], [size, size * p1])
            : ends(kind, [size / p0, size], [size / p1, size]),
        );
        expect(change(rows)?.position).toBeCloseTo(0, 9);
      }),
    );
  });
});
