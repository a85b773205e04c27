// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PluginNode } from "../plugin/node.ts";
import { processesBeside } from "../plugin/node-processes.ts";
import type { TestPod } from "../plugin/objects.ts";

/**
 * SIGKILL to the first real plugin that is seen to run for the pod, as the kernel's memory killer does. False
 * when the call ends before there is one.
 */
export async function killPluginOf(
  node: PluginNode,
  pod: TestPod,
  ended: Promise<unknown>,
): Promise<boolean> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  // This one is never stopped at, so it is not behind a script.
  const plugins = dirname(realpathSync(join(node.binDir, "static")));
  while (!isOver) {
    const pid = processesBeside(node.pid).find((each) => isPluginOf(each, plugins, pod));
    if (pid !== undefined && sendSignal(pid, "SIGKILL")) return true;
    await Bun.sleep(5);
  }
  return false;
}

function isPluginOf(pid: number, plugins: string, { containerId }: TestPod): boolean {
  try {
    return (
      dirname(readlinkSync(`/proc/${pid}/exe`)) === plugins &&
      readFileSync(`/proc/${pid}/environ`, "utf8").includes(`CNI_CONTAINERID=${containerId}`)
    );
  } catch {
    // It has ended.
    return false;
  }
}

/** Sends a signal to a process; false when it has ended. */
export function sendSignal(pid: number, signal: "SIGKILL" | "SIGTERM"): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
