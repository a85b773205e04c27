// SPDX-License-Identifier: Apache-2.0
import type { ObjectMeta } from "kubernetes-types/meta/v1";
import type { Manifest } from "./manifest.ts";

/** As much of a CustomResourceDefinition (apiextensions.k8s.io/v1) as ours has. */
export interface NetworkAttachmentCrd {
  readonly apiVersion: "apiextensions.k8s.io/v1";
  readonly kind: "CustomResourceDefinition";
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly group: string;
    readonly scope: "Namespaced";
    readonly names: {
      readonly kind: string;
      readonly plural: string;
      readonly singular: string;
      readonly shortNames: readonly string[];
    };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
      readonly schema: { readonly openAPIV3Schema: unknown };
    }[];
  };
}

const group = "k8s.cni.cncf.io";
const plural = "network-attachment-definitions";

/** What a NetworkAttachmentDefinition is (NPWG specification 1.3, section 3.1); the same as with Multus. */
export function networkAttachmentCrd(): Manifest<NetworkAttachmentCrd> {
  return {
    object: {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: "Namespaced",
        names: {
          kind: "NetworkAttachmentDefinition",
          plural,
          singular: "network-attachment-definition",
          shortNames: ["nad", "net-attach-def"],
        },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    },
    comments: [
      {
        path: [],
        text:
          "What a NetworkAttachmentDefinition is, the same as with Multus. It has a file of its own because " +
          "whoever deletes it deletes every network of the cluster.",
      },
    ],
  };
}

const schema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        config: { description: "A CNI configuration, as JSON in a text.", type: "string" },
      },
    },
  },
} as const;
