// SPDX-License-Identifier: Apache-2.0
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { TryReport } from "../../src/cli/try/report.ts";
import { nothingLeft, tryJson } from "./run-plures.ts";

// IPv6 looks for duplicates of each address, and a machine that tests is busy.
setDefaultTimeout(60_000);

/** What each pod of examples/broken must be told: what was wrong and where, then the way out. */
const sentences: Readonly<Record<string, RegExp>> = {
  "broken-json": /default\/comma spec\.config: line 5 column 1: take out the comma before this '}'/,
  "host-bits": /net1 \(default\/host-bits, plugin macvlan\).*192\.168\.1\.0/,
  "missing-plugin": /default\/no-plugin \(plugin sriov\): no such plugin in .*sriov-cni/,
  "missing-ipam": /default\/no-ipam-plugin \(plugin whereabouts\): no such plugin in .*whereabouts$/,
  "empty-list": /default\/no-plugins-at-all spec\.config: the network has no plugins; add at least one/,
  "plugin-path": /default\/slash spec\.config: "type" "\.\.\/macvlan" is invalid/,
  "missing-network": /"default\/nowhere" does not exist; create it, or correct the name/,
  "wrong-namespace": /"default\/other-team" does not exist; .*"team-b\/other-team"/,
  "two-default-routes": /two IPv4 default routes, a pod has one; keep "default-route" on one network/,
  "long-interface": /element 1: interface "a-very-long-interface".*at most 15 bytes/,
  "same-interface": /would both have interface "data0"; give one of them another/,
  "bad-mac": /element 1: mac "02:00:00:00:60" is no MAC address; write six bytes/,
  "bad-ip": /element 1: ips "192\.168\.060\.7" is no IP address; .*without leading zeros/,
  "mixed-forms": /mixes a JSON list with a comma list; write all networks as a comma list/,
  "ignored-wish": /"default\/l2-only" gave .*instead of the requested 192\.168\.63\.77\/24; add to the NAD/,
};

let ran: { readonly exitCode: number; readonly report: TryReport };

beforeAll(() => {
  ran = tryJson("-f", "examples/broken");
});

test("examples/broken: every broken pod has a sentence here, and the sound one is attached all the same", () => {
  const { exitCode, report } = ran;
  expect(exitCode).toBe(3);
  expect(report.verdict).toBe("failed");
  expect(report.pods.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(Object.keys(sentences));
  expect(report.pods.filter(({ ok }) => ok)).toMatchObject([
    { name: "fine", interfaces: [{ name: "eth0" }, { name: "net1", addresses: ["192.168.60.2/24"] }] },
  ]);
});

for (const [name, sentence] of Object.entries(sentences)) {
  test(`examples/broken: ${name} is told in one line what is wrong and what to do`, () => {
    const message = ran.report.pods.find((pod) => pod.name === name)?.error?.message ?? "";
    expect(message).toMatch(sentence);
    expect(message).toStartWith(`pod default/${name}: `);
    expect(message.length).toBeLessThanOrEqual(200);
    expect(message).not.toContain("\n");
  });
}

test("examples/broken: missing plugins are told with the networks that need them", () => {
  expect(ran.report.missingPlugins.map(({ plugin, neededBy }) => ({ plugin, neededBy }))).toEqual([
    { plugin: "sriov", neededBy: ["default/no-plugin"] },
    { plugin: "whereabouts", neededBy: ["default/no-ipam-plugin"] },
  ]);
});

test("examples/broken: what failed leaves nothing behind either", () => {
  expect(ran.report.left).toEqual(nothingLeft);
  expect(ran.report.pods.filter((pod) => pod.detachError !== undefined)).toEqual([]);
});
