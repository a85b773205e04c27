// SPDX-License-Identifier: Apache-2.0
import { oneLine } from "../../cni/index.ts";
import type { FolderFinding, FolderReason, KnownPrimary } from "../../node-config/index.ts";
import type { NodeEvent, NodeEventReason } from "./node-config-state.ts";

/** Kubernetes takes 1024 characters. */
const longestMessage = 1000;

/** An event of the node. */
export function nodeEvent(type: NodeEvent["type"], reason: NodeEventReason, message: string): NodeEvent {
  return { type, reason, message: oneLine(message, longestMessage) };
}

/** What a finding is called as an event; none for what has an event of its own when it is dealt with. */
const findingEvents: Readonly<Record<FolderReason, NodeEventReason | undefined>> = {
  "foreign-config-first": "ForeignConfigFirst",
  "second-own-name": undefined,
  "other-file-in-the-way": "LeftoverFound",
  "renamed-copy": "LeftoverFound",
  "primary-unusable": "PrimaryUnusable",
};

/** The event for a finding, undefined when it needs none. */
export function findingEvent({ reason, message, hint }: FolderFinding): NodeEvent | undefined {
  const name = findingEvents[reason];
  return name === undefined ? undefined : nodeEvent("Warning", name, `${message}; ${hint}`);
}

/** The event for a primary in place of another. */
export function primaryChanged(from: KnownPrimary, to: KnownPrimary): NodeEvent {
  const message = `the primary network is ${describe(to)}, no longer ${describe(from)}`;
  return nodeEvent("Normal", "PrimaryChanged", message);
}

function describe({ name, type, path }: KnownPrimary): string {
  return `"${name}" of type ${type} (${path})`;
}

/** How our file came to be other than we left it. */
export type Disturbance =
  | { readonly kind: "removed" }
  | { readonly kind: "renamed"; readonly to: string }
  | { readonly kind: "edited"; readonly copy: string };

/** The event for our file that was put back. */
export function putBackEvent(path: string, disturbance: Disturbance): NodeEvent {
  return nodeEvent("Warning", "NodeConfigPutBack", `"${path}" was put back: ${whatHappened(disturbance)}`);
}

function whatHappened(disturbance: Disturbance): string {
  if (disturbance.kind === "removed") return "somebody removed it";
  if (disturbance.kind === "edited") {
    return `somebody changed it, the changed one is in "${disturbance.copy}"; change the agent's configuration instead`;
  }
  const who = disturbance.to.endsWith(".cilium_bak")
    ? 'Cilium renamed it; set "cni.exclusive: false" in its Helm values'
    : "somebody renamed it";
  return `${who} (it is now "${disturbance.to}")`;
}
