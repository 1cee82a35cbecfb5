import { describe, expect, it } from "vitest";
import { rescue, unitLadder } from "../../../src/core/plausible/ladder.ts";
import { liquidationsInInterest, liquidationsInVolume } from "../../../src/core/plausible/liquidations.ts";
import { usd, usdPerBtc } from "../../../src/core/units.ts";

const price = usdPerBtc(89_166);
/** "$800 billion" in 24 h, as once printed; $780 million were true. */
const PRINTED = { liquidated: usd(800e9), volume: usd(35.16e9), openInterest: usd(58.64e9) };
const of = (liquidated: number) => ({ ...PRINTED, liquidated: usd(liquidated) });

/** Binance BTCUSDT, in BTC, at the close of the day. */
const real = (close: number, liquidated: number, volume: number, openInterest: number) => ({
  liquidated: usd(liquidated * close),
  volume: usd(volume * close),
  openInterest: usd(openInterest * close),
});
const MARCH_12 = real(4_764.65, 23_299.327 + 6_786.145, 784_674.553, 19_920.31);
const MARCH_13 = real(5_570.26, 17_360.96 + 12_849.267, 935_489.242, 15_279.619);

describe("Q-06 liquidationsInVolume", () => {
  it("refuses 22.75 times the volume", () => {
    const [found] = liquidationsInVolume(PRINTED);
    expect(found).toMatchObject({ rule: "Q-06", severity: "error", bound: 1 });
    expect(found?.value).toBeCloseTo(22.75, 2);
    expect(found?.message).toBe(
      "liquidations of $800,000,000,000 in 24 h are 2,275 % of the $35,160,000,000 traded; more than 100 % is not credible",
    );
  });
  it("warns above a tenth", () => {
    expect(liquidationsInVolume(of(3.516e9))).toEqual([]);
    expect(liquidationsInVolume(of(3.517e9))).toMatchObject([{ severity: "warning", bound: 0.1 }]);
    expect(liquidationsInVolume(of(35.16e9))).toMatchObject([{ severity: "warning" }]);
    expect(liquidationsInVolume(of(35.17e9))).toMatchObject([{ severity: "error" }]);
  });
  it("takes the two worst days there were, 3.8 % and 3.2 %", () => {
    expect(liquidationsInVolume(MARCH_12)).toEqual([]);
    expect(liquidationsInVolume(MARCH_13)).toEqual([]);
  });
  it("refuses liquidations without trades, and takes none without any", () => {
    expect(liquidationsInVolume({ liquidated: usd(1), volume: usd(0) })).toMatchObject([
      { severity: "error", value: null },
    ]);
    expect(liquidationsInVolume({ liquidated: usd(0), volume: usd(0) })).toEqual([]);
  });
});

describe("Q-08 liquidationsInInterest", () => {
  it("refuses 13.64 times the open interest", () => {
    const [found] = liquidationsInInterest(PRINTED, null);
    expect(found).toMatchObject({ rule: "Q-08", severity: "error", bound: 0.2 });
    expect(found?.value).toBeCloseTo(13.64, 2);
    expect(found?.message).toBe(
      "liquidations of $800,000,000,000 in 24 h are 1,364 % of the $58,640,000,000 open at the start; more than 20 % is not credible",
    );
  });
  it("warns above 4 %", () => {
    const graded = (liquidated: number) => liquidationsInInterest(of(liquidated), null).map((found) => found.severity);
    expect(graded(0.78e9)).toEqual([]);
    expect(graded(0.0399 * 58.64e9)).toEqual([]);
    expect(graded(0.0401 * 58.64e9)).toEqual(["warning"]);
    expect(graded(0.1999 * 58.64e9)).toEqual(["warning"]);
    expect(graded(0.2001 * 58.64e9)).toEqual(["error"]);
  });
  it.each([
    ["2020-03-12", MARCH_12, 1.51],
    ["2020-03-13", MARCH_13, 1.98],
  ])("believes the day %s, which the raw feed shows, and warns", (_, day, share) => {
    expect(liquidationsInInterest(day, null)).toMatchObject([{ severity: "error" }]);
    const [found] = liquidationsInInterest(day, day);
    expect(found).toMatchObject({ rule: "Q-08", severity: "warning", bound: 0.2 });
    expect(found?.value).toBeCloseTo(share, 2);
  });
  it("says what confirmed it", () => {
    const all = { liquidated: usd(30e9), openInterest: usd(100e9) };
    expect(liquidationsInInterest(all, MARCH_12)[0]?.message).toBe(
      "liquidations of $30,000,000,000 in 24 h are 30 % of the $100,000,000,000 open at the start; the raw feed of one venue confirms it with 151 % of its own",
    );
  });
  it("is not confirmed by a feed that shows less, that has no figures or that fails Q-06 itself", () => {
    const calm = { liquidated: usd(2), volume: usd(1_000), openInterest: usd(10) };
    const empty = { liquidated: usd(0), volume: usd(0), openInterest: usd(0) };
    for (const raw of [calm, empty, PRINTED]) {
      expect(liquidationsInInterest(PRINTED, raw)).toMatchObject([{ severity: "error" }]);
    }
  });
  it("needs no confirmation below the error", () => {
    const day = of(0.05 * 58.64e9);
    expect(liquidationsInInterest(day, MARCH_12)).toEqual(liquidationsInInterest(day, null));
  });
});

describe("Q-09 rescue", () => {
  it("finds that $800 billion would fit by a thousand, and by nothing else", () => {
    expect(rescue(PRINTED, price, null)).toEqual({ by: "÷ 1,000", liquidated: 800e6 });
  });
  it("finds each of the other steps", () => {
    expect(rescue(of(780e12), price, null)).toEqual({ by: "÷ 1,000,000", liquidated: 780e6 });
    expect(rescue(of(150e6 * 89_166), price, null)).toEqual({ by: "÷ price", liquidated: 150e6 });
    // BTC read as dollars, and contracts of 100 dollars each read as dollars.
    expect(rescue(of(9_000), price, null)).toEqual({ by: "× price", liquidated: 9_000 * 89_166 });
    expect(rescue(of(8e6), price, 100)).toEqual({ by: "× contract size", liquidated: 800e6 });
  });
  it("takes none where two would do", () => {
    // A hundredth of 100 billion is 1 billion, a thousandth 100 million: both are usual days.
    expect(rescue(of(100e9), price, null)?.by).toBe("÷ 1,000");
    expect(rescue(of(100e9), price, 0.01)).toBeNull();
    // 71 trillion may be 800 million times the price or 71 million times a million.
    expect(rescue(of(800e6 * 89_166), price, null)).toBeNull();
  });
  it("takes none where none would do", () => {
    // 0.03 % of the open interest is 17.59 million: less is too little for a day.
    expect(rescue(of(17.6e9), price, null)?.by).toBe("÷ 1,000");
    expect(rescue(of(17.5e9), price, null)).toBeNull();
    expect(rescue(of(15e9), price, null)).toBeNull();
    expect(rescue(of(0), price, 100)).toBeNull();
  });
});

describe("Q-09 unitLadder", () => {
  it("tells the rescue with its shares and changes nothing", () => {
    expect(unitLadder(PRINTED, price, null, null)).toEqual([
      {
        rule: "Q-09",
        severity: "note",
        message:
          "$800,000,000,000 ÷ 1,000 = $800,000,000 would fit: 2.275 % of the volume, 1.364 % of the open interest; nothing was changed",
        value: 800e6,
        bound: null,
      },
    ]);
    expect(PRINTED.liquidated).toBe(800e9);
  });
  it("is not asked about a figure that passes or is only unusual", () => {
    // 15 % of the open interest: a thousandth would do, but nothing has failed.
    const high = { liquidated: usd(15e9), volume: usd(300e9), openInterest: usd(100e9) };
    expect(liquidationsInInterest(high, null)).toMatchObject([{ severity: "warning" }]);
    for (const day of [of(780e6), high]) expect(unitLadder(day, price, null, null)).toEqual([]);
  });
  it("is asked where Q-06 alone fails", () => {
    const day = { liquidated: usd(15e9), volume: usd(10e9), openInterest: usd(100e9) };
    expect(liquidationsInInterest(day, null)).toMatchObject([{ severity: "warning" }]);
    expect(unitLadder(day, price, 0.01, null)).toMatchObject([{ rule: "Q-09", value: 150e6 }]);
  });
  it("is not asked about a day that a raw feed confirms", () => {
    expect(unitLadder(MARCH_12, usdPerBtc(4_764.65), 0.01, null)).toHaveLength(1);
    expect(unitLadder(MARCH_12, usdPerBtc(4_764.65), 0.01, MARCH_12)).toEqual([]);
  });
  it("has nothing to tell without a rescue", () => {
    expect(liquidationsInInterest(of(15e9), null)).toMatchObject([{ severity: "error" }]);
    expect(unitLadder(of(15e9), price, null, null)).toEqual([]);
  });
});

describe("what a rescue must fit", () => {
  const from = (liquidated: number, volume: number, openInterest: number) =>
    rescue(
      { liquidated: usd(liquidated), volume: usd(volume), openInterest: usd(openInterest) },
      usdPerBtc(80_000),
      null,
    );

  it("is the volume as well as the open interest", () => {
    // A thousandth, 20 million, is 0.2 % of what is open and a fifth of what was traded.
    expect(from(2e10, 1e8, 1e10)).toBeNull();
    expect(from(2e10, 1e10, 1e10)).toMatchObject({ by: "÷ 1,000", liquidated: 2e7 });
    // 11 million are 0.11 % of what was traded and 11 % of what is open.
    expect(from(1.1e10, 1e10, 1e8)).toBeNull();
  });
  it("is three hundredths of a percent of the larger one at least", () => {
    expect(from(3e9, 1e9, 1e10)).toMatchObject({ by: "÷ 1,000", liquidated: 3e6 });
    expect(from(2.9e9, 1e9, 1e10)).toBeNull();
  });
});

describe("a fifth of what is open", () => {
  it("is unusual, not incredible, whatever the raw feed shows", () => {
    const raw = { liquidated: usd(30), volume: usd(1_000), openInterest: usd(100) };
    expect(liquidationsInInterest({ liquidated: usd(20), openInterest: usd(100) }, raw)).toMatchObject([
      { severity: "warning", bound: 0.04 },
    ]);
  });
});
