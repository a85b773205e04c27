// SPDX-License-Identifier: Apache-2.0
import type { PathKey } from "./path-key.ts";

const entrypoint = "multus: cmd/thin_entrypoint/main.go";
const configurationPage = "multus: docs/configuration.md";

const thinArgument = {
  flavour: "thin",
  file: "arguments of thin_entrypoint",
  source: entrypoint,
} as const;

const thinConfig = {
  flavour: "thin",
  file: "00-multus.conf",
  domain: "host",
  reader: "the plugin `multus`, on the host",
  source: configurationPage,
} as const;

/** Where upstream keeps paths when the plugin runs on the host alone. */
export const pathKeysOfThin = [
  {
    ...thinArgument,
    key: "--cni-conf-dir",
    domain: "pod",
    holds: "folder",
    default: "/host/etc/cni/net.d",
    reader: "thin_entrypoint, in the pod: writes the configuration and the kubeconfig there",
  },
  {
    ...thinArgument,
    key: "--multus-autoconfig-dir",
    domain: "pod",
    holds: "folder",
    default: "/host/etc/cni/net.d",
    reader: "thin_entrypoint, in the pod: looks for the primary there, whatever --cni-conf-dir is",
  },
  {
    ...thinArgument,
    key: "--cni-bin-dir",
    domain: "pod",
    holds: "folder",
    default: "/host/opt/cni/bin",
    reader: "thin_entrypoint, in the pod: copies the plugin there",
  },
  {
    ...thinArgument,
    key: "--multus-bin-file",
    domain: "pod",
    holds: "file",
    default: "/usr/src/multus-cni/bin/multus",
    reader: "thin_entrypoint, in the pod: of its image",
  },
  {
    ...thinArgument,
    key: "--multus-conf-file",
    domain: "pod",
    holds: "file or name",
    default: "auto",
    reader: "thin_entrypoint, in the pod",
  },
  {
    ...thinArgument,
    key: "--multus-cni-conf-dir",
    domain: "pod",
    holds: "folder",
    default: "/host/etc/cni/multus/net.d",
    reader: "thin_entrypoint, in the pod: makes it; in the configuration it is `cniConf`, which nobody reads",
  },
  {
    ...thinArgument,
    key: "--multus-kubeconfig-file-host",
    domain: "host",
    holds: "file",
    default: "/etc/cni/net.d/multus.d/multus.kubeconfig",
    reader: "the plugin `multus`, on the host: becomes `kubeconfig` as it is",
  },
  {
    ...thinArgument,
    key: "--readiness-indicator-file",
    domain: "host",
    holds: "file",
    reader: "the plugin `multus`, on the host: becomes `readinessindicatorfile` as it is",
  },
  {
    ...thinArgument,
    key: "--additional-bin-dir",
    domain: "host",
    holds: "folder",
    reader: "the plugin `multus`, on the host: becomes `binDir` as it is",
  },
  {
    ...thinArgument,
    key: "--multus-log-file",
    domain: "host",
    holds: "file",
    reader: "the plugin `multus`, on the host: becomes `logFile` as it is",
  },
  { ...thinConfig, key: "kubeconfig", holds: "file" },
  { ...thinConfig, key: "confDir", holds: "folder", default: "/etc/cni/multus/net.d" },
  { ...thinConfig, key: "cniDir", holds: "folder", default: "/var/lib/cni/multus" },
  { ...thinConfig, key: "binDir", holds: "folder", default: "/opt/cni/bin" },
  { ...thinConfig, key: "logFile", holds: "file" },
  { ...thinConfig, key: "readinessindicatorfile", holds: "file" },
  { ...thinConfig, key: "clusterNetwork", holds: "file or name" },
  { ...thinConfig, key: "defaultNetworks", holds: "file or name" },
] as const satisfies readonly PathKey[];
