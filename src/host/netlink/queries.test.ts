// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { withNetlink } from "../namespace.ts";
import { testNamespace } from "../namespace-testbed.ts";
import {
  addAddress,
  changeLink,
  createLink,
  deleteLink,
  findLink,
  listAddresses,
  listLinks,
  listRoutes,
  NetlinkError,
} from "./index.ts";

test("a bridge with a port, addresses and all, as `ip` sees it", async () => {
  using namespace = testNamespace();
  await withNetlink(namespace.path, async (netlink) => {
    const bridge = await createLink(netlink, { kind: "bridge", name: "br0" });
    const port = await createLink(netlink, { kind: "veth", name: "port", peer: "far" });
    expect(bridge).toMatchObject({ name: "br0", kind: "bridge", up: false, loopback: false });
    await changeLink(netlink, bridge, { mac: "02:00:00:00:00:aa", up: true });
    await changeLink(netlink, port, { master: bridge.index, mtu: 1400, up: true });
    await addAddress(netlink, bridge, "10.9.0.1/24");
    await addAddress(netlink, bridge, "fd00:9::1/64");
    expect(await findLink(netlink, "port")).toMatchObject({
      kind: "veth",
      master: bridge.index,
      mtu: 1400,
      up: true,
    });
    expect(await findLink(netlink, "br0")).toMatchObject({ mac: "02:00:00:00:00:aa", up: true });
    expect(await listAddresses(netlink)).toContainEqual({
      family: "ipv6",
      link: bridge.index,
      cidr: "fd00:9::1/64",
      scope: 0,
    });
    expect(namespace.ip("-br address show dev br0")).toContain("10.9.0.1/24 fd00:9::1/64");
    await deleteLink(netlink, port);
    expect((await listLinks(netlink)).map(({ name }) => name)).not.toContain("far");
  });
});

test("a macvlan on a parent, with another hardware address", async () => {
  using namespace = testNamespace(["link add eth9 type veth peer name far"]);
  await withNetlink(namespace.path, async (netlink) => {
    const parent = (await findLink(netlink, "eth9"))?.index ?? 0;
    expect(await createLink(netlink, { kind: "macvlan", name: "mac0", parent })).toMatchObject({
      kind: "macvlan",
      parent,
    });
    expect(namespace.ip("-d link show mac0")).toContain("macvlan mode bridge");
  });
});

test("a link moves to another namespace under another name", async () => {
  using from = testNamespace();
  using to = testNamespace();
  const target = openSync(to.path, "r");
  await withNetlink(from.path, async (netlink) => {
    const link = await createLink(netlink, { kind: "veth", name: "goes", peer: "stays" });
    await changeLink(netlink, link, { namespace: target, name: "eth0" });
    expect(await findLink(netlink, "goes")).toBeUndefined();
  });
  closeSync(target);
  expect(await withNetlink(to.path, (netlink) => findLink(netlink, "eth0"))).toMatchObject({ kind: "veth" });
});

test("a long list comes whole: 300 links and 2000 routes", async () => {
  const links = Array.from({ length: 150 }, (_, at) => `link add a${at} type veth peer name b${at}`);
  using namespace = testNamespace();
  await withNetlink(namespace.path, async (netlink) => {
    for (const line of links) {
      const [name = "", peer = ""] = line.match(/[ab]\d+/g) ?? [];
      await createLink(netlink, { kind: "veth", name, peer });
    }
    expect((await listLinks(netlink)).filter(({ kind }) => kind === "veth")).toHaveLength(300);
  });
  const batch = Array.from({ length: 2000 }, (_, at) => `route add 10.${at >> 8}.${at & 255}.0/24 dev lo\n`);
  const stdin = Buffer.from(batch.join(""));
  expect(Bun.spawnSync(["nsenter", `--net=${namespace.path}`, "ip", "-b", "-"], { stdin }).exitCode).toBe(0);
  const routes = await withNetlink(namespace.path, (netlink) => listRoutes(netlink, "ipv4"));
  expect(routes.filter(({ destination }) => destination.endsWith("/24"))).toHaveLength(2000);
});

test("a list read while it changes is whole, and holds nothing twice", async () => {
  using namespace = testNamespace();
  const pairs = Array.from({ length: 60 }, (_, at) => `link add a${at} type veth peer name b${at}\n`);
  const churn = Array.from({ length: 10 }, () => "link add busy type bridge\nlink del busy\n");
  const batch = ["nsenter", `--net=${namespace.path}`, "ip", "-b", "-"];
  expect(Bun.spawnSync(batch, { stdin: Buffer.from(pairs.join("")) }).exitCode).toBe(0);
  const busy = Bun.spawn(batch, { stdin: Buffer.from(churn.join("")) });
  const end = performance.now() + 400;
  await withNetlink(namespace.path, async (netlink) => {
    while (busy.exitCode === null && performance.now() < end) {
      const names = (await listLinks(netlink)).filter(({ kind }) => kind === "veth").map(({ name }) => name);
      expect([names.length, new Set(names).size]).toEqual([120, 120]);
    }
  });
  expect(await busy.exited).toBe(0);
});

test("what the kernel refuses has a name and says what was being done", async () => {
  using namespace = testNamespace();
  await withNetlink(namespace.path, async (netlink) => {
    await createLink(netlink, { kind: "bridge", name: "br0" });
    const twice = () => createLink(netlink, { kind: "bridge", name: "br0" });
    await expect(twice()).rejects.toThrow(new NetlinkError('making the bridge link "br0"', "EEXIST"));
    await expect(twice()).rejects.toThrow('making the bridge link "br0": EEXIST (there is one already)');
    expect(await findLink(netlink, "br1")).toBeUndefined();
  });
});

test("addresses that are none are refused before the kernel is asked", async () => {
  using namespace = testNamespace();
  await withNetlink(namespace.path, async (netlink) => {
    const bridge = await createLink(netlink, { kind: "bridge", name: "br0" });
    await expect(addAddress(netlink, bridge, "10.0.0.256/24")).rejects.toThrow(NetlinkError);
  });
});
