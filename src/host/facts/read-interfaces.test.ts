// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { machineOf } from "./fixtures/machine-of.ts";
import { readInterfaces } from "./read-interfaces.ts";
import { readRoutes } from "./read-routes.ts";

const route = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0101A8C0	0003	0	0	100	00000000	0	0	0
eth0	0001A8C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
cni0	00002A0A	00000000	0001	0	0	0	00FFFFFF	0	0	0
*	0000FE0A	00000000	0200	0	0	0	0000FFFF	0	0	0
`;
const trie = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 192.168.1.0
        /24 link UNICAST
Local:
  +-- 0.0.0.0/0 3 0 5
     |-- 10.42.0.1
        /32 host LOCAL
     |-- 10.42.0.255
        /32 link BROADCAST
     +-- 127.0.0.0/8 2 0 2
        |-- 127.0.0.1
           /32 host LOCAL
     |-- 192.168.1.7
        /32 host LOCAL
`;
const link = (index: number, flags: string, more: Readonly<Record<string, string>> = {}) =>
  ({ ifindex: `${index}\n`, flags, mtu: "1450\n", address: "02:00:00:00:00:01\n", ...more }) as const;

function machineFiles() {
  const interfaces = {
    lo: link(1, "0x9", { mtu: "65536" }),
    eth0: link(2, "0x1003", { carrier: "1\n", "device/vendor": "0x1af4" }),
    cni0: link(3, "0x1003", { uevent: "DEVTYPE=bridge\nINTERFACE=cni0\nIFINDEX=3\n" }),
    eth1: link(4, "0x1002"),
  };
  const sys = Object.entries(interfaces).flatMap(([name, files]) =>
    Object.entries(files).map(([file, text]) => [`/sys/class/net/${name}/${file}`, text] as const),
  );
  return {
    ...Object.fromEntries(sys),
    "/sys/class/net/bonding_masters": "",
    "/sys/class/net/eth1/master": { link: "../cni0" },
    "/proc/net/route": route,
    "/proc/net/fib_trie": trie,
    "/proc/net/if_inet6":
      "00000000000000000000000000000001 01 80 10 80       lo\nfe800000000000000000000000000001 02 40 20 80     eth0\n",
    "/proc/net/ipv6_route": `00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe8000000000000000000000000000ff 00000400 00000001 00000000 00000003     eth0
fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
fe800000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001     eth0
ff000000000000000000000000000000 08 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
`,
  };
}

test("interfaces of a recorded machine", () => {
  using recorded = machineOf(machineFiles());
  expect(readInterfaces(recorded.machine)).toMatchObject([
    { name: "lo", index: 1, loopback: true, mtu: 65536, addresses: ["127.0.0.1/8", "::1/128"] },
    { name: "eth0", up: true, carrier: true, physical: true, addresses: ["192.168.1.7/24", "fe80::1/64"] },
    { name: "cni0", kind: "bridge", physical: false, mtu: 1450, addresses: ["10.42.0.1/24"] },
    { name: "eth1", up: false, controller: "cni0", addresses: [] },
  ]);
});

test("routes of a recorded machine", () => {
  using recorded = machineOf(machineFiles());
  const routes = readRoutes(recorded.machine).map(
    ({ destination, gateway = "-", interface: name = "-", metric }) =>
      `${destination} ${gateway} ${name} ${metric}`,
  );
  expect(routes).toEqual([
    "0.0.0.0/0 192.168.1.1 eth0 100",
    "192.168.1.0/24 - eth0 100",
    "10.42.0.0/24 - cni0 0",
    "::/0 fe80::ff eth0 1024",
    "fe80::/64 - eth0 256",
  ]);
});

test("what a recording does not have is not made up", () => {
  using some = machineOf({ "/proc/net/dev": "Inter-| Receive\n face |bytes\n  eth0: 1 2\n    lo: 1 2\n" });
  expect(readInterfaces(some.machine)).toMatchObject([
    { name: "eth0", addresses: undefined, mtu: undefined, physical: undefined },
    { name: "lo", loopback: true },
  ]);
  using empty = machineOf({});
  expect(() => readInterfaces(empty.machine)).toThrow("there is no /sys/class/net");
  expect(() => readRoutes(empty.machine)).toThrow("there is no /proc/net/route");
});
