// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const program = join(import.meta.dir, "../src/testing/api-server/main.ts");

/** The API server double, over TLS on the sandbox's loopback, in a process of its own. */
export interface ApiServerProcess {
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** Starts it with these objects; its files go into `folder`. Throws an Error when it does not start. */
export async function startApiServerProcess(
  folder: string,
  objects: readonly unknown[],
): Promise<ApiServerProcess> {
  const kubeconfig = join(folder, "multus.kubeconfig");
  const objectsFile = join(folder, "objects.json");
  writeFileSync(objectsFile, JSON.stringify(objects));
  const child = Bun.spawn(
    [process.execPath, program, "--objects", objectsFile, "--kubeconfig-out", kubeconfig],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  // However this program ends, but for SIGKILL, the double does not outlive it.
  process.once("exit", () => child.kill());
  const { done } = await child.stdout.getReader().read();
  if (done) throw new Error(`starting the API server double: exit code ${await child.exited}`);
  return {
    kubeconfig,
    stop: async () => {
      child.kill();
      await child.exited;
    },
  };
}
