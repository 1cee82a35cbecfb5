/** What the program remembers of its own runs, from the command line to the report. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { articleDay, modelOf } from "../fixtures/build/market.ts";
import type { Model } from "../fixtures/build/model.ts";
import { served } from "../fixtures/build/serve.ts";
import { DAY, HOUR, MINUTE, shift, type Instant } from "../src/core/time.ts";
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
    // A machine that is busy must not make an exchange miss the deadline.
    return await command(`${words} --timeout 120 --relay ${server.url}`, { env });
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
    // A day of history is enough for no more than a day.
    expect(
      second.gaps.filter(({ source }) => source === "deribit").map(({ why, detail }) => `${why}: ${detail}`),
    ).toEqual([
      "unpublished: no change over 7d, over 30d and since the low of 180 days: its history does not tell enough of its contracts then",
    ]);
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
  const offline = (data: string, now: Instant, words = "daily --json"): Promise<Ended> =>
    command(`${words} --offline`, { env: { BTC_REPORT_DATA_DIR: data, SOURCE_DATE_EPOCH: String(now / 1_000) } });
  /** Sums in another order differ in their last digits. */
  const rounded = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (_, one: unknown) => (typeof one === "number" ? Number(one.toPrecision(9)) : one)),
    );

  it("tells what the last run was told, every figure with its instant, and asks nobody", async () => {
    const data = await folder();
    // Without the one whose statistics may be asked but slowly.
    const words = "daily --json --levels 92000,72600 --exclude binance";
    const live = report(await runAt(NOW, words, data));
    const ended = await offline(data, shift(NOW, 4 * HOUR), words);
    const made = report(ended);
    expect(ended.code).toBe(0);
    expect(ended.err).toBe(
      "btc-report: offline: of 20 sources not all is in the cache; what the history keeps of them is told with its age. Run without --offline to ask them.\n",
    );
    expect(made.asOf).toBe("2026-01-30T10:00:00Z");
    expect(made.coverage).toEqual({ venues: { answered: 0, expected: 14 }, oiShare: 0 });
    expect(made.price).toEqual(live.price);
    expect(made.price?.asOf).toBe("2026-01-30T06:00:00Z");
    expect(made.fearGreed).toEqual(live.fearGreed);
    expect(made.funding).toEqual(live.funding);
    expect(made.basis).toEqual(live.basis);
    expect(made.positioning).toEqual(live.positioning);
    expect(made.structure).toEqual(live.structure);
    expect(made.liquidationMap?.levels.map(({ price, usd }) => [price, usd])).toEqual(
      live.liquidationMap?.levels.map(({ price, usd }) => [price, usd]),
    );
    expect(made.liquidationMap?.label).toMatch(/ Its hours end at 2026-01-30 06:00 UTC\.$/);
    expect(made.liquidations).toMatchObject({
      longsUsd: live.liquidations?.longsUsd,
      shortsUsd: live.liquidations?.shortsUsd,
    });
    expect(made.liquidations?.venues.map(({ until }) => until).toSorted()).toEqual([
      "2026-01-30T05:00:00Z",
      "2026-01-30T06:00:00Z",
      "2026-01-30T06:00:00Z",
      "2026-01-30T06:00:00Z",
      "2026-01-30T06:00:00Z",
    ]);
    expect(made.openInterest).toMatchObject({ btc: live.openInterest?.btc, changes: live.openInterest?.changes });
    const venues = (one: Report): unknown => one.openInterest?.venues.map((line) => ({ ...line, note: null }));
    expect(rounded(venues(made))).toEqual(rounded(venues(live)));
    expect(made.openInterest?.venues.find(({ id }) => id === "okx")?.note).toMatch(
      /The last sample, from earlier runs, is of 2026-01-30T06:00:00Z\.$/,
    );
    // The running month is left out.
    expect(rounded(made.volume?.months)).toEqual(rounded(live.volume?.months.filter(({ complete }) => complete)));
    expect(made.gaps).toContainEqual({
      source: "bybit",
      dataset: "volume",
      why: "unreachable",
      status: null,
      detail: "offline: not in the cache",
      advice: "Run without --offline to ask it.",
    });
  }, 120_000);

  it("says on the page how old its values are", async () => {
    const data = await folder();
    await runAt(NOW, "daily --sections price,open-interest,funding --venues okx,deribit", data);
    const { out } = await offline(data, shift(NOW, 50 * MINUTE), "daily --venues okx,deribit --format markdown");
    expect(out).toContain(
      "as of 2026-01-30 06:50 UTC · 0 of 2 venues answered · 2 from earlier runs · values as old as 2026-01-30 06:00 UTC",
    );
    expect(out).toContain("last price of 2026-01-30 06:00 UTC");
    expect(out).toContain("rates of 2026-01-30 06:00 UTC");
  }, 60_000);

  it("tells nothing of the present that is older than 36 hours", async () => {
    const data = await folder();
    const words = "daily --json --sections price,open-interest,funding --venues okx,deribit";
    await runAt(NOW, words, data);
    const before = report(await offline(data, shift(NOW, 36 * HOUR), words));
    expect(before.price?.asOf).toBe("2026-01-30T06:00:00Z");
    expect(before.openInterest?.venues.map(({ asOf }) => asOf)).toEqual([
      "2026-01-30T06:00:00Z",
      "2026-01-30T06:00:00Z",
    ]);
    const after = await offline(data, shift(NOW, 36 * HOUR + MINUTE), words);
    expect(after).toMatchObject({ code: 69, out: "" });
    expect(after.err).toContain("neither the cache nor the history has a figure: nothing is printed");
  }, 60_000);
});

describe("a network without a way out", () => {
  it("is like being offline; where one exchange answers, nothing of then stands beside it", async () => {
    const data = await folder();
    const words = "daily --json --sections price,funding --venues okx,gate";
    const live = report(await runAt(shift(NOW, -HOUR), words, data));
    const env = { BTC_REPORT_DATA_DIR: data, SOURCE_DATE_EPOCH: String(NOW / 1_000) };
    const all = await relayServer(served(modelAt(NOW)).http, () => 451);
    const some = await relayServer(served(modelAt(NOW)).http, (host) => (host.includes("okx") ? null : 451));
    try {
      const cut = report(await command(`${words} --relay ${all.url}`, { env }));
      expect(cut.price).toEqual(live.price);
      expect(cut.funding?.venues.map(({ id, asOf }) => [id, asOf])).toEqual(
        live.funding?.venues.map(({ id, asOf }) => [id, asOf]),
      );
      const partly = report(await command(`${words} --relay ${some.url}`, { env: { ...env } }));
      expect(partly.price).toBeNull();
      expect(new Set(partly.funding?.venues.map(({ id }) => id))).toEqual(new Set(["okx"]));
    } finally {
      await all.close();
      await some.close();
    }
  }, 60_000);
});

describe("a past instant at which a run was made", () => {
  it("has the positions and the liquidations that only that run was told", async () => {
    const data = await folder();
    const words = "daily --json --sections price,funding,liquidations --venues bitget,crypto-com";
    const live = report(await runAt(NOW, words, data));
    const later = report(await runAt(shift(NOW, 3 * DAY), `${words} --at 2026-01-30T06:00:00Z`, data));
    expect(later.positioning?.longShort).toEqual(live.positioning?.longShort);
    expect(later.liquidations?.venues).toEqual(live.liquidations?.venues);
    // What a venue tells of then goes before.
    expect(new Set(later.funding?.venues.map(({ kind }) => kind))).toEqual(new Set(["settled"]));
    const page = await runAt(
      shift(NOW, 3 * DAY),
      "open-interest -f markdown --venues bitget,crypto-com --at 2026-01-30T06:00:00Z",
      data,
    );
    const share = "share of the open interest unknown";
    expect(page.out).toContain(
      `as of 2026-01-30 06:00 UTC · 0 of 2 venues answered · 2 from earlier runs · ${share} · history`,
    );
    const unknown = report(await runAt(shift(NOW, 3 * DAY), `${words} --at 2026-01-30T08:00:00Z`, data));
    expect(unknown.positioning).toBeNull();
    expect(unknown.liquidations).toBeNull();
  }, 120_000);
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
