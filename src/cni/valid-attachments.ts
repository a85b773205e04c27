// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";
import { isJsonObject } from "./json-text.ts";

/** One attachment that the runtime knows of; the keys are those of the specification. */
export interface ValidAttachment {
  readonly containerID: string;
  readonly ifname: string;
}

/** Newest spelling first; drafts of the specification had the second. */
const validAttachmentKeys = ["cni.dev/valid-attachments", "cni.dev/attachments"] as const;

/**
 * Reads the list of a GC request from its configuration. Throws a CniError (code 7) when it is absent or
 * something else.
 */
export function readValidAttachments(config: Readonly<Record<string, unknown>>): readonly ValidAttachment[] {
  const key = validAttachmentKeys.find((candidate) => Object.hasOwn(config, candidate));
  if (key === undefined) {
    throw new CniError(
      cniErrorCodes.invalidNetworkConfig,
      `reading the request: GC needs "${validAttachmentKeys[0]}" on standard input`,
      { hint: "nothing was cleaned up, as without that list every attachment would have to go" },
    );
  }
  // Go writes an empty list as null: a node without pods.
  const list = config[key] ?? [];
  const valid = Array.isArray(list) && list.every(isValidAttachment);
  if (valid) return list;
  throw new CniError(
    cniErrorCodes.invalidNetworkConfig,
    `reading the request: "${key}" must be a list of {"containerID": "...", "ifname": "..."}`,
  );
}

function isValidAttachment(value: unknown): value is ValidAttachment {
  return isJsonObject(value) && typeof value.containerID === "string" && typeof value.ifname === "string";
}
