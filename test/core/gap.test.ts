import { expect, it } from "vitest";
import { isExpected, Unavailable, type Gap } from "../../src/core/gap.ts";

it("carries its gap", () => {
  const gap: Gap = { why: "refused", status: 451, detail: "not from here" };
  const error = new Unavailable(gap);
  expect(error.gap).toEqual(gap);
  expect(error.name).toBe("Unavailable");
  expect(error.message).toBe("refused: not from here");
});

it("carries nothing that could do anything to a terminal", () => {
  const detail = "found \u001b[2J\u202ex";
  expect(new Unavailable({ why: "unreachable", detail }).gap).toEqual({ why: "unreachable", detail: "found [2Jx" });
  expect(new Unavailable({ why: "malformed", at: "data.\u009b1m", detail }).gap).toEqual({
    why: "malformed",
    at: "data.1m",
    detail: "found [2Jx",
  });
});

it("never counts what a venue does not publish or what wants a key as missing", () => {
  expect(isExpected({ why: "unpublished" })).toBe(true);
  expect(isExpected({ why: "unconfigured" })).toBe(true);
  expect(isExpected({ why: "unreachable" })).toBe(false);
});
