/** The command line as its users meet it. The article's recording stands for the network. */
import { mkdtemp, readFile, readdir, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { Report } from "../src/report/report.ts";
import { replay } from "../src/io/tape.ts";
import { command, DAY_OF_THE_ARTICLE } from "./support/command.ts";
import { relayServer } from "./support/relay-server.ts";
import { diskForTests } from "./support/tapes.ts";
import { broken } from "./support/lines.ts";

const REPLAY = `--replay ${DAY_OF_THE_ARTICLE}`;
const scratch = await mkdtemp(join(tmpdir(), "btc-report-cli-"));
afterAll(() => rm(scratch, { recursive: true, force: true }));

const reportOf = (text: string): Report => Report.parse(JSON.parse(text));

describe("the article's day", async () => {
  const WORDS = `daily ${REPLAY} --json --since low:2025-10 --levels 92000,72600`;
  const { code, out, err } = await command(WORDS);
  const report = reportOf(out);
  const binance = report.openInterest?.venues.find(({ id }) => id === "binance");
  const perpetuals = binance?.scopes.find(({ id }) => id === "BTCUSDT+BTCUSD_PERP");
  const alone = binance?.scopes.find(({ id }) => id === "BTCUSDT");

  it("ends well and says that it is a recording", () => {
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(report.mode).toBe("replay");
    expect(report.asOf).toBe("2026-01-30T06:00:00Z");
    expect(report.recording?.name).toBe("2026-01-30");
    expect(report.recording?.note).toMatch(
      /^partly reconstructed, not recorded live: of \d+ answers used \d+ are reconstructed, \d+ are invented\.$/,
    );
    expect(report.coverage.venues).toEqual({ answered: 15, expected: 15 });
    expect(report.coverage.oiShare).toBe(1);
  });

  it("Fear & Greed 16, 10 points down, lowest of the year and since 19 December (equal)", () => {
    const section = report.fearGreed;
    expect(section).toMatchObject({ value: 16, label: "Extreme Fear", date: "2026-01-30" });
    expect(section?.attribution.text).toBe("Source: alternative.me");
    expect(section?.changes["1d"]).toEqual({ points: -10, from: 26, fromDate: "2026-01-29" });
    expect(section?.ytd).toMatchObject({ low: 16, lowDate: "2026-01-30", isLow: true, isHigh: false, days: 30 });
    expect(section?.lowestSince).toEqual({
      date: "2025-12-19",
      equal: true,
      historyFrom: "2018-02-01",
      missing: 0,
      // 1 February 2018 to 30 January 2026 are 2,921 days; the publisher lacks four.
      periods: 2_917,
    });
    expect(section?.streak).toEqual({ label: "Extreme Fear", days: 1 });
  });

  it("price -14.5 % in 16 days from the close of 14 January", () => {
    // 82,880.1 / 96,951.78 - 1 = -0.145141...
    expect(report.price?.sinceHigh).toMatchObject({ days: 16, high: 96_951.78, highDate: "2026-01-14" });
    expect(report.price?.sinceHigh?.ratio).toBeCloseTo(-0.145141, 6);
    // The highest close of the history is 124,658.54 on 6 October 2025: 82,880.1 / 124,658.54 - 1.
    expect(report.price?.drawdown).toMatchObject({ high: 124_658.54, highDate: "2025-10-06" });
    expect(report.price?.drawdown?.ratio).toBeCloseTo(-0.335143, 6);
  });

  it("Binance's two perpetuals from 93,836 BTC at the October low to 123,500, +31.6 %", () => {
    const moved = perpetuals?.changes.anchor;
    expect(perpetuals?.btc).toBeCloseTo(123_500, 0);
    // 72,439.474 BTC + 2,411,693,700 USD / 112,714.9 = 93,835.88 BTC.
    expect(moved?.fromBtc).toBeCloseTo(93_835.88, 1);
    expect(moved?.fromDate).toBe("2025-10-10");
    expect(moved?.btc).toBeCloseTo(123_500 / 93_835.88 - 1, 4);
    expect(moved?.contracts).toBe(2);
  });

  it("BTCUSDT alone, and its change in dollars beside it", () => {
    const moved = alone?.changes.anchor;
    expect(moved?.fromBtc).toBeCloseTo(72_439.474, 2);
    expect(moved?.toBtc).toBeCloseTo(106_509.684, 2);
    // +47.03 % in coins; 72,439.474 x 112,714.9 = 8.1650 B to 106,509.684 x 82,873.5 = 8.8268 B: +8.11 % in dollars.
    expect(moved?.btc).toBeCloseTo(0.4703, 4);
    expect(moved?.usd).toBeCloseTo(0.0811, 3);
    expect(moved?.position).toBeCloseTo(moved?.btc ?? 0, 12);
  });

  it("January to date and unranked, December ranked", () => {
    const running = report.volume?.months.at(-1);
    expect(running).toMatchObject({ month: "2026-01", complete: false });
    // 29 days and 6 hours.
    expect(running?.days).toBeCloseTo(29.25, 9);
    expect(running?.venues.every(({ record }) => record === null)).toBe(true);
    expect(report.volume?.latest).toBe("2025-12");
    expect(report.volume?.months.length).toBe(25);
    expect(report.volume?.record?.byTotal).not.toBeNull();
    expect(report.volume?.toDate?.month).toBe("2026-01");
  });

  it("CME stands apart, dated, and is in no change", () => {
    const cme = report.openInterest?.venues.find(({ id }) => id === "cme");
    // Of 20 January: the report of the 27th comes out on the 30th at 20:30Z. 25,147 x 5 + 29,673 x 0.1.
    expect(cme?.asOf).toBe("2026-01-21T00:00:00Z");
    expect(cme?.btc).toBeCloseTo(25_147 * 5 + 29_673 * 0.1, 6);
    expect(cme?.share).toBeNull();
    expect(report.openInterest?.withCme?.cmeAsOf).toBe("2026-01-20");
    for (const change of Object.values(report.openInterest?.changes ?? {})) expect(change?.venues).not.toContain("cme");
    expect(report.volume?.months.flatMap(({ venues }) => venues.map(({ id }) => id))).not.toContain("cme");
  });

  it("the map is a model with a range, and its direction is not the article's", () => {
    const map = report.liquidationMap;
    expect(map?.label).toMatch(/^MODEL, not observed\. .*12 assumption sets/);
    // The article had 6.5 B of shorts to 92,000 and 1.2 B of longs to 72,600.
    const [shorts, longs] = map?.levels ?? [];
    expect(shorts).toMatchObject({ price: 92_000, side: "shorts" });
    expect(longs).toMatchObject({ price: 72_600, side: "longs" });
    expect(shorts?.usd ?? 0).toBeLessThan(longs?.usd ?? 0);
    for (const level of map?.levels ?? []) {
      expect(level.low).toBeLessThan(level.usd);
      expect(level.usd).toBeLessThan(level.high);
    }
    expect(map?.levels.slice(2).map(({ distance }) => distance.toFixed(2))).toEqual(["0.05", "-0.05", "0.10", "-0.10"]);
    expect(map?.skew?.heavier).toBe("longs");
    expect(report.figures["liquidationMap.levels.92000.usd"]?.class).toBe("model");
  });

  it("the zone of 80,000 to 83,000 holds one swing low, which was not swept yet", () => {
    const zone = report.structure?.zones.find(({ kind }) => kind === "low");
    expect(zone).toMatchObject({ from: 80_000, to: 83_000, swept: 0, isSwept: false });
    expect(zone?.levels).toMatchObject([{ price: 80_600, date: "2025-11-21", sweptOn: null }]);
  });

  it("sweeps and spring are those of Binance's perpetual (methods 3.2 and 3.4)", () => {
    const sweeps = report.structure?.sweeps ?? [];
    const of = (price: number): unknown => sweeps.find((one) => one.price === price);
    expect(of(83_786)).toMatchObject({ date: "2025-12-01", sweptOn: "2026-01-29", class: "wick" });
    expect(of(84_408.6)).toMatchObject({ date: "2025-12-18", sweptOn: "2026-01-29", class: "wick" });
    expect(of(86_021.7)).toMatchObject({ date: "2026-01-25", sweptOn: "2026-01-29", class: "pending" });
    expect(sweeps.find(({ price }) => price === 83_786)?.depth).toBeCloseTo(0.0053, 4);
    const spring = report.structure?.spring;
    expect(spring).toMatchObject({
      state: "re-entered",
      since: "2026-01-29",
      support: 83_786,
      resistance: 97_932.1,
      rangeDays: 60,
    });
    expect(spring?.depth).toBeCloseTo(0.00534, 5);
    expect(spring?.volumeRatio).toBeCloseTo(1.82, 2);
    expect(spring?.baseRate).toEqual({ confirmed: 6, resolved: 10, byChance: 0.472 });
  });

  it("every figure can be traced: catalogue, formula, evidence", () => {
    expect(report.figures["openInterest.changes.anchor.btc"]).toMatchObject({ class: "derived", unit: "ratio" });
    expect(report.figures["openInterest.venues.binance.scopes.BTCUSDT.changes.anchor.btc"]?.evidence).toContain(
      "https://fapi.binance.com/fapi/v1/openInterest?symbol=BTCUSDT",
    );
    expect(
      report.figures["volume.months.2025-12.venues.okx.usd"]?.evidence.every((url) => url.includes("okx.com")),
    ).toBe(true);
    for (const takeaway of report.takeaways) {
      for (const id of takeaway.figures) expect(report.figures[id], id).toBeDefined();
    }
  });

  it("is the same bytes a second time and in another time zone", async () => {
    const again = await command(WORDS);
    expect(again.out).toBe(out);
    const before = process.env["TZ"];
    try {
      process.env["TZ"] = "America/St_Johns";
      for (const format of ["json", "markdown", "terminal", "html"]) {
        const there = await command(`daily ${REPLAY} -f ${format} --since low:2025-10`);
        process.env["TZ"] = "Pacific/Kiritimati";
        const elsewhere = await command(`daily ${REPLAY} -f ${format} --since low:2025-10`);
        expect(elsewhere.out).toBe(there.out);
        expect(there.code).toBe(0);
      }
    } finally {
      process.env["TZ"] = before;
    }
  });

  it("serves other anchors, single sections and narrow terminals without a missing answer", async () => {
    for (const words of [
      "--since low:180d",
      "--since high:90d",
      "--since ytd",
      "--since 2025-12-01",
      "--sections price,volume",
    ]) {
      const { code: ended, err: said } = await command(`daily ${REPLAY} ${words}`, { columns: 60 });
      expect([words, ended, said]).toEqual([words, 0, ""]);
    }
    for (const name of ["price", "fear-greed", "open-interest", "volume", "funding", "liquidations", "structure"]) {
      expect((await command(`${name} ${REPLAY}`)).code).toBe(0);
    }
  });

  it.each(["2026-01-30", "2027-01-01", "low:2026-02"])("refuses --since %s: it has no close yet", async (since) => {
    const { code, out, err } = await command(`daily ${REPLAY} --since ${since}`);
    expect([code, out]).toEqual([64, ""]);
    expect(err).toContain(`--since ${since}: no daily close of it is before 2026-01-30T06:00:00Z`);
  });

  it("through a real socket with --relay gives the same report but for its mode", async () => {
    const server = await relayServer(replay(diskForTests, DAY_OF_THE_ARTICLE));
    try {
      const live = await command(
        `daily --relay ${server.url} --json --timeout 120 --since low:2025-10 --levels 92000,72600`,
        {
          env: { SOURCE_DATE_EPOCH: String(Date.parse("2026-01-30T06:00:00Z") / 1000) },
        },
      );
      const there = reportOf(live.out);
      const same = (one: Report): unknown => ({
        ...one,
        mode: "",
        recording: null,
        sources: one.sources.map((source) => ({ ...source, ms: 0, asOf: null })),
      });
      expect(same(there)).toEqual(same(report));
      expect(there.mode).toBe("live");
      expect(new Set(server.asked).size).toBe(server.asked.length);
    } finally {
      await server.close();
    }
  }, 60_000);
});

describe("a recording of a live run", () => {
  it("replays to the same bytes but for mode and recording, and refuses to be used when damaged", async () => {
    const server = await relayServer(replay(diskForTests, DAY_OF_THE_ARTICLE));
    const bundle = join(scratch, "bundle");
    try {
      const words = "fear-greed --json";
      const live = await command(`${words} --relay ${server.url} --timeout 120 --record ${bundle}`, {
        env: { SOURCE_DATE_EPOCH: "1769752800" },
      });
      const again = await command(`${words} --replay ${bundle}`);
      expect(again.code).toBe(0);
      expect({ ...reportOf(again.out), mode: "live", recording: null }).toEqual(reportOf(live.out));
      expect(reportOf(again.out).recording).toEqual({ name: "bundle", note: null });
      const keyless = await readFile(join(bundle, "api.alternative.me/fng_limit=0.tape"), "utf8");
      expect(keyless).not.toMatch(/user-agent/i);
    } finally {
      await server.close();
    }
    await writeFile(join(bundle, "now.txt"), "yesterday");
    const damaged = await command(`fear-greed --replay ${bundle}`);
    expect(damaged).toMatchObject({ code: 65, out: "" });
    expect(damaged.err).toMatch(/^btc-report: .*now\.txt holds no instant/);
    await writeFile(join(bundle, "now.txt"), "1970-01-01T00:00:01Z");
    expect(await command(`fear-greed --replay ${bundle}`)).toMatchObject({ code: 65, out: "" });
    expect((await command("daily --replay /nowhere/at/all")).code).toBe(65);
  });
});

describe("output", () => {
  it("goes to a file, whole, with the date of the report, and stdout stays silent", async () => {
    const { code, out } = await command(`daily ${REPLAY} -o ${scratch}/deep/er/{date}-{time}.md`);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(await readdir(join(scratch, "deep/er"))).toEqual(["2026-01-30-0600.md"]);
    expect(await readFile(join(scratch, "deep/er/2026-01-30-0600.md"), "utf8")).toMatch(
      /^# Bitcoin derivatives, 30 January 2026\n/,
    );
    await command(`price ${REPLAY} -o ${scratch}/a.json`);
    expect(reportOf(await readFile(join(scratch, "a.json"), "utf8")).price?.usd).toBe(82_880.1);
  });

  it("called - is stdout", async () => {
    const { out } = await command(`price ${REPLAY}`);
    expect(await command(`price ${REPLAY} -o -`)).toEqual({ code: 0, out, err: "" });
    expect(await command(`price ${REPLAY} -o - --keep-good`)).toMatchObject({ code: 64, out: "" });
  });

  it("has no braces in its name but those that are filled in", async () => {
    for (const words of ["-o {DATE}.md", "-o {date}-{foo}.md", "-o a.md --assets {}"]) {
      const { code, err } = await command(`price ${REPLAY} ${words}`);
      expect([words, code]).toEqual([words, 64]);
      expect(err).toMatch(/^btc-report: --(output|assets): .* {date} and {time}, found "[^\n]*\n$/);
    }
    // A brace that is not closed is a brace.
    expect((await command(`price ${REPLAY} -o ${scratch}/{a`)).code).toBe(0);
  });

  it("has its charts beside it where they are asked for, linked from where the report is", async () => {
    const words = `volume ${REPLAY} -o ${scratch}/charted/{date}.md --assets ${scratch}/charted/of/{date}`;
    expect(await command(words)).toMatchObject({ code: 0, out: "", err: "" });
    expect(await readdir(join(scratch, "charted/of/2026-01-30"))).toEqual(["volume.svg"]);
    const text = await readFile(join(scratch, "charted/2026-01-30.md"), "utf8");
    expect(text.match(/^!\[.*$/gm)).toHaveLength(1);
    expect(text).toMatch(/^!\[Monthly futures volume by exchange.*\]\(of\/2026-01-30\/volume\.svg\)$/m);
    const file = join(scratch, "charted/2026-01-30.md");
    expect((await command(`verify ${file} ${REPLAY}`)).code).toBe(0);
    // A chart belongs to the report: what was changed in it is told.
    const chart = join(scratch, "charted/of/2026-01-30/volume.svg");
    const drawn = await readFile(chart, "utf8");
    expect(drawn).toContain("2025-01 $2.17T");
    await writeFile(chart, drawn.replace("2025-01 $2.17T", "2025-01 $2.18T"));
    const { code, err } = await command(`verify ${file} ${REPLAY}`);
    expect(code).toBe(65);
    expect(err).toMatch(/: 1 difference\nbtc-report: of\/2026-01-30\/volume\.svg line 3: the report has .*2\.18T/);
  });

  it("has charts beside it as Markdown alone", async () => {
    for (const words of ["-o a.html", "-f json", ""]) {
      const { code, err } = await command(`price ${REPLAY} ${words} --assets ${scratch}/none`);
      expect(code).toBe(64);
      expect(err).toBe(
        "btc-report: --assets: its charts are linked from Markdown; use it with -f markdown or -o FILE.md\n",
      );
    }
  });

  it("that cannot be made ends with 73", async () => {
    await mkdir(join(scratch, "folder.md"));
    const { code, err } = await command(`price ${REPLAY} -o ${scratch}/folder.md`);
    expect(code).toBe(73);
    expect(err).toMatch(/^btc-report: cannot create .*folder\.md/);
  });

  // oxlint-disable-next-line no-control-regex -- SGR sequences are what is looked for
  const coloured = /\u001b\[\d/;

  it("has colour on a terminal only, and as the flags and the environment say", async () => {
    const looks = async (words: string, terminal: object): Promise<boolean> =>
      coloured.test((await command(`price ${REPLAY} ${words}`, terminal)).out);
    expect(await looks("", { isTTY: true })).toBe(true);
    expect(await looks("", {})).toBe(false);
    expect(await looks("", { isTTY: true, env: { NO_COLOR: "1" } })).toBe(false);
    expect(await looks("", { isTTY: true, env: { TERM: "dumb" } })).toBe(false);
    expect(await looks("", { env: { FORCE_COLOR: "1" } })).toBe(true);
    expect(await looks("", { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).toBe(false);
    expect(await looks("--color", { env: { NO_COLOR: "1" } })).toBe(true);
    expect(await looks("--no-color", { isTTY: true, env: { FORCE_COLOR: "1" } })).toBe(false);
  });

  it("keeps rows whole in a pipe and in a file, whatever the terminal; COLUMNS sets a width", async () => {
    const piped = (await command(`open-interest ${REPLAY}`, {})).out;
    const folder = await mkdtemp(join(tmpdir(), "btc-report-pipe-"));
    const file = join(folder, "report.txt");
    await command(`open-interest ${REPLAY} -o ${file}`, { isTTY: true, columns: 60 });
    expect(await readFile(file, "utf8")).toBe(piped);
    const header = piped.split("\n").filter((line) => /^Exchange .*Positions$/.test(line));
    expect(header.join()).toMatch(/^Exchange +BTC +USD +Share +1d +7d +30d +since 180-day low +in USD +Positions$/);
    const { out } = await command(`open-interest ${REPLAY}`, { env: { COLUMNS: "70" } });
    expect(Math.max(...broken(out).map((line) => line.length))).toBe(70);
  });

  it.each([60, 80, 120])("fits %i columns without a wrapped row", async (columns) => {
    const { out } = await command(`daily ${REPLAY}`, { columns, isTTY: true, env: { NO_COLOR: "1" } });
    for (const line of broken(out)) expect(line.length, line).toBeLessThanOrEqual(columns);
    expect(out).toContain("Source: alternative.me");
  });
});

describe("when things go wrong", () => {
  const at = { env: { SOURCE_DATE_EPOCH: "1769752800" } };

  it("a blocked exchange is named with its status, the others stand to the digit, totals are like for like", async () => {
    const partly = await relayServer(replay(diskForTests, DAY_OF_THE_ARTICLE), (host) =>
      host.endsWith("api.binance.com") ? 451 : null,
    );
    try {
      const words = "daily --sections open-interest,volume --json";
      const before = reportOf((await command(`${words} ${REPLAY}`)).out);
      const { code, out, err } = await command(`${words} --relay ${partly.url} --timeout 120`, at);
      const after = reportOf(out);
      expect(code).toBe(0);
      expect(err).toMatch(/^btc-report: binance open interest, .*: refused 451, /m);
      expect(after.status).toBe("degraded");
      const gap = after.gaps.find((one) => one.source === "binance" && one.dataset === "openInterest");
      expect(gap).toMatchObject({ why: "refused", status: 451 });
      expect(gap?.advice).toContain("--relay");
      for (const venue of before.openInterest?.venues ?? []) {
        if (venue.id === "binance") continue;
        const now = after.openInterest?.venues.find(({ id }) => id === venue.id);
        expect({ ...now, share: null }).toEqual({ ...venue, share: null });
      }
      // The archive still tells the last midnight, six hours old, and says so.
      const binance = after.openInterest?.venues.find(({ id }) => id === "binance");
      expect(binance?.asOf).toBe("2026-01-30T00:00:00Z");
      expect(binance?.note).toContain("from its archive");
      expect(binance?.contracts.map(({ symbol }) => symbol).toSorted()).toEqual(["BTCUSDT", "BTCUSD_PERP"]);
      // Its volume comes from the archive's months, so December still has all its venues.
      expect(after.volume?.months.find(({ month }) => month === "2025-12")?.venues.map(({ id }) => id)).toContain(
        "binance",
      );
      expect(partly.asked.filter((path) => path.startsWith("fapi.binance.com")).length).toBeLessThanOrEqual(6);
    } finally {
      await partly.close();
    }
  }, 120_000);

  it("no source at all: nothing on stdout, 69", async () => {
    const server = await relayServer(replay(diskForTests, DAY_OF_THE_ARTICLE), () => "cut");
    try {
      const { code, out, err } = await command(`daily --relay ${server.url} --timeout 3`, at);
      expect({ code, out }).toEqual({ code: 69, out: "" });
      expect(err).toContain("no source gave a figure");
      for (const line of err.trimEnd().split("\n")) expect(line).toMatch(/^btc-report: /);
    } finally {
      await server.close();
    }
  }, 30_000);

  it("a section without a figure makes it 3, and so does a missing source with --strict", async () => {
    const server = await relayServer(replay(diskForTests, DAY_OF_THE_ARTICLE), (host) =>
      host === "api.alternative.me" || host === "pro-api.coinmarketcap.com" ? 404 : null,
    );
    try {
      expect((await command(`daily --relay ${server.url} --sections price,fear-greed`, at)).code).toBe(3);
      expect((await command(`price --relay ${server.url} --strict`, at)).code).toBe(0);
    } finally {
      await server.close();
    }
    const partly = await relayServer(replay(diskForTests, DAY_OF_THE_ARTICLE), (host) =>
      host === "www.bitstamp.net" ? 404 : null,
    );
    try {
      expect((await command(`price --relay ${partly.url}`, at)).code).toBe(0);
      expect((await command(`price --relay ${partly.url} --strict`, at)).code).toBe(3);
    } finally {
      await partly.close();
    }
  }, 30_000);

  it("wrong usage is 64 and says what is allowed", async () => {
    const bad = async (words: string): Promise<string> => {
      const { code, out, err } = await command(words);
      expect([words, code, out]).toEqual([words, 64, ""]);
      expect(err).toMatch(/^btc-report: /);
      return err;
    };
    expect(await bad("daily --frmat json")).toContain("--format");
    expect(await bad("daly")).toContain('did you mean "daily"');
    expect(await bad("daily --since yesterday")).toContain("low:2025-10");
    expect(await bad("daily --format yaml")).toContain("markdown");
    expect(await bad("daily --venues nasdaq")).toContain("binance");
    expect(await bad("daily --timeout soon")).toContain("seconds");
    expect(await bad("daily --venues okx --exclude okx")).toContain("--venues");
    expect(await bad("daily --at 2999-12-31")).toContain("is after");
    expect(await bad("daily --at 2010-12-30")).toContain("no source reaches back before 2011-01-01");
    for (const since of ["1970-01-01", "low:1970-01", "2010-12-31"])
      expect(await bad(`open-interest ${REPLAY} --since ${since}`)).toContain(
        "--since: no source reaches back before 2011-01-01",
      );
    expect(await bad("daily --at 2026-02-30")).toContain("2026-01-30T09:00Z");
    expect(await bad(`daily ${REPLAY} --at 2026-01-30`)).toContain("the instant of the recording");
  });

  it("a SOURCE_DATE_EPOCH that no report can be of is 64 and says what is allowed", async () => {
    for (const [epoch, said] of [
      ["abc", "expected whole seconds since 1970, such as 1769752800, found "],
      ["1e9", "expected whole seconds since 1970"],
      ["-5", "expected whole seconds since 1970"],
      ["0", "1970-01-01T00:00:00Z is too early, no source reaches back before 2011-01-01"],
      ["1", "no source reaches back before 2011-01-01"],
    ] as const) {
      const { code, out, err } = await command("fear-greed --offline", { env: { SOURCE_DATE_EPOCH: epoch } });
      expect([epoch, code, out]).toEqual([epoch, 64, ""]);
      expect(err).toMatch(/^btc-report: SOURCE_DATE_EPOCH: [^\n]*\n$/);
      expect(err).toContain(said);
    }
  });

  it("a proxy that speaks no HTTP is 64, and no more of it is told than its scheme", async () => {
    const relay = "--relay http://venue.test";
    for (const [name, proxy, words] of [
      ["https_proxy", "socks5://me:hidden@127.0.0.1:1080", ""],
      ["all_proxy", "socks5h://me:hidden@127.0.0.1:1080", ""],
      ["http_proxy", "socks5://me:hidden@127.0.0.1:1080", relay],
    ] as const) {
      vi.stubEnv(name, proxy);
      const { code, out, err } = await command(`fear-greed ${words}`, at);
      vi.unstubAllEnvs();
      expect([name, code, out]).toEqual([name, 64, ""]);
      expect(err).toMatch(
        /^btc-report: HTTPS?_PROXY, ALL_PROXY: expected .* http:\/\/ or https:\/\/, found "socks5h?:\/\/\.\.\."\n$/,
      );
    }
  });

  it("what nobody publishes is answered with what the asker can change", async () => {
    const told = async (words: string): Promise<string> => {
      const { code, out, err } = await command(`${words} ${REPLAY}`);
      expect([words, code, out]).toEqual([words, 69, ""]);
      return err;
    };
    // The index begins in 2018, and no venue has another.
    expect(await told("fear-greed --at 2012-01-01")).toBe(
      "btc-report: none of the sources asked publishes that: nothing is printed. Ask of a later time (--at) or for more (btc-report daily)\n",
    );
    expect(await told("structure --venues kraken")).toMatch(/Ask other venues \(--venues, --exclude\) or for more/);
  });

  it("prints help and version on stdout with 0", async () => {
    const help = await command("--help");
    expect(help.code).toBe(0);
    expect(help.out).toContain("open-interest");
    expect((await command("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await command("schema")).out).toContain('"schemaVersion"');
  });

  it("narrows the run to venues, and leaves venues out", async () => {
    const only = reportOf((await command(`open-interest ${REPLAY} --json --venues okx,bybit`)).out);
    expect(only.openInterest?.venues.map(({ id }) => id).toSorted()).toEqual(["bybit", "okx"]);
    expect(only.coverage.venues).toEqual({ answered: 2, expected: 2 });
    const twice = await command(`open-interest ${REPLAY} --json --venues okx --venues bybit`);
    expect(reportOf(twice.out)).toEqual(only);
    const without = reportOf((await command(`open-interest ${REPLAY} --json --exclude mexc,htx`)).out);
    expect(without.openInterest?.venues.map(({ id }) => id)).not.toContain("mexc");
    expect(without.coverage.venues.expected).toBe(13);
  });

  it("prints the one part of a section that a venue has", async () => {
    // CME has no funding and no index beside its prices: its trader classes are all that the section has of it.
    const { code, out, err } = await command(`funding ${REPLAY} --json --venues cme`);
    expect([code, err]).toEqual([0, ""]);
    const { funding, basis, positioning } = reportOf(out);
    expect([funding, basis, positioning?.longShort, positioning?.taker]).toEqual([null, null, [], []]);
    expect(positioning?.cme?.reportDate).toBe("2026-01-20");
  });
});
