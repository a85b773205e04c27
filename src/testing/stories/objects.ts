// SPDX-License-Identifier: Apache-2.0
import type { NetworkAttachmentDefinition, Pod } from "../../attachments/index.ts";

/** A pod of the default namespace that asks for networks. */
export function aPod(networks: string | undefined, changes: Partial<Pod> = {}): Pod {
  const annotations = networks === undefined ? {} : { "k8s.v1.cni.cncf.io/networks": networks };
  return { namespace: "default", name: "web", uid: "u-1", annotations, ...changes };
}

/** A NAD of the default namespace; its plugin is the fixture `echo-result` unless `config` says otherwise. */
export function aNad(
  name: string,
  config: Readonly<Record<string, unknown>> | string = {},
): NetworkAttachmentDefinition {
  const text =
    typeof config === "string"
      ? config
      : JSON.stringify({ cniVersion: "1.0.0", type: "echo-result", ...config });
  return { namespace: "default", name, annotations: {}, config: text };
}
