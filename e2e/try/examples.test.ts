// SPDX-License-Identifier: Apache-2.0
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { InterfaceReport, TryReport } from "../../src/cli/try/report.ts";
import { nothingLeft, tryJson } from "./run-plures.ts";

// IPv6 looks for duplicates of each address, and a machine that tests is busy.
setDefaultTimeout(60_000);

const anyMac = expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);

type Wanted = Partial<Record<keyof InterfaceReport, unknown>>;

interface Example {
  readonly name: string;
  readonly exitCode: number;
  /** By pod; undefined for one that must not be attached. */
  readonly pods: Readonly<Record<string, readonly Wanted[] | undefined>>;
  /** `pod interface address` of every ping that must have been answered. */
  readonly pings: readonly string[];
}

const eth0 = (address: string): Wanted => ({
  name: "eth0",
  network: "pod-network",
  plugins: ["bridge"],
  addresses: [address],
  routes: ["default via 10.244.0.1", "10.244.0.0/24"],
});

const examples: readonly Example[] = [
  {
    name: "two-networks-pod",
    exitCode: 0,
    pods: {
      "default/web": [
        eth0("10.244.0.2/24"),
        {
          ...{ name: "net1", network: "default/office-lan", plugins: ["macvlan"], mac: anyMac, mtu: 1500 },
          ...{ addresses: ["192.168.10.100/24"], routes: ["192.168.10.0/24"] },
        },
        { name: "data0", network: "default/storage", plugins: ["bridge"], addresses: ["172.20.0.2/24"] },
      ],
      "default/database": [
        eth0("10.244.0.3/24"),
        { name: "net1", network: "default/storage", addresses: ["172.20.0.3/24"] },
      ],
    },
    pings: [
      ...["default/web eth0 10.244.0.1", "default/web net1 192.168.10.1", "default/web data0 172.20.0.1"],
      ...["default/database eth0 10.244.0.1", "default/database net1 172.20.0.1"],
      ...["default/web eth0 10.244.0.3", "default/web data0 172.20.0.3"],
    ],
  },
  {
    name: "default-route",
    exitCode: 0,
    pods: {
      "default/router-client": [
        { name: "eth0", addresses: ["10.244.0.2/24"], routes: ["10.244.0.0/24"] },
        {
          ...{ name: "net1", network: "default/uplink", addresses: ["192.168.20.50/24"] },
          routes: ["default via 192.168.20.1", "192.168.20.0/24"],
        },
      ],
    },
    pings: ["default/router-client eth0 10.244.0.1", "default/router-client net1 192.168.20.1"],
  },
  {
    name: "static-ip-and-mac",
    exitCode: 0,
    pods: {
      "default/printer": [
        eth0("10.244.0.2/24"),
        { name: "net1", addresses: ["192.168.40.10/24"], mac: "02:00:00:00:40:10", plugins: ["macvlan"] },
        { name: "net2", addresses: ["192.168.41.77/24"], mac: "02:00:00:00:41:77", plugins: ["bridge"] },
      ],
    },
    pings: ["default/printer eth0 10.244.0.1", "default/printer net2 192.168.41.1"],
  },
  {
    name: "chained-plugins",
    exitCode: 0,
    pods: {
      "default/slow-reader": [
        eth0("10.244.0.2/24"),
        {
          ...{ name: "net1", network: "default/shaped", plugins: ["bridge", "tuning", "bandwidth"] },
          ...{ mtu: 1400, addresses: ["172.21.0.2/24"] },
        },
      ],
    },
    pings: ["default/slow-reader eth0 10.244.0.1", "default/slow-reader net1 172.21.0.1"],
  },
  {
    name: "dual-stack",
    exitCode: 0,
    pods: {
      "default/speaks-both": [
        {
          ...{ name: "eth0", addresses: ["10.244.0.2/24", "fd00:10:244::2/64"] },
          routes: ["default via 10.244.0.1", "10.244.0.0/24", "fd00:10:244::/64"],
        },
        {
          ...{ name: "net1", addresses: ["192.168.30.2/24", "fd00:30::2/64"] },
          routes: ["192.168.30.0/24", "fd00:30::/64", "default via fd00:30::1"],
        },
      ],
      "default/neighbour": [
        {
          ...{ name: "eth0", addresses: ["10.244.0.3/24", "fd00:10:244::3/64"] },
          routes: [
            ...["default via 10.244.0.1", "10.244.0.0/24"],
            ...["fd00:10:244::/64", "default via fd00:10:244::1"],
          ],
        },
        { name: "net1", addresses: ["192.168.30.3/24", "fd00:30::3/64"] },
      ],
    },
    pings: ["speaks-both", "neighbour"]
      .flatMap((pod) => [`default/${pod} eth0`, `default/${pod} net1`])
      .flatMap((end) =>
        end.endsWith("eth0")
          ? [`${end} 10.244.0.1`, `${end} fd00:10:244::1`]
          : [`${end} 192.168.30.1`, `${end} fd00:30::1`],
      )
      .concat(
        ["default/speaks-both eth0 10.244.0.3", "default/speaks-both eth0 fd00:10:244::3"],
        ["default/speaks-both net1 192.168.30.3", "default/speaks-both net1 fd00:30::3"],
      ),
  },
  {
    name: "isolation",
    exitCode: 3,
    pods: {
      "bank/teller": [
        eth0("10.244.0.2/24"),
        { name: "net1", network: "bank/vault", addresses: ["172.22.0.2/24"] },
        { name: "net2", network: "shared-networks/lan", addresses: ["192.168.50.2/24"] },
      ],
      "street/visitor": undefined,
    },
    pings: ["bank/teller eth0 10.244.0.1", "bank/teller net2 192.168.50.1"],
  },
];

test("every folder of examples is run here or in broken.test.ts, and has a README with its output", () => {
  const folder = join(import.meta.dir, "../../examples");
  const names = [...examples.map(({ name }) => name), "broken"];
  expect(readdirSync(folder).toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(existsSync(join(folder, name, "README.md"))).toBe(true);
});

for (const { name, exitCode, pods, pings } of examples) {
  test(`examples/${name}: every pod gets what its README says, and nothing stays`, () => {
    const ran = tryJson("-f", `examples/${name}`);
    expect(ran.exitCode).toBe(exitCode);
    expect(attachedIn(ran.report)).toEqual(
      Object.entries(pods).map(([pod, interfaces]) => ({
        pod,
        ok: interfaces !== undefined,
        interfaces: (interfaces ?? []).map((wanted) => expect.objectContaining(wanted)),
      })),
    );
    expect(ran.report.pings.map((ping) => `${ping.pod} ${ping.interface} ${ping.to}`)).toEqual([...pings]);
    expect(ran.report.pings.filter(({ ok }) => !ok)).toEqual([]);
    expect(ran.report.left).toEqual(nothingLeft);
  });
}

function attachedIn({ pods }: TryReport) {
  return pods.map(({ namespace, name, ok, interfaces }) => ({ pod: `${namespace}/${name}`, ok, interfaces }));
}

test("examples/two-networks-pod: network-status has an entry per network, the primary as the default", () => {
  const { report } = tryJson("-f", "examples/two-networks-pod", "--pod", "web");
  const common = { mac: anyMac, dns: {} };
  expect(report.pods[0]?.status).toEqual([
    { name: "pod-network", interface: "eth0", ips: ["10.244.0.2"], default: true, ...common },
    { name: "default/office-lan", interface: "net1", ips: ["192.168.10.100"], ...common },
    { name: "default/storage", interface: "data0", ips: ["172.20.0.2"], ...common },
  ]);
});

test("examples/isolation: the refusal names the network and both ways out", () => {
  const { report } = tryJson("-f", "examples/isolation", "--pod", "street/visitor");
  expect(report.pods.map(({ error }) => error?.message)).toEqual([
    expect.stringMatching(/^pod street\/visitor: network "bank\/vault" .*make a NAD "vault" in "street"/),
  ]);
});
