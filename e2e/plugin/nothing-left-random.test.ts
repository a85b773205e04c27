// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { leasesOf, linksInPod, nothing, passingMacvlan, podLinks, settledLeftovers } from "./leftovers.ts";
import { type PluginNode, startNode } from "./node.ts";
import { type TestPod, usualNetworks } from "./objects.ts";
import { type RandomNumbers, randomNumbers } from "./random-numbers.ts";
import {
  announcePod,
  type Call,
  gcCall,
  makeNamespace,
  mustCall,
  removeNamespace,
  startCall,
} from "./runtime.ts";

const runs = 200;
const atOnce = 6;
const seed = Number(process.env.PLURES_SEED ?? Math.floor(Math.random() * 1_000_000));

/** What a runtime may do to a pod at any time, well or badly. */
const anyCall = {
  ADD: (pod: TestPod): Call => ({ verb: "ADD", pod }),
  DEL: (pod: TestPod): Call => ({ verb: "DEL", pod }),
  CHECK: (pod: TestPod): Call => ({ verb: "CHECK", pod }),
  GC: (pod: TestPod): Call => gcCall(pods.filter((other) => other !== pod)),
} as const;

/** How a runtime gets rid of a pod in the end. */
const endings = {
  DEL: async (pod: TestPod) => {
    await mustCall(node, { verb: "DEL", pod });
  },
  "DEL, ADD, DEL": async (pod: TestPod) => {
    for (const verb of ["DEL", "ADD", "DEL"] as const) await mustCall(node, { verb, pod });
  },
  "ADD, DEL": async (pod: TestPod) => {
    for (const verb of ["ADD", "DEL"] as const) await mustCall(node, { verb, pod });
  },
  "namespace removed, DEL": async (pod: TestPod) => {
    await removeNamespace(node, pod);
    await mustCall(node, { verb: "DEL", pod: { ...pod, netns: "" } });
  },
  "namespace removed, GC": async (pod: TestPod) => {
    await removeNamespace(node, pod);
    await mustCall(node, anyCall.GC(pod));
  },
} as const;

let node: PluginNode;
let baseline: readonly string[];
/** All pods of all runs, so that a GC knows from the start which others live. */
let pods: readonly TestPod[];
let addMs: number;

beforeAll(async () => {
  node = await startNode(usualNetworks);
  baseline = await podLinks(node);
  pods = Array.from({ length: runs }, () => announcePod(node, "lan,data"));
  addMs = await measureAdd();
});

afterAll(async () => {
  await node?.stop();
});

test(`${runs} pods, killed at random in whatever is done to them: nothing is left (PLURES_SEED=${seed})`, async () => {
  const waiting = [...pods.entries()];
  const failures: string[] = [];
  const workers = Array.from({ length: atOnce }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, pod] = next;
      const failure = await live(pod, randomNumbers(seed * runs + index));
      if (failure !== undefined) failures.push(failure);
    }
  });
  await Promise.all(workers);
  expect(failures).toEqual([]);
  expect(await settledLeftovers(node, baseline)).toEqual(nothing);
}, 240_000);

/** One pod's life; tells what went wrong, and with what before it. */
async function live(pod: TestPod, random: RandomNumbers): Promise<string | undefined> {
  const story: string[] = [pod.name];
  try {
    await makeNamespace(node, pod);
    if (random.below(1) < 0.5) {
      story.push("ADD");
      await mustCall(node, { verb: "ADD", pod });
    }
    for (let kills = Math.ceil(random.below(3)); kills > 0; kills -= 1) {
      const verb = random.oneOf(Object.keys(anyCall) as (keyof typeof anyCall)[]); // They are its keys.
      const ms = random.below(1.3 * addMs);
      story.push(`${verb} killed after ${Math.round(ms)} ms`);
      const running = startCall(node, anyCall[verb](pod));
      await Bun.sleep(ms);
      await running.kill();
    }
    const ending = random.oneOf(Object.keys(endings) as (keyof typeof endings)[]); // As above.
    story.push(ending);
    await endings[ending](pod);
    const hasNamespace = !ending.startsWith("namespace removed");
    const inPod = hasNamespace ? await linksInPod(node, pod) : [];
    expect(inPod.filter((link) => !passingMacvlan.test(link))).toEqual([]);
    expect(leasesOf(node, pod.containerId)).toEqual([]);
    if (hasNamespace) await removeNamespace(node, pod);
    return undefined;
  } catch (error) {
    return `${story.join("; ")}: ${error instanceof Error ? error.message : error}`;
  }
}

/** With as many at once as later, so that a random moment is a moment of the work. */
async function measureAdd(): Promise<number> {
  const first = Array.from({ length: atOnce }, () => announcePod(node, "lan,data"));
  await Promise.all(first.map((pod) => makeNamespace(node, pod)));
  const started = performance.now();
  await Promise.all(first.map((pod) => mustCall(node, { verb: "ADD", pod })));
  const ms = performance.now() - started;
  await Promise.all(first.map((pod) => mustCall(node, { verb: "DEL", pod })));
  await Promise.all(first.map((pod) => removeNamespace(node, pod)));
  return ms;
}
