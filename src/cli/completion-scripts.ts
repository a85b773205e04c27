// SPDX-License-Identifier: Apache-2.0

interface OptionWords {
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** A command as a shell needs to know it. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionWords[];
  readonly operandChoices: readonly string[];
}

/**
 * The completion script of each shell, made from `commands`. Values without choices are completed as file
 * names.
 */
export const shells: Readonly<
  Record<"bash" | "zsh" | "fish", (commands: readonly CommandWords[]) => string>
> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

function bashScript(commands: readonly CommandWords[]): string {
  const cases = commands.flatMap((command) => [
    ...command.options.filter(takesChoices).map(({ flags, choices }) => {
      const patterns = flags.map((flag) => `"${command.name} ${flag}"`).join("|");
      return `    ${patterns}) words="${choices.join(" ")}" ;;`;
    }),
    ...command.options
      .filter((option) => option.takesValue && !takesChoices(option))
      .map(({ flags }) => `    ${flags.map((flag) => `"${command.name} ${flag}"`).join("|")}) words="" ;;`),
    `    "${command.name} "*) words="${[...flagsOf(command), ...command.operandChoices].join(" ")}" ;;`,
  ]);
  return `# bash completion for plures
_plures() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${cases.join("\n")}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="${[...names(commands), "help", "--help", "--version"].join(" ")}"; fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _plures plures
`;
}

function zshScript(commands: readonly CommandWords[]): string {
  const cases = commands.map((command) => {
    const options = command.options.map(({ flags, description, takesValue, choices }) => {
      const names = flags.length > 1 ? `{${flags.join(",")}}` : `${flags[0]}`;
      const action = choices.length > 0 ? `(${choices.join(" ")})` : "_files";
      return `${names}${singleQuoted(`[${zshEscaped(description)}]${takesValue ? `:value:${action}` : ""}`)}`;
    });
    const operands =
      command.operandChoices.length > 0 ? [`'1:value:(${command.operandChoices.join(" ")})'`] : [];
    return `    ${command.name}) _arguments ${[...options, ...operands, "'--help[print the help]'"].join(" ")} ;;`;
  });
  const rows = commands.map(({ name, summary }) => `    ${singleQuoted(`${name}:${summary}`)}`);
  return `#compdef plures
_plures() {
  local -a commands=(
${rows.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = _plures ]; then _plures "$@"; else compdef _plures plures; fi
`;
}

function fishScript(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap((command) => {
    const after = `complete -c plures -n '__fish_seen_subcommand_from ${command.name}'`;
    return [
      `complete -c plures -n __fish_use_subcommand -f -a ${command.name} -d ${singleQuoted(command.summary)}`,
      ...command.options.map(({ flags, description, takesValue, choices }) => {
        const names = flags.map((flag) =>
          flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
        );
        const value = choices.length > 0 ? ` -x -a '${choices.join(" ")}'` : takesValue ? " -r" : "";
        return `${after} ${names.join(" ")}${value} -d ${singleQuoted(description)}`;
      }),
      ...(command.operandChoices.length > 0 ? [`${after} -f -a '${command.operandChoices.join(" ")}'`] : []),
    ];
  });
  return `# fish completion for plures\n${lines.join("\n")}\n`;
}

function takesChoices({ choices }: OptionWords): boolean {
  return choices.length > 0;
}

function names(commands: readonly CommandWords[]): readonly string[] {
  return commands.map(({ name }) => name);
}

function flagsOf(command: CommandWords): readonly string[] {
  return [...command.options.flatMap(({ flags }) => flags), "--help"];
}

/** `text` without meaning to zsh's _arguments. */
function zshEscaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, "\\$&");
}

/** `text` as one word of a shell; a quote inside ends the string, adds an escaped one and begins again. */
function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
