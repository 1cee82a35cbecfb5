/**
 * The command line: words in, exit code out. The only file that reads `process`; it builds the real `World` and loads
 * what a command needs when it needs it.
 */
import { Command, CommanderError, Option } from "commander";
import { EXIT } from "./exit.ts";
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
  readonly stdout: Output;
  readonly stderr: Output;
  exitCode?: number | string | null | undefined;
}
interface Output {
  readonly write: (text: string, done?: (error?: Error | null) => void) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly on: (event: "error", heard: (error: Error & { code?: string }) => void) => unknown;
}

/** Runs one command and sets the exit code. Never throws. */
export async function main(process: Process): Promise<void> {
  // A reader that goes away (`| head`) ends the run quietly.
  for (const output of [process.stdout, process.stderr]) {
    output.on("error", (error) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  try {
    process.exitCode = await commanded(process);
  } catch (error) {
    const { reported } = await import("./commands/failure.ts");
    const verbose = process.argv.some((word) => word === "-v" || word === "--verbose");
    process.exitCode = reported(error, verbose, (line) => {
      process.stderr.write(`btc-report: ${line}\n`);
    });
  }
}

async function commanded(process: Process): Promise<number> {
  const { version } = await import("./version.ts");
  let code: number = EXIT.ok;
  const program = new Command("btc-report")
    .description("Daily Bitcoin derivatives report from primary sources. No key, no account.")
    .version(version, "-V, --version")
    .configureOutput({
      writeOut: (text) => process.stdout.write(text),
      // One line, with our name: commander puts its suggestion on a second one.
      writeErr: (text) =>
        process.stderr.write(
          `${text
            .trim()
            .replace(/^error: /, "btc-report: ")
            .replaceAll("\n", " ")}\n`,
        ),
    })
    .exitOverride()
    .showSuggestionAfterError()
    .helpCommand(false);
  for (const [name, description, sections] of COMMANDS) {
    const command = program.command(name, name === "daily" ? { isDefault: true } : {}).description(description);
    for (const option of OPTIONS) command.addOption(option);
    command.allowExcessArguments(true).action(async (flags: Record<string, unknown>, self: Command) => {
      const [stray] = self.args;
      if (stray !== undefined) {
        process.stderr.write(
          `btc-report: unknown command "${stray.slice(0, 60)}"${suggestion(
            stray,
            program.commands.map((one) => one.name()),
          )}; see btc-report --help\n`,
        );
        code = EXIT.usage;
        return;
      }
      const { report } = await import("./commands/report.ts");
      code = await report(flags, name === "daily" ? null : sections, process);
    });
  }
  const also = (words: string, description: string, options: readonly string[]): Command => {
    const command = program.command(words).description(description);
    for (const option of OPTIONS) if (options.includes(option.long ?? "")) command.addOption(option);
    return command;
  };
  also("explain", "one figure: formula with its numbers, inputs, addresses", [...CHOICE, ...ALWAYS, "--json"])
    .argument("<figure>", "its id, as under figures in the JSON")
    .option("--report <file>", "a report as JSON; default: --replay, else the last report made")
    .action(async (id: string, flags: Record<string, unknown>) => {
      const { explain } = await import("./commands/explain.ts");
      code = await explain(id, flags, process);
    });
  also("verify", "make every number and sentence of a report again from its recording", [...CHOICE, ...ALWAYS])
    .argument("<report>", "a report as JSON, Markdown or text")
    .action(async (file: string, flags: Record<string, unknown>) => {
      const { verify } = await import("./commands/verify.ts");
      code = await verify(file, flags, process);
    });
  also("diff", "what changed between two reports", ["--json"])
    .argument("<before>", "a report as JSON")
    .argument("<after>", "another")
    .action(async (before: string, after: string, flags: Record<string, unknown>) => {
      const { diff } = await import("./commands/diff.ts");
      code = await diff(before, after, flags, process);
    });
  also("sources", "what every source gives, and whether it answers now", [
    "--json",
    "--replay",
    "--offline",
    "--relay",
    "--timeout",
    ...ALWAYS,
  ]).action(async (flags: Record<string, unknown>) => {
    const { sources } = await import("./commands/sources.ts");
    code = await sources(flags, process);
  });
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
      code = await backfill(flags, process);
    });
  const history = program.command("history").description("what is stored of earlier runs and backfills");
  history
    .command("list")
    .description("for each source, dataset and market: first, last, points, days missing")
    .addOption(option("--json"))
    .action(async (flags: Record<string, unknown>) => {
      const { list } = await import("./commands/history.ts");
      code = await list(flags, process);
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
      code = await exported(flags, process);
    });
  also("completion", "a script for bash, zsh or fish", [])
    .argument("<shell>", "bash, zsh or fish")
    .action(async (shell: string) => {
      const { completion } = await import("./commands/completion.ts");
      process.stdout.write(completion(shell, program));
    });
  program
    .command("schema")
    .description("JSON Schema of the report")
    .action(async () => {
      const { schema } = await import("./commands/schema.ts");
      process.stdout.write(schema());
    });
  program.addHelpText(
    "after",
    `
Examples:
  btc-report daily                              the report in the terminal
  btc-report daily -o ~/reports/{date}.md       as Markdown, one file a day
  btc-report daily -o report.html               as one page with charts, without scripts
  btc-report daily --json | jq .openInterest.usd
  btc-report open-interest --since low:2025-10  against the October low
  btc-report backfill --from 2025-10-01         fill the local history`,
  );
  try {
    await program.parseAsync([...process.argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return code;
}

const FORMATS = ["terminal", "markdown", "json", "html"] as const;

const OPTIONS: readonly Option[] = [
  new Option("-f, --format <format>", `${FORMATS.join(", ")}; default: by the ending of -o, else terminal`),
  new Option("--json", "the same as -f json"),
  new Option("-o, --output <file>", "write to a file, whole or not at all; {date} and {time} are filled in"),
  new Option(
    "--since <anchor>",
    "anchor of the long comparison: low:2025-10, high:90d, 2025-10-10, ytd; default low:180d",
  ),
  new Option(
    "--levels <prices>",
    "prices for the liquidation map, such as 92000,72600; ±5 % and ±10 % always stand beside",
  ),
  new Option("--venues <ids>", "only these venues, separated by commas"),
  new Option("--exclude <ids>", "without these venues"),
  new Option(
    "--sections <names>",
    "only these sections: price, fear-greed, open-interest, volume, funding, liquidations, structure",
  ),
  new Option("--record <dir>", "keep every raw answer there"),
  new Option("--replay <dir>", "run from such answers, with no network"),
  new Option("--offline", "from the cache and the local history only"),
  new Option("--relay <url>", "send https://HOST/PATH to URL/HOST/PATH"),
  new Option("--timeout <seconds>", "deadline of the whole run; default 30"),
  new Option("--strict", "exit code 3 when any source is missing"),
  new Option("-q, --quiet", "nothing on stderr unless the run fails"),
  new Option("-v, --verbose", "more on stderr: every source, stack traces"),
  new Option("--color", "colour, whatever the terminal says"),
  new Option("--no-color", "no colour"),
];

function option(long: string): Option {
  const found = OPTIONS.find((one) => one.long === long);
  if (found === undefined) throw new Error(`no option ${long}`);
  return found;
}

/** What a report that is made again has to be told. */
const CHOICE = ["--replay", "--since", "--levels", "--sections", "--venues", "--exclude"];
const ALWAYS = ["--quiet", "--verbose"];

/** The nearest command, if it is near. */
function suggestion(word: string, names: readonly string[]): string {
  const near = names.map((name) => ({ name, off: distance(word, name) })).toSorted((a, b) => a.off - b.off)[0];
  return near !== undefined && near.off <= 3 ? `, did you mean "${near.name}"?` : "";
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
