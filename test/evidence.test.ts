/** docs/sources.md says what the sources say. */
import { readFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { evidenceTable } from "../fixtures/build/evidence.ts";
import { datasets } from "../src/core/market.ts";
import { paced } from "../src/io/polite.ts";
import { sources } from "../src/sources/registry.ts";
import type { Source } from "../src/sources/source.ts";

const page = await readFile("docs/sources.md", "utf8").catch(() => "");
/** Cells of the rows of all tables, without the rows that only divide. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| - |"))
  .map((line) => line.slice(2, -2).split(/(?<!\\) \| /));

/** What stands under a heading of the third level. */
const sectionOf = (name: string): string => page.split("\n### ").find((part) => part.startsWith(`${name}\n`)) ?? "";

it("is up to date", () => {
  expect(page === evidenceTable(sources), "docs/sources.md differs from src/sources: run `npm run docs`").toBe(true);
});

describe.each(sources.map((source) => [source.name, source] as const))("%s", (name, source) => {
  it("stands once in the overview and has a section", () => {
    const overview = rows.filter(([first]) => first === `[${name}](../src/sources/${source.id}.ts)`);
    expect(overview).toHaveLength(1);
    for (const host of Object.keys(source.hosts)) expect(overview[0]?.[4]).toContain(`\`${host}\``);
    expect(sectionOf(name)).toContain("| Dataset | Endpoint |");
  });

  it.each(Object.keys(source.datasets))("has its line of evidence for %s", (dataset) => {
    expect(sectionOf(name).split(`\n| \`${dataset}\` | `)).toHaveLength(2);
  });
});

it("explains every dataset", () => {
  for (const dataset of datasets)
    expect(rows.filter(([first]) => first === `\`${dataset}\``).length).toBeGreaterThan(0);
});

it("has no cell without words, and none too many", () => {
  expect(rows.length).toBeGreaterThan(sources.length);
  for (const cells of rows) {
    expect([2, 7], cells.join(" | ")).toContain(cells.length);
    for (const cell of cells) {
      expect(cell, cells.join(" | ")).toMatch(/[a-z]/i);
      expect(cell, cells.join(" | ")).not.toMatch(/^(?:n\/?a|tbd|todo|unknown)$|undefined|\[object/i);
    }
  }
});

it("keeps text in its cell, and states the pace by second", () => {
  const made: Source = {
    id: "beta",
    venue: "beta",
    name: "Beta",
    docs: "https://docs.beta.test/",
    hosts: { "a.beta.test": { everyMs: 250, atOnce: 3 }, "b.beta.test": { everyMs: 10_000 } },
    key: { env: "BETA_KEY", header: "k", required: false },
    reserve: ["funding"],
    facts: {
      funding: { endpoint: "GET /a|b", unit: "A-*: <b>", proof: "`seen`", counting: "once", lookBack: "now" },
    },
    datasets: { funding: () => Promise.reject(new Error("not asked")) },
  };
  const lines = evidenceTable([made]).split("\n");
  // 1,000 ms / 250 ms = 4 a second; 1,000 / 10,000 = 0.1, and four at once where nothing else is said.
  expect(lines).toContain(
    "| [Beta](../src/sources/beta.ts) | beta | `funding` (reserve) | `BETA_KEY` (optional) | `a.beta.test` 4 / 3<br>`b.beta.test` 0.1 / 4 | [docs](https://docs.beta.test/) | none |",
  );
  expect(lines).toContain(
    String.raw`| ${"`funding`"} | GET /a\|b | A-\*: \<b> | ${"`seen`"} | once | now | none noted |`,
  );
});

it("says how many requests are under way at once on a host that names no number", () => {
  let started = 0;
  const stuck = () => {
    started += 1;
    return new Promise<never>(() => {});
  };
  const http = paced(
    stuck,
    { "b.beta.test": { everyMs: 0 } },
    { sleep: () => Promise.resolve(), clock: () => 0, until: 1 },
  );
  for (let i = 0; i < 9; i += 1) void http({ url: `https://b.beta.test/${i}`, headers: {} });
  return vi.waitFor(() => expect(started).toBe(4));
});
