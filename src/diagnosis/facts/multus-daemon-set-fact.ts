// SPDX-License-Identifier: Apache-2.0
import type * as v from "valibot";
import { factOf } from "./fact.ts";
import { flag, list, mapOf, maybe, number, oneOf, shape, text } from "./shapes.ts";

/** Whose Multus it is, and how it works. */
export const multusFlavours = [
  "upstream-thin",
  "upstream-thick",
  "rke2-multus",
  "bitnami",
  "cnao",
  "openshift",
  "microk8s",
  "plures",
  "other",
] as const;

/** Whose Multus it is, and how it works. */
export type MultusFlavour = (typeof multusFlavours)[number];

const volumeMount = shape("A mount of a container", {
  volume: text("Name of the volume"),
  source: oneOf("What the volume is", [
    "host-path",
    "config-map",
    "secret",
    "empty-dir",
    "projected",
    "other",
  ]),
  hostPath: maybe(text("Path of the host, when the volume is one")),
  hostPathType: maybe(text("Type of the hostPath, such as DirectoryOrCreate")),
  object: maybe(text("Name of the ConfigMap or Secret")),
  mountPath: text("Path in the container"),
  subPath: maybe(text("Path below the volume that is mounted")),
  readOnly: flag("Whether it cannot be written"),
  propagation: oneOf("mountPropagation", ["None", "HostToContainer", "Bidirectional"]),
});

const container = shape("A container", {
  name: text("Its name"),
  isInit: flag("Whether it runs before the others"),
  image: text("Its image"),
  command: list("command", text("Word")),
  args: list("args", text("Word")),
  environment: mapOf("Plain values of env; values of names that say secret are left out", text("Value")),
  mounts: list("volumeMounts, with what the volume is", volumeMount),
  memoryLimit: maybe(text("resources.limits.memory")),
  privileged: flag("securityContext.privileged"),
});

/** A DaemonSet that runs Multus, in any flavour, or Plures. */
export const multusDaemonSetFact = shape("A DaemonSet that runs Multus, in any flavour, or Plures", {
  namespace: text("Its namespace"),
  name: text("Its name"),
  flavour: oneOf("Whose it is", multusFlavours),
  engine: oneOf("How it works", ["thin", "thick", "agent", "unknown"]),
  why: list("What the flavour was recognised by", text("Words")),
  managedBy: list("Who looks after it: labels, Helm releases, owners, field managers", text("Name")),
  labels: mapOf("metadata.labels", text("Value")),
  generation: number("metadata.generation"),
  status: shape("How far it is rolled out", {
    observedGeneration: number("Generation that the numbers are about"),
    desired: number("Nodes that should run it"),
    updated: number("Nodes that run the newest"),
    ready: number("Nodes where it is ready"),
    unavailable: number("Nodes where it is not available"),
  }),
  nodeSelector: mapOf("nodeSelector of its pods", text("Value")),
  tolerations: list(
    "tolerations of its pods",
    shape("A toleration", {
      key: maybe(text("Key")),
      operator: maybe(text("Operator")),
      value: maybe(text("Value")),
      effect: maybe(text("Effect")),
    }),
  ),
  hostNetwork: flag("hostNetwork"),
  hostPid: flag("hostPID"),
  serviceAccount: text("Name of its ServiceAccount"),
  containers: list("Its containers, those for init first", container),
  configMaps: factOf(
    list(
      "Configuration files in the ConfigMaps that it mounts",
      shape("A file of a ConfigMap", {
        configMap: text("Name of the ConfigMap"),
        key: text("Name of the file"),
        text: text("Its content; values of keys that name secrets are left out"),
      }),
    ),
  ),
});

/** A DaemonSet that runs Multus, in any flavour, or Plures. */
export type MultusDaemonSetFact = v.InferOutput<typeof multusDaemonSetFact>;
