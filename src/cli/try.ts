// SPDX-License-Identifier: Apache-2.0
import { CommandFailure } from "./command-failure.ts";
import { defineCommand, outputOption } from "./define-command.ts";
import { exitCodes } from "./exit-codes.ts";

/** `plures try`: attaches pods of files to their networks in a sandbox. */
export const tryCommand = defineCommand({
  description:
    "Attaches the pods of FILES to their networks with the CNI plugins of this machine, in a sandbox.",
  options: {
    file: {
      kind: "texts",
      flags: "-f, --file",
      value: "FILES",
      required: true,
      description: "files or folders",
    },
    pod: { kind: "text", flags: "--pod", value: "NAME", description: "only this pod" },
    keep: { kind: "flag", flags: "--keep", description: "leave the sandbox running until interrupted" },
    output: outputOption,
  },
  run: async () => {
    throw new CommandFailure(exitCodes.internalError, "try: not wired in this build");
  },
});
