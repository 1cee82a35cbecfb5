import { describe, expect, it } from "vitest";
import { amount, dollars, graded, percent, verdict } from "../../../src/core/plausible/verdict.ts";

const bounds = { warning: 10, error: 20, shown: (n: number) => `${n} things` };

describe("graded", () => {
  it("warns above the one bound and errs above the other, each told with its bound", () => {
    expect(graded("Q-06", "ten", 10, bounds)).toEqual([]);
    expect(graded("Q-06", "eleven", 11, bounds)).toEqual([
      { rule: "Q-06", severity: "warning", message: "eleven; more than 10 things is unusual", value: 11, bound: 10 },
    ]);
    expect(graded("Q-06", "twenty", 20, bounds)[0]?.severity).toBe("warning");
    expect(graded("Q-06", "more", 21, bounds)).toEqual([
      { rule: "Q-06", severity: "error", message: "more; more than 20 things is not credible", value: 21, bound: 20 },
    ]);
  });
  it("does with one bound", () => {
    expect(graded("Q-07", "", 1e9, { warning: 1, shown: String })[0]?.severity).toBe("warning");
    expect(graded("Q-07", "", 1e9, { error: 1, shown: String })[0]?.severity).toBe("error");
    expect(graded("Q-07", "", 1, { error: 1, shown: String })).toEqual([]);
  });
  it("finds something against nothing above every bound, without a number, and nothing against nothing silent", () => {
    expect(graded("Q-06", "", 5 / 0, bounds)).toMatchObject([{ severity: "error", value: null, bound: 20 }]);
    expect(graded("Q-06", "", 0 / 0, bounds)).toEqual([]);
  });
});

describe("verdict", () => {
  it("has neither value nor bound unless they are given", () => {
    expect(verdict("Q-24", "note", "text")).toEqual({
      rule: "Q-24",
      severity: "note",
      message: "text",
      value: null,
      bound: null,
    });
  });
  it("never has a value that JSON cannot tell", () => {
    expect(verdict("Q-01", "error", "", Number.NaN).value).toBeNull();
  });
});

describe("numbers", () => {
  it("are grouped and keep six digits, percents four", () => {
    expect(amount(656_880)).toBe("656,880");
    expect(amount(89_270.4908)).toBe("89,270.5");
    expect(dollars(58.64e9)).toBe("$58,640,000,000");
    expect(percent(1.132627)).toBe("113.3 %");
    expect(percent(22.7531)).toBe("2,275 %");
    expect(percent(0.001172)).toBe("0.1172 %");
  });
});
