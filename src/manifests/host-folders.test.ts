// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "bun:test";
import { hostFolders } from "./host-folders.ts";
import { type Installation, installationFor } from "./installation.ts";

const pathsFor = (wishes: Partial<Installation>) =>
  hostFolders(installationFor("standard", { image: "i", ...wishes })).map(({ path }) => path);
const usual = pathsFor({});

describe("a folder is mounted once", () => {
  const rows: readonly (readonly [string, Partial<Installation>, readonly string[]])[] = [
    ["kubeconfig within the CNI folder", { hostKubeconfig: "/etc/cni/net.d/multus.d/multus.kubeconfig" }, []],
    ["kubeconfig elsewhere", { hostKubeconfig: "/etc/node/kubeconfig" }, ["/etc/node"]],
    ["readiness file within the CNI folder", { readinessFile: "/etc/cni/net.d/10-x.conflist" }, []],
    ["readiness file elsewhere", { readinessFile: "/run/flannel/subnet.env" }, ["/run/flannel"]],
    ["readiness file where only the installer looks", { readinessFile: "/opt/cni/bin/x" }, ["/opt/cni/bin"]],
    [
      "kubeconfig where the agent may only read",
      { hostKubeconfig: "/etc/cni/multus/net.d/k" },
      ["/etc/cni/multus/net.d"],
    ],
    ["a name that only begins alike", { readinessFile: "/etc/cni/net.d2/x" }, ["/etc/cni/net.d2"]],
    ["the runtime's socket", { criSocket: "/run/containerd/containerd.sock" }, ["/run/containerd"]],
  ];
  test.each(rows)("%s", (_, wishes, added) => {
    expect(pathsFor(wishes)).toEqual([...usual, ...added]);
  });
});

test("names of volumes are unique", () => {
  const names = hostFolders(
    installationFor("k3s", {
      image: "i",
      criSocket: "/run/a/s",
      readinessFile: "/run/b/f",
      hostKubeconfig: "/etc/c/k",
    }),
  ).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(10);
});
