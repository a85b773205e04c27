// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes, oneLine, parseJsonObject } from "../cni/index.ts";
import { annotationKeys } from "./annotation-keys.ts";
import { refuse } from "./annotation-values.ts";
import { parseNetworkReference } from "./network-reference.ts";
import { readSelectionElement } from "./selection-element.ts";
import { type NetworkSelection, plainSelection } from "./selection-types.ts";

/** How an annotation is read. */
interface Reading {
  readonly annotation: string;
  /** For elements that name no namespace. */
  readonly namespace: string;
}

/**
 * Reads the annotation `k8s.v1.cni.cncf.io/networks` in both its forms, a comma list of
 * `[namespace/]name[@interface]` or a JSON list (NPWG de-facto standard 1.3, section 4.1.2). Gives no
 * selections for an empty one. Throws a CniError (code 7) that names element, field, value and how to write
 * it.
 */
export function parseNetworkSelections(
  annotation: string,
  podNamespace: string,
): readonly NetworkSelection[] {
  return readSelections(annotation, { annotation: annotationKeys.networks, namespace: podNamespace });
}

/**
 * Reads the annotation `v1.multus-cni.io/default-network`, which names one network, looked up in the Multus
 * namespace unless it names another. undefined for an empty one. Throws a CniError (code 7).
 */
export function parseDefaultNetworkAnnotation(
  annotation: string,
  multusNamespace: string,
): NetworkSelection | undefined {
  const reading = { annotation: annotationKeys.defaultNetwork, namespace: multusNamespace };
  const [selection, second] = readSelections(annotation, reading);
  if (second === undefined) return selection;
  throw refuse(
    { annotation: reading.annotation, element: 2 },
    {
      value: second.name,
      problem: "is one network too many",
      hint: `name one network, further ones belong into ${annotationKeys.networks}`,
    },
  );
}

function readSelections(text: string, reading: Reading): readonly NetworkSelection[] {
  const trimmed = text.trim();
  if (trimmed === "") return [];
  // Upstream tells the forms apart by the same characters.
  if (!/[[{"]/.test(trimmed)) return readCommaList(trimmed, reading);
  if (!trimmed.startsWith("[")) throw neitherForm(trimmed, reading);
  return readJsonList(text, reading).map((element, index) =>
    readSelectionElement(element, { annotation: reading.annotation, element: index + 1 }, reading.namespace),
  );
}

function readCommaList(text: string, { annotation, namespace }: Reading): readonly NetworkSelection[] {
  return text.split(",").map((item, index) => {
    const reference = parseNetworkReference(item, { annotation, element: index + 1 });
    const selection = plainSelection(reference.namespace ?? namespace, reference.name);
    return { ...selection, interface: reference.interface };
  });
}

const oneForm = "write all networks as a comma list (mv-a, br-c@data0) or all in one JSON list of objects";

function readJsonList(text: string, { annotation }: Reading): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    const mixed = /\]\s*,[^[\]{}"]*$/.test(text);
    throw mixed ? mixedForms(annotation) : invalidJson(text, annotation);
  }
}

function mixedForms(annotation: string): CniError {
  const message = `annotation ${annotation} mixes a JSON list with a comma list`;
  return new CniError(cniErrorCodes.invalidNetworkConfig, message, { hint: oneForm });
}

function invalidJson(text: string, annotation: string): CniError {
  try {
    parseJsonObject(text, `annotation ${annotation}`);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new CniError(cniErrorCodes.invalidNetworkConfig, message, { hint: oneForm, cause });
  }
  return mixedForms(annotation);
}

/** A text with JSON in it that is no list: the commonest slips, each with its own sentence. */
function neitherForm(text: string, { annotation }: Reading): CniError {
  const isMixed = /^[^[{"]+,/.test(text);
  if (isMixed) return mixedForms(annotation);
  const message = `annotation ${annotation} is neither a comma list nor a JSON list: ${oneLine(text, 80)}`;
  const hint = text.startsWith("{") ? "put the object into a list: [ {...} ]" : oneForm;
  return new CniError(cniErrorCodes.invalidNetworkConfig, message, { hint });
}
