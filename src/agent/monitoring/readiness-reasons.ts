// SPDX-License-Identifier: Apache-2.0
import type { Readiness } from "./http-server.ts";

/** What must hold before pods can be attached: each is undefined when it does, else one sentence. */
export type Condition = () => string | undefined;

/** Ready when every condition holds; else with the sentences of those that do not. */
export function readinessOf(conditions: readonly Condition[]): Readiness {
  const reasons = conditions.flatMap((condition) => condition() ?? []);
  return { ready: reasons.length === 0, reasons };
}
