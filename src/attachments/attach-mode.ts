// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, oneLine } from "../cni/index.ts";
import { annotationKeys } from "./annotation-keys.ts";
import type { NetworkAttachmentDefinition } from "./objects.ts";

const attachModes = ["sequential", "parallel"] as const;

/**
 * How networks are attached once the primary is there: one after another, as CNI 1.1.0 and NPWG 1.3 (section
 * 7.3) have it, or side by side.
 */
export type AttachMode = (typeof attachModes)[number];

/** Reads the mode; `place` names it for the reader. Throws a CniError (code 7) naming the allowed values. */
export function readAttachMode(text: string, place: string): AttachMode {
  const mode = attachModes.find((name) => name === text);
  if (mode !== undefined) return mode;
  const allowed = attachModes.join(" and ");
  const message = `${place} is "${oneLine(text, 60)}", allowed are ${allowed}`;
  throw new CniError(cniErrorCodes.invalidNetworkConfig, message, {
    hint: "write one of them, or take it out",
  });
}

/** What a NAD's annotation says; undefined when it says nothing. Throws as `readAttachMode`. */
export function attachModeOf(
  nad: Pick<NetworkAttachmentDefinition, "namespace" | "name" | "annotations">,
): AttachMode | undefined {
  const text = nad.annotations[annotationKeys.attach];
  const place = `NetworkAttachmentDefinition ${nad.namespace}/${nad.name} annotation ${annotationKeys.attach}`;
  return text ? readAttachMode(text, place) : undefined;
}
