/** What the program tells V8: bin/btc-report.js says why. Newer Nodes would take the compiler that is meant. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { build, started } from "./support/built.ts";
import { DAY_OF_THE_ARTICLE } from "./support/command.ts";

const home = mkdtempSync(join(tmpdir(), "btc-report-engine-"));
beforeAll(build, 120_000);
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

it("computes the map with code of V8's other compilers", async () => {
  const words = ["daily", "--replay", DAY_OF_THE_ARTICLE, "--json", "-o", join(home, "report.json")];
  const { code, out } = await started(words, { BTC_REPORT_CONFIG_DIR: home }, ["--trace-opt"]).ended;
  expect(code).toBe(0);
  const compiled = out.split("\n").filter((line) => line.includes("<JSFunction bookOf "));
  expect(compiled.filter((line) => line.includes("target TURBOFAN"))).not.toEqual([]);
  expect(compiled.filter((line) => line.includes("MAGLEV"))).toEqual([]);
});
