// SPDX-License-Identifier: Apache-2.0
import type { AttachmentPlan, NetworkAttachmentDefinition, Pod } from "../../attachments/index.ts";
import { createObjectCluster } from "../../cluster/index.ts";
import type { CniResult } from "../../cni/index.ts";
import { answer, type PluginAnswer } from "../../shim/answer.ts";
import { connect } from "../../shim/connect.ts";
import type { PluginRunner, VerbPorts } from "../../verbs/index.ts";
import type { CallFailure } from "./report.ts";
import { type Container, callEnvironment, primaryInterface } from "./runtime-call.ts";

/** One plugin run, timed. */
export interface PluginRun {
  readonly interface: string;
  readonly plugin: string;
  readonly milliseconds: number;
}

/** What ADD did for a pod. */
export interface Attached {
  readonly failure: CallFailure | undefined;
  /** Of the journal; undefined when ADD failed and nothing is attached. */
  readonly plan: AttachmentPlan | undefined;
  /** By index of the plan's attachments. */
  readonly results: ReadonlyMap<number, CniResult>;
  readonly runs: readonly PluginRun[];
  readonly milliseconds: number;
  /** The annotation network-status as it was written; undefined when it was not. */
  readonly status: string | undefined;
}

/** The node's container runtime, with Plures as its CNI plugin. */
export interface Node {
  add(container: Container): Promise<Attached>;
  /** Undefined when DEL succeeded. */
  del(container: Container): Promise<CallFailure | undefined>;
}

export interface NodeOptions {
  readonly pods: readonly Pod[];
  readonly networks: readonly NetworkAttachmentDefinition[];
  /** `00-multus.conf`. */
  readonly config: string;
  readonly pluginDirs: readonly string[];
  /** Ends plugin runs of ADD when it fires. */
  readonly signal: AbortSignal;
}

/**
 * A node whose calls go through the same code as those of a real container runtime: `answer` with its real
 * ports. Only the Kubernetes API is made of the objects at hand, and plugin runs are timed.
 */
export function createNode({ config, pluginDirs, signal, ...objects }: NodeOptions): Node {
  const { cluster, record } = createObjectCluster(objects);
  const call = async (verb: "ADD" | "DEL", container: Container) => {
    const runs: PluginRun[] = [];
    let ports: VerbPorts | undefined;
    const start = performance.now();
    const ended = await answer({
      environment: callEnvironment(verb, { ...container, pluginDirs }),
      stdin: config,
      connect: (parsed, request) => {
        const real = connect({
          config: parsed,
          request,
          signal: verb === "ADD" ? signal : new AbortController().signal,
          cluster,
        });
        ports = { ...real, plugins: timed(real.plugins, runs) };
        return ports;
      },
    });
    return { failure: failureOf(ended), ports, runs, milliseconds: performance.now() - start };
  };
  return {
    add: async (container) => {
      const { failure, ports, runs, milliseconds } = await call("ADD", container);
      const key = { containerId: container.containerId, ifName: primaryInterface };
      const entry = failure === undefined ? await ports?.journal.read(key) : undefined;
      const { namespace, name } = container.pod;
      return {
        ...{ failure, runs, milliseconds, status: record.statuses.get(`${namespace}/${name}`) },
        ...{ plan: entry?.plan, results: entry?.results ?? new Map() },
      };
    },
    del: async (container) => (await call("DEL", container)).failure,
  };
}

function timed(plugins: PluginRunner, runs: PluginRun[]): PluginRunner {
  return {
    ...plugins,
    run: async (invocation, options) => {
      const start = performance.now();
      const ending = await plugins.run(invocation, options);
      const milliseconds = performance.now() - start;
      runs.push({
        interface: invocation.environment.CNI_IFNAME ?? "",
        plugin: invocation.plugin,
        milliseconds,
      });
      return ending;
    },
  };
}

function failureOf({ exitCode, stdout }: PluginAnswer): CallFailure | undefined {
  if (exitCode === 0) return undefined;
  const { code, msg, details } = JSON.parse(stdout);
  return { code, message: msg, details };
}
