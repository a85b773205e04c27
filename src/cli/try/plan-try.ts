// SPDX-License-Identifier: Apache-2.0
import { type NetworkAttachmentDefinition, type Pod, parseMultusConfig } from "../../attachments/index.ts";
import { howToGetPlugin } from "../../cni/index.ts";
import { choosePods } from "./choose-pods.ts";
import { networksInUse } from "./networks-in-use.ts";
import { type NodePaths, nodeConfig } from "./node-config.ts";
import { type Need, neededInterfaces, neededPlugins } from "./node-needs.ts";
import type { Scenario } from "./read-scenario.ts";
import type { MissingPlugin, TryReport } from "./report.ts";

/**
 * Everything that will be done, decided before there is a sandbox. Plain data: it travels into the sandbox as
 * JSON.
 */
export interface TryPlan {
  readonly pods: readonly Pod[];
  readonly networks: readonly NetworkAttachmentDefinition[];
  /** `00-multus.conf`, what the node's container runtime passes to us. */
  readonly config: string;
  /** Files of `confDir`, by name. */
  readonly configFiles: Readonly<Record<string, string>>;
  readonly paths: NodePaths;
  readonly pluginDirs: readonly string[];
  /** What is known before anything was tried. */
  readonly facts: Pick<TryReport, "node" | "missingPlugins" | "ignored">;
}

export interface PlanOptions {
  /** `name` or `namespace/name`; all pods when undefined. */
  readonly pod: string | undefined;
  readonly pluginDirs: readonly string[];
  readonly isInstalled: (plugin: string) => boolean;
  readonly paths: Omit<NodePaths, "binDir">;
}

/**
 * Decides what `plures try` does with the objects of the files. Throws a CommandFailure (exit code 2) for a
 * configuration that no node could run with, and when there is no such pod.
 */
export function planTry(scenario: Scenario, options: PlanOptions): TryPlan {
  const { pluginDirs, isInstalled } = options;
  const pods = choosePods(scenario.pods, options.pod);
  const paths = { ...options.paths, binDir: pluginDirs[0] ?? "" };
  const { text, primary: origin } = nodeConfig(scenario, paths);
  const networks = networksInUse({ pods, scenario, config: parseMultusConfig(text) });
  const { primary, ignored } = scenario;
  return {
    pods,
    networks: scenario.networks,
    config: text,
    configFiles: primary === undefined ? {} : { [`10-primary.${extensionOf(primary.text)}`]: primary.text },
    paths,
    pluginDirs,
    facts: {
      node: {
        pluginDirs,
        interfaces: neededInterfaces(networks).map(({ name }) => name),
        primary: origin,
      },
      missingPlugins: neededPlugins(networks)
        .filter(({ name }) => !isInstalled(name))
        .map(missingPlugin),
      ignored,
    },
  };
}

/** A list and a single plugin have different extensions, and runtimes insist on it. */
function extensionOf(text: string): "conf" | "conflist" {
  return Object.hasOwn(JSON.parse(text), "plugins") ? "conflist" : "conf";
}

function missingPlugin({ name, neededBy }: Need): MissingPlugin {
  return { plugin: name, neededBy, howToGet: howToGetPlugin(name) };
}
