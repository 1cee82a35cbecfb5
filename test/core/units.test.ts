import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  btc,
  growth,
  impliedPrice,
  inBtc,
  inUsd,
  ofBtc,
  ofContracts,
  ofUsd,
  ratio,
  sumBtc,
  sumUsd,
  usd,
  usdPerBtc,
} from "../../src/core/units.ts";

const price = fc.double({ min: 1, max: 1e7, noNaN: true }).map(usdPerBtc);
const size = fc.double({ min: 1e-3, max: 1e12, noNaN: true });

describe("constructors", () => {
  it.each([btc, usd, ratio, usdPerBtc])("refuse what is not finite", (make) => {
    for (const n of [Number.NaN, Infinity, -Infinity])
      expect(() => make(n)).toThrow(new RangeError(`not a finite number: ${n}`));
  });
  it("refuse a price that is none", () => {
    expect(() => usdPerBtc(0)).toThrow("not a price: 0");
    expect(() => usdPerBtc(-1)).toThrow(RangeError);
  });
  it("refuse a count that is not finite", () => {
    expect(() => ofContracts(Number.NaN, ofUsd(100))).toThrow(RangeError);
  });
  it("keep the number", () => {
    expect([btc(1.5), usd(-2), ratio(0.05), usdPerBtc(82_850)]).toEqual([1.5, -2, 0.05, 82_850]);
  });
});

// The unit table: what venues publish, and what it is worth.
describe("quantities", () => {
  it("counts Binance COIN-M in contracts of $100", () => {
    expect(inBtc(ofContracts(1_234_567, ofUsd(100)), usdPerBtc(82_850))).toBeCloseTo(1_490.12, 2);
  });
  it("counts OKX BTC-USDT-SWAP in contracts of 0.01 BTC", () => {
    const open = ofContracts(2_660_239.59, ofBtc(0.01));
    const price = usdPerBtc(2_433_776_053.94 / 26_602.3959);
    expect(inBtc(open, price)).toBeCloseTo(26_602.3959, 4);
    expect(price).toBeCloseTo(91_487.1, 1);
    expect(inUsd(open, price)).toBeCloseTo(2_433_776_053.94, 1);
  });
  it("values linear coins at their price and leaves inverse dollars alone", () => {
    const price = usdPerBtc(80_000);
    expect(inUsd(ofBtc(2), price)).toBe(160_000);
    expect(inUsd(ofUsd(160_000), price)).toBe(160_000);
    expect(inBtc(ofUsd(160_000), price)).toBe(2);
    expect(inBtc(ofBtc(2), price)).toBe(2);
  });
  it("implies the price of Binance UM on 7 October 2025", () => {
    expect(impliedPrice(usd(12_494_186_585.4), btc(100_243.058))).toBeCloseTo(124_638.92, 2);
  });
  it("implies no price of nothing", () => {
    expect(impliedPrice(usd(1), btc(0))).toBeNull();
    expect(impliedPrice(usd(0), btc(1))).toBeNull();
  });
  it("goes there and back", () => {
    fc.assert(
      fc.property(size, price, (n, p) => {
        expect(inBtc(ofUsd(inUsd(ofBtc(n), p)), p) / n).toBeCloseTo(1, 9);
        expect(inUsd(ofBtc(inBtc(ofUsd(n), p)), p) / n).toBeCloseTo(1, 9);
      }),
    );
  });
  it("is worth the same in either unit, whatever the contract", () => {
    fc.assert(
      fc.property(size, size, price, fc.boolean(), (count, each, p, inCoins) => {
        const q = ofContracts(count, inCoins ? ofBtc(each) : ofUsd(each));
        expect((inBtc(q, p) * p) / inUsd(q, p)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe("sums and growth", () => {
  it("adds", () => {
    expect(sumBtc([btc(1), btc(2)])).toBe(3);
    expect(sumUsd([usd(1), usd(2)])).toBe(3);
    expect(sumUsd([])).toBe(0);
  });
  // [what, from, to, percent]: Binance BTCUSDT open interest and closes, October 2025 to January 2026.
  it.each([
    ["from the low of daily closes after 10 October", 72_439.474, 102_162.446, 41.03],
    ["from the intraday low of 12 October", 70_503.009, 102_162.446, 44.91],
    ["the same low to the close of 29 January", 72_439.474, 106_509.684, 47.03],
    ["from 93,600 to 123,500", 93_600, 123_500, 31.944],
    ["price, 1 day to 30 January", 84_604.7, 84_211.4, -0.46],
    ["price, 7 days", 89_558.7, 84_211.4, -5.97],
    ["price, 16 days", 96_907.9, 84_211.4, -13.1],
    ["price, 30 days", 87_608.2, 84_211.4, -3.88],
    ["open interest, 1 day", 106_509.684, 102_162.446, -4.08],
    ["open interest, 7 days", 98_287.06, 102_162.446, 3.94],
    ["open interest, 30 days", 94_199.322, 102_162.446, 8.45],
  ])("%s", (_, from, to, percent) => {
    expect(growth(from, to)).not.toBeNull();
    expect(Math.abs(Number(growth(from, to)) * 100 - percent)).toBeLessThan(0.005);
  });
  it("takes amounts below 1", () => {
    expect(growth(0.5, 1)).toBe(1);
    expect(impliedPrice(usd(0.5), btc(0.25))).toBe(2);
  });
  it("has nothing to compare with below or at 0", () => {
    expect(growth(0, 1)).toBeNull();
    expect(growth(-1, 1)).toBeNull();
    expect(growth(1, Number.NaN)).toBeNull();
  });
});
