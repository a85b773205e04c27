// SPDX-License-Identifier: Apache-2.0

export { readDeviceInfo } from "./devices.ts";
export { failureLine } from "./failure-line.ts";
export { podIdentityOf } from "./find-pod.ts";
export type * from "./ports.ts";
export { presenceBy, type Witnesses } from "./presence.ts";
export { runVerb } from "./run-verb.ts";
export { type Presence, quietMsFor, type Sweep, type SweepReport, sweep } from "./sweep.ts";
