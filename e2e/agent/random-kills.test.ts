// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from "bun:test";
import { leasesOf, linksInPod, passingMacvlan } from "../plugin/leftovers.ts";
import { type TestPod, usualNetworks } from "../plugin/objects.ts";
import { type RandomNumbers, randomNumbers } from "../plugin/random-numbers.ts";
import { announcePod, gcCall, makeNamespace, type RunningCall, removeNamespace } from "../plugin/runtime.ts";
import type { AgentProcess } from "./agent-process.ts";
import { type AgentNode, nothing, startAgentNode } from "./node.ts";
import { killPluginOf, sendSignal } from "./plugin-processes.ts";
import { type Call, hostPortOf, mustCall, startCall } from "./runtime.ts";

const runs = 200;
const atOnce = 8;
const seed = Number(process.env.PLURES_SEED ?? Math.floor(Math.random() * 1_000_000));

/** What a runtime may do to a pod at any time, well or badly. */
const anyCall = {
  ADD: (pod: TestPod): Call => ({ verb: "ADD", pod }),
  DEL: (pod: TestPod): Call => ({ verb: "DEL", pod }),
  CHECK: (pod: TestPod): Call => ({ verb: "CHECK", pod }),
  GC: (pod: TestPod): Call => gcCall(pods.filter((other) => other !== pod)),
} as const;
/** Most of them with something to do, so that there is somebody to kill. */
const verbsFor = {
  attachedPod: ["DEL", "DEL", "DEL", "ADD", "CHECK", "GC"],
  newPod: ["ADD", "ADD", "ADD", "ADD", "DEL", "GC"],
} as const;

/**
 * Who is ended while the verb runs, and whether it was in time; the agent dies for all pods of a round at
 * once.
 */
const victims = {
  shim: async (running: RunningCall) => {
    await running.kill();
    return (await running.ended).exitCode === killed;
  },
  plugin: async ({ ended }: RunningCall, pod: TestPod) => killPluginOf(node, pod, ended),
  agent: async () => false,
  // Not killed, but told to end, as runtimes do: the agent is to stop what runs.
  request: async (running: RunningCall) => {
    if (!sendSignal(running.pid, "SIGTERM")) return false;
    return (await running.ended).exitCode !== 0;
  },
} as const;
/** 128 and SIGKILL. */
const killed = 137;
const victimsOf = {
  roundWithAgent: ["shim", "plugin", "shim", "plugin", "request"],
  roundWithoutAgent: ["agent", "agent", "shim", "plugin", "request"],
} as const;

/** How a runtime gets rid of a pod in the end. */
const endings = {
  DEL: async (pod: TestPod, config: Config) => {
    await mustCall(node, { verb: "DEL", pod, config });
  },
  "namespace removed, DEL": async (pod: TestPod, config: Config) => {
    await removeNamespace(node, pod);
    await mustCall(node, { verb: "DEL", pod: { ...pod, netns: "" }, config });
  },
  "namespace removed, GC": async (pod: TestPod, config: Config) => {
    await removeNamespace(node, pod);
    const { config: valid, ...gc } = anyCall.GC(pod);
    await mustCall(node, { ...gc, config: { ...config, ...valid } });
  },
  "ADD, DEL": async (pod: TestPod, config: Config) => {
    for (const verb of ["ADD", "DEL"] as const) await mustCall(node, { verb, pod, config });
  },
  "DEL, ADD, DEL": async (pod: TestPod, config: Config) => {
    for (const verb of ["DEL", "ADD", "DEL"] as const) await mustCall(node, { verb, pod, config });
  },
} as const;
const endingsWhile = {
  thereIsAnAgent: ["DEL", "namespace removed, DEL", "namespace removed, GC", "ADD, DEL", "DEL, ADD, DEL"],
  thereIsNone: ["DEL", "namespace removed, DEL", "namespace removed, GC"],
} as const;

type Config = Readonly<Record<string, unknown>>;

/** What happens to eight pods at once. */
interface Round {
  readonly random: RandomNumbers;
  readonly config: Config;
  readonly agentDies: boolean;
  readonly agentComesBack: boolean;
}

let node: AgentNode;
let agent: AgentProcess;
/** All pods of all runs, so that a GC knows from the start which others live. */
let pods: readonly TestPod[];
let addMs: number;
/** How many calls lost whom in the middle. */
const lost = { shim: 0, plugin: 0, agent: 0, request: 0 };

beforeAll(async () => {
  node = await startAgentNode(usualNetworks);
  pods = Array.from({ length: runs }, () => announcePod(node, "lan,data"));
  agent = await node.startAgent();
  // The first pods of a node take longer: plugins are asked for their versions.
  await measureAdd();
  addMs = await measureAdd();
});

afterAll(async () => {
  await node?.stop();
});

test(`${runs} times agent, shim, plugin or request ended at random: nothing is left (PLURES_SEED=${seed})`, async () => {
  const failures: string[] = [];
  for (let first = 0; first < runs; first += atOnce) {
    const random = randomNumbers(seed * runs + first);
    failures.push(...(await live(pods.slice(first, first + atOnce), roundOf(random))));
    expect({ failures, ...(await node.leftovers()) }).toEqual({ failures: [], ...nothing });
  }
  // Kills that come when all is done would prove nothing.
  expect(Math.min(...Object.values(lost)), JSON.stringify(lost)).toBeGreaterThan(runs / 25);
}, 240_000);

function roundOf(random: RandomNumbers): Round {
  return {
    random,
    config: { attach: random.oneOf(["sequential", "parallel"]) },
    agentDies: random.below(1) < 0.4,
    agentComesBack: random.below(1) < 0.5,
  };
}

/** The lives of a round's pods; gives what went wrong, each with what was before it. */
async function live(ofRound: readonly TestPod[], round: Round): Promise<readonly string[]> {
  if (!agent.isRunning) agent = await node.startAgent();
  const plans = ofRound.map((pod) => planOf(pod, round));
  const killing = agentKill(round);
  const disturbed = await Promise.all(plans.map((plan) => told(plan, disturb)));
  await killing;
  lost.agent += node.wentAlone().length;
  if (round.agentDies && round.agentComesBack) agent = await node.startAgent();
  const ended = await Promise.all(plans.map((plan) => told(plan, end)));
  node.wentAlone();
  return [...disturbed, ...ended].filter((failure) => failure !== undefined);
}

type Plan = ReturnType<typeof planOf>;

/** All that is random is decided before anything runs, so that a seed tells the whole story. */
function planOf(pod: TestPod, { random, config, agentDies, agentComesBack }: Round) {
  const hasAgent = !agentDies || agentComesBack;
  const isAttachedBefore = random.below(1) < 0.5;
  const verb = random.oneOf(isAttachedBefore ? verbsFor.attachedPod : verbsFor.newPod);
  // DEL of a pod that we never attached asks the primary: portmap makes a chain to take it away again, and no
  // GC knows of one that was left in between.
  const mayBePublished = isAttachedBefore || verb !== "DEL";
  return {
    pod,
    config,
    isAttachedBefore,
    verb,
    victim: random.oneOf(agentDies ? victimsOf.roundWithoutAgent : victimsOf.roundWithAgent),
    ms: Math.round(random.below(addMs)),
    isPublished: random.below(1) < 0.3 && mayBePublished,
    ending: random.oneOf(hasAgent ? endingsWhile.thereIsAnAgent : endingsWhile.thereIsNone),
    agent: hasAgent ? (agentDies ? "comes back" : "lives") : "stays away",
  };
}

async function agentKill({ agentDies, random }: Round): Promise<void> {
  if (!agentDies) return;
  await Bun.sleep(random.below(1.5 * addMs));
  await agent.kill();
}

async function disturb({
  pod,
  config,
  isAttachedBefore,
  verb,
  victim,
  ms,
  isPublished,
}: Plan): Promise<void> {
  await makeNamespace(node, pod);
  const port = isPublished ? { hostPort: hostPortOf(pod) } : {};
  // The agent may be killed in the middle of it.
  if (isAttachedBefore) await startCall(node, { verb: "ADD", pod, config, ...port }).ended;
  const asked = anyCall[verb](pod);
  const running = startCall(node, { ...asked, ...port, config: { ...config, ...asked.config } });
  await Bun.sleep(ms);
  if (await victims[victim](running, pod)) lost[victim] += 1;
  await running.ended;
}

async function end({ pod, config, ending }: Plan): Promise<void> {
  await endings[ending](pod, config);
  const hasNamespace = !ending.startsWith("namespace removed");
  const inPod = hasNamespace ? await linksInPod(node, pod) : [];
  expect(inPod.filter((link) => !passingMacvlan.test(link))).toEqual([]);
  expect(leasesOf(node, pod.containerId)).toEqual([]);
  if (hasNamespace) await removeNamespace(node, pod);
}

async function told(plan: Plan, act: (plan: Plan) => Promise<void>): Promise<string | undefined> {
  try {
    await act(plan);
    return undefined;
  } catch (error) {
    const { pod, ...rest } = plan;
    return `${pod.name} ${JSON.stringify(rest)}: ${error instanceof Error ? error.message : error}`;
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
