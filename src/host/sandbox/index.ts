// SPDX-License-Identifier: Apache-2.0

/**
 * The sandbox of `plures try`, in the order of use: outside, `enterSandbox` says how to start oneself again
 * inside (`argv`, `environment`); inside, `prepareSandbox`, an `addLan` for every master that NADs name,
 * `recordBaseline`; per pod `createPodSandbox`, plugins, `inspectPod`, `pingFrom`, plugins again, `remove`;
 * at the end `leftovers`. The sandbox itself goes when the program inside ends: namespaces, mounts and files
 * in memory are the kernel's to free.
 */
export { enterSandbox, outsideVariable } from "./enter.ts";
export { addLan } from "./lan.ts";
export { type Leftovers, leftovers, type NodeBaseline, recordBaseline } from "./leftovers.ts";
export { type PingEnding, pingFrom } from "./ping.ts";
export {
  createPodSandbox,
  inspectPod,
  type PodInterface,
  type PodNetwork,
  type PodSandbox,
} from "./pod.ts";
export { prepareSandbox, stateFolder } from "./prepare.ts";
