/** Words from outside that would like to be obeyed: symbols, labels, messages, headers, files, arguments. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { replay } from "../src/io/tape.ts";
import type { Http } from "../src/ports.ts";
import { Report } from "../src/report/report.ts";
import { command, DAY_OF_THE_ARTICLE, type Ended } from "./support/command.ts";
import { relayServer } from "./support/relay-server.ts";
import { diskForTests } from "./support/tapes.ts";

const HOSTILE =
  "\u001B[2J\u001B]8;;https://evil.test\u0007\u009B31m\u202Egnp\u2066|`x`[a](https://evil.test)<img src=x>";
const scratch = await mkdtemp(join(tmpdir(), "btc-report-hostile-"));

const whole = replay(diskForTests, DAY_OF_THE_ARTICLE);
const dated = /BTC[-_]?USDT?[-_]26\d{4}/g;
const inJson = JSON.stringify(HOSTILE).slice(1, -1);
/** The article's day, with hostile names of dated contracts and classes, and hostile errors of two hosts. */
const hostile: Http = async (request) => {
  const asked = { ...request, url: request.url.replaceAll(encodeURIComponent(HOSTILE), "") };
  const answer = await whole(asked);
  const { host } = new URL(request.url);
  if (host === "www.bitstamp.net") return { ...answer, status: 400, body: Buffer.from(`{"reason":"${HOSTILE}"}`) };
  if (host === "api.mexc.com") return { ...answer, body: Buffer.from(`${HOSTILE} is no JSON`) };
  if (answer.body[0] === 0x50) return answer;
  const text = Buffer.from(answer.body).toString();
  const poisoned = text
    .replaceAll(dated, `$&${inJson}`)
    .replaceAll(/"(Extreme Fear|Fear|Neutral|Greed)"/g, `"$1\\u001b[2J<img src=x>"`);
  return { ...answer, body: Buffer.from(poisoned) };
};
const server = await relayServer(hostile);
afterAll(async () => {
  await server.close();
  await rm(scratch, { recursive: true, force: true });
});
const env = {
  SOURCE_DATE_EPOCH: String(Date.parse("2026-01-30T06:00:00Z") / 1000),
  BTC_REPORT_CACHE_DIR: join(scratch, "cache"),
  BTC_REPORT_DATA_DIR: join(scratch, "data"),
};
const run = (words: string): Promise<Ended> => command(words, { env });
const live = (words: string): Promise<Ended> => run(`${words} --relay ${server.url}`);

/** Nothing in it moves a cursor, hides a letter or turns a line around. */
function inertText(text: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what must be gone
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/);
}

describe("hostile words of upstreams", async () => {
  const bundle = join(scratch, "bundle");
  const { code, out, err } = await live(`daily --json -v --record ${bundle}`);
  const report = Report.parse(JSON.parse(out));
  const file = join(scratch, "report.json");
  await writeFile(file, out);

  it("arrive in the report, so that the rest of this shows something", () => {
    expect(code).toBe(0);
    expect(JSON.stringify(report)).toContain("<img src=x>");
    expect(report.gaps.map(({ source }) => source)).toEqual(expect.arrayContaining(["bitstamp", "mexc"]));
  });

  it("are inert on stderr, with -v too", () => {
    expect(err).toContain("bitstamp");
    inertText(err);
    for (const line of err.trimEnd().split("\n")) expect(line).toMatch(/^btc-report: /);
  });

  it("are inert in JSON as it is sent, and in its gaps also once it is read", () => {
    inertText(out);
    for (const { detail } of report.gaps) inertText(detail);
  });

  it.each(["terminal", "markdown", "html"])("are inert as %s", async (format) => {
    const shown = await run(`daily -f ${format} --replay ${bundle}`);
    expect(shown.err).toContain("bitstamp");
    inertText(shown.out);
    inertText(shown.err);
    if (format === "terminal") return;
    expect(shown.out).not.toContain("<img");
    if (format === "html") return;
    expect(shown.out).not.toContain("](https://evil.test)");
    // Every row of a table has as many cells as its head.
    for (const table of shown.out.split(/\n\n+/).filter((block) => block.startsWith("|"))) {
      const cells = table.split("\n").map((row) => row.replaceAll(/\\./g, "").split("|").length);
      expect(new Set(cells).size, table).toBe(1);
    }
  });

  it("are inert where `sources`, `explain`, `diff` and `verify` repeat them", async () => {
    const asked = await live("sources");
    expect(asked.out).toContain("evil.test");
    inertText(asked.out + asked.err);
    const id = Object.keys(report.figures).find((name) => name.includes("<img"));
    expect(id).toBeDefined();
    const words = ["explain", id ?? "", "--report", file];
    const told = await command(words, { env });
    expect(told.code).toBe(0);
    inertText(told.out + told.err);
    const other = join(scratch, "other.json");
    await writeFile(other, out.replaceAll(/"(btc|usd)": (\d)/g, '"$1": 1$2'));
    const moved = await run(`diff ${file} ${other}`);
    expect(moved.out).not.toBe("");
    inertText(moved.out + moved.err);
    const wrong = await run(`verify ${other} --replay ${DAY_OF_THE_ARTICLE}`);
    expect(wrong.code).toBe(65);
    inertText(wrong.out + wrong.err);
  });
});

it.each([
  ["an unknown command", [`\u001B[31mdaly`]],
  ["an unknown option", ["daily", "--\u001B[31m\u202Efrmat"]],
  ["an option's value", ["daily", "--since", `\u001B[31m\u202Eyesterday`]],
  ["a figure", ["explain", `\u001B[31m\u202Eopen`, "--replay", DAY_OF_THE_ARTICLE]],
  ["a file", ["diff", `/tmp/\u001B[31m\u202Ea`, "/tmp/b"]],
  ["a recording", ["daily", "--replay", `/tmp/\u001B[31m\u202Enone`]],
])("hostile words of the command line come back inert: %s", async (_, words) => {
  const { code, out, err } = await command(words);
  expect(code).toBeGreaterThan(0);
  expect(err).toMatch(/^btc-report: /);
  inertText(out + err);
});
