// SPDX-License-Identifier: Apache-2.0
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Container, PodSpec } from "kubernetes-types/core/v1";
import type { CriClient, SandboxRequest } from "../../src/testing/cri/index.ts";
import { containerConfig, type PodFacts } from "./agent-container.ts";
import { waitUntil } from "./processes.ts";

/** Containers of one pod, as a kubelet makes them. */
export interface PodContainers {
  /** Gives the container's id. */
  start(container: Container): Promise<string>;
  /** Waits for its end, and takes it away. Throws with what it said when it failed. */
  runToEnd(container: Container): Promise<void>;
  /** What all containers that were started here have said, restarts included. */
  log(): Promise<string>;
}

/** The pod, whose sandbox is there; it must have a folder of logs. */
export interface PodInSandbox {
  readonly cri: CriClient;
  readonly sandbox: SandboxRequest;
  readonly sandboxId: string;
  readonly spec: PodSpec;
  readonly facts: PodFacts;
}

/** Makes containers of a pod. */
export function podContainers({ cri, sandbox, sandboxId, spec, facts }: PodInSandbox): PodContainers {
  const attempts = new Map<string, number>();
  const logFiles: string[] = [];
  const log = () => texts(logFiles);
  const start = async (container: Container): Promise<string> => {
    const attempt = attempts.get(container.name) ?? 0;
    attempts.set(container.name, attempt + 1);
    const config = containerConfig({ pod: spec, container, facts, attempt });
    const logDirectory = sandbox.logDirectory ?? "";
    await mkdir(join(logDirectory, container.name), { recursive: true });
    const id = await cri.createContainer({ sandboxId, sandbox, config });
    logFiles.push(join(logDirectory, config.logPath ?? ""));
    await cri.startContainer(id);
    return id;
  };
  return {
    start,
    async runToEnd(container) {
      const id = await start(container);
      const hasEnded = async () => (await cri.containerStatus(id)).state === "exited";
      await waitUntil(`the container ${container.name} ends`, hasEnded);
      const { exitCode } = await cri.containerStatus(id);
      await cri.removeContainer(id);
      if (exitCode !== 0) throw new Error(`${container.name} ended with ${exitCode}: ${await log()}`);
    },
    log,
  };
}

async function texts(files: readonly string[]): Promise<string> {
  const all = await Promise.all(
    files.map((file) =>
      Bun.file(file)
        .text()
        .catch(() => ""),
    ),
  );
  // Lines of the CRI: a time, the stream, whether the line is whole, the text.
  return all.join("").replaceAll(/^\S+ (stdout|stderr) [FP] /gm, "");
}
