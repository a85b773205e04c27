// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseMultusConfig } from "../attachments/index.ts";
import { createObjectCluster } from "../cluster/index.ts";
import { type CniResult, toCniError } from "../cni/index.ts";
import { createSimulatedHost, type Fault, type SimulatedHost } from "../testing/simulated-host.ts";
import type { AttachmentRecord } from "./ports.ts";
import { runVerb } from "./run-verb.ts";

interface Network {
  /** The NAD's own word; undefined where the node's counts. */
  readonly attach: "parallel" | "sequential" | undefined;
  readonly fault: Fault;
  /** How many turns its plugin takes. */
  readonly turns: number;
}

interface Scene {
  readonly attach: "parallel" | "sequential";
  readonly networks: readonly Network[];
}

const request = {
  containerId: "c1",
  ifName: "eth0",
  netns: "/run/netns/x",
  args: "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;K8S_POD_UID=u",
  searchPath: ["/bin"],
  cniVersion: "1.1.0",
  stdin: "",
} as const;

const pluginOf = (network: Network) => ({ type: "sim", fault: network.fault, turns: network.turns });

/** A node on which the pod `default/web` asks for all networks. */
function stage(scene: Scene, crashAfter?: number) {
  const names = scene.networks.map((_, index) => `n${index}`);
  const annotations = { "k8s.v1.cni.cncf.io/networks": names.join(",") };
  const { cluster, record } = createObjectCluster({
    pods: [{ namespace: "default", name: "web", uid: "u", annotations }],
    networks: scene.networks.map((network, index) => ({
      namespace: "default",
      name: `n${index}`,
      annotations: network.attach === undefined ? {} : { "plures.io/attach": network.attach },
      config: JSON.stringify({ cniVersion: "1.0.0", ...pluginOf(network) }),
    })),
  });
  const primary = { cniVersion: "1.0.0", name: "primary", type: "sim", turns: 2 };
  const config = parseMultusConfig(
    JSON.stringify({ cniVersion: "1.1.0", attach: scene.attach, delegates: [primary] }),
  );
  const host = createSimulatedHost(crashAfter);
  const records: AttachmentRecord[] = [];
  const run = (verb: "ADD" | "DEL", on: SimulatedHost = host): Promise<CniResult | undefined> =>
    runVerb({ ...request, verb }, config, {
      ...on.ports,
      cluster,
      records: {
        keep: (kept) => records.push(kept),
        hasDealtWith: (containerId) => records.some((kept) => kept.containerId === containerId),
      },
    });
  return { host, run, record, records };
}

/** What is the same whichever way the networks were attached. */
async function outcomeOf(scene: Scene) {
  const { host, run, record, records } = stage(scene);
  const answer = await run("ADD").catch(toCniError);
  const kept = await host.ports.journal.list();
  return {
    answer: answer instanceof Error ? "failed" : answer,
    held: [...host.held].sort(),
    status: record.statuses.get("default/web"),
    events: record.events.get("default/web"),
    interfaces: kept.entries.map(({ plan }) => plan.attachments.map((each) => each.interface)),
    // Which were begun when one failed is what may differ.
    results: answer instanceof Error ? [] : kept.entries.map((entry) => [...entry.results].sort()),
    succeeded: answer instanceof Error ? [] : records.map(({ network }) => network).sort(),
  };
}

const aNetwork = (faults: readonly Fault[]) =>
  fc.record<Network>({
    attach: fc.constantFrom("parallel", "sequential", undefined),
    fault: fc.constantFrom(...faults),
    turns: fc.integer({ min: 0, max: 4 }),
  });
const networksWith = (...faults: readonly Fault[]) => fc.array(aNetwork(faults), { maxLength: 5 });

const inSequence = (networks: readonly Network[]): Scene => ({
  attach: "sequential",
  networks: networks.map((network) => ({ ...network, attach: undefined })),
});

test("side by side or one after another: the pod, its status and the journal are the same", async () => {
  const networks = networksWith("none", "none", "none", "none", "add", "add-leaving");
  await fc.assert(
    fc.asyncProperty(networks, async (given) => {
      const sequential = await outcomeOf(inSequence(given));
      expect(await outcomeOf({ attach: "parallel", networks: given })).toEqual(sequential);
      if (sequential.answer === "failed") expect(sequential.held).toEqual([]);
    }),
  );
});

test("wherever an ADD is cut off, DEL leaves nothing", async () => {
  const crashAfter = fc.integer({ min: 0, max: 30 });
  await fc.assert(
    fc.asyncProperty(networksWith("none", "add", "add-leaving"), crashAfter, async (networks, after) => {
      const { host, run } = stage({ attach: "parallel", networks }, after);
      await Promise.race([run("ADD").catch(() => {}), host.crashed]);
      const survivor = host.restarted();
      await run("DEL", survivor);
      expect([...survivor.held]).toEqual([]);
      expect((await survivor.ports.journal.list()).entries).toEqual([]);
    }),
  );
});

test("what an undo cannot take back stays in the journal, and the next DEL takes it", async () => {
  const networks = networksWith("none", "add-leaving", "del-once");
  await fc.assert(
    fc.asyncProperty(networks, fc.boolean(), async (given, isFailing) => {
      const failing: Network = { attach: undefined, fault: "add-leaving", turns: 1 };
      const all = isFailing ? [...given, failing] : given;
      const { host, run } = stage({ attach: "parallel", networks: all });
      await run("ADD").catch(() => {});
      const isKept = (await host.ports.journal.list()).entries.length > 0;
      expect(host.held.size > 0).toBe(isKept);
      await run("DEL").catch(() => {});
      await run("DEL");
      expect([[...host.held], (await host.ports.journal.list()).entries]).toEqual([[], []]);
    }),
  );
});

test("only neighbours that say so run at once; the primary comes first and goes last, alone", async () => {
  const network = (attach: Network["attach"]): Network => ({ attach, fault: "none", turns: 3 });
  const { host, run } = stage({
    attach: "parallel",
    networks: [network(undefined), network("parallel"), network("sequential"), network("parallel")],
  });
  await run("ADD");
  await run("DEL");
  expect(host.atOnce()).toEqual([
    "ADD eth0",
    "ADD net1+net2",
    "ADD net3",
    "ADD net4",
    "DEL net4",
    "DEL net3",
    "DEL net2+net1",
    "DEL eth0",
  ]);
});

test("a failure stops those beside it, takes back what was begun, and names all of them", async () => {
  const networks: readonly Network[] = [
    { attach: undefined, fault: "none", turns: 1000 },
    { attach: undefined, fault: "add-leaving", turns: 1 },
    { attach: "sequential", fault: "none", turns: 1 },
  ];
  const { host, run, records } = stage({ attach: "parallel", networks });
  const error = toCniError(await run("ADD").catch((cause: unknown) => cause));
  expect(error.message).toContain("adding net2 (default/n1, plugin sim): refused in ADD");
  expect(error.details).toContain("adding net1 (default/n0): stopped, for a network beside it failed");
  expect(host.atOnce()).toEqual(["ADD eth0", "ADD net1+net2", "DEL net2+net1", "DEL eth0"]);
  expect([...host.held]).toEqual([]);
  expect(records.map((kept) => `${kept.verb} ${kept.interface} ${kept.outcome}`)).toEqual([
    "ADD eth0 done",
    "ADD net2 failed",
    "ADD net1 failed",
    "DEL net2 done",
    "DEL net1 done",
    "DEL eth0 done",
  ]);
});

test("a request that fails before there is a plan leaves one record, of the request", async () => {
  const { run, records } = stage({ attach: "parallel", networks: [] });
  const missing = stage({ attach: "parallel", networks: [] });
  await run("ADD");
  expect(records).toMatchObject([
    { network: "primary", outcome: "done", plugins: ["sim"], addresses: ["10.0.0.0/24"] },
  ]);
  missing.host.refuse = true;
  await missing.run("ADD").catch(() => {});
  expect(missing.records).toMatchObject([
    {
      verb: "ADD",
      containerId: "c1",
      network: "",
      outcome: "failed",
      pod: { namespace: "default", name: "web" },
    },
  ]);
});
