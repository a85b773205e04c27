// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { linksInPod, nothing, podLinks, settledLeftovers } from "./leftovers.ts";
import { networkStatusOf } from "./network-status.ts";
import { type PluginNode, startNode } from "./node.ts";
import {
  prepareReplays,
  recordedObjects,
  recordedPod,
  recordedRequest,
  recordedRequests,
  recordedStatus,
  replay,
} from "./recordings.ts";
import { type ComparedStatus, compareResult, compareStatus } from "./recordings-compared.ts";
import { makeNamespace, removeNamespace } from "./runtime.ts";

setDefaultTimeout(30_000);

type ComparedResult = ReturnType<typeof compareResult>;

interface Success {
  readonly pod: string;
  /** What upstream had differently, and why we do not want it. */
  readonly unlikeUpstream?: string;
  readonly result?: Partial<ComparedResult>;
  readonly status?: readonly Partial<ComparedStatus>[];
  /** What the pod asked for and got, in the entry of its own network. */
  readonly asked?: { readonly ips: readonly string[]; readonly mac?: string };
}

/** In no row: upstream writes the gateway "<nil>" into the status where a default route has none. */
const successes: readonly Success[] = [
  { pod: "plain" },
  { pod: "two-nets" },
  { pod: "static", asked: { ips: ["192.168.40.10"], mac: "02:00:00:00:40:10" } },
  { pod: "dual-stack" },
  { pod: "one-ip-a", asked: { ips: ["192.168.1.200"] } },
  // Its NAD declares no capability "ips"; host-local reads the address from CNI_ARGS, so the pod gets it here
  // too.
  { pod: "ignored-ip", asked: { ips: ["192.168.10.77"] } },
  {
    pod: "default-route",
    unlikeUpstream:
      "the pod asked for another default route, so the primary's is taken away and not reported",
    result: { routes: [] },
    status: [{}, { gateway: ["192.168.20.1"] }],
  },
];

interface Failure {
  readonly pod: string;
  readonly code: number;
  readonly line: string;
  /** Another pod that must be attached before. */
  readonly after?: string;
}

const failures: readonly Failure[] = [
  {
    pod: "bad-annotation",
    code: 7,
    line: `pod default/bad-annotation: annotation k8s.v1.cni.cncf.io/networks, element 2: name "UPPER" is no name of a…; write at most 253 lower-case letters, digits and '-', with a letter or digit at both ends`,
  },
  {
    pod: "bad-ips",
    code: 7,
    line: 'pod default/bad-ips: annotation k8s.v1.cni.cncf.io/networks, element 1: ips "10.1.1" is no IP address; write an address such as 192.168.1.7/24 or fd00::7/64, without leading zeros',
  },
  {
    pod: "bad-json",
    code: 6,
    line: "pod default/bad-json: NetworkAttachmentDefinition default/broken-json spec.config: line 1 column 54: take out the comma before this '}'",
  },
  {
    pod: "bad-missing-nad",
    code: 7,
    line: `pod default/bad-missing-nad: NetworkAttachmentDefinition "default/nosuch" does not exist; create it, or correct the name in the pod's annotation`,
  },
  {
    pod: "bad-plugin",
    code: 5,
    line: `pod default/bad-plugin: adding default/no-plugin (plugin whereami): no such plugin in /run/cni/bin; install "whereami" there, or correct the "type" in the network's configuration`,
  },
  {
    pod: "bad-master",
    code: 999,
    line: `pod default/bad-master: adding net1 (default/no-master, plugin macvlan): Link not found; the "master" "enp9s0" of the network's configuration does not exist on this node (see: ip link)`,
  },
  {
    pod: "bad-host-bits",
    code: 999,
    line: 'pod default/bad-host-bits: adding net1 (default/host-bits, plugin macvlan): invalid range set 0: Network has host bits set. For a…; write the "subnet" of the configuration with the address 192.168.1.0',
  },
  {
    pod: "bad-dhcp",
    code: 999,
    line: "pod default/bad-dhcp: adding net1 (default/dhcp, plugin macvlan): error dialing DHCP daemon: dial unix…; the CNI DHCP daemon does not run: start `dhcp daemon` (Debian: systemctl start cni-dhcp.socket)",
  },
  {
    pod: "one-ip-b",
    after: "one-ip-a",
    code: 999,
    line: "pod default/one-ip-b: adding net1 (default/one-ip, plugin macvlan): failed to allocate for range 0: no…; all addresses are taken: widen the range, or remove leases of gone pods (/var/lib/cni/networks)",
  },
];

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

test("every recorded request is replayed below", () => {
  const replayed = [...successes, ...failures].map(({ pod }) => pod);
  const pods = recordedRequests.map((request) => recordedPod(request).name);
  expect([...new Set(pods)].sort()).toEqual(replayed.sort());
});

describe("a recorded success is one", () => {
  test.each([...successes])("$pod", async ({ pod: name, result = {}, status = [], asked }) => {
    const request = recordedRequest("ADD", name);
    const pod = recordedPod(request);
    await makeNamespace(node, pod);

    const { exitCode, stdout } = await replay(node, request);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(compareResult(stdout)).toEqual({ ...compareResult(request.stdout), ...result });
    const recorded = compareStatus(recordedStatus(name));
    const written = networkStatusOf(node, pod);
    expect(compareStatus(written)).toEqual(recorded.map((entry, index) => ({ ...entry, ...status[index] })));
    if (asked !== undefined) expect(written).toMatchObject([{}, asked]);

    expect(await replay(node, recordedRequest("DEL", name))).toMatchObject({ exitCode: 0, stdout: "" });
    expect(await linksInPod(node, pod)).toEqual([]);
    await removeNamespace(node, pod);
    expect(await settledLeftovers(node, baseline)).toEqual(nothing);
  });
});

describe("a recorded failure is one, in a better sentence", () => {
  test.each([...failures])("$pod", async ({ pod: name, code, line, after }) => {
    const requests = [after, name].flatMap((each) =>
      each === undefined ? [] : recordedRequest("ADD", each),
    );
    for (const request of requests) await makeNamespace(node, recordedPod(request));
    const endings = [];
    for (const request of requests) endings.push(await replay(node, request));
    const ending = endings.at(-1);
    expect(ending?.exitCode).toBe(1);
    expect(JSON.parse(ending?.stdout ?? "")).toMatchObject({ cniVersion: "0.3.1", code, msg: line });
    expect(line.length).toBeLessThanOrEqual(200);

    for (const request of requests) {
      const pod = recordedPod(request);
      const deleted = await replay(node, recordedRequest("DEL", pod.name));
      expect(deleted).toMatchObject({ exitCode: 0, stdout: "" });
      expect(await linksInPod(node, pod)).toEqual([]);
      await removeNamespace(node, pod);
    }
    expect(await settledLeftovers(node, baseline)).toEqual(nothing);
  });
});
