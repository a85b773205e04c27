// SPDX-License-Identifier: Apache-2.0
import { type CniResult, emptyResult, type NetworkConfig, parseNetworkConfig } from "../cni/index.ts";
import type { Attachment } from "./plan.ts";
import type { PlanInput, ResolvedNetwork } from "./plan-attachments.ts";
import { type NetworkSelection, plainSelection } from "./selection-types.ts";

/** A selection for tests, of `default/mv-a` unless told otherwise. */
export function aSelection(changes: Partial<NetworkSelection> = {}): NetworkSelection {
  return { ...plainSelection("default", "mv-a"), ...changes };
}

/** A network configuration for tests: a macvlan with host-local unless a JSON object is given. */
export function aConfig(object: Readonly<Record<string, unknown>> = {}): NetworkConfig {
  const macvlan = { cniVersion: "1.0.0", name: "mv-a", type: "macvlan", ipam: { type: "host-local" } };
  return parseNetworkConfig(JSON.stringify("plugins" in object ? object : { ...macvlan, ...object }), "test");
}

/** A further network for tests. */
export function aNetwork(changes: Partial<ResolvedNetwork> = {}): ResolvedNetwork {
  return {
    role: "network",
    label: "default/mv-a",
    config: aConfig(),
    selection: aSelection(),
    device: undefined,
    ...changes,
  };
}

/** A primary for tests: bridge and portmap. */
export function aPrimary(changes: Partial<ResolvedNetwork> = {}): ResolvedNetwork {
  const plugins = [
    { type: "bridge", ipam: { type: "host-local" } },
    { type: "portmap", capabilities: { portMappings: true } },
  ];
  const config = aConfig({ cniVersion: "1.0.0", name: "cbr0", plugins });
  return { ...aNetwork(), role: "primary", label: "cbr0", config, selection: undefined, ...changes };
}

/** What `planAttachments` takes, for tests. */
export function aPlanInput(changes: Partial<PlanInput> = {}): PlanInput {
  return {
    request: {
      containerId: "abc",
      ifName: "eth0",
      netns: "/run/netns/x",
      args: "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_UID=1-2",
    },
    config: { runtimeConfig: {}, attach: "sequential" },
    searchDirs: ["/opt/cni/bin"],
    pod: { namespace: "default", name: "web", uid: "1-2" },
    networks: [aPrimary(), aNetwork()],
    versions: new Map(),
    ...changes,
  };
}

/** An attachment for tests: `default/mv-a` on net1. */
export function anAttachment(changes: Partial<Attachment> = {}): Attachment {
  return {
    role: "network",
    network: "default/mv-a",
    cniName: "mv-a",
    interface: "net1",
    cniVersion: "1.0.0",
    cniArgs: "IgnoreUnknown=true",
    plugins: [],
    disableCheck: false,
    disableGC: false,
    requested: { ips: [], mac: undefined, infinibandGuid: undefined, deviceId: undefined },
    defaultRoutes: { ipv4: { kind: "keep" }, ipv6: { kind: "keep" } },
    device: undefined,
    ...changes,
  };
}

/** A result for tests. */
export function aResult(changes: Partial<CniResult> = {}): CniResult {
  return { ...emptyResult, ...changes };
}
