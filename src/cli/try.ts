// SPDX-License-Identifier: Apache-2.0
import { defineCommand, outputOption } from "./define-command.ts";

/** `plures try`: attaches pods of files to their networks in a sandbox. */
export const tryCommand = defineCommand({
  description: [
    "Attaches the pods of FILES to their networks for real, with the CNI plugins of this machine,",
    "in a sandbox: prints what they got, pings what should answer, takes everything away again.",
    "",
    "FILES are files or folders with Pods (or Deployments, DaemonSets...), NetworkAttachmentDefinitions",
    "and, if wanted, a CNI configuration for the primary network or one of Multus. No cluster needed.",
  ].join("\n"),
  options: {
    file: {
      kind: "texts",
      flags: "-f, --file",
      value: "FILES",
      required: true,
      description: "files or folders with YAML or JSON, - for standard input",
    },
    pod: {
      kind: "text",
      flags: "--pod",
      value: "NAME",
      description: "only this pod: name or namespace/name",
    },
    binDir: {
      kind: "texts",
      flags: "--bin-dir",
      value: "DIRS",
      description: "folders with CNI plugins (default: the usual ones that exist)",
    },
    keep: {
      kind: "flag",
      flags: "--keep",
      description: "leave the sandbox up until Ctrl-C, and say how to look inside",
    },
    output: outputOption,
  },
  run: async ({ options, output }) => {
    const { runTry } = await import("./try/run-try.ts");
    return runTry(options, output);
  },
});
