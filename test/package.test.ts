/** What is packed, and what comes with it. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { build } from "./support/built.ts";

const Package = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  scripts: z.record(z.string(), z.string()),
});
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      integrity: z.string().optional(),
      dev: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});
const own = Package.parse(JSON.parse(await readFile("package.json", "utf8")));
const lock = Lock.parse(JSON.parse(await readFile("package-lock.json", "utf8")));
const packages = Object.entries(lock.packages).filter(([path]) => path !== "");

describe("the tarball", () => {
  beforeAll(build, 120_000);

  it("has the program, its manual page and its papers, and nothing else", () => {
    const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { encoding: "utf8" });
    const [packed] = z.array(z.object({ files: z.array(z.object({ path: z.string() })) })).parse(JSON.parse(stdout));
    const files = (packed?.files ?? []).map(({ path }) => path);
    expect(files.filter((path) => !path.startsWith("dist/"))).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "bin/btc-report.js",
      "man/btc-report.1",
      "package.json",
    ]);
    const strays = files.filter(
      (path) => path.startsWith("dist/") && !existsSync(path.replace(/^dist/, "src").replace(/\.js$/, ".ts")),
    );
    expect(strays, "dist has files without a source: npm run build removes them").toEqual([]);
  });
});

describe("what is installed with it", () => {
  it("runs nothing at installation: no package has an install script, nor has this one", () => {
    const scripted = packages.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    // fsevents watches files for vite on macOS, when the tests are developed; .npmrc keeps its script from running.
    expect(scripted.map(([path]) => path).filter((path) => path !== "node_modules/fsevents")).toEqual([]);
    expect(lock.packages["node_modules/fsevents"]?.dev).toBe(true);
    expect(Object.keys(own.scripts).filter((name) => /^(pre|post)?(install|prepare|pack)$/.test(name))).toEqual([]);
  });

  it("is pinned: exact versions, a checksum each", () => {
    for (const [name, version] of Object.entries({ ...own.dependencies, ...own.devDependencies }))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    for (const [path, { integrity }] of packages) expect(integrity, path).toMatch(/^sha512-/);
  });

  it("is what the sources import, and no more", async () => {
    const imported = new Set<string>();
    for (const name of await readdir("src", { recursive: true })) {
      if (!name.endsWith(".ts")) continue;
      const text = await readFile(`src/${name}`, "utf8");
      for (const [, from = "", late = ""] of text.matchAll(/\bfrom "([^"\n]+)"|\bimport\("([^"\n]+)"\)/g)) {
        const wanted = from || late;
        if (wanted.startsWith(".") || wanted.startsWith("node:")) continue;
        imported.add(
          wanted
            .split("/")
            .slice(0, wanted.startsWith("@") ? 2 : 1)
            .join("/"),
        );
      }
    }
    // The history, which opens it, is not there yet.
    imported.add("libsql");
    expect([...imported].toSorted((a, b) => a.localeCompare(b))).toEqual(Object.keys(own.dependencies));
  });
});
