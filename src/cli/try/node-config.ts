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

/**
 * The primary when the files have none: what most clusters have, a bridge with addresses of the node's own
 * range.
 */
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

/**
 * Keys that lead out of the sandbox, wait for something that is not in it, or would log elsewhere than to the
 * reader.
 */
const keysOfARealNode: readonly string[] = [
  ...["kubeconfig", "readinessindicatorfile", "prevResult", "runtimeConfig"],
  ...["logFile", "logLevel", "logToStderr", "logOptions", "daemonSocketDir"],
];

/** The node's configuration and where its primary is from. */
export interface NodeConfig {
  /** `00-multus.conf`, what the container runtime passes to us. */
  readonly text: string;
  /** The name of the primary network, and the place that has it. */
  readonly primary: string;
}

/**
 * The CNI configuration of the node: the Multus configuration of the files with its paths replaced, or a
 * plain one. Throws a CommandFailure (exit code 2) for a configuration that we could not run with.
 */
export function nodeConfig({ multus, primary }: Scenario, paths: NodePaths): NodeConfig {
  const given = multus?.text ?? "{}";
  const place = multus?.place ?? "plures try";
  const { text, chosen } = withExitCode({ exitCode: exitCodes.wrongInput }, () => {
    const keys = readKeys(parseJsonObject(given, place));
    const chosen = choosePrimary(keys, { place, primary });
    const changes = {
      ...Object.fromEntries(keysOfARealNode.map((key) => [key, undefined])),
      ...chosen.changes,
      cniVersion: JSON.stringify(keys.value("cniVersion") ?? "1.0.0"),
      name: JSON.stringify(keys.value("name") ?? "multus-cni-network"),
      type: '"multus"',
      confDir: JSON.stringify(paths.confDir),
      cniDir: JSON.stringify(paths.cniDir),
      binDir: JSON.stringify(paths.binDir),
      logToStderr: "false",
    };
    const written = Object.entries(changes).map(([key, value]) => [keys.written(key), value] as const);
    return { text: setKeys(given, Object.fromEntries(written)), chosen };
  });
  const config = withExitCode({ exitCode: exitCodes.wrongInput, place }, () => parseMultusConfig(text));
  const name = config.clusterNetwork || config.delegates[0]?.name;
  return { text, primary: `${name}, ${chosen.place}` };
}

/** An object's keys, which we read in any case, as Go does. */
interface Keys {
  readonly value: (key: string) => unknown;
  /** As the key is written in the object, else as it was given. */
  readonly written: (key: string) => string;
}

function readKeys(object: Record<string, unknown>): Keys {
  const written = (key: string): string =>
    Object.keys(object).find((name) => name.toLowerCase() === key.toLowerCase()) ?? key;
  return { written, value: (key) => object[written(key)] };
}

/** Which configuration the primary is of, and what to change for it. */
interface ChosenPrimary {
  readonly place: string;
  readonly changes: Readonly<Record<string, string | undefined>>;
}

/** Upstream's rule, clusterNetwork before delegates, as long as the name is not a path of a real node. */
function choosePrimary(
  { value }: Keys,
  given: { place: string; primary: ConfigText | undefined },
): ChosenPrimary {
  const clusterNetwork = value("clusterNetwork");
  const delegates = value("delegates");
  const isName =
    typeof clusterNetwork === "string" && clusterNetwork !== "" && !clusterNetwork.startsWith("/");
  if (isName) return { place: given.place, changes: {} };
  const hasDelegates = Array.isArray(delegates) && delegates.length > 0;
  if (hasDelegates) return { place: given.place, changes: { clusterNetwork: undefined } };
  const { place, text } = given.primary ?? defaultPrimary;
  return { place, changes: { clusterNetwork: undefined, delegates: `[${text}]` } };
}
