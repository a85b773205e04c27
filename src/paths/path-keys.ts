// SPDX-License-Identifier: Apache-2.0
import { type Flavour, flavours, type PathFile, type PathKey } from "./path-key.ts";
import { pathKeysOfThick } from "./path-keys-of-thick.ts";
import { pathKeysOfThin } from "./path-keys-of-thin.ts";

const volumes = flavours.flatMap((flavour): readonly PathKey[] => [
  {
    flavour,
    file: "DaemonSet",
    key: "volumes[].hostPath.path",
    domain: "host",
    holds: "folder",
    reader: "the kubelet, on the host",
    source: "Kubernetes: reference of the API, Volume",
  },
  {
    flavour,
    file: "DaemonSet",
    key: "volumeMounts[].mountPath",
    domain: flavour === "plures" ? "both" : "pod",
    holds: "folder",
    reader: "the programs of the container",
    source: "Kubernetes: reference of the API, VolumeMount",
  },
]);

const agentKey = {
  flavour: "plures",
  file: "daemon-config.json",
  domain: "host",
  holds: "folder",
  reader: "the agent, which has the host's folder at its own path",
} as const;
const pluginKey = {
  flavour: "plures",
  file: "00-multus.conf",
  domain: "host",
  holds: "folder",
  reader: "the plugin, on the host",
} as const;

/** Of docs/agent-configuration.md and docs/configuration.md, where each is explained. */
const ours: readonly PathKey[] = [
  { ...agentKey, key: "cniConfigDir", default: "/etc/cni/net.d" },
  { ...agentKey, key: "multusAutoconfigDir" },
  { ...agentKey, key: "readinessindicatorfile", holds: "file" },
  { ...agentKey, key: "socketDir", default: "/run/multus" },
  { ...agentKey, key: "daemonSocketDir" },
  { ...agentKey, key: "kubeconfig", holds: "file" },
  { ...agentKey, key: "hostKubeconfig", holds: "file" },
  { ...agentKey, key: "criSocket", holds: "file" },
  { ...agentKey, key: "binDir" },
  { ...agentKey, key: "cniDir" },
  { ...agentKey, key: "confDir" },
  { ...agentKey, key: "kubeletDir" },
  { ...agentKey, key: "logFile", holds: "file" },
  { ...pluginKey, key: "kubeconfig", holds: "file" },
  { ...pluginKey, key: "binDir", default: "/opt/cni/bin" },
  { ...pluginKey, key: "confDir", default: "/etc/cni/multus/net.d" },
  { ...pluginKey, key: "cniDir", default: "/var/lib/cni/multus" },
  { ...pluginKey, key: "daemonSocketDir" },
  { ...pluginKey, key: "kubeletDir", default: "/var/lib/kubelet" },
  { ...pluginKey, key: "logFile", holds: "file" },
  { ...pluginKey, key: "readinessindicatorfile", holds: "file" },
  { ...pluginKey, key: "clusterNetwork", holds: "file or name" },
  { ...pluginKey, key: "defaultNetworks", holds: "file or name" },
];

/** Every configured path, of upstream and of ours: docs/paths.md shows the same rows. */
export const pathKeys: readonly PathKey[] = flavours.flatMap((flavour) =>
  [...volumes, ...pathKeysOfThin, ...pathKeysOfThick, ...ours].filter((row) => row.flavour === flavour),
);

/** The row of one key; undefined when it holds no path that we know of. Keys of JSON are of any case. */
export function pathKey(of: { flavour: Flavour; file: PathFile; key: string }): PathKey | undefined {
  return pathKeys.find(
    (row) =>
      row.flavour === of.flavour && row.file === of.file && row.key.toLowerCase() === of.key.toLowerCase(),
  );
}
