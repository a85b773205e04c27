// SPDX-License-Identifier: Apache-2.0
import { interfaceNameProblem, isJsonObject, type PluginConfig } from "../../cni/index.ts";
import type { NetworkInUse } from "./networks-in-use.ts";

/** Something of the node that networks need, and which ones do. */
export interface Need {
  readonly name: string;
  readonly neededBy: readonly string[];
}

/** Keys with which plugins name an interface of the node. */
const interfaceKeys: readonly string[] = ["master", "device"];

/** What the bridge plugin calls its bridge when nobody says. */
const defaultBridge = "cni0";

/**
 * The interfaces of the node that the networks name: `master` of macvlan, ipvlan, vlan, `device` of
 * host-device. What every node has, and a bridge that one of the networks makes by itself, is none.
 */
export function neededInterfaces(networks: readonly NetworkInUse[]): readonly Need[] {
  const bridges = pluginsOf(networks).flatMap(({ plugin, object }) =>
    plugin.type === "bridge" ? [object.bridge ?? defaultBridge] : [],
  );
  const there: readonly unknown[] = ["lo", ...bridges];
  const named = pluginsOf(networks).flatMap(({ label, object }) =>
    object.linkInContainer === true ? [] : interfaceKeys.flatMap((key) => needOf(object[key], label)),
  );
  return merge(named.filter(({ name }) => interfaceNameProblem(name) === undefined && !there.includes(name)));
}

/** The executables that the networks need, with those of IPAM. */
export function neededPlugins(networks: readonly NetworkInUse[]): readonly Need[] {
  return merge(
    pluginsOf(networks).flatMap(({ label, plugin }) => [
      ...needOf(plugin.type, label),
      ...needOf(plugin.ipamType, label),
    ]),
  );
}

function needOf(name: unknown, label: string): readonly Need[] {
  return typeof name === "string" && name !== "" ? [{ name, neededBy: [label] }] : [];
}

function merge(needs: readonly Need[]): readonly Need[] {
  const byName = Map.groupBy(needs, ({ name }) => name);
  return Array.from(byName, ([name, all]) => ({
    name,
    neededBy: [...new Set(all.flatMap(({ neededBy }) => neededBy))],
  }));
}

interface PluginInUse {
  readonly label: string;
  readonly plugin: PluginConfig;
  readonly object: Readonly<Record<string, unknown>>;
}

function pluginsOf(networks: readonly NetworkInUse[]): readonly PluginInUse[] {
  return networks.flatMap(({ label, config }) =>
    config.plugins.map((plugin) => {
      const object: unknown = JSON.parse(plugin.text);
      return { label, plugin, object: isJsonObject(object) ? object : {} };
    }),
  );
}
