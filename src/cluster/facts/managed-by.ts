// SPDX-License-Identifier: Apache-2.0
import { type Fields, mapsAt, textAt, textMapAt } from "./object-fields.ts";

/** Field managers that touch every object, whoever it belongs to. */
const cluster = /^(kube-(controller-manager|scheduler|apiserver)|kubelet|before-first-apply)$/;

/**
 * Who looks after an object, as words, each once: its label, its Helm release, its owners, and where the
 * object came with them its field managers.
 */
export function managersOf(object: Fields): readonly string[] {
  const label = textAt(object, "metadata", "labels", "app.kubernetes.io/managed-by");
  const annotations = textMapAt(object, "metadata", "annotations");
  const release = annotations["meta.helm.sh/release-name"];
  const owners = mapsAt(object, "metadata", "ownerReferences").map(
    (owner) => `owner ${textAt(owner, "kind")}/${textAt(owner, "name")}`,
  );
  const fields = mapsAt(object, "metadata", "managedFields")
    .filter((entry) => textAt(entry, "subresource") !== "status")
    .map((entry) => textAt(entry, "manager") ?? "")
    .filter((manager) => manager !== "" && !cluster.test(manager))
    .map((manager) => `field manager ${manager}`);
  return [
    ...new Set([
      ...(label === undefined ? [] : [`label app.kubernetes.io/managed-by=${label}`]),
      ...(release === undefined
        ? []
        : [`Helm release ${annotations["meta.helm.sh/release-namespace"] ?? ""}/${release}`]),
      ...owners,
      ...fields,
    ]),
  ];
}
