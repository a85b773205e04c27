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
  const isPluginName = pluginNames.includes(startedAs.slice(startedAs.lastIndexOf("/") + 1));
  if (args.length === 0) return cniCommand !== undefined || isPluginName ? "cni" : "cli";
  if (args[0] === "cni") return isForPlugin(args.slice(1)) ? "cni" : "cli";
  return isPluginName && isForPlugin(args) ? "cni" : "cli";
}

/** What the plugin itself understands; `src/shim/cni-arguments.ts` reads it. */
const pluginArguments: readonly string[] = ["--alone", "--take-back", "gc"];

function isForPlugin(args: readonly string[]): boolean {
  const [first] = args;
  return first === undefined || (pluginArguments.includes(first) && !args.includes("--help"));
}
