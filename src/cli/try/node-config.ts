// SPDX-License-Identifier: Apache-2.0
import { parseMultusConfig } from "../../attachments/index.ts";
import { parseJsonObject, setKeys } from "../../cni/index.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ConfigText } from "./read-object.ts";
import type { Scenario } from "./read-scenario.ts";
import { withExitCode } from "./with-exit-code.ts";

/** Where the node of the sandbox keeps things. */
export interface NodePaths {
  readonly confDir: string;
  readonly cniDir: string;
  readonly binDir: string;
}

/** The primary when the files have none: what most clusters have, a bridge with addresses of the node's own range. */
export const defaultPrimary: ConfigText = {
  place: "the default of plures try",
  text: JSON.stringify({
    cniVersion: "1.0.0",
    name: "pod-network",
    type: "bridge",
    bridge: "cni0",
    isGateway: true,
    ipam: {
      type: "host-local",
      ranges: [[{ subnet: "10.244.0.0/24" }]],
      routes: [{ dst: "0.0.0.0/0" }],
    },
  }),
};

/** Keys that lead out of the sandbox, wait for something that is not in it, or would log elsewhere than to the reader. */
const keysOfARealNode: readonly string[] = [
  ...["kubeconfig", "readinessindicatorfile", "prevResult", "runtimeConfig"],
  ...["logFile", "logLevel", "logToStderr", "logOptions", "daemonSocketDir"],
];

/**
 * The CNI configuration that the node's container runtime passes to us, `00-multus.conf`: the one of the files with its
 * paths replaced, or a plain one. Throws a CommandFailure (exit code 2) for a configuration that we could not run with.
 */
export function nodeConfig({ multus, primary }: Scenario, paths: NodePaths): string {
  const given = multus?.text ?? "{}";
  const place = multus?.place ?? "plures try";
  const text = withExitCode(exitCodes.wrongInput, () => {
    const object = parseJsonObject(given, place);
    const removed = Object.keys(object).filter((key) => isAnyOf(key, keysOfARealNode));
    return setKeys(given, {
      ...Object.fromEntries(removed.map((key) => [key, undefined])),
      ...primaryKeys(object, primary),
      cniVersion: JSON.stringify(object.cniVersion ?? "1.0.0"),
      name: JSON.stringify(object.name ?? "multus-cni-network"),
      type: '"multus"',
      ...mapValues(paths, (path) => JSON.stringify(path)),
      logToStderr: "false",
    });
  });
  withExitCode(exitCodes.wrongInput, () => parseMultusConfig(text), place);
  return text;
}

/** Upstream's rule, clusterNetwork before delegates, as long as the name is not a path of a real node. */
function primaryKeys(
  object: Record<string, unknown>,
  primary: ConfigText | undefined,
): Record<string, string | undefined> {
  const { clusterNetwork, delegates } = object;
  const isName =
    typeof clusterNetwork === "string" && clusterNetwork !== "" && !clusterNetwork.startsWith("/");
  if (isName) return {};
  const hasDelegates = Array.isArray(delegates) && delegates.length > 0;
  if (hasDelegates) return { clusterNetwork: undefined };
  return { clusterNetwork: undefined, delegates: `[${(primary ?? defaultPrimary).text}]` };
}

function isAnyOf(key: string, names: readonly string[]): boolean {
  return names.some((name) => name.toLowerCase() === key.toLowerCase());
}

function mapValues<K extends string>(
  values: { readonly [Key in K]: string },
  change: (text: string) => string,
) {
  return Object.fromEntries(Object.entries<string>(values).map(([key, value]) => [key, change(value)]));
}
