// SPDX-License-Identifier: Apache-2.0
import type { Installation } from "./installation.ts";

/** The two containers of the agent's pod: the first installs the executables, the second is the agent. */
export type ContainerName = "install-multus-binary" | "kube-multus";

/** A folder of the host that a container sees at its own path. */
export interface HostFolder {
  /** Of the volume. */
  readonly name: string;
  readonly path: string;
  readonly type: "Directory" | "DirectoryOrCreate";
  readonly why: string;
  readonly access: Readonly<Partial<Record<ContainerName, "read" | "write">>>;
}

/** Fixed by the NPWG device information specification. */
const deviceInfoDir = "/var/run/k8s.cni.cncf.io/devinfo";

/** Every folder of the host that the pod needs, each once. */
export function hostFolders(installation: Installation): readonly HostFolder[] {
  const always = alwaysNeeded(installation);
  return [...always, ...sometimesNeeded(installation).filter((folder) => !isCovered(folder, always))];
}

/** Whether the agent has the folder already, with another one around it. */
function isCovered({ path, access }: HostFolder, others: readonly HostFolder[]): boolean {
  const wanted = access["kube-multus"];
  return others.some((other) => {
    const given = other.access["kube-multus"];
    return isWithin(other.path, path) && (given === "write" || given === wanted);
  });
}

/** Whether `path` is `folder` or below it. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function alwaysNeeded(installation: Installation): readonly HostFolder[] {
  return [
    {
      name: "cni-conf",
      path: installation.cniConfDir,
      type: "Directory",
      why:
        "The agent writes 00-multus.conf there, beside the primary's configuration. The runtime makes the " +
        "folder: where it is missing, this manifest is for another kind of node.",
      access: { "kube-multus": "write" },
    },
    {
      name: "cni-bin",
      path: installation.cniBinDir,
      type: "Directory",
      why: "The executables are installed there. The agent itself never sees it, plugins run on the host.",
      access: { "install-multus-binary": "write" },
    },
    {
      name: "cni-state",
      path: installation.cniDir,
      type: "DirectoryOrCreate",
      why: "The journal of what pods were given; a foreign `multus` that was in the way is kept there, too.",
      access: { "install-multus-binary": "write", "kube-multus": "write" },
    },
    {
      name: "named-cni-conf",
      path: installation.namedConfDir,
      type: "DirectoryOrCreate",
      why: "CNI configurations that a network means by name.",
      access: { "kube-multus": "read" },
    },
    {
      name: "device-info",
      path: deviceInfoDir,
      type: "DirectoryOrCreate",
      why: "What device plugins say of their devices, and what we tell CNI plugins of them.",
      access: { "kube-multus": "write" },
    },
    {
      name: "socket",
      path: installation.socketDir,
      type: "DirectoryOrCreate",
      why: "The socket on which the agent listens for the CNI executable.",
      access: { "kube-multus": "write" },
    },
    {
      name: "pod-resources",
      path: `${installation.kubeletDir}/pod-resources`,
      type: "Directory",
      why: "The kubelet's socket that tells which devices a pod was given.",
      access: { "kube-multus": "read" },
    },
  ];
}

/** A bind mount of a file is blind for what is renamed over it or made anew, so these are folders. */
function sometimesNeeded({ readinessFile, criSocket, hostKubeconfig }: Installation): readonly HostFolder[] {
  const rows = [
    {
      file: hostKubeconfig,
      name: "host-kubeconfig",
      type: "DirectoryOrCreate",
      why: "The agent keeps a kubeconfig for the CNI executable there.",
      access: { "kube-multus": "write" },
    },
    {
      file: readinessFile,
      name: "readiness",
      type: "DirectoryOrCreate",
      why: "The primary's file that says that it is ready.",
      access: { "kube-multus": "read" },
    },
    {
      file: criSocket,
      name: "cri",
      type: "Directory",
      why:
        "The runtime's socket, asked which sandboxes there are. Whoever reaches it rules the node: leave out " +
        "criSocket and this mount where that is too much, and network namespaces tell.",
      access: { "kube-multus": "read" },
    },
  ] as const;
  return rows.flatMap(({ file, ...row }) => (file === undefined ? [] : [{ ...row, path: folderOf(file) }]));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
