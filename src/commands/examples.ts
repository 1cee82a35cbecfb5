/** Command lines to begin with: below the help of each command, and in the manual page. */
import { sections } from "../report/input.ts";

type Example = readonly [line: string, words: string];

/** Such lines as they stand below the help of a command. */
export function examplesOf(examples: readonly Example[]): string {
  if (examples.length === 0) return "";
  const width = Math.max(0, ...examples.map(([line]) => line.length));
  return ["\nExamples:", ...examples.map(([line, words]) => `  ${line.padEnd(width)}  ${words}`)].join("\n");
}

/** Command lines to begin with, and what they do. */
export function examplesFor(name: string): readonly Example[] {
  const isSection = sections.some((known) => known === name);
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
