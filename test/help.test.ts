/** The help: grouped, with examples that the program takes, and quick. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { command } from "./support/command.ts";

const helpOf = async (name: string): Promise<string> => (await command(`${name} --help`)).out;
const main = await helpOf("");
const commands = [...main.matchAll(/^ {2}(?!btc-report)([a-z][a-z-]*)/gm)].flatMap(([, name]) => name ?? []);

describe("btc-report --help", () => {
  it("groups the commands and begins with the report", () => {
    const headings = [...main.matchAll(/^(\S[^\n]*):$/gm)].map(([, heading]) => heading);
    expect(headings.slice(0, 3)).toEqual(["Options", "The report", "One section of it"]);
    expect(headings).toEqual(expect.arrayContaining(["Proof", "Setup"]));
    expect(headings.at(-1)).toBe("Examples");
    expect(commands[0]).toBe("daily");
    expect(new Set(commands).size).toBe(commands.length);
  });

  it("groups the options of daily", async () => {
    const headings = [...(await helpOf("daily")).matchAll(/^(\S[^\n]*):$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(["Output", "What it tells", "Where answers come from", "The run", "Options", "Examples"]);
  });
});

describe.each(commands)("btc-report %s --help", (name) => {
  it("has examples that fit 80 columns, with commands and options that there are", async () => {
    const help = await helpOf(name);
    const examples = (/\nExamples:\n([\s\S]*)$/.exec(help)?.[1] ?? "").trimEnd().split("\n");
    expect(examples[0]).toMatch(new RegExp(`^ {2}btc-report ${name}|^ {2}btc-report daily --record`));
    for (const line of examples) {
      expect(line.length, line).toBeLessThanOrEqual(80);
      const [, called = ""] = /^ {2}btc-report (\S+)/.exec(line) ?? [];
      expect(commands).toContain(called);
      const known = await helpOf(called);
      for (const [, option = ""] of line.split("|")[0]?.matchAll(/ (-{1,2}[a-z][a-z-]*)/g) ?? []) {
        expect(known, `${called} ${option}`).toMatch(new RegExp(`^ {2}(?:-\\w, )?${option}[ ,\\n]`, "m"));
      }
    }
  });
});

describe("btc-report help", () => {
  it("is the help of the program, with a command that of the command", async () => {
    expect(await command("help")).toEqual({ code: 0, out: main, err: "" });
    for (const words of ["daily", "price", "schema", "history export"]) {
      expect(await command(`help ${words}`)).toEqual({ code: 0, out: await helpOf(words), err: "" });
    }
  });
});

describe("a slip of the pen", () => {
  const said = async (words: string): Promise<string> => {
    const { code, out, err } = await command(words);
    expect([words, code, out]).toEqual([words, 64, ""]);
    expect(err).toMatch(/^btc-report: [^\n]*\n$/);
    return err;
  };

  it("is named for what it is: an unknown command, a word too many, a command behind its options", async () => {
    expect(await said("help dayly")).toBe(
      'btc-report: unknown command "dayly", did you mean "daily"?; see btc-report --help\n',
    );
    expect(await said("daly extra")).toContain('unknown command "daly", did you mean "daily"?');
    for (const name of ["price", "daily"]) {
      expect(await said(`${name} extra words`)).toBe(
        `btc-report: ${name} takes no argument, found "extra"; see btc-report ${name} --help\n`,
      );
    }
    expect(await said("--json price")).toBe("btc-report: the command comes before its options: btc-report price ...\n");
  });

  it("that is a missing or a stray argument is told with where the help is", async () => {
    for (const [words, name, argument] of [
      ["explain", "explain", "figure"],
      ["diff", "diff", "before"],
    ] as const) {
      expect(await said(words)).toBe(
        `btc-report: missing required argument '${argument}'; see btc-report ${name} --help\n`,
      );
    }
    expect(await said("history export --sorce okx")).toMatch(/--source\?\); see btc-report history export --help\n$/);
  });

  it("that narrows a section to another is refused", async () => {
    expect(await said("fear-greed --sections price")).toContain("btc-report daily --sections");
  });

  it("has the nearest word offered: command, option, venue, section, format", async () => {
    expect(await said("fear-gred")).toContain('did you mean "fear-greed"?');
    expect(await said("daily --keepgood")).toContain("Did you mean --keep-good?");
    expect(await said("daily --venues binance,okex")).toContain('did you mean "okx"?');
    expect(await said("daily --exclude derbit")).toContain('did you mean "deribit"?');
    expect(await said("daily --sections open-intrest")).toContain('did you mean "open-interest"?');
    expect(await said("daily -f jsno")).toContain('did you mean "json"?');
  });
});

it("loads nothing that the help does not need", async () => {
  const imports = async (file: string): Promise<string[]> =>
    [...(await readFile(file, "utf8")).matchAll(/^import (?!type)[^;"]*? from "([^"]+)"/gm)].flatMap(
      ([, name]) => name ?? [],
    );
  expect(await imports("src/cli.ts")).toEqual([
    "commander",
    "./commands/examples.ts",
    "./commands/options.ts",
    "./core/inert.ts",
    "./exit.ts",
    "./io/nearest.ts",
    "./io/output.ts",
  ]);
  expect(await imports("src/commands/examples.ts")).toEqual(["../report/input.ts"]);
  expect(await imports("src/commands/options.ts")).toEqual(["commander", "../io/formats.ts"]);
  expect(await imports("src/exit.ts")).toEqual(["./core/gap.ts", "./report/input.ts"]);
  expect(await imports("src/report/input.ts")).toEqual(["../core/reading.ts", "../core/time.ts"]);
  expect(await imports("src/core/gap.ts")).toEqual(["./inert.ts"]);
  expect(await imports("src/core/reading.ts")).toEqual([]);
  expect(await imports("src/io/formats.ts")).toEqual([]);
  expect(await imports("src/io/nearest.ts")).toEqual([]);
  expect(await imports("src/io/output.ts")).toEqual(["node:fs"]);
});
