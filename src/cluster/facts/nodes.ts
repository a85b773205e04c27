// SPDX-License-Identifier: Apache-2.0
import {
  type DistributionFact,
  type Fact,
  known,
  knownValue,
  type NodeFact,
} from "../../diagnosis/facts/index.ts";
import { type NodeHints, recognise } from "../../distributions/index.ts";
import { factResources } from "./fact-resources.ts";
import { hideSecretArguments, hideSecrets, isSecretName } from "./hide-secrets.ts";
import { type Fields, isTrueAt, mapAt, mapsAt, nameOf, textAt, textMapAt, textsAt } from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";

/** A node before it is known what the others are. */
type LoneNode = Omit<NodeFact, "distribution">;

/** The nodes by name, each with its distribution: clusters may have several. */
export async function readNodes(
  source: ObjectSource,
  apiGroups: Fact<readonly string[]>,
): Promise<Fact<readonly NodeFact[]>> {
  const listed = await source.list({ resource: factResources.nodes, convert: describeNode });
  if (listed.kind !== "known") return listed;
  const nodes = listed.value.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const cluster = {
    apiGroups: knownValue(apiGroups),
    hasControlPlane: nodes.some(({ isControlPlane }) => isControlPlane),
  };
  return known(nodes.map((node) => ({ ...node, distribution: distributionOf({ ...node, ...cluster }) })));
}

function distributionOf(node: LoneNode & Pick<NodeHints, "apiGroups" | "hasControlPlane">): DistributionFact {
  const recognition = recognise({ node });
  if (recognition.kind === "unknown") return { name: "unknown", why: [recognition.reason] };
  const { distribution, version, why } = recognition;
  return { name: distribution.id, version, why };
}

function describeNode(object: Fields): LoneNode {
  const labels = textMapAt(object, "metadata", "labels");
  const info = mapAt(object, "status", "nodeInfo");
  const ready = mapsAt(object, "status", "conditions").find(({ type }) => type === "Ready") ?? {};
  return {
    name: nameOf(object),
    labels,
    annotations: annotationsOf(object),
    providerId: textAt(object, "spec", "providerID"),
    podCidrs: textsAt(object, "spec", "podCIDRs"),
    addresses: mapsAt(object, "status", "addresses").map((each) => ({
      type: textAt(each, "type") ?? "",
      address: textAt(each, "address") ?? "",
    })),
    architecture: textAt(info, "architecture"),
    operatingSystem: textAt(info, "operatingSystem"),
    osImage: textAt(info, "osImage"),
    kernelVersion: textAt(info, "kernelVersion"),
    kubeletVersion: textAt(info, "kubeletVersion"),
    runtimeVersion: textAt(info, "containerRuntimeVersion"),
    isControlPlane: controlPlaneLabels.some((label) => Object.hasOwn(labels, label)),
    unschedulable: isTrueAt(object, "spec", "unschedulable"),
    taints: mapsAt(object, "spec", "taints").map((taint) => ({
      key: textAt(taint, "key") ?? "",
      value: textAt(taint, "value"),
      effect: textAt(taint, "effect") ?? "",
    })),
    ready: {
      status: textAt(ready, "status") ?? "Unknown",
      reason: textAt(ready, "reason") ?? "",
      message: textAt(ready, "message") ?? "",
    },
  };
}

const controlPlaneLabels = [
  "node-role.kubernetes.io/control-plane",
  "node-role.kubernetes.io/master",
  "node.kubernetes.io/microk8s-controlplane",
] as const;

/** What distributions leave on their nodes; the keys of the maps are those of annotations. */
const keptAnnotations: Readonly<Record<string, (value: string) => string>> = {
  "k3s.io/node-args": hideInArguments,
  "k3s.io/node-env": hideInEnvironment,
  "rke2.io/node-args": hideInArguments,
  "rke2.io/node-env": hideInEnvironment,
  "kubeadm.alpha.kubernetes.io/cri-socket": asItIs,
  "flannel.alpha.coreos.com/backend-type": asItIs,
};

function annotationsOf(object: Fields): NodeFact["annotations"] {
  const all = textMapAt(object, "metadata", "annotations");
  return Object.fromEntries(
    Object.entries(keptAnnotations).flatMap(([key, clean]) => {
      const value = all[key];
      return value === undefined ? [] : [[key, clean(value)] as const];
    }),
  );
}

function asItIs(value: string): string {
  return value;
}

/** A JSON list of words. What is none is not kept: nobody knows what it holds. */
function hideInArguments(value: string): string {
  const parsed = parse(value);
  const isWords = Array.isArray(parsed) && parsed.every((word) => typeof word === "string");
  return isWords ? JSON.stringify(hideSecretArguments(parsed)) : "";
}

/** A JSON map of variables. */
function hideInEnvironment(value: string): string {
  const variables = Object.entries(textMapAt({ variables: parse(value) }, "variables"));
  const plain = variables.filter(([name]) => !isSecretName(name));
  return JSON.stringify(Object.fromEntries(plain.map(([name, value]) => [name, hideSecrets(value)])));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
