// SPDX-License-Identifier: Apache-2.0
import type { Distribution } from "./distribution.ts";
import { aks } from "./known/aks.ts";
import { bottlerocket } from "./known/bottlerocket.ts";
import { crio } from "./known/crio.ts";
import { debianContainerd } from "./known/debian-containerd.ts";
import { eks } from "./known/eks.ts";
import { flatcar } from "./known/flatcar.ts";
import { gke } from "./known/gke.ts";
import { harvester } from "./known/harvester.ts";
import { k0s } from "./known/k0s.ts";
import { k3s } from "./known/k3s.ts";
import { kind } from "./known/kind.ts";
import { kubeadm } from "./known/kubeadm.ts";
import { microk8s } from "./known/microk8s.ts";
import { microshift } from "./known/microshift.ts";
import { minikube } from "./known/minikube.ts";
import { nixos } from "./known/nixos.ts";
import { openshift } from "./known/openshift.ts";
import { rke2 } from "./known/rke2.ts";
import { talos } from "./known/talos.ts";

/**
 * Every distribution, in the order in which they are recognised: what is built from another goes before it,
 * and what is only an operating system or a runtime goes after every Kubernetes but kubeadm, which has the
 * signs of what it is put on.
 */
export const distributions: readonly Distribution[] = [
  microshift,
  openshift,
  harvester,
  rke2,
  k3s,
  microk8s,
  k0s,
  talos,
  minikube,
  kind,
  bottlerocket,
  gke,
  aks,
  eks,
  nixos,
  flatcar,
  debianContainerd,
  crio,
  kubeadm,
];

/** The distribution of a name, as facts have it; undefined when there is none. */
export function distributionOf(id: string): Distribution | undefined {
  return distributions.find((distribution) => distribution.id === id);
}
