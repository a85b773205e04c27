// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, isJsonObject } from "../cni/index.ts";

const ownTypes: readonly unknown[] = ["multus", "multus-shim"];

/** Whether a plugin type is ourselves: a configuration that names us would call us again, and again. */
export function isOwnType(type: unknown): type is string {
  return ownTypes.includes(type);
}

/**
 * The own plugin type that a parsed configuration names, at any depth; undefined when it names none. A file's
 * name says nothing: runtimes and installers rename files.
 */
function findOwnType(config: unknown): string | undefined {
  const waiting: unknown[] = [config];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (Array.isArray(value)) waiting.push(...value);
    if (!isJsonObject(value)) continue;
    const { type } = value;
    if (isOwnType(type)) return type;
    waiting.push(...Object.values(value));
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
