/** The options of a report, and which of them other commands have. */
import { Option } from "commander";
import { FORMATS } from "../io/formats.ts";

/** Of a list that is given more than once nothing is lost. */
const added = (more: string, before: unknown): string => (typeof before === "string" ? `${before},${more}` : more);

/** Under one heading of the help. */
const under = (heading: string, options: readonly Option[]): readonly Option[] =>
  options.map((option) => option.helpGroup(heading));

/** Of a report, in the order of the help; other commands have some of them. */
export const OPTIONS: readonly Option[] = [
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

export function option(long: string): Option {
  const found = OPTIONS.find((one) => one.long === long);
  if (found === undefined) throw new Error(`no option ${long}`);
  return found;
}

/** What a report that is made again has to be told. */
export const CHOICE = ["--replay", "--at", "--since", "--levels", "--sections", "--venues", "--exclude"];
export const ALWAYS = ["--quiet", "--verbose"];
