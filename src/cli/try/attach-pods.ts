// SPDX-License-Identifier: Apache-2.0
import { relative } from "node:path";
import type { Pod } from "../../attachments/index.ts";
import {
  createPodSandbox,
  inspectPod,
  leftovers,
  type NodeBaseline,
  type PodSandbox,
  stateFolder,
} from "../../host/sandbox/index.ts";
import type { Output } from "../output.ts";
import type { Node } from "./node.ts";
import type { TriedPod } from "./pod-report.ts";
import type { CallFailure, Left } from "./report.ts";
import { containerIdOf } from "./runtime-call.ts";

/** A pod whose namespace is there. */
export interface LivingPod extends TriedPod {
  readonly sandbox: PodSandbox;
}

/**
 * Attaches one pod after another, as a kubelet does; a pod that fails does not keep others from their turn, a
 * signal does.
 */
export async function attachPods(
  node: Node,
  pods: readonly Pod[],
  { output, signal }: { readonly output: Output; readonly signal: AbortSignal },
): Promise<readonly LivingPod[]> {
  const living: LivingPod[] = [];
  for (const [index, pod] of pods.entries()) {
    if (signal.aborted) break;
    output.progress(`attaching ${pod.namespace}/${pod.name}`);
    const containerId = containerIdOf(pod, index);
    const sandbox = await createPodSandbox(containerId);
    const container = { pod, containerId, netns: sandbox.netns };
    const attached = await node.add(container);
    living.push({ container, attached, sandbox, inside: await inspectPod(sandbox.netns) });
  }
  return living;
}

/** What DEL answered per pod, where it failed, and what is there afterwards. */
export interface Detached {
  readonly failures: ReadonlyMap<TriedPod, CallFailure>;
  readonly left: Left;
}

/**
 * Detaches all pods, the last one first, also those whose ADD failed, as runtimes do; looks at what is left
 * before and after the namespaces go.
 */
export async function detachPods(
  node: Node,
  pods: readonly LivingPod[],
  {
    baseline,
    journalDir,
    output,
  }: { readonly baseline: NodeBaseline; readonly journalDir: string; readonly output: Output },
): Promise<Detached> {
  const failures = new Map<TriedPod, CallFailure>();
  const linksInPods: string[] = [];
  output.progress("detaching");
  for (const pod of pods.toReversed()) {
    const { namespace, name } = pod.container.pod;
    const failure = await node.del(pod.container);
    if (failure !== undefined) failures.set(pod, failure);
    const links = (await inspectPod(pod.sandbox.netns)).interfaces;
    linksInPods.push(...links.map((link) => `${link.name} in pod ${namespace}/${name}`));
    pod.sandbox.remove();
  }
  const { links, namespaces, leases, files } = await leftovers(baseline);
  const journalFolder = `${relative(stateFolder, journalDir)}/`;
  return {
    failures,
    left: {
      links: [...linksInPods, ...links, ...namespaces.map((name) => `network namespace ${name}`)],
      leases,
      journal: files.filter((file) => file.startsWith(journalFolder)),
    },
  };
}
