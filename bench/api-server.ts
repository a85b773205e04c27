// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startProgram } from "./start-program.ts";

const program = join(import.meta.dir, "../src/testing/api-server/main.ts");

/** How many requests of each kind there were: `patch pods/status` -> 2. */
export type RequestCounts = Readonly<Record<string, number>>;

/** The API server double, over TLS on the sandbox's loopback, in a process of its own. */
export interface ApiServerProcess {
  readonly kubeconfig: string;
  /** Ends it, and tells what it was asked; again is fine. */
  stop(): Promise<RequestCounts>;
}

/** Starts it with these objects; its files go into `folder`. Throws an Error when it does not start. */
export async function startApiServerProcess(
  folder: string,
  objects: readonly unknown[],
): Promise<ApiServerProcess> {
  const kubeconfig = join(folder, "multus.kubeconfig");
  const objectsFile = join(folder, "objects.json");
  const requestsFile = join(folder, "requests.json");
  writeFileSync(objectsFile, JSON.stringify(objects));
  const files = { objects: objectsFile, "kubeconfig-out": kubeconfig, "requests-out": requestsFile };
  const options = Object.entries(files).flatMap(([name, file]) => [`--${name}`, file]);
  const { stop } = await startProgram([process.execPath, program, ...options]);
  return {
    kubeconfig,
    stop: async () => {
      await stop();
      return countRequests(JSON.parse(readFileSync(requestsFile, "utf8")));
    },
  };
}

interface SeenRequest {
  /** Absent for a path that is no resource. */
  readonly action?: { readonly verb: string; readonly resource: string };
}

/** Counts requests as the double keeps them. */
export function countRequests(requests: readonly SeenRequest[]): RequestCounts {
  const counts: Record<string, number> = {};
  for (const { action } of requests) {
    const name = action === undefined ? "others" : `${action.verb} ${action.resource}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
