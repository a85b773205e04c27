// SPDX-License-Identifier: Apache-2.0
import type { MultusConfig } from "../attachments/index.ts";
import type { CniRequest } from "../cni/index.ts";

/**
 * Where plugins are looked up: `binDir` first, then CNI_PATH, then `others` (the dirs of a plan made
 * earlier).
 */
export function searchDirsOf(
  config: Pick<MultusConfig, "binDir">,
  request: Pick<CniRequest, "searchPath">,
  others: readonly string[] = [],
): readonly string[] {
  return [...new Set([config.binDir, ...request.searchPath, ...others])];
}
