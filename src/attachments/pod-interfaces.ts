// SPDX-License-Identifier: Apache-2.0
import type { CniResult, ResultInterface } from "../cni/index.ts";

/** An interface that a result puts into the pod, with its index there. */
export interface PodInterface extends ResultInterface {
  readonly index: number;
}

/**
 * The interfaces of a result that are in the pod: those with a sandbox; where a plugin names no sandbox at
 * all, the one that has the attachment's name. None for results of versions that knew no interfaces.
 */
export function podInterfaces(result: CniResult, name: string): readonly PodInterface[] {
  const all = result.interfaces.map((each, index) => ({ ...each, index }));
  const inSandbox = all.filter(({ sandbox }) => sandbox !== undefined && sandbox !== "");
  return inSandbox.length > 0 ? inSandbox : all.filter((each) => each.name === name);
}
