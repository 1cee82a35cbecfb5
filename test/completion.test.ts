/** Completion scripts: bash's is run in bash; those of shells that may not be here are read. */
import { spawnSync } from "node:child_process";
import { Argument, Command } from "commander";
import { describe, expect, it } from "vitest";
import { completion } from "../src/commands/completion.ts";
import { Usage } from "../src/io/settings.ts";
import { sources } from "../src/sources/registry.ts";
import { command, DAY_OF_THE_ARTICLE } from "./support/command.ts";

const scriptFor = async (shell: string): Promise<string> => {
  const { code, out, err } = await command(`completion ${shell}`);
  expect([code, err]).toEqual([0, ""]);
  return out;
};

/** The commands and long options that the program's own help lists. */
const help = async (words: string): Promise<string> => (await command(`${words} --help`)).out;
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/^ {2}(?!btc-report)([a-z][a-z-]*)/gm)].flatMap(([, name]) => name ?? []);
const optionsOf = (text: string): string[] =>
  [...text.matchAll(/^ {2}(?:-\w, | {4})?(--[a-z-]+)/gm)].flatMap(([, name]) => name ?? []);
const venues = [...new Set(sources.flatMap(({ venue }) => venue ?? []))];
const program = await help("");
const daily = await help("daily");

describe("bash", async () => {
  const script = await scriptFor("bash");

  /** What Tab offers at the end of `line`, in a bash that has sourced the script. */
  function offered(line: string, setup = ""): string[] {
    const test = `${setup}
complete -p btc-report >/dev/null || exit 9
COMP_LINE=$LINE COMP_POINT=\${#LINE} COMP_TYPE=9
_btc_report btc-report
[[ \${#COMPREPLY[@]} == 0 ]] || printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", `${script}\n${test}`], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], LINE: `btc-report ${line}` },
    });
    expect([line, status, stderr]).toEqual([line, 0, ""]);
    return stdout.split("\n").filter((word) => word !== "");
  }

  it("offers the program's commands, and the nearest ones for a beginning", () => {
    expect(commandsOf(program)).toContain("daily");
    expect(offered("").toSorted()).toEqual(commandsOf(program).toSorted());
    expect(offered("fe")).toEqual(["fear-greed"]);
    expect(offered("--timeout 5 fe")).toEqual(["fear-greed"]);
    expect(offered("nothing-like-it")).toEqual([]);
  });

  it("offers the options of the command, and those of daily where there is none", () => {
    expect(optionsOf(daily)).toContain("--replay");
    const long = (words: string[]): string[] => words.filter((word) => word.startsWith("--")).toSorted();
    expect(long(offered("daily -"))).toEqual(optionsOf(daily).toSorted());
    expect(long(offered("-"))).toEqual([...new Set([...optionsOf(daily), ...optionsOf(program)])].toSorted());
    expect(offered("daily --rep")).toEqual(["--replay"]);
    expect(offered("schema --rep")).toEqual([]);
  });

  it("offers values, also after =", () => {
    expect(offered("daily --format ")).toContain("markdown");
    expect(offered("daily -f m")).toEqual(["markdown"]);
    expect(offered("--format=j")).toEqual(["json"]);
    expect(offered("completion ").toSorted()).toEqual(["bash", "fish", "zsh"]);
    expect(offered("daily --since ytd --format t")).toEqual(["terminal"]);
  });

  it("offers what a subcommand takes, and of an option that others have too its own values", () => {
    expect(offered("history export --format ")).toEqual(["csv", "ndjson"]);
    expect(offered("history export --da")).toEqual(["--dataset"]);
    expect(offered("history list --dataset openI")).toEqual(["openInterest", "openInterestHistory"]);
    const ids = sources.map(({ id }) => id).filter((id) => id.startsWith("bit"));
    expect(ids).toContain("bitget");
    expect(offered("history export --source bit")).toEqual(ids);
    expect(offered("daily --format cs")).toEqual([]);
  });

  it("offers what a list lacks, behind what it has", () => {
    expect(offered("daily --venues b")).toEqual(venues.filter((id) => id.startsWith("b")));
    expect(offered("daily --venues okx,byb")).toEqual(["okx,bybit"]);
    expect(offered("daily --exclude=okx,ok")).toEqual([]);
    expect(offered("daily --sections price,volume,f")).toEqual(["price,volume,fear-greed", "price,volume,funding"]);
  });

  it("gives the part after the colon, at which bash breaks words, and the whole where it does not", () => {
    expect(offered("daily --since low:1")).toEqual(["180d"]);
    expect(offered("daily --since lo")).toEqual(["low:180d", "low:2025-10"]);
    expect(offered("daily --since low:1", 'COMP_WORDBREAKS=" ="')).toEqual(["low:180d"]);
  });

  it("leaves files and free values to bash, and runs nothing that stands on the line", () => {
    expect(script).toMatch(/^complete -o default -F _btc_report btc-report$/m);
    for (const words of ["--replay fix", "--levels 9", "--output ", "-o re"])
      expect(offered(`daily ${words}`)).toEqual([]);
    expect(offered("daily --venues $(touch${IFS}/tmp/btc-report-ran;exit),by")).toEqual([
      "$(touch${IFS}/tmp/btc-report-ran;exit),bybit",
    ]);
    expect(spawnSync("ls", ["/tmp/btc-report-ran"]).status).not.toBe(0);
  });

  it("offers only values that the program takes", async () => {
    const formats = /expected one of (.*), found/.exec((await command("daily --format nothing")).err)?.[1]?.split(", ");
    expect(offered("daily --format ")).toEqual(formats);
    for (const format of formats ?? []) {
      expect([format, (await command(`price --replay ${DAY_OF_THE_ARTICLE} -f ${format}`)).code]).toEqual([format, 0]);
    }
    for (const since of offered("daily --since ")) {
      expect([since, (await command(`fear-greed --replay ${DAY_OF_THE_ARTICLE} --since ${since}`)).code]).toEqual([
        since,
        0,
      ]);
    }
    for (const [option, none] of [
      ["venues", "nowhere"],
      ["exclude", "nowhere"],
      ["sections", "nothing"],
    ] as const) {
      const { err } = await command(`daily --${option} ${none}`);
      const allowed = /expected some of (.*), separated by commas/.exec(err)?.[1]?.split(", ");
      expect(offered(`daily --${option} `)).toEqual(allowed);
    }
  });
});

describe("zsh", async () => {
  const script = await scriptFor("zsh");

  it("begins with the line that zsh looks for, and describes every command", () => {
    expect(script).toMatch(/^#compdef btc-report\n/);
    for (const name of commandsOf(program)) expect(script).toMatch(new RegExp(`^ {4}'${name}:`, "m"));
  });

  it("gives options their values", () => {
    expect(script).toContain("'(-f --format)'{-f,--format=}'[");
    expect(script).toMatch(/\]:format:\(terminal markdown json html\)'/);
    expect(script).toMatch(/'--venues=\[.*\]:venues:_sequence/);
    expect(script).toContain(`]:venues:_sequence compadd - ${venues.join(" ")}'`);
    expect(script).toMatch(/'--since=\[.*\]:since:\(low\\:180d /);
    expect(script).toMatch(/'--replay=\[.*\]:replay:_files -\/'/);
    expect(script).toMatch(/'--offline\[[^\]]*\]'/);
    expect(script).toContain("'*:argument:(bash zsh fish)'");
  });
});

describe("fish", async () => {
  const script = await scriptFor("fish");
  const lines = script.trimEnd().split("\n").slice(1);

  it("is lines of complete, one for each command and option", () => {
    expect(lines.every((line) => line.startsWith("complete -c btc-report "))).toBe(true);
    for (const name of commandsOf(program)) expect(script).toMatch(new RegExp(` -a ${name} -d '`));
    for (const option of optionsOf(daily)) expect(script).toContain(` -l ${option.slice(2)} `);
  });

  it("gives options their values, and only where the command has them", () => {
    const option = (name: string): string => lines.find((line) => line.includes(` -l ${name} `)) ?? "";
    expect(option("format")).toContain("-s f -l format -x -a 'terminal markdown json html'");
    expect(option("format")).toMatch(/-n 'not __fish_seen_subcommand_from [^']*\bschema\b/);
    expect(option("format")).not.toMatch(/-n '[^']*\bdaily\b/);
    expect(lines.filter((line) => line.includes(" -l format "))[1]).toMatch(
      /-n '__fish_seen_subcommand_from history' -s f -l format -x -a 'csv ndjson'/,
    );
    expect(option("venues")).toContain(`-a '(__fish_complete_list , "string split , ${venues.join()}")`);
    expect(option("output")).toContain("-r -F");
    expect(option("replay")).toContain("__fish_complete_directories");
    expect(option("offline")).not.toMatch(/ -x| -r/);
  });
});

describe("any program", () => {
  const made = new Command("a-tool").helpCommand(false);
  made.command("daily").description("it's [all] of: it").option("-n, --number <n>", "how many");
  made.command("history").description("past").command("list");
  made.command("paint").addArgument(new Argument("<colour>").choices(["red", "blue"]));
  made.command("read").argument("<file>");

  it("quotes what a shell would read otherwise", () => {
    expect(completion("zsh", made)).toContain(String.raw`'daily:it'\''s [all] of: it'`);
    expect(completion("fish", made)).toContain(String.raw`-d 'it'\''s [all] of: it'`);
    for (const shell of ["bash", "zsh"]) {
      // zsh's script happens to be words that bash can read as well, save for its flags of parameters.
      expect([shell, spawnSync("bash", ["-n"], { input: completion(shell, made), encoding: "utf8" }).stderr]).toEqual([
        shell,
        "",
      ]);
    }
  });

  it("offers subcommands and choices, and files where a command takes one", () => {
    expect(completion("bash", made)).toMatch(/paint\) options="[^"]*" arguments="red blue"/);
    expect(completion("bash", made)).toMatch(/history\) options="[^"]*" arguments="list"/);
    expect(completion("zsh", made)).toContain("'*:argument:_files'");
    expect(completion("fish", made)).toMatch(/-n '__fish_seen_subcommand_from read' -r -F$/m);
  });

  it("knows three shells", async () => {
    expect(() => completion("tcsh", made)).toThrow(Usage);
    const { code, out, err } = await command("completion tcsh");
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err).toMatch(/^btc-report: .*bash, zsh, fish/);
  });
});
