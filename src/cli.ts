/**
 * The command line: words in, exit code out. The process comes in as an argument, from `bin/`, and what a command needs is
 * loaded when it needs it.
 */
import { Command, CommanderError, Option } from "commander";
import { examplesFor, examplesOf } from "./commands/examples.ts";
import { ALWAYS, CHOICE, option, OPTIONS } from "./commands/options.ts";
import { inert } from "./core/inert.ts";
import { EXIT } from "./exit.ts";
import { nearest } from "./io/nearest.ts";
import { watched, type Output } from "./io/output.ts";
import type { SectionName } from "./report/input.ts";

/** The commands that make a report: name, description, sections. */
const REPORTS: readonly (readonly [string, string, readonly SectionName[]])[] = [
  [
    "daily",
    "the whole report (default)",
    ["price", "fear-greed", "open-interest", "volume", "funding", "liquidations"],
  ],
  ["price", "spot price, changes, volatility", ["price"]],
  ["fear-greed", "Crypto Fear & Greed Index and its records", ["fear-greed"]],
  ["open-interest", "open interest by exchange, in coins and dollars", ["open-interest"]],
  ["volume", "monthly futures volume by exchange", ["volume"]],
  ["funding", "funding, basis of dated futures, positioning", ["funding"]],
  ["liquidations", "liquidations of 24 hours and the modelled map", ["liquidations"]],
  ["structure", "swings, sweeps, zones and the Wyckoff spring", ["structure"]],
];

/** The part of the outside that a process gives. */
export interface Process {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Read only where a file is called `-`. */
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Output;
  readonly stderr: Output;
  exitCode?: number | string | null | undefined;
}

/** Runs one command, sets the exit code, and returns when all that was said is out. Never throws. */
export async function main(process: Process): Promise<void> {
  const [stdout, stderr] = [watched(process.stdout), watched(process.stderr)];
  try {
    process.exitCode = await commanded({
      argv: process.argv,
      env: process.env,
      // Node opens it when it is looked at.
      get stdin() {
        return process.stdin;
      },
      stdout,
      stderr,
    });
    const refusal = await stdout.settled();
    // A reader that goes away (`| head`) ends the run quietly.
    if (refusal !== null && refusal.code !== "EPIPE") {
      const { DiskError } = await import("./io/disk.ts");
      throw new DiskError("write", "the output", refusal);
    }
  } catch (error) {
    const { reported } = await import("./commands/failure.ts");
    const verbose = process.argv.some((word) => word === "-v" || word === "--verbose");
    process.exitCode = reported(error, verbose, (line) => {
      stderr.write(`btc-report: ${line}\n`);
    });
  }
  // Where stderr cannot be written, nobody is left to be told.
  await Promise.all([stdout.settled(), stderr.settled()]);
}

async function commanded(process: Process): Promise<number> {
  const { version } = await import("./version.ts");
  let code: number = EXIT.ok;
  const program = commandTree(process, version, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...process.argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return code;
}

/** Every command with its options and examples: what is run, helped, completed and described in the manual page. */
export function commandTree(process: Process, version: string, end: End): Command {
  const program = new Command("btc-report")
    .description("Daily Bitcoin derivatives report from primary sources. No key, no account.")
    .version(version, "-V, --version")
    .configureOutput({
      writeOut: (text) => process.stdout.write(text),
      // One line, with our name: commander puts its suggestion on a second one.
      writeErr: (text) =>
        process.stderr.write(
          `${inert(
            text
              .trim()
              .replace(/^error: /, "btc-report: ")
              .replaceAll("\n", " "),
          )}\n`,
        ),
    })
    .exitOverride()
    .showSuggestionAfterError()
    .helpCommand(false);
  addReports(program, process, end);
  program.commandsGroup("Proof:");
  addProof(program, process, end);
  program.commandsGroup("History:");
  addHistory(program, process, end);
  program.commandsGroup("Setup:");
  addSetup(program, process, end);
  hinting(program, program.name());
  program.addHelpText(
    "after",
    () => `${examplesOf(examplesFor("daily"))}\n\nbtc-report COMMAND --help has the options.`,
  );
  return program;
}

/** Told the exit code of the command that was run. */
type End = (code: number) => void;

function addReports(program: Command, process: Process, end: End): void {
  for (const [name, description, sections] of REPORTS) {
    program.commandsGroup(name === "daily" ? "The report:" : "One section of it:");
    const command = program.command(name, name === "daily" ? { isDefault: true } : {}).description(description);
    command.addHelpText("after", () => examplesOf(examplesFor(name)));
    for (const option of OPTIONS) command.addOption(option);
    command.allowExcessArguments(true).action(async (flags: Record<string, unknown>, self: Command) => {
      if (self.args.length > 0) {
        // Whether the command was named: a word that is none ends up at the default one.
        const wrong = program.args[0] === name ? excess(name, self.args) : notACommand(program, self.args);
        process.stderr.write(`btc-report: ${wrong}\n`);
        end(EXIT.usage);
        return;
      }
      const { report } = await import("./commands/report.ts");
      end(await report(flags, name === "daily" ? null : sections, process));
    });
  }
}

/** A command that is no report, with some of a report's options. */
function added(program: Command, name: string, description: string, options: readonly string[]): Command {
  const command = program.command(name).description(description);
  command.addHelpText("after", () => examplesOf(examplesFor(name)));
  for (const option of OPTIONS) if (options.includes(option.long ?? "")) command.addOption(option);
  return command;
}

function addProof(program: Command, process: Process, end: End): void {
  added(program, "explain", "one figure: formula with its numbers, inputs, addresses", [...CHOICE, ...ALWAYS, "--json"])
    .argument("<figure>", "its id, as under figures in the JSON")
    .option("--report <file>", "a report as JSON, - for stdin; default: --replay, else the last report made")
    .action(async (id: string, flags: Record<string, unknown>) => {
      const { explain } = await import("./commands/explain.ts");
      end(await explain(id, flags, process));
    });
  added(program, "verify", "make every number and sentence of a report again from its recording", [
    ...CHOICE,
    ...ALWAYS,
  ])
    .argument("[report]", "a report as JSON, Markdown, HTML or text; - is stdin; default: the last report made")
    .option("--report <file>", "the same")
    .action(async (file: string | undefined, flags: Record<string, unknown>) => {
      const { verify } = await import("./commands/verify.ts");
      end(await verify(file, flags, process));
    });
  added(program, "diff", "what changed between two reports", [...CHOICE, ...ALWAYS, "--json"])
    .argument("<before>", "a report as JSON; - is stdin")
    .argument("[after]", "another; default: --report, else what --replay gives, else the last report made")
    .option("--report <file>", "the second one, in place of [after]")
    .action(async (before: string, after: string | undefined, flags: Record<string, unknown>) => {
      const { diff } = await import("./commands/diff.ts");
      end(await diff(before, after, flags, process));
    });
}

function addHistory(program: Command, process: Process, end: End): void {
  added(program, "backfill", "fill the local history from archives and deep endpoints", [
    "--venues",
    "--exclude",
    "--relay",
    ...ALWAYS,
  ])
    .option("--from <day>", "the first day")
    .option("--to <day>", "the last day; default: yesterday")
    .option("--again", "ask also what was filled before: changed values become revisions")
    .action(async (flags: Record<string, unknown>) => {
      const { backfill } = await import("./commands/backfill.ts");
      end(await backfill(flags, process));
    });
  const history = added(program, "history", "what is stored of earlier runs and backfills", [])
    .helpCommand(false)
    .allowExcessArguments(true)
    .action((_: unknown, self: Command) => {
      const [stray] = self.args;
      const wrong =
        stray === undefined
          ? "history: list or export? See btc-report history --help"
          : unknownCommand(history, stray, "history ");
      process.stderr.write(`btc-report: ${wrong}\n`);
      end(EXIT.usage);
    });
  history
    .command("list")
    .description("for each source, dataset and market: first, last, points, days missing")
    .addOption(option("--json"))
    .action(async (flags: Record<string, unknown>) => {
      const { list } = await import("./commands/history.ts");
      end(await list(flags, process));
    });
  history
    .command("export")
    .description("every value ever seen, on stdout")
    .addOption(new Option("-f, --format <format>", "csv or ndjson; default csv").choices(["csv", "ndjson"]))
    .option("--source <id>", "only of this source")
    .option("--dataset <name>", "only of this kind, such as openInterestHistory")
    .option("--from <day>", "from this day or instant on")
    .option("--to <day>", "up to the end of this day, or to this instant")
    .action(async (flags: Record<string, unknown>) => {
      const { exported } = await import("./commands/history.ts");
      end(await exported(flags, process));
    });
}

function addSetup(program: Command, process: Process, end: End): void {
  added(program, "sources", "what every source gives, and whether it answers now", [
    "--json",
    "--replay",
    "--offline",
    "--relay",
    "--timeout",
    ...ALWAYS,
  ]).action(async (flags: Record<string, unknown>) => {
    const { sources } = await import("./commands/sources.ts");
    end(await sources(flags, process));
  });
  added(program, "completion", "a script for bash, zsh or fish", [])
    .argument("<shell>", "bash, zsh or fish")
    .action(async (shell: string) => {
      const { completion } = await import("./commands/completion.ts");
      process.stdout.write(completion(shell, program));
    });
  added(program, "schema", "JSON Schema of the report", []).action(async () => {
    const { schema } = await import("./commands/schema.ts");
    process.stdout.write(schema());
  });
}

const excess = (name: string, [stray = ""]: readonly string[]): string =>
  `${name} takes no argument, found ${quoted(stray)}; see btc-report ${name} --help`;

/** What is wrong with a first word that is no command. `help COMMAND` is none either, but prints that help and ends. */
function notACommand(program: Command, [first = "", ...rest]: readonly string[]): string {
  const named = (of: Command, name: string): Command | undefined => of.commands.find((one) => one.name() === name);
  if (first === "help") {
    rest.reduce<Command | undefined>((found, word) => found && named(found, word), program)?.help();
  }
  // Options of a command that is not named yet are those of the default one.
  if (named(program, first) !== undefined) return `the command comes before its options: btc-report ${first} ...`;
  return unknownCommand(program, first === "help" ? rest.join(" ") : first);
}

/** `below` is the command, and a space, of which it would be a subcommand. */
function unknownCommand(of: Command, stray: string, below = ""): string {
  const near = nearest(
    stray,
    of.commands.map((one) => one.name()),
  );
  const meant = near === null ? "" : `, did you mean "${near}"?`;
  return `unknown command ${quoted(`${below}${stray}`)}${meant}; see btc-report ${below}--help`;
}

/** What is wrong with the words of a command is said with where its help is. */
function hinting(command: Command, name: string): void {
  command.configureOutput({
    outputError: (text, write) => {
      write(`${text.trim()}; see ${name} --help`);
    },
  });
  for (const each of command.commands) hinting(each, `${name} ${each.name()}`);
}

const quoted = (word: string): string => `"${inert(word.slice(0, 60))}"`;
