// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import {
  type Attachment,
  type AttachmentPlan,
  annotationKeys,
  encodeNetworkStatus,
  networkStatusOf,
} from "../../attachments/index.ts";
import type { NodePod } from "../../cluster/index.ts";
import type { CniResult } from "../../cni/index.ts";
import type { JournalEntry, Lookup } from "../../verbs/index.ts";
import { findDropped, lacksStatus, repairStatuses } from "./repair-statuses.ts";

const web = { namespace: "default", name: "web", uid: "uid-1" };
const aNodePod = (changes: Partial<NodePod> = {}): NodePod => ({
  ...web,
  nodeName: "node-a",
  phase: "Running",
  hostNetwork: false,
  isDeleting: false,
  annotations: {},
  ...changes,
});
const withStatus = (status: string) => ({ annotations: { [annotationKeys.networkStatus]: status } });

const anAttachment = (role: "primary" | "network", network: string, name: string): Attachment => ({
  role,
  network,
  cniName: network,
  interface: name,
  cniVersion: "1.0.0",
  cniArgs: "",
  plugins: [{ type: "bridge", cniVersion: "1.0.0", stdin: "{}" }],
  disableCheck: false,
  disableGC: false,
  requested: { ips: [], mac: undefined, infinibandGuid: undefined, deviceId: undefined },
  defaultRoutes: { ipv4: { kind: "keep" }, ipv6: { kind: "keep" } },
  device: undefined,
});
const plan: AttachmentPlan = {
  schemaVersion: 1,
  containerId: "c1",
  ifName: "eth0",
  netns: "/run/netns/c1",
  pod: web,
  searchDirs: ["/opt/cni/bin"],
  attachments: [anAttachment("primary", "cbr0", "eth0"), anAttachment("network", "default/mv-a", "net1")],
};
const aResult = (address: string): CniResult => ({ interfaces: [], ips: [{ address }], routes: [], dns: {} });
const anEntry = (changes: Partial<JournalEntry> = {}): JournalEntry => ({
  plan,
  results: new Map([
    [0, aResult("10.42.0.7/24")],
    [1, aResult("192.168.1.7/24")],
  ]),
  origin: "journal",
  ...changes,
});

const rows: readonly [string, Partial<NodePod>, boolean][] = [
  ["has none", {}, true],
  ["is blank", withStatus(" "), true],
  ["says something", withStatus("[]"), false],
  ["is of somebody who knows more", withStatus('[{"name":"hot-plugged"}]'), false],
  ["is not written yet", { phase: "Pending" }, false],
  ["is not needed any more", { phase: "Succeeded" }, false],
  ["belongs to a pod on its way out", { isDeleting: true }, false],
  ["belongs to a pod of the host's network", { hostNetwork: true }, false],
  ["belongs to a system pod, which gets none", { namespace: "kube-system" }, false],
];

test.each(rows)("a status that %s: %j", (_, changes, lacks) => {
  expect(lacksStatus(aNodePod(changes), ["kube-system"])).toBe(lacks);
});

const entries: readonly [string, readonly JournalEntry[], number][] = [
  ["complete", [anEntry()], 1],
  ["of nobody", [], 0],
  ["of another pod of the name", [anEntry({ plan: { ...plan, pod: { ...web, uid: "uid-0" } } })], 0],
  ["of a container without pod", [anEntry({ plan: { ...plan, pod: undefined } })], 0],
  ["not complete: ADD is under way", [anEntry({ results: new Map([[0, aResult("10.42.0.7/24")]]) })], 0],
  ["twice: only the runtime knows which sandbox lives", [anEntry(), anEntry()], 0],
  ["of upstream Multus", [anEntry({ origin: "multus-cache" })], 0],
];

test.each(entries)("an entry %s", (_, journal, found) => {
  expect(findDropped([aNodePod()], journal).length).toBe(found);
});

test("a dropped status is written as it was, tried again while it fails, and not once it is there", async () => {
  const controller = new AbortController();
  const written: string[] = [];
  const refused: Lookup<void> = { kind: "unreachable", error: new Error("away") };
  const answers: Lookup<void>[] = [refused, refused];
  let pods = [aNodePod(), aNodePod({ uid: "uid-other", name: "unknown" })];
  let repaired = 0;
  let lists = 0;
  const repairing = repairStatuses({
    pods: () => pods,
    cluster: () => ({
      async writeNetworkStatus(_, status) {
        const answer = answers.shift();
        if (answer !== undefined) return answer;
        written.push(status);
        pods = [aNodePod(withStatus(status))];
        return { kind: "found", value: undefined };
      },
    }),
    journal: {
      async list() {
        lists += 1;
        if (lists === 1) throw new Error("a disk that fails once");
        return { entries: [anEntry()], unreadable: [] };
      },
    },
    deviceInfo: async () => new Map([[1, { type: "pci" }]]),
    systemNamespaces: [],
    signal: controller.signal,
    log: () => {},
    tell: () => {
      repaired += 1;
    },
    everyMs: 5,
    longestPauseMs: 10,
  });
  await Bun.sleep(250);
  controller.abort();
  await repairing;
  const { results } = anEntry();
  expect(written).toEqual([
    encodeNetworkStatus(networkStatusOf(plan, results, new Map([[1, { type: "pci" }]]))),
  ]);
  expect(repaired).toBe(1);
  for (const part of ["10.42.0.7", "192.168.1.7", "default/mv-a", '"device-info"'])
    expect(written[0]).toContain(part);
});

test("the first look writes nothing: ADD may be writing it", async () => {
  const controller = new AbortController();
  let lists = 0;
  const repairing = repairStatuses({
    pods: () => [aNodePod()],
    cluster: () => ({ writeNetworkStatus: async () => ({ kind: "absent" }) }),
    journal: {
      async list() {
        lists += 1;
        return { entries: [], unreadable: [] };
      },
    },
    deviceInfo: async () => new Map(),
    systemNamespaces: [],
    signal: controller.signal,
    log: () => {},
    everyMs: 60_000,
  });
  await Bun.sleep(20);
  expect(lists).toBe(0);
  controller.abort();
  await repairing;
});
