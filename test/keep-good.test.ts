/** `--keep-good`: what the file holds after a good run and after a bad one. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { shortcomings } from "../src/exit.ts";
import { replay } from "../src/io/tape.ts";
import { Report } from "../src/report/report.ts";
import { command, DAY_OF_THE_ARTICLE, type Ended } from "./support/command.ts";
import { relayServer, type RelayServer } from "./support/relay-server.ts";
import { diskForTests } from "./support/tapes.ts";

const scratch = await mkdtemp(join(tmpdir(), "btc-report-keep-"));
afterAll(() => rm(scratch, { recursive: true, force: true }));

let server: RelayServer;
let down: ReadonlySet<string>;
let home: string;
let file: string;
beforeEach(async () => {
  down = new Set();
  server = await relayServer(replay(diskForTests, DAY_OF_THE_ARTICLE), (host) => (down.has(host) ? 404 : null));
  home = await mkdtemp(join(scratch, "home-"));
  file = join(home, "latest.md");
});
afterEach(() => server.close());

const FEAR_GREED = ["api.alternative.me", "pro-api.coinmarketcap.com"];
const ran = async (words = "--keep-good"): Promise<Ended> => {
  // What is down must come from neither the history nor the cache.
  const data = join(home, "data");
  await rm(join(data, "history.db"), { force: true }).catch(() => undefined);
  return command(`daily --sections price,fear-greed --relay ${server.url} -o ${file} ${words}`, {
    env: {
      SOURCE_DATE_EPOCH: "1769752800",
      BTC_REPORT_DATA_DIR: data,
      BTC_REPORT_CACHE_DIR: join(home, String(down.size)),
    },
  });
};
const content = (): Promise<string> => readFile(file, "utf8");
const KEPT = /^btc-report: .*latest\.md is kept as it was, the new report is not as good: no figure for fear-greed$/m;

describe("a section without a figure", () => {
  it("does not replace a good file, says so even when quiet, and ends with 3", async () => {
    expect((await ran()).code).toBe(0);
    const good = await content();
    expect(good).toContain("Extreme Fear");
    down = new Set(FEAR_GREED);
    const bad = await ran();
    expect(bad).toMatchObject({ code: 3, out: "" });
    expect(bad.err).toMatch(KEPT);
    const quiet = await ran("--keep-good --quiet");
    expect(quiet.code).toBe(3);
    expect(quiet.err.trimEnd()).toMatch(KEPT);
    expect(quiet.err.trimEnd().split("\n").length).toBe(1);
    expect(await content()).toBe(good);
    down = new Set();
    expect((await ran()).code).toBe(0);
    expect(await content()).toBe(good);
  });

  it("does not replace a file of unknown origin, but makes one where there is none or an empty one", async () => {
    down = new Set(FEAR_GREED);
    await writeFile(file, "yesterday's");
    expect((await ran()).code).toBe(3);
    expect(await content()).toBe("yesterday's");
    await writeFile(file, "");
    expect((await ran()).code).toBe(3);
    expect(await content()).toContain("# Bitcoin derivatives");
    await rm(file);
    expect((await ran()).err).not.toMatch(/kept/);
    expect(await content()).toContain("# Bitcoin derivatives");
  });

  it("replaces a file that was incomplete as well, so that where a source is always blocked the file stays fresh", async () => {
    down = new Set(FEAR_GREED);
    await ran();
    const { code, err } = await ran("--keep-good --since ytd");
    expect(code).toBe(3);
    expect(err).not.toMatch(/kept/);
    // Somebody has edited it since: it is not the file that was incomplete.
    await writeFile(file, "edited");
    await ran();
    expect(await content()).toBe("edited");
    // Said once that it may be replaced, it may be replaced from then on.
    expect((await ran("")).code).toBe(3);
    expect((await ran()).err).not.toMatch(/kept/);
  });

  it("replaces any file without --keep-good", async () => {
    await writeFile(file, "yesterday's");
    down = new Set(FEAR_GREED);
    expect((await ran("")).code).toBe(3);
    expect(await content()).toContain("# Bitcoin derivatives");
  });
});

it("a source missing keeps the file with --strict only", async () => {
  await writeFile(file, "yesterday's");
  down = new Set(["www.bitstamp.net"]);
  const strict = await ran("--keep-good --strict");
  expect(strict.code).toBe(3);
  expect(strict.err).toContain("a source is missing (--strict)");
  expect(await content()).toBe("yesterday's");
  expect((await ran()).code).toBe(0);
  expect(await content()).toContain("# Bitcoin derivatives");
});

it("no source at all leaves the file alone and ends with 69, with or without the option", async () => {
  await writeFile(file, "yesterday's");
  await rm(join(home, "0"), { recursive: true, force: true });
  for (const words of ["--keep-good", ""]) {
    const { code } = await command(`daily --offline -o ${file} ${words}`);
    expect(code).toBe(69);
    expect(await content()).toBe("yesterday's");
  }
});

describe("with less than 90 % of the market", () => {
  // Without those that are asked the most: of 11 exchanges 10 are more than 90 %, 9 are not.
  const some = (words: string): Promise<Ended> =>
    command(`open-interest --exclude binance,bybit,htx,okx --relay ${server.url} -o ${file} ${words}`, {
      env: { SOURCE_DATE_EPOCH: "1769752800", BTC_REPORT_DATA_DIR: join(home, "data") },
    });
  it("the file is kept with 3, and made with 0 where there was none", async () => {
    down = new Set(["indexer.dydx.trade", "www.deribit.com"]);
    await writeFile(file, "yesterday's");
    const { code, err } = await some("--keep-good");
    expect(err).toMatch(
      /^btc-report: .*latest\.md is kept as it was, the new report is not as good: only 9 of 11 venues answered, 90 % would be good$/m,
    );
    expect(code).toBe(3);
    expect(await content()).toBe("yesterday's");
    await rm(file);
    expect((await some("--keep-good")).code).toBe(0);
    expect(await content()).toContain("# Bitcoin derivatives");
  });

  it("the part of the open interest counts where it is known", async () => {
    const report = Report.parse(JSON.parse((await command(`open-interest --replay ${DAY_OF_THE_ARTICLE} --json`)).out));
    const of = (oiShare: number | null, answered: number): readonly string[] =>
      shortcomings({ ...report, coverage: { oiShare, venues: { answered, expected: 15 } } }, new Set(), false);
    expect(of(0.9, 13)).toEqual([]);
    expect(of(0.8999, 15)).toEqual(["only 89 % of the open interest is covered, 90 % would be good"]);
    expect(of(null, 14)).toEqual([]);
    expect(of(null, 13)).toEqual(["only 13 of 15 venues answered, 90 % would be good"]);
  });

  it("one small venue less is good", async () => {
    down = new Set(["indexer.dydx.trade"]);
    await writeFile(file, "yesterday's");
    expect(await some("--keep-good")).toMatchObject({ code: 0 });
    expect(await content()).toContain("# Bitcoin derivatives");
  });
});

it("is wrong usage without a file, and has no say over a device", async () => {
  const { code, err } = await command("daily --keep-good");
  expect(code).toBe(64);
  expect(err).toBe("btc-report: --keep-good: needs -o, a file to keep\n");
  down = new Set(FEAR_GREED);
  file = "/dev/null";
  expect((await ran()).code).toBe(3);
  expect((await ran()).err).not.toMatch(/kept/);
});

it("goes on where the data folder cannot be written", async () => {
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "data"), "a file in the place of the folder");
  down = new Set(FEAR_GREED);
  expect((await ran()).code).toBe(3);
  expect(await content()).toContain("# Bitcoin derivatives");
});
