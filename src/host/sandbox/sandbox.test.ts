// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { withNetlink } from "../namespace.ts";
import { listLinks } from "../netlink/index.ts";
import { runInSandbox, type TestUser } from "./sandbox-testbed.ts";

const users: readonly TestUser[] = ["root", "nobody"];
const here = (file: string): string => join(import.meta.dir, file);
const route = (family: string, destination: string, name: string, gateway?: string): object =>
  expect.objectContaining({ family, destination, interface: name, ...(gateway && { gateway }) });
const answered = { kind: "answered", milliseconds: expect.any(Number) };
const nothing = { links: [], bridges: [], leases: [], files: [], namespaces: [] };

/** What of the real host a sandbox could have changed. */
async function hostState(): Promise<unknown> {
  const links = (await withNetlink(undefined, listLinks)).map(({ name }) => name);
  const forwarding = readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8");
  const ours = ["/run/tour-was-here", "/run/plures-lan", "/run/netns/tour", "/var/lib/cni/networks/of-eth0"];
  return { links, forwarding, ours: ours.filter((path) => existsSync(path)) };
}

test.each(users)("a pod gets three networks from real plugins, and nothing stays: as %s", async (user) => {
  const before = await hostState();
  const tour = JSON.parse(runInSandbox(user, [here("sandbox-tour.ts")]));
  expect(tour.uid).toBe(0);
  expect(tour.added).toEqual(["ok", "ok", "ok"]);
  expect(tour.deleted).toEqual(["ok", "ok", "ok"]);
  expect(tour.inside.interfaces).toMatchObject([
    { name: "eth0", kind: "veth", mtu: 1500, up: true, addresses: ["10.42.0.2/24", "fd00:42::2/64"] },
    { name: "net1", kind: "macvlan", mtu: 1500, up: true, addresses: ["192.168.10.2/24"] },
    { name: "net2", kind: "macvlan", mtu: 1500, up: true, addresses: ["192.168.10.2/24", "fd00:20::2/64"] },
  ]);
  expect(tour.inside.interfaces[0].mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
  expect(tour.inside.routes).toHaveLength(7);
  expect(tour.inside.routes).toEqual(
    expect.arrayContaining([
      route("ipv4", "0.0.0.0/0", "eth0", "10.42.0.1"),
      route("ipv4", "192.168.10.0/24", "net1"),
      route("ipv4", "192.168.10.0/24", "net2"),
      route("ipv6", "::/0", "eth0", "fd00:42::1"),
      route("ipv6", "fd00:20::/64", "net2"),
    ]),
  );
  expect(tour.pings).toEqual({
    primary: answered,
    primary6: answered,
    net1: answered,
    net2: answered,
    net2v6: answered,
    source: answered,
    nobody: { kind: "silent", sent: 3, received: 0 },
    nowhere: { kind: "unsendable", reason: "ENETUNREACH" },
  });
  expect(tour.during.leases).toEqual([
    "of-eth0/10.42.0.2",
    "of-eth0/fd00:42::2",
    "of-net1/192.168.10.2",
    "of-net2/192.168.10.2",
    "of-net2/fd00:20::2",
  ]);
  expect(tour.during.links).toEqual(["cni0", expect.stringMatching(/^veth/)]);
  expect(tour.during.namespaces).toEqual(["bare", "tour"]);
  expect(tour.after).toEqual({ ...nothing, bridges: ["cni0"] });
  expect(tour.node.forwarding).toBe("1");
  expect(await hostState()).toEqual(before);
});

test.each(users)(
  "the rest of /var/lib is seen and cannot be written, sockets in /run are not seen: as %s",
  (user) => {
    const program = `
    import { existsSync, readdirSync, writeFileSync } from "node:fs";
    import { outsideVariable, prepareSandbox } from ${JSON.stringify(here("index.ts"))};
    await prepareSandbox({ outside: process.env[outsideVariable] });
    let written = "written";
    try { writeFileSync("/var/lib/dpkg/plures-was-here", ""); } catch (error) { written = error.code; }
    console.log(JSON.stringify({ packages: readdirSync("/var/lib/dpkg"), written, dbus: existsSync("/run/dbus") }));`;
    const seen = JSON.parse(runInSandbox(user, ["-e", program]));
    expect(seen.packages).toEqual(readdirSync("/var/lib/dpkg"));
    // Who is root only inside may not write there in any case.
    expect(["EROFS", "EACCES"]).toContain(seen.written);
    expect(user === "nobody" || seen.written === "EROFS").toBe(true);
    expect(seen.dbus).toBe(false);
  },
);

test("state and plugins of a real node: its leases are hidden and stay, its plugins are seen", () => {
  const inner = `
    import { readdirSync, writeFileSync } from "node:fs";
    import { leftovers, outsideVariable, prepareSandbox, recordBaseline } from ${JSON.stringify(here("index.ts"))};
    await prepareSandbox({ outside: process.env[outsideVariable] });
    const baseline = await recordBaseline();
    writeFileSync("/var/lib/cni/inner", "");
    console.log(JSON.stringify({
      state: readdirSync("/var/lib/cni"),
      plugins: readdirSync("/var/lib/rancher/k3s/data/cni"),
      left: await leftovers(baseline),
    }));`;
  // A sandbox plays the node, so that this host stays as it is.
  const outer = `
    import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
    import { outsideVariable, prepareSandbox } from ${JSON.stringify(here("index.ts"))};
    import { runInSandbox } from ${JSON.stringify(here("sandbox-testbed.ts"))};
    await prepareSandbox({ outside: process.env[outsideVariable] });
    mkdirSync("/var/lib/cni/networks/cbr0", { recursive: true });
    writeFileSync("/var/lib/cni/networks/cbr0/10.42.0.9", "real");
    mkdirSync("/var/lib/rancher/k3s/data/cni", { recursive: true });
    writeFileSync("/var/lib/rancher/k3s/data/cni/bridge", "");
    const inside = JSON.parse(runInSandbox("root", ["-e", ${JSON.stringify(inner)}]));
    console.log(JSON.stringify({ inside, state: readdirSync("/var/lib/cni"), leases: readdirSync("/var/lib/cni/networks/cbr0") }));`;
  expect(JSON.parse(runInSandbox("root", ["-e", outer]))).toEqual({
    inside: { state: ["inner"], plugins: ["bridge"], left: { ...nothing, files: ["inner"] } },
    state: ["networks"],
    leases: ["10.42.0.9"],
  });
});

test("a folder whose parents are missing too appears, and nothing outside is written", () => {
  const program = `
    import { existsSync, readdirSync } from "node:fs";
    import { makeMountsPrivate, makePrivateFolder } from ${JSON.stringify(here("private-folder.ts"))};
    makeMountsPrivate();
    makePrivateFolder("/opt/plures-test/deeper/cni", () => true);
    console.log(JSON.stringify([existsSync("/opt/plures-test/deeper/cni"), readdirSync("/opt")]));`;
  const before = readdirSync("/opt");
  const [made, entries] = JSON.parse(runInSandbox("root", ["-e", program]));
  expect(made).toBe(true);
  expect(entries.toSorted()).toEqual([...before, "plures-test"].toSorted());
  expect(readdirSync("/opt")).toEqual(before);
});

const wrongMasters: readonly (readonly [string, readonly string[], string])[] = [
  [
    "a-name-of-16-byte",
    [],
    'adding the interface "a-name-of-16-byte" to the node: no interface can have this name',
  ],
  ["../etc", [], 'adding the interface "../etc" to the node: no interface can have this name'],
  ["lo", [], 'adding the interface "lo" to the node: making the link "lo": EEXIST (there is one already)'],
  [
    "eth7",
    ["192.168.1.1/33"],
    'adding the interface "eth7" to the node: adding the address "192.168.1.1/33" to the link "lan0": EINVAL',
  ],
  [
    "eth8",
    ["192.168.1.256/24"],
    'adding the interface "eth8" to the node: adding the address "192.168.1.256/24" to the link "lan0": EINVAL',
  ],
];

test("masters and addresses that cannot be are named", () => {
  const program = `
    import { addLan, outsideVariable, prepareSandbox } from ${JSON.stringify(here("index.ts"))};
    await prepareSandbox({ outside: process.env[outsideVariable] });
    const messages = [];
    for (const [master, addresses] of ${JSON.stringify(wrongMasters)}) {
      messages.push(await addLan({ master, addresses }).then(() => "fine", (error) => error.message));
    }
    console.log(JSON.stringify(messages));`;
  const messages = JSON.parse(runInSandbox("nobody", ["-e", program]));
  wrongMasters.forEach(([, , expected], at) => {
    expect(messages[at]).toStartWith(expected);
  });
});
