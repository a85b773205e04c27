// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import type { PodReport, TryReport } from "./report.ts";
import { formatAttached, formatEnd } from "./report-text.ts";

const web: PodReport = {
  ...{
    namespace: "default",
    name: "web",
    ok: true,
    error: undefined,
    detachError: undefined,
    milliseconds: 41.6,
  },
  interfaces: [
    {
      ...{ name: "net1", network: "default/lan", plugins: ["macvlan"], mac: "02:00:00:00:00:01", mtu: 1500 },
      ...{ addresses: ["192.0.2.10/24", "2001:db8::10/64"], milliseconds: 9.4 },
      routes: ["default via 192.0.2.1", "192.0.2.0/24", "198.51.100.0/24 via 192.0.2.1"],
    },
  ],
  status: [{ name: "default/lan", interface: "net1", ips: ["192.0.2.10", "2001:db8::10"], dns: {} }],
};

const long = `pod default/db: ${"cause ".repeat(40).trim()}`;
const db: PodReport = {
  ...{ ...web, name: "db", ok: false, interfaces: [], status: [] },
  error: {
    code: 7,
    message: `${long.slice(0, 150)}…; way out`,
    details: `${long}; way out\nmore for the log`,
  },
};

const report: TryReport = {
  ...{ schemaVersion: 1, verdict: "failed", pods: [web, db] },
  node: {
    pluginDirs: ["/opt/cni/bin", "/usr/lib/cni"],
    interfaces: ["eth1"],
    primary: "pod-network, somewhere",
  },
  pings: [
    {
      ...{ pod: "default/web", interface: "net1", to: "192.0.2.1", target: "gateway of default/lan" },
      ...{ ok: true, milliseconds: 0.123, reason: undefined },
    },
    {
      ...{ pod: "default/web", interface: "net1", to: "192.0.2.9", target: "pod default/x net1" },
      ...{ ok: false, milliseconds: undefined, reason: "no answer within 4 s" },
    },
  ],
  notPinged: ["the gateway of x: there is none"],
  missingPlugins: [
    { plugin: "ovs", neededBy: ["default/a", "default/b"], howToGet: "install it" },
    { plugin: "ovs-ipam", neededBy: ["default/a"], howToGet: "install it" },
  ],
  ignored: [
    { kind: "Secret", name: "s1", place: "f.yaml:1", reason: undefined },
    { kind: "Secret", name: "s2", place: "f.yaml:9", reason: undefined },
    { kind: "Pod", name: "h", place: "f.yaml:5", reason: "it is on the host" },
  ],
  left: { links: [], leases: [], journal: [] },
};

test("a person reads what was made, what pods got and why not, who answered, and what is missing", () => {
  expect(formatAttached(report, { colour: false }).split("\n")).toEqual([
    "plugins  /opt/cni/bin, /usr/lib/cni",
    "primary  pod-network, somewhere",
    "node     made eth1",
    "ignored  Pod h (f.yaml:5): it is on the host",
    "ignored  Secret s1 (f.yaml:1) and 1 more: nothing that attaches a pod",
    "",
    "pod default/web: attached, 1 interface, 42 ms",
    "  INTERFACE  NETWORK  ADDRESS          MAC                ROUTE                          PLUGIN   MS",
    "  net1       lan      192.0.2.10/24    02:00:00:00:00:01  default via 192.0.2.1          macvlan   9",
    "                      2001:db8::10/64                     198.51.100.0/24 via 192.0.2.1",
    "  annotation k8s.v1.cni.cncf.io/network-status",
    '    {"name":"default/lan", "interface":"net1", "ips":["192.0.2.10", "2001:db8::10"], "dns":{}}',
    "",
    "pod default/db: not attached",
    `  ${Array(16).fill("cause").join(" ")}`,
    `  ${Array(16).fill("cause").join(" ")}`,
    `  ${Array(8).fill("cause").join(" ")}; way out`,
    "",
    "pings",
    "  FROM              TO         WHICH IS                ANSWER",
    "  default/web net1  192.0.2.1  gateway of default/lan  0.123 ms",
    "  default/web net1 to 192.0.2.9: no answer within 4 s",
    "  not pinged: the gateway of x: there is none",
    "",
    "missing plugins (looked in /opt/cni/bin, /usr/lib/cni)",
    "  ovs (for default/a, default/b), ovs-ipam (for default/a): install it",
  ]);
});

test("the end says what was attached, who answered and that nothing is left", () => {
  expect(formatEnd(report, { colour: false })).toBe(
    "failed: 1 of 2 pods attached, 1 of 2 pings answered\nnothing left: 0 links, 0 leases, 0 journal entries",
  );
});

test("what is left is named, and what DEL complained of", () => {
  const detachError = { code: 5, message: "pod default/web: cannot", details: undefined };
  const left = { links: ["veth1"], leases: ["lan/192.0.2.10"], journal: ["a@eth0.jsonl", "b@eth0.jsonl"] };
  const pods = [{ ...web, detachError }];
  expect(formatEnd({ ...report, pods, pings: [], left }, { colour: false }).split("\n")).toEqual([
    ...["pod default/web: not detached", "  cannot", ""],
    "failed: 1 of 1 pods attached, 0 of 0 pings answered",
    "left behind: 1 link, 1 lease, 2 journal entries",
    ...["  veth1", "  lan/192.0.2.10", "  a@eth0.jsonl", "  b@eth0.jsonl"],
  ]);
});

test("colours change nothing but colours", () => {
  const plain = (text: string) => Bun.stripANSI(text);
  for (const format of [formatAttached, formatEnd]) {
    const coloured = format(report, { colour: true });
    expect(coloured).toContain("\u001b[");
    expect(plain(coloured)).toBe(format(report, { colour: false }));
  }
});

test("no line is wider than 100 characters", () => {
  const names = { network: `default/${"long-name-".repeat(6)}end`, plugins: ["a-plugin-of-a-long-name"] };
  const pods = web.interfaces.map((one) => ({ ...web, interfaces: [{ ...one, ...names }] }));
  const lines = formatAttached({ ...report, pods }, { colour: false }).split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
});
