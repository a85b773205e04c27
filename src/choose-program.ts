// SPDX-License-Identifier: Apache-2.0

/** How this process was started. */
export interface Start {
  /** What the caller put into argv[0]: a name or a path. */
  readonly startedAs: string;
  /** The arguments behind it. */
  readonly args: readonly string[];
  /** CNI_COMMAND of the environment. */
  readonly cniCommand: string | undefined;
}

/**
 * Names under which a container runtime starts us as its CNI plugin; upstream Multus is installed under the
 * same ones.
 */
const pluginNames: readonly string[] = ["multus", "multus-shim"];

/**
 * Decides which program one executable is this time: the CNI plugin or the command line tool. A runtime never
 * passes arguments, people always do; so `multus --version` is answered by the tool.
 */
export function chooseProgram({ startedAs, args, cniCommand }: Start): "cni" | "cli" {
  if (args.length === 1 && args[0] === "cni") return "cni";
  if (args.length > 0) return "cli";
  const name = startedAs.slice(startedAs.lastIndexOf("/") + 1);
  return cniCommand !== undefined || pluginNames.includes(name) ? "cni" : "cli";
}
