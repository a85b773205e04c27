// SPDX-License-Identifier: Apache-2.0
import type { NetworkAttachmentDefinition, Pod } from "../attachments/index.ts";
import { isJsonObject } from "../cni/index.ts";

/** What we read of a pod in an answer of the API server. */
export function toPod(body: Readonly<Record<string, unknown>>): Pod {
  return readMetadata(body);
}

/** What we read of a NetworkAttachmentDefinition in an answer of the API server. */
export function toNetwork(body: Readonly<Record<string, unknown>>): NetworkAttachmentDefinition {
  const { namespace, name, annotations } = readMetadata(body);
  const spec = isJsonObject(body.spec) ? body.spec : {};
  return { namespace, name, annotations, config: text(spec.config) };
}

/** The namespaces of the objects in a list, each once, sorted. */
export function toNamespaces(list: Readonly<Record<string, unknown>>): readonly string[] {
  const items: unknown[] = Array.isArray(list.items) ? list.items : [];
  const namespaces = items.map((item) => (isJsonObject(item) ? readMetadata(item).namespace : ""));
  return [...new Set(namespaces.filter((namespace) => namespace !== ""))].sort();
}

function readMetadata(body: Readonly<Record<string, unknown>>): Pod {
  const metadata = isJsonObject(body.metadata) ? body.metadata : {};
  const annotations = isJsonObject(metadata.annotations) ? metadata.annotations : {};
  return {
    namespace: text(metadata.namespace),
    name: text(metadata.name),
    uid: text(metadata.uid),
    annotations: Object.fromEntries(
      Object.entries(annotations).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
