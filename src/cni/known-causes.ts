// SPDX-License-Identifier: Apache-2.0
import { howToGetPlugin } from "./plugin-packages.ts";

interface KnownCause {
  /** Tried on the plugin's message together with its details. */
  readonly pattern: RegExp;
  /** Only when the message comes from one of these; absent means from any. */
  readonly plugins?: readonly string[];
  /** The way out; `match` is that of the pattern. */
  readonly hint: string | ((match: RegExpExecArray) => string);
}

/** What plugins say and what it means; the first row that fits wins. */
const knownCauses: readonly KnownCause[] = [
  {
    pattern: /link not found|no such (?:network )?(?:device|interface)/i,
    plugins: ["macvlan", "ipvlan", "vlan", "bond", "sriov"],
    hint: 'the "master" of the network\'s configuration does not exist on this node (see: ip link)',
  },
  {
    pattern: /link not found|failed to find network device|no such network interface/i,
    plugins: ["host-device"],
    hint: "the device of the network's configuration does not exist on this node or is in use by another pod (see: ip link)",
  },
  {
    pattern: /link not found/i,
    hint: "an interface that the network's configuration names does not exist on this node (see: ip link)",
  },
  {
    pattern: /error dialing dhcp daemon|dhcp\.sock/i,
    hint: "the DHCP daemon of the CNI plugins does not run on this node: start `dhcp daemon` (Debian: systemctl enable --now cni-dhcp.socket)",
  },
  {
    pattern: /no more tries|dhcp.*(?:timed? ?out|timeout)/i,
    plugins: ["macvlan", "ipvlan", "bridge", "vlan", "host-device", "dhcp"],
    hint: "no DHCP server answered on this network: check the cabling, the VLAN and the server's pool",
  },
  {
    pattern: /requested (?:ip )?address\b.*not available|requested ip.*(?:not available|reserved)/i,
    hint: "the requested address is in use or reserved: ask for another one, or delete the pod that holds it",
  },
  {
    pattern: /no ip addresses available/i,
    hint: "every address of the range is taken: widen the range, or remove leases of pods that are gone (/var/lib/cni/networks)",
  },
  {
    pattern: /duplicate allocation/i,
    hint: "an earlier ADD of this container left its lease: the runtime must DEL the container before it tries again",
  },
  {
    pattern: /host bits set.*network address is (\S+)/is,
    hint: (match) => `write the network address into the "subnet" of the configuration: ${match[1]}`,
  },
  {
    pattern: /no ip ranges specified/i,
    hint: 'give "ipam" a "subnet" or "ranges" in the network\'s configuration',
  },
  {
    pattern: /invalid cidr address/i,
    hint: "write addresses as 10.1.2.0/24, without leading zeros, in the network's configuration",
  },
  {
    pattern: /incompatible cni versions?.*plugin supports \[([^\]]*)\]/is,
    hint: (match) =>
      `set "cniVersion" of the network to one that the plugin supports: ${match[1]
        ?.replaceAll('"', "")
        .split(/[\s,]+/)
        .join(", ")}`,
  },
  {
    pattern: /incompatible cni versions?/i,
    hint: 'set "cniVersion" of the network to one that the plugin supports, or install a newer plugin',
  },
  {
    pattern: /failed to find plugin "([^"]+)"/i,
    hint: (match) => howToGetPlugin(match[1] ?? ""),
  },
  {
    pattern: /unknown args/i,
    hint: "the plugin does not know a key of CNI_ARGS: add IgnoreUnknown=1 to CNI_ARGS",
  },
  {
    pattern: /(?:netns|\/proc\/\d+\/ns\/net).*no such file or directory|unknown fs magic/i,
    hint: "the pod's network namespace is gone: the pod has ended, or the runtime keeps its namespaces where plugins cannot see them",
  },
  {
    pattern: /(?:interface|veth|link).*already exists|file exists/i,
    hint: "the name is taken: an earlier ADD left it there, or two networks ask for the same interface name",
  },
  {
    pattern: /device or resource busy/i,
    hint: "the master is part of a bridge, bond or another kind of child (macvlan and ipvlan exclude each other): use another master",
  },
  {
    pattern: /executable file not found|could not find.*iptables|iptables.*not found/i,
    hint: "the plugin runs another program, such as iptables, that is not installed on this node",
  },
  {
    pattern: /operation not supported|protocol not supported|unknown device type/i,
    hint: "the kernel of this node cannot do it: load the module of that kind of interface (modprobe macvlan, vlan, ipvlan...)",
  },
  {
    pattern: /missing ip config/i,
    hint: 'no address was given: check "ipam", and "capabilities": {"ips": true} when the pod asks for an address of its own',
  },
  {
    pattern: /no space left on device/i,
    hint: "a file system of this node is full (see: df -h /var/lib/cni /run)",
  },
  {
    pattern: /operation not permitted|permission denied/i,
    hint: "the plugin needs more privileges than the container runtime has (CAP_NET_ADMIN, SELinux, AppArmor)",
  },
];

/** The way out for what a plugin said, undefined when it is not known. */
export function hintForPluginMessage(plugin: string, message: string): string | undefined {
  for (const { pattern, plugins, hint } of knownCauses) {
    const match = plugins === undefined || plugins.includes(plugin) ? pattern.exec(message) : null;
    if (match !== null) return typeof hint === "string" ? hint : hint(match);
  }
  return undefined;
}
