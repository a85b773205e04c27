// SPDX-License-Identifier: Apache-2.0

/** True for a JSON object: not null, not a list. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
