// SPDX-License-Identifier: Apache-2.0
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { howToGetPlugin } from "../../cni/index.ts";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";

/** Where distributions keep CNI plugins: most, Debian, Fedora, k3s new and old, MicroK8s. */
const usualDirs: readonly string[] = [
  "/opt/cni/bin",
  "/usr/lib/cni",
  "/usr/libexec/cni",
  "/var/lib/rancher/k3s/data/cni",
  "/var/lib/rancher/k3s/data/current/bin",
  "/var/snap/microk8s/current/opt/cni/bin",
];

/**
 * The folders of CNI plugins: those that were asked for, else those of the usual ones that exist. Throws a
 * CommandFailure: exit code 2 for a folder that is not there, 5 when this machine has none.
 */
export function findPluginDirs(asked: readonly string[]): readonly string[] {
  const absent = asked.find((dir) => !isFolder(dir));
  if (absent !== undefined) {
    throw new CommandFailure(exitCodes.wrongInput, `--bin-dir: there is no folder "${absent}"`, {
      hint: "name the folder that holds the CNI plugins, such as /opt/cni/bin",
    });
  }
  if (asked.length > 0) return asked.map((dir) => resolve(dir));
  const found = usualDirs.filter(isFolder);
  if (found.length > 0) return found;
  throw new CommandFailure(
    exitCodes.couldNotLook,
    `looking for CNI plugins: this machine has none of ${usualDirs.join(", ")}`,
    { hint: `${howToGetPlugin("bridge")}; or name the folder that holds them with --bin-dir` },
  );
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
