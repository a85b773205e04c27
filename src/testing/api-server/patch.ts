// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from "node:util";
import { isJson, type Json } from "./api-object.ts";

/** How a patch ended: the patched value, a failed `test`, or a patch that cannot be applied. */
export type Patched =
  | { readonly kind: "patched"; readonly value: unknown }
  | { readonly kind: "test-failed" }
  | { readonly kind: "malformed"; readonly message: string };

/** A JSON merge patch (RFC 7396): null takes away, mappings merge, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJson(patch)) return patch;
  const merged: Record<string, unknown> = isJson(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/**
 * A JSON patch (RFC 6902): all operations, or none. `move` and `copy` are not there: nothing of ours sends
 * them.
 */
export function jsonPatch(target: unknown, patch: unknown): Patched {
  if (!Array.isArray(patch)) return { kind: "malformed", message: "a JSON patch is a list of operations" };
  let value = structuredClone(target);
  for (const operation of patch) {
    const step = isJson(operation) ? applyOperation(value, operation) : undefined;
    if (step === undefined) return { kind: "malformed", message: "an operation is no mapping" };
    if (step.kind !== "patched") return step;
    value = step.value;
  }
  return { kind: "patched", value };
}

function applyOperation(root: unknown, operation: Json): Patched {
  const { op, path, value } = operation;
  if (typeof path !== "string") return { kind: "malformed", message: "an operation has no path" };
  if (path === "") return { kind: "malformed", message: "the whole object cannot be replaced" };
  const keys = path
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = keys.pop() ?? "";
  let parent: unknown = root;
  for (const key of keys) parent = isContainer(parent) ? parent[key] : undefined;
  if (!isContainer(parent)) return { kind: "malformed", message: `there is nothing at ${path}` };
  if (op === "test") {
    return isDeepStrictEqual(parent[last], value)
      ? { kind: "patched", value: root }
      : { kind: "test-failed" };
  }
  return changeAt(root, parent, { op, last, value });
}

function changeAt(
  root: unknown,
  parent: Record<string, unknown>,
  change: { readonly op: unknown; readonly last: string; readonly value: unknown },
): Patched {
  const { op, last, value } = change;
  if (op !== "add" && !(last in parent))
    return { kind: "malformed", message: `there is no ${last} to ${op}` };
  if (op === "remove") removeAt(parent, last);
  else if (op === "add" && Array.isArray(parent))
    parent.splice(last === "-" ? parent.length : Number(last), 0, value);
  else if (op === "add" || op === "replace") parent[last] = value;
  else return { kind: "malformed", message: `the operation ${String(op)} is not known` };
  return { kind: "patched", value: root };
}

function removeAt(parent: Record<string, unknown>, key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

// A list is addressed like a mapping: its keys are its positions.
function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
