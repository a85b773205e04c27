// SPDX-License-Identifier: Apache-2.0
import { type LogLevel, type MultusConfig, parseMultusConfig } from "../attachments/index.ts";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import { type AgentKeyName, findAgentKey } from "./agent-keys.ts";
import { keysForPlugin, readCheckedAgentConfig } from "./check-agent-config.ts";

/** Which network is the primary; with none of these, the first that the runtime would take. */
export interface PrimaryIdentity {
  /** The bare name of its file. */
  readonly file: string | undefined;
  /** The network's `name`. */
  readonly name: string | undefined;
  /** The type of its first plugin. */
  readonly type: string | undefined;
}

/**
 * The agent's configuration (docs/agent-configuration.md); all paths are host paths without slash at the end.
 */
export interface AgentConfig {
  /** The runtime's folder of CNI configurations, where ours is written. */
  readonly cniConfigDir: string;
  /** Where the primary's configuration is; mostly the same folder. */
  readonly primaryDir: string;
  readonly primary: PrimaryIdentity;
  /** What the runtime is to speak with us; undefined for the primary's version. */
  readonly cniVersion: string | undefined;
  readonly forceCniVersion: boolean;
  /** Of our configuration. */
  readonly name: string;
  readonly overrideNetworkName: boolean;
  readonly socketDir: string;
  readonly connectionLimit: number;
  readonly graceSeconds: number;
  /** `address:port`; undefined for nowhere. */
  readonly listen: string | undefined;
  /** Of the agent itself; undefined for its ServiceAccount. */
  readonly kubeconfig: string | undefined;
  /** Where a kubeconfig is kept for the plugin; undefined for nowhere. */
  readonly hostKubeconfig: string | undefined;
  readonly criSocket: string | undefined;
  readonly sweepSeconds: number;
  readonly repairSeconds: number;
  readonly attach: "sequential" | "parallel";
  /** Multus' `readinessindicatorfile`; undefined when nothing is waited for. */
  readonly readinessFile: string | undefined;
  readonly binDir: string;
  /** State of upstream Multus, and ours below it. */
  readonly cniDir: string;
  readonly logLevel: LogLevel;
  /** What the plugin makes of what it is told. */
  readonly plugin: Pick<MultusConfig, "systemNamespaces" | "defaultNetworks" | "deadlineSeconds">;
  /** What goes into the node's Multus configuration as it was written. */
  readonly handedOn: Readonly<Record<string, unknown>>;
}

/**
 * Reads the agent's configuration; `source` names the text. Throws a CniError, code 6 for broken JSON and 7
 * for all else, whose sentence tells the first problem and whose details tell all, each with its way out.
 */
export function parseAgentConfig(text: string, source: string): AgentConfig {
  const { object, problems } = readCheckedAgentConfig(text, source);
  const [first, ...others] = problems;
  if (first !== undefined) {
    const code = first.key === undefined ? cniErrorCodes.decodingFailure : cniErrorCodes.invalidNetworkConfig;
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    const details = problems.map(
      ({ message, hint }) => `${message}${hint === undefined ? "" : ` (${hint})`}`,
    );
    throw new CniError(code, `${first.message}${more}`, { hint: first.hint, details: details.join("\n") });
  }
  return readValues(object);
}

/** Types and values have been checked against the table. */
function readValues(object: Readonly<Record<string, unknown>>): AgentConfig {
  const { text, path, count, flag } = readers(object);
  // Its defaults are those of the plugin.
  const plugin = parseMultusConfig(JSON.stringify({ ...keysForPlugin(object), clusterNetwork: "unused" }));
  const { cniVersion: _, name: __, ...handedOn } = keysForPlugin(object);
  const cniConfigDir = path("cniConfigDir") ?? "";
  const port = count("metricsPort");
  const listen = port === 0 ? text("listen") : `0.0.0.0:${port}`;
  return {
    cniConfigDir,
    primaryDir: path("multusAutoconfigDir") ?? cniConfigDir,
    primary: { file: text("multusMasterCNI"), name: text("primaryName"), type: text("primaryType") },
    cniVersion: text("cniVersion"),
    forceCniVersion: flag("forceCNIVersion"),
    name: plugin.name,
    overrideNetworkName: flag("overrideNetworkName"),
    socketDir: "daemonSocketDir" in object ? (path("daemonSocketDir") ?? "") : (path("socketDir") ?? ""),
    connectionLimit: count("connectionLimit"),
    graceSeconds: count("graceSeconds"),
    listen: listen === "off" ? undefined : listen,
    kubeconfig: path("kubeconfig"),
    hostKubeconfig: path("hostKubeconfig"),
    criSocket: path("criSocket"),
    sweepSeconds: count("sweepSeconds"),
    repairSeconds: count("repairSeconds"),
    attach: text("attach") === "parallel" ? "parallel" : "sequential",
    readinessFile: path("readinessindicatorfile"),
    binDir: plugin.binDir,
    cniDir: plugin.cniDir,
    logLevel: plugin.log.level,
    plugin,
    handedOn,
  };
}

function readers(object: Readonly<Record<string, unknown>>) {
  const value = (key: AgentKeyName) => object[key] ?? findAgentKey(key)?.default;
  const text = (key: AgentKeyName): string | undefined => {
    const found = value(key);
    return typeof found === "string" ? found : undefined;
  };
  return {
    text,
    path: (key: AgentKeyName) => text(key)?.replace(/(?<=.)\/+$/, ""),
    count: (key: AgentKeyName): number => {
      const found = value(key);
      return typeof found === "number" ? found : 0;
    },
    flag: (key: AgentKeyName): boolean => value(key) === true,
  };
}
