// SPDX-License-Identifier: Apache-2.0
import type { Call, Request } from "./call.ts";
import { containerStates } from "./messages.ts";
import { type SandboxRequest, sandboxConfig } from "./sandbox-config.ts";
import { sandboxProcess } from "./verbose-info.ts";

/** A container to be made in a sandbox. */
export interface ContainerRequest {
  readonly sandboxId: string;
  /** What the sandbox was made from. */
  readonly sandbox: SandboxRequest;
  readonly config: NonNullable<Request<"CreateContainer">["config"]>;
}

/** A container as the runtime sees it. */
export interface ContainerStatus {
  readonly state: (typeof containerStates)[number];
  /** Of one that has ended. */
  readonly exitCode: number;
  /** Of its first process, in the runtime's process namespace; 0 when it does not run. */
  readonly pid: number;
}

/** What is asked about containers. */
export interface ContainerCalls {
  /** Gives the container's id. */
  createContainer(request: ContainerRequest): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** SIGTERM, and SIGKILL after `graceSeconds`. */
  stopContainer(id: string, graceSeconds: number): Promise<void>;
  removeContainer(id: string): Promise<void>;
  containerStatus(id: string): Promise<ContainerStatus>;
}

/** The calls, made through `call`. */
export function containerCalls(call: Call): ContainerCalls {
  return {
    async createContainer({ sandboxId, sandbox, config }) {
      const sandboxes = { podSandboxId: sandboxId, sandboxConfig: sandboxConfig(sandbox) };
      return (await call("CreateContainer", { ...sandboxes, config })).containerId;
    },
    async startContainer(containerId) {
      await call("StartContainer", { containerId });
    },
    async stopContainer(containerId, graceSeconds) {
      await call("StopContainer", { containerId, timeout: graceSeconds });
    },
    async removeContainer(containerId) {
      await call("RemoveContainer", { containerId });
    },
    async containerStatus(containerId) {
      const { status, info } = await call("ContainerStatus", { containerId, verbose: true });
      return {
        state: containerStates[status?.state ?? 3] ?? "unknown",
        exitCode: status?.exitCode ?? 0,
        pid: sandboxProcess(info.info ?? "{}").pid,
      };
    },
  };
}
