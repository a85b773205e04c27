// SPDX-License-Identifier: Apache-2.0
import { Command, CommanderError, Option } from "commander";
import { CommandFailure } from "./command-failure.ts";
import type { CommandRow } from "./commands.ts";
import type { CommandDefinition, CommandOption, CommandOptions, OptionValues } from "./define-command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { Output, OutputFormat } from "./output.ts";
import { pluresVersion } from "./version.ts";

/** What the command line touches of the outside world. */
export interface CommandLineWorld {
  readonly commands: readonly CommandRow[];
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly helpWidth: number;
  readonly outputFor: (format: OutputFormat) => Output;
}

const about = "More than one network for pods and virtual machines: a drop-in for Multus CNI.";

/**
 * Runs the command that `args` (without the program's name) ask for and gives the exit code. Never rejects.
 */
export async function runCommandLine(args: readonly string[], world: CommandLineWorld): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.fine;
  const program = emptyProgram(world);
  try {
    const wanted = nameOfCommand(args);
    for (const row of world.commands) {
      const command = program.command(row.name).summary(row.summary);
      if (row.name !== wanted) continue;
      describeCommand(command, await row.load(), async (run) => {
        exitCode = await run(world.outputFor(formatOf(command.opts().output)));
      });
    }
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    return reportFailure(error, args, world.outputFor(formatIn(args)));
  }
}

function emptyProgram({ writeOut, writeError, helpWidth }: CommandLineWorld): Command {
  return new Command("plures")
    .description(about)
    .version(`plures ${pluresVersion}`, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .usage("<command> [options]")
    .exitOverride()
    .configureOutput({
      writeOut,
      writeErr: writeError,
      outputError: () => undefined, // `reportFailure` says it, in every format
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

/** The command that `args` name: the first word, or the one behind `help`. */
function nameOfCommand(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith("-"));
  return first === "help" ? second : first;
}

type Runner = (run: (output: Output) => Promise<ExitCode>) => Promise<void>;

function describeCommand(command: Command, definition: CommandDefinition, runWith: Runner): void {
  command.description(definition.description).usage(usageOf(definition)).allowExcessArguments(false);
  for (const option of Object.values(definition.options)) command.addOption(commanderOption(option));
  for (const { name, description, choices } of definition.operands ?? []) {
    const argument = command.createArgument(`<${name}>`, description);
    command.addArgument(choices === undefined ? argument : argument.choices([...choices]));
  }
  command.action(() =>
    runWith((output) =>
      definition.run({ options: optionValues(command, definition), operands: command.args, output }),
    ),
  );
}

function usageOf({ options, operands = [] }: CommandDefinition): string {
  const required = Object.values(options).filter((option) => option.required === true);
  return [
    ...required.map((option) => `${option.flags.split(", ")[0]} <${option.value}>`),
    ...(Object.keys(options).length > required.length ? ["[options]"] : []),
    ...operands.map(({ name }) => `<${name}>`),
  ].join(" ");
}

function commanderOption(row: CommandOption): Option {
  const value = { flag: "", text: ` <${row.value}>`, texts: ` <${row.value}...>` }[row.kind];
  const option = new Option(`${row.flags}${value}`, row.description);
  if (row.choices !== undefined) option.choices(row.choices);
  if (row.required === true) option.makeOptionMandatory();
  if (row.kind === "text" && row.default !== undefined) option.default(row.default);
  return option;
}

/** What commander read, with the values that it leaves out: false for a flag, an empty list. */
function optionValues(command: Command, { options }: CommandDefinition): OptionValues<CommandOptions> {
  const absent = { flag: false, text: undefined, texts: [] };
  const read = command.opts();
  return Object.fromEntries(
    Object.entries(options).map(([key, row]) => [key, read[key] ?? absent[row.kind]]),
  );
}

function formatOf(text: unknown): OutputFormat {
  return text === "json" ? "json" : "text";
}

/** The format that `args` ask for, readable even when the rest of them is wrong. */
function formatIn(args: readonly string[]): OutputFormat {
  const joined = args.join(" ");
  return /(?:^|\s)(?:-o|--output)[ =]?json(?:\s|$)/.test(joined) ? "json" : "text";
}

function reportFailure(error: unknown, args: readonly string[], output: Output): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.fine;
  const failure = error instanceof CommanderError ? usageFailure(error, args) : error;
  const message = failure instanceof Error ? failure.message : String(failure);
  const hint = failure instanceof CommandFailure ? failure.hint : undefined;
  output.note(`error: ${message}`);
  if (hint !== undefined) output.note(`hint: ${hint}`);
  output.json({ schemaVersion: 1, verdict: "error", error: { message, hint } });
  return failure instanceof CommandFailure ? failure.exitCode : exitCodes.internalError;
}

/** Commander's complaint as ours: its suggestion, "(Did you mean try?)", is on a line of its own. */
function usageFailure(error: CommanderError, args: readonly string[]): CommandFailure {
  const [sentence = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  const known = error.code === "commander.unknownCommand" ? undefined : nameOfCommand(args);
  const help = `see \`${["plures", known, "--help"].filter(Boolean).join(" ")}\``;
  const hint = suggestion === undefined ? help : `${suggestion.replace(/^\(|\?\)$/g, "")}? Or ${help}`;
  return new CommandFailure(exitCodes.wrongInput, sentence, { hint, cause: error });
}
