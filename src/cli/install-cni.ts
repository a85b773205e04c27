// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CniError } from "../cni/index.ts";
import { type Installed, installExecutable } from "../host/install-executable.ts";
import { CommandFailure } from "./command-failure.ts";
import { defineCommand, outputOption } from "./define-command.ts";
import { exitCodes } from "./exit-codes.ts";
import { pluresVersion } from "./version.ts";

/** `plures install-cni`: what the init container of the agent's pod runs. No shell, no other program. */
export const installCniCommand = defineCommand({
  description: [
    "Puts the CNI executable into the container runtime's folder of plugins: the static",
    "shim as `multus`, this executable as `plures` beside it. Each is replaced by renaming,",
    "so that it is never half there, even while it runs. The same again changes nothing.",
  ].join("\n"),
  options: {
    binDir: {
      kind: "text",
      flags: "--bin-dir",
      value: "DIR",
      description: "the container runtime's folder of plugins (required)",
      required: true,
    },
    cniDir: {
      kind: "text",
      flags: "--cni-dir",
      value: "DIR",
      description: "state on the host; somebody else's `multus` is kept in plures/backup below it",
      default: "/var/lib/cni/multus",
    },
    shim: {
      kind: "text",
      flags: "--shim",
      value: "FILE",
      description: "the static shim; by default `multus` beside this executable, if it is there",
    },
    executable: {
      kind: "text",
      flags: "--executable",
      value: "FILE",
      description: "what is installed as `plures`, instead of this executable",
    },
    output: outputOption,
  },
  run: async ({ options, output }) => {
    const executable = options.executable ?? ownExecutable();
    const places = { dir: resolve(options.binDir), stateDir: join(resolve(options.cniDir), "plures") };
    const shim = options.shim ?? shimBeside(executable);
    const done = filesToInstall(executable, shim, places.dir).map((file) => install({ ...file, ...places }));
    output.text(done.map(lineOf).join("\n"));
    output.json({ schemaVersion: 1, version: pluresVersion, executables: done });
    return exitCodes.fine;
  },
});

interface FileToInstall {
  readonly name: string;
  readonly source: string;
}

/**
 * `plures` first, for the shim hands over to it. `multus-shim` only where Multus' daemon left one: runtimes
 * that keep a configuration for DEL start it for pods of that time.
 */
function filesToInstall(
  executable: string,
  shim: string | undefined,
  binDir: string,
): readonly FileToInstall[] {
  const plugin = shim ?? executable;
  return [
    ...(shim === undefined ? [] : [{ name: "plures", source: executable }]),
    { name: "multus", source: plugin },
    ...(existsSync(join(binDir, "multus-shim")) ? [{ name: "multus-shim", source: plugin }] : []),
  ];
}

function shimBeside(executable: string): string | undefined {
  const shim = join(dirname(executable), "multus");
  return existsSync(shim) ? shim : undefined;
}

function ownExecutable(): string {
  // What runs from its sources is Bun, and Bun is no CNI plugin.
  if (Bun.main.startsWith("/$bunfs/")) return process.execPath;
  throw new CommandFailure(exitCodes.wrongInput, "installing: this is not the compiled executable", {
    hint: "`make build` makes it; name it with --executable",
  });
}

function install(executable: Parameters<typeof installExecutable>[0]): Installed {
  try {
    return installExecutable(executable);
  } catch (cause) {
    if (!(cause instanceof CniError)) throw cause;
    const hint = cause.hint === undefined ? {} : { hint: cause.hint };
    throw new CommandFailure(exitCodes.rolledBack, cause.message, { ...hint, cause });
  }
}

const words = {
  untouched: "is there already",
  installed: "installed",
  updated: "updated",
  replaced: "installed in place of another one",
} as const satisfies Record<Installed["change"], string>;

function lineOf(done: Installed): string {
  const line = `${done.path}: ${words[done.change]}`;
  return done.change === "replaced" ? `${line}, which is at ${done.backup} now` : line;
}
