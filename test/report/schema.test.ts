/** What the JSON Schema tells an integrator: every number says in its name or in its description what unit it is of. */
import { expect, it } from "vitest";
import { z } from "zod";
import { schema } from "../../src/commands/schema.ts";

const Node = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  get properties() {
    return z.record(z.string(), Node).optional();
  },
  get items() {
    return z.union([Node, z.literal(false)]).optional();
  },
  get prefixItems() {
    return z.array(Node).optional();
  },
  get anyOf() {
    return z.array(Node).optional();
  },
});
type Node = z.infer<typeof Node>;

interface Leaf {
  readonly path: string;
  readonly description: string | undefined;
}

/** Every number with its path; in a list, or where one of several is meant, it may be said of all of them. */
const numbers = (node: Node, path: readonly string[] = [], above?: string): readonly Leaf[] => {
  const description = node.description ?? above;
  const isNumber = [node.type].flat().some((type) => type === "number" || type === "integer");
  const parts = [node.items ?? [], node.prefixItems ?? [], node.anyOf ?? []].flat().filter((one) => one !== false);
  return [
    ...(isNumber ? [{ path: path.join("."), description }] : []),
    ...Object.entries(node.properties ?? {}).flatMap(([name, inner]) => numbers(inner, [...path, name])),
    ...parts.flatMap((one) => numbers(one, path, description)),
  ];
};

const all = numbers(Node.parse(JSON.parse(schema())));
const said = (path: string): string | undefined => all.find((one) => one.path === path)?.description;

it("every number tells its unit", () => {
  const NAMES = /(?:^|\.)(?:usd|btc|ratio|points|days|hours|windowHours|ms)$|(?:Usd|Btc|Days)$/;
  expect(all.length).toBeGreaterThan(150);
  expect(all.filter(({ path, description }) => description === undefined && !NAMES.test(path))).toEqual([]);
});

it.each([
  // Named like an amount, and a change of it.
  ["openInterest.changes.1d.btc", "ratio; toBtc / fromBtc - 1"],
  ["openInterest.venues.changes.anchor.usd", "ratio; toUsd / fromUsd - 1"],
  ["openInterest.concentration.hhi", /^count; .*0 to 10,000$/],
  ["positioning.taker.imbalance", "ratio; (buy - sell) / (buy + sell)"],
  ["coverage.oiShare", /^ratio; /],
  ["liquidationMap.reported.levels.level", "no unit is stated"],
  ["price.drawdown.high", /^USD per BTC; /],
] as const)("%s", (path, words) => {
  expect(said(path)).toMatch(words);
});
