// SPDX-License-Identifier: Apache-2.0
import { type Json, mappingAt } from "./api-object.ts";
import type { ServedKind } from "./served-kinds.ts";
import type { FieldCause } from "./status-object.ts";

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** What the API server finds wrong with a new object, as far as tests need it. */
export function validateNew(kind: ServedKind, object: Json, name: string): readonly FieldCause[] {
  const causes: FieldCause[] = [];
  if (name === "") {
    causes.push({
      reason: "FieldValueRequired",
      field: "metadata.name",
      message: "Required value: name or generateName is required",
    });
  } else if (!subdomain.test(name)) {
    const message = `Invalid value: "${name}": ${subdomainRule}`;
    causes.push({ reason: "FieldValueInvalid", field: "metadata.name", message });
  }
  if (kind.plural === "pods") {
    const { containers } = mappingAt(object, "spec");
    if (!Array.isArray(containers) || containers.length === 0) {
      causes.push({ reason: "FieldValueRequired", field: "spec.containers", message: "Required value" });
    }
  }
  return causes;
}

/** What is wrong with a changed object: its identity cannot change. */
export function validateChange(before: Json, after: Json): readonly FieldCause[] {
  const [old, now] = [mappingAt(before, "metadata"), mappingAt(after, "metadata")];
  if (now.uid === undefined || now.uid === old.uid) return [];
  const message = `Invalid value: "${String(now.uid)}": field is immutable`;
  return [{ reason: "FieldValueInvalid", field: "metadata.uid", message }];
}
