// SPDX-License-Identifier: Apache-2.0
import { type NodeKind, type NodeTraits, nodeKinds, type PrimaryTraits } from "./node-kinds.ts";

/** What an installation of the agent is made from. Paths are host paths without slash at the end. */
export interface Installation {
  readonly namespace: string;
  /** Of the container image, with its tag. */
  readonly image: string;
  /** For people: which nodes it fits. */
  readonly nodes: string;
  readonly cniConfDir: string;
  readonly cniBinDir: string;
  readonly kubeletDir: string;
  /** State of upstream Multus, and ours below it. */
  readonly cniDir: string;
  /** CNI configurations that a network means by name, Multus' `confDir`. */
  readonly namedConfDir: string;
  readonly socketDir: string;
  /** Where the agent serves `/healthz`, `/readyz` and `/metrics`, on the node's loopback only. */
  readonly port: number;
  /** Undefined when the first usable configuration of the node is the primary. */
  readonly primary: PrimaryTraits | undefined;
  /** The file by which the primary says that it is ready; undefined when nothing is waited for. */
  readonly readinessFile: string | undefined;
  /** Undefined when the runtime is not asked which sandboxes there are. */
  readonly criSocket: string | undefined;
  /** Where a kubeconfig is kept for the plugin; undefined for nowhere. */
  readonly hostKubeconfig: string | undefined;
  /** A type of SELinux that may write the node's CNI folders, such as `spc_t`; undefined without SELinux. */
  readonly seLinuxType: string | undefined;
}

/** An installation on nodes of a kind, with the defaults of docs/install-agent.md but for `wishes`. */
export function installationFor(
  kind: NodeKind,
  { image, ...wishes }: Pick<Installation, "image"> & Partial<Installation>,
): Installation {
  const { nodes, cniConfDir, cniBinDir, kubeletDir, primary }: NodeTraits = nodeKinds[kind];
  return {
    namespace: "kube-system",
    image,
    nodes,
    cniConfDir,
    cniBinDir,
    kubeletDir,
    cniDir: "/var/lib/cni/multus",
    namedConfDir: "/etc/cni/multus/net.d",
    socketDir: "/run/multus",
    port: 9471,
    primary,
    readinessFile: undefined,
    criSocket: undefined,
    hostKubeconfig: undefined,
    seLinuxType: undefined,
    ...wishes,
  };
}
