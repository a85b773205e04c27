// SPDX-License-Identifier: Apache-2.0
import type { PathKey } from "./path-key.ts";

const manifest = "multus: deployments/multus-daemonset-thick.yml";
const thickPage = "multus: docs/thick-plugin.md";
const daemonSource = "multus: pkg/server/api";

const daemonConfig = {
  flavour: "thick",
  file: "daemon-config.json",
  domain: "pod",
  reader: "the daemon, in its pod",
  source: thickPage,
} as const;

/** Where upstream keeps paths when a daemon in a pod does the work. */
export const pathKeysOfThick = [
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
