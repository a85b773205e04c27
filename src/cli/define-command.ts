// SPDX-License-Identifier: Apache-2.0
import type { ExitCode } from "./exit-codes.ts";
import type { Output } from "./output.ts";

interface OptionRow {
  /** Long and, where there is one, short form: `-f, --file`. The row's key is the long form in camel case. */
  readonly flags: string;
  readonly description: string;
  /** What stands for the value in the help, `FILE`; not for a `flag`. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly required?: boolean;
}

/**
 * An option as data: `flag` is there or not, `text` has a value, `texts` takes several and may be repeated.
 */
export type CommandOption = OptionRow &
  (
    | { readonly kind: "flag" }
    | { readonly kind: "text"; readonly default?: string }
    | { readonly kind: "texts" }
  );

export type CommandOptions = Readonly<Record<string, CommandOption>>;

type OptionValue<O extends CommandOption> = O["kind"] extends "flag"
  ? boolean
  : O["kind"] extends "texts"
    ? readonly string[]
    : O extends { readonly required: true } | { readonly default: string }
      ? string
      : string | undefined;

/** What a command gets for its rows of options. */
export type OptionValues<O extends CommandOptions> = { readonly [Key in keyof O]: OptionValue<O[Key]> };

/** An argument without a dash. All are required. */
export interface CommandOperand {
  readonly name: string;
  readonly description: string;
  readonly choices?: readonly string[];
}

export interface CommandInput<O extends CommandOptions> {
  readonly options: OptionValues<O>;
  /** As many as the command has operands. */
  readonly operands: readonly string[];
  readonly output: Output;
}

/** One command of the tool. Expected bad endings are thrown as `CommandFailure`. */
export interface CommandDefinition<O extends CommandOptions = CommandOptions> {
  /** Some lines for `plures <command> --help`. */
  readonly description: string;
  readonly options: O;
  readonly operands?: readonly CommandOperand[];
  run(input: CommandInput<O>): Promise<ExitCode>;
}

/** Gives `definition` back; only infers the types of the options that `run` gets. */
export function defineCommand<const O extends CommandOptions>(
  definition: CommandDefinition<O>,
): CommandDefinition<O> {
  return definition;
}

/** The row of `-o`, for every command that answers something. */
export const outputOption = {
  kind: "text",
  flags: "-o, --output",
  value: "FORMAT",
  description: "how to print the answer",
  choices: ["text", "json"],
  default: "text",
} as const satisfies CommandOption;
