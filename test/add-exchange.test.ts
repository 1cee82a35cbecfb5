/** The promise of the contributor's page: an exchange is one file, one fixture folder, one line. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const source = `/** Beta, a made-up exchange: one linear perpetual, open interest in lots of 0.01 BTC. */
import { z } from "zod";
import { ofBtc, ofContracts, usdPerBtc } from "../core/units.ts";
import { millis, positive } from "./decode.ts";
import type { Source } from "./source.ts";

const Perpetual = z.object({ lots: positive, mark: positive.transform(usdPerBtc), time: millis });

export const beta = {
  id: "beta",
  venue: "beta",
  name: "Beta",
  docs: "https://docs.beta.test",
  hosts: { "api.beta.test": { everyMs: 100 } },
  facts: {
    openInterest: { endpoint: "GET /oi", unit: "lots of 0.01 BTC", proof: "documentation", counting: "once", lookBack: "now" },
  },
  datasets: {
    openInterest: async (ask) => {
      const { lots, mark, time } = await ask.json("https://api.beta.test/oi?symbol=BTC", Perpetual);
      const size = ofContracts(lots, ofBtc(0.01));
      const market = { symbol: "BTC", kind: "perpetual", margin: "linear", quote: "USD" } as const;
      return { of: [{ market, value: { at: time, size, price: mark } }], lacking: [] };
    },
  },
} as const satisfies Source;
`;

const tape = `GET https://api.beta.test/oi?symbol=BTC
status: 200
at: 2026-01-30T06:00:01Z
from: invented

{"lots":"12345","mark":"82870.5","time":1769752800000}`;

const expected = {
  openInterest: {
    of: [
      {
        market: { symbol: "BTC", kind: "perpetual", margin: "linear", quote: "USD" },
        // 12,345 lots x 0.01 BTC.
        value: { at: "2026-01-30T06:00:00Z", size: { btc: 123.45 }, price: 82_870.5 },
      },
    ],
    lacking: [],
  },
};

it("takes one file, one fixture folder and one line; the suite finds it by itself", async () => {
  const copy = await mkdtemp(join(tmpdir(), "btc-report-beta-"));
  try {
    for (const name of ["src", "test", "package.json", "tsconfig.json", "vitest.config.ts"]) {
      await cp(name, join(copy, name), { recursive: true });
    }
    await symlink(resolve("node_modules"), join(copy, "node_modules"));

    await writeFile(join(copy, "src/sources/beta.ts"), source);
    await mkdir(join(copy, "fixtures/beta/api.beta.test"), { recursive: true });
    await writeFile(join(copy, "fixtures/beta/now.txt"), "2026-01-30T06:00:01Z\n");
    await writeFile(join(copy, "fixtures/beta/expected.json"), JSON.stringify(expected));
    await writeFile(join(copy, "fixtures/beta/api.beta.test/oi_symbol=BTC.tape"), tape);
    const registry = join(copy, "src/sources/registry.ts");
    const lines = (await readFile(registry, "utf8"))
      .replace("import type { Source }", 'import { beta } from "./beta.ts";\nimport type { Source }')
      .replace("readonly Source[] = [", "readonly Source[] = [beta,");
    await writeFile(registry, lines);

    const vitest = resolve("node_modules/vitest/vitest.mjs");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [vitest, "run", "test/sources.test.ts", "test/imports.test.ts", "-t", "^beta |beta\\.ts", "--reporter=json"],
      { cwd: copy },
    );
    const { success, numPassedTests }: { success: boolean; numPassedTests: number } = JSON.parse(stdout);
    expect(success).toBe(true);
    // Described, tapes with provenance, read as expected, survives damage; and its imports.
    expect(numPassedTests).toBeGreaterThanOrEqual(5);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}, 60_000);
