// SPDX-License-Identifier: Apache-2.0
import type { CniVersion } from "./versions.ts";

/** Environment variables of the CNI protocol (specification 1.1.0, section 2 "Parameters"). */
export type CniVariable =
  | "CNI_COMMAND"
  | "CNI_CONTAINERID"
  | "CNI_NETNS"
  | "CNI_IFNAME"
  | "CNI_ARGS"
  | "CNI_PATH"
  | "CNI_NETNS_OVERRIDE";

interface VerbRow {
  /** The version of the specification that brought the verb. */
  readonly since: CniVersion;
  readonly required: readonly CniVariable[];
}

/** Which verb exists since when and what it needs: the one place that knows. */
export const cniVerbs = {
  ADD: { since: "0.1.0", required: ["CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"] },
  DEL: { since: "0.1.0", required: ["CNI_CONTAINERID", "CNI_IFNAME", "CNI_PATH"] },
  CHECK: { since: "0.4.0", required: ["CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"] },
  GC: { since: "1.1.0", required: ["CNI_PATH"] },
  STATUS: { since: "1.1.0", required: ["CNI_PATH"] },
  VERSION: { since: "0.1.0", required: [] },
} as const satisfies Record<string, VerbRow>;

/** A verb of the protocol. */
export type CniVerb = keyof typeof cniVerbs;

/** Whether `text` is a verb of the protocol. */
export function isCniVerb(text: string): text is CniVerb {
  return Object.hasOwn(cniVerbs, text);
}
