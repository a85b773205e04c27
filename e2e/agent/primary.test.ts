// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitUntil } from "../containerd/processes.ts";
import { linksInPod } from "../plugin/leftovers.ts";
import { hostLocal, type TestPod, usualNetworks } from "../plugin/objects.ts";
import { makePod, removeNamespace } from "../plugin/runtime.ts";
import type { AgentProcess } from "./agent-process.ts";
import { type AgentNode, agentPrimary, nothing, startAgentNode } from "./node.ts";
import { configForRuntime, mustCall } from "./runtime.ts";

setDefaultTimeout(30_000);

let node: AgentNode;
let agent: AgentProcess;

beforeEach(async () => {
  node = await startAgentNode(usualNetworks);
  agent = await node.startAgent();
});

afterEach(async () => {
  await node.stop();
});

const primaryFile = "10-cbr0.conflist";
const ourFile = "00-multus.conflist";
const otherPrimary = {
  ...agentPrimary,
  plugins: [{ type: "bridge", bridge: "cni1", isGateway: true, ipam: hostLocal("10.43.0.0/16") }],
};

describe("the primary network's configuration", () => {
  test("is replaced: new pods get the new one, those of the old one are deleted as they were added", async () => {
    const before = await attachedPod();
    expect(before.address).toStartWith("10.42.");
    const runtime = keepReading();
    // As installers do it, and as editors do.
    writeFileSync(inFolder("primary.tmp"), JSON.stringify(otherPrimary));
    renameSync(inFolder("primary.tmp"), inFolder(primaryFile));
    await waitUntil("the runtime finds the new one", async () => ourText().includes("cni1"));
    const after = await attachedPod();
    expect(after.address).toStartWith("10.43.");
    writeFileSync(inFolder(primaryFile), JSON.stringify(agentPrimary));
    await waitUntil("the runtime finds the old one again", async () => !ourText().includes("cni1"));
    expect(await runtime.stop()).toEqual([]);
    await expectAllDeleted([before.pod, after.pod]);
  });

  const losses: readonly (readonly [string, () => void])[] = [
    ["is emptied", () => writeFileSync(inFolder(primaryFile), "")],
    ["is cut in the middle", () => writeFileSync(inFolder(primaryFile), '{"cniVersion":"1.0.0","name":"cb')],
    ["has no plugins", () => writeFileSync(inFolder(primaryFile), '{"cniVersion":"1.0.0","name":"cbr0"}')],
    ["is deleted", () => rmSync(inFolder(primaryFile))],
  ];
  test.each([...losses])("%s: the last good one stays until there is one again", async (_, lose) => {
    const runtime = keepReading();
    const good = ourText();
    lose();
    // The agent looks at once, and when a writer may be done.
    await Bun.sleep(800);
    expect(ourText()).toBe(good);
    const { pod, address } = await attachedPod();
    expect(address).toStartWith("10.42.");

    writeFileSync(inFolder(primaryFile), JSON.stringify(otherPrimary));
    await waitUntil("the runtime finds the new one", async () => ourText().includes("cni1"));
    const second = await attachedPod();
    expect(second.address).toStartWith("10.43.");
    expect(await runtime.stop()).toEqual([]);
    await expectAllDeleted([pod, second.pod]);
  });

  test("is renamed: it is known by what it is", async () => {
    const runtime = keepReading();
    renameSync(inFolder(primaryFile), inFolder("05-cbr0.conflist"));
    await Bun.sleep(300);
    writeFileSync(inFolder("05-cbr0.conflist"), JSON.stringify(otherPrimary));
    await waitUntil("the runtime finds the new one", async () => ourText().includes("cni1"));
    const { pod, address } = await attachedPod();
    expect(address).toStartWith("10.43.");
    expect(await runtime.stop()).toEqual([]);
    await expectAllDeleted([pod]);
  });
});

describe("our configuration", () => {
  const disturbances: readonly (readonly [string, () => void])[] = [
    ["removed", () => rmSync(inFolder(ourFile))],
    ["renamed as Cilium does", () => renameSync(inFolder(ourFile), inFolder(`${ourFile}.cilium_bak`))],
    ["emptied", () => writeFileSync(inFolder(ourFile), "")],
    ["edited", () => writeFileSync(inFolder(ourFile), JSON.stringify(agentPrimary))],
  ];
  test.each([...disturbances])("%s is put back, and somebody is told", async (_, disturb) => {
    const good = ourText();
    disturb();
    await waitUntil("it is back", async () => existsSync(inFolder(ourFile)) && ourText() === good);
    const { pod } = await attachedPod();
    await waitUntil("the event is there", async () => eventReasons().includes("NodeConfigPutBack"));
    await expectAllDeleted([pod]);
  });

  test("stays when the agent ends, is taken up by the next, and follows what happened meanwhile", async () => {
    const good = ourText();
    await agent.end();
    expect(ourText()).toBe(good);
    writeFileSync(inFolder(primaryFile), JSON.stringify(otherPrimary));
    const runtime = keepReading();
    agent = await node.startAgent();
    await waitUntil("the runtime finds the new one", async () => ourText().includes("cni1"));
    expect(await runtime.stop()).toEqual([]);
    expect(readdirSync(node.confDir).sort()).toEqual([ourFile, primaryFile]);
  });

  test("of a primary of CNI 0.3.1 is no list, and the list goes", async () => {
    await agent.end();
    agent = await node.startAgent({ config: { cniVersion: undefined } });
    const [bridge] = agentPrimary.plugins;
    writeFileSync(
      inFolder(primaryFile),
      JSON.stringify({ cniVersion: "0.3.1", name: "cbr0", plugins: [bridge] }),
    );
    await waitUntil("there is the other file alone", async () => {
      const files = readdirSync(node.confDir);
      return files.includes("00-multus.conf") && !files.includes(ourFile);
    });
    expect(configForRuntime(node)).toMatchObject({ cniVersion: "0.3.1", type: "multus" });
    const { pod } = await attachedPod();
    await expectAllDeleted([pod]);
  });
});

function inFolder(name: string): string {
  return join(node.confDir, name);
}

function ourText(): string {
  return readFileSync(inFolder(ourFile), "utf8");
}

/** A runtime that looks all the time; `stop` gives what it could not have worked with. */
function keepReading(): { readonly stop: () => Promise<readonly string[]> } {
  const wrong = new Set<string>();
  let isOver = false;
  const done = (async () => {
    while (!isOver) {
      wrong.add(whyUnusable() ?? "");
      await Bun.sleep(1);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await done;
      wrong.delete("");
      return [...wrong];
    },
  };
}

function whyUnusable(): string | undefined {
  try {
    const { type, delegates } = configForRuntime(node);
    return type === "multus" && Array.isArray(delegates) ? undefined : `it would start ${type}`;
  } catch (error) {
    return String(error);
  }
}

/** A pod with its networks, by the configuration that the runtime finds now. */
async function attachedPod(): Promise<{ readonly pod: TestPod; readonly address: string }> {
  const pod = await makePod(node, "lan,data");
  const { ips } = JSON.parse(await mustCall(node, { verb: "ADD", pod }));
  expect(await linksInPod(node, pod)).toEqual(["eth0 veth", "net1 macvlan", "net2 veth"]);
  return { pod, address: ips[0].address };
}

async function expectAllDeleted(pods: readonly TestPod[]): Promise<void> {
  await Promise.all(pods.map((pod) => mustCall(node, { verb: "DEL", pod })));
  await Promise.all(pods.map((pod) => removeNamespace(node, pod)));
  expect(await node.leftovers()).toEqual(nothing);
}

/** Of all events that the API was given. */
function eventReasons(): readonly unknown[] {
  const kind = node.api.kinds.find(({ plural, group }) => plural === "events" && group === "");
  return kind === undefined ? [] : node.api.store.list(kind, "default").map(({ reason }) => reason);
}
