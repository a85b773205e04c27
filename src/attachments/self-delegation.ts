// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, isJsonObject } from "../cni/index.ts";

/** Names under which this executable, the shim or upstream's plugin lie in a folder of plugins. */
const ownTypes: readonly unknown[] = ["multus", "multus-shim", "plures"];

/** Whether a plugin type is ourselves: a configuration that names us would call us again, and again. */
export function isOwnType(type: unknown): type is string {
  return ownTypes.includes(type);
}

/**
 * The own plugin type that a parsed configuration names, at any depth; undefined when it names none. A file's
 * name says nothing: runtimes and installers rename files.
 */
export function findOwnType(config: unknown): string | undefined {
  const waiting: unknown[] = [config];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (Array.isArray(value)) waiting.push(...value);
    if (!isJsonObject(value)) continue;
    for (const [key, inner] of Object.entries(value)) {
      // Plugins are written in Go, which reads keys in any case.
      if (key.toLowerCase() === "type" && isOwnType(inner)) return inner;
      waiting.push(inner);
    }
  }
  return undefined;
}

/** Throws a CniError (code 7) when a configuration would call us again. `source` names it. */
export function refuseSelfDelegation(config: unknown, source: string): void {
  const type = findOwnType(config);
  if (type === undefined) return;
  throw new CniError(
    cniErrorCodes.invalidNetworkConfig,
    `${source}: plugin type "${type}" would call itself`,
    {
      hint: "name the configuration of the cluster's own network instead, such as 10-flannel.conflist",
    },
  );
}
