// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CniError } from "../cni/index.ts";
import { writeAtomically } from "../host/atomic-write.ts";
import { fileFailure } from "../host/file-failure.ts";
import { type Installed, installExecutable } from "../host/install-executable.ts";
import { longestFoldersFileBytes, pluginFoldersFile } from "../shim/plugin-folders.ts";
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
    pluginDir: {
      kind: "texts",
      flags: "--plugin-dir",
      value: "DIRS",
      description: "further folders in which the shim may run plugins for the agent, whole paths",
    },
    output: outputOption,
  },
  run: async ({ options, output }) => {
    const executable = options.executable ?? ownExecutable();
    const places = { dir: resolve(options.binDir), stateDir: join(resolve(options.cniDir), "plures") };
    const shim = options.shim ?? shimBeside(executable);
    const folders = options.pluginDir.length === 0 ? undefined : foldersText(options.pluginDir);
    const done = filesToInstall(executable, shim, places.dir).map((file) =>
      orFail(() => installExecutable({ ...file, ...places })),
    );
    const named = folders === undefined ? [] : [orFail(() => writeFolders(places.dir, folders))];
    const namedLines = named.map((path) => `${path}: names ${options.pluginDir.join(", ")}`);
    output.text([...done.map(lineOf), ...namedLines].join("\n"));
    output.json({
      schemaVersion: 1,
      version: pluresVersion,
      executables: done,
      ...(named[0] === undefined ? {} : { pluginFolders: { path: named[0], dirs: options.pluginDir } }),
    });
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

/** What the shim reads beside it; a folder that it could not take is refused before anything is done. */
function foldersText(dirs: readonly string[]): string {
  const wrong = dirs.find((dir) => !/^\/[^\0\n]*[^\s\0]$/.test(dir));
  if (wrong !== undefined) {
    throw new CommandFailure(exitCodes.wrongInput, `installing: --plugin-dir is ${JSON.stringify(wrong)}`, {
      hint: "name the folder by its whole path, in one line, without a space at its end",
    });
  }
  const text = `# Written by plures install-cni.\n${dirs.join("\n")}\n`;
  if (Buffer.byteLength(text) <= longestFoldersFileBytes) return text;
  throw new CommandFailure(exitCodes.wrongInput, "installing: the folders of --plugin-dir are too many", {
    hint: `the file that names them has at most ${longestFoldersFileBytes} bytes`,
  });
}

function writeFolders(dir: string, text: string): string {
  const path = join(dir, pluginFoldersFile);
  try {
    writeAtomically({ path, text, mode: 0o644, durable: true });
    return path;
  } catch (error) {
    throw fileFailure("naming the plugin folders", path, error);
  }
}

function orFail<T>(act: () => T): T {
  try {
    return act();
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
