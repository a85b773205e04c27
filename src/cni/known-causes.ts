// SPDX-License-Identifier: Apache-2.0
import type { PluginRunContext } from "./plugin-failure.ts";
import { howToGetPlugin } from "./plugin-packages.ts";

interface KnownCause {
  /** Tried on the plugin's message together with its details. */
  readonly pattern: RegExp;
  /** Only when the message comes from one of these; absent means from any. */
  readonly plugins?: readonly string[];
  /** The way out; a function gets the match of the pattern, and what ran. */
  readonly hint: string | ((match: RegExpExecArray, run: FailedPlugin) => string);
}

/** Which plugin said something, and the `master` of its configuration. */
export type FailedPlugin = Pick<PluginRunContext, "plugin" | "master">;

/** What plugins say and what it means; the first row that fits wins. */
const knownCauses: readonly KnownCause[] = [
  {
    pattern: /lookup master "": link not found/i,
    hint: 'name a "master" in the network\'s configuration: this node has no default route to take it from',
  },
  {
    pattern: /link not found|no such (?:network )?(?:device|interface)/i,
    plugins: ["macvlan", "ipvlan", "vlan", "bond", "sriov"],
    hint: (_, { master }) =>
      `the "master"${master === undefined ? "" : ` "${master}"`} of the network's configuration does not exist on this node (see: ip link)`,
  },
  {
    pattern: /link not found|failed to find network device|no such network interface/i,
    plugins: ["host-device"],
    hint: "the network's device does not exist on this node, or another pod has it (see: ip link)",
  },
  {
    pattern: /link not found/i,
    hint: "the network's configuration names an interface that this node does not have (see: ip link)",
  },
  {
    pattern: /error dialing dhcp daemon|dhcp\.sock/i,
    hint: "the CNI DHCP daemon does not run: start `dhcp daemon` (Debian: systemctl start cni-dhcp.socket)",
  },
  {
    pattern: /no more tries|dhcp.*(?:timed? ?out|timeout)/i,
    plugins: ["macvlan", "ipvlan", "bridge", "vlan", "host-device", "dhcp"],
    hint: "no DHCP server answered: check cabling, VLAN and the server's pool",
  },
  {
    pattern: /requested (?:ip )?address\b.*not available|requested ip.*(?:not available|reserved)/i,
    hint: "the address is taken or reserved: ask for another one, or delete the pod that holds it",
  },
  {
    pattern: /no ip addresses available/i,
    hint: "all addresses are taken: widen the range, or remove leases of gone pods (/var/lib/cni/networks)",
  },
  {
    pattern: /duplicate allocation/i,
    hint: "an earlier ADD of this container left its lease: delete the pod, so that DEL releases it",
  },
  {
    pattern: /host bits set.*network address is (\S+)/is,
    hint: ([, subnet = ""]) => `write the "subnet" of the configuration with the address ${subnet}`,
  },
  {
    pattern: /no ip ranges specified/i,
    hint: 'give "ipam" a "subnet" or "ranges" in the network\'s configuration',
  },
  {
    pattern: /invalid cidr address|expected to be in cidr notation/i,
    hint: "write addresses as 10.1.2.0/24, without leading zeros, in the network's configuration",
  },
  {
    pattern: /incompatible cni versions?.*plugin supports \[([^\]]*)\]/is,
    hint: ([, versions = ""]) => `set "cniVersion" of the network to one of ${versions.replaceAll('"', "")}`,
  },
  {
    pattern: /incompatible cni versions?/i,
    hint: 'set "cniVersion" of the network to one that the plugin supports',
  },
  {
    pattern: /failed to find plugin "([^"]+)"/i,
    hint: ([, plugin = ""]) => howToGetPlugin(plugin),
  },
  {
    pattern: /unknown args/i,
    hint: "the plugin does not know a key of CNI_ARGS: add IgnoreUnknown=1 there",
  },
  {
    pattern: /required prevresult missing|must be called as (?:a )?chained plugin/i,
    hint: 'this plugin works on what others made: put it after another one in "plugins"',
  },
  {
    pattern: /(?:netns|\/proc\/\d+\/ns\/net).*no such file or directory/i,
    hint: "the pod's namespace is gone (has it ended?), or the plugin does not see it (mount propagation)",
  },
  {
    pattern: /unknown fs magic/i,
    hint: "the namespace's mount is gone, or does not reach the plugin (mount propagation)",
  },
  {
    pattern: /failed to add route.*file exists/is,
    hint: 'two routes lead to one destination: keep "isDefaultGateway" or the route in "ipam", not both',
  },
  {
    pattern: /(?:interface|veth|link).*already exists|file exists/i,
    hint: "the name is taken: left from an earlier ADD, or asked for by two networks",
  },
  {
    pattern: /device or resource busy/i,
    hint: "the master is in a bridge or bond, or carries the other of macvlan and ipvlan: use another one",
  },
  {
    pattern: /executable file not found|could not find.*iptables|iptables.*not found/i,
    hint: "the plugin runs a program that this node does not have, such as iptables: install it",
  },
  {
    pattern: /operation not supported|protocol not supported|unknown device type/i,
    hint: "this node's kernel lacks that kind of interface: load its module (modprobe macvlan, vlan...)",
  },
  {
    pattern: /missing ip config/i,
    hint: 'no address given: check "ipam"; a pod that asks for its own needs "capabilities": {"ips": true}',
  },
  {
    pattern: /no space left on device/i,
    hint: "a file system of this node is full (see: df -h /var/lib/cni /run)",
  },
  {
    pattern: /operation not permitted|permission denied/i,
    hint: "the runtime must have CAP_NET_ADMIN, and SELinux or AppArmor must let the plugin work",
  },
];

/** The way out for what a plugin said, undefined when it is not known. */
export function hintForPluginMessage(run: FailedPlugin, message: string): string | undefined {
  for (const { pattern, plugins, hint } of knownCauses) {
    const match = plugins === undefined || plugins.includes(run.plugin) ? pattern.exec(message) : null;
    if (match !== null) return typeof hint === "string" ? hint : hint(match, run);
  }
  return undefined;
}
