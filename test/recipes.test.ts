/** The page of recipes is run, not believed: jq, crontab, unit and workflow, all against the article's day. */
import { spawnSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { Report } from "../src/report/report.ts";
import { build } from "./support/built.ts";
import { command, DAY_OF_THE_ARTICLE } from "./support/command.ts";

const REPLAY = `--replay ${DAY_OF_THE_ARTICLE}`;
const page = await readFile("docs/recipes.md", "utf8");
/** Fenced blocks, by language. */
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text = ""]) => ({
  language,
  text,
}));
const blocksOf = (language: string): readonly string[] =>
  blocks.flatMap((block) => (block.language === language ? block.text : []));

const Moved = z.strictObject({ since: z.string(), coins: z.number(), dollars: z.number(), positions: z.number() });

const scratch = await mkdtemp(join(tmpdir(), "btc-report-recipes-"));
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe("jq", () => {
  let report: Report;
  beforeAll(async () => {
    if (spawnSync("jq", ["--version"]).status !== 0) {
      throw new Error("jq is not installed, so the recipes cannot be checked: install it (apt-get install jq)");
    }
    const { code, out } = await command(`daily ${REPLAY} --json --since low:2025-10`);
    expect(code).toBe(0);
    report = Report.parse(JSON.parse(out));
    await writeFile(join(scratch, "daily.json"), out);
    await writeFile(join(scratch, "fear-greed.json"), (await command(`fear-greed ${REPLAY} --json`)).out);
    await writeFile(join(scratch, "sources.json"), (await command(`sources ${REPLAY} --json`)).out);
  });

  /** The recipe as it stands on the page, with a `btc-report` that prints the recorded day. */
  function ran(recipe: string): string {
    const script = `set -o pipefail\nbtc-report() { cat "$RECORDED/$1.json"; }\n${recipe}`;
    const { status, stdout, stderr } = spawnSync("bash", ["-c", script], {
      encoding: "utf8",
      env: { ...process.env, RECORDED: scratch },
    });
    expect([recipe, status, stderr]).toEqual([recipe, 0, ""]);
    return stdout;
  }
  /** The only recipe with these words in it. */
  function recipe(words: string): string {
    const found = blocksOf("sh").filter((text) => text.includes(words));
    expect([words, found.length]).toEqual([words, 1]);
    return found[0] ?? "";
  }
  const linesOf = (text: string): string[] => text.replace(/\n$/, "").split("\n");

  it("every recipe of the page is one of those checked here", () => {
    expect(blocksOf("sh").length).toBe(9);
    expect(blocksOf("sh").every((text) => /^btc-report [a-z-]+ --json[^|]* \| jq /.test(text))).toBe(true);
  });

  it("open interest in USD is the sum of the exchanges", () => {
    const sum = (report.openInterest?.venues ?? [])
      .filter(({ id }) => id !== "cme")
      .reduce((total, { usd }) => total + (usd ?? 0), 0);
    expect(Number(ran(recipe("jq '.openInterest.usd'"))) / sum).toBeCloseTo(1, 9);
  });

  it("exchanges are rows of four fields, CME without a share", () => {
    const rows = linesOf(ran(recipe("@tsv"))).map((line) => line.split("\t"));
    expect(rows.length).toBe(15);
    expect(rows.every((row) => row.length === 4 && Number(row[1]) > 0 && Number(row[2]) > 0)).toBe(true);
    expect(rows.find(([id]) => id === "cme")?.[3]).toBe("");
    const shares = rows.reduce((sum, row) => sum + Number(row[3]), 0);
    expect(shares).toBeCloseTo(1, 9);
  });

  it("missing things are one line each, and none of the recording's could be mended", () => {
    const lines = linesOf(ran(recipe(".status //")));
    expect(lines.length).toBe(report.gaps.length);
    expect(lines.join("\n")).toMatch(/^gate openInterestHistory: unpublished , delivery/m);
    expect(ran(recipe("select(.advice)"))).not.toMatch(/null/);
  });

  it("months are CSV with a heading, the running one last", () => {
    const [heading, ...months] = linesOf(ran(recipe("@csv")));
    expect(heading).toBe('"month","complete","days","usd","btc"');
    expect(months.length).toBe(25);
    expect(months[0]).toMatch(/^"2024-01",true,31,\d/);
    // 29 days and 6 hours of January.
    expect(months.at(-1)).toMatch(/^"2026-01",false,29\.25,\d/);
  });

  it("the change since the anchor is in percent and consistent", () => {
    const { since, coins, dollars } = Moved.parse(JSON.parse(ran(recipe("changes.anchor"))));
    expect(since).toBe("2025-10-10");
    // The price fell from 112,714.9 to 82,880.1 (-26.5 %): (1 + usd) = (1 + btc)(1 + price).
    expect((1 + dollars / 100) / (1 + coins / 100)).toBeCloseTo(82_880.1 / 112_714.9, 3);
  });

  it("takeaways are sentences", () => {
    const lines = linesOf(ran(recipe(".takeaways[].text")));
    expect(lines.length).toBe(report.takeaways.length);
    expect(lines[0]).toMatch(/^Fear & Greed reads 16 \(Extreme Fear\)/);
  });

  it("the alarm goes off at 16", () => {
    expect(ran(recipe("jq -e"))).toBe("true\n");
  });

  it("sources that do not answer are those without their key", () => {
    expect(linesOf(ran(recipe("sources --json")))).toEqual([
      "coinglass: unconfigured. Set the key in the environment to have it.",
      "coinalyze: unconfigured. Set the key in the environment to have it.",
    ]);
  });
});

describe("every day", () => {
  /** Runs a command of the page in a replay, its file in the scratch folder: an option that is none would be 64. */
  async function madeBy(line: string | undefined, name: string): Promise<void> {
    const words = /btc-report(?:\.js)? (daily .*?-o )"?\S*?\{date\}\.md"?(?: \|\| test \$\? -eq 3)?$/.exec(line ?? "");
    expect(words, line).not.toBeNull();
    const { code, out, err } = await command(`${words?.[1]}${scratch}/${name}/{date}.md ${REPLAY}`);
    expect({ code, out, err }).toEqual({ code: 0, out: "", err: "" });
    expect(await readdir(join(scratch, name))).toEqual(["2026-01-30.md"]);
  }

  it("the crontab lines make the report of the day, and the page that is always the newest", async () => {
    const tables = blocksOf("crontab").map((text) => text.trim().split("\n"));
    expect(tables.map((table) => table.length)).toEqual([3, 2]);
    const lines = tables.flat().filter((line) => !line.startsWith("PATH="));
    expect(lines.length).toBe(3);
    const words = /^5 6 \* \* \* \/usr\/local\/bin\/btc-report (daily .* -o )\/var\/www\/html\/btc\.html$/.exec(
      lines[2] ?? "",
    );
    const page = join(scratch, "btc.html");
    expect(await command(`${words?.[1]}${page} ${REPLAY}`)).toEqual({ code: 0, out: "", err: "" });
    expect(await readFile(page, "utf8")).toMatch(/^<!doctype html>/i);
    // A bad morning: no figure for one section. The page is the good one still.
    await mkdir(join(scratch, "poor"));
    await writeFile(join(scratch, "poor", "now.txt"), "2026-01-31T06:00:00Z\n");
    await cp(`${DAY_OF_THE_ARTICLE}/api.alternative.me`, join(scratch, "poor", "api.alternative.me"), {
      recursive: true,
    });
    const bad = await command(`${words?.[1]}${page} --replay ${scratch}/poor`);
    expect([bad.code, bad.out]).toEqual([3, ""]);
    expect(bad.err).toMatch(/^btc-report: \S+btc\.html is kept as it was, .*no figure for price, [^\n]*\n$/);
    expect(await readFile(page, "utf8")).toContain("30 January 2026");
    expect(lines[1]).toMatch(/^0 6 \* \* \* \/usr\/local\/bin\/btc-report daily /);
    // An unescaped % is a line break to cron.
    expect(lines[1]).not.toContain("%");
    await madeBy(lines[1], "cron");
  });

  it("each crontab finds the program and the node that it begins with, by the PATH that it sets", async () => {
    build();
    // As `npm install --global` puts them under /usr/local; what else is there on this machine is not looked at.
    const local = join(scratch, "usr/local/bin");
    await mkdir(local, { recursive: true });
    await symlink(process.execPath, join(local, "node"));
    const program = join(scratch, "usr/local/lib/btc-report/bin/btc-report.js");
    await cp("bin/btc-report.js", program);
    await chmod(program, 0o755);
    await symlink(resolve("dist"), join(program, "../../dist"));
    await symlink(program, join(local, "btc-report"));
    const tables = blocksOf("crontab");
    expect(tables.length).toBe(2);
    for (const table of tables) {
      const [, path = ""] = /^PATH=(.*)$/m.exec(table) ?? [];
      expect(path.split(":")[0]).toBe("/usr/local/bin");
      const [, named = "", words = ""] = /^[\d *]+ (\S+btc-report) (.*) -o /m.exec(table) ?? [];
      expect(named).toBe("/usr/local/bin/btc-report");
      const run = (PATH: string): number | null =>
        spawnSync("/bin/sh", ["-c", `${local}/btc-report ${words} ${REPLAY} -o ${scratch}/by-cron.md`], {
          env: { PATH, HOME: scratch, SHELL: "/bin/sh" },
        }).status;
      expect(run(path.replaceAll("/usr/local/bin", local))).toBe(0);
      // cron's own, without a node of this machine's in it: env does not find what the first line asks for.
      expect(run(join(scratch, "nothing-here"))).toBe(127);
    }
  });

  it("the service makes the report of the day, and the timer is one", async () => {
    const [service = "", timer = ""] = blocksOf("ini");
    await madeBy(/^ExecStart=(.*)$/m.exec(service)?.[1], "systemd");
    expect(service).toMatch(/^SuccessExitStatus=3$/m);
    expect(timer).toMatch(/^OnCalendar=\*-\*-\* 06:00:00 UTC$/m);
    expect(timer).toMatch(/^WantedBy=timers\.target$/m);
    // The file names of the page.
    expect(page).toContain("`btc-report.service`");
    expect(page).toContain("`btc-report.timer`");
  });

  const systemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
  it.runIf(systemd)("systemd has nothing to say about the units", async () => {
    const [service = "", timer = ""] = blocksOf("ini");
    const folder = join(scratch, "units");
    await mkdir(folder);
    // Verified with a program that is there.
    await writeFile(join(folder, "btc-report.service"), service.replace("/usr/local/bin/btc-report", process.execPath));
    await writeFile(join(folder, "btc-report.timer"), timer);
    const units = ["btc-report.service", "btc-report.timer"].map((name) => join(folder, name));
    const { status, stdout, stderr } = spawnSync("systemd-analyze", ["--user", "verify", ...units], {
      encoding: "utf8",
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
    });
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
    const when = spawnSync("systemd-analyze", ["calendar", "*-*-* 06:00:00 UTC"], { encoding: "utf8" });
    expect(when.stdout).toContain("Normalized form: *-*-* 06:00:00 UTC");
  });

  it("the workflow makes the report of the day and commits what it made", async () => {
    const [workflow = ""] = blocksOf("yaml");
    await madeBy(/run: (node bin\/btc-report\.js .*)$/m.exec(workflow)?.[1], "actions");
    expect(workflow).toMatch(/git add reports$/m);
    expect(workflow).toMatch(/contents: write/);
  });

  it("names no option that the program lacks", async () => {
    const known = new Set(
      [
        ...(await command("daily --help")).out.matchAll(/--[a-z-]+/g),
        ...(await command("sources --help")).out.matchAll(/--[a-z-]+/g),
      ].map(([word]) => word),
    );
    const others = new Set(["--user", "--now", "--cached", "--quiet"]);
    const named = [...page.matchAll(/(?<=[\s`])--[a-z][a-z-]+/g)].map(([word]) => word);
    expect(named.filter((word) => !known.has(word) && !others.has(word))).toEqual([]);
  });
});
