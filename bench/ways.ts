// SPDX-License-Identifier: Apache-2.0
import type { Attachment, AttachmentPlan, PlannedPlugin } from "../src/attachments/index.ts";
import { type CniResult, decodeResult, withPrevResult } from "../src/cni/index.ts";
import { runExecutable } from "./run-executable.ts";
import { type BenchPod, cniArgs } from "./scenario.ts";

/** A pod whose namespace is there. */
export interface LivePod extends BenchPod {
  readonly netns: string;
}

/** One way to attach a pod to its networks. Both throw an Error when a plugin fails. */
export interface Way {
  add(pod: LivePod): Promise<void>;
  del(pod: LivePod): Promise<void>;
}

/** The ways, and how a person calls them. */
export const wayTitles = {
  "one-after-another": "plugins alone, one after another",
  "side-by-side": "plugins alone, side by side",
  "without-agent": "Plures without agent",
  "static-shim": "agent, static shim",
  "static-shim-parallel": "agent, static shim, parallel",
  "typescript-shim": "agent, TypeScript shim",
  "typescript-shim-parallel": "agent, TypeScript shim, parallel",
} as const;

export type WayName = keyof typeof wayTitles;
/** Nothing but the plugins: what Plures is compared with. */
export type PluginsAlone = "one-after-another" | "side-by-side";

/** What every process of a call gets besides `CNI_*`, as from a container runtime. */
const inherited = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" } as const;

/** The environment of a call for the pod as a whole. */
export function callEnvironment(
  verb: "ADD" | "DEL",
  pod: LivePod,
  binDir: string,
): Readonly<Record<string, string>> {
  return {
    ...inherited,
    CNI_COMMAND: verb,
    CNI_CONTAINERID: pod.containerId,
    CNI_NETNS: pod.netns,
    CNI_IFNAME: "eth0",
    CNI_ARGS: cniArgs(pod),
    CNI_PATH: binDir,
  };
}

/** An executable that a container runtime starts for each call, and the configuration that it passes. */
export interface CniCall {
  readonly executable: string;
  readonly config: string;
  readonly binDir: string;
}

/** Plures, started for each call as a container runtime does. */
export function throughPlures({ executable, config, binDir }: CniCall): Way {
  const call = async (verb: "ADD" | "DEL", pod: LivePod): Promise<void> => {
    const environment = callEnvironment(verb, pod, binDir);
    await runExecutable({ path: executable, environment, stdin: config });
  };
  return { add: (pod) => call("ADD", pod), del: (pod) => call("DEL", pod) };
}

/**
 * The plugins of `plan` without anything in between: the same executables, standard inputs and environments,
 * in the order of the standard, DEL in reverse; `side-by-side` runs the networks of a pod at once. `plan` is
 * what Plures planned for `sample`.
 */
export function pluginsAlone(
  order: PluginsAlone,
  { plan, sample }: { readonly plan: AttachmentPlan; readonly sample: LivePod },
): Way {
  const results = new Map<string, readonly CniResult[]>();
  const inTurn = order === "one-after-another" ? oneAfterAnother : allAtOnce;
  return {
    add: async (pod) => {
      const add = (attachment: Attachment) => addNetwork({ attachment, pod, plan, sample });
      results.set(pod.containerId, await inTurn(plan.attachments, add));
    },
    del: async (pod) => {
      const had = results.get(pod.containerId) ?? [];
      const networks = plan.attachments.map((attachment, index) => ({ attachment, result: had[index] }));
      await inTurn(networks.toReversed(), ({ attachment, result }) =>
        delNetwork({ attachment, pod, plan, sample }, result),
      );
    },
  };
}

async function oneAfterAnother<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await act(item));
  return done;
}

function allAtOnce<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  return Promise.all(items.map(act));
}

interface NetworkCall {
  readonly attachment: Attachment;
  readonly pod: LivePod;
  /** Made for `sample`: what names that pod has to name `pod`. */
  readonly plan: AttachmentPlan;
  readonly sample: LivePod;
}

async function addNetwork(call: NetworkCall): Promise<CniResult> {
  let result: CniResult | undefined;
  for (const plugin of call.attachment.plugins) {
    result = decodeResult(await runPlugin("ADD", plugin, { ...call, result }), plugin.cniVersion);
  }
  return result ?? decodeResult("");
}

async function delNetwork(call: NetworkCall, result: CniResult | undefined): Promise<void> {
  for (const plugin of call.attachment.plugins.toReversed()) {
    await runPlugin("DEL", plugin, { ...call, result });
  }
}

function runPlugin(
  verb: "ADD" | "DEL",
  { type, stdin, cniVersion }: PlannedPlugin,
  call: NetworkCall & { readonly result: CniResult | undefined },
): Promise<string> {
  const { attachment, pod, plan, sample, result } = call;
  const binDir = plan.searchDirs[0] ?? "";
  return runExecutable({
    path: `${binDir}/${type}`,
    environment: {
      ...callEnvironment(verb, pod, binDir),
      CNI_IFNAME: attachment.interface,
      CNI_ARGS: attachment.cniArgs.replaceAll(sample.name, pod.name).replaceAll(sample.uid, pod.uid),
    },
    stdin: result === undefined ? stdin : withPrevResult(stdin, result, cniVersion),
  });
}
