/** `completion`: scripts for bash, zsh and fish, made from the commands and options that the program really has. */
import type { Command, Option } from "commander";
import { FORMATS } from "../io/formats.ts";
import { Usage } from "../io/settings.ts";
import { keptDatasets } from "../history/observations.ts";
import { sections } from "../report/input.ts";
import { sources } from "../sources/registry.ts";

/** What may follow an option or stand as an argument. */
type Values =
  | { readonly is: "one" | "list"; readonly of: readonly string[] }
  | { readonly is: "file" | "folder" | "other" };

interface Flag {
  /** With its hyphens. */
  readonly long: string | null;
  readonly short: string | null;
  readonly description: string;
  /** Null where the option takes no value. */
  readonly values: Values | null;
}
interface Word {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly Flag[];
  readonly argument: Values | null;
}
interface Tree {
  readonly name: string;
  /** Options that stand before any command. */
  readonly flags: readonly Flag[];
  readonly commands: readonly Word[];
}

/** Stands for the command that is left out. */
const DEFAULT_COMMAND = "daily";

const VENUES = [...new Set(sources.flatMap(({ venue }) => venue ?? []))];
/** By the long name. An option that is not here and names no choices takes anything. */
const VALUES: Readonly<Record<string, Values>> = {
  format: { is: "one", of: FORMATS },
  since: { is: "one", of: ["low:180d", "high:180d", "low:2025-10", "high:2025-10", "2025-10-10", "ytd"] },
  venues: { is: "list", of: VENUES },
  exclude: { is: "list", of: VENUES },
  sections: { is: "list", of: sections },
  output: { is: "file" },
  report: { is: "file" },
  assets: { is: "folder" },
  record: { is: "folder" },
  source: { is: "one", of: sources.map(({ id }) => id) },
  dataset: { is: "one", of: keptDatasets },
  replay: { is: "folder" },
};

/** By the name of an argument. */
const ARGUMENTS: Readonly<Record<string, Values>> = {
  shell: { is: "one", of: ["bash", "zsh", "fish"] },
  figure: { is: "other" },
};

/** The script for a shell; an unknown one is wrong usage. */
export function completion(shell: string, program: Command): string {
  const script = SHELLS.get(shell);
  if (script !== undefined) return script(treeOf(program));
  throw new Usage(`completion: expected one of ${[...SHELLS.keys()].join(", ")}, found ${JSON.stringify(shell)}`);
}

const SHELLS: ReadonlyMap<string, (tree: Tree) => string> = new Map([
  ["bash", bash],
  ["zsh", zsh],
  ["fish", fish],
]);

function treeOf(program: Command): Tree {
  const help = program.createHelp();
  // What a subcommand takes may stand anywhere after its command.
  const flagsOf = (command: Command): readonly Flag[] => [
    ...new Map(
      [command, ...command.commands]
        .flatMap((each) => help.visibleOptions(each).map(flagOf))
        .map((flag) => [names(flag).join(), flag]),
    ).values(),
  ];
  return {
    name: program.name(),
    flags: help.visibleOptions(program).map(flagOf),
    commands: help.visibleCommands(program).map((command) => ({
      name: command.name(),
      description: command.description(),
      flags: flagsOf(command),
      argument: argumentOf(command),
    })),
  };
}

function flagOf(option: Option): Flag {
  const { long = null, short = null, description, argChoices } = option;
  const known = VALUES[option.name()] ?? { is: "other" };
  const values: Values = argChoices === undefined ? known : { is: "one", of: argChoices };
  return { long, short, description, values: option.required || option.optional ? values : null };
}

/** Subcommands are known words; an argument that is not among the known ones is taken for a file. */
function argumentOf(command: Command): Values | null {
  if (command.commands.length > 0) return { is: "one", of: command.commands.map((each) => each.name()) };
  const [argument] = command.registeredArguments;
  if (argument === undefined) return null;
  const { argChoices } = argument;
  return argChoices === undefined ? (ARGUMENTS[argument.name()] ?? { is: "file" }) : { is: "one", of: argChoices };
}

const names = ({ long, short }: Flag): readonly string[] => [short, long].filter((name) => name !== null);
const defaults = ({ commands }: Tree): readonly Flag[] =>
  commands.find(({ name }) => name === DEFAULT_COMMAND)?.flags ?? [];
/** What tells a flag from another of the same name: the formats of a report are not those of an export. */
const identity = (flag: Flag): string =>
  `${names(flag).join()} ${flag.values === null ? "" : JSON.stringify(flag.values)}`;
/** Flags of all commands, the first of equal ones. */
const allFlags = ({ flags, commands }: Tree): readonly Flag[] => {
  const found = new Map<string, Flag>();
  for (const flag of [...flags, ...commands.flatMap((command) => command.flags)]) {
    if (!found.has(identity(flag))) found.set(identity(flag), flag);
  }
  return [...found.values()];
};
const unique = (words: readonly string[]): string => [...new Set(words)].join(" ");

/** Commands for which the same is to be said, together. */
function alike(commands: readonly Word[], said: (command: Word) => string): readonly (readonly [string[], string])[] {
  const groups = new Map<string, string[]>();
  for (const command of commands) groups.set(said(command), [...(groups.get(said(command)) ?? []), command.name]);
  return [...groups].map(([body, some]) => [some, body]);
}

/** Runs in bash 3.2, which macOS has. File names are bash's own (`-o default`) wherever nothing else is known. */
function bash(tree: Tree): string {
  const { name, flags, commands } = tree;
  const taking = allFlags(tree).filter(({ values }) => values !== null);
  // The first that fits holds: what only some commands mean by a flag goes before.
  const cases = taking
    .map((flag, i) => {
      const isOther = taking.slice(0, i).some((before) => names(before).join() === names(flag).join());
      const of = isOther ? commands.filter((each) => each.flags.some((own) => identity(own) === identity(flag))) : null;
      return { flag, of: of?.map((command) => command.name) ?? ["*"] };
    })
    .toSorted((a, b) => Number(a.of[0] === "*") - Number(b.of[0] === "*"))
    .flatMap(({ flag, of }) => {
      if (flag.values === null || !("of" in flag.values)) return [];
      const when = of.flatMap((command) => names(flag).map((one) => `${command}:${one}`)).join("|");
      return [`    ${when}) values="${unique(flag.values.of)}"${flag.values.is === "list" ? " list=1" : ""} ;;`];
    });
  const options = (some: readonly Flag[]): string => unique(some.flatMap(names));
  const perCommand = alike(
    commands,
    ({ flags: own, argument }) =>
      `options="${options(own)}" arguments="${argument !== null && "of" in argument ? unique(argument.of) : ""}"`,
  ).map(([some, body]) => `    ${some.join("|")}) ${body} ;;`);
  return `# bash completion for ${name}: source <(${name} completion bash)
_${identifier(name)}() {
  local line=\${COMP_LINE:0:COMP_POINT} cur prev word command= skip= options= arguments= values= list= prefix= colon= i
  local -a words
  # Bash breaks words at ":" and "=", which are parts of values here, so the line is split anew.
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  cur=\${words[\${#words[@]} - 1]}
  for ((i = 1; i < \${#words[@]} - 1; i++)); do
    word=\${words[i]}
    if [[ $skip ]]; then skip=; continue; fi
    case $word in
    ${[...new Set(taking.flatMap(names))].join("|")}) skip=1 ;;
    -*) ;;
    *) [[ $command ]] || command=$word ;;
    esac
  done
  [[ $skip ]] && prev=\${words[\${#words[@]} - 2]}
  if [[ $cur == --*=* ]]; then
    prev=\${cur%%=*} cur=\${cur#*=}
  fi
  case $command:$prev in
${cases.join("\n")}
  esac
  COMPREPLY=()
  if [[ $prev && ! $values ]]; then return; fi
  case $command in
    "") options="${options([...defaults(tree), ...flags])}" arguments="${unique(commands.map((command) => command.name))}" ;;
${perCommand.join("\n")}
  esac
  if [[ ! $values ]]; then
    values=$arguments
    [[ $cur == -* ]] && values=$options
  elif [[ $list ]]; then
    [[ $cur == *,* ]] && prefix=\${cur%,*},
    compopt -o nospace 2>/dev/null
  fi
  # Bash puts the reply where its own word is: after the last ":".
  [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]] && colon=\${cur%"\${cur##*:}"}
  # No compgen -W: it would run a $(command) that stands on the line.
  for word in $values; do
    # What stands in a list already is not offered again.
    if [[ $prefix$word == "$cur"* && ,$prefix != *,"$word",* ]]; then
      word=$prefix$word
      COMPREPLY+=("\${word#"$colon"}")
    fi
  done
}
complete -o default -F _${identifier(name)} ${name}
`;
}

function zsh(tree: Tree): string {
  const { name, commands } = tree;
  const own = alike(commands, ({ flags, argument }) =>
    [...flags.map(zshFlag), ...(argument === null ? [] : [quoted(`*:argument:${zshAction(argument)}`)])].join(
      " \\\n            ",
    ),
  ).map(([some, body]) => `        ${some.join("|")})\n          _arguments ${body}\n          ;;`);
  return `#compdef ${name}
# zsh completion for ${name}: ${name} completion zsh > "\${fpath[1]}/_${name}"
_${identifier(name)}() {
  local curcontext=$curcontext state line
  local -A opt_args
  local -a commands=(
${commands.map(({ name: command, description }) => `    ${quoted(`${command}:${description}`)}`).join("\n")}
  )
  _arguments -C ${[...merged(tree).map(zshFlag), "'1: :->command'", "'*:: :->rest'"].join(" \\\n    ")}
  case $state in
    command) _describe -t commands command commands ;;
    rest)
      case $words[1] in
${own.join("\n")}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _${name} ]]; then
  _${identifier(name)} "$@"
else
  compdef _${identifier(name)} ${name}
fi
`;
}

/** The options of the whole program and those of the command that may be left out, `--help` once. */
const merged = (tree: Tree): readonly Flag[] => [
  ...new Map([...tree.flags, ...defaults(tree)].map((flag) => [names(flag).join(), flag])).values(),
];

function zshFlag(flag: Flag): string {
  const all = names(flag);
  const about = `[${flag.description.replaceAll(/[[\]\\:]/g, String.raw`\$&`)}]`;
  const tail = `${about}${flag.values === null ? "" : `:${flag.long?.replace(/^--/, "") ?? "value"}:${zshAction(flag.values)}`}`;
  const form = (one: string): string => (flag.values !== null && one.startsWith("--") ? `${one}=` : one);
  return all.length === 1
    ? quoted(`${all.map(form).join("")}${tail}`)
    : `${quoted(`(${all.join(" ")})`)}{${all.map(form).join(",")}}${quoted(tail)}`;
}

function zshAction(values: Values): string {
  switch (values.is) {
    case "one":
      return `(${values.of.map((value) => value.replaceAll(":", String.raw`\:`)).join(" ")})`;
    case "list":
      return `_sequence compadd - ${values.of.join(" ")}`;
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "other":
      return " ";
  }
}

function fish(tree: Tree): string {
  const { name, flags, commands } = tree;
  const all = commands.map((command) => command.name);
  const start = `complete -c ${name}`;
  const seen = (some: readonly string[]): string => `__fish_seen_subcommand_from ${some.join(" ")}`;
  const before = `not ${seen(all)}`;
  const line = (when: string, rest: readonly string[]): string => [start, "-n", quoted(when), ...rest].join(" ");
  const own = allFlags(tree).map((flag) => {
    const has = commands.filter((command) => command.flags.some((each) => identity(each) === identity(flag)));
    const without = all.filter((command) => !has.some((each) => each.name === command));
    // Options of the command that may be left out also stand where there is none yet, as the program's own do.
    const early = flags.includes(flag) || has.some((each) => each.name === DEFAULT_COMMAND);
    const when = !early ? seen(has.map((each) => each.name)) : without.length === 0 ? "true" : `not ${seen(without)}`;
    return line(when, [
      ...(flag.short === null ? [] : ["-s", flag.short.slice(1)]),
      ...(flag.long === null ? [] : ["-l", flag.long.slice(2)]),
      ...(flag.values === null ? [] : fishValues(flag.values)),
      "-d",
      quoted(flag.description),
    ]);
  });
  return `# fish completion for ${name}: ${name} completion fish > ~/.config/fish/completions/${name}.fish
${start} -f
${[
  ...commands.map((command) => line(before, ["-a", command.name, "-d", quoted(command.description)])),
  ...own,
  ...commands.flatMap(({ name: command, argument }) =>
    argument === null ? [] : [line(seen([command]), fishValues(argument))],
  ),
].join("\n")}
`;
}

function fishValues(values: Values): readonly string[] {
  switch (values.is) {
    case "one":
      return ["-x", "-a", quoted(values.of.join(" "))];
    case "list":
      return ["-x", "-a", quoted(`(__fish_complete_list , "string split , ${values.of.join(",")}")`)];
    case "file":
      return ["-r", "-F"];
    case "folder":
      return ["-x", "-a", quoted("(__fish_complete_directories)")];
    case "other":
      return ["-x"];
  }
}

/** In single quotes, with a single quote written in the way that sh, zsh and fish share. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const identifier = (name: string): string => name.replaceAll("-", "_");
