// SPDX-License-Identifier: Apache-2.0
import type { PluginNode } from "./node.ts";
import { statusAnnotation, type TestPod } from "./objects.ts";

/** The pod's network-status as the API has it now, as JSON; undefined when none was written. */
export function networkStatusOf({ api }: PluginNode, pod: Pick<TestPod, "namespace" | "name">): unknown {
  const kind = api.kinds.find(({ plural }) => plural === "pods");
  const object = kind === undefined ? undefined : api.store.get(kind, pod.namespace, pod.name);
  if (object === undefined) throw new Error(`reading the pod ${pod.namespace}/${pod.name}: the API has none`);
  // The double keeps what was seeded and patched, and checks the form of metadata.
  const { annotations } = object.metadata as { readonly annotations?: Readonly<Record<string, string>> };
  const text = annotations?.[statusAnnotation];
  return text === undefined ? undefined : JSON.parse(text);
}
