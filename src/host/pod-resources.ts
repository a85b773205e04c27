// SPDX-License-Identifier: Apache-2.0
import type { PodIdentity } from "../attachments/index.ts";
import { CniError, cniErrorCodes } from "../cni/index.ts";
import { askSocket, grpcStatusOf } from "./ask-socket.ts";
import { decodePodResources, type PodDevices } from "./pod-resources-messages.ts";

/** Which socket, whose devices, how long. */
export interface AllocatedDevicesOptions {
  /** The kubelet's root, `--root-dir`. */
  readonly kubeletDir: string;
  readonly pod: Pick<PodIdentity, "namespace" | "name">;
  /** Milliseconds; 10 s unless told. */
  readonly timeoutMs?: number;
}

/** The API's versions, newest first: v1 since Kubernetes 1.20, v1alpha1 gone in later ones. */
const services = ["v1.PodResourcesLister", "v1alpha1.PodResourcesLister"] as const;

/**
 * The devices that the kubelet gave to a pod: ids by resource name, in the order of allocation; empty when it
 * has none. Throws a CniError (code 11) when the kubelet cannot be asked.
 */
export async function allocatedDevices(
  options: AllocatedDevicesOptions,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { kubeletDir, pod, timeoutMs = 10_000 } = options;
  const pods = await listPodResources(`${kubeletDir}/pod-resources/kubelet.sock`, timeoutMs);
  const found = pods.find(({ namespace, name }) => namespace === pod.namespace && name === pod.name);
  return found?.devices ?? new Map();
}

async function listPodResources(socket: string, timeoutMs: number): Promise<readonly PodDevices[]> {
  try {
    return await askSocket({ socket, services, method: "List", decode: decodePodResources, timeoutMs });
  } catch (error) {
    throw explain(error, socket);
  }
}

interface Words {
  readonly what: string;
  readonly hint: string;
}

/** gRPC status codes (grpc.github.io, statuscodes) that have a way out of their own. */
const words: Readonly<Record<number, Words>> = {
  4: { what: "no answer in time", hint: "look at the kubelet's log" },
  8: { what: "it answers too many requests", hint: "the kubelet limits its rate; it passes" },
  12: { what: "it knows neither v1 nor v1alpha1", hint: "check that the socket is the kubelet's" },
  14: {
    what: "nobody listens there",
    hint: "is the kubelet running, with the root dir /var/lib/kubelet? In a pod, mount its folder",
  },
};

function explain(error: unknown, socket: string): CniError {
  const code = grpcStatusOf(error);
  const { what, hint } = words[code] ?? { what: `gRPC status ${code}`, hint: "look at the kubelet's log" };
  const message = `cannot ask the kubelet for devices at ${JSON.stringify(socket)}: ${what}`;
  return new CniError(cniErrorCodes.tryAgainLater, message, { hint, cause: error });
}
