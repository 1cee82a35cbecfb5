/**
 * The command line: words in, exit code out. The process comes in as an argument, from `bin/`, and what a command needs is
 * loaded when it needs it.
 */
import { Command, CommanderError, Option } from "commander";
import { inert } from "./core/inert.ts";
import { EXIT } from "./exit.ts";
import { FORMATS } from "./io/formats.ts";
import { nearest } from "./io/nearest.ts";
import { watched, type Output } from "./io/output.ts";
import type { SectionName } from "./report/input.ts";

const COMMANDS: readonly (readonly [string, string, readonly SectionName[]])[] = [
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
export function commandTree(process: Process, version: string, end: (code: number) => void): Command {
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
  for (const [name, description, sections] of COMMANDS) {
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
  const also = (name: string, description: string, options: readonly string[]): Command => {
    const command = program.command(name).description(description);
    command.addHelpText("after", () => examplesOf(examplesFor(name)));
    for (const option of OPTIONS) if (options.includes(option.long ?? "")) command.addOption(option);
    return command;
  };
  program.commandsGroup("Proof:");
  also("explain", "one figure: formula with its numbers, inputs, addresses", [...CHOICE, ...ALWAYS, "--json"])
    .argument("<figure>", "its id, as under figures in the JSON")
    .option("--report <file>", "a report as JSON, - for stdin; default: --replay, else the last report made")
    .action(async (id: string, flags: Record<string, unknown>) => {
      const { explain } = await import("./commands/explain.ts");
      end(await explain(id, flags, process));
    });
  also("verify", "make every number and sentence of a report again from its recording", [...CHOICE, ...ALWAYS])
    .argument("[report]", "a report as JSON, Markdown, HTML or text; - is stdin; default: the last report made")
    .option("--report <file>", "the same")
    .action(async (file: string | undefined, flags: Record<string, unknown>) => {
      const { verify } = await import("./commands/verify.ts");
      end(await verify(file, flags, process));
    });
  also("diff", "what changed between two reports", [...CHOICE, ...ALWAYS, "--json"])
    .argument("<before>", "a report as JSON; - is stdin")
    .argument("[after]", "another; default: --report, else what --replay gives, else the last report made")
    .option("--report <file>", "the second one, in place of [after]")
    .action(async (before: string, after: string | undefined, flags: Record<string, unknown>) => {
      const { diff } = await import("./commands/diff.ts");
      end(await diff(before, after, flags, process));
    });
  program.commandsGroup("History:");
  also("backfill", "fill the local history from archives and deep endpoints", [
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
  const history = also("history", "what is stored of earlier runs and backfills", [])
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
  program.commandsGroup("Setup:");
  also("sources", "what every source gives, and whether it answers now", [
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
  also("completion", "a script for bash, zsh or fish", [])
    .argument("<shell>", "bash, zsh or fish")
    .action(async (shell: string) => {
      const { completion } = await import("./commands/completion.ts");
      process.stdout.write(completion(shell, program));
    });
  also("schema", "JSON Schema of the report", []).action(async () => {
    const { schema } = await import("./commands/schema.ts");
    process.stdout.write(schema());
  });
  hinting(program, program.name());
  program.addHelpText(
    "after",
    () => `${examplesOf(examplesFor("daily"))}\n\nbtc-report COMMAND --help has the options.`,
  );
  return program;
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

type Example = readonly [line: string, words: string];

/** What stands below the help of a command. */
function examplesOf(examples: readonly Example[]): string {
  if (examples.length === 0) return "";
  const width = Math.max(0, ...examples.map(([line]) => line.length));
  return ["\nExamples:", ...examples.map(([line, words]) => `  ${line.padEnd(width)}  ${words}`)].join("\n");
}

/** Command lines to begin with, and what they do. */
export function examplesFor(name: string): readonly Example[] {
  const isSection = COMMANDS.some(([known]) => known === name);
  const examples = EXAMPLES[name] ?? (isSection ? OF_A_SECTION : []);
  return examples.map(([line, words]) => [`btc-report ${line.replaceAll("SECTION", name)}`, words]);
}

const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  daily: [
    ["daily", "the report in the terminal"],
    ["daily -o ~/reports/{date}.md", "as Markdown, one file a day"],
    ["daily -o report.html", "as one page with charts"],
    ["daily -q --keep-good -o latest.md", "in cron"],
    ["daily --json | jq .openInterest.usd", "one figure in a pipe"],
    ["daily --since low:2025-10", "against the October low"],
    ["daily --at 2026-01-30", "as of the end of a past day"],
  ],
  explain: [
    ["explain openInterest.usd", "of the last report made"],
    ["explain price.usd --report report.json", "of a report in a file"],
  ],
  verify: [
    ["daily --record day -o report.md", "a report with its recording"],
    ["verify report.md --replay day", "every number and sentence again"],
    ["verify --replay day", "the same of the last report made"],
  ],
  diff: [
    ["diff monday.json tuesday.json", "what moved"],
    ["diff monday.json", "against the last report made"],
    ["diff monday.json tuesday.json --json", "the same for a program"],
  ],
  backfill: [
    ["backfill --from 2025-10-01", "all that is still kept"],
    ["backfill --from 2025-10-01 --venues okx", "of one exchange"],
  ],
  history: [
    ["history list", "what is stored"],
    ["history export > history.csv", "every value ever seen"],
  ],
  sources: [
    ["sources", "one question to each"],
    ["sources --json", "the same for a program"],
  ],
  completion: [["completion zsh > _btc-report", "into a folder of $fpath"]],
  schema: [["schema > report.schema.json", "for editors and validators"]],
};
const OF_A_SECTION: readonly Example[] = [
  ["SECTION", "in the terminal"],
  ["SECTION --json", "as JSON"],
  ["SECTION -o SECTION-{date}.md", "as Markdown"],
];

/** Of a list that is given more than once nothing is lost. */
const added = (more: string, before: unknown): string => (typeof before === "string" ? `${before},${more}` : more);

/** Under one heading of the help. */
const under = (heading: string, options: readonly Option[]): readonly Option[] =>
  options.map((option) => option.helpGroup(heading));

const OPTIONS: readonly Option[] = [
  ...under("Output:", [
    new Option("-f, --format <format>", `one of ${FORMATS.join(", ")}; default: by the ending of -o, else terminal`),
    new Option("--json", "the same as -f json"),
    new Option(
      "-o, --output <file>",
      "write to a file, whole or not at all; {date} and {time} are filled in; - is stdout",
    ),
    new Option("--assets <dir>", "with Markdown: its charts as SVG files there, linked from it"),
    new Option("--keep-good", "with -o: a report that lacks something does not replace a good one; exit code 3"),
    new Option("--color", "colour, whatever the terminal says"),
    new Option("--no-color", "no colour"),
  ]),
  ...under("What it tells:", [
    new Option("--at <instant>", "as of a past day (its end) or instant: 2026-01-30, 2026-01-30T09:00Z"),
    new Option(
      "--since <anchor>",
      "anchor of the long comparison: low:2025-10, high:90d, 2025-10-10, ytd; default low:180d",
    ),
    new Option(
      "--levels <prices>",
      "prices for the liquidation map, such as 92000,72600; ±5 % and ±10 % always stand beside",
    ).argParser(added),
    new Option("--venues <ids>", "only these venues, separated by commas").argParser(added),
    new Option("--exclude <ids>", "without these venues").argParser(added),
    new Option(
      "--sections <names>",
      "only these sections: price, fear-greed, open-interest, volume, funding, liquidations, structure",
    ).argParser(added),
  ]),
  ...under("Where answers come from:", [
    new Option("--record <dir>", "keep every raw answer there"),
    new Option("--replay <dir>", "run from such answers, with no network"),
    new Option("--offline", "from the cache and the local history only"),
    new Option("--relay <url>", "send https://HOST/PATH to URL/HOST/PATH"),
    new Option("--timeout <seconds>", "deadline of the whole run; default 30"),
  ]),
  ...under("The run:", [
    new Option("--strict", "exit code 3 when any source is missing"),
    new Option("-q, --quiet", "nothing on stderr unless something is wrong"),
    new Option("-v, --verbose", "more on stderr: every source, stack traces"),
  ]),
];

function option(long: string): Option {
  const found = OPTIONS.find((one) => one.long === long);
  if (found === undefined) throw new Error(`no option ${long}`);
  return found;
}

/** What a report that is made again has to be told. */
const CHOICE = ["--replay", "--at", "--since", "--levels", "--sections", "--venues", "--exclude"];
const ALWAYS = ["--quiet", "--verbose"];
