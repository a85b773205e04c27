// SPDX-License-Identifier: Apache-2.0
import type { MultusConfigFact } from "../../diagnosis/index.ts";

/** The paths that configurations of Multus give for a key. */
export function pathsOfSetting(configs: readonly MultusConfigFact[], key: string): readonly string[] {
  return configs.flatMap(({ settings }) => {
    const value = settings[key];
    return typeof value === "string" && value.startsWith("/") ? [value] : [];
  });
}
