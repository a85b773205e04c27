// SPDX-License-Identifier: Apache-2.0
import type { CniEnvironment } from "../cni/index.ts";

/**
 * What every plugin that Plures starts has in its environment, and hands on to those that it starts itself.
 * The name is also in native/shim.c.
 */
export const startedByUs = { CNI_STARTED_BY: "plures" } as const satisfies CniEnvironment;

/**
 * How a request is to be answered that comes from a plugin of ours: with an error, with nothing, or like any
 * other. A network of the type `plures`, at whatever depth and however its key is written, would have us run
 * with a configuration that its author wrote: any program of the host, as root. What is never attached so
 * is deleted with success, so that nobody's DEL fails for ever.
 */
export function judgeNestedStart(
  environment: Readonly<Record<string, string | undefined>>,
): "refuse" | "nothing-to-do" | "serve" {
  const { CNI_STARTED_BY: by, CNI_COMMAND: verb } = environment;
  if (by === undefined || verb === undefined || verb === "VERSION") return "serve";
  return verb === "DEL" || verb === "GC" ? "nothing-to-do" : "refuse";
}
