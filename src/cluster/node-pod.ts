// SPDX-License-Identifier: Apache-2.0
import { annotationKeys, type NetworkAttachmentDefinition, type Pod } from "../attachments/index.ts";
import { isJsonObject } from "../cni/index.ts";
import { toNetwork, toPod } from "./api-objects.ts";

/** What is kept of a pod of this node. */
export interface NodePod extends Pod {
  readonly nodeName: string;
  /** `Pending`, `Running`, ...; empty when the API does not say. */
  readonly phase: string;
  readonly hostNetwork: boolean;
  /** Whether its deletion was asked for. */
  readonly isDeleting: boolean;
}

const kept: ReadonlySet<string> = new Set(Object.values(annotationKeys));

/** A pod of the API, trimmed: of the annotations only those that we read or write. */
export function toNodePod(body: Readonly<Record<string, unknown>>): NodePod {
  const { annotations, ...identity } = toPod(body);
  const [metadata, spec, status] = [body.metadata, body.spec, body.status].map(mapping);
  return {
    ...identity,
    annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => kept.has(key))),
    nodeName: text(spec?.nodeName),
    phase: text(status?.phase),
    hostNetwork: spec?.hostNetwork === true,
    isDeleting: metadata?.deletionTimestamp !== undefined,
  };
}

/** kubectl's copy of the whole object: it would double what the cache takes. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** A NetworkAttachmentDefinition of the API, without kubectl's copy of it. */
export function toCachedNetwork(body: Readonly<Record<string, unknown>>): NetworkAttachmentDefinition {
  const { annotations, ...network } = toNetwork(body);
  const { [lastApplied]: _, ...own } = annotations;
  return { ...network, annotations: own };
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return isJsonObject(value) ? value : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
