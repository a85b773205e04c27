// SPDX-License-Identifier: Apache-2.0
import { choiceKind, countKind, type KeyKind, keyKinds, refusedKind } from "./key-kinds.ts";

/** One key of the agent's configuration. */
export interface AgentKey {
  readonly key: string;
  /** Upstream Multus has it (`daemon-config.json`), or it is ours. */
  readonly origin: "Multus" | "Plures";
  readonly kind: KeyKind;
  /**
   * `agent`: the agent reads it. `plugin`: it goes into the node's Multus configuration (docs/configuration.md)
   * and its default is told there. `nothing`: accepted, without effect. `refused`: must not be there.
   */
  readonly use: "agent" | "plugin" | "agent and plugin" | "nothing" | "refused";
  /** Absent where there is none, or where it is the plugin's. */
  readonly default?: string | number | boolean;
  /** One sentence for the page and the schema; of a refused key, and of a refused value: what to do instead. */
  readonly meaning: string;
}

const day = 86400;

/**
 * Every key of the agent's configuration: parser, `--check-config`, JSON Schema and page are made of, or
 * compared with, this table.
 */
export const agentKeys = [
  // Where the node's Multus configuration is, and what it delegates to.
  {
    key: "cniConfigDir",
    origin: "Multus",
    kind: keyKinds.path,
    use: "agent",
    default: "/etc/cni/net.d",
    meaning: "the folder where the container runtime looks for CNI configurations: ours is written there",
  },
  {
    key: "multusAutoconfigDir",
    origin: "Multus",
    kind: keyKinds.path,
    use: "agent",
    meaning: "the folder where the primary network's configuration is, when it is not `cniConfigDir`",
  },
  {
    key: "multusMasterCNI",
    origin: "Multus",
    kind: keyKinds.fileName,
    use: "agent",
    meaning: "the file name of the primary network's configuration; no other is taken",
  },
  {
    key: "primaryName",
    origin: "Plures",
    kind: keyKinds.text,
    use: "agent",
    meaning: "the primary network's `name`, such as `cbr0`; no other is taken",
  },
  {
    key: "primaryType",
    origin: "Plures",
    kind: keyKinds.text,
    use: "agent",
    meaning: "the type of the primary network's first plugin, such as `cilium-cni`; no other is taken",
  },
  {
    key: "readinessindicatorfile",
    origin: "Multus",
    kind: keyKinds.path,
    use: "agent and plugin",
    meaning:
      "the file by which the primary says that it is ready: our first configuration, and ADD, wait for it",
  },
  {
    key: "cniVersion",
    origin: "Multus",
    kind: keyKinds.text,
    use: "agent",
    meaning: "the version that the runtime speaks with us; the primary's own by default",
  },
  {
    key: "forceCNIVersion",
    origin: "Multus",
    kind: keyKinds.flag,
    use: "agent",
    default: false,
    meaning:
      "the primary gets `cniVersion` too; hardly ever needed, because each plugin is asked what it speaks",
  },
  {
    key: "name",
    origin: "Multus",
    kind: keyKinds.text,
    use: "agent",
    default: "multus-cni-network",
    meaning: "of our configuration",
  },
  {
    key: "overrideNetworkName",
    origin: "Multus",
    kind: keyKinds.flag,
    use: "agent",
    default: false,
    meaning: "our configuration has the primary's `name` instead",
  },

  // The agent itself.
  {
    key: "socketDir",
    origin: "Multus",
    kind: keyKinds.path,
    use: "agent",
    default: "/run/multus",
    meaning: "the folder of the socket on which the agent listens for the CNI executable",
  },
  {
    key: "daemonSocketDir",
    origin: "Multus",
    kind: keyKinds.path,
    use: "agent",
    meaning: "another name of `socketDir`, that of the CNI configuration",
  },
  {
    key: "connectionLimit",
    origin: "Multus",
    kind: countKind(1, 1000),
    use: "agent",
    default: 32,
    meaning: "how many requests are worked on at a time; others wait their turn",
  },
  {
    key: "graceSeconds",
    origin: "Plures",
    kind: countKind(1, 3600),
    use: "agent",
    default: 25,
    meaning: "how long requests that have begun may take after SIGTERM; less than the pod's grace period",
  },
  {
    key: "listen",
    origin: "Plures",
    kind: keyKinds.address,
    use: "agent",
    default: "127.0.0.1:9471",
    meaning: "where `/metrics`, `/healthz` and `/readyz` are served; `off` for nowhere",
  },
  {
    key: "metricsPort",
    origin: "Multus",
    kind: countKind(1, 65535),
    use: "agent",
    meaning: "the same as `listen` with `0.0.0.0` and this port",
  },
  {
    key: "kubeconfig",
    origin: "Multus",
    kind: keyKinds.path,
    use: "agent",
    meaning: "how the agent reaches the Kubernetes API; by default it uses its pod's ServiceAccount",
  },
  {
    key: "hostKubeconfig",
    origin: "Plures",
    kind: keyKinds.path,
    use: "agent",
    meaning:
      "where a kubeconfig is kept fresh for the CNI executable, for when the agent is away; none by default",
  },
  {
    key: "criSocket",
    origin: "Plures",
    kind: keyKinds.path,
    use: "agent",
    meaning: "the runtime's CRI socket, asked which sandboxes there are; by default network namespaces tell",
  },
  {
    key: "sweepSeconds",
    origin: "Plures",
    kind: countKind(10, day),
    use: "agent",
    default: 300,
    meaning: "how often the journal is searched for entries whose sandbox is gone",
  },
  {
    key: "repairSeconds",
    origin: "Plures",
    kind: countKind(10, day),
    use: "agent",
    default: 300,
    meaning: "how often running pods are searched for networks that they asked for and do not have",
  },

  // Handed on to the node's Multus configuration.
  {
    key: "attach",
    origin: "Plures",
    kind: choiceKind("sequential", "parallel"),
    use: "agent and plugin",
    default: "sequential",
    meaning: "whether a pod's further networks are attached one after another or side by side",
  },
  {
    key: "binDir",
    origin: "Multus",
    kind: keyKinds.path,
    use: "agent and plugin",
    meaning: "where plugins are looked up first",
  },
  {
    key: "cniDir",
    origin: "Multus",
    kind: keyKinds.path,
    use: "agent and plugin",
    meaning: "state: the journal and copies of configurations that were in the way",
  },
  {
    key: "confDir",
    origin: "Multus",
    kind: keyKinds.path,
    use: "plugin",
    meaning: "CNI configurations that are meant by name",
  },
  {
    key: "defaultNetworks",
    origin: "Multus",
    kind: keyKinds.texts,
    use: "plugin",
    meaning: "networks that every pod gets besides",
  },
  {
    key: "namespaceIsolation",
    origin: "Multus",
    kind: keyKinds.flag,
    use: "plugin",
    meaning: "pods may use the networks of their own namespace and of `globalNamespaces` only",
  },
  {
    key: "globalNamespaces",
    origin: "Multus",
    kind: keyKinds.text,
    use: "plugin",
    meaning: "namespaces, with commas between, whose networks every pod may use",
  },
  {
    key: "systemNamespaces",
    origin: "Multus",
    kind: keyKinds.texts,
    use: "plugin",
    meaning: "namespaces whose pods get the primary alone",
  },
  {
    key: "multusNamespace",
    origin: "Multus",
    kind: keyKinds.text,
    use: "plugin",
    meaning: "where networks are that are named without namespace",
  },
  {
    key: "auxiliaryCNIChainName",
    origin: "Multus",
    kind: keyKinds.text,
    use: "plugin",
    meaning: "a folder of plugins that run after all networks",
  },
  {
    key: "capabilities",
    origin: "Multus",
    kind: keyKinds.object,
    use: "plugin",
    meaning:
      "what the runtime is to pass, besides what the primary's plugins declare and the pod's annotations",
  },
  {
    key: "deadlineSeconds",
    origin: "Plures",
    kind: countKind(1, day),
    use: "plugin",
    meaning: "when an ADD gives up",
  },
  {
    key: "retryDeleteOnError",
    origin: "Multus",
    kind: keyKinds.flag,
    use: "plugin",
    meaning: "accepted, changes nothing: what could not be deleted is always kept",
  },
  {
    key: "logFile",
    origin: "Multus",
    kind: keyKinds.path,
    use: "plugin",
    meaning: "where the CNI executable appends its log; the agent logs to standard error",
  },
  {
    key: "logLevel",
    origin: "Multus",
    kind: choiceKind("panic", "error", "verbose", "debug"),
    use: "agent and plugin",
    meaning: "this level and the graver ones are logged",
  },
  {
    key: "logToStderr",
    origin: "Multus",
    kind: keyKinds.flag,
    use: "plugin",
    meaning: "whether the CNI executable logs to standard error, too",
  },
  {
    key: "logOptions",
    origin: "Multus",
    kind: keyKinds.object,
    use: "plugin",
    meaning: "how `logFile` is rotated",
  },

  // Accepted as long as they mean nothing.
  {
    key: "multusConfigFile",
    origin: "Multus",
    kind: choiceKind("auto"),
    use: "nothing",
    meaning:
      "leave it out: the agent writes the file itself, put the keys of yours into the agent's configuration",
  },
  {
    key: "type",
    origin: "Multus",
    kind: choiceKind("multus", "multus-shim"),
    use: "nothing",
    meaning: "leave it out: the executable is called `multus`",
  },
  {
    key: "enablePprof",
    origin: "Multus",
    kind: choiceKind(false),
    use: "nothing",
    meaning: "leave it out: a heap snapshot is always to be had, on the agent's local socket only",
  },
  {
    key: "perNodeCertificate",
    origin: "Multus",
    kind: keyKinds.disabled,
    use: "nothing",
    meaning: "leave it out: the agent uses its ServiceAccount's token, which is bound to its pod and renewed",
  },
  {
    key: "$schema",
    origin: "Plures",
    kind: keyKinds.text,
    use: "nothing",
    meaning: "for editors",
  },

  // Refused.
  {
    key: "chrootDir",
    origin: "Multus",
    kind: refusedKind,
    use: "refused",
    meaning: "take it out: plugins run on the host itself, so that no path needs another root",
  },
  {
    key: "clusterNetwork",
    origin: "Multus",
    kind: refusedKind,
    use: "refused",
    meaning:
      "name the primary with `primaryName`, `primaryType` or `multusMasterCNI`: the agent puts it in itself",
  },
  {
    key: "delegates",
    origin: "Multus",
    kind: refusedKind,
    use: "refused",
    meaning: "name the primary with `primaryName`, and other networks of all pods in `defaultNetworks`",
  },
  {
    key: "runtimeConfig",
    origin: "Multus",
    kind: refusedKind,
    use: "refused",
    meaning: "take it out: the container runtime writes it",
  },
  {
    key: "prevResult",
    origin: "Multus",
    kind: refusedKind,
    use: "refused",
    meaning: "take it out: the container runtime writes it",
  },
] as const satisfies readonly AgentKey[];

/** The name of a key. */
export type AgentKeyName = (typeof agentKeys)[number]["key"];

/** The row of a key, written in any case, as Go reads it; undefined for one that we do not know. */
export function findAgentKey(written: string): (AgentKey & { readonly key: AgentKeyName }) | undefined {
  return agentKeys.find(({ key }) => key.toLowerCase() === written.toLowerCase());
}
