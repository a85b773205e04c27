// SPDX-License-Identifier: Apache-2.0
import type { AgentKey } from "./agent-key.ts";
import { countKind, keyKinds } from "./key-kinds.ts";

const day = 86400;

/** What the agent itself reads. */
export const keysOfAgent = [
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
    kind: keyKinds.networkName,
    use: "agent",
    meaning: "the primary network's `name`, such as `cbr0`; no other is taken",
  },
  {
    key: "primaryType",
    origin: "Plures",
    kind: keyKinds.pluginType,
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
    kind: keyKinds.networkName,
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
] as const satisfies readonly AgentKey[];
