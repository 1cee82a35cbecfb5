import { expect, it } from "vitest";
import { isExpected, Unavailable, type Gap } from "../../src/core/gap.ts";

it("carries its gap", () => {
  const gap: Gap = { why: "refused", status: 451, detail: "not from here" };
  const error = new Unavailable(gap);
  expect(error.gap).toEqual(gap);
  expect(error.name).toBe("Unavailable");
  expect(error.message).toBe("refused: not from here");
});

it("never counts what a venue does not publish or what wants a key as missing", () => {
  expect(isExpected({ why: "unpublished", detail: "" })).toBe(true);
  expect(isExpected({ why: "unconfigured", detail: "" })).toBe(true);
  expect(isExpected({ why: "unreachable", detail: "" })).toBe(false);
});
