/** `--at` as a user gives it: flag, environment and file, with a network, from a recording, from the cache. */
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { later } from "../fixtures/build/later.ts";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import { served } from "../fixtures/build/serve.ts";
import { DAY, shift } from "../src/core/time.ts";
import { Report } from "../src/report/report.ts";
import { command } from "./support/command.ts";
import { relayServer, type RelayServer } from "./support/relay-server.ts";

const now = shift(articleDay.now, 45 * DAY);
const CLOCK = { SOURCE_DATE_EPOCH: String(now / 1_000) };
const folder = await mkdtemp(join(tmpdir(), "btc-report-at-"));
let server: RelayServer;
beforeAll(async () => {
  server = await relayServer(served(later(modelOf(articleDay), now, 1)).http);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const reportIn = (text: string): Report => Report.parse(JSON.parse(text));
const SECTIONS = "--sections price,fear-greed";

describe("--at", () => {
  it.each([
    ["an instant", "2026-01-30T06:00Z", "2026-01-30T06:00:00Z", 16, 82_880.1],
    ["the end of a day", "2026-01-29", "2026-01-30T00:00:00Z", 26, 84_650.16],
    ["a day that starts with the clock's month", "2026-01-01", "2026-01-02T00:00:00Z", 20, null],
  ])("%s", async (_, given, asOf, fearGreed, price) => {
    const words = `daily --at ${given} ${SECTIONS} --json --relay ${server.url}`;
    const { code, out, err } = await command(words, { env: CLOCK });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const report = reportIn(out);
    expect(report).toMatchObject({ mode: "history", asOf, generatedAt: "2026-03-16T06:00:00Z", recording: null });
    expect(report.fearGreed?.value).toBe(fearGreed);
    expect(report.price).toMatchObject({ basis: "close", asOf });
    if (price !== null) expect(report.price?.usd).toBeCloseTo(price, 2);
  });

  it("is taken from the environment and from the file; the flag goes before them", async () => {
    const words = `fear-greed --json --relay ${server.url}`;
    const config = join(folder, "config");
    await command(`${words} -o ${join(config, "made.json")}`, { env: CLOCK });
    await writeFile(join(config, "config.json"), JSON.stringify({ at: "2026-01-10" }));
    const asked = async (more: string, env: Record<string, string>): Promise<string> =>
      reportIn((await command(`${words} ${more}`, { env: { ...CLOCK, BTC_REPORT_CONFIG_DIR: config, ...env } })).out)
        .asOf;
    expect(await asked("", {})).toBe("2026-01-11T00:00:00Z");
    expect(await asked("", { BTC_REPORT_AT: "2026-01-12" })).toBe("2026-01-13T00:00:00Z");
    expect(await asked("--at 2026-01-14", { BTC_REPORT_AT: "2026-01-12" })).toBe("2026-01-15T00:00:00Z");
  });

  it("names the file by the instant that the report speaks of", async () => {
    const words = `fear-greed --at 2026-01-29 --relay ${server.url} -o ${join(folder, "{date}-{time}.md")}`;
    expect((await command(words, { env: CLOCK })).code).toBe(0);
    expect(await readdir(folder)).toContain("2026-01-30-0000.md");
    const text = await readFile(join(folder, "2026-01-30-0000.md"), "utf8");
    expect(text).toContain("# Bitcoin derivatives, 29 January 2026\n\nas of 2026-01-30 00:00 UTC · history\n");
    expect(text).toContain("Made later, on 16 March 2026, from histories");
  });

  it("is the same from its recording, which verifies it", async () => {
    const bundle = join(folder, "bundle");
    const words = `daily --at 2026-01-29 ${SECTIONS}`;
    for (const ending of ["json", "md", "txt"]) {
      const live = join(folder, `live.${ending}`);
      await command(`${words} --relay ${server.url} --record ${bundle} -o ${live}`, { env: CLOCK });
      const replayed = join(folder, `replayed.${ending}`);
      expect(await command(`${words} --replay ${bundle} -o ${replayed}`)).toMatchObject({ code: 0, err: "" });
      for (const file of [live, replayed]) {
        const { code, err, out } = await command(`verify ${file} --replay ${bundle}`);
        expect({ file, code, err }).toEqual({ file, code: 0, err: "" });
        expect(out).toMatch(/^\d+ numbers and \d+ sentences verified\n$/);
      }
    }
    const [live, replayed] = await Promise.all(
      ["live", "replayed"].map(async (name) => reportIn(await readFile(join(folder, `${name}.json`), "utf8"))),
    );
    expect(replayed?.mode).toBe("history");
    expect({ ...replayed, recording: null }).toEqual(live);
  });

  it("asks a recording as of then: what it lacks is a gap", async () => {
    const bundle = join(folder, "other");
    await command(`price --relay ${server.url} --record ${bundle} -o ${join(folder, "now.json")}`, { env: CLOCK });
    const { code, out } = await command(`price --at 2026-01-30T06:00Z --replay ${bundle} --json`);
    expect({ code, out }).toEqual({ code: 69, out: "" });
    const both = await command(`daily --at 2026-03-15 ${SECTIONS} --replay ${bundle} --json`);
    expect(both.code).toBe(69);
  });

  it("works from the cache", async () => {
    const env = { ...CLOCK, BTC_REPORT_CACHE_DIR: join(folder, "cache") };
    const words = `daily --at 2026-01-29 ${SECTIONS} --json`;
    const online = await command(`${words} --relay ${server.url}`, { env });
    const before = server.asked.length;
    const offline = await command(`${words} --offline`, { env });
    expect(server.asked).toHaveLength(before);
    expect(offline).toMatchObject({ code: 0, err: "" });
    expect(reportIn(offline.out).price).toEqual(reportIn(online.out).price);
    expect(reportIn(offline.out).fearGreed).toEqual(reportIn(online.out).fearGreed);
  });

  it("is explained from what was held then", async () => {
    const report = join(folder, "explained.json");
    await command(`open-interest --venues kraken --at 2026-01-29 --relay ${server.url} -o ${report}`, { env: CLOCK });
    const { code, out } = await command(`explain openInterest.venues.kraken.btc --report ${report}`);
    expect(code).toBe(0);
    expect(out).toContain("futures.kraken.com/api/charts/v1/analytics/PF_XBTUSD/open-interest");
    expect(out).toContain("to=1769731200");
  });
});
