// SPDX-License-Identifier: Apache-2.0
import { type Fact, known, type NodeFact, type PrimaryFact, unknown } from "../../diagnosis/facts/index.ts";
import { factResources } from "./fact-resources.ts";
import { type Fields, mapsAt, nameOf, namespaceOf, textAt } from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";

interface PrimaryRow {
  readonly name: string;
  /** Of a container of its DaemonSet, without registry and tag. */
  readonly image: RegExp;
  /** A second image that the DaemonSet must have, too. */
  readonly with?: RegExp;
}

/** Network plugins by the images of their DaemonSets; the first row counts. */
const rows: readonly PrimaryRow[] = [
  { name: "canal", image: /(^|\/)(calico\/node|hardened-calico|calico-node)$/, with: /(^|\/|-)flannel$/ },
  { name: "calico", image: /(^|\/)(calico\/node|calico-node|mirrored-calico-node|hardened-calico)$/ },
  { name: "cilium", image: /(^|\/)((mirrored-)?cilium-)?cilium(-ci)?$/ },
  { name: "flannel", image: /(^|\/)((mirrored-)?flannel(cni)?-)?flannel$|(^|\/)hardened-flannel$/ },
  { name: "kindnet", image: /(^|\/)kindnetd$/ },
  { name: "kube-router", image: /(^|\/)kube-router$/ },
  { name: "kube-ovn", image: /(^|\/)kube-ovn$/ },
  { name: "antrea", image: /(^|\/)antrea-(agent|controller|ubuntu|ubi)[\w-]*$/ },
  { name: "weave", image: /(^|\/)weave-kube$/ },
  { name: "aws", image: /(^|\/)amazon-k8s-cni$/ },
  { name: "azure", image: /(^|\/)azure-cns$/ },
  { name: "gke", image: /(^|\/)netd(-amd64)?$/ },
];

/** OpenShift's own have images that are known by their digest alone, so their names say it. */
const byName: Readonly<Record<string, string>> = {
  "openshift-ovn-kubernetes/ovnkube-node": "ovn-kubernetes",
  "openshift-ovn-kubernetes/ovnkube-master": "ovn-kubernetes",
  "ovn-kubernetes/ovnkube-node": "ovn-kubernetes",
  "openshift-sdn/sdn": "openshift-sdn",
};

const podSpec = ["spec", "template", "spec"] as const;
const flannelAnnotation = "flannel.alpha.coreos.com/backend-type";

/** The network plugins that give pods their first interface: DaemonSets, or flannel inside of k3s. */
export async function readPrimary(
  source: ObjectSource,
  {
    daemonSets,
    nodes,
  }: { readonly daemonSets: Fact<readonly Fields[]>; readonly nodes: Fact<readonly NodeFact[]> },
): Promise<Fact<readonly PrimaryFact[]>> {
  if (daemonSets.kind !== "known") return daemonSets;
  const found: PrimaryFact[] = [];
  for (const daemonSet of daemonSets.value) {
    const primary = recognise(daemonSet);
    if (primary === undefined) continue;
    const isCilium = primary.name === "cilium";
    found.push(isCilium ? { ...primary, exclusive: await readExclusive(source, daemonSet) } : primary);
  }
  const hasFlannel = found.some(({ name }) => name === "flannel" || name === "canal");
  return known(hasFlannel ? found : [...found, ...embeddedFlannel(nodes)]);
}

function recognise(daemonSet: Fields): PrimaryFact | undefined {
  const place = `${namespaceOf(daemonSet)}/${nameOf(daemonSet)}`;
  const images = mapsAt(daemonSet, ...podSpec, "containers").map((each) =>
    imageOf(textAt(each, "image") ?? ""),
  );
  const at = { namespace: namespaceOf(daemonSet), workload: `DaemonSet/${nameOf(daemonSet)}` };
  for (const row of rows) {
    const image = images.find(({ name }) => row.image.test(name));
    const other = row.with;
    if (image === undefined || (other !== undefined && !images.some(({ name }) => other.test(name))))
      continue;
    return { name: row.name, why: `image ${image.name} of DaemonSet ${place}`, ...at, version: image.tag };
  }
  const name = byName[place];
  return name === undefined ? undefined : { name, why: `DaemonSet ${place}`, ...at };
}

/** An image without its tag and digest, and the tag. */
function imageOf(text: string): { readonly name: string; readonly tag: string | undefined } {
  const [withoutDigest = ""] = text.split("@");
  const [, name = withoutDigest, tag] = /^(.*):([^/:]+)$/.exec(withoutDigest) ?? [];
  return { name, tag };
}

/** k3s runs flannel in its own process; the node's annotations tell. */
function embeddedFlannel(nodes: Fact<readonly NodeFact[]>): readonly PrimaryFact[] {
  if (nodes.kind !== "known") return [];
  const node = nodes.value.find(({ annotations }) => annotations[flannelAnnotation] !== undefined);
  return node === undefined
    ? []
    : [{ name: "flannel", why: `annotation ${flannelAnnotation} of node ${node.name}, without a DaemonSet` }];
}

/** Cilium's `cni-exclusive`: true where its ConfigMap does not say. */
async function readExclusive(source: ObjectSource, daemonSet: Fields): Promise<Fact<boolean>> {
  const namespace = namespaceOf(daemonSet);
  const place = { resource: factResources.configMaps, namespace, name: "cilium-config" };
  const found = await source.get(place);
  if (found.kind !== "known") return found;
  if (found.value === undefined) return unknown(`there is no ConfigMap ${namespace}/cilium-config`);
  return known(textAt(found.value, "data", "cni-exclusive") !== "false");
}
