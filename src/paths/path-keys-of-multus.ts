// SPDX-License-Identifier: Apache-2.0
import type { PathKey } from "./path-key.ts";

const entrypoint = "multus: cmd/thin_entrypoint/main.go";
const manifest = "multus: deployments/multus-daemonset-thick.yml";
const thickPage = "multus: docs/thick-plugin.md";
const daemonSource = "multus: pkg/server/api";
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

const daemonConfig = {
  flavour: "thick",
  file: "daemon-config.json",
  domain: "pod",
  reader: "the daemon, in its pod",
  source: thickPage,
} as const;

/** Where upstream keeps paths when the plugin runs on the host alone. */
const thin = [
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

/** Where upstream keeps paths when a daemon in a pod does the work. */
const thick = [
  {
    flavour: "thick",
    file: "arguments of install_multus",
    key: "-d",
    domain: "pod",
    holds: "folder",
    reader: "install_multus, in the init container: copies the shim there",
    source: manifest,
  },
  {
    ...daemonConfig,
    key: "chrootDir",
    holds: "folder",
    reader: "the daemon, in its pod: the host's root, where plugins are started",
  },
  {
    ...daemonConfig,
    key: "cniConfigDir",
    holds: "folder",
    reader: "the daemon, in its pod: writes the configuration there",
  },
  {
    ...daemonConfig,
    key: "multusAutoconfigDir",
    holds: "folder",
    reader: "the daemon, in its pod: looks for the primary there; it goes into `clusterNetwork` as it is",
  },
  { ...daemonConfig, key: "multusConfigFile", holds: "file or name" },
  { ...daemonConfig, key: "socketDir", holds: "folder", default: "/run/multus" },
  {
    ...daemonConfig,
    key: "binDir",
    domain: "both",
    holds: "folder",
    reader: "the daemon: looks a plugin up in its pod, then starts it by that path in the host's root",
    source: manifest,
  },
  { ...daemonConfig, key: "confDir", holds: "folder", default: "/etc/cni/multus/net.d" },
  { ...daemonConfig, key: "cniDir", holds: "folder", default: "/var/lib/cni/multus" },
  { ...daemonConfig, key: "kubeconfig", holds: "file" },
  { ...daemonConfig, key: "logFile", holds: "file" },
  {
    ...daemonConfig,
    key: "readinessindicatorfile",
    holds: "file",
    source: "cluster-network-operator: bindata/network/multus/multus.yaml",
  },
  {
    flavour: "thick",
    file: "00-multus.conf",
    key: "clusterNetwork",
    domain: "pod",
    holds: "file or name",
    reader: "the daemon, in its pod: the shim sends it the whole configuration",
    source: "multus v4.3.0, recorded on a node",
  },
  {
    flavour: "thick",
    file: "00-multus.conf",
    key: "daemonSocketDir",
    domain: "host",
    holds: "folder",
    default: "/run/multus",
    reader: "the shim, on the host",
    source: daemonSource,
  },
  {
    flavour: "thick",
    file: "00-multus.conf",
    key: "logFile",
    domain: "host",
    holds: "file",
    reader: "the shim, on the host",
    source: thickPage,
  },
] as const satisfies readonly PathKey[];

/** Every key of upstream that holds a path. */
export const pathKeysOfMultus = [...thin, ...thick] satisfies readonly PathKey[];
