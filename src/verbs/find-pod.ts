// SPDX-License-Identifier: Apache-2.0
import { annotationKeys, type MultusConfig, type Pod, type PodIdentity } from "../attachments/index.ts";
import { CniError, type CniRequest, cniErrorCodes, isJsonObject, parseCniArgs } from "../cni/index.ts";
import type { PlainPods, VerbPorts } from "./ports.ts";

/**
 * - `found`: the pod as the API knows it
 * - `unnamed`: no Kubernetes behind this request (no pod in CNI_ARGS, or no kubeconfig): the node's own
 *   networks only
 * - `unasked`: the API cannot be asked, and this pod starts with its primary all the same
 * - `gone`: deleted meanwhile
 */
export type PodFinding =
  | { readonly kind: "found"; readonly pod: Pod; readonly identity: PodIdentity }
  | { readonly kind: "unnamed"; readonly identity: PodIdentity | undefined }
  | { readonly kind: "unasked"; readonly identity: PodIdentity }
  | { readonly kind: "gone" };

/** Who a request is for, from CNI_ARGS; undefined when the runtime names no pod. */
export function podIdentityOf(request: CniRequest): PodIdentity | undefined {
  const args = parseCniArgs(request.args);
  const name = args.get("K8S_POD_NAME") ?? "";
  const namespace = args.get("K8S_POD_NAMESPACE") ?? "";
  if (name === "" || namespace === "") return undefined;
  return { namespace, name, uid: args.get("K8S_POD_UID") ?? "" };
}

/**
 * Looks the request's pod up. Throws the lookup's CniError (code 11, try again later) when the API cannot be
 * asked, unless the pod is of a system namespace or is known to ask for nothing: a pod never starts silently
 * without its networks.
 */
export async function findPod(
  request: CniRequest,
  config: MultusConfig,
  ports: Pick<VerbPorts, "cluster" | "plainPods" | "log">,
): Promise<PodFinding> {
  const asked = podIdentityOf(request);
  if (asked === undefined) return { kind: "unnamed", identity: asked };
  if (ports.cluster === undefined) return findWithoutApi(asked, config);
  const lookup = await ports.cluster.readPod(asked.namespace, asked.name);
  if (lookup.kind === "absent") return { kind: "gone" };
  if (lookup.kind === "unreachable") {
    const because = await whyItMayStart(asked, config, ports.plainPods);
    if (because === undefined) throw lookup.error;
    ports.log("error", "the API cannot be asked; the pod starts with its primary network only", {
      pod: `${asked.namespace}/${asked.name}`,
      because,
      cause: lookup.error.message,
    });
    return { kind: "unasked", identity: asked };
  }
  const pod = lookup.value;
  if (asked.uid !== "" && asked.uid !== pod.uid && !isStatic(pod)) throw replacedPod(asked, pod);
  return { kind: "found", pod, identity: { namespace: pod.namespace, name: pod.name, uid: pod.uid } };
}

/** Why a pod that nobody can be asked about starts with its primary network; undefined when it must not. */
async function whyItMayStart(
  pod: PodIdentity,
  config: MultusConfig,
  plainPods: PlainPods | undefined,
): Promise<string | undefined> {
  if (config.systemNamespaces.includes(pod.namespace)) return "it is of a system namespace";
  // What the runtime passes is what the kubelet has now; what we know may be older.
  if (tellsAnnotations(config))
    return asksForNothing(config) ? "the runtime passed annotations without networks" : undefined;
  return (await plainPods?.knows(pod)) ? "it asked for no networks when it was last seen" : undefined;
}

/** Without a kubeconfig a pod gets the node's networks, as with upstream, unless it surely asks for more. */
function findWithoutApi(identity: PodIdentity, config: MultusConfig): PodFinding {
  if (!tellsAnnotations(config) || asksForNothing(config)) return { kind: "unnamed", identity };
  const message = "the pod asks for networks, and the configuration has no kubeconfig";
  throw new CniError(cniErrorCodes.invalidNetworkConfig, message, {
    hint: 'add "kubeconfig" with the path of one to the Multus configuration',
  });
}

/** The capability by which containerd and CRI-O pass the annotations of the pod that the kubelet starts. */
const podAnnotations = "io.kubernetes.cri.pod-annotations";

/** Whether the runtime tells us the pod's annotations. */
function tellsAnnotations({ runtimeConfig }: Pick<MultusConfig, "runtimeConfig">): boolean {
  return isJsonObject(runtimeConfig[podAnnotations]);
}

/** Whether it does, and they select no network. */
function asksForNothing({ runtimeConfig }: Pick<MultusConfig, "runtimeConfig">): boolean {
  const annotations = runtimeConfig[podAnnotations];
  if (!isJsonObject(annotations)) return false;
  return [annotationKeys.networks, annotationKeys.defaultNetwork].every((key) => !annotations[key]);
}

/**
 * A static pod's UID in CNI_ARGS is the hash of its file; the API's object is a mirror with a UID of its own.
 */
function isStatic(pod: Pod): boolean {
  const source = pod.annotations[annotationKeys.configSource];
  return source !== undefined && source !== "api";
}

function replacedPod(asked: PodIdentity, pod: Pod): CniError {
  return new CniError(
    cniErrorCodes.tryAgainLater,
    `the pod was replaced: the sandbox is for UID ${asked.uid}, the API has ${pod.uid}`,
    {
      hint: "nothing to do: the kubelet removes this sandbox and makes one for the new pod",
    },
  );
}
