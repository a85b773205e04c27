// SPDX-License-Identifier: Apache-2.0
import { defineCommand } from "./define-command.ts";

/**
 * `plures cni`: the plugin under the tool's name. `src/main.ts` starts the plugin without the command line
 * code; this is for the help.
 */
export const cniCommand = defineCommand({
  description: [
    "Reads CNI_* from the environment and a network configuration from standard input,",
    "and answers on standard output, as the CNI specification says. The same happens",
    "without any argument when CNI_COMMAND is set, or when the executable is called",
    "`multus` or `multus-shim`.",
    "",
    "The agent of the node is asked first, where there is one. Whoever could not ask it",
    "starts `plures cni --alone REASON`, or `plures cni --take-back REASON` when it went",
    "away in the middle of an ADD. `plures cni gc [--socket-dir DIR] [--cni-dir DIR]",
    "[BIN_DIR...]` takes away what containers that are gone have left.",
  ].join("\n"),
  options: {},
  run: async () => {
    const { runCniPlugin } = await import("../shim/main.ts");
    process.exit(await runCniPlugin());
  },
});
