// SPDX-License-Identifier: Apache-2.0
import type { IpFamily } from "../cni/index.ts";

/** What we read of a pod. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What we read of a NetworkAttachmentDefinition. */
export interface NetworkAttachmentDefinition {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** `spec.config`, empty when the object has none. */
  readonly config: string;
}

/** An event about a pod, as the API server stores it. */
export interface PodEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** A default route inside a pod's namespace. */
export interface DefaultRoute {
  readonly family: IpFamily;
  readonly interface: string;
  /** undefined for a route without next hop. */
  readonly gateway: string | undefined;
  readonly metric: number;
}
