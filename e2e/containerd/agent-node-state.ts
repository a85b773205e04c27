// SPDX-License-Identifier: Apache-2.0
import { expect } from "bun:test";
import type { AgentNode } from "./agent-node.ts";
import { podLinks, stateFiles } from "./plures-node.ts";
import type { TestPod } from "./shop-objects.ts";
import { type PodTraces, podTraces, remainingPodTraces } from "./traces.ts";

const statusAnnotation = "k8s.v1.cni.cncf.io/network-status";

/** What attachments leave on a node. */
export interface Leftovers {
  readonly links: readonly string[];
  readonly files: readonly string[];
}

/** What is left now. */
export async function leftovers(node: AgentNode): Promise<Leftovers> {
  return { links: await podLinks(node), files: await stateFiles(node) };
}

/** The same with what pods leave besides. */
export interface NodeState extends Leftovers {
  readonly traces: PodTraces;
}

/** The state now. */
export async function stateOf(node: AgentNode): Promise<NodeState> {
  return { ...(await leftovers(node)), traces: await podTraces(node.containerd) };
}

/** Expects the state from before to come back within 2 s. */
export async function expectState(node: AgentNode, before: NodeState): Promise<void> {
  expect(await remainingPodTraces(node.containerd, before.traces)).toEqual(before.traces);
  expect(await stateOf(node)).toEqual(before);
}

/** The network status that the API has of a pod; undefined when there is none. */
export function networkStatus({ api }: AgentNode, { namespace, name }: TestPod): unknown {
  const annotations = objectsOf(api, "pods", namespace).find(({ metadata }) => metadata.name === name)
    ?.metadata.annotations;
  // The double keeps annotations as they were written: texts by name.
  const text = (annotations as Readonly<Record<string, string>> | undefined)?.[statusAnnotation];
  return text === undefined ? undefined : JSON.parse(text);
}

/** The reasons of all events in the API. */
export function eventReasons({ api }: AgentNode): readonly unknown[] {
  return objectsOf(api, "events").map(({ reason }) => reason);
}

function objectsOf({ kinds, store }: AgentNode["api"], plural: string, namespace?: string) {
  const kind = kinds.find((each) => each.plural === plural);
  return kind === undefined ? [] : store.list(kind, namespace);
}

/** How often each action was asked of the API since `before`. */
export function requestsSince({ api }: AgentNode, before: ReadonlyMap<string, number>) {
  const differences = [...api.counts()].map(([action, count]) => [action, count - (before.get(action) ?? 0)]);
  return Object.fromEntries(differences.filter(([, count]) => count !== 0));
}
