/** `verify`: what a recording gives is true of the report, and nothing else is. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { replay } from "../src/io/tape.ts";
import { Report } from "../src/report/report.ts";
import {
  attempts,
  cluesOfReport,
  cluesOfText,
  comparable,
  mismatches,
  miswritten,
  wordsOfHtml,
  type Clues,
} from "../src/report/verify.ts";
import { command, DAY_OF_THE_ARTICLE } from "./support/command.ts";
import { relayServer } from "./support/relay-server.ts";
import { diskForTests } from "./support/tapes.ts";

const REPLAY = `--replay ${DAY_OF_THE_ARTICLE}`;
const folder = await mkdtemp(join(tmpdir(), "btc-report-verify-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const golden = await readFile("fixtures/golden/report.md", "utf8");
const VERIFIED = /^\d+ numbers and \d+ sentences verified\n$/;

async function written(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}
/** The digit at a place, made another. */
const flipped = (text: string, at: number): string =>
  `${text.slice(0, at)}${(Number(text[at]) + 1) % 10}${text.slice(at + 1)}`;
const digitsOf = (text: string): readonly number[] => [...text.matchAll(/\d/g)].map(({ index }) => index);

describe("a report that holds", () => {
  it.each(["report.md", "report.txt", "report.html"])("fixtures/golden/%s", async (name) => {
    const { code, out, err } = await command(`verify fixtures/golden/${name} ${REPLAY}`);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(VERIFIED);
  });

  it.each([
    ["all.json", "daily --since high:90d --levels 92000,72600,200000", ""],
    ["all.md", "daily --since ytd --levels 92000,72600,200000", ""],
    ["narrow.txt", "daily --since 2025-12-01 --levels 90000 --color", "60"],
    ["some.json", "daily --sections price,volume --exclude okx,htx", ""],
    ["venues.md", "open-interest --venues bybit,okx", ""],
    ["venues.html", "open-interest --venues bybit,okx --since high:90d", ""],
    ["levels.html", "liquidations --levels 92000,72600,200000", ""],
    ["one.txt", "fear-greed", "100"],
  ])("%s of %s", async (name, words, columns) => {
    const file = join(folder, name);
    await command(`${words} ${REPLAY} -o ${file}`, { env: { COLUMNS: columns } });
    expect(await command(`verify ${file} ${REPLAY}`)).toMatchObject({ code: 0, err: "" });
  });

  it.each([
    ["markdown", "of-markdown", ""],
    ["terminal", "of-terminal", "--color"],
    ["json", "of-json", ""],
    ["html", "of-html", ""],
    ["markdown", "markdown.txt", ""],
  ])("of the format %s in a file called %s", async (format, name, more) => {
    const file = join(folder, name);
    await command(`fear-greed -f ${format} ${more} ${REPLAY} -o ${file}`);
    expect(await command(`verify ${file} ${REPLAY}`)).toMatchObject({ code: 0, err: "" });
  });

  it("on stdin", async () => {
    expect(await command(`verify - ${REPLAY}`, { stdin: golden })).toMatchObject({ code: 0, err: "" });
  });

  it("of a live run, with the recording named, beside it or given", async () => {
    const server = await relayServer(replay(diskForTests, DAY_OF_THE_ARTICLE));
    const bundle = join(folder, "bundle");
    const data = join(folder, "data");
    try {
      for (const name of ["live.json", "live.md"]) {
        const words = `fear-greed --relay ${server.url} --record ${bundle} -o ${join(folder, name)}`;
        await command(words, { env: { SOURCE_DATE_EPOCH: "1769752800", BTC_REPORT_DATA_DIR: data } });
        const file = join(folder, name);
        expect((await command(`verify ${file} --replay ${bundle}`)).out).toMatch(VERIFIED);
        const alone = await command(`verify ${file}`);
        expect(alone).toMatchObject({ code: 65, out: "" });
        expect(alone.err).toContain("it names no recording; give it with --replay");
      }
    } finally {
      await server.close();
    }
    // Not named: the last report of a live run, which that was.
    const env = { BTC_REPORT_DATA_DIR: data };
    expect((await command(`verify --replay ${bundle}`, { env })).out).toMatch(VERIFIED);
    expect((await command("verify", { env })).err).toContain("it names no recording; give it with --replay");
    const given = await command(`verify --report ${join(folder, "live.md")} --replay ${bundle}`);
    expect(given.out).toMatch(VERIFIED);
    expect((await command(`verify ${join(folder, "live.md")} --report x --replay ${bundle}`)).code).toBe(64);
    expect(await command(`verify --replay ${bundle}`)).toMatchObject({ code: 65, out: "" });
    await command(`fear-greed --replay ${bundle} -o ${join(folder, "replayed.json")}`);
    expect((await command(`verify ${join(folder, "replayed.json")}`)).out).toMatch(VERIFIED);
    await rm(join(folder, "away"), { recursive: true, force: true });
    await cp(bundle, join(folder, "away"), { recursive: true });
    await rm(bundle, { recursive: true });
    const lost = await command(`verify ${join(folder, "replayed.json")}`);
    expect(lost.err).toContain("its recording bundle is neither beside it nor here; give it with --replay");
    expect((await command(`verify ${join(folder, "replayed.json")} --replay ${join(folder, "away")}`)).code).toBe(0);
  }, 60_000);
});

/** What a report is made again with. */
const optionsOf = ({ sections, anchors, levels, sources }: Clues): unknown => ({ sections, anchors, levels, sources });

describe("a digit that was changed", () => {
  it("in Markdown is told with both lines", async () => {
    const at = golden.indexOf("123,500 BTC against") + 2;
    const file = await written("forged.md", flipped(golden, at));
    const { code, out, err } = await command(`verify ${file} ${REPLAY}`);
    expect({ code, out }).toEqual({ code: 65, out: "" });
    const line = golden.slice(0, at).split("\n").length;
    expect(err).toMatch(/^btc-report: .*forged\.md is not what fixtures\/2026-01-30 gives: 1 difference\n/);
    expect(err).toMatch(
      new RegExp(`\nbtc-report: line ${line}: the report has ".*124,500 BTC.*", the recording gives ".*123,500 BTC.*"`),
    );
  });

  it("cannot make the text ask for another report that it would then agree with", () => {
    const honest = optionsOf(cluesOfText(golden));
    for (const at of digitsOf(golden)) {
      const clues = cluesOfText(flipped(golden, at));
      // A second anchor: no report names two.
      if (clues.anchors.length !== 2) expect(optionsOf(clues), golden.slice(at - 40, at + 20)).toEqual(honest);
    }
  });

  it("in the anchor's title is found, though it names a report of its own", async () => {
    const file = await written("anchor.md", flipped(golden, golden.indexOf("since Oct 2025 low") + 13));
    expect(await command(`verify ${file} ${REPLAY}`)).toMatchObject({ code: 65, out: "" });
  });

  it("that moves the anchor beyond the report is a difference, too, and no question that cannot be asked", async () => {
    const { out } = await command(`open-interest ${REPLAY} --since low:2025-10 --json`);
    for (const other of ["low:2026-10", "1970-01-01"]) {
      const file = await written("beyond.json", out.replace('"low:2025-10"', `"${other}"`));
      expect(await command(`verify ${file} ${REPLAY}`)).toMatchObject({ code: 65, out: "" });
    }
  });

  it("in what was asked for is found where the command line says what that was", async () => {
    const file = join(folder, "asked.md");
    await command(`liquidations ${REPLAY} --levels 92000 -o ${file}`);
    const text = await readFile(file, "utf8");
    // The row of 92,001 is the same to the digits that are printed: such a report exists.
    const other = await written("other.md", text.replace("$92,000", "$92,001"));
    expect((await command(`verify ${other} ${REPLAY}`)).code).toBe(0);
    expect((await command(`verify ${other} ${REPLAY} --levels 92000`)).code).toBe(65);
    expect((await command(`verify ${file} ${REPLAY} --levels 92000 --sections liquidations`)).code).toBe(0);
    expect((await command(`verify ${file} ${REPLAY} --exclude okx`)).code).toBe(65);
  });

  it.each([
    ["a table", '<td class="right">137,025</td>'],
    ["a chart's words", '">137,025 · $'],
    ["a sentence", "<li>Binance BTCUSDT: 106,510"],
  ])("in HTML is told with its line: %s", async (_, words) => {
    const page = await readFile("fixtures/golden/report.html", "utf8");
    const place = page.indexOf(words);
    expect(place).toBeGreaterThan(0);
    const at = place + page.slice(place).search(/\d/);
    const file = await written("forged.html", flipped(page, at));
    const { code, out, err } = await command(`verify ${file} ${REPLAY}`);
    expect({ code, out }).toEqual({ code: 65, out: "" });
    expect(err).toContain(`\nbtc-report: line ${page.slice(0, at).split("\n").length}: the report has `);
    expect(err.trimEnd().split("\n").length).toBe(2);
  });

  it("cannot make HTML ask for another report that it would then agree with", async () => {
    const page = await readFile("fixtures/golden/report.html", "utf8");
    const of = (text: string): Clues => cluesOfText(wordsOfHtml(text, "without"));
    const honest = optionsOf(of(page));
    expect(honest).toEqual(optionsOf(cluesOfText(golden)));
    const digits = digitsOf(page).filter((_, i) => i % 97 === 0);
    expect(digits.length).toBeGreaterThan(200);
    for (const at of digits) {
      const clues = of(flipped(page, at));
      if (clues.anchors.length !== 2) expect(optionsOf(clues), page.slice(at - 40, at + 20)).toEqual(honest);
    }
  });

  it("in plain text is found", async () => {
    const text = await readFile("fixtures/golden/report.txt", "utf8");
    const file = await written("forged.txt", flipped(text, text.indexOf("$82,880.10") + 9));
    expect(await command(`verify ${file} ${REPLAY}`)).toMatchObject({ code: 65, out: "" });
  });

  it("in JSON is found wherever it stands", async () => {
    const { out } = await command(`daily ${REPLAY} --json --since low:2025-10`);
    const report = Report.parse(JSON.parse(out));
    const lines = out.split("\n");
    /** Not compared: clock of the run, recording, and time and duration of what a source answered. */
    const isFree = (line: string): boolean => /^ {2}"generatedAt"|^ {4}"(?:name|note)"|^ {6}"(?:ms|asOf)"/.test(line);
    const starts: number[] = [];
    let start = 0;
    for (const line of lines) {
      if (!isFree(line)) starts.push(...digitsOf(line).map((at) => start + at));
      start += line.length + 1;
    }
    const kept = comparable(report);
    const sample = starts.filter((_, i) => i % 1_499 === 0);
    expect(sample.length).toBeGreaterThan(40);
    for (const at of sample) {
      const text = flipped(out, at);
      let data: unknown;
      try {
        data = JSON.parse(text);
      } catch {
        continue;
      }
      const parsed = Report.safeParse(data);
      if (!parsed.success) continue;
      const found = [...mismatches(comparable(parsed.data), kept), ...miswritten(text)];
      expect(found.length, out.slice(at - 60, at + 20)).toBeGreaterThan(0);
      expect(optionsOf(cluesOfReport(parsed.data))).toEqual(optionsOf(cluesOfReport(report)));
    }
  });

  it("in JSON is told with its path and both values, ten at most", async () => {
    const { out } = await command(`fear-greed ${REPLAY} --json`);
    const file = await written("forged.json", out.replace('"points": -10', '"points": -11'));
    const { code, err } = await command(`verify ${file} ${REPLAY}`);
    expect(code).toBe(65);
    expect(err).toContain("\nbtc-report: fearGreed.changes.1d.points: the report has -11, the recording gives -10\n");
    const many = await written("many.json", out.replaceAll(/"value": (\d+)/g, '"value": 1$1'));
    const { err: long } = await command(`verify ${many} ${REPLAY}`);
    expect(long.trimEnd().split("\n").length).toBe(12);
    expect(long).toMatch(/\nbtc-report: and \d+ more\n$/);
  });

  it("that makes a price of the map 0 is a difference, too", async () => {
    const { out } = await command(`liquidations ${REPLAY} --json --levels 92000`);
    const forged = Report.parse(JSON.parse(out));
    const [asked] = forged.liquidationMap?.levels ?? [];
    if (asked === undefined) throw new Error("no level was made");
    asked.price = 0;
    const file = await written("zero.json", JSON.stringify(forged));
    const { code, err } = await command(`verify ${file} ${REPLAY}`);
    expect(code).toBe(65);
    expect(err).toContain(`${file} is not what fixtures/2026-01-30 gives`);
  });

  it("that leaves the number the same is found too", () => {
    // Both texts are 0x3FD3333333333334: only one is what JavaScript writes.
    expect(Number("0.30000000000000003")).toBe(0.1 + 0.2);
    expect(miswritten('{"a": 0.30000000000000003}')).toMatchObject([
      { found: "0.30000000000000003", made: "0.30000000000000004" },
    ]);
    expect(miswritten('{"a": [0.30000000000000004, -1e-7, 0.0000001, 1e-07, 120.0, "0.30000000000000003"]}')).toEqual(
      [],
    );
  });

  it("in a sentence, a name or a missing line is found", async () => {
    for (const [name, text] of [
      ["word.md", golden.replace("lowest of the year", "highest of the year")],
      ["line.md", golden.replace(/^- Realised volatility.*\n/m, "")],
      ["more.md", `${golden}Bitcoin will rise.\n`],
    ] as const) {
      expect(text).not.toBe(golden);
      const file = await written(name, text);
      expect(await command(`verify ${file} ${REPLAY}`)).toMatchObject({ code: 65, out: "" });
    }
  });
});

describe("a report that cannot be verified", () => {
  it.each([
    ["cut.json", '{"schemaVersion":"1",', "not valid JSON"],
    ["words.json", "Bitcoin will rise.\n", "not valid JSON"],
    ["empty.md", "", "empty.md: no report of btc-report"],
    ["empty", "", "empty: no report of btc-report"],
    ["README.md", "# btc-report\n\nThe daily picture of Bitcoin derivatives, from primary sources.\n", "no report"],
    ["other.html", "<!doctype html>\n<title>Bitcoin</title>\n", "other.html: no report of btc-report"],
    ["other.json", '{"schemaVersion":"0"}', "not a report of this version: schemaVersion"],
  ])("%s", async (name, text, reason) => {
    const file = await written(name, text);
    const { code, out, err } = await command(`verify ${file} ${REPLAY}`);
    expect({ code, out }).toEqual({ code: 65, out: "" });
    expect(err).toContain(reason);
  });
});

it("reads a gap of one dataset out of a sentence, not out of another's words", () => {
  const clues = (text: string): readonly string[] =>
    cluesOfText(`## Price\n\n## What is missing, and why\n\n- ${text}.\n`).sections.map((names) => names.join());
  const everything = "price,fear-greed,open-interest,volume,funding,liquidations,structure";
  expect(clues("okx open interest: refused 451, x")).toEqual(["price,open-interest", "price", everything]);
  expect(clues("okx volume, open interest, funding: refused 451, x")).toEqual([
    "price,open-interest,volume,funding",
    "price",
    everything,
  ]);
  expect(clues("okx history of open interest, days of liquidations: unpublished, x")).toEqual(["price", everything]);
});

it("tries what the report leaves open: a section that gave nothing was asked for or not", () => {
  const clues = cluesOfText(
    "# B\n\n## Price\n\n## What is missing, and why\n\n- alternative-me Fear &amp; Greed: refused 404, gone.\n",
  );
  expect(clues.sections.map((names) => names.join())).toEqual([
    "price,fear-greed",
    "price",
    "price,fear-greed,open-interest,volume,funding,liquidations,structure",
  ]);
  expect(attempts(clues, { is: "ytd" }).map(({ anchor }) => anchor)).toEqual([
    { is: "ytd" },
    { is: "ytd" },
    { is: "ytd" },
  ]);
});
