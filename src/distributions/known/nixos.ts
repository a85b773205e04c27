// SPDX-License-Identifier: Apache-2.0
import { defineDistribution } from "../distribution.ts";
import { heard, inferred, read } from "../statement.ts";

const kubelet = "nixpkgs: nixos/modules/services/cluster/kubernetes/kubelet.nix@00975b56";
const containerd = "nixpkgs: nixos/modules/virtualisation/containerd.nix@0490065f";

/** NixOS with its module services.kubernetes. */
export const nixos = defineDistribution({
  id: "nixos",
  title: "NixOS services.kubernetes",
  seen: "nixpkgs, single files of several commits",
  signs: [inferred([{ kind: "os-release", key: "ID", begins: "nixos" }], "os-release")],
  version: "operating system",
  layouts: [
    {
      name: "all",
      when: { kind: "always" },
      paths: {
        cniBinDir: read("/opt/cni/bin", kubelet),
      },
    },
  ],
  units: inferred(["containerd.service", "kubelet.service"], kubelet),
  folders: [
    read(
      {
        path: "/opt/cni/bin",
        trait: "emptied",
        note: "at each start of the kubelet, then filled with links",
      },
      kubelet,
    ),
    inferred({ path: "/nix/store", trait: "read-only", note: "where the links point" }, kubelet),
  ],
  plugins: [],
  multus: inferred({ is: "never", how: "not among its modules" }, kubelet),
  notes: [
    read(
      "containerd is started with a configuration in /nix/store: ask the process or the socket",
      containerd,
    ),
    read("the folder of configurations is made of an option; files are <10+n>-<type>.conf", kubelet),
    inferred("a Multus that was copied there is gone when the kubelet starts anew", kubelet),
    inferred("the thick daemon finds no plugin: links into /nix/store dangle in its pod", kubelet),
    heard("k3s on NixOS has the paths of k3s", "several public configurations"),
  ],
});
