// SPDX-License-Identifier: Apache-2.0
import type { CniVersion } from "../cni/index.ts";

/** Who the networks are for, as CNI_ARGS names it. */
export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  /** Empty when the runtime does not say. */
  readonly uid: string;
}

/**
 * One plugin run of an attachment: the exact standard input, but for `prevResult`, which the run before it
 * decides.
 */
export interface PlannedPlugin {
  readonly type: string;
  /** The version spoken with this plugin, negotiated through its VERSION answer. */
  readonly cniVersion: CniVersion;
  readonly stdin: string;
}

/** What a selection asked for and a result must therefore show. */
export interface RequestedProperties {
  /** Addresses, with or without prefix length, as written. */
  readonly ips: readonly string[];
  readonly mac: string | undefined;
  readonly infinibandGuid: string | undefined;
  readonly deviceId: string | undefined;
}

/** What becomes of an attachment's default routes of one family once the pod is attached to everything. */
export type DefaultRouteDecision =
  | { readonly kind: "keep" }
  | { readonly kind: "remove" }
  | { readonly kind: "via"; readonly gateway: string };

/**
 * - `primary`: the cluster's default network; its result is the answer to the runtime
 * - `network`: a further network, with an interface of its own
 * - `auxiliary`: a chain that works on the primary's interface, starts with the primary's result as
 *   `prevResult` and has no status entry
 */
export type AttachmentRole = "primary" | "network" | "auxiliary";

/** One network of a pod, ready to run. */
export interface Attachment {
  readonly role: AttachmentRole;
  /** `namespace/name` of the NAD, or the name in the CNI config: what status, events and errors call it. */
  readonly network: string;
  /** The CNI `name`: what leases and caches are filed under. */
  readonly cniName: string;
  readonly interface: string;
  readonly cniVersion: CniVersion;
  /** CNI_ARGS for every plugin of this attachment. */
  readonly cniArgs: string;
  readonly plugins: readonly PlannedPlugin[];
  /** It may run at the same time as its neighbours that say so, too; plans of before have it nowhere. */
  readonly sideBySide?: true;
  readonly disableCheck: boolean;
  readonly disableGC: boolean;
  readonly requested: RequestedProperties;
  readonly defaultRoutes: { readonly ipv4: DefaultRouteDecision; readonly ipv6: DefaultRouteDecision };
  readonly device:
    | { readonly resourceName: string | undefined; readonly deviceId: string; readonly infoFile: string }
    | undefined;
}

/**
 * Everything ADD will do for one container, written to the journal before the first plugin runs; DEL replays
 * it. Plain JSON.
 */
export interface AttachmentPlan {
  readonly schemaVersion: 1;
  readonly containerId: string;
  /** CNI_IFNAME of the request: the primary's interface. */
  readonly ifName: string;
  readonly netns: string;
  readonly pod: PodIdentity | undefined;
  /** Where plugins were looked up; DEL looks in its own request's dirs first. */
  readonly searchDirs: readonly string[];
  readonly attachments: readonly Attachment[];
}
