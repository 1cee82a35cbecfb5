/** Who may import whom. The folders are the architecture; this keeps them so. */
import { readFile, readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** Folder or file of `src` -> what it may import: folders or files of `src`, and packages. */
const rules: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["core/", ["core/"], []],
  ["sources/", ["sources/", "core/"], ["zod"]],
  ["report/words.ts", ["core/"], ["date-fns/format"]],
  ["report/", ["report/", "core/"], ["zod"]],
  ["render/terminal.ts", ["render/", "core/inert.ts", "report/page.ts"], ["chalk", "cli-table3"]],
  ["render/markdown.ts", ["render/", "core/inert.ts", "report/page.ts"], ["markdown-table"]],
  ["render/markup.ts", ["core/inert.ts"], ["entities/escape"]],
  ["render/charts/", ["render/charts/", "report/page.ts"], ["d3-scale", "d3-shape"]],
  ["render/blocks.ts", ["render/", "core/inert.ts", "report/page.ts"], ["chalk"]],
  ["render/cells.ts", [], ["string-width"]],
  ["render/inert.ts", ["core/inert.ts"], []],
  ["render/json.ts", ["report/report.ts", "core/inert.ts"], ["zod"]],
  ["render/", ["render/", "core/inert.ts", "report/page.ts"], []],
  ["io/", ["io/", "ports.ts", "core/", "sources/source.ts"], ["*"]],
  ["ports.ts", ["core/", "sources/source.ts"], []],
  ["ask.ts", ["core/", "ports.ts", "sources/source.ts"], ["zod", "papaparse"]],
  ["collect.ts", ["core/", "ask.ts", "ports.ts", "sources/source.ts"], []],
  ["exit.ts", ["report/", "core/"], []],
  ["history/database.ts", ["history/", "io/errno.ts"], ["libsql", "node:fs", "node:url", "zod"]],
  ["history/store.ts", ["history/", "core/", "ports.ts"], ["libsql", "zod"]],
  ["history/statements.ts", [], ["libsql"]],
  ["history/series-row.ts", ["history/", "core/"], ["zod"]],
  ["history/history.ts", ["history/", "io/folder.ts", "core/", "ports.ts"], ["node:path"]],
  ["history/merge.ts", ["history/", "core/", "ports.ts"], []],
  ["history/job.ts", ["core/", "ports.ts"], []],
  ["history/", ["history/", "core/"], []],
  ["progress.ts", [], []],
  ["further-back.ts", ["core/", "sources/source.ts"], []],
  [
    "run.ts",
    [
      "core/",
      "collect.ts",
      "further-back.ts",
      "history/merge.ts",
      "past.ts",
      "ports.ts",
      "report/",
      "sources/source.ts",
    ],
    [],
  ],
  ["past.ts", ["core/", "sources/source.ts"], []],
];
/** Packages that only these places may use. */
const owners: Readonly<Record<string, readonly string[]>> = {
  axios: ["io/"],
  "proxy-from-env": ["io/"],
  libsql: ["history/database.ts", "history/statements.ts", "history/store.ts"],
  commander: ["cli.ts", "commands/completion.ts", "commands/options.ts"],
  "date-fns": ["report/words.ts"],
};

const files = (await readdir("src", { recursive: true })).filter((name) => name.endsWith(".ts"));

describe.each(files)("src/%s", (name) => {
  it("imports what its place allows", async () => {
    const text = await readFile(`src/${name}`, "utf8");
    const imports = [...text.matchAll(/^(?:import|export)\b[^;"]*?\bfrom "([^"\n]+)"|\bimport\("([^"\n]+)"\)/gm)].map(
      (found) => found[1] ?? found[2] ?? "",
    );
    const rule = rules.find(([place]) => (place.endsWith("/") ? name.startsWith(place) : name === place));
    for (const wanted of imports) {
      if (wanted.startsWith(".")) {
        const target = relative("src", join("src", dirname(name), wanted));
        const allowed =
          rule === undefined ||
          rule[1].some((place) => (place.endsWith("/") ? target.startsWith(place) : target === place));
        expect(allowed, `${name} may not import ${target}`).toBe(true);
      } else {
        const owner = Object.entries(owners).find(([pkg]) => wanted === pkg || wanted.startsWith(`${pkg}/`))?.[1];
        const belongs = owner === undefined || owner.some((place) => name.startsWith(place));
        expect(belongs, `${wanted} belongs to ${owner?.join() ?? ""}`).toBe(true);
        const allowed = rule === undefined || rule[2].includes("*") || rule[2].includes(wanted);
        expect(allowed, `${name} may not import ${wanted}`).toBe(true);
      }
    }
  });
});

describe.each(files.filter((name) => /^(core|sources|report)\//.test(name)))("src/%s", (name) => {
  it("asks no clock, no chance, no process", async () => {
    const text = await readFile(`src/${name}`, "utf8");
    expect(text).not.toMatch(/\bDate\.now\b|\bMath\.random\b|\bprocess\b\.|\bfetch\(|\bconsole\./);
    if (name !== "report/words.ts") expect(text).not.toMatch(/\bnew Date\b/);
  });
});
