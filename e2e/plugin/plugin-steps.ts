// SPDX-License-Identifier: Apache-2.0
import type { Stop } from "./plugin-stops.ts";

/** A moment of a verb, in a plugin's life. */
export type PluginStep = Pick<Stop, "plugin" | "interface" | "when">;

type NamedSteps = readonly (readonly [string, PluginStep])[];

/**
 * The moments of ADD for a pod with a bridge and `second` as eth0, a macvlan as net1 and a bridge as net2
 * (`usualNetworks`, one after another), by what is done then.
 */
export function addPluginSteps(second: Stop["plugin"]): NamedSteps {
  return [
    ["the journal is written, no plugin runs", { plugin: "bridge", interface: "eth0", when: "before" }],
    ["the primary has a veth, no address", { plugin: "host-local", interface: "eth0", when: "before" }],
    ["the primary has a lease, the plugin not", { plugin: "host-local", interface: "eth0", when: "after" }],
    ["the primary's first plugin is done", { plugin: "bridge", interface: "eth0", when: "after" }],
    ["the primary's second plugin is done", { plugin: second, interface: "eth0", when: "after" }],
    ["macvlan is to start", { plugin: "macvlan", interface: "net1", when: "before" }],
    ["macvlan has a link, no address", { plugin: "host-local", interface: "net1", when: "before" }],
    ["macvlan is done", { plugin: "macvlan", interface: "net1", when: "after" }],
    ["the last network has a lease", { plugin: "host-local", interface: "net2", when: "after" }],
    ["the last network is done", { plugin: "bridge", interface: "net2", when: "after" }],
  ];
}

/** The same of DEL. */
export function delPluginSteps(second: Stop["plugin"]): NamedSteps {
  return [
    ["no plugin ran", { plugin: "bridge", interface: "net2", when: "before" }],
    ["the last network's lease is gone", { plugin: "host-local", interface: "net2", when: "after" }],
    ["the last network is gone", { plugin: "bridge", interface: "net2", when: "after" }],
    ["macvlan is to go", { plugin: "macvlan", interface: "net1", when: "before" }],
    ["macvlan is gone", { plugin: "macvlan", interface: "net1", when: "after" }],
    ["the primary's second plugin is gone", { plugin: second, interface: "eth0", when: "after" }],
    ["the primary's lease is gone", { plugin: "host-local", interface: "eth0", when: "after" }],
    ["all is gone but the journal", { plugin: "bridge", interface: "eth0", when: "after" }],
  ];
}
