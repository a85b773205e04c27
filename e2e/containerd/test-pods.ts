// SPDX-License-Identifier: Apache-2.0
import type { Containerd } from "./containerd.ts";
import type { TestPod } from "./shop-objects.ts";

let attempt = 0;

/** Starts a pod's sandbox; gives its id. */
export async function runPod(
  { cri, cgroupParent }: Containerd,
  { namespace, name, uid }: TestPod,
  annotations: Readonly<Record<string, string>> = {},
): Promise<string> {
  // As the kubelet does: a sandbox that could not be set up may still hold the name of its attempt.
  attempt += 1;
  return await cri.runPodSandbox({ namespace, name, uid, attempt, annotations, cgroupParent });
}

/** Takes a pod's sandbox away. */
export async function removePod({ cri }: Containerd, id: string): Promise<void> {
  await cri.stopPodSandbox(id);
  await cri.removePodSandbox(id);
}

/** The sentence that `promise` rejects with; another one when it does not. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => "nothing failed",
    (error: Error) => error.message,
  );
}
