// SPDX-License-Identifier: Apache-2.0
import type { AgentKey } from "./agent-key.ts";
import { choiceKind, countKind, keyKinds } from "./key-kinds.ts";

const day = 86400;

/** What goes into the node's Multus configuration; some of it the agent reads as well. */
export const keysHandedOn = [
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
    key: "kubeletDir",
    origin: "Plures",
    kind: keyKinds.path,
    use: "plugin",
    meaning: "the kubelet's root, whose socket tells which devices a pod was given",
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
    kind: keyKinds.flags,
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
] as const satisfies readonly AgentKey[];
