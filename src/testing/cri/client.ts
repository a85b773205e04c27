// SPDX-License-Identifier: Apache-2.0
import { Client, credentials } from "@grpc/grpc-js";
import { type Call, unaryCall } from "./call.ts";
import { type ContainerCalls, containerCalls } from "./containers.ts";
import { sandboxStates } from "./messages.ts";
import { type SandboxRequest, sandboxConfig } from "./sandbox-config.ts";
import { networkNamesIn, sandboxProcess } from "./verbose-info.ts";

/** A sandbox as the runtime sees it. */
export interface SandboxStatus {
  readonly state: (typeof sandboxStates)[number];
  /** What the runtime took from the CNI result: the main address first. */
  readonly ips: readonly string[];
  /** Path of the network namespace in the runtime's mount namespace; empty when there is none any more. */
  readonly netns: string;
  /** Of the pause process, in the runtime's process namespace; 0 when it has ended. */
  readonly pid: number;
}

/**
 * A container runtime, asked as the kubelet asks it (runtime.v1). Every call rejects with the runtime's own
 * sentence.
 */
export interface CriClient extends ContainerCalls {
  version(): Promise<{ readonly name: string; readonly version: string; readonly apiVersion: string }>;
  /** `RuntimeReady` and `NetworkReady`, each with the reason when it is not. */
  conditions(): Promise<
    readonly { readonly type: string; readonly status: boolean; readonly message: string }[]
  >;
  /** Names of the networks that a new pod gets, the runtime's loopback among them. */
  networkNames(): Promise<readonly string[]>;
  /** Gives the sandbox's id, which CNI knows as CNI_CONTAINERID. */
  runPodSandbox(request: SandboxRequest): Promise<string>;
  stopPodSandbox(id: string): Promise<void>;
  removePodSandbox(id: string): Promise<void>;
  podSandboxStatus(id: string): Promise<SandboxStatus>;
  /** Ids of all sandboxes, stopped ones included. */
  podSandboxes(): Promise<readonly string[]>;
  hasImage(name: string): Promise<boolean>;
  close(): void;
}

/**
 * Connects to the runtime that listens on the unix socket `socket`; a call that takes longer than `timeoutMs`
 * (60 s) is given up.
 */
export function connectCri(socket: string, timeoutMs = 60_000): CriClient {
  // The runtime may still be starting: ask again soon, not after the usual second.
  const options = { "grpc.initial_reconnect_backoff_ms": 100 };
  const client = new Client(`unix:${socket}`, credentials.createInsecure(), options);
  const call: Call = (name, request) => unaryCall({ client, name, request, timeoutMs });
  return {
    ...runtimeCalls(call),
    ...sandboxCalls(call),
    ...containerCalls(call),
    close: () => client.close(),
  };
}

type RuntimeCalls = Pick<CriClient, "version" | "conditions" | "networkNames" | "hasImage">;

function runtimeCalls(call: Call): RuntimeCalls {
  return {
    async version() {
      const answer = await call("Version", {});
      return {
        name: answer.runtimeName,
        version: answer.runtimeVersion,
        apiVersion: answer.runtimeApiVersion,
      };
    },
    async conditions() {
      const { status } = await call("Status", {});
      return status?.conditions ?? [];
    },
    async networkNames() {
      const { info } = await call("Status", { verbose: true });
      return networkNamesIn(info.cniconfig ?? "{}");
    },
    async hasImage(name) {
      const { image } = await call("ImageStatus", { image: { image: name } });
      return image !== undefined;
    },
  };
}

function sandboxCalls(call: Call): Omit<CriClient, keyof RuntimeCalls | keyof ContainerCalls | "close"> {
  return {
    async runPodSandbox(request) {
      return (await call("RunPodSandbox", { config: sandboxConfig(request) })).podSandboxId;
    },
    async stopPodSandbox(podSandboxId) {
      await call("StopPodSandbox", { podSandboxId });
    },
    async removePodSandbox(podSandboxId) {
      await call("RemovePodSandbox", { podSandboxId });
    },
    async podSandboxStatus(podSandboxId) {
      const { status, info } = await call("PodSandboxStatus", { podSandboxId, verbose: true });
      const network = status?.network;
      const ips = [network?.ip ?? "", ...(network?.additionalIps ?? []).map(({ ip }) => ip)];
      return {
        state: sandboxStates[status?.state ?? 1] ?? "not ready",
        ips: ips.filter((ip) => ip !== ""),
        ...sandboxProcess(info.info ?? "{}"),
      };
    },
    async podSandboxes() {
      return (await call("ListPodSandbox", {})).items.map(({ id }) => id);
    },
  };
}
