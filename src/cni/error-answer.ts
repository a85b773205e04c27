// SPDX-License-Identifier: Apache-2.0
import type { CniError } from "./errors.ts";
import { isCniVersion, newestCniVersion } from "./versions.ts";

/**
 * The error object that a runtime gets on standard output (specification 1.1.0, section 5 "Error"), as JSON
 * text: `msg` is the sentence with its hint. `cniVersion` is that of the request, if it could be read.
 */
export function encodeError(error: CniError, cniVersion: string | undefined): string {
  return JSON.stringify({
    cniVersion: cniVersion !== undefined && isCniVersion(cniVersion) ? cniVersion : newestCniVersion,
    code: error.code,
    msg: error.hint === undefined ? error.message : `${error.message}; ${error.hint}`,
    ...(error.details === undefined ? {} : { details: error.details }),
  });
}
