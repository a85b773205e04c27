// SPDX-License-Identifier: Apache-2.0
import { expect } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Ending } from "../containerd/processes.ts";
import { networksAnnotation, type TestPod } from "../plugin/objects.ts";
import {
  gcCall,
  mustCall as mustCallPlugin,
  type Call as PluginCall,
  type RunningCall,
  startCall as startPlugin,
} from "../plugin/runtime.ts";
import type { AgentNode } from "./node.ts";

/** One call as the container runtime makes it, with the configuration that it finds. */
export interface Call extends Pick<PluginCall, "verb" | "pod"> {
  /** Over the configuration that is found. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A port of the node that is to lead to the pod. */
  readonly hostPort?: number;
}

type Json = Readonly<Record<string, unknown>>;

const annotationsCapability = "io.kubernetes.cri.pod-annotations";

/**
 * What containerd passes to the first plugin: the file that sorts first, name and version of the list put
 * into the plugin, and what it declares capabilities for. Throws an Error when there is nothing that works.
 */
export function configForRuntime(
  node: AgentNode,
  { pod, hostPort }: Pick<Call, "pod" | "hostPort"> = {},
): Json {
  const file = readdirSync(node.confDir)
    .filter((name) => /\.(conf|conflist|json)$/.test(name))
    .sort()[0];
  if (file === undefined) throw new Error("the runtime finds no CNI configuration");
  const text = readFileSync(join(node.confDir, file), "utf8");
  const parsed: Json & { plugins?: readonly Json[]; capabilities?: Json } = JSON.parse(text);
  const { plugins, ...list } = parsed;
  const { capabilities = {}, ...plugin }: Json & { capabilities?: Json } = plugins?.[0] ?? parsed;
  const offered: Json = {
    [annotationsCapability]: pod?.networks === undefined ? {} : { [networksAnnotation]: pod.networks },
    ...(hostPort === undefined ? {} : { portMappings: [portMapping(hostPort)] }),
  };
  const wanted = Object.entries(offered).filter(([name]) => capabilities[name] === true);
  return { ...list, ...plugin, capabilities, runtimeConfig: Object.fromEntries(wanted) };
}

function portMapping(hostPort: number): Json {
  return { hostPort, containerPort: 80, protocol: "tcp" };
}

/** A port of the node that no other pod has. */
export function hostPortOf({ name }: TestPod): number {
  return 20_000 + Number(name.replace("pod-", ""));
}

/** Starts the shim for a call. */
export function startCall(node: AgentNode, options: Call): RunningCall {
  return startPlugin(node, asPluginCall(node, options));
}

/** One call to its end. */
export async function call(node: AgentNode, options: Call): Promise<Ending> {
  return startCall(node, options).ended;
}

/** One call that must succeed; gives what it printed. */
export async function mustCall(node: AgentNode, options: Call): Promise<string> {
  return mustCallPlugin(node, asPluginCall(node, options));
}

function asPluginCall(node: AgentNode, { verb, pod, config, hostPort }: Call): PluginCall {
  const stdin = JSON.stringify({
    ...configForRuntime(node, { ...(pod && { pod }), ...(hostPort && { hostPort }) }),
    ...config,
  });
  return { verb, ...(pod && { pod }), stdin };
}

/** GC that the runtime does when it knows of `valid` containers only. */
export function collectGarbage(node: AgentNode, valid: readonly TestPod[]): Promise<string> {
  return mustCall(node, gcCall(valid));
}

/**
 * A call that is refused with the code: the line that a runtime shows, and the same with what did not fit
 * into it.
 */
export async function refusal(
  node: AgentNode,
  options: Call,
  code: number,
): Promise<{ readonly line: string; readonly whole: string }> {
  const { exitCode, stdout, stderr } = await call(node, options);
  const error = JSON.parse(stdout || "{}");
  expect({ exitCode, error, stderr }).toMatchObject({ exitCode: 1, error: { code }, stderr: "" });
  expect(error.msg).toMatch(/^[^\n]{1,200}$/);
  return { line: error.msg, whole: `${error.msg}\n${error.details ?? ""}` };
}
