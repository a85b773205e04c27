// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import type { DefaultRoute } from "../attachments/index.ts";
import { CniError } from "../cni/index.ts";
import { removeNetworkNamespace } from "../host/namespace.ts";
import { testNamespace } from "../host/namespace-testbed.ts";
import type { PodNamespace } from "../verbs/index.ts";

/** A pod with eth0 and net1, both families, and no default routes. */
const twoInterfaces = [
  "link add eth0 address 02:00:00:00:00:01 type veth peer name p0",
  "link add net1 type veth peer name p1",
  ...["p0", "p1", "eth0", "net1"].map((name) => `link set ${name} up`),
  "addr add 10.42.0.5/24 dev eth0",
  "addr add 192.168.20.3/24 dev net1",
  "addr add fd00:42::5/64 dev eth0 nodad",
  "addr add fd00:20::3/64 dev net1 nodad",
];
const route = (
  family: DefaultRoute["family"],
  dev: string,
  gateway: string | undefined,
  metric?: number,
): DefaultRoute => ({
  family,
  interface: dev,
  gateway,
  metric: metric ?? (family === "ipv4" ? 0 : 1024),
});
const reads: readonly (readonly [string, readonly string[], readonly DefaultRoute[]])[] = [
  ["none", [], []],
  [
    "one of each family",
    ["route add default via 10.42.0.1", "-6 route add default via fd00:42::1"],
    [route("ipv4", "eth0", "10.42.0.1"), route("ipv6", "eth0", "fd00:42::1")],
  ],
  [
    "without gateway",
    ["route add default dev net1 metric 5", "-6 route add default dev net1"],
    [route("ipv4", "net1", undefined, 5), route("ipv6", "net1", undefined)],
  ],
  [
    "multipath",
    [
      "route add default nexthop via 10.42.0.1 nexthop via 192.168.20.1 weight 3",
      "-6 route add default nexthop via fd00:42::1 nexthop via fd00:20::1",
    ],
    [
      route("ipv4", "eth0", "10.42.0.1"),
      route("ipv4", "net1", "192.168.20.1"),
      route("ipv6", "eth0", "fd00:42::1"),
      route("ipv6", "net1", "fd00:20::1"),
    ],
  ],
  [
    "an IPv4 route through an IPv6 gateway",
    ["-4 route add default via inet6 fd00:42::1 dev eth0"],
    [route("ipv4", "eth0", "fd00:42::1")],
  ],
  [
    "other tables, other types and networks are none",
    [
      "route add default via 10.42.0.1 table 100",
      "route add 10.99.0.0/16 via 10.42.0.1",
      "route add unreachable default metric 77",
      "-6 route add unreachable default metric 77",
    ],
    [],
  ],
];
const before = [
  "route add default via 10.42.0.1 mtu 1300",
  "route append default via 192.168.20.1",
  "-6 route add default via fd00:42::1 mtu 1300",
];
interface Change {
  readonly remove?: readonly DefaultRoute[];
  readonly add?: readonly DefaultRoute[];
}
const changes: readonly (readonly [string, readonly string[], Change, readonly DefaultRoute[]])[] = [
  [
    "the primary's go, the network's come",
    ["route add default via 10.42.0.1", "-6 route add default via fd00:42::1"],
    {
      remove: [route("ipv4", "eth0", "10.42.0.1"), route("ipv6", "eth0", "fd00:42::1")],
      add: [route("ipv4", "net1", "192.168.20.1", 0), route("ipv6", "net1", "fd00:0020:0::1", 0)],
    },
    [route("ipv4", "net1", "192.168.20.1"), route("ipv6", "net1", "fd00:20::1")],
  ],
  [
    "one of two of the same metric",
    before,
    { remove: [route("ipv4", "eth0", "10.42.0.1")] },
    [route("ipv4", "net1", "192.168.20.1"), route("ipv6", "eth0", "fd00:42::1")],
  ],
  [
    "what is absent is gone already",
    [],
    { remove: [route("ipv4", "eth0", "10.42.0.1"), route("ipv6", "gone0", undefined)] },
    [],
  ],
  [
    "what is there need not come",
    before,
    { add: [route("ipv4", "net1", "192.168.20.1"), route("ipv6", "eth0", "fd00:42::1", 0)] },
    [
      route("ipv4", "eth0", "10.42.0.1"),
      route("ipv4", "net1", "192.168.20.1"),
      route("ipv6", "eth0", "fd00:42::1"),
    ],
  ],
  [
    "without gateway",
    [],
    { add: [route("ipv4", "net1", undefined), route("ipv6", "net1", undefined)] },
    [route("ipv4", "net1", undefined), route("ipv6", "net1", undefined)],
  ],
  [
    "another metric beside it",
    before,
    { add: [route("ipv4", "net1", "192.168.20.9", 50)] },
    [
      route("ipv4", "eth0", "10.42.0.1"),
      route("ipv4", "net1", "192.168.20.1"),
      route("ipv4", "net1", "192.168.20.9", 50),
      route("ipv6", "eth0", "fd00:42::1"),
    ],
  ],
  [
    "one next hop of several",
    [
      "route add default nexthop via 10.42.0.1 nexthop via 192.168.20.1",
      "-6 route add default nexthop via fd00:42::1 nexthop via fd00:20::1",
    ],
    { remove: [route("ipv4", "eth0", "10.42.0.1"), route("ipv6", "net1", "fd00:20::1")] },
    [route("ipv4", "net1", "192.168.20.1"), route("ipv6", "eth0", "fd00:42::1")],
  ],
  [
    "all next hops",
    ["route add default nexthop via 10.42.0.1 nexthop via 192.168.20.1"],
    { remove: [route("ipv4", "eth0", "10.42.0.1"), route("ipv4", "net1", "192.168.20.1")] },
    [],
  ],
];
const removable = [route("ipv4", "eth0", "10.42.0.1"), route("ipv6", "eth0", "fd00:42::1")];
const failures: readonly (readonly [string, DefaultRoute, RegExp])[] = [
  [
    "an IPv4 gateway that is nowhere",
    route("ipv4", "net1", "172.31.0.1", 70),
    /^adding the IPv4 default route via 172\.31\.0\.1 on "net1": ENETUNREACH \(.*\)$/,
  ],
  [
    "an IPv6 gateway that is nowhere",
    route("ipv6", "net1", "fd00:dead::1"),
    /^adding the IPv6 default route via fd00:dead::1 on "net1": EHOSTUNREACH \(.*\)$/,
  ],
  [
    "a rival of the same metric",
    route("ipv4", "net1", "192.168.20.99"),
    /^adding the IPv4 default route via 192\.168\.20\.99 on "net1": EEXIST \(.*\)$/,
  ],
  [
    "an interface that is not there",
    route("ipv4", "net9", "192.168.20.1"),
    /^adding the IPv4 default route via 192\.168\.20\.1 on "net9": the pod has no such interface$/,
  ],
];
const gone: readonly (readonly [string, (path: string) => void])[] = [
  ["no file", () => {}],
  ["a plain file", (path) => writeFileSync(path, "")],
];

/**
 * What reading and changing pods' network namespaces must do, wherever they are: real ones, and `ip` as the
 * second opinion.
 */
export function describePodNamespace(name: string, pod: PodNamespace): void {
  describe(name, () => {
    test.each(reads)("default routes are read: %s", async (_, lines, expected) => {
      using namespace = testNamespace([...twoInterfaces, ...lines]);
      expect(await pod.defaultRoutes(namespace.path)).toEqual(expected);
    });

    test.each(changes)("default routes are changed: %s", async (_, lines, change, expected) => {
      using namespace = testNamespace([...twoInterfaces, ...lines]);
      const wanted = { remove: [], add: [], ...change };
      await pod.changeDefaultRoutes(namespace.path, wanted);
      expect(await pod.defaultRoutes(namespace.path)).toEqual(expected);
      await pod.changeDefaultRoutes(namespace.path, { remove: [], add: wanted.add });
      expect(await pod.defaultRoutes(namespace.path)).toEqual(expected);
    });

    test("the routes are those that `ip` sees", async () => {
      using namespace = testNamespace([...twoInterfaces, ...before]);
      const add = [route("ipv4", "net1", "192.168.20.7", 9), route("ipv6", "net1", "fd00:20::7", 9)];
      await pod.changeDefaultRoutes(namespace.path, { remove: [], add });
      expect(namespace.ip("route show default")).toContain("default via 192.168.20.7 dev net1 metric 9 ");
      expect(namespace.ip("-6 route show default")).toContain("default via fd00:20::7 dev net1 metric 9 ");
    });

    test.each(failures)(
      "a change that fails is taken back, metrics and order too: %s",
      async (_, add, message) => {
        using namespace = testNamespace([...twoInterfaces, ...before]);
        const tables = (): string => namespace.ip("route show") + namespace.ip("-6 route show");
        const was = tables();
        expect(was).toContain("mtu 1300");
        const failure = await pod
          .changeDefaultRoutes(namespace.path, {
            remove: removable,
            add: [route("ipv4", "net1", "192.168.20.8", 7), add],
          })
          .catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(CniError);
        expect(failure).toMatchObject({
          code: 5,
          message: expect.stringMatching(message),
          hint: expect.any(String),
        });
        expect(tables()).toBe(was);
      },
    );

    test("steps are taken back last one first: a next hop of several", async () => {
      const several = ["-6 route add default nexthop via fd00:42::1 nexthop via fd00:20::1"];
      using namespace = testNamespace([...twoInterfaces, ...several]);
      const was = await pod.defaultRoutes(namespace.path);
      expect(was).toHaveLength(2);
      const change = {
        remove: [route("ipv6", "eth0", "fd00:42::1")],
        add: [route("ipv6", "net1", "fd00:dead::1", 70)],
      };
      await expect(pod.changeDefaultRoutes(namespace.path, change)).rejects.toThrow(/EHOSTUNREACH \(.*\)$/);
      expect(new Set(await pod.defaultRoutes(namespace.path))).toEqual(new Set(was));
    });

    test("a gateway that is no address is refused before anything changes", async () => {
      using namespace = testNamespace([...twoInterfaces, ...before]);
      const change = { remove: removable, add: [route("ipv4", "net1", "192.168.20.1/24")] };
      await expect(pod.changeDefaultRoutes(namespace.path, change)).rejects.toThrow("is no IP address");
      expect(await pod.defaultRoutes(namespace.path)).toHaveLength(3);
    });

    test("an interface is read with hardware address and addresses of both families", async () => {
      using namespace = testNamespace(twoInterfaces);
      expect(await pod.isThere(namespace.path)).toBeTrue();
      const eth0 = await pod.readInterface(namespace.path, "eth0");
      expect(eth0).toMatchObject({ mac: "02:00:00:00:00:01" });
      expect(eth0?.addresses.slice(0, 2)).toEqual(["10.42.0.5/24", "fd00:42::5/64"]);
      expect(eth0?.addresses).toContain("fe80::ff:fe00:1/64");
      expect(await pod.readInterface(namespace.path, "eth9")).toBeUndefined();
    });

    test("an interface is removed, an absent one is fine, and what the kernel keeps is an error", async () => {
      using namespace = testNamespace(twoInterfaces);
      await pod.removeInterface(namespace.path, "eth0");
      expect(await pod.readInterface(namespace.path, "eth0")).toBeUndefined();
      await pod.removeInterface(namespace.path, "eth0");
      expect(await pod.readInterface(namespace.path, "net1")).toBeDefined();
      const kept = pod.removeInterface(namespace.path, "lo");
      await expect(kept).rejects.toMatchObject({ code: 5, message: expect.stringContaining('"lo"') });
    });

    test.each(gone)(
      "a namespace that has gone reads as nothing and cannot be changed: %s",
      async (_, leave) => {
        using namespace = testNamespace();
        removeNetworkNamespace(namespace.path);
        leave(namespace.path);
        expect(await pod.isThere(namespace.path)).toBeFalse();
        expect(await pod.defaultRoutes(namespace.path)).toEqual([]);
        expect(await pod.readInterface(namespace.path, "eth0")).toBeUndefined();
        await pod.removeInterface(namespace.path, "eth0");
        const change = pod.changeDefaultRoutes(namespace.path, { remove: removable, add: [] });
        await expect(change).rejects.toMatchObject({
          code: 3,
          message: expect.stringContaining(namespace.path),
        });
        rmSync(namespace.path, { force: true });
      },
    );

    test("a plain file that never was a namespace is none", async () => {
      expect(await pod.defaultRoutes("/etc/hostname")).toEqual([]);
      expect(await pod.defaultRoutes("/etc/hostname/ns")).toEqual([]);
    });
  });
}
