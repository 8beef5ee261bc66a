/** Completion scripts for three shells. They hold all words themselves: nothing is started while somebody types. */
import type { Command } from "commander";
import { wordsOf, type CommandWords } from "./words.ts";

export function completionFor(shell: "bash" | "zsh" | "fish", program: Command): string {
  const commands = wordsOf(program);
  return { bash, zsh, fish }[shell](commands);
}

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function bash(commands: readonly CommandWords[]): string {
  const cases = commands.flatMap(({ flags, name, values }) => [
    `    ${name})`,
    "      case $before in",
    ...flags.flatMap((one) => {
      if (!one.takesValue) return [];
      const reply =
        one.values.length === 0
          ? 'COMPREPLY=($(compgen -f -- "$word"))'
          : `COMPREPLY=($(compgen -W ${quoted(one.values.join(" "))} -- "$word"))`;
      return [`        ${one.flag}) ${reply}; return ;;`];
    }),
    "      esac",
    "      if [[ $word == -* ]]; then",
    `        COMPREPLY=($(compgen -W ${quoted(flags.map(({ flag }) => flag).join(" "))} -- "$word"))`,
    "      else",
    `        COMPREPLY=($(compgen -W ${quoted(values.join(" "))} -- "$word") $(compgen -f -- "$word"))`,
    "      fi ;;",
  ]);
  return `# bash completion for leasehold: eval "$(leasehold completion bash)"
_leasehold() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(" "))} -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join("\n")}
  esac
}
complete -o filenames -F _leasehold leasehold
`;
}

function zsh(commands: readonly CommandWords[]): string {
  const text = (says: string) => says.replaceAll(/[[\]:\\]/gu, String.raw`\$&`);
  const cases = commands.flatMap(({ flags, name, values }) => [
    `      ${name})`,
    "        _arguments \\",
    ...flags.map(({ flag, says, takesValue, values: words }) => {
      const value = words.length > 0 ? `:value:(${words.join(" ")})` : takesValue ? ":value:_files" : "";
      return `          ${quoted(`*${flag}[${text(says)}]${value}`)} \\`;
    }),
    `          ${quoted(`*:word:${values.length === 0 ? "_files" : `{_alternative 'words:word:(${values.join(" ")})' 'files:file:_files'}`}`)}`,
    "        ;;",
  ]);
  const list = commands.map(({ name, says }) => `    ${quoted(`${name}:${text(says)}`)}`);
  return `#compdef leasehold
_leasehold() {
  local -a commands
  commands=(
${list.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
if [[ $funcstack[1] == _leasehold ]]; then _leasehold "$@"; else compdef _leasehold leasehold; fi
`;
}

function fish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ flags, name, says, values }) => [
    `complete -c leasehold -n __fish_use_subcommand -f -a ${name} -d ${quoted(says)}`,
    ...(values.length === 0
      ? []
      : [
          `complete -c leasehold -n ${quoted(`__fish_seen_subcommand_from ${name}`)} -a ${quoted(values.join(" "))}`,
        ]),
    ...flags.map((one) => {
      const value =
        one.values.length > 0 ? ` -x -a ${quoted(one.values.join(" "))}` : one.takesValue ? " -r" : "";
      const when = quoted(`__fish_seen_subcommand_from ${name}`);
      return `complete -c leasehold -n ${when} -l ${one.flag.slice(2)}${value} -d ${quoted(one.says)}`;
    }),
  ]);
  return `# fish completion for leasehold\n${lines.join("\n")}\n`;
}
