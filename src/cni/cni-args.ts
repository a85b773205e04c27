// SPDX-License-Identifier: Apache-2.0
import { CniError, cniErrorCodes } from "./errors.ts";

/**
 * Reads CNI_ARGS, `KEY=value;KEY=value`. Values may contain `=`, a key given twice has its last value, empty
 * pairs are passed over; throws a CniError (code 4) for a pair without key or `=`, as plugins do (`LoadArgs`
 * of libcni).
 */
export function parseCniArgs(text: string): ReadonlyMap<string, string> {
  const args = new Map<string, string>();
  for (const pair of text.split(";")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    if (equals < 1) {
      throw new CniError(
        cniErrorCodes.invalidEnvironment,
        `reading CNI_ARGS: "${pair}" is no KEY=value pair`,
        {
          hint: "CNI_ARGS must look like K8S_POD_NAMESPACE=default;K8S_POD_NAME=web",
        },
      );
    }
    args.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return args;
}

/**
 * Writes CNI_ARGS in the given order. Throws a CniError (code 4) for a pair that would be read as another
 * one.
 */
export function formatCniArgs(pairs: Iterable<readonly [string, string]>): string {
  return Array.from(pairs, ([key, value]) => {
    if (key === "" || /[;=]/.test(key) || value.includes(";")) {
      throw new CniError(
        cniErrorCodes.invalidEnvironment,
        `writing CNI_ARGS: "${key}=${value}" cannot be a pair of its own`,
        { hint: "a key needs at least one character and neither ';' nor '=', a value must not contain ';'" },
      );
    }
    return `${key}=${value}`;
  }).join(";");
}
