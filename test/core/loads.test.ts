/** Every module of the core by itself: tables are checked when they are made, which is when they are loaded. */
import { expect, it } from "vitest";

it.each([
  ["liquidation-price", () => import("../../src/core/liquidation-price.ts")],
  ["plausible/verdict", () => import("../../src/core/plausible/verdict.ts")],
])("%s loads", async (_, load) => {
  expect(Object.keys(await load())).not.toEqual([]);
});
