/**
 * Every parser against answers that no venue would send: several nodes damaged at once, depth, huge numbers, names that
 * mean something to JavaScript, long texts. A reading is good or a gap; never an error of ours, never NaN, never a hang.
 * BTC_REPORT_FUZZ is the number of answers for each dataset, BTC_REPORT_SEED (see support/seed.ts) where they begin.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Unavailable } from "../src/core/gap.ts";
import { once } from "../src/io/polite.ts";
import { replay } from "../src/io/tape.ts";
import type { Http } from "../src/ports.ts";
import { sources } from "../src/sources/registry.ts";
import { askTapes, diskForTests } from "./support/tapes.ts";

const RUNS = Number(process.env["BTC_REPORT_FUZZ"] ?? 25);

const deep = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}1${"]".repeat(depth)}`);
// oxfmt-ignore
const ODD: readonly unknown[] = [
  null, true, false, "", " ", "0", "-0", "NaN", "Infinity", "-1", "1e999", "1e-999", "0x10", "1_000", "１２", {}, [],
  0, -1, 1e308, 5e-324, Number.MAX_SAFE_INTEGER + 2, -1e300, 1.5, 8.64e15, 253_402_300_800_000,
  [[]], [{}], { length: 3 }, { toString: 1 }, { valueOf: null }, "constructor", "__proto__",
  "9".repeat(400), "x".repeat(100_000), "\u0000", "\ud800", "2026-02-30T25:61:61Z", "+275760-09-13T00:00:00.000Z",
];
const junk = fc.oneof(
  fc.constantFrom<unknown>(...ODD),
  fc.constant(null).map(() => deep(2_000)),
  fc.jsonValue({ maxDepth: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: "binary", maxLength: 30 }),
);
const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "length", "then"];

interface Damage {
  readonly nodes: readonly { readonly at: number; readonly to: unknown; readonly how: number }[];
  readonly name: number;
}
const damages = fc.record<Damage>({
  nodes: fc.array(fc.record({ at: fc.nat(), to: junk, how: fc.nat(5) }), { minLength: 1, maxLength: 6 }),
  name: fc.nat(NAMES.length * 4),
});

/** Nodes replaced, wrapped, doubled or removed; now and then a name that means something put into every object. */
function damaged(body: Uint8Array, { nodes, name }: Damage): Uint8Array {
  const text = new TextDecoder().decode(body);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return rowsDamaged(body, text, nodes);
  }
  let count = 0;
  JSON.stringify(data, (_, value: unknown) => ((count += 1), value));
  const places = new Map(nodes.map((node) => [node.at % count, node]));
  let at = -1;
  const broken = JSON.stringify(data, (_, value: unknown) => {
    at += 1;
    const node = places.get(at);
    if (node === undefined) return value;
    if (node.how === 0) return [value];
    if (node.how === 1) return { [JSON.stringify(node.to).slice(0, 20)]: value };
    if (node.how === 2 && Array.isArray(value)) return [...value, ...value];
    if (node.how === 3) return undefined;
    return node.to;
  });
  const special = NAMES[name];
  const named =
    special === undefined ? broken : broken?.replaceAll("{", `{"${special}":${JSON.stringify(nodes[0]?.to ?? null)},`);
  return new TextEncoder().encode((named ?? "null").replaceAll(",}", "}"));
}

/** A table: fields replaced; an archive: bytes. */
function rowsDamaged(body: Uint8Array, text: string, nodes: Damage["nodes"]): Uint8Array {
  if (body[0] === 0x50) {
    const bytes = Uint8Array.from(body);
    for (const { at, how } of nodes) bytes[at % bytes.length] = how * 51;
    return bytes;
  }
  const fields = text.split(/([,\n])/);
  for (const { at, to } of nodes) fields[at % fields.length] = JSON.stringify(to).slice(0, 1_000);
  return new TextEncoder().encode(fields.join(""));
}

const notFinite = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? `${value}!` : value;

describe.each(sources.map((source) => [source.id, source] as const))("%s", (id, source) => {
  const folder = `fixtures/${id}`;
  const whole = once(replay(diskForTests, folder));

  it.each(Object.entries(source.datasets))("reads %s or says why not", async (_, ask) => {
    await fc.assert(
      fc.asyncProperty(damages, fc.nat(3), async (damage, which) => {
        let seen = 0;
        const through = (): Http => async (request) => {
          const answer = await whole(request);
          seen += 1;
          // Every answer, or one of three.
          return which === 3 || seen % 3 === which ? { ...answer, body: damaged(answer.body, damage) } : answer;
        };
        const asked = await askTapes(source, folder, through);
        try {
          const value = await ask(asked.ask);
          expect(JSON.stringify(value, notFinite)).not.toMatch(/"-?(?:NaN|Infinity)!"/);
        } catch (error) {
          expect(error, error instanceof Error ? error.stack : String(error)).toBeInstanceOf(Unavailable);
        }
      }),
      { numRuns: RUNS },
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("polluted");
  });
});
