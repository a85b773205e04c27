// SPDX-License-Identifier: Apache-2.0
import { commands } from "./commands.ts";
import { type CommandWords, shells } from "./completion-scripts.ts";
import { defineCommand } from "./define-command.ts";
import { exitCodes } from "./exit-codes.ts";

/** `plures completion`: prints a shell's completion script, made from the table of commands. */
export const completionCommand = defineCommand({
  description: [
    "Prints the completion script of a shell. To have it in every new shell:",
    "",
    "  bash  plures completion bash > /etc/bash_completion.d/plures",
    "  zsh   plures completion zsh > ~/.zsh/_plures    (a folder of your fpath)",
    "  fish  plures completion fish > ~/.config/fish/completions/plures.fish",
  ].join("\n"),
  options: {},
  operands: [{ name: "shell", description: "whose script to print", choices: Object.keys(shells) }],
  run: async ({ operands, output }) => {
    const script = Object.entries(shells).find(([shell]) => shell === operands[0])?.[1];
    output.text(script?.(await readCommandWords()) ?? "");
    return exitCodes.fine;
  },
});

/** Every command with the words that may follow it. */
export async function readCommandWords(): Promise<readonly CommandWords[]> {
  return Promise.all(
    commands.map(async ({ name, summary, load }) => {
      const { options, operands = [] } = await load();
      return {
        name,
        summary,
        options: Object.values(options).map(({ flags, description, value, choices = [] }) => ({
          flags: flags.split(", "),
          description,
          takesValue: value !== undefined,
          choices,
        })),
        operandChoices: operands.flatMap(({ choices = [] }) => choices),
      };
    }),
  );
}
