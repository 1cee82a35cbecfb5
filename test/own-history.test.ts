/** What the program remembers of its own runs, from the command line to the report. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import type { Model } from "../fixtures/build/model.ts";
import { served } from "../fixtures/build/serve.ts";
import { DAY, HOUR, shift, type Instant } from "../src/core/time.ts";
import { lock } from "../src/io/lock.ts";
import { sha256 } from "../src/io/unzip.ts";
import { Report } from "../src/report/report.ts";
import { command, type Ended } from "./support/command.ts";
import { relayServer } from "./support/relay-server.ts";

const NOW = modelOf(articleDay).now;
const modelAt = (now: Instant): Model => modelOf({ ...articleDay, now });

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), "btc-report-own-"));

/** A run at an instant of the model's market; the cache is another one each time. */
async function runAt(now: Instant, words: string, data: string): Promise<Ended> {
  const server = await relayServer(served(modelAt(now)).http);
  try {
    const env = { BTC_REPORT_DATA_DIR: data, SOURCE_DATE_EPOCH: String(now / 1_000) };
    return await command(`${words} --relay ${server.url}`, { env });
  } finally {
    await server.close();
  }
}

const report = ({ out }: Ended): Report => Report.parse(JSON.parse(out));
const changesOf = (made: Report): unknown => made.openInterest?.venues.find(({ id }) => id === "deribit")?.changes;

describe("a venue that publishes no history", () => {
  const words = "open-interest --venues deribit --json";

  it("has no changes at first, and says why; later they are those of the market", async () => {
    const data = await folder();
    const first = report(await runAt(shift(NOW, -DAY - HOUR), words, data));
    expect(changesOf(first)).toEqual({ "1d": null, "7d": null, "30d": null, anchor: null });
    expect(first.gaps).toContainEqual(
      expect.objectContaining({ source: "deribit", dataset: "openInterestHistory", why: "unpublished" }),
    );

    const second = report(await runAt(NOW, words, data));
    // What each run was told is what the market of its own instant held.
    const held = (when: Instant): number => {
      const model = modelAt(when);
      return model
        .contracts("deribit")
        .filter(({ listed, expires }) => listed <= when && (expires === null || expires > NOW))
        .map((contract) => {
          const size = model.openInterest(contract, when);
          return contract.margin === "linear" ? size : size / model.mark(contract, when);
        })
        .reduce((sum, n) => sum + n, 0);
    };
    const change = second.openInterest?.venues.find(({ id }) => id === "deribit")?.changes["1d"];
    expect(change?.fromAt.slice(0, 16)).toBe("2026-01-29T05:00");
    expect(change?.fromBtc ?? 0).toBeCloseTo(held(shift(NOW, -DAY - HOUR)), -1);
    expect(change?.toBtc ?? 0).toBeCloseTo(held(NOW), -1);
    expect(second.gaps.filter(({ source }) => source === "deribit")).toEqual([]);
    expect(second.figures["openInterest.venues.deribit.changes.1d.fromBtc"]?.evidence).toEqual([
      "history:deribit/openInterestHistory",
    ]);
  }, 60_000);

  it("has none in a run that is recorded: its replay could not tell the same", async () => {
    const data = await folder();
    await runAt(shift(NOW, -DAY - HOUR), words, data);
    const bundle = await folder();
    const live = report(await runAt(NOW, `${words} --record ${bundle}`, data));
    const again = report(await command(`${words} --replay ${bundle}`, { env: { BTC_REPORT_DATA_DIR: data } }));
    expect(changesOf(live)).toEqual({ "1d": null, "7d": null, "30d": null, anchor: null });
    expect({ ...again, mode: "", recording: null }).toEqual({ ...live, mode: "", recording: null });
  }, 60_000);
});

describe("offline, without a cache", () => {
  it("reports from the history, and names every source that did not answer", async () => {
    const data = await folder();
    await runAt(shift(NOW, -2 * HOUR), "daily --json --sections fear-greed,volume --venues bybit", data);
    const made = await command("daily --json --offline --sections fear-greed,volume --venues bybit", {
      env: { BTC_REPORT_DATA_DIR: data, SOURCE_DATE_EPOCH: String(NOW / 1_000) },
    });
    expect(made.code).toBe(0);
    expect(report(made).fearGreed).toMatchObject({ value: 16, date: "2026-01-30" });
    expect(report(made).volume?.latest).toBe("2025-12");
    expect(report(made).gaps).toContainEqual(
      expect.objectContaining({ source: "bybit", dataset: "volume", why: "unreachable" }),
    );
  }, 60_000);
});

describe("a history that cannot be used", () => {
  it("does not keep the report from coming, and is said once", async () => {
    const data = await folder();
    await writeFile(join(data, "history.db"), "no database ".repeat(400));
    const { code, out, err } = await runAt(NOW, "fear-greed", data);
    expect(code).toBe(0);
    expect(out).toContain("Extreme Fear");
    expect(err).toMatch(/^btc-report: the history is not used: .*history\.db is damaged .*Move it away/m);
    expect(err.split("the history is not used")).toHaveLength(2);
  }, 60_000);
});

describe("the same output file", () => {
  it("is written by one live run at a time", async () => {
    const data = await folder();
    const file = join(data, "report.md");
    const release = lock(join(data, "locks", `${sha256(file).slice(0, 16)}.lock`), `writes ${file}`);
    const refused = await runAt(NOW, `fear-greed -o ${file}`, data);
    expect(refused.code).toBe(75);
    expect(refused.err).toMatch(/^btc-report: another run writes .*report\.md \(process \d+, since .*try again\n$/);
    release();
    expect((await runAt(NOW, `fear-greed -o ${file}`, data)).code).toBe(0);
  }, 60_000);
});
