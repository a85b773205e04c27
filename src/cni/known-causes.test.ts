// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import recordings from "./fixtures/recorded.json";
import { hintForPluginMessage } from "./known-causes.ts";

const reference = "install Debian's containernetworking-plugins or a release of containernetworking/plugins";

/** What the reference plugins 1.1.1 to 1.9.1 and others print, and a part of what helps. */
const messages: readonly (readonly [plugin: string, message: string, hint: string | undefined])[] = [
  ["macvlan", "Link not found", 'the "master" of the network\'s configuration does not exist'],
  ["vlan", "Link not found", 'the "master"'],
  ["ipvlan", 'failed to lookup master "nope0": Link not found', 'the "master"'],
  ["ipvlan", 'failed to lookup master "": Link not found', "no default route"],
  ["host-device", "failed to find host device: Link not found", "the network's device does not exist"],
  ["bridge", "Link not found", "names an interface that this node does not have"],
  [
    "macvlan",
    "error dialing DHCP daemon: dial unix /run/cni/dhcp.sock: connect: no such file or directory",
    "DHCP daemon",
  ],
  [
    "bridge",
    "error dialing DHCP daemon: dial unix /run/cni/dhcp.sock: connect: connection refused",
    "DHCP daemon",
  ],
  ["macvlan", "error calling DHCP.Allocate: no more tries", "no DHCP server answered"],
  [
    "host-local",
    "failed to allocate for range 0: no IP addresses available in range set: 10.9.9.1-10.9.9.2",
    "widen the range",
  ],
  [
    "host-local",
    "failed to allocate for range 0: requested IP address 10.9.9.2 is not available in range set 10.9.9.1-10.9.9.2",
    "ask for another one",
  ],
  [
    "host-local",
    "failed to allocate for range 0: 10.9.9.2 has been allocated to a, duplicate allocation is not allowed",
    "left its lease",
  ],
  [
    "host-local",
    "invalid range set 0: Network has host bits set. For a subnet mask of length 24 the network address is 192.168.1.0",
    'write the "subnet" of the configuration with the address 192.168.1.0',
  ],
  ["bridge", "no IP ranges specified", '"subnet" or "ranges"'],
  [
    "static",
    "the 'address' field is expected to be in CIDR notation, got: '010.1.1.1/24'",
    "without leading zeros",
  ],
  ["host-local", "invalid CIDR address: 10.0.0.0", "without leading zeros"],
  [
    "bridge",
    'incompatible CNI versions; config is "1.1.0", plugin supports ["0.1.0" "0.2.0" "1.0.0"]',
    'set "cniVersion" of the network to one of 0.1.0 0.2.0 1.0.0',
  ],
  ["bridge", "incompatible CNI versions", 'set "cniVersion" of the network to one that the plugin supports'],
  ["bridge", 'failed to find plugin "host-local" in path [/opt/cni/bin]', reference],
  [
    "bridge",
    'failed to find plugin "whereabouts" in path [/opt/cni/bin]',
    "install k8snetworkplumbingwg/whereabouts",
  ],
  [
    "bridge",
    'failed to find plugin "mine" in path [/opt/cni/bin]',
    'install "mine" there, or correct the "type"',
  ],
  ["host-local", 'ARGS: unknown args ["FOO=10.1.9.2"]', "IgnoreUnknown=1"],
  ["tuning", "Required prevResult missing", "put it after another one"],
  ["portmap", "must be called as chained plugin", "put it after another one"],
  [
    "bridge",
    'failed to open netns "/run/netns/gone": failed to Statfs "/run/netns/gone": no such file or directory',
    "namespace is gone",
  ],
  [
    "bridge",
    'failed to open netns "/proc/17/ns/net": failed to Statfs "/proc/17/ns/net": no such file or directory',
    "namespace is gone",
  ],
  [
    "bridge",
    'failed to open netns "/etc/hostname": unknown FS magic on "/etc/hostname": ef53',
    "the namespace's mount is gone",
  ],
  ["bridge", "container veth name provided (net1) already exists", "the name is taken"],
  [
    "sriov",
    'cannot set "" interface name to "net1": validateIfName: interface name net1 already exists',
    "the name is taken",
  ],
  ["macvlan", "failed to create macvlan: file exists", "the name is taken"],
  [
    "bridge",
    "failed to add route '{0.0.0.0 00000000000000000000ffff00000000} via 10.70.0.1 dev eth0': file exists",
    "two routes lead to one destination",
  ],
  ["macvlan", "failed to create macvlan: device or resource busy", "use another one"],
  ["macvlan", "failed to create macvlan: operation not supported", "load its module"],
  ["portmap", 'exec: "iptables": executable file not found in $PATH', "iptables"],
  ["macvlan", "IPAM plugin returned missing IP config", '"capabilities": {"ips": true}'],
  ["host-local", "open /var/lib/cni/networks/a/lock: no space left on device", "is full"],
  ["bridge", "failed to create bridge: operation not permitted", "CAP_NET_ADMIN"],
  ["bridge", "something new", undefined],
  ["bridge", "", undefined],
];

test.each(messages)("%s says %j", (plugin, message, hint) => {
  const found = hintForPluginMessage({ plugin: plugin }, message);
  if (hint === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(hint);
});

test("a hint leaves room for the cause in a line of 200 characters", () => {
  const hints = messages.map(([plugin, message]) => hintForPluginMessage({ plugin: plugin }, message) ?? "");
  expect(hints.filter((hint) => hint.length > 105)).toEqual([]);
});

/** Failures of plugins, not of upstream itself, that the recorded node saw. */
const recorded = [
  ["add-bad-dhcp-exit1", "macvlan", "DHCP daemon"],
  ["add-bad-host-bits-exit1", "macvlan", "192.168.1.0"],
  ["add-bad-master-exit1", "macvlan", '"master"'],
  ["add-bad-plugin-exit1", "bridge", 'install "whereami" there'],
  ["add-one-ip-b-exit1", "macvlan", "widen the range"],
] as const;

test.each(recorded)("the recorded failure %s of %s has a way out", (name, plugin, hint) => {
  const record = recordings.find((candidate) => candidate.name === name);
  const { msg } = JSON.parse(record?.stdout ?? "{}");
  const cause = String(msg).split("ERRORED: ")[1]?.split("': StdinData")[0] ?? "";
  expect(hintForPluginMessage({ plugin: plugin }, cause)).toContain(hint);
});
