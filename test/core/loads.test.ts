/** By itself: its table is checked when it is made, which is when the module is loaded. */
import { expect, it } from "vitest";

it("plausible/verdict loads", async () => {
  expect(Object.keys(await import("../../src/core/plausible/verdict.ts"))).not.toEqual([]);
});
