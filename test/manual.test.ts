/** The manual page is what the command tree gives, and roff reads it without a complaint. */
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { describe, expect, it } from "vitest";
import { manual, manualOf, text } from "../fixtures/build/manual.ts";
import { version } from "../src/version.ts";
import { command } from "./support/command.ts";

const page = await readFile("man/btc-report.1", "utf8");

describe("man/btc-report.1", () => {
  it("is what the command tree gives; npm run docs writes it", () => {
    expect(page).toBe(manual(version));
  });

  it("has every command and option of the help, and every exit code of the README", async () => {
    const plain = page.replaceAll("\\-", "-").replaceAll(/\\f[BIR]/g, "");
    const help = (await command("--help")).out + (await command("daily --help")).out;
    const names = [...help.matchAll(/^ {2}(?:-\w, )?(?!btc-report)(-{0,2}[a-z][a-z-]+)/gm)].flatMap(
      ([, name]) => name ?? [],
    );
    expect(names).toContain("--keep-good");
    expect(names).toContain("fear-greed");
    for (const name of names) expect(plain).toMatch(new RegExp(`^(?:-\\w, )?${name}(?: |$)`, "m"));
    const codes = [...(await readFile("README.md", "utf8")).matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, some = ""]) =>
      some.split(", "),
    );
    expect(codes.length).toBeGreaterThan(8);
    for (const code of codes) expect(plain).toMatch(new RegExp(`^(?:130, )?${code}(?:,|$)`, "m"));
  });

  const groff = spawnSync("groff", ["--version"]).status === 0;
  it.runIf(groff)("is read by groff without a warning, all of ASCII, no line beginning with a stray dot", () => {
    const { status, stdout, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-ww", "-P-c", "-b", "man/btc-report.1"], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    // Bold is a letter over itself, on an old terminal.
    // oxlint-disable-next-line no-control-regex -- backspaces are what is removed
    const read = stdout.replaceAll(/.\u0008/g, "");
    expect(read).toMatch(/^NAME\n +btc-report +- +Daily +Bitcoin/m);
    expect(read).toContain("btc-report daily -o ~/reports/{date}.md");
    expect(read).toMatch(/±5\s+%/);
  });

  it("is ASCII, and has no request that is not one of man's", () => {
    expect(page).toMatch(/^[\n\x20-\x7e]*$/);
    const requests = new Set([...page.matchAll(/^[.'](\S*)/gm)].map(([, request]) => request));
    expect(requests).toEqual(new Set(['\\"', "PP", "RE", "RS", "SH", "SS", "SY", "TH", "TP", "YS"]));
  });
});

describe("text", () => {
  it.each([
    ["a-b --c", "a\\-b \\-\\-c"],
    [".TH is text", "\\&.TH is text"],
    ["'tis", "\\(aqtis"],
    ["C:\\fB\\n", "C:\\(rsfB\\(rsn"],
    ['"~`^"', "\\(dq\\(ti\\(ga\\(ha\\(dq"],
    ["± 5\n€", "\\[u00B1] 5 \\[u20AC]"],
    ["🙂", "\\[u1F642]"],
  ])("%j is read as it stands", (words, roff) => {
    expect(text(words)).toBe(roff);
  });
});

it("describes any program: groups, subcommand options, arguments", () => {
  const made = new Command("a-tool").description("it's .odd").version("1").helpCommand(false);
  made
    .commandsGroup("First:")
    .command("daily")
    .addOption(new Option("-n, --number <n>", "how many").helpGroup("Amounts:"));
  made.commandsGroup("Then:").command("read").description("reads").argument("<file>").option("--fast", "fast");
  made.command("history").description("past").command("list").description("all of it").argument("[from]");
  const roff = manualOf(made, "1");
  expect(roff).toContain('.TH "A\\-TOOL" 1 "" "a\\-tool 1" "User Commands"');
  expect(roff).toContain('.SS "Then"\n.TP\n\\fBread <file>\\fR\nReads.\n.RS\n.TP\n\\fB\\-\\-fast\\fR\nFast.\n.RE\n');
  expect(roff).toContain(".TP\n\\fBhistory\\fR\nPast.\n.TP\n\\fBhistory list [from]\\fR\nAll of it.\n");
  expect(roff).toContain('.SS "Amounts"\n.TP\n\\fB\\-n, \\-\\-number \\fIn\\fB\\fR\nHow many.\n');
});
