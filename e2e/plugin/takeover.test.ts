// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import recordedState from "../../src/attachments/fixtures/recorded-multus-state.json";
import { inspectPod } from "../../src/host/sandbox/index.ts";
import { leasesOf, linksInPod, nothing, podLinks, settledLeftovers } from "./leftovers.ts";
import { type PluginNode, startNode } from "./node.ts";
import type { TestPod } from "./objects.ts";
import {
  prepareReplays,
  type Replayable,
  recordedObjects,
  recordedPod,
  recordedRequest,
  replay,
} from "./recordings.ts";
import { makeNamespace, removeNamespace } from "./runtime.ts";

setDefaultTimeout(30_000);

const cniDir = "/var/lib/cni/multus";

/**
 * What a running pod of the recorded node had, by its networks: an interface and a lease each, but static
 * addresses need none.
 */
const rows = [
  { pod: "plain", links: ["eth0 veth"], networks: ["cbr0"] },
  { pod: "two-nets", links: ["eth0 veth", "net1 macvlan", "data0 veth"], networks: ["br-c", "cbr0", "mv-a"] },
  { pod: "static", links: ["eth0 veth", "net1 macvlan"], networks: ["cbr0"] },
  { pod: "dual-stack", links: ["eth0 veth", "net1 veth"], networks: ["br-gw", "br-gw", "cbr0"] },
  { pod: "default-route", links: ["eth0 veth", "net1 veth"], networks: ["br-gw", "br-gw", "cbr0"] },
  { pod: "one-ip-a", links: ["eth0 veth", "net1 macvlan"], networks: ["cbr0", "one-ip"] },
  { pod: "ignored-ip", links: ["eth0 veth", "net1 macvlan"], networks: ["cbr0", "mv-a"] },
];

/** What may have happened between upstream's ADD and our DEL. */
const circumstances = {
  "as it was": async () => {},
  "its namespace gone": (pod: TestPod) => removeNamespace(node, pod),
  "upstream's result cache lost": async () => {
    rmSync(node.path(`${cniDir}/results`), { recursive: true });
  },
  "the API stopped": async () => {
    node.api.faults.plan({ fault: { kind: "cut" } });
  },
};

let node: PluginNode;
let baseline: readonly string[];

beforeAll(async () => {
  node = await startNode(recordedObjects);
  baseline = await podLinks(node);
  await prepareReplays(node);
});

afterAll(async () => {
  await node?.stop();
});

test("every recorded state has a row", () => {
  expect(rows.map(({ pod }) => pod).sort()).toEqual(recordedState.map(({ pod }) => pod).sort());
});

const cases = rows.flatMap((row) =>
  Object.entries(circumstances).map(([circumstance, happen]) => ({ ...row, circumstance, happen })),
);

test.each(cases)(
  "$pod, attached by upstream Multus v4.3.0, $circumstance: DEL takes all away, the primary's lease too",
  async (row) => {
    const request = recordedRequest("ADD", row.pod);
    const pod = recordedPod(request);
    await makeNamespace(node, pod);
    await attachAsUpstream(row.pod, request);
    expect(await linksInPod(node, pod)).toEqual(row.links);
    expect(leasesOf(node, pod.containerId).map((lease) => lease.split("/")[0] ?? "")).toEqual(row.networks);

    await row.happen(pod);
    expect(await replay(node, { ...request, verb: "DEL" })).toMatchObject({ exitCode: 0, stdout: "" });
    node.api.faults.clear();
    if (row.circumstance !== "its namespace gone") {
      expect(await linksInPod(node, pod)).toEqual([]);
      await removeNamespace(node, pod);
    }
    expect(await settledLeftovers(node, baseline)).toEqual(nothing);
  },
);

/** Attaches the pod with the real plugins, and leaves upstream's files in place of our journal. */
async function attachAsUpstream(name: string, request: Replayable): Promise<void> {
  expect(await replay(node, request)).toMatchObject({ exitCode: 0 });
  const state = recordedState.find(({ pod }) => pod === name);
  if (state === undefined) throw new Error(`looking for the state of "${name}": none was recorded`);
  rmSync(node.path(`${cniDir}/plures/journal/${state.containerId}@eth0.jsonl`));

  const { interfaces } = await inspectPod(node.path(recordedPod(request).netns));
  mkdirSync(node.path(`${cniDir}/results`), { recursive: true });
  writeFileSync(node.path(`${cniDir}/${state.containerId}`), state.delegates);
  for (const [file, text] of Object.entries(state.results)) {
    const cached: CachedResult = JSON.parse(text);
    const found = interfaces.find((each) => each.name === cached.ifName);
    const ips = cached.result.ips.map((ip) => ({ ...ip, address: sameFamily(ip.address, found) }));
    const adapted = { ...cached, result: { ...cached.result, ips } };
    writeFileSync(node.path(`${cniDir}/results/${file}`), JSON.stringify(adapted));
  }
}

/** An entry of libcni's result cache. */
interface CachedResult {
  readonly ifName: string;
  readonly result: { readonly ips: readonly { readonly address: string }[] };
}

/** What stands in the pod for a recorded address. */
function sameFamily(recorded: string, found: { readonly addresses: readonly string[] } | undefined): string {
  const isIpv6 = recorded.includes(":");
  const address = found?.addresses.find((each) => each.includes(":") === isIpv6);
  if (address === undefined) throw new Error(`looking for what stands for ${recorded}: the pod has nothing`);
  return address;
}
