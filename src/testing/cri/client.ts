// SPDX-License-Identifier: Apache-2.0
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { criCalls, sandboxStates } from "./messages.ts";
import { type Draft, decode, encode, type Message } from "./protobuf.ts";
import { sandboxProcess } from "./sandbox-process.ts";

/** The pod that a sandbox is for, as the kubelet names it to the runtime. */
export interface SandboxRequest {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Counts the sandboxes of one pod; 0 when absent. */
  readonly attempt?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The cgroup below which the sandbox lives, such as `/test`. */
  readonly cgroupParent: string;
}

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
export interface CriClient {
  version(): Promise<{ readonly name: string; readonly version: string; readonly apiVersion: string }>;
  /** `RuntimeReady` and `NetworkReady`, each with the reason when it is not. */
  conditions(): Promise<
    readonly { readonly type: string; readonly status: boolean; readonly message: string }[]
  >;
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

type CallName = keyof typeof criCalls;
type Request<N extends CallName> = Draft<(typeof criCalls)[N]["request"]>;
type Response<N extends CallName> = Message<(typeof criCalls)[N]["response"]>;

/**
 * Connects to the runtime that listens on the unix socket `socket`; a call that takes longer than `timeoutMs`
 * (60 s) is given up.
 */
export function connectCri(socket: string, timeoutMs = 60_000): CriClient {
  // The runtime may still be starting: ask again soon, not after the usual second.
  const options = { "grpc.initial_reconnect_backoff_ms": 100 };
  const client = new Client(`unix:${socket}`, credentials.createInsecure(), options);
  const call: Call = (name, request) => unaryCall({ client, name, request, timeoutMs });
  return { ...runtimeCalls(call), ...sandboxCalls(call), close: () => client.close() };
}

type Call = <N extends CallName>(name: N, request: Request<N>) => Promise<Response<N>>;

function runtimeCalls(call: Call): Pick<CriClient, "version" | "conditions" | "hasImage"> {
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
    async hasImage(name) {
      const { image } = await call("ImageStatus", { image: { image: name } });
      return image !== undefined;
    },
  };
}

function sandboxCalls(call: Call): Omit<CriClient, "version" | "conditions" | "hasImage" | "close"> {
  return {
    async runPodSandbox({ namespace, name, uid, attempt = 0, annotations = {}, cgroupParent }) {
      const metadata = { namespace, name, uid, attempt };
      const config = { metadata, hostname: name, annotations, linux: { cgroupParent } };
      return (await call("RunPodSandbox", { config })).podSandboxId;
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

interface UnaryCall<N extends CallName> {
  readonly client: Client;
  readonly name: N;
  readonly request: Request<N>;
  readonly timeoutMs: number;
}

function unaryCall<N extends CallName>({
  client,
  name,
  request,
  timeoutMs,
}: UnaryCall<N>): Promise<Response<N>> {
  const call: (typeof criCalls)[N] = criCalls[name];
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      `/runtime.v1.${call.service}/${name}`,
      (draft: Request<N>) => Buffer.from(encode(call.request, draft)),
      (bytes: Buffer) => decode(call.response, bytes),
      request,
      { deadline: Date.now() + timeoutMs },
      (error: ServiceError | null, answer) => {
        if (error) reject(new Error(`calling ${name}: ${error.details}`, { cause: error }));
        // grpc-js gives an answer whenever it gives no error; the type is what decode made of call.response.
        else resolve(answer as Response<N>);
      },
    );
  });
}
