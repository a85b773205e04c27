// SPDX-License-Identifier: Apache-2.0
import {
  type Fact,
  type KubevirtFact,
  known,
  knownValue,
  type PodsFact,
  type VirtualMachineFact,
} from "../../diagnosis/facts/index.ts";
import { factResources } from "./fact-resources.ts";
import { byNamespaceAndName } from "./networks.ts";
import { type Fields, mapAt, mapsAt, nameOf, namespaceOf, textAt } from "./object-fields.ts";
import type { ObjectSource } from "./object-source.ts";

/** KubeVirt, its virtual machines with their networks, and whether its operator brings a Multus. */
export async function readKubevirt(
  source: ObjectSource,
  { apiGroups, pods }: { readonly apiGroups: Fact<readonly string[]>; readonly pods: Fact<PodsFact> },
): Promise<Fact<KubevirtFact>> {
  const groups = knownValue(apiGroups);
  const isServed = (group: string) => groups === undefined || groups.includes(group);
  if (!isServed(factResources.kubeVirts.group))
    return known({ ...absent, ...(await addonsOf(source, isServed)) });
  const found = await source.list({ resource: factResources.kubeVirts, convert: (object) => object });
  if (found.kind !== "known") return found;
  const [kubeVirt] = found.value;
  if (kubeVirt === undefined && groups === undefined) return known(absent);
  return known({
    installed: true,
    namespace: kubeVirt && namespaceOf(kubeVirt),
    version: kubeVirt && textAt(kubeVirt, "status", "observedKubeVirtVersion"),
    phase: kubeVirt && textAt(kubeVirt, "status", "phase"),
    ...(await addonsOf(source, isServed)),
    virtualMachines: await readVirtualMachines(source, pods),
  });
}

const absent: KubevirtFact = { installed: false, virtualMachines: known([]) };

/** The cluster network addons operator may be there without KubeVirt. */
async function addonsOf(
  source: ObjectSource,
  isServed: (group: string) => boolean,
): Promise<Pick<KubevirtFact, "networkAddons">> {
  if (!isServed(factResources.networkAddons.group)) return { networkAddons: false };
  const found = await source.list({
    resource: factResources.networkAddons,
    convert: (object) => Object.hasOwn(mapAt(object, "spec"), "multus"),
  });
  return found.kind === "known" ? { networkAddons: found.value.includes(true) } : {};
}

async function readVirtualMachines(
  source: ObjectSource,
  pods: Fact<PodsFact>,
): Promise<Fact<readonly VirtualMachineFact[]>> {
  const running = (knownValue(pods)?.listed ?? []).filter(({ phase }) => phase === "Running");
  const nodes = new Map(
    running.map(({ namespace, virtualMachine, node }) => [`${namespace}/${virtualMachine}`, node]),
  );
  const listed = await source.list({
    resource: factResources.virtualMachines,
    convert: (object): VirtualMachineFact => ({
      namespace: namespaceOf(object),
      name: nameOf(object),
      status: textAt(object, "status", "printableStatus"),
      node: nodes.get(`${namespaceOf(object)}/${nameOf(object)}`),
      networks: networksOf(mapAt(object, "spec", "template", "spec")),
    }),
  });
  return listed.kind === "known" ? known(listed.value.toSorted(byNamespaceAndName)) : listed;
}

/** Keys of an interface that are no binding. */
const otherKeys: ReadonlySet<string> = new Set([
  "name",
  "model",
  "ports",
  "macAddress",
  "bootOrder",
  "pciAddress",
  "dhcpOptions",
  "tag",
  "acpiIndex",
  "state",
]);

function networksOf(machine: Fields): VirtualMachineFact["networks"] {
  const interfaces = mapsAt(machine, "domain", "devices", "interfaces");
  return mapsAt(machine, "networks").map((network) => {
    const name = textAt(network, "name") ?? "";
    const device = interfaces.find((each) => each.name === name) ?? {};
    return { name, networkName: textAt(network, "multus", "networkName"), binding: bindingOf(device) };
  });
}

function bindingOf(device: Fields): string | undefined {
  return textAt(device, "binding", "name") ?? Object.keys(device).find((key) => !otherKeys.has(key));
}
