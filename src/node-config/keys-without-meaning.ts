// SPDX-License-Identifier: Apache-2.0
import type { AgentKey } from "./agent-key.ts";
import { choiceKind, keyKinds, refusedKind } from "./key-kinds.ts";

/** What upstream's daemon knows and the agent has no use for. */
export const keysWithoutMeaning = [
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
