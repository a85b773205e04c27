// SPDX-License-Identifier: Apache-2.0
import { chooseProgram } from "./choose-program.ts";

// Each program is imported only when it runs: a container runtime waits for every module that the plugin
// loads. No top-level await here, `bun build --bytecode` cannot compile it.
const programs = {
  cni: async () => (await import("./shim/main.ts")).runCniPlugin(),
  cli: async () => (await import("./cli/main.ts")).runCli(process.argv.slice(2)),
} as const satisfies Record<string, () => Promise<number>>;

const program = chooseProgram({
  startedAs: process.argv0,
  args: process.argv.slice(2),
  cniCommand: process.env.CNI_COMMAND,
});
programs[program]().then((exitCode) => process.exit(exitCode));
