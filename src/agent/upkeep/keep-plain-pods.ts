// SPDX-License-Identifier: Apache-2.0
import { asksForNothing } from "../../attachments/index.ts";
import type { WatchedCluster } from "../../cluster/index.ts";
import { toCniError } from "../../cni/index.ts";
import type { PlainPodsFile } from "../../host/index.ts";
import type { AgentConfig } from "../../node-config/index.ts";
import type { Log } from "../../verbs/index.ts";

export interface PlainPodsOptions {
  readonly cluster: Pick<WatchedCluster, "pods" | "onPod">;
  readonly file: Pick<PlainPodsFile, "write">;
  readonly plugin: AgentConfig["plugin"];
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Pods come in crowds: the list is written once for all that come within this time; 1 s by default. */
  readonly settleMs?: number;
}

/**
 * Keeps the list of this node's pods that ask for nothing, which the plugin goes by when nobody can be asked.
 * Pods that go stay on it until others come: nobody starts them again.
 */
export function keepPlainPods(options: PlainPodsOptions): void {
  const { cluster, file, plugin, signal, log, settleMs = 1_000 } = options;
  let timer: Timer | undefined;
  let written = "";
  const write = (): void => {
    timer = undefined;
    const plain = cluster.pods().filter((pod) => !pod.hostNetwork && asksForNothing(pod, plugin));
    const state = plain
      .map(({ uid }) => uid)
      .sort()
      .join();
    if (state === written) return;
    try {
      file.write(plain);
      written = state;
    } catch (error) {
      log("error", "the list of pods that ask for nothing cannot be written", {
        error: toCniError(error).message,
      });
    }
  };
  const stop = cluster.onPod(() => {
    timer ??= setTimeout(write, settleMs);
  });
  signal.addEventListener(
    "abort",
    () => {
      stop();
      clearTimeout(timer);
    },
    { once: true },
  );
}
