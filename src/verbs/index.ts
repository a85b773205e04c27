// SPDX-License-Identifier: Apache-2.0
export { failureLine } from "./failure-line.ts";
export { podIdentityOf } from "./find-pod.ts";
export type * from "./ports.ts";
export { runVerb } from "./run-verb.ts";
