/** Conformance of every source in the registry. Nobody edits this file to add one. */
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Unavailable } from "../src/core/gap.ts";
import { decodeTape } from "../src/io/tape.ts";
import type { Http } from "../src/ports.ts";
import { sources } from "../src/sources/registry.ts";
import type { Source } from "../src/sources/source.ts";
import { plain } from "./support/plain.ts";
import { askTapes } from "./support/tapes.ts";

const FROM = /^(recorded|documented|reconstructed|invented)\b/;

function close(found: unknown, wanted: unknown, path: string): void {
  if (typeof wanted === "number") {
    expect(typeof found, path).toBe("number");
    expect(Math.abs(Number(found) - wanted), `${path}: ${String(found)} against ${wanted}`).toBeLessThanOrEqual(
      1e-9 * Math.abs(wanted),
    );
  } else if (Array.isArray(wanted)) {
    expect(Array.isArray(found) ? found.length : found, `${path}.length`).toBe(wanted.length);
    wanted.forEach((item, i) => close(Array.isArray(found) ? found[i] : undefined, item, `${path}[${i}]`));
  } else if (typeof wanted === "object" && wanted !== null) {
    const have = typeof found === "object" && found !== null ? Object.entries(found) : [];
    expect(have.map(([key]) => key).toSorted(), `${path} keys`).toEqual(Object.keys(wanted).toSorted());
    const map = new Map<string, unknown>(have);
    for (const [key, item] of Object.entries(wanted)) close(map.get(key), item, `${path}.${key}`);
  } else {
    expect(found, path).toEqual(wanted);
  }
}

/** Every function of a source as [dataset, ask]. */
const functionsOf = (source: Source) => Object.entries(source.datasets);

describe.each(sources.map((source) => [source.id, source] as const))("%s", (id, source) => {
  const folder = `fixtures/${id}`;

  it("is described: facts for every dataset, hosts, an own file", () => {
    expect(Object.keys(source.facts).toSorted()).toEqual(Object.keys(source.datasets).toSorted());
    expect(Object.keys(source.hosts).length).toBeGreaterThan(0);
    expect(existsSync(`src/sources/${id}.ts`)).toBe(true);
  });

  it("has tapes that say where they come from", async () => {
    const tapes = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".tape"));
    expect(tapes.length).toBeGreaterThan(0);
    for (const name of tapes) {
      const tape = decodeTape(await readFile(`${folder}/${name}`));
      expect(tape, name).not.toBeNull();
      expect(tape?.from, name).toMatch(FROM);
    }
  });

  it.each(functionsOf(source))("reads %s as expected.json says", async (dataset, ask) => {
    const expected: Record<string, unknown> = JSON.parse(await readFile(`${folder}/expected.json`, "utf8"));
    const asked = await askTapes(source, folder);
    const value = await ask(asked.ask);
    expect(asked.evidence().length).toBeGreaterThan(0);
    expect(Object.keys(expected)).toContain(dataset);
    close(plain(value), expected[dataset], dataset);
  });

  it.each(functionsOf(source))("survives damage to any answer of %s", async (_, ask) => {
    const JUNK = [null, "", "abc", -1, {}, [], "1e999", true, 0, "NaN"];
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(), async (which, node, junk) => {
        let seen = 0;
        const damaged =
          (http: Http): Http =>
          async (request) => {
            const answer = await http(request);
            seen += 1;
            if ((seen - 1) % 3 !== which % 3) return answer;
            return { ...answer, body: damage(answer.body, node, JUNK[junk % JUNK.length]) };
          };
        const asked = await askTapes(source, folder, damaged);
        try {
          const value = await ask(asked.ask);
          expect(JSON.stringify(value, (_key, v: unknown) => (Number.isNaN(v) ? "NaN!" : v))).not.toContain("NaN!");
        } catch (error) {
          expect(error, String(error)).toBeInstanceOf(Unavailable);
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** Replaces the n-th node of a JSON body; other bodies are cut in the middle. */
function damage(body: Uint8Array, n: number, junk: unknown): Uint8Array {
  const text = new TextDecoder().decode(body);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return body.subarray(0, n % Math.max(1, body.length));
  }
  let count = 0;
  JSON.stringify(data, (_, value: unknown) => ((count += 1), value));
  let at = n % count;
  const broken = JSON.stringify(data, (_, value: unknown) => ((at -= 1) === -1 ? junk : value));
  return new TextEncoder().encode(broken ?? "null");
}
