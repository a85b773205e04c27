// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readlinkSync } from "node:fs";
import { CniError, cniErrorCodes } from "../../cni/index.ts";
import { explainRefusal, type NamespaceSettings } from "./refusal.ts";

/** The variable that tells the program inside where outside is; `prepareSandbox` wants its value. */
export const outsideVariable = "PLURES_SANDBOX_OUTSIDE";

/** How to start a program in a sandbox of its own. */
export interface SandboxEntry {
  readonly argv: readonly string[];
  /** To be added to the program's environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * How to start `command` in mount and network namespaces of its own, with a user namespace unless `root`. The
 * program inside is root there, is the direct child of who starts `argv` (no process between that would eat
 * signals), and calls `prepareSandbox` first. Throws a CniError (code 50) that tells the way out where this
 * host forbids it.
 */
export function enterSandbox({
  command,
  root,
}: {
  readonly command: readonly string[];
  readonly root: boolean;
}): SandboxEntry {
  // The short forms are understood by util-linux and by busybox.
  const unshare = ["unshare", "-m", "-n", ...(root ? [] : ["-U", "-r"]), "--"];
  const refused = tryOut([...unshare, "true"]);
  if (refused !== undefined) throw explainRefusal({ root, said: refused, settings: readSettings() });
  return { argv: [...unshare, ...command], environment: { [outsideVariable]: namespacesOfThisProcess() } };
}

/**
 * What the program said when it failed; undefined when it did not. `ENOENT` when there is no such program.
 */
function tryOut(argv: string[]): string | undefined {
  try {
    const { exitCode, stderr } = Bun.spawnSync(argv, { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
    return exitCode === 0 ? undefined : stderr.toString().trim() || `exit code ${exitCode}`;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (code === "ENOENT") return code;
    throw new CniError(cniErrorCodes.notAvailable, `starting "unshare": ${String(error)}`, { cause: error });
  }
}

function readSettings(): NamespaceSettings {
  const setting = (path: string): string | undefined => {
    try {
      return readFileSync(`/proc/sys/${path}`, "utf8").trim();
    } catch {
      return undefined;
    }
  };
  return {
    unprivilegedClone: setting("kernel/unprivileged_userns_clone"),
    apparmorRestriction: setting("kernel/apparmor_restrict_unprivileged_userns"),
    maxUserNamespaces: setting("user/max_user_namespaces"),
  };
}

/** The mount and network namespaces of this process, as one text to compare. */
export function namespacesOfThisProcess(): string {
  return ["mnt", "net"].map((kind) => readlinkSync(`/proc/self/ns/${kind}`)).join(" ");
}
