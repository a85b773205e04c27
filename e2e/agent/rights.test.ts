// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { linksInPod } from "../plugin/leftovers.ts";
import { networkStatusOf } from "../plugin/network-status.ts";
import { usualNetworks } from "../plugin/objects.ts";
import { armStop } from "../plugin/plugin-stops.ts";
import { makePod, removeNamespace } from "../plugin/runtime.ts";
import type { AgentProcess } from "./agent-process.ts";
import { type AgentNode, nothing, startAgentNode } from "./node.ts";
import { collectGarbage, hostPortOf, mustCall, startCall } from "./runtime.ts";

setDefaultTimeout(30_000);

let node: AgentNode;
let agent: AgentProcess;

beforeAll(async () => {
  node = await startAgentNode(usualNetworks);
  agent = await node.startAgent();
});

afterAll(async () => {
  await node?.stop();
});

/** What proc(5) says of a process that may do nothing but what its files' owner may. */
const noRights = {
  CapInh: "0000000000000000",
  CapPrm: "0000000000000000",
  CapEff: "0000000000000000",
  CapBnd: "0000000000000000",
  CapAmb: "0000000000000000",
  NoNewPrivs: "1",
};

test("all verbs work with an agent that has no capability: it enters no namespace and starts no program", async () => {
  expect(rightsOf(agent.pid)).toEqual(noRights);
  const [pod, left] = await Promise.all([makePod(node, "lan,data"), makePod(node, "lan")]);
  const stop = await armStop(node.workDir, {
    containerId: pod.containerId,
    verb: "ADD",
    plugin: "macvlan",
    interface: "net1",
    when: "before",
  });
  const adding = startCall(node, { verb: "ADD", pod, hostPort: hostPortOf(pod) });
  await stop.reached();
  // The shim's plugin is in the pod at this moment.
  expectApart();
  await stop.release();
  expect(await adding.ended).toMatchObject({ exitCode: 0 });
  stop.disarm();
  await mustCall(node, { verb: "STATUS" });
  await mustCall(node, { verb: "ADD", pod: left });
  await mustCall(node, { verb: "CHECK", pod: left });
  expect(networkStatusOf(node, pod)).toBeArrayOfSize(3);
  expectApart();

  await mustCall(node, { verb: "DEL", pod, hostPort: hostPortOf(pod) });
  expect(await linksInPod(node, pod)).toEqual([]);
  await removeNamespace(node, left);
  await collectGarbage(node, []);
  await removeNamespace(node, pod);
  expectApart();
  expect(node.wentAlone()).toEqual([]);
  expect(await node.leftovers()).toEqual(nothing);
  expect(rightsOf(agent.pid)).toEqual(noRights);
});

/** No thread of the agent is in another network namespace, no namespace is open, and it has no children. */
function expectApart(): void {
  const process = `/proc/${agent.pid}`;
  const threads = readdirSync(`${process}/task`);
  const namespaces = threads.map((thread) => readlinkSync(`${process}/task/${thread}/ns/net`));
  expect([...new Set(namespaces)]).toEqual([readlinkSync(`/proc/${node.pid}/ns/net`)]);
  const open = readdirSync(`${process}/fd`).map((fd) => linkAt(`${process}/fd/${fd}`));
  expect(open.filter((target) => target.startsWith("net:["))).toEqual([]);
  expect(childrenOf(agent.pid)).toEqual([]);
}

function rightsOf(pid: number): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${pid}/status`, "utf8").split("\n");
  const rows = lines.map((line) => line.split(":\t") as [string, string?]);
  return Object.fromEntries(
    rows.flatMap(([key, value = ""]) => (key in noRights ? [[key, value.trim()]] : [])),
  );
}

function childrenOf(parent: number): readonly string[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  // proc(5): the fourth field; the second, the name, may hold spaces and ends with the last parenthesis.
  return pids.filter(
    (pid) =>
      textAt(`/proc/${pid}/stat`)
        .replace(/^.*\) \S /, "")
        .split(" ")[0] === `${parent}`,
  );
}

/** Processes and descriptors come and go. */
function textAt(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
